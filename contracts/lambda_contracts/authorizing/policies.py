"""IAM policies, as far as authorizers write them: whether one lets a client invoke a method."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Any

ACTION = "execute-api:Invoke"


class Effect(StrEnum):
    """What a policy says of one method."""

    ALLOW = "Allow"
    DENY = "Deny"
    NOTHING = "nothing"
    """No statement is about it, which denies it too."""


class PolicyError(ValueError):
    """What is said to be a policy is none."""


def effect(policy: Any, arn: str) -> Effect:
    """Say what a policy document says of invoking the method of an ARN (R111); conditions count as met (R111u).

    Raises PolicyError for what is no policy.
    """
    statements = policy.get("Statement") if isinstance(policy, dict) else None
    found = {_effect(statement) for statement in _listed(statements) if _is_about(statement, arn)}
    return Effect.DENY if Effect.DENY in found else Effect.ALLOW if Effect.ALLOW in found else Effect.NOTHING


def _effect(statement: dict[str, Any]) -> Effect:
    if statement.get("Effect") not in (Effect.ALLOW, Effect.DENY):
        raise PolicyError
    return Effect(statement["Effect"])


def _is_about(statement: Any, arn: str) -> bool:
    if not isinstance(statement, dict):
        raise PolicyError
    _effect(statement)
    return _covers(statement, "Action", ACTION.lower(), lower=True) and _covers(statement, "Resource", arn, lower=False)


def _covers(statement: dict[str, Any], key: str, value: str, *, lower: bool) -> bool:
    """Say whether `Action` or `Resource`, or what `Not` in front of it excepts, takes in a value."""
    if (key in statement) == (f"Not{key}" in statement):
        raise PolicyError
    patterns = _listed(statement.get(key, statement.get(f"Not{key}")))
    if not all(isinstance(pattern, str) for pattern in patterns):
        raise PolicyError
    matches = any(_regex(pattern.lower() if lower else pattern).fullmatch(value) for pattern in patterns)
    return matches is (key in statement)


def _listed(value: Any) -> list[Any]:
    if isinstance(value, str | dict):
        return [value]
    if not isinstance(value, list):
        raise PolicyError
    return value


@lru_cache(maxsize=512)
def _regex(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"([*?])", pattern)
    return re.compile("".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in parts), re.DOTALL)
