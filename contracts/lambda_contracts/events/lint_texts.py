"""Lint of all strings of an event: templates that were never rendered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lambda_contracts.finding import Finding, Severity
from lambda_contracts.pointers import escaped

_UNRENDERED = re.compile(
    r"\$\{[^{}]{1,80}\}|\{\{[^{}]{1,80}\}\}|<%[^%]{1,80}%>|\$(?:input|context|util|stageVariables)\.\w"
)
_MOST_VALUES = 200_000
_MOST_CHARACTERS = 20_000
_LONGEST_PLACE = 2_000
"""Bounds, for files of 50 MB or 10,000 levels: what is farther in was not written by hand."""


def unrendered(event: Any) -> Iterator[Finding]:
    """Find `${...}`, `{{...}}`, `<%...%>` and mapping-template variables that somebody forgot to fill in."""
    for place, text in _texts(event):
        match = _UNRENDERED.search(text, 0, _MOST_CHARACTERS)
        if match:
            yield Finding(
                code="event.template",
                severity=Severity.NOTE if place == "/body" else Severity.WARNING,
                message=f"{place or 'the event'}: `{match.group()}` was never rendered",
                place=place,
                aws="AWS sends the value; a handler under test gets the placeholder",
                fix="render the template, or write the value",
            )


def _texts(event: Any) -> Iterator[tuple[str, str]]:
    """Yield every string with its place. A list instead of recursion: an event may be deeper than Python's stack."""
    waiting: list[tuple[str, Any]] = [("", event)]
    visited = 0
    while waiting and visited < _MOST_VALUES:
        place, value = waiting.pop()
        visited += 1
        if len(place) > _LONGEST_PLACE:
            continue
        if isinstance(value, str):
            yield place, value
        elif isinstance(value, dict):
            waiting.extend((f"{place}/{escaped(key)}", value[key]) for key in reversed(value))
        elif isinstance(value, list):
            waiting.extend((f"{place}/{index}", value[index]) for index in range(len(value) - 1, -1, -1))
