"""Files of JSON that the user names: an event, a request. What is wrong with one is an EventError that names it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_contracts.http import Request
    from lambda_contracts.route import Route

MAX_BYTES = 64 * 1024 * 1024
"""No event is near as long (Lambda takes 6 MB); a longer file is not read."""


def read_bytes(file: Path) -> bytes:
    """Return a file's content, or standard input's for `-`. Raises EventError."""
    from lambda_contracts.errors import EventError

    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        if file.stat().st_size > MAX_BYTES:
            raise EventError(f"{file} has {file.stat().st_size:,} bytes: that is no event.")
        return file.read_bytes()
    except OSError as error:
        raise EventError(f"{file} cannot be read: {error.strerror}.") from error


def read_json(file: Path) -> Any:
    """Return the JSON of a file, or of standard input for `-`. Raises EventError."""
    import json

    from lambda_contracts.errors import EventError

    try:
        return json.loads(read_bytes(file))
    except UnicodeDecodeError as error:
        raise EventError(f"{file} is not UTF-8: {error.reason} at byte {error.start:,}.") from error
    except RecursionError as error:
        raise EventError(f"{file} is nested too deep to be an event.") from error
    except ValueError as error:
        raise EventError(f"{file} is not JSON: {error}.") from error


def read_request(file: Path | None) -> tuple[Request, Route]:
    """Return the request and route of a file; without one, `GET /`.

    The file: `{"method", "target", "headers": [[name, value], ...], "body_base64", "source_ip", "protocol", "route":
    {"path", "stage", ...}}`, where `target` is the raw path and query. Raises EventError.
    """
    import base64

    import msgspec
    from lambda_contracts.errors import EventError
    from lambda_contracts.http import Request
    from lambda_contracts.route import Route

    if file is None:
        return Request(), Route(method="GET", path="/")
    data = read_json(file)
    if not isinstance(data, dict):
        raise EventError(f"{file} is no request: write an object with method, target, headers and body_base64.")
    data = dict(data)
    target, body, route = data.pop("target", "/"), data.pop("body_base64", ""), data.pop("route", {})
    try:
        path, _, query = str(target).partition("?")
        fields = {"path": path, "query": query, "body": base64.b64decode(body or "", validate=True)}
        request = msgspec.convert({**data, **fields}, Request)
        unknown = data.keys() - set(Request.__dataclass_fields__)
        if unknown:
            raise EventError(f"{file}: a request has no key {', '.join(sorted(unknown))}.")
        return request, msgspec.convert({"method": request.method, "path": path, **route}, Route)
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        raise EventError(f"{file} is no request: {error}.") from error
