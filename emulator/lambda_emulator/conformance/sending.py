"""Probes over the wire: byte by byte as they are written, to a gateway's URL."""

from __future__ import annotations

import contextlib
import http.client
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from lambda_contracts import conformance, routing
from lambda_contracts.conformance import Conformity, Departure
from lambda_contracts.http import Request, Response
from lambda_contracts.shapes import Shape

from lambda_emulator.errors import GatewayUnavailable

SECONDS = 60.0
"""How long an answer may take: a gateway may have to start the function first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A gateway with the reference handler behind it. `url` leads to its stage, whose name `stage` is, empty for none.

    `name` is what it is called in reports.
    """

    name: str
    url: str
    front: Shape
    stage: str = ""


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
        request = conformance.sent(one, urlsplit(gateway.url).netloc)
        departures += conformance.judge(one, router, request, gateway.stage, send(gateway.url, request))
    return Probed(gateway, len(probes), conformance.conformity((one.rule for one in probes), departures))


def send(url: str, request: Request) -> Response:
    """Send a request below a URL, with its headers as they are and no others. Raises GatewayUnavailable."""
    base = urlsplit(url)
    kind = http.client.HTTPSConnection if base.scheme == "https" else http.client.HTTPConnection
    target = base.path.rstrip("/") + request.path + (f"?{request.query}" if request.query else "")
    try:
        with contextlib.closing(kind(base.hostname or "", base.port, timeout=SECONDS)) as connection:
            connection.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in request.headers:
                connection.putheader(name, value)
            connection.endheaders(request.body or None)
            answer = connection.getresponse()
            return Response(status=answer.status, headers=tuple(answer.getheaders()), body=answer.read())
    except (OSError, http.client.HTTPException) as error:
        problem = f"{url} does not answer {request.method} {request.path}: {error!r}."
        raise GatewayUnavailable(problem, hint="Start it, with the reference handler behind it.") from error
