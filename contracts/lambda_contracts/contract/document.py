"""The whole of `contract.toml`, as types: unknown keys are refused, and `json_schema()` is made from them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, field

from lambda_contracts.contract.cases import SENT, Case, Shapes
from lambda_contracts.contract.cloud_function import CloudFunction
from lambda_contracts.contract.function import Function
from lambda_contracts.contract.routes import ApiKeys, AuthorizerTable, CorsTable, RouteTable
from lambda_contracts.contract.setup import Setup
from lambda_contracts.contract.table import Count, Seconds, Table

_SENDS = {"oneOf": [{"required": [key]} for key in SENT]}
_RUNS = {"anyOf": [{"required": ["name", "handler"]}, {"required": ["name", "image"]}, {"required": ["template"]}]}


class Budget(Table, frozen=True, kw_only=True):
    """`[budget]`: what the function may cost at most."""

    init: Annotated[Seconds | None, Meta(description="Seconds to load the handler.")] = None
    cold: Annotated[Seconds | None, Meta(description="Seconds to load the handler and answer one event.")] = None
    warm_p99: Annotated[Seconds | None, Meta(description="Seconds that 99 of 100 warm events keep to.")] = None
    response_size: Annotated[Count | None, Meta(description="Bytes of the largest answer.")] = None
    memory: Annotated[Count | None, Meta(description="MB of memory at the peak.")] = None


class Fuzz(Table, frozen=True, kw_only=True):
    """`[fuzz]`: what `check --fuzz` draws from, beside the cases."""

    schema: Annotated[str | None, Meta(description='The JSON Schema of payloads, a file: "payload.schema.json".')] = (
        None
    )


_Checks = Annotated[dict[str, bool], Meta(description="Checks to run or to leave out, by name: state = false.")]


class Document(Table, frozen=True, kw_only=True):
    """The whole file."""

    function: Annotated[
        Function, Meta(extra_json_schema=_RUNS, description="A name, and a handler or an image; or a template.")
    ]
    cloud_function: Annotated[CloudFunction | None, Meta(description="The same function on Google Cloud.")] = None
    setup: Setup = Setup()
    route: Annotated[
        tuple[RouteTable, ...], Meta(min_length=1, description="Each under [[route]]; the default is POST /.")
    ] = (RouteTable(),)
    authorizer: Annotated[tuple[AuthorizerTable, ...], Meta(description="Each under [[authorizer]].")] = ()
    cors: Annotated[CorsTable | None, Meta(description="Of the HTTP API and the function URL.")] = None
    api_keys: ApiKeys = field(default_factory=dict)
    shapes: Shapes = Shapes()
    checks: _Checks = field(default_factory=dict)
    budget: Budget = Budget()
    fuzz: Fuzz = Fuzz()
    case: Annotated[
        tuple[Annotated[Case, Meta(extra_json_schema=_SENDS)], ...],
        Meta(
            min_length=1, description="Each under [[case]], with a name and a payload; without one nothing is proved."
        ),
    ]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of `contract.toml`, for editors: what `lambda_contracts/contract.schema.json` holds."""
    schema = msgspec.json.schema(Document)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "lambdaproof contract", **schema}
