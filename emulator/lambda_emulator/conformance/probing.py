"""Probes sent to a gateway, and what came of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from lambda_contracts import conformance, routing
from lambda_contracts.conformance import Conformity, Departure
from lambda_contracts.shapes import Shape

from lambda_emulator.sending import send

_HINT = "Start it, with the reference handler behind it (docs/conformance.md)."


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A gateway with the reference handler behind it. `url` leads to its stage, whose name `stage` is, empty for none.

    `name` is what it is called in reports, `host` the name that it is asked by, where that is not the URL's.
    """

    name: str
    url: str
    front: Shape
    stage: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Probed:
    """What came of a gateway's probes."""

    gateway: Gateway
    requests: int
    rules: tuple[Conformity, ...]

    @property
    def conforms(self) -> bool:
        """Whether it departs from no recorded rule."""
        return not any(one.departs for one in self.rules)


def probe(gateway: Gateway, step: Callable[[str, int, int], None]) -> Probed:
    """Send every probe of the gateway's front, one after the other, and judge the answers.

    `step` is told each one's name, its number and how many there are. Raises GatewayUnavailable.
    """
    probes = conformance.probes_of(gateway.front)
    router = routing.compile(conformance.reference_api(gateway.front, gateway.stage))
    departures: list[Departure] = []
    for number, one in enumerate(probes, 1):
        step(f"{one.rule} {one.name}", number, len(probes))
        request = conformance.sent(one, gateway.host or urlsplit(gateway.url).netloc)
        departures += conformance.judge(one, router, request, gateway.stage, send(gateway.url, request, hint=_HINT))
    return Probed(gateway, len(probes), conformance.conformity((one.rule for one in probes), departures))
