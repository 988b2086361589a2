"""What an event is: its shape, how sure that is, why, and where it seems to come from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from lambda_contracts.shapes import TABLE, Shape, fingerprint, validate
from lambda_contracts.shapes.kinds import named
from lambda_contracts.shapes.rows import Row
from lambda_contracts.shapes.table import tree

_MESSAGES = {Shape.SQS: "/Records/*/body", Shape.SNS: "/Records/*/Sns/Message"}
_LONGEST_MESSAGE = 1_048_576
"""Characters: a queue and a topic take no longer message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """What an event seems to be.

    `confidence` goes from 0 to 1: from 0.5 upwards every sign of the shape is there, and at 1 the event is one that
    AWS could have sent, key by key. `why` has one sentence a reason. `variant` is a known origin (`test-button`,
    `sam-template`, `localstack`, ...) or empty; `emulator` says that it is one no AWS event has.
    """

    shape: Shape
    confidence: float
    why: tuple[str, ...]
    variant: str = ""
    emulator: bool = False


def identify(event: Any) -> Identification:
    """Say what an event is. Takes any parsed JSON, raises nothing, and visits only the places that the table knows."""
    if not isinstance(event, dict):
        return _direct(f"a {named(event)} at the top: only a direct invocation sends that")
    for variant in fingerprint.VARIANTS:
        if variant.decides and fingerprint.told_by(event, variant):
            return _of_variant(variant)
    complete = [shape for shape in TABLE if _shown(event, shape) == 1]
    if complete:
        return _identified(event, max(complete, key=lambda shape: (_overlap(event, shape), _weight(shape))))
    return _guess(event)


def _of_variant(variant: fingerprint.Variant) -> Identification:
    why = (f"{variant.path} is {variant.values[0]}", variant.text)
    return Identification(shape=variant.shapes[0], confidence=1.0, why=why, variant=variant.name)


def _identified(event: dict[str, Any], shape: Shape) -> Identification:
    findings = validate(event, shape)
    confidence = 0.5 + 0.5 * max(0.0, 1 - len(findings) / len(TABLE[shape]))
    why = [_reason(row.path, row.values) for row in fingerprint.signs(shape)]
    if findings:
        why.append(f"{len(findings)} places differ from what AWS sends, {findings[0].message} the first")
    return _with_origin(event, shape, confidence, why)


def _guess(event: dict[str, Any]) -> Identification:
    """Name the shape that most signs speak for, when not all of them are there; else it is a direct event."""
    shape = max(TABLE, key=lambda shape: (_shown(event, shape), _overlap(event, shape)))
    shown, overlap = _shown(event, shape), _overlap(event, shape)
    rows = [row for row in fingerprint.signs(shape) if fingerprint.shows(event, row)]
    if not rows or overlap < 0.5 or _is_chance(event, shape, rows):
        return _direct(*_why_direct(event), variant="body-only" if list(event) == ["body"] else "")
    why = [_reason(row.path, row.values) for row in rows]
    lacking = [row.path for row in fingerprint.signs(shape) if row not in rows]
    why.append(f"but {', '.join(lacking)} of a {shape} event is not there")
    return _with_origin(event, shape, 0.5 * shown * overlap, why)


def _is_chance(event: dict[str, Any], shape: Shape, rows: list[Row]) -> bool:
    """Say whether one common key is all there is: a payload of one's own may well have a `version` or a `type`."""
    known = sum(key in tree(shape).children for key in event)
    return known < 2 and _shown(event, shape) < 0.5 and all(row.path.count("/") == 1 for row in rows)


def _with_origin(event: dict[str, Any], shape: Shape, confidence: float, why: list[str]) -> Identification:
    variant = fingerprint.variant_of(event, shape)
    name = variant.name if variant else ""
    if variant:
        why.append(f"{variant.path} tells its origin: {variant.text}")
    inner = _wrapped(event, shape)
    if inner:
        name = name or f"wraps-{inner}"
        why.append(f"its first record wraps another event, of shape {inner} (E32)")
    return Identification(
        shape=shape,
        confidence=round(confidence, 2),
        why=tuple(why),
        variant=name,
        emulator=bool(variant and variant.emulator),
    )


def _wrapped(event: dict[str, Any], shape: Shape) -> Shape | None:
    """Return the shape of the event inside the first message of a queue or a topic, if there is one (E32)."""
    path = _MESSAGES.get(shape)
    text = fingerprint.at(event, path) if path else None
    if not isinstance(text, str) or not text.startswith("{") or len(text) > _LONGEST_MESSAGE:
        return None
    try:
        inner = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if inner.get("Type") == "Notification" and "TopicArn" in inner:
        return Shape.SNS
    found = identify(inner).shape
    return None if found is Shape.DIRECT else found


def _direct(*why: str, variant: str = "") -> Identification:
    return Identification(shape=Shape.DIRECT, confidence=0.3, why=why, variant=variant)


def _why_direct(event: dict[str, Any]) -> tuple[str, ...]:
    if not event:
        return ("an empty object: what an invocation without a payload comes to (R88)",)
    if list(event) == ["body"]:
        return ("body and nothing else: an event made by hand, no front sends it (E02, E03)",)
    return ("no key that tells a front or a trigger: the event is the payload itself",)


def _reason(path: str, values: tuple[str, ...]) -> str:
    return f"{path} is {' or '.join(values)}" if values else f"{path} is there"


def _shown(event: dict[str, Any], shape: Shape) -> float:
    """Return the share of a shape's signs that an event carries, by weight."""
    rows = fingerprint.signs(shape)
    if not rows:
        return 0.0
    held = sum(fingerprint.weight(row) for row in rows if fingerprint.shows(event, row))
    return held / _weight(shape)


def _weight(shape: Shape) -> int:
    return sum(fingerprint.weight(row) for row in fingerprint.signs(shape))


def _overlap(event: dict[str, Any], shape: Shape) -> float:
    """Return the share of an event's own keys that the shape knows."""
    known = tree(shape).children
    return sum(key in known for key in event) / len(event) if event else 0.0
