"""What the client gets for a return value: one reading for all fronts, led by the table of their differences."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from lambda_contracts.results.reading import Reader, Reading, Switches
from lambda_contracts.results.response_rules import RESPONSE_RULES
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_contracts.finding import Finding
    from lambda_contracts.http import Response
    from lambda_contracts.outcomes import Outcome

__all__ = ["FRONT_OF", "RESPONSE_RULES", "Answer", "Reading", "Switches", "front_of", "respond", "response_to"]

FRONT_OF: Mapping[Shape, Shape] = MappingProxyType(
    {
        **{front: front for front in RESPONSE_RULES},
        Shape.DIRECT: Shape.REST,
        Shape.CONSOLE_TEST: Shape.REST,
        Shape.CONSOLE_TEMPLATE: Shape.REST,
    }
)
"""The front whose response rules hold for a shape: events typed into a console are judged as a REST API would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the client gets, what is to be said about it, and the ids of the rules that led there, in order.

    `unsure` says which of `status` and `body` would be others if a rule were wrong that is only inferred.
    """

    response: Response
    findings: tuple[Finding, ...] = ()
    rules: tuple[str, ...] = ()
    unsure: frozenset[str] = frozenset()


DEFAULT_ROUTE = Route()
DEFAULT_SWITCHES = Switches()


def front_of(shape: Shape) -> Shape:
    """Return the front by whose rules results of a shape are read.

    Raises ValueError for shapes that no HTTP client waits behind, such as `s3`.
    """
    try:
        return FRONT_OF[shape]
    except KeyError:
        msg = f"{shape!s} is not a front: no HTTP client waits for its result (one of {', '.join(FRONT_OF)})"
        raise ValueError(msg) from None


def response_to(outcome: Outcome, front: Shape, route: Route = DEFAULT_ROUTE, *, accept: str | None = None) -> Response:
    """Return what a front sends the client for an outcome, as `respond` does, and nothing of why."""
    reader = Reader(RESPONSE_RULES[front_of(front)], route, accept, DEFAULT_SWITCHES)
    answer = reader.read(outcome)
    return reader.refused or answer


def respond(
    outcome: Outcome,
    front: Shape,
    route: Route = DEFAULT_ROUTE,
    *,
    accept: str | None = None,
    switches: Switches = DEFAULT_SWITCHES,
) -> Answer:
    """Say what a front sends the client for one outcome of the function behind it.

    `accept` is the request's Accept header, which decides over base64 on a REST API (R32). `route` gives its binary
    media types and integration timeout. Headers that depend on the connection or the moment (Date, Content-Length,
    request ids) are left to whoever sends the response. Durations are in seconds. Never raises for any payload; raises
    ValueError when `front` is no front. Rules: R20-R33, R50-R57, R61-R64, R74, R75, R86.
    """
    reader = Reader(RESPONSE_RULES[front_of(front)], route, accept, switches)
    response = reader.read(outcome)
    return Answer(
        response=reader.refused or response,
        findings=tuple(reader.findings),
        rules=reader.rules,
        unsure=frozenset(reader.unsure),
    )
