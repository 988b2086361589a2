"""How a request names a function: by its name or ARN, with a version or alias."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_contracts.invoke_api.errors import Reason, error

if TYPE_CHECKING:
    from lambda_contracts.http import Response

"""The one version that a function has here."""

_NAME = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"
    r"([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
)
_QUALIFIER = "(|[a-zA-Z0-9$_-]+)"
_name, _qualifier = re.compile(_NAME), re.compile(_QUALIFIER)
_GROUP_OF_NAME, _GROUP_OF_QUALIFIER = 11, 13
_LONGEST_NAME = 256
_LONGEST_QUALIFIER = 128


@dataclass(frozen=True, slots=True)
class Reference:
    """A function as a request names it; `qualifier` is the version or alias, empty when none is named."""

    name: str
    qualifier: str = ""


def broken(value: str, member: str, constraint: str) -> str:
    """Say as AWS does that a value does not satisfy the constraint of a member of a request (R121)."""
    return f"Value '{value}' at '{member}' failed to satisfy constraint: Member must {constraint}"


def not_valid(problems: list[str]) -> Response:
    """Refuse a request for its values (R121)."""
    count = len(problems)
    return error(
        Reason.NOT_VALID, problems=f"{count} validation error{'s' * (count > 1)} detected: {'; '.join(problems)}"
    )


def problems_of(name: str, qualifier: str) -> list[str]:
    """List what is wrong with a function's name or ARN and with a qualifier (R121)."""
    checks = (
        (name, "functionName", _LONGEST_NAME, _name, _NAME),
        (qualifier, "qualifier", _LONGEST_QUALIFIER, _qualifier, _QUALIFIER),
    )
    problems = []
    for value, member, longest, pattern, text in checks:
        if len(value) > longest:
            problems.append(broken(value, member, f"have length less than or equal to {longest}"))
        if not pattern.fullmatch(value):
            problems.append(broken(value, member, f"satisfy regular expression pattern: {text}"))
    return problems


def refer(name: str, qualifier: str) -> Reference | Response:
    """Read a valid name or ARN and the qualifier beside it. Any region and account of an ARN are taken."""
    found = _name.fullmatch(name)
    if found is None:
        raise ValueError(name)
    own = found[_GROUP_OF_QUALIFIER] or ""
    if own and qualifier and own != qualifier:
        return error(Reason.QUALIFIERS_DIFFER)
    return Reference(found[_GROUP_OF_NAME], own or qualifier)
