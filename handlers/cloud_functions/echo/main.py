"""handlers/echo on Google Cloud: a cloud function gets the request itself, and no event."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Request

TEXT = {"Content-Type": "text/plain; charset=utf-8"}  # else Flask says that text is HTML


def echo(request: Request) -> tuple[str, int, dict[str, str]]:
    """Say what was said: `msg` of the JSON in the body."""
    said = request.get_json(force=True, silent=True)  # force: whatever its Content-Type
    if not isinstance(said, dict):
        return "The payload must be a JSON object.", 400, TEXT
    if not isinstance(said.get("msg"), str):
        return "msg must be a string.", 400, TEXT
    return said["msg"], 200, TEXT
