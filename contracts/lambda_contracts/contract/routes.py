"""`[[route]]` and what guards them: `[[authorizer]]`, `[cors]`, `[api_keys]`."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from lambda_contracts.api import AuthorizerKind
from lambda_contracts.contract.table import Table


class RouteTable(Table, frozen=True, kw_only=True):
    """`[[route]]`: one route that leads to the function."""

    method: Annotated[str, Meta(pattern="^[A-Z]+$", description="GET, POST, ..., or ANY.")] = "POST"
    path: Annotated[
        str, Meta(pattern=r"^(/|\$default$)", description='As API Gateway shows it: "/items/{id}", "/{proxy+}".')
    ] = "/"
    stage: Annotated[str, Meta(description="The stage's name; empty for the front's default.")] = ""
    binary_media_types: Annotated[tuple[str, ...], Meta(description='The REST API\'s: "image/png", "*/*".')] = ()
    authorizer: Annotated[str | None, Meta(description="The name of an [[authorizer]].")] = None
    scopes: Annotated[tuple[str, ...], Meta(description="What a JWT needs one of.")] = ()
    api_key_required: Annotated[bool, Meta(description="Whether a REST API asks for one of [api_keys].")] = False


_Kind = Annotated[AuthorizerKind, Meta(description="token (a REST API), request (any API), jwt (an HTTP API).")]


class AuthorizerTable(Table, frozen=True, kw_only=True):
    """`[[authorizer]]`: how an API finds out who is calling."""

    name: Annotated[str, Meta(min_length=1, description="What routes call it.")]
    kind: _Kind
    function: Annotated[str, Meta(description="The name of the function that decides; none for jwt.")] = ""
    identity_sources: Annotated[
        tuple[str, ...], Meta(description='Where it looks: "method.request.header.X", "$request.querystring.x".')
    ] = ()
    validation: Annotated[str, Meta(description="A regular expression for the token of kind token.")] = ""
    payload_version: Annotated[Literal["1.0", "2.0"], Meta(description="Of an HTTP API's authorizer.")] = "2.0"
    simple_responses: Annotated[bool, Meta(description="Whether it answers with isAuthorized, not a policy.")] = False
    issuer: Annotated[str, Meta(description="The iss that a JWT has to have.")] = ""
    audience: Annotated[tuple[str, ...], Meta(description="What aud or client_id of a JWT has to name.")] = ()


class CorsTable(Table, frozen=True, kw_only=True):
    """`[cors]`: the CORS configuration of the HTTP API and the function URL."""

    allow_origins: Annotated[tuple[str, ...], Meta(description='"https://shop.example", "https://*", "*".')] = ()
    allow_methods: Annotated[tuple[str, ...], Meta(description='"GET", "POST", "*".')] = ()
    allow_headers: Annotated[tuple[str, ...], Meta(description="Request headers that a page may send.")] = ()
    expose_headers: Annotated[tuple[str, ...], Meta(description="Response headers that a page may read.")] = ()
    allow_credentials: Annotated[bool, Meta(description="Whether a page may send cookies.")] = False
    max_age: Annotated[Annotated[int, Meta(ge=-1)] | None, Meta(description="Seconds to keep a preflight.")] = None


ApiKeys = Annotated[dict[str, str], Meta(description='API keys that a REST API knows, by id: mobile = "value".')]
