"""What an authorizer adds to the event: one context, in the words of each front (E28)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

Authorizer = dict[str, Any]


def for_rest(context: Mapping[str, Any]) -> Authorizer:
    """Write it as a REST API does: `claims` of a user pool, or the flat context of a Lambda authorizer."""
    if "jwt" in context:
        return {"claims": deepcopy(context["jwt"].get("claims"))}
    return deepcopy(dict(context.get("lambda", context)))


def for_http_v1(context: Mapping[str, Any]) -> Authorizer:
    """Write it as an HTTP API with payload 1.0 does: `claims` and `scopes` of a token, or the flat context."""
    token = context.get("jwt", context)
    if "claims" in token:
        return {"claims": deepcopy(token["claims"]), "scopes": deepcopy(token.get("scopes"))}
    return for_rest(context)


def for_http_v2(context: Mapping[str, Any]) -> Authorizer:
    """Write it as payload 2.0 does: one level deeper, under `jwt`, `lambda` or `iam`."""
    if not {"jwt", "lambda", "iam"}.isdisjoint(context):
        return deepcopy(dict(context))
    if "claims" in context:
        return {"jwt": for_http_v1(context)}
    return {"lambda": deepcopy(dict(context))}


def for_function_url(context: Mapping[str, Any] | None) -> Authorizer | None:
    """Write it as a function URL does: IAM is the only authorizer it knows (R60)."""
    return {"iam": deepcopy(context["iam"])} if context is not None and "iam" in context else None
