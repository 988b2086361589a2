"""`lambdaproof check --conformance`: where a gateway departs from what AWS does, rule by rule."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lambda_emulator.cli import console
from lambda_emulator.errors import UsageError

if TYPE_CHECKING:
    from lambda_contracts.conformance import Departure
    from lambda_contracts.shapes import Shape

    from lambda_emulator.conformance.probing import Gateway, Probed
    from lambda_emulator.settings import Settings


def check(target: str, settings: Settings, *, front: str | None, as_json: bool) -> bool:
    """Probe a target and say what came of it; return whether it conforms to what is recorded.

    It is a URL, `serve`, or the name of a stand-in. Raises UsageError for a target that is none, and a ToolError for
    one that does not answer.
    """
    from lambda_emulator.conformance import probing

    conforms = True
    with _gateways(target, settings, front) as gateways, console.progress(target, answering=as_json) as progress:
        for gateway in gateways:
            done = probing.probe(gateway, progress.step)
            conforms = conforms and done.conforms
            for line in _json(done) if as_json else ():
                console.say_json(line)
            for text in () if as_json else _text(done):
                console.say(text)
    return conforms


@contextlib.contextmanager
def _gateways(target: str, settings: Settings, front: str | None) -> Iterator[list[Gateway]]:
    from lambda_contracts.shapes import FRONTS, Shape

    from lambda_emulator.conformance.gateways import SERVE, STAND_INS, made
    from lambda_emulator.conformance.probing import Gateway

    if front is not None and front not in FRONTS:
        raise UsageError(f"--front cannot be {front!r}.", hint=f"Choose one of: {', '.join(FRONTS)}.")
    if target.startswith(("http://", "https://")):
        chosen = Shape(front or Shape.REST)
        yield [Gateway(name=target, url=target, front=chosen, stage=_stage(target, chosen))]
        return
    if target not in (SERVE, *STAND_INS):
        choices = ", ".join((SERVE, *STAND_INS))
        raise UsageError(f"--conformance cannot be {target!r}.", hint=f"Choose {choices}, or the URL of a gateway.")
    with made(target, settings) as gateways:
        found = [one for one in gateways if front in (None, one.front)]
        if not found:
            fronts = ", ".join(one.front for one in gateways) or "none"
            raise UsageError(f"{target} has no front {front}.", hint=f"Its fronts: {fronts}.")
        yield found


def _stage(url: str, front: Shape) -> str:
    """Return the stage that a gateway's URL ends with; empty for none."""
    from lambda_contracts.apis import WITH_ROUTES

    last = urlsplit(url).path.rstrip("/").rpartition("/")[2] if front in WITH_ROUTES else ""
    return "" if last == "$default" else last


_STYLES = {"departs": "bad", "differs": "warn"}
_COUNTED = {"holds": "rules hold", "departs": "recorded rules are departed from", "differs": "others differ"}


def _text(done: Probed) -> Iterator[str]:
    yield f"{done.gateway.name} as {done.gateway.front}, {done.requests} requests"
    for one in done.rules:
        if one.departures:
            status = console.paint(one.status, _STYLES[one.status])
            yield f"  {status} {one.rule.id} ({one.confidence}) {one.rule.statement}"
            for departure in one.departures:
                yield f"    {departure.probe}: {departure.part} is {departure.got}; on AWS: {departure.expected}"
    statuses = [one.status for one in done.rules]
    yield "  " + ", ".join(f"{statuses.count(status)} {told}" for status, told in _COUNTED.items())
    yield ""


def _json(done: Probed) -> Iterator[dict[str, Any]]:
    for one in done.rules:
        yield {
            "gateway": done.gateway.name,
            "front": done.gateway.front,
            "rule": one.rule.id,
            "statement": one.rule.statement,
            "confidence": one.confidence,
            "status": one.status,
            "departures": [_departure(departure) for departure in one.departures],
        }


def _departure(departure: Departure) -> dict[str, str]:
    return {
        "probe": departure.probe,
        "part": departure.part,
        "expected": departure.expected,
        "got": departure.got,
        "confidence": departure.confidence,
    }
