"""Where `check --fuzz` changes something: what a handler reads, of its payload and of the event around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lambda_contracts.http import Request
from lambda_contracts.mutations import CHANGES, HEADER_CHANGES, PARAMETER_CHANGES, Path, changed, has, paths
from lambda_contracts.shapes import HTTP_SHAPES, TABLE, Shape, validate
from lambda_contracts.shapes.table import steps
from lambda_contracts.tracing.observed import Observed
from lambda_contracts.tracing.trace import Operation

_KEYS = frozenset(steps(row.path)[0] for shape in HTTP_SHAPES for row in TABLE[shape])
"""The top-level keys of events that carry HTTP requests."""
_SIGNS = frozenset(steps(row.path)[0] for shape in HTTP_SHAPES for row in TABLE[shape] if row.sign)
_HEADERS = frozenset(("headers", "multiValueHeaders"))
_PARAMETERS = frozenset(("queryStringParameters", "multiValueQueryStringParameters"))
_CONTEXT = frozenset(("requestContext", "stageVariables"))
"""What of an event does not come of its request."""
_WHOLE = frozenset((Operation.ITEMS, Operation.VALUES, Operation.COPY, Operation.ITERATE, Operation.DUMPED))

Edit = tuple[Path, Callable[[Any], Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What a handler reads.

    `payload` are the places in its payload, with `*` for any index, and `whole` those among them that it reads with
    all that is in them. `headers` (lower case) and `parameters` are those of requests. `context` are the places of an
    event that no request decides, and `typed` the keys of a proxy's event that it looks for in any other: people type
    them into the console.
    """

    payload: tuple[Path, ...] = ()
    whole: frozenset[Path] = frozenset()
    headers: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    context: tuple[Path, ...] = ()
    typed: tuple[Path, ...] = ()

    def places(self, payload: Any) -> list[Path]:
        """Return the places of a payload that are read, the whole first; also keys that are looked for and not there.

        What is read with nothing read in it is taken to be read with everything in it.
        """
        found: dict[Path, None] = {(): None}
        for pattern in self.payload:
            for place in _found(payload, pattern):
                found[place] = None
                if pattern in self.whole:
                    found |= dict.fromkeys((*place, *below) for below in paths(_at(payload, place)))
        return list(found)

    def around(self) -> Iterator[Callable[[Request], Request]]:
        """Yield what can become of the headers and query parameters that are read."""
        for header in self.headers:
            yield from (_of(change, header) for change in HEADER_CHANGES.values())
        for parameter in self.parameters:
            yield from (_of(change, parameter) for change in PARAMETER_CHANGES.values())

    def edits(self, event: Any, shape: Shape) -> Iterator[Edit]:
        """Yield what can become of an event beyond its request: what AWS could send too, or a person as `direct`."""
        places = self.typed if shape is Shape.DIRECT else self.context
        for place in places:
            for change in CHANGES.values():
                edited = changed(event, place, change, add=True)
                if edited != event and (shape is Shape.DIRECT or not validate(edited, shape)):
                    yield place, change


def targets(observed: Observed) -> Targets:
    """Return what there is to change of what a handler was observed to read."""
    payload: dict[Path, set[str]] = {}
    around: set[Path] = set()
    for read in observed.reads:
        first, _, inside = read.path.partition("#")
        place = _place(first)
        if place and place[0] in _KEYS:
            around.add(place)
            if place != ("body",) or not inside:
                continue
            place = _place(inside.partition("#")[0])
        payload.setdefault(place, set()).update(read.operations)
    parsed = any(read.path == "/body" and Operation.PARSED in read.operations for read in observed.reads)
    if parsed and not any(read.path.startswith("/body#") for read in observed.reads):
        payload.setdefault((), set())  # parsed by what cannot be traced
    return Targets(
        payload=tuple(payload),
        whole=frozenset(place for place, how in payload.items() if how & _WHOLE or _is_last(place, payload)),
        headers=tuple(sorted({str(place[1]).lower() for place in around if place[0] in _HEADERS and len(place) == 2})),
        parameters=tuple(sorted({str(place[1]) for place in around if place[0] in _PARAMETERS and len(place) == 2})),
        context=tuple(sorted((place for place in around if place[0] in _CONTEXT), key=_words)),
        typed=tuple(sorted((place for place in around if len(place) == 1 and place[0] not in _SIGNS), key=_words)),
    )


def _of(change: Callable[[Request, str], Request], name: str) -> Callable[[Request], Request]:
    return lambda request: change(request, name)


def _place(pointer: str) -> Path:
    """Return the keys of a recorder's pointer."""
    return tuple(step.replace("~2", "#").replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def _words(place: Path) -> list[str]:
    return [str(step) for step in place]


def _is_last(place: Path, read: Iterable[Path]) -> bool:
    return not any(len(other) > len(place) and other[: len(place)] == place for other in read)


def _found(payload: Any, pattern: Path) -> Iterator[Path]:
    """Yield the place of a pattern in a payload, the first for `*`; its last key may be one that is not there."""
    here, place = payload, list[Any]()
    for index, step in enumerate(pattern):
        if step == "*" and isinstance(here, list):
            step = 0
        if not has(here, step):
            if index == len(pattern) - 1 and isinstance(here, dict) and step != "*":
                yield (*place, step)
            return
        here = here[step]
        place.append(step)
    yield tuple(place)


def _at(payload: Any, place: Path) -> Any:
    for step in place:
        if not has(payload, step):
            return None
        payload = payload[step]
    return payload
