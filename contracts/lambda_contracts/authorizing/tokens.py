"""JSON Web Tokens: their claims, held against what an HTTP API's authorizer asks for.

Signatures are not checked: nothing here says that the issuer made the token.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

from lambda_contracts.api import Authorizer
from lambda_contracts.payloads import json_text

Claims = dict[str, Any]


class TokenError(ValueError):
    """A token that is refused; its text is the description that the client gets (R110u)."""


def claims(authorizer: Authorizer, value: str, now: float) -> Claims:
    """Return the claims of a token that may stand behind `Bearer `, if they are what the authorizer asks for (R110).

    `now` is in seconds since the epoch. Raises TokenError with the reason.
    """
    scheme, _, token = value.partition(" ")
    found = _read(token.strip() if scheme.lower() == "bearer" else value)
    if authorizer.issuer and found.get("iss") != authorizer.issuer:
        raise TokenError("the token does not have a valid issuer")
    if authorizer.audience and not _listed(found, "aud", "client_id").intersection(authorizer.audience):
        raise TokenError("the token does not have a valid audience")
    _check_times(found, now)
    return found


def scopes(found: Claims) -> frozenset[str]:
    """Return the scopes of a token: those of `scope` or `scp`, a list or words."""
    return _listed(found, "scope", "scp")


def written(found: Mapping[str, Any]) -> dict[str, str]:
    """Write claims as an HTTP API passes them on: as strings, a list as `[a b]` (R110u)."""
    return {name: _written(value) for name, value in found.items()}


def _read(token: str) -> Claims:
    parts = token.split(".")
    if len(parts) != 3:
        raise TokenError("the token is malformed")
    try:
        json.loads(_decoded(parts[0]))
        found = json.loads(_decoded(parts[1]))
    except (ValueError, RecursionError, binascii.Error):
        raise TokenError("the token is malformed") from None
    if not isinstance(found, dict):
        raise TokenError("the token is malformed")
    return found


def _decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _check_times(found: Claims, now: float) -> None:
    if not (_is_number(found.get("exp")) and found["exp"] > now):
        raise TokenError("the token has expired")
    for name in ("nbf", "iat"):
        if name in found and not (_is_number(found[name]) and found[name] <= now):
            raise TokenError("the token is not valid yet")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _listed(found: Claims, *names: str) -> frozenset[str]:
    """Return the words of the first of these claims that is there."""
    value = next((found[name] for name in names if found.get(name)), ())
    words = value.split() if isinstance(value, str) else value if isinstance(value, list) else ()
    return frozenset(word for word in words if isinstance(word, str))


def _written(value: Any) -> str:
    if isinstance(value, list):
        return f"[{' '.join(_written(item) for item in value)}]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json_text(value)
