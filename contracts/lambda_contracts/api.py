"""An API as a front serves it: which request leads to which function, and what the front itself answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape


class AuthorizerKind(StrEnum):
    """How a front finds out who is calling."""

    TOKEN = "token"
    """A Lambda authorizer of a REST API that is given one header."""
    REQUEST = "request"
    """A Lambda authorizer that is given the request: of a REST API, or of an HTTP API in either payload version."""
    JWT = "jwt"
    """An HTTP API's own check of a bearer token. Signatures are not checked here: its claims are passed on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorizer:
    """One authorizer of an API.

    `function` is the name of the function that decides, empty for JWT. `identity_sources` are as the API has them
    (`method.request.header.Authorization`, `$request.header.Authorization`). `payload_version` and `simple_responses`
    are an HTTP API's. `validation` is a TOKEN authorizer's regular expression, empty for none.
    """

    name: str
    kind: AuthorizerKind
    function: str = ""
    identity_sources: tuple[str, ...] = ()
    validation: str = ""
    payload_version: str = "2.0"
    simple_responses: bool = False
    issuer: str = ""
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cors:
    """The CORS configuration of an HTTP API or a function URL; `max_age` is in seconds."""

    allow_origins: tuple[str, ...] = ()
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    allow_credentials: bool = False
    max_age: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A route and the function behind it. `authorizer` names one of the API's; `scopes` are what a JWT needs one of."""

    route: Route
    function: str
    authorizer: str | None = None
    scopes: tuple[str, ...] = ()
    api_key_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """One API: its front, and its endpoints in the order in which they were written.

    `api_keys` are the values that clients may send as `x-api-key`, by the key's id.
    """

    name: str
    front: Shape
    endpoints: tuple[Endpoint, ...]
    cors: Cors | None = None
    authorizers: Mapping[str, Authorizer] = field(default_factory=lambda: MappingProxyType[str, Any]({}))
    api_keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType[str, Any]({}))
