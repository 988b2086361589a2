"""Where the payload sits in an event, in which form, and the expression that takes it out."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lambda_contracts.mutations import has
from lambda_contracts.payloads import parse
from lambda_contracts.pointers import escaped
from lambda_contracts.shapes import HTTP_SHAPES, Shape

Steps = tuple[str | int, ...]

_PLACES: Mapping[Shape, Steps] = MappingProxyType(
    {
        **dict.fromkeys(HTTP_SHAPES, ("body",)),
        Shape.WEBSOCKET: ("body",),
        Shape.DIRECT: (),
        Shape.SQS: ("Records", 0, "body"),
        Shape.SNS: ("Records", 0, "Sns", "Message"),
        Shape.KINESIS: ("Records", 0, "kinesis", "data"),
        Shape.DYNAMODB: ("Records", 0, "dynamodb", "NewImage"),
        Shape.S3: ("Records", 0, "s3", "object"),
        Shape.SCHEDULE: ("detail",),
        Shape.EVENTBRIDGE: ("detail",),
    }
)
"""Where the shapes have it: of the first record where there are several. An authorizer's question has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What somebody meant to send, inside the event.

    `place` is a JSON pointer. `form` says what stands there, in words. `expression` is the Python that takes the
    payload out of `event`, empty where there is nothing to take. `value` is what it then has.
    """

    place: str
    form: str
    expression: str = ""
    value: Any = None


def payload_of(event: Any, shape: Shape) -> Payload | None:
    """Return the payload of an event of a shape; None for a shape that carries none."""
    steps = _PLACES.get(shape)
    if steps is None:
        return None
    if shape is Shape.DIRECT and isinstance(event, dict) and list(event) == ["body"]:
        steps = ("body",)  # made by hand: the envelope without the rest of it
    if not steps:
        return Payload(place="", form="the event itself", expression="event", value=event)
    place = "".join(f"/{escaped(str(step))}" for step in steps)
    here = event
    for step in steps:
        if not has(here, step):
            return Payload(place=place, form="absent")
        here = here[step]
    expression = "event" + "".join(f"[{json.dumps(step)}]" for step in steps)
    if not isinstance(here, str):
        return Payload(place=place, form="null" if here is None else _kind(here), expression=expression, value=here)
    is_base64 = shape is Shape.KINESIS or (isinstance(event, dict) and event.get("isBase64Encoded") is True)
    return _of_text(place, here, expression, is_base64=is_base64)


def _kind(value: Any) -> str:
    return {dict: "an object", list: "a list", bool: "a boolean"}.get(type(value), "a number")


def _of_text(place: str, text: str, expression: str, *, is_base64: bool) -> Payload:
    if not text:
        return Payload(place=place, form="an empty text", expression=expression, value="")
    prefix = ""
    if is_base64:
        prefix, expression = "base64 of ", f"base64.b64decode({expression})"
        try:
            text = base64.b64decode(text).decode()
        except ValueError:
            return Payload(place=place, form="base64 of bytes that are no text", expression=expression, value=text)
    try:
        value = parse(text.encode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        return Payload(place=place, form=f"{prefix}text that is not JSON", expression=expression, value=text)
    expression = f"json.loads({expression})"
    if isinstance(value, str):
        try:
            inner = parse(value.encode("utf-8", "surrogatepass"))
        except (ValueError, RecursionError):
            pass
        else:
            form = f"{prefix}JSON text of a JSON text (E12)"
            return Payload(place=place, form=form, expression=f"json.loads({expression})", value=inner)
    return Payload(place=place, form=f"{prefix}JSON text", expression=expression, value=value)
