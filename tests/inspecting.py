"""Functions served with their inspector, and its calls made as the page makes them."""

from __future__ import annotations

import functools
import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambda_emulator.inspector import PREFIX
from lambda_emulator.inspector.guard import HEADER
from lambda_emulator.loading import target
from lambda_emulator.serving import Inspect, Options, serve
from lambda_emulator.settings import Settings

BROKEN = """
    import json
    def handler(event, context):
        print("asked")
        return {"statusCode": 200, "body": json.dumps({"double": 2 * event["number"]})}
"""
"""Takes its input from the event itself, so that it fails behind every front (E01)."""
GOOD = """
    import json
    def handler(event, context):
        body = event.get("body") if "body" in event else json.dumps(event)
        return {"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": body or "null"}
"""
CONTRACT = """
[[route]]
method = "POST"
path = "/double"

[shapes]
accept = ["direct", "console-test", "rest", "http-v2"]

[[case]]
name = "three"
payload = { number = 3 }   # kept, with its spaces
"""


@dataclass(frozen=True)
class Site:
    """A server of the first front of a contract, with its inspector."""

    port: int

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.port}{PREFIX}"

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, Any]:
        """Send a request; headers are written with `_` for `-`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        is_json = "json" in (answer.getheader("content-type") or "")
        return answer.status, json.loads(text) if is_json else text.decode("utf-8", "replace")

    def call(self, method: str, path: str, value: Any = None, **headers: str) -> tuple[int, Any]:
        """Make a call of the page's."""
        body = b"" if value is None else json.dumps(value).encode()
        return self.send(method, f"{PREFIX}api/{path}", body, **{HEADER: "none", **headers})

    def ask(self, path: str) -> Any:
        """Make a call that has to be answered."""
        status, value = self.call("GET", path)
        assert 200 == status, value
        return value

    def post(self, value: Any, path: str = "/double", **headers: str) -> int:
        """Send a request to the function, and return the status."""
        return self.send("POST", path, json.dumps(value).encode(), Content_Type="application/json", **headers)[0]


@contextmanager
def inspected(*folders: Path, token: str = "", redact: bool = True) -> Iterator[Site]:
    """Serve contracts, each front at a free port, with the inspector at the first."""
    readers = [functools.partial(target, folder) for folder in folders]
    options = Options(port=0, reload=False, inspect=Inspect(token=token, redact=redact))
    with serve(readers, Settings(environment="worker"), options) as served:
        yield Site(served[0].port)
