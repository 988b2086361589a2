"""Diving from end to end: the upload past every API, the score by S3's event, the question for it; and why so."""

from __future__ import annotations

import functools
import json
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lambda_contracts.events import sample
from lambda_contracts.shapes import Shape
from lambda_emulator.aws.moto import Moto
from lambda_emulator.deployment import Deployment, deploy
from lambda_emulator.loading import load, target
from lambda_emulator.serving import Options, serve
from lambda_emulator.settings import Settings
from support import HANDLERS, RunTool

DIVING = HANDLERS / "diving"
LARGEST = 200 * 1024 * 1024
AS_A_ZIP = """name = "score"
timeout = 300
environment = { BUCKET = "diving-videos", TABLE = "diving-scores" }
"""


@dataclass(frozen=True, slots=True)
class Running:
    """The three functions: two behind their HTTP APIs, and the one that S3 invokes."""

    upload: str
    result: str
    score: Deployment


@pytest.fixture(scope="module")
def diving() -> Iterator[Running]:
    with Moto() as moto:
        settings = Settings(environment="worker", backend=moto.endpoint)
        readers = [functools.partial(target, DIVING / name) for name in ("upload", "result")]
        with serve(readers, settings, Options(port=0, reload=False)) as served:
            ports = {one.api.name: one.port for one in served if one.api and one.api.front is Shape.HTTP_V2}
            with deploy(load(DIVING / "score"), settings) as score:
                upload, result = (f"http://127.0.0.1:{port}" for port in ports.values())
                yield Running(upload, result, score)


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


def notification(key: str) -> dict[str, Any]:
    event: dict[str, Any] = sample(Shape.S3)
    event["Records"][0]["s3"]["bucket"]["name"] = "diving-videos"
    event["Records"][0]["s3"]["object"]["key"] = key
    return event


def test_a_video_of_200_mb_is_uploaded_scored_and_asked_for(diving: Running) -> None:
    sent = video(50, LARGEST)
    assert LARGEST - 400_000 < len(sent) <= LARGEST
    status, body = ask("POST", f"{diving.upload}/videos", f'{{"size": {len(sent)}}}'.encode())
    assert 201 == status, body
    promised = json.loads(body)
    scores = diving.result + promised["score"]
    assert (202, "waiting") == ((answer := ask("GET", scores))[0], json.loads(answer[1])["status"])

    upload = promised["upload"]
    assert (200, b"") == ask(upload["method"], upload["url"], sent, upload["headers"])
    key = f"videos/{promised['video']}.y4m"
    assert key in upload["url"]
    outcome = diving.score.function.invoke(notification(key))
    assert outcome.ok, outcome.error

    deadline = time.monotonic() + 10
    while (answer := ask("GET", scores))[0] == 202 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert 200 == answer[0]
    assert 0 <= json.loads(answer[1])["score"] <= 3, "a belly flop"


def test_a_larger_video_and_an_unknown_one_are_refused(diving: Running) -> None:
    assert 400 == ask("POST", f"{diving.upload}/videos", b'{"size": 209715201}')[0]
    assert 404 == ask("GET", f"{diving.result}/scores/nobody")[0]


def test_check_says_why_it_is_neither_synchronous_nor_a_zip(lambdaproof: RunTool, tmp_path: Path) -> None:
    """The same function behind a REST API, and as a zip with its model: sparse, since only its size is looked at."""
    folder = tmp_path / "score"
    shutil.copytree(DIVING / "score", folder, ignore=shutil.ignore_patterns("model", "__pycache__", ".*"))
    text = (folder / "contract.toml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^(template|resource|image|build) = .*\n", "", text)
    text = text.replace("[function]", f"[function]\n{AS_A_ZIP}")
    (folder / "contract.toml").write_text(text.replace('accept = ["s3"]', 'accept = ["s3", "rest"]'), encoding="utf-8")
    (folder / "model").mkdir()
    with (folder / "model" / "more.npy").open("wb") as file:
        file.truncate(573_440_000)
    done = lambdaproof("check", folder, "--environment", "worker")
    assert 1 == done.returncode, done.stderr
    assert "error budget.front: cold may take 60 s, but the front rest waits 29 s" in done.stdout
    assert "error limit.package-unzipped" in done.stdout
    assert re.search(r"the largest parts are model/ \(563 MB\)", done.stdout)
    assert "deploy a container image" in done.stdout
