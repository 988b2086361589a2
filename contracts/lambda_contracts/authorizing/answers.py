"""What an authorizer's function answered: a context for the function behind it, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lambda_contracts.authorizing.policies import Effect, PolicyError, effect
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.payloads import json_text
from lambda_contracts.refusals import Reason, Refusal, refusal
from lambda_contracts.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_contracts.authorizing.questions import Question

_NOT_ALLOWED = {Effect.DENY: Reason.EXPLICITLY_DENIED, Effect.NOTHING: Reason.DENIED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A request that may go on. `context` is for the route's `authorizer`; `usage_key` an API key that was named."""

    context: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType[str, Any]({}))
    usage_key: str = ""


def answer(question: Question, outcome: Outcome) -> Granted | Refusal:
    """Read what the function of an authorizer made of a question. Rules R106-R109, R111, R112."""
    front = question.front
    if not outcome.ok:
        return refusal(front, _reason(front, outcome))
    try:
        value = outcome.value()
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or not isinstance(value.get("context") or {}, dict):
        return refusal(front, Reason.AUTHORIZER_FAILED)
    authorizer = question.authorizer
    if front is not Shape.REST and authorizer.payload_version == "2.0" and authorizer.simple_responses:
        return _simple(question, value)
    return _policy(question, value, outcome)


def _reason(front: Shape, outcome: Outcome) -> Reason:
    """Say why a function that failed lets nobody in: a REST API knows one message, `Unauthorized` (R106)."""
    error = outcome.error
    if front is Shape.REST and outcome.kind is OutcomeKind.FUNCTION_ERROR and error and error.message == "Unauthorized":
        return Reason.UNAUTHORIZED
    return Reason.AUTHORIZER_FAILED


def _simple(question: Question, value: dict[str, Any]) -> Granted | Refusal:
    authorized = value.get("isAuthorized")
    if not isinstance(authorized, bool):
        return refusal(question.front, Reason.AUTHORIZER_FAILED)
    if not authorized:
        return refusal(question.front, Reason.DENIED)
    return Granted(context={"lambda": value.get("context") or {}})


def _policy(question: Question, value: dict[str, Any], outcome: Outcome) -> Granted | Refusal:
    front = question.front
    principal = value.get("principalId")
    context = _context(front, principal, value.get("context") or {}, outcome)
    if context is None or not isinstance(principal, str):
        return refusal(front, Reason.AUTHORIZER_FAILED)
    try:
        found = effect(value.get("policyDocument"), question.arn)
    except PolicyError:
        return refusal(front, Reason.AUTHORIZER_FAILED)
    if found is not Effect.ALLOW:
        return refusal(front, _NOT_ALLOWED[found])
    key = value.get("usageIdentifierKey")
    return Granted(context={"lambda": context}, usage_key=key if isinstance(key, str) else "")


def _context(front: Shape, principal: Any, sent: dict[str, Any], outcome: Outcome) -> dict[str, Any] | None:
    """Write the context as the front's event has it, None when it is not valid (R112, R112u)."""
    if front is not Shape.REST:
        return sent if front is Shape.HTTP_V2 else {"principalId": principal, **sent}
    if any(isinstance(value, dict | list) for value in sent.values()):
        return None
    texts = {
        name: value if isinstance(value, str) else json_text(value) for name, value in sent.items() if value is not None
    }
    return {"principalId": principal, "integrationLatency": int(outcome.duration * 1000), **texts}
