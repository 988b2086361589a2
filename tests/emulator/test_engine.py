"""Finding an engine, and reading what it prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from lambda_emulator import engine
from lambda_emulator.errors import EngineNotFound


@pytest.fixture(autouse=True)
def forget() -> None:
    engine.find.cache_clear()


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_without_any_engine_the_error_says_what_was_tried_and_what_to_type(bin_folder: Path) -> None:
    program(bin_folder, "docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1")
    with pytest.raises(EngineNotFound) as caught:
        engine.find()
    assert "podman is not installed" in str(caught.value)
    assert "docker does not answer (Cannot connect to the Docker daemon)" in str(caught.value)
    assert "apt-get install podman" in caught.value.hint


def test_the_first_engine_that_answers_is_used(bin_folder: Path) -> None:
    program(bin_folder, "podman", "exit 1")
    program(bin_folder, "docker", "exit 0")
    assert "docker" == engine.find().name


def test_an_engine_that_was_asked_for_is_not_replaced_by_another(bin_folder: Path) -> None:
    program(bin_folder, "docker", "exit 0")
    with pytest.raises(EngineNotFound, match="podman is not installed"):
        engine.find("podman")


@pytest.mark.parametrize(
    "labels", ["map[io.buildah.version:1.28.2 lambdaproof.pid:4711]", "other=1,lambdaproof.pid=4711"]
)
def test_each_engine_prints_labels_in_its_own_way(labels: str) -> None:
    assert ["4711"] == list(engine._label_values(labels))
