"""A log as lines, whatever it was exported as: what a function printed, without what was put before it.

Read are text (the console's, `aws logs tail`, an export to S3), the JSON of `aws logs filter-log-events`,
`get-log-events` and `get-query-results`, and the console's CSV.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|\d{13}(?=\s+\S)"
_STREAM = r"\d{4}/\d\d/\d\d/[\w-]*\[[^\]\s]+\][0-9a-f]{32}"
_LEVEL = r"\[?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)\]?:?"
_REQUEST = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_BEFORE = re.compile(
    rf"\s*(?:(?P<time>{_TIME})|(?P<stream>{_STREAM})|(?P<level>{_LEVEL})|(?P<request>{_REQUEST}))(?:\s|\Z)"
)
_PLATFORM = re.compile(rf"\s*(?:START|END|REPORT) RequestId: (?P<request>{_REQUEST})")


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `place` says where it stands (`line 3`, `/events/2`), `stream` and `request` whose it is, if known.

    `platform` says that Lambda wrote it, not the function.
    """

    place: str
    text: str
    stream: str
    request: str
    platform: bool = False


def lines(log: str) -> Iterator[Line]:
    """Yield the lines of a log, each with the id of the invocation that it belongs to."""
    requests: dict[str, str] = {}
    last = ""
    for place, stream, message in _messages(log.removeprefix("\ufeff")):
        for text in message.splitlines():
            line = _line(place, stream or last, text)
            last = "" if stream else line.stream  # the further lines of a message have nothing before them
            if line.request:
                requests[line.stream] = line.request
            yield Line(line.place, line.text, line.stream, requests.get(line.stream, ""), line.platform)


def _line(place: str, stream: str, text: str) -> Line:
    request = ""
    rest = text
    while found := _BEFORE.match(rest):
        stream, request = found["stream"] or stream, found["request"] or request
        rest = rest[found.end() :]
    platform = _PLATFORM.match(rest)
    return Line(place, rest, stream, platform["request"] if platform else request, platform is not None)


def _messages(log: str) -> Iterable[tuple[str, str, str]]:
    """Return (place, stream, message) for each message of a log."""
    for read in (_of_json, _of_csv):
        found = read(log)
        if found is not None:
            return found
    return [(f"line {number}", "", text) for number, text in enumerate(log.split("\n"), 1)]


def _of_json(log: str) -> list[tuple[str, str, str]] | None:
    if log.lstrip()[:1] != "{":
        return None
    try:
        value = json.loads(log)
    except (ValueError, RecursionError):
        return None
    if _all(value.get("events"), dict) and all(isinstance(one.get("message"), str) for one in value["events"]):
        return [
            (f"/events/{index}", str(one.get("logStreamName", "")), one["message"])
            for index, one in enumerate(value["events"])
        ]
    if _all(value.get("results"), list):
        return list(_of_query(value["results"]))
    return None


def _of_query(results: list[Any]) -> Iterator[tuple[str, str, str]]:
    for index, row in enumerate(results):
        fields = {one.get("field"): one.get("value") for one in row if isinstance(one, dict)}
        message = fields.get("@message")
        if isinstance(message, str):
            yield f"/results/{index}", str(fields.get("@logStream", "")), message


def _all(values: Any, kind: type) -> bool:
    return isinstance(values, list) and bool(values) and all(isinstance(value, kind) for value in values)


def _of_csv(log: str) -> list[tuple[str, str, str]] | None:
    names = log.partition("\n")[0].strip().split(",")
    message = next((name for name in ("message", "@message") if name in names), None)
    if message is None:
        return None
    rows = csv.reader(io.StringIO(log, newline=""))
    next(rows)
    found, number = [], rows.line_num + 1
    try:
        for row in rows:
            fields = dict(zip(names, row, strict=False))
            stream = fields.get("logStreamName") or fields.get("@logStream") or ""
            found.append((f"line {number}", stream, fields.get(message, "")))
            number = rows.line_num + 1
    except csv.Error:
        return None
    return found
