"""handlers/diving as its client sees it: its APIs served, a video that is announced, uploaded and asked for."""

from __future__ import annotations

import contextlib
import functools
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lambda_contracts.shapes import Shape
from lambda_emulator.loading import target
from lambda_emulator.serving import Options, serve
from lambda_emulator.settings import Settings
from support import HANDLERS

DIVING = HANDLERS / "diving"


@dataclass(frozen=True, slots=True)
class Apis:
    """Where videos are announced, and where scores are asked for."""

    upload: str
    result: str


@contextlib.contextmanager
def apis(settings: Settings) -> Iterator[Apis]:
    """Serve the two functions that are behind an HTTP API."""
    readers = [functools.partial(target, DIVING / name) for name in ("upload", "result")]
    with serve(readers, settings, Options(port=0, reload=False)) as served:
        ports = [one.port for one in served if one.api and one.api.front is Shape.HTTP_V2]
        yield Apis(*(f"http://127.0.0.1:{port}" for port in ports))


def score_of(found: Apis, sent: bytes, uploaded: Callable[[str], None] = lambda _: None) -> Any:
    """Announce and upload a video, and ask until there is its score; `uploaded` is told its key."""
    status, body = ask("POST", f"{found.upload}/videos", json.dumps({"size": len(sent)}).encode())
    assert 201 == status, body
    promised = json.loads(body)
    scores, upload = found.result + promised["score"], promised["upload"]
    status, body = ask("GET", scores)
    assert (202, "waiting") == (status, json.loads(body)["status"])
    assert 200 == ask(upload["method"], upload["url"], sent, upload["headers"])[0]
    uploaded(f"videos/{promised['video']}.y4m")
    deadline = time.monotonic() + 120
    while (answer := ask("GET", scores))[0] == 202 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert 200 == answer[0], answer
    return json.loads(answer[1])["score"]


def ask(
    method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    request = urllib.request.Request(url, body, dict(headers or {}), method=method)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def video(splash: int, size: int) -> bytes:
    """Return a video of at most some bytes, in whose lower quarter the brightness changes from frame to frame."""
    width, height = 640, 360
    air, water = b"\x3c" * (width * height * 3 // 4), width * height // 4
    frames = [
        b"".join([b"FRAME\n", air, bytes([60 + change]) * water, b"\x80" * (width * height // 2)])
        for change in (0, splash)
    ]
    header = f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 C420jpeg\n".encode()
    return b"".join([header, *(frames[index % 2] for index in range((size - len(header)) // len(frames[0])))])
