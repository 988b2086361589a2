"""Recording what functions are given while they serve: whole files, in time, without secrets."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lambda_contracts.outcomes import returned
from lambda_contracts.shapes import Shape
from lambda_emulator.errors import UsageError
from lambda_emulator.fronts.invocations import Invocation
from lambda_emulator.loading import target
from lambda_emulator.recording import Recorder
from lambda_emulator.serving import Options, serve
from lambda_emulator.settings import Settings
from support import RunTool, WriteFunction

SERVED = """
    [[route]]
    method = "POST"
    path = "/predict/{id}"
    [shapes]
    accept = ["rest", "http-v2"]
    [[case]]
    name = "one"
    payload = {}
    path = "/predict/1"
"""
ANSWERS = """
    import json

    def handler(event, context):
        sent = json.loads(event["body"])
        if "number" not in sent:
            return {"statusCode": 400, "body": json.dumps({"error": "number is missing"})}
        answer = {"double": 2 * sent["number"], "request": context.aws_request_id}
        return {"statusCode": 200, "headers": {"X-Model": "1"}, "body": json.dumps(answer)}
"""


def invocation(number: int, *, size: int = 0, function: str = "sample", route: str = "POST /a") -> Invocation:
    event = json.dumps({"httpMethod": "POST", "number": number, "body": "x" * size}).encode()
    return Invocation(
        function=function, shape=Shape.REST, route=route, event=event, outcome=returned({"number": number})
    )


def recorded(folder: Path) -> dict[str, Any]:
    """Return every event of a folder, by name; each is whole, and so is what stands beside it."""
    files = [file for file in folder.rglob("*.json") if not file.name.startswith(".")]
    values = {str(file.relative_to(folder)): json.loads(file.read_bytes()) for file in files}
    outcomes = {name for name in values if name.endswith(".outcome.json")}
    assert values.keys() >= {name.replace(".outcome.json", ".json") for name in outcomes}
    return {name: value for name, value in values.items() if name not in outcomes}


@contextlib.contextmanager
def served(folder: Path, recorder: Recorder) -> Iterator[list[int]]:
    """Serve a function's APIs and record what comes in; yield the ports."""
    options = Options(port=0, reload=False, listeners=(recorder,))
    with contextlib.closing(recorder), serve([lambda: target(folder)], Settings(environment="worker"), options) as apis:
        yield [one.port for one in apis]


def post(port: int, path: str, payload: Any, **headers: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with contextlib.closing(connection):
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        return response.status, json.loads(response.read())


def test_what_an_sdk_invoked_replays_unchanged(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    folder, recordings = write_function(ANSWERS, contract=SERVED), tmp_path / "recorded"
    with served(folder, Recorder(recordings)) as (rest, _):
        assert 200 == post(rest, "/2015-03-31/functions/sample/invocations", {"body": {"number": 4}})[0]
    assert ["sample/direct-0001.json"] == list(recorded(recordings))
    same = lambdaproof("replay", folder, recordings, "-E", "worker")
    assert (0, 1) == (same.returncode, same.stdout.count("as recorded")), same.stdout + same.stderr


def test_a_recorded_run_replays_unchanged_and_shows_what_a_changed_handler_does_otherwise(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    folder, recordings = write_function(ANSWERS, contract=SERVED), tmp_path / "recorded"
    with served(folder, Recorder(recordings)) as (rest, http_v2):
        for port in (rest, http_v2):
            assert 200 == post(port, "/predict/7", {"number": 4})[0]
            assert 400 == post(port, "/predict/7", {})[0]
    names = sorted(recorded(recordings))
    assert names == [
        f"sample/POST-predict-id-{shape}-000{number}.json" for shape in ("http-v2", "rest") for number in (1, 2)
    ]

    same = lambdaproof("replay", folder, recordings, "-E", "worker")
    assert 0 == same.returncode, same.stdout + same.stderr
    assert len(names) == same.stdout.count("as recorded")

    code = (folder / "app.py").read_text()
    (folder / "app.py").write_text(code.replace("2 * sent", "3 * sent").replace('"X-Model": "1"', '"X-Model": "2"'))
    other = lambdaproof("replay", folder, recordings, "-E", "worker", "--jobs", "2", "--json")
    lines = [json.loads(line) for line in other.stdout.splitlines()]
    assert 1 == other.returncode
    assert names == [str(Path(line["file"]).relative_to(recordings)) for line in lines]
    changed = [line for line in lines if line["response"]["status"] == 200]
    assert len(changed) == sum(bool(line["changes"]) for line in lines)
    assert all(
        line["changes"]
        == [
            {"place": "/response/headers/x-model/0", "recorded": "1", "now": "2"},
            {"place": "/response/body/double", "recorded": 8, "now": 12},
        ]
        for line in changed
    )

    assert 0 == lambdaproof("replay", folder, recordings, "-E", "worker", "--update").returncode
    assert 0 == lambdaproof("replay", folder, recordings, "-E", "worker").returncode


def test_no_secret_of_a_request_or_its_answer_is_in_the_recorded_files(
    write_function: WriteFunction, tmp_path: Path
) -> None:
    """Those of any shape: tests/contracts/test_records.py."""
    code = """
        import json

        def handler(event, context):
            print(event)
            return {"statusCode": 200, "headers": {"Set-Cookie": "id=answered-cookie-secret; Path=/"},
                    "body": json.dumps({"access_token": "answered-token-secret"})}
    """
    folder, recordings = write_function(code, contract=SERVED), tmp_path / "recorded"
    secrets = [f"{name}-secret" for name in ("bearer", "cookie", "key", "query", "body", "answered")]
    with served(folder, Recorder(recordings)) as ports:
        for port in ports:
            path = "/predict/1?X-Amz-Signature=query-secret&token=query-secret"
            headers = {"Authorization": "Bearer bearer-secret", "Cookie": "a=cookie-secret", "X-Api-Key": "key-secret"}
            assert 200 == post(port, path, {"password": "body-secret"}, **headers)[0]
    written = b"".join(file.read_bytes() for file in recordings.rglob("*") if file.is_file())
    assert [] == [secret for secret in secrets if secret.encode() in written]
    assert 2 == len(recorded(recordings))
    assert b"answered" not in written


def test_names_are_safe_on_every_file_system_and_numbers_go_on(tmp_path: Path) -> None:
    for _ in range(2):
        recorder = Recorder(tmp_path / "r")
        for route in (
            "ANY /{proxy+}",
            "GET /a/b%2f\u00fc \U0001f600",
            "$default",
            "get /A",
            "GET /a",
            "",
            "GET /" + "x" * 500,
        ):
            recorder(invocation(1, route=route, function="a/../:b*"))
        recorder(invocation(1, function="con"))
        recorder.close()
        assert (8, 0) == (recorder.written, recorder.lost)
    names = sorted(recorded(tmp_path / "r"))
    assert 16 == len(names)
    assert {"a-b/ANY-proxy-rest-0002.json", "a-b/GET-a-b-2f-rest-0001.json", "a-b/default-rest-0002.json"} <= set(names)
    assert {"a-b/get-A-rest-0001.json", "a-b/GET-a-rest-0002.json", "a-b/rest-0001.json"} <= set(names)
    assert {"con_/POST-a-rest-0001.json", "con_/POST-a-rest-0002.json"} <= set(names)
    assert 255 > max(len(Path(name).name) for name in names)
    assert len(names) == len({name.casefold() for name in names})


def test_one_process_at_a_time_records_into_a_folder(tmp_path: Path) -> None:
    with contextlib.closing(Recorder(tmp_path / "r")), pytest.raises(UsageError, match="Another process records into"):
        Recorder(tmp_path / "r")
    Recorder(tmp_path / "r").close()
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be recorded into"):
        Recorder(tmp_path / "file")


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let every write of processes started in the block fail beyond a file's size, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_the_disk_does_not_take_is_told_once_and_costs_nothing_else(
    write_function: WriteFunction, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder, recordings = write_function(ANSWERS, contract=SERVED), tmp_path / "recorded"
    caplog.set_level(logging.WARNING, "lambda_emulator")
    with files_of_at_most(8192):
        recorder = Recorder(recordings)
    with served(folder, recorder) as (port, _):
        for number, padding in enumerate((0, 50_000, 0, 50_000, 50_000, 0)):
            payload = {"number": number, "padding": "x" * padding}
            status, body = post(port, "/predict/1", payload)
            assert (200, 2 * number) == (status, body["double"])
    assert [0, 2, 5] == [json.loads(event["body"])["number"] for _, event in sorted(recorded(recordings).items())]
    assert (3, 3) == (recorder.written, recorder.lost)
    assert [] == list(recordings.rglob("*.part"))
    told = [record.getMessage() for record in caplog.records]
    assert [f"An event was not recorded into {recordings}: File too large",
            f"3 of 6 events were not recorded into {recordings}"] == told  # fmt: skip


def test_events_that_come_faster_than_they_can_be_written_are_counted(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "r", redact=False)
    large = invocation(1, size=1_000_000)
    started = time.perf_counter()
    for _ in range(200):
        recorder(large)
    assert 1 > time.perf_counter() - started
    recorder.close()
    assert 200 == recorder.written + recorder.lost
    assert recorder.lost
    assert recorder.written == len(recorded(tmp_path / "r"))


RECORD = """
import json, sys
from pathlib import Path
from lambda_contracts.outcomes import returned
from lambda_contracts.shapes import Shape
from lambda_emulator.fronts.invocations import Invocation
from lambda_emulator.recording import Recorder

recorder = Recorder(Path(sys.argv[1]))
print(recorder._writer._process.pid, flush=True)
for number in range(1000):
    event = json.dumps({"number": number, "body": "x " * 10_000}).encode()
    recorder(Invocation(function="a", shape=Shape.REST, route="", event=event, outcome=returned(number)))
recorder.close()
"""


@pytest.mark.parametrize("victim", ["the server", "the writer", "both"])
def test_a_kill_leaves_whole_files_and_loses_no_earlier_one(tmp_path: Path, victim: str) -> None:
    folder = tmp_path / "r"
    before: dict[str, Any] = {}
    paths = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    (tmp_path / "tests_of_recording.py").write_text(Path(__file__).read_text())
    for seconds in (0.05, 0.2, 0.11):
        command = [sys.executable, "-c", RECORD, str(folder)]
        with subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": paths},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as server:
            assert server.stdout
            writer = int(server.stdout.readline())
            while len(list(folder.rglob("*.json"))) <= 2 * len(before) + 2:
                time.sleep(0.01)
            time.sleep(seconds)
            if victim != "the server":
                os.kill(writer, signal.SIGKILL)
            server.kill()
        while Path(f"/proc/{writer}").exists():  # it writes what it was handed before the server was killed
            time.sleep(0.01)
        after = recorded(folder)
        assert before.items() <= after.items()
        assert len(before) < len(after)
        before = after
    Recorder(folder).close()
    assert [] == [file for file in folder.rglob(".*") if file.name != ".lambdaproof.lock"]
