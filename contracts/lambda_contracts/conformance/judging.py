"""What a gateway did with a probe, beside what AWS does: each part that is not the same, under its rule."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from lambda_contracts.api import Api, Endpoint
from lambda_contracts.conformance.probes import BINARY, ROUTES, Probe
from lambda_contracts.events import build
from lambda_contracts.finding import Confidence, Severity
from lambda_contracts.http import Request, Response
from lambda_contracts.outcomes import Outcome, OutcomeKind, returned
from lambda_contracts.refusals import Refusal
from lambda_contracts.results import respond
from lambda_contracts.route import Route
from lambda_contracts.routing import Router
from lambda_contracts.rules import RULES, Rule
from lambda_contracts.shapes import Shape, validate

ABSENT = "nothing"
_ROUTED = (Shape.REST, Shape.HTTP_V1, Shape.HTTP_V2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One part that is not as on AWS: `expected` and `got` are JSON texts, or words.

    `confidence` is the rule's, or a lower one that the part's own knowledge has.
    """

    rule: str
    confidence: Confidence
    probe: str
    part: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Conformity:
    """One rule, and where a gateway departs from it; nowhere when it holds."""

    rule: Rule
    departures: tuple[Departure, ...]

    @property
    def confidence(self) -> Confidence:
        """The surest of what is departed from; the rule's own when it holds."""
        known = {one.confidence for one in self.departures} or {self.rule.confidence}
        return next(one for one in Confidence if one in known)

    @property
    def departs(self) -> bool:
        """Whether the gateway departs from what somebody recorded; from anything else it only differs."""
        return bool(self.departures) and self.confidence is Confidence.RECORDED

    @property
    def status(self) -> str:
        """`holds`, `departs` or `differs`."""
        return "holds" if not self.departures else "departs" if self.departs else "differs"


def reference_api(front: Shape, stage: str = "") -> Api:
    """Return the API that the reference handler stands behind; `stage` as in the URL, empty for none."""
    routes = ROUTES if front in _ROUTED else (("ANY", "/{proxy+}"),)
    types = BINARY if front is Shape.REST else ()
    endpoints = tuple(
        Endpoint(route=Route(method=method, path=path, stage=stage, binary_media_types=types), function="conformance")
        for method, path in routes
    )
    return Api(name="conformance", front=front, endpoints=endpoints)


def sent(probe: Probe, host: str) -> Request:
    """Return a probe's request as it goes over the wire to a host."""
    body = probe.request.body
    length = (("Content-Length", str(len(body))),) if body else ()
    return replace(probe.request, headers=(("Host", host), *probe.request.headers, *length))


def judge(probe: Probe, router: Router, request: Request, stage: str, response: Response) -> Iterator[Departure]:
    """Yield the parts of an answer that are not as on AWS; `request` is what was sent, without the gateway's URL."""
    found = router.find(replace(request, path=f"/{stage}{request.path}" if stage else request.path))
    if isinstance(found, Refusal):
        yield from _answer(probe, found.response, response)
    elif probe.gives is not None:
        wanted = respond(_outcome(probe.gives), router.front, found.route, accept=request.header("accept")).response
        yield from _answer(probe, wanted, response)
    else:
        yield from _event(probe, build(found.request, router.front, found.route), router.front, response)


def conformity(rules: Iterable[str], departures: Iterable[Departure]) -> tuple[Conformity, ...]:
    """Return what came of each rule that was probed, or departed from, in the order of RULES."""
    told: dict[str, dict[tuple[str, str], Departure]] = {rule: {} for rule in rules}
    for one in departures:
        told.setdefault(one.rule, {}).setdefault((one.part, one.got), one)
    return tuple(Conformity(rule, tuple(told[key].values())) for key, rule in RULES.items() if key in told)


def _outcome(gives: dict[str, Any]) -> Outcome:
    if "raise" in gives:
        return Outcome(kind=OutcomeKind.FUNCTION_ERROR, payload=json.dumps({"errorMessage": gives["raise"]}).encode())
    return returned(gives["return"])


def _answer(probe: Probe, wanted: Response, got: Response) -> Iterator[Departure]:
    for part in probe.parts:
        expected, found = _part(wanted, part), _part(got, part)
        if expected != found:
            yield _departure(probe, part, expected, found)


def _departure(probe: Probe, part: str, expected: str, got: str) -> Departure:
    return Departure(
        rule=probe.rule,
        confidence=probe.confidence,
        probe=probe.name,
        part=part,
        expected=expected,
        got=got,
    )


def _part(response: Response, part: str) -> str:
    if part == "status":
        return str(response.status)
    if part == "body":
        return _text(response.body)
    name = part.removeprefix("header ")
    values = [value for key, value in response.headers if key.lower() == name]
    return ", ".join(values) if values else ABSENT


def _text(body: bytes) -> str:
    return json.dumps(body.decode("utf-8", "backslashreplace"), ensure_ascii=False)


def _event(probe: Probe, wanted: Any, front: Shape, response: Response) -> Iterator[Departure]:
    try:
        event = response.json()
    except ValueError:
        event = None
    if response.status != HTTPStatus.OK or not isinstance(event, dict):
        got = f"{response.status} {_text(response.body[:100])}"
        yield _departure(probe, "the answer", "the event, as the function got it", got)
        return
    for part in probe.parts:
        expected, found = _at(wanted, part), _at(event, part)
        if expected != found:
            yield _departure(probe, part, expected, found)
    for finding in validate(event, front):
        if finding.severity is not Severity.NOTE and finding.code in RULES and finding.place not in probe.parts:
            yield Departure(
                rule=finding.code,
                confidence=finding.confidence,
                probe=probe.name,
                part=finding.place,
                expected=finding.aws,
                got=finding.message.removeprefix(f"{finding.place}: "),
            )


def _at(event: Any, pointer: str) -> str:
    """Return what stands at a place of an event, as JSON."""
    value = event
    for key in filter(None, pointer.split("/")):
        if not isinstance(value, dict) or key not in value:
            return ABSENT
        value = value[key]
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
