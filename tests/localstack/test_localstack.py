"""LocalStack itself, in the environment that the committed lock makes."""

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
from lambda_emulator import orphans
from lambda_emulator.aws import localstack
from lambda_emulator.aws.endpoint import Endpoint
from lambda_emulator.aws.localstack import LocalStack
from lambda_emulator.errors import BackendUnavailable, PortInUse
from lambda_emulator.settings import Settings
from support import IRIS, MARK, RunTool

pytestmark = pytest.mark.localstack


def of_these_tests() -> list[int]:
    """Return the ids of LocalStack's processes that these tests started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, environ = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        if b"localstack.runtime.main" in command and MARK.encode() in environ:
            found.append(int(folder.name))
    return found


def folders() -> list[Path]:
    return [*Path(tempfile.gettempdir()).glob(f"{orphans.scratch_prefix()}*")]


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No test leaves a LocalStack or its state behind."""
    yield
    assert ([], []) == (of_these_tests(), folders())
    assert not Path(tempfile.gettempdir(), "localstack-s3-storage").exists(), "LocalStack's own, which runs would share"


def test_the_example_holds_and_leaves_nothing(lambdaproof: RunTool, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = lambdaproof("check", IRIS, "--backend", "localstack", environ={"TMPDIR": str(temporary)})
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "Starting LocalStack 4.14.0" in done.stderr
    assert "virginica" in done.stdout
    assert [] == list(temporary.iterdir())


def test_it_listens_on_the_loopback_address_only_and_holds_objects(settings: Settings) -> None:
    with LocalStack(settings.cache) as backend:
        with urlopen(f"{backend.endpoint}/_localstack/health") as response:
            assert "4.14.0" == json.load(response)["version"]
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


def test_its_state_ends_with_it(settings: Settings) -> None:
    with LocalStack(settings.cache) as backend:
        backend.make_buckets(["models"])
    with LocalStack(settings.cache) as backend:
        assert [] == backend.client("s3").list_buckets()["Buckets"]


def test_two_at_once_have_nothing_of_each_other(settings: Settings) -> None:
    with LocalStack(settings.cache) as one, LocalStack(settings.cache) as other:
        for backend, body in ((one, b"one"), (other, b"other")):
            backend.make_buckets(["models"])
            backend.client("s3").put_object(Bucket="models", Key="key", Body=body)
        found = [backend.client("s3").get_object(Bucket="models", Key="key")["Body"].read() for backend in (one, other)]
        assert [b"one", b"other"] == found


def test_one_that_ends_at_its_start_is_told_with_its_log(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_WORKER_COUNT", "many")
    with pytest.raises(BackendUnavailable, match=r"ended with exit status 1:(?s:.*)invalid literal.*many"):
        LocalStack(settings.cache).__enter__()
    assert "many" in (settings.cache / "localstack" / "last.log").read_text()


def test_a_taken_port_is_told(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortInUse, match="cannot be used: Address already in use"):
            LocalStack(settings.cache, port=taken.getsockname()[1]).__enter__()


def test_what_a_killed_run_left_is_ended_by_the_next(settings: Settings) -> None:
    code = (
        "import sys, time; from pathlib import Path; from lambda_emulator.aws.localstack import LocalStack\n"
        f"with LocalStack(Path({str(settings.cache)!r})) as backend:\n    print('up', flush=True); time.sleep(600)\n"
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
    with LocalStack(settings.cache) as running:
        running.make_buckets(["theirs"])
        with Endpoint(running.endpoint + "/") as endpoint:
            assert ["ours"] == endpoint.make_buckets(["theirs", "ours", "ours"])
            for bucket in ("theirs", "ours"):
                endpoint.client("s3").put_object(Bucket=bucket, Key="a b/ü", Body=b"1")
        s3 = running.client("s3")
        assert ["theirs"] == [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
        assert ["a b/ü"] == [found["Key"] for found in s3.list_objects_v2(Bucket="theirs")["Contents"]]


def test_its_lock_is_the_one_of_the_environment(settings: Settings) -> None:
    python = localstack.environment(settings.cache)
    code = "import importlib.metadata as m; print(m.version('localstack-core'))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    assert localstack.version() == done.stdout.strip()
