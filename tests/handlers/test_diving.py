"""Diving from end to end: the upload past every API, the score by S3's event, the question for it; and why so."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from diving import DIVING, Apis, apis, ask, score_of, video
from lambda_contracts.events import sample
from lambda_contracts.shapes import Shape
from lambda_emulator.aws.moto import Moto
from lambda_emulator.deployment import deploy
from lambda_emulator.loading import load
from lambda_emulator.settings import Settings
from support import RunTool

AS_A_ZIP = """name = "score"
timeout = 300
environment = { BUCKET = "diving-videos", TABLE = "diving-scores" }
"""


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with Moto() as moto:
        yield Settings(environment="worker", backend=moto.endpoint)


@pytest.fixture(scope="module")
def served(settings: Settings) -> Iterator[Apis]:
    with apis(settings) as found:
        yield found


def notification(key: str) -> dict[str, Any]:
    event: dict[str, Any] = sample(Shape.S3)
    event["Records"][0]["s3"]["bucket"]["name"] = "diving-videos"
    event["Records"][0]["s3"]["object"]["key"] = key
    return event


def test_a_video_is_uploaded_scored_and_asked_for(served: Apis, settings: Settings) -> None:
    """A small one; that of 200 MB is in LocalStack's test."""
    sent = video(50, 10_000_000)
    with deploy(load(DIVING / "score"), settings) as score:

        def invoke(key: str) -> None:
            outcome = score.function.invoke(notification(key))
            assert outcome.ok, outcome.error

        assert 0 <= score_of(served, sent, invoke) <= 3, "a belly flop"


def test_a_larger_video_and_an_unknown_one_are_refused(served: Apis) -> None:
    assert 400 == ask("POST", f"{served.upload}/videos", b'{"size": 209715201}')[0]
    assert 404 == ask("GET", f"{served.result}/scores/nobody")[0]


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
