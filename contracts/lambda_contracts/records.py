"""One invocation as it is kept: its event, and its outcome as JSON; and what is different when it is repeated.

An outcome as JSON, all of it but `kind` where it applies:

    {"shape": "rest", "kind": "result", "payload": {"statusCode": 200, ...},
     "response": {"status": 200, "headers": [["content-type", "application/json"]], "body": {"label": "a"}},
     "duration": 0.0012}

`payload` and `body` are the JSON that the bytes hold; `payload_text` and `body_text` stand for text that is no JSON,
`payload_base64` and `body_base64` for what is no text. `response` is what the client got. The id of the invocation is
replaced by `REQUEST-ID`, wherever it stands. Durations are in seconds.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from lambda_contracts import events
from lambda_contracts.http import Headers, Response
from lambda_contracts.matching import equal
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.payloads import parse
from lambda_contracts.pointers import escaped
from lambda_contracts.redaction import MARK, Redactor
from lambda_contracts.shapes import HTTP_SHAPES, Shape

REQUEST_ID = "REQUEST-ID"
_PASSING_HEADERS = frozenset(
    {
        "age", "apigw-requestid", "connection", "content-length", "date", "server", "via", "x-amz-apigw-id",
        "x-amz-cf-id", "x-amz-cf-pop", "x-amz-request-id", "x-amzn-requestid", "x-amzn-trace-id",
    }
)  # fmt: skip
"""What fronts add to a response, another value each time."""
_SHORTEST_ID = 8
_KINDS = frozenset(map(str, OutcomeKind))
_SHAPES = frozenset(map(str, Shape))
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One invocation: the event's JSON text, and what came of it where that is known.

    `route` says where it came in (`POST /predict`), nothing for an event of no HTTP request.
    """

    function: str
    shape: Shape
    route: str
    event: bytes
    outcome: Outcome | None = None
    response: Response | None = None

    @property
    def size(self) -> int:
        """About how many bytes it is."""
        sizes = (len(self.outcome.payload) if self.outcome else 0, len(self.response.body) if self.response else 0)
        return len(self.event) + sum(sizes)


@dataclass(frozen=True, slots=True)
class Change:
    """One place of an outcome (a JSON pointer) that was recorded otherwise; UNSET is what is not there."""

    place: str
    recorded: Any
    now: Any


def recognised(record: Record) -> Record:
    """Return a record of a direct invocation with the shape and route that its event tells.

    Raises ValueError for an event that is no JSON.
    """
    event = _loaded(record.event)
    shape = events.identify(event).shape
    return replace(record, shape=shape, route=_route(event, shape))


def redacted(record: Record) -> Record:
    """Return a record without its secrets; what its event calls a secret is one in its outcome too."""
    known = Redactor()
    event = _loaded(record.event)
    known.learn(event)
    for body in filter(None, (record.outcome and record.outcome.payload, record.response and record.response.body)):
        known.learn(body)
    if record.response:
        known.headers(record.response.headers)
    shown = known.value(event)
    return replace(
        record,
        route=known.text(record.route),
        event=record.event if shown == event else _dumped(shown),
        outcome=record.outcome and _outcome(record.outcome, known),
        response=record.response and _response(record.response, known),
    )


def pretty(event: bytes) -> bytes:
    """Return JSON text with a line for each value, numbers as they were written."""
    try:
        return msgspec.json.format(event, indent=2) + b"\n"
    except (msgspec.DecodeError, RecursionError):
        return event


def told(outcome: Outcome, response: Response | None, shape: Shape) -> dict[str, Any]:
    """Return an outcome as JSON; `response` is None where no client waited for one."""
    request_id = outcome.request_id.encode()
    answer: dict[str, Any] = {
        "shape": str(shape),
        "kind": str(outcome.kind),
        **_decoded("payload", _without(request_id, outcome.payload)),
    }
    if response is not None:
        answer["response"] = {
            "status": response.status,
            "headers": [[name, _without(request_id, value.encode()).decode()] for name, value in response.headers],
            **_decoded("body", _without(request_id, response.body)),
        }
    return {**answer, "duration": round(outcome.duration, 6)}


def written(value: Any) -> bytes:
    """Return JSON as it is kept in a file. Raises ValueError for what is none."""
    try:
        return f"{json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)}\n".encode()
    except UnicodeEncodeError:  # a lone surrogate
        return f"{json.dumps(value, indent=2)}\n".encode()


def parsed(text: bytes) -> dict[str, Any]:
    """Return an outcome that was kept. Raises ValueError, which says what is wrong with it."""
    value = _loaded(text)
    if not isinstance(value, dict) or value.get("kind") not in _KINDS:
        msg = f"`kind` is not one of {', '.join(OutcomeKind)}"
        raise ValueError(msg)
    response = value.get("response")
    if response is not None and not _is_response(response):
        msg = "`response` has no status, or headers that are no pairs"
        raise ValueError(msg)
    if value.get("shape", Shape.DIRECT) not in _SHAPES:
        msg = f"`shape` is {value['shape']!r}, which is none"
        raise ValueError(msg)
    return value


def changes(recorded: Mapping[str, Any], outcome: Outcome, response: Response | None) -> tuple[Change, ...]:
    """Say what of a repeated event's outcome is not as it was recorded, in the recorded order.

    Compared is what the client got, status, headers and body; the payload where no client waited; type and message of
    an error. JSON in strings is compared as JSON. Durations, ids of requests and the headers that change each time are
    not looked at. `REDACTED` in a recorded value stands for anything.
    """
    shape = Shape(recorded.get("shape", Shape.DIRECT))
    expected = _view(recorded)
    view = _view(told(outcome, response, shape))
    if _encode(expected) == _encode(view):
        return ()
    found = tuple(_differences(expected, view, ""))
    # What was recorded without its secrets is compared without them, and what was recorded with them, with them.
    known = Redactor(outcome.payload)
    hidden = told(_outcome(outcome, known), response and _response(response, known), shape)
    places = {change.place for change in _differences(expected, _view(hidden), "")}
    return tuple(change for change in found if change.place in places)


def _route(event: Any, shape: Shape) -> str:
    """Return the method and path template of an event's request; where it tells no template, its path."""
    if shape is Shape.DIRECT or shape not in HTTP_SHAPES:
        return ""
    route, request = events.read_route(event, shape), events.read(event, shape)
    return f"{request.method} {request.path if route.method == 'ANY' else route.path}"


# --- as JSON ---------------------------------------------------------------------------------------------------------


def _without(request_id: bytes, text: bytes) -> bytes:
    return text.replace(request_id, REQUEST_ID.encode()) if len(request_id) >= _SHORTEST_ID else text


def _decoded(name: str, payload: bytes) -> dict[str, Any]:
    try:
        return {name: _decode(payload)}
    except (msgspec.DecodeError, RecursionError):
        return _oddly_decoded(name, payload)


def _oddly_decoded(name: str, payload: bytes) -> dict[str, Any]:
    try:
        value = parse(payload)
        json.dumps(value, allow_nan=False)  # 1e999 is JSON, and Python's Infinity is not
    except (ValueError, RecursionError):
        try:
            return {f"{name}_text": payload.decode()}
        except UnicodeDecodeError:
            return {f"{name}_base64": b64encode(payload).decode()}
    return {name: value}


def _outcome(outcome: Outcome, known: Redactor) -> Outcome:
    return replace(outcome, payload=known.payload(outcome.payload))


def _response(response: Response, known: Redactor) -> Response:
    return replace(response, headers=known.headers(response.headers), body=known.payload(response.body))


def _loaded(text: bytes) -> Any:
    try:
        return parse(text)
    except RecursionError:
        msg = "it is nested too deep"
        raise ValueError(msg) from None


def _dumped(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


def _is_response(response: Any) -> bool:
    if not isinstance(response, dict) or not isinstance(response.get("status"), int):
        return False
    headers = response.get("headers", [])
    return isinstance(headers, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair) for pair in headers
    )


# --- compared --------------------------------------------------------------------------------------------------------


def _view(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is compared of an outcome as JSON."""
    view: dict[str, Any] = {"kind": told["kind"]}
    response = told.get("response")
    payload = {key: value for key, value in told.items() if key.startswith("payload")}
    if told["kind"] != OutcomeKind.RESULT:
        error = payload.get("payload")
        if isinstance(error, dict):
            payload = {"payload": {key: error[key] for key in ("errorType", "errorMessage") if key in error}}
        view |= payload
    elif response is None:
        view |= payload
    if response is not None:
        body = {key: value for key, value in response.items() if key.startswith("body")}
        view["response"] = {"status": response["status"], "headers": _lasting(response.get("headers", ())), **body}
    return view


def _lasting(headers: Headers) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() not in _PASSING_HEADERS:
            values.setdefault(name.lower(), []).append(value)
    return values


def _differences(recorded: Any, now: Any, place: str) -> Iterator[Change]:
    if isinstance(recorded, str) and isinstance(now, str):
        inner = _inner(recorded), _inner(now)
        if None not in inner:
            yield from _differences(*inner, place)
        elif not _fits(recorded, now):
            yield Change(place, recorded, now)
    elif isinstance(recorded, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*recorded, *now)):
            yield from _at(recorded.get(key, msgspec.UNSET), now.get(key, msgspec.UNSET), f"{place}/{escaped(key)}")
    elif isinstance(recorded, list) and isinstance(now, list):
        for index in range(max(len(recorded), len(now))):
            was, now_is = (items[index] if index < len(items) else msgspec.UNSET for items in (recorded, now))
            yield from _at(was, now_is, f"{place}/{index}")
    elif recorded != MARK and not equal(recorded, now):
        yield Change(place, recorded, now)


def _at(recorded: Any, now: Any, place: str) -> Iterator[Change]:
    if recorded is msgspec.UNSET or now is msgspec.UNSET:
        yield Change(place, recorded, now)
    else:
        yield from _differences(recorded, now, place)


def _fits(recorded: str, now: str) -> bool:
    """Whether a text is the recorded one with something in the places of its secrets."""
    first, *parts = recorded.split(MARK)
    if not parts:
        return recorded == now
    *between, last = parts
    if len(now) < len(first) + len(last) or not (now.startswith(first) and now.endswith(last)):
        return False
    done, end = len(first), len(now) - len(last)
    for part in between:
        found = now.find(part, done, end)
        if found < 0:
            return False
        done = found + len(part)
    return True


def _inner(text: str) -> Any:
    """Return the object or list that a text holds as JSON, else None."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return parse(text.encode())
    except (ValueError, RecursionError):
        return None
