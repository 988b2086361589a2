"""`[shapes]` and `[[case]]`: what is sent, in which shapes, and what must come back."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType, field

from lambda_contracts.contract.table import Table
from lambda_contracts.shapes import FRONTS, TRIGGERS, Shape

CASE_SHAPES = (Shape.DIRECT, Shape.CONSOLE_TEST, Shape.CONSOLE_TEMPLATE, *FRONTS)
"""The shapes a logical request can be sent in."""
ACCEPTED = (*CASE_SHAPES, *TRIGGERS, Shape.CLOUD_FUNCTION)
"""The shapes a handler can promise to accept: those of triggers are sent only as recorded events."""
SENT = ("payload", "text", "event")
"""The keys of a case that say what is sent: exactly one of them."""
_SENDABLE = (*CASE_SHAPES, Shape.CLOUD_FUNCTION)
CaseShape = Annotated[Shape, Meta(extra_json_schema={"enum": [shape.value for shape in _SENDABLE]})]
_AcceptedShape = Annotated[Shape, Meta(extra_json_schema={"enum": [shape.value for shape in ACCEPTED]})]
_Accept = Annotated[tuple[_AcceptedShape, ...], Meta(min_length=1, description="The shapes that cases are sent in.")]
_Status = Annotated[int, Meta(ge=100, le=599)]
_Headers = Annotated[dict[str, str], Meta(description="Request headers; every value is a string.")]


class Shapes(Table, frozen=True, kw_only=True):
    """`[shapes]`: the event shapes that the handler promises to accept."""

    accept: _Accept = (Shape.DIRECT, Shape.CONSOLE_TEST, Shape.REST)


class Case(Table, frozen=True, kw_only=True):
    """`[[case]]`: one payload, raw text or recorded event, and what must come back."""

    name: Annotated[str, Meta(min_length=1, description="What the reports call it.")]
    payload: Annotated[Any, Meta(description="A JSON value, sent in every accepted shape.")] = UNSET
    text: Annotated[str | UnsetType, Meta(description="A raw body, sent in every accepted shape but direct.")] = UNSET
    event: Annotated[str | UnsetType, Meta(description="The file of a recorded event, sent as it is.")] = UNSET
    path: Annotated[str | None, Meta(description='Path and query, for one of the routes: "/items/7?full=1".')] = None
    headers: _Headers = field(default_factory=dict)
    shapes: Annotated[tuple[CaseShape, ...], Meta(min_length=1, description="Only these shapes, for this case.")] = ()
    status: Annotated[_Status | None, Meta(description="The HTTP status that the client gets, 100 to 599.")] = None
    body: Annotated[Any, Meta(description="What must be in the body that the client gets.")] = UNSET
    safe: Annotated[bool, Meta(description="Whether check --remote may send it to a function that is in use.")] = False
