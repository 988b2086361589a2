"""How each failure is recognised: a row says what was done, at which place of the event, and what was there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lambda_contracts.diagnosis.situation import HTTP, V1, V2, Situation, state
from lambda_contracts.diagnosis.values import Fault, path
from lambda_contracts.shapes import Shape

Condition = Callable[[Fault, Situation], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """One way to a code. Every field that is given has to hold.

    `place` is a pattern of the whole place, in which `()` stands for what json.loads made and `(64)` for decoded
    base64. `operations` are those of `Fault`, `states` those of `state`, `hows` those of `Value`.
    """

    code: str
    place: str
    operations: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    hows: frozenset[str] = frozenset()
    shapes: frozenset[Shape] = frozenset()
    condition: Condition | None = None

    def holds(self, fault: Fault, situation: Situation) -> bool:
        """Whether a fault is this one."""
        if fault.place is None or re.fullmatch(self.place, path(fault.place)) is None:
            return False
        wanted = (
            (self.operations, fault.operation),
            (self.states, state(fault)),
            (self.hows, fault.subject.how),
            (self.shapes, situation.shape),
        )
        if any(known and found not in known for known, found in wanted):
            return False
        return self.condition is None or self.condition(fault, situation)


def _row(
    code: str,
    place: str,
    states: str = "",
    operations: str = "",
    hows: tuple[str, ...] = (),
    shapes: frozenset[Shape] = frozenset(),
    condition: Condition | None = None,
) -> Recogniser:
    return Recogniser(
        code=code,
        place=place,
        states=frozenset(states.split()),
        operations=frozenset(operations.split()),
        hows=frozenset(hows),
        shapes=shapes,
        condition=condition,
    )


def _lacks(key: str) -> Condition:
    return lambda _, situation: not situation.has(key)


def _first(fault: Fault) -> str:
    return str((fault.place or ("",))[0])


def _by_name(fault: Fault, _: Situation) -> bool:
    return isinstance(fault.key, str)


def _is_no_request(fault: Fault, situation: Situation) -> bool:
    return not situation.is_http and not situation.has(_first(fault))


def _is_spelled_otherwise(fault: Fault, situation: Situation) -> bool:
    return situation.in_other_case((fault.place or ("",))[-1])


def _is_in_the_multi_map(fault: Fault, situation: Situation) -> bool:
    """Whether a single map is absent, and the multi-value map of its name is there."""
    name = _first(fault)
    return not situation.has(name) and situation.has(f"multiValue{name[0].upper()}{name[1:]}")


def _is_in_the_payload(fault: Fault, situation: Situation) -> bool:
    """Whether the key that is looked for at the top of the event is in the payload, and not there."""
    key, payload = _first(fault), situation.payload()
    return not situation.has(key) and isinstance(payload, dict) and key in payload


_ENVELOPE = (
    r"/(requestContext|httpMethod|path|resource|rawPath|rawQueryString|routeKey|headers|multiValueHeaders"
    r"|queryStringParameters|multiValueQueryStringParameters|pathParameters|stageVariables|cookies|isBase64Encoded)"
)
_PARAMETER = r"/(queryStringParameters|pathParameters)/[^/]+|/multiValueQueryStringParameters/[^/]+/\d+"
_DEFAULT = ("get with default",)
_MULTI = frozenset({Shape.ALB_MULTI})
_DIRECT = frozenset({Shape.DIRECT})
_TEXT_CALLS = "json.loads .decode base64.b64decode"
_TEXT_METHODS = "attribute .encode .strip .split"

RECOGNISERS = (
    # Events that are not what the handler takes them for come first: every other reading of them is a consequence.
    _row("E32", r"/Records", "absent null", condition=lambda _, at: at.identified.variant == "s3-test-event"),
    _row("E32", r"/Records/\d+/s3", "absent", condition=lambda _, at: at.identified.variant.startswith("wraps-")),
    _row("E30", r"/(body-json|params)(/.*)?", "absent null", shapes=HTTP),
    _row("E23", rf"{_ENVELOPE}(/.*)?|/body", "absent null", condition=lambda _, at: at.is_timer),
    _row("E02", r"/body", "absent null", shapes=_DIRECT, condition=_lacks("body")),
    _row("E22", rf"{_ENVELOPE}(/.*)?", "absent null", condition=_is_no_request),
    # The body.
    _row("E07", r"/body", "absent", shapes=V2),
    _row("E07", r"/body", "null", shapes=V2, condition=_lacks("body")),
    _row("E06", r"/body", "null", hows=_DEFAULT),
    _row("E05", r"/body", "null"),
    _row("E08", r"/body", "empty", "json.loads"),
    _row("E10", r"/body", "text", "base64.b64decode", condition=lambda _, at: not at.is_base64),
    _row("E10", r"/body\(64\)", "text empty", _TEXT_CALLS, condition=lambda _, at: not at.is_base64),
    _row("E09", r"/body", "text", "json.loads", condition=lambda _, at: at.is_base64 and at.payload() is not None),
    _row("E11", r"/body(\(64\))?", "text", "json.loads", condition=lambda _, at: at.is_form),
    _row("E03", r"/body", "object", "json.loads base64.b64decode"),
    _row("E03", r"/body", "object", "attribute", condition=lambda fault, _: fault.key in ("encode", "strip")),
    _row("E12", r"/body(\(64\))?\(\)", "text", "index attribute", condition=_by_name),
    _row("E04", r"/body", "text", "index attribute", condition=_by_name),
    # The maps of the request.
    _row("E27", r"/(headers|queryStringParameters)(/.*)?", "absent null", shapes=_MULTI,
         condition=_is_in_the_multi_map),
    _row("E14", r"/queryStringParameters", "null", hows=_DEFAULT),
    _row("E13", r"/queryStringParameters(/[^/]+)?", "absent null", shapes=HTTP),
    _row("E15", r"/(pathParameters|stageVariables)(/[^/]+)?", "absent null", shapes=HTTP),
    _row("E16", r"/headers", "absent null", shapes=HTTP),
    _row("E18", r"/headers/[^/]+", "absent null", condition=_is_spelled_otherwise),
    _row("E17", r"/(multiValueHeaders|multiValueQueryStringParameters)", "absent null", shapes=HTTP),
    # The envelope.
    _row("E20", r"/(httpMethod|path|resource)", "absent null", shapes=V2),
    _row("E20", r"/requestContext/(httpMethod|path|resourcePath|identity)(/.*)?", "absent null", shapes=V2),
    _row("E21", r"/requestContext/http(/.*)?|/(rawPath|rawQueryString|routeKey|cookies)", "absent null", shapes=V1),
    _row("E28", r"/requestContext/authorizer(/.*)?", "absent null", shapes=HTTP),
    _row("E19", r"/requestContext/(identity|http)/sourceIp", "text", "ipaddress.ip_address"),
    _row("E29", _PARAMETER, "text", "arithmetic compare slice range index"),
    _row("E01", r"/[^/]+", "absent null", shapes=HTTP, condition=_is_in_the_payload),
)  # fmt: skip
"""Every way to a code; the first that holds is taken."""


def recognised(fault: Fault, situation: Situation) -> str | None:
    """Return the code of a fault, or None for one that is in no row."""
    return next((row.code for row in RECOGNISERS if row.holds(fault, situation)), None)
