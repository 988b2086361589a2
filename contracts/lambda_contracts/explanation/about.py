"""What an event is: its shape and why, where the payload sits, and the same request in every other shape."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lambda_contracts import events
from lambda_contracts.events import Identification, Source
from lambda_contracts.explanation.payload import Payload, payload_of
from lambda_contracts.explanation.places import Row, places
from lambda_contracts.finding import Finding
from lambda_contracts.http import Request
from lambda_contracts.redaction import Redactor
from lambda_contracts.route import Route
from lambda_contracts.shapes import HTTP_SHAPES, Shape

SHAPES = (*HTTP_SHAPES, Shape.DIRECT)
"""The shapes that one request can have."""
_LARGEST = 6 * 1024 * 1024
"""Characters. Lambda takes no larger event (R87): there is nothing to be learned of it in another shape."""
_LARGE = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an event is.

    `findings` are what is odd about it. `events` has the event, under its own shape and first, and the same request in
    every other shape that can carry it: none for a trigger's event.
    """

    identified: Identification
    findings: tuple[Finding, ...]
    events: Mapping[Shape, Any]

    @property
    def shape(self) -> Shape:
        """What the event is."""
        return self.identified.shape

    @property
    def event(self) -> Any:
        """The event itself."""
        return self.events[self.shape]

    @property
    def payload(self) -> Payload | None:
        """Where its payload sits, None where a shape carries none."""
        return payload_of(self.event, self.shape)

    @property
    def places(self) -> tuple[Row, ...]:
        """What stands where in each shape, empty when there is only one."""
        return places(self.events) if len(self.events) > 1 else ()

    def redacted(self, redactor: Redactor) -> About:
        """Return the same without secrets, of an event over 256 KB only itself: to look through it takes long."""
        redactor.learn(self.event)
        findings = tuple(
            replace(one, message=redactor.text(one.message), aws=redactor.text(one.aws), fix=redactor.text(one.fix))
            for one in self.findings
        )
        left = self.events if _is_shorter(self.event, _LARGE) else {self.shape: self.event}
        return replace(self, findings=findings, events={shape: redactor.value(event) for shape, event in left.items()})


def about(
    event: Any, *, request: Request | None = None, route: Route | None = None, source: Source = events.FRESH
) -> About:
    """Say what an event is. Takes any parsed JSON and raises nothing.

    The other shapes are those of `request` on `route`, by default of what the event itself tells of them; `source`
    gives their times and ids.
    """
    identified = events.identify(event)
    shape = identified.shape
    found = {shape: event}
    if shape in SHAPES and _is_shorter(event, _LARGEST):
        with contextlib.suppress(ValueError, RecursionError):  # such as half a character in a query
            request = request or events.read(event, shape)
            found |= _others(request, route or events.read_route(event, shape), shape, source)
    return About(identified=identified, findings=events.lint(event), events=found)


def _others(request: Request, route: Route, shape: Shape, source: Source) -> dict[Shape, Any]:
    found = {}
    for other in (one for one in SHAPES if one is not shape):
        # A body that is no JSON, for example, makes no direct event.
        with contextlib.suppress(ValueError, RecursionError):
            found[other] = events.build(request, other, route, source=source)
    return found


def _is_shorter(event: Any, limit: int) -> bool:
    try:
        return len(json.dumps(event)) <= limit
    except RecursionError:
        return False
