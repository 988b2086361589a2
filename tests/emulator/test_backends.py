"""Which stand-in for AWS is chosen, and what is said when it cannot be had."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from lambda_contracts.contract import DynamoTable, TableKey
from lambda_emulator import interpreters
from lambda_emulator.aws import localstack, starting
from lambda_emulator.aws.endpoint import Endpoint
from lambda_emulator.aws.localstack import LOCALSTACK, PLUG_INS, LocalStack
from lambda_emulator.aws.managed import Installation
from lambda_emulator.aws.ministack import MINISTACK, MiniStack
from lambda_emulator.aws.moto import Moto
from lambda_emulator.errors import BackendUnavailable, InterpreterUnavailable, UsageError
from lambda_emulator.rie import free_ports
from lambda_emulator.settings import Settings, resolve
from support import IRIS, ROOT, RunTool


@pytest.mark.parametrize("value", ["moto", "localstack", "ministack", "http://localhost:4566", "https://aws.test:443/"])
def test_a_backend_is_a_name_or_a_url(value: str) -> None:
    assert value == resolve({}, environ={"LAMBDAPROOF_BACKEND": value}, folder=Path("/")).backend
    kind = {"moto": Moto, "localstack": LocalStack, "ministack": MiniStack}.get(value, Endpoint)
    assert isinstance(starting.chosen(Settings(backend=value)), kind)


@pytest.mark.parametrize(
    "value", ["aws", "localhost:4566", "http://", "ftp://localhost:1", "http://localhost:4566/path"]
)
def test_another_is_told_with_what_is_possible(value: str) -> None:
    with pytest.raises(UsageError, match="Choose moto, localstack, ministack, or a URL"):
        resolve({"backend": value}, environ={}, folder=Path("/"))


def test_an_endpoint_that_does_not_answer_is_told(lambdaproof: RunTool) -> None:
    url = f"http://127.0.0.1:{free_ports(1)[0]}"
    done = lambdaproof("check", IRIS, "--backend", url)
    assert (3, f"Nothing that could be AWS answers at {url}.") == (done.returncode, _problem(done.stderr))


def test_an_endpoint_keeps_what_it_had_and_loses_what_the_run_made() -> None:
    table = DynamoTable(name="orders", partition_key=TableKey(name="id"), items=({"id": "a"},))
    kept = DynamoTable(name="kept", partition_key=TableKey(name="id"))
    with Moto() as theirs:
        theirs.make_buckets(["theirs"])
        theirs.make_tables([kept])
        with Endpoint(theirs.endpoint) as endpoint:
            assert ["ours"] == endpoint.make_buckets(["theirs", "ours"])
            assert ["orders"] == endpoint.make_tables([table, kept])
            endpoint.client("s3").put_object(Bucket="ours", Key="a b/ü", Body=b"1")
        assert ["theirs"] == [bucket["Name"] for bucket in theirs.client("s3").list_buckets()["Buckets"]]
        assert ["kept"] == theirs.client("dynamodb").list_tables()["TableNames"]


def test_an_endpoint_that_went_away_is_told_and_does_not_hide_the_runs_result(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with Moto() as theirs:
        endpoint = Endpoint(theirs.endpoint).__enter__()
        endpoint.make_buckets(["ours"])
    with pytest.raises(BackendUnavailable, match=r"S3 at http://127.0.0.1:.* does not work"):
        endpoint.make_buckets(["more"])
    endpoint.__exit__()
    assert "may be left" in caplog.text


@pytest.mark.parametrize("installation", [LOCALSTACK, MINISTACK], ids=lambda one: one.name)
def test_a_stand_in_says_what_to_type_where_there_is_no_python_for_it(
    tmp_path: Path, installation: Installation
) -> None:
    with pytest.raises(InterpreterUnavailable, match=r"needs Python 3\.99.*uv python install"):
        replace(installation, pythons=((3, 99),)).environment(tmp_path)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("with_uv", [True, False])
def test_a_file_that_is_not_the_locked_one_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_uv: bool
) -> None:
    """With a lock of one package whose hash is wrong, on whichever Python runs this."""
    lock = tmp_path / "lock.txt"
    lock.write_text(f"six==1.17.0 --hash=sha256:{'0' * 64}\n")
    wrong = replace(LOCALSTACK, lock=lock, distribution="six", pythons=(sys.version_info[:2],))
    if not with_uv:
        monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(InterpreterUnavailable, match=r"(?i)hash"):
        wrong.environment(tmp_path / "cache")
    assert wrong.made(tmp_path / "cache") is None
    assert [] == [path for path in (tmp_path / "cache" / "localstack").iterdir() if path.is_dir()]


def test_the_lock_and_the_container_are_of_one_version() -> None:
    compose = (ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8")
    assert f"image: localstack/localstack:{LOCALSTACK.version()}\n" in compose
    assert f"      SERVICES: ${{SERVICES:-{localstack.SERVICES}}}\n" in compose


@pytest.mark.parametrize(("installation", "packages"), [(LOCALSTACK, 100), (MINISTACK, 10)])
def test_every_file_of_a_lock_has_its_hash(installation: Installation, packages: int) -> None:
    locked = re.split(r"\n(?=[a-z])", installation.lock.read_text(encoding="utf-8"))[1:]
    assert len(locked) > packages
    assert [] == [package for package in locked if "--hash=sha256:" not in package]


def test_localstack_finds_the_plug_ins_that_this_distribution_has() -> None:
    """Also where lambdaproof is installed into LocalStack's environment."""
    found = configparser.ConfigParser(delimiters="=")
    found.read_string(PLUG_INS)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = {group: dict(found[group]) for group in found.sections()}
    assert {group: names for group, names in project["entry-points"].items() if "localstack" in group} == told


def test_what_runs_in_localstacks_python_needs_no_more_than_the_standard_library(tmp_path: Path) -> None:
    for package in ("emulator/lambda_emulator", "contracts/lambda_contracts"):
        (tmp_path / Path(package).name).symlink_to(ROOT / package)
    executor = ROOT / "emulator" / "lambda_emulator" / "aws" / "localstack_executor.py"
    lines = executor.read_text(encoding="utf-8").splitlines()
    ours = "\n".join(line for line in lines if line.startswith(("from lambda_", "import lambda_")))
    done = subprocess.run(
        [sys.executable, "-S", "-c", ours],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "" == done.stderr
    assert "lambda_emulator.function" in ours


def test_the_version_of_what_is_no_python_is_none() -> None:
    assert interpreters.version_of("/bin/false") is None
    assert sys.version_info[:2] == interpreters.version_of(sys.executable)


def test_the_doctor_says_how_stand_ins_are_made(lambdaproof: RunTool, tmp_path: Path) -> None:
    done = lambdaproof("doctor", environ={"LAMBDAPROOF_CACHE": str(tmp_path / "empty")})
    for name in ("localstack", "ministack"):
        assert re.search(rf"missing +{name} .*lambdaproof doctor --fix", done.stdout)


def _problem(stderr: str) -> str:
    return next(line for line in stderr.splitlines() if line.startswith("error:")).removeprefix("error: ")
