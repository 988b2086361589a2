"""One logical HTTP request and response, as bytes and raw strings.

Header *lists*, the path and query as they stood on the request line: a mapping of headers would lose their case, their
order and their duplicates, and every front treats those differently.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client sends.

    `path` and `query` are raw, percent-encoded as the client wrote them; `query` has no `?`. `headers` keeps case,
    order and duplicates. `body` is `b""` when there is none.
    """

    method: str = "GET"
    path: str = "/"
    query: str = ""
    headers: Headers = ()
    body: bytes = b""
    source_ip: str = "127.0.0.1"
    protocol: str = "HTTP/1.1"

    def header(self, name: str) -> str | None:
        """Return the last value of a header, whatever its case, or None."""
        return last_value(self.headers, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What the client gets: a status, headers in order with their case, and the body's bytes."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def json(self) -> Any:
        """Parse the body. Raises ValueError when it is not JSON."""
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        """Return the last value of a header, whatever its case, or None."""
        return last_value(self.headers, name)


def last_value(headers: Headers, name: str) -> str | None:
    """Return the last value that a header list holds for a name, compared without case."""
    lowered = name.lower()
    for key, value in reversed(headers):
        if key.lower() == lowered:
            return value
    return None
