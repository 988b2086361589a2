"""LocalStack and MiniStack themselves, in the environments that the committed locks make."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from deployed import of_these_tests
from lambda_contracts.contract import DynamoTable, TableKey
from lambda_emulator import orphans
from lambda_emulator.aws.endpoint import Endpoint
from lambda_emulator.aws.localstack import LocalStack
from lambda_emulator.aws.managed import Managed
from lambda_emulator.aws.ministack import MiniStack
from lambda_emulator.errors import BackendUnavailable, PortInUse
from lambda_emulator.settings import Settings
from support import IRIS, RunTool

pytestmark = pytest.mark.localstack

both = pytest.mark.parametrize("kind", [LocalStack, MiniStack], ids=lambda kind: kind.installation.name)


def folders() -> list[Path]:
    return [*Path(tempfile.gettempdir()).glob(f"{orphans.scratch_prefix()}*")]


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No test leaves a stand-in or its state behind."""
    yield
    assert ([], []) == (of_these_tests(), folders())
    for shared in ("localstack-s3-storage", "ministack-data"):
        assert not Path(tempfile.gettempdir(), shared).exists(), "their own, which runs would share"


@pytest.mark.parametrize(("backend", "says"), [("localstack", "LocalStack 4.14.0"), ("ministack", "MiniStack 1.5.33")])
def test_the_example_holds_and_leaves_nothing(lambdaproof: RunTool, tmp_path: Path, backend: str, says: str) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = lambdaproof("check", IRIS, "--backend", backend, environ={"TMPDIR": str(temporary)})
    assert 0 == done.returncode, done.stdout + done.stderr
    assert f"Starting {says}" in done.stderr
    assert "virginica" in done.stdout
    assert [] == list(temporary.iterdir())


@both
def test_it_listens_on_the_loopback_address_only_and_holds_objects(settings: Settings, kind: type[Managed]) -> None:
    with kind(settings) as backend:
        with urlopen(f"{backend.endpoint}/_localstack/health") as response:
            assert kind.installation.version() == json.load(response)["version"]
        port = int(backend.endpoint.rpartition(":")[2])
        listening = [
            line.split()[1]
            for table in ("tcp", "tcp6")
            for line in Path("/proc/net", table).read_text().splitlines()[1:]
            if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
        ]
        assert [f"0100007F:{port:04X}"] == listening
        assert ["models"] == backend.make_buckets(["models"])
        backend.client("s3").put_object(Bucket="models", Key="key", Body=b"1")
        assert [] == backend.make_buckets(["models"])
        assert b"1" == backend.client("s3").get_object(Bucket="models", Key="key")["Body"].read()


@both
def test_its_state_ends_with_it(settings: Settings, kind: type[Managed]) -> None:
    with kind(settings) as backend:
        backend.make_buckets(["models"])
    with kind(settings) as backend:
        assert [] == backend.client("s3").list_buckets()["Buckets"]


@both
def test_two_at_once_have_nothing_of_each_other(settings: Settings, kind: type[Managed]) -> None:
    with kind(settings) as one, kind(settings) as other:
        for backend, body in ((one, b"one"), (other, b"other")):
            backend.make_buckets(["models"])
            backend.client("s3").put_object(Bucket="models", Key="key", Body=body)
        found = [backend.client("s3").get_object(Bucket="models", Key="key")["Body"].read() for backend in (one, other)]
        assert [b"one", b"other"] == found


def test_one_that_ends_at_its_start_is_told_with_its_log(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_WORKER_COUNT", "many")
    with pytest.raises(BackendUnavailable, match=r"ended with exit status 1:(?s:.*)invalid literal.*many"):
        LocalStack(settings).__enter__()
    assert "many" in (settings.cache / "localstack" / "last.log").read_text()


@both
def test_a_taken_port_is_told(settings: Settings, kind: type[Managed]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortInUse, match="cannot be used: Address already in use"):
            kind(settings, port=taken.getsockname()[1]).__enter__()


@both
def test_what_a_killed_run_left_is_ended_by_the_next(settings: Settings, kind: type[Managed]) -> None:
    code = (
        f"import sys, time; from pathlib import Path; from {kind.__module__} import {kind.__name__}\n"
        "from lambda_emulator.settings import Settings\n"
        f"with {kind.__name__}(Settings(cache=Path({str(settings.cache)!r}))) as backend:\n"
        "    print('up', flush=True); time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        assert "up\n" == killed.stdout.readline()
        killed.send_signal(signal.SIGKILL)
    assert of_these_tests()
    assert [name for name in orphans.end() if f"-{killed.pid}-" in name]
    deadline = time.monotonic() + 5
    while of_these_tests() and time.monotonic() < deadline:
        time.sleep(0.05)


def test_a_run_that_is_ended_while_it_starts_leaves_nothing(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "lambda_emulator.cli",
        "serve",
        str(IRIS),
        "--backend",
        "localstack",
        "--port",
        "0",
    ]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env={**os.environ}) as process:
        for line in process.stderr or ():
            if "Starting LocalStack" in line:
                break
        time.sleep(1)
        process.terminate()  # not SIGINT: what starts in the background of a shell may ignore that
        assert process.stderr is not None
        process.stderr.read()
    assert process.returncode != 0
    assert [] == list(Path(tempfile.gettempdir()).glob(f"lambdaproof-{process.pid}-*"))


def test_an_endpoint_of_the_users_keeps_what_it_had_and_loses_what_the_run_made(settings: Settings) -> None:
    with LocalStack(settings) as running:
        running.make_buckets(["theirs"])
        with Endpoint(running.endpoint + "/") as endpoint:
            assert ["ours"] == endpoint.make_buckets(["theirs", "ours", "ours"])
            for bucket in ("theirs", "ours"):
                endpoint.client("s3").put_object(Bucket=bucket, Key="a b/ü", Body=b"1")
        s3 = running.client("s3")
        assert ["theirs"] == [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
        assert ["a b/ü"] == [found["Key"] for found in s3.list_objects_v2(Bucket="theirs")["Contents"]]


@both
def test_its_lock_is_the_one_of_the_environment(settings: Settings, kind: type[Managed]) -> None:
    python = kind.installation.environment(settings.cache)
    code = f"import importlib.metadata as m; print(m.version({kind.installation.distribution!r}))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    assert kind.installation.version() == done.stdout.strip()


def test_ministack_holds_tables_without_any_download(settings: Settings) -> None:
    table = DynamoTable(name="orders", partition_key=TableKey(name="id"), items=({"id": "a", "count": 1.5},))
    with MiniStack(settings) as backend:
        assert ["orders"] == backend.make_tables([table])
        found = backend.client("dynamodb").get_item(TableName="orders", Key={"id": {"S": "a"}})["Item"]
        assert {"id": {"S": "a"}, "count": {"N": "1.5"}} == found
