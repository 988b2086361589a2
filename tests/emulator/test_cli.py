"""The command line: answers on stdout, everything else on stderr, the right exit code, no traceback of ours."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from lambda_emulator.rie import INVOKE_PATH, free_ports
from support import RunTool, WriteFunction, leaked_processes, serving

ECHO = 'def handler(event, context):\n    print("seen")\n    return {"statusCode": 200, "body": "ok"}\n'
BODY_ONLY = """
    import json
    def handler(event, context):
        return {"statusCode": 200, "body": json.dumps(json.loads(event["body"])["number"])}
"""
TOP_LEVEL_ONLY = """
    import json
    def handler(event, context):
        return {"statusCode": 200, "body": json.dumps(event["number"])}
"""
CASES = """
    [checks]
    bad-input = false
    [[case]]
    name = "a number"
    payload = { number = 3 }
    status = 200
    body = 3
"""


def test_a_contract_that_holds_exits_with_0_and_shows_the_matrix(
    lambdaproof: RunTool, write_function: WriteFunction
) -> None:
    done = lambdaproof("check", write_function(ECHO))
    assert 0 == done.returncode, done.stderr
    assert [
        "sample    direct    console-test  rest",
        "  one     ok        ok            ok",
    ] == [line.rstrip() for line in done.stdout.splitlines()[:2]]
    assert "3 events, all hold" in done.stdout


@pytest.mark.parametrize(
    ("code", "broken", "error"),
    [
        (BODY_ONLY, "direct", "error E02 at /body: KeyError: 'body'"),
        (TOP_LEVEL_ONLY, "rest", "error E01 at /number: KeyError: 'number'"),
    ],
    ids=["reads only the body", "reads only the top level"],
)
def test_a_handler_for_one_shape_fails_the_other_and_everything_to_repeat_it_is_shown(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path, code: str, broken: str, error: str
) -> None:
    folder = write_function(code, contract='[shapes]\naccept = ["direct", "rest"]\n' + CASES)
    done = lambdaproof("check", folder)
    assert 1 == done.returncode, done.stderr
    assert f"FAIL a number[{broken}]" in done.stdout
    assert error in done.stdout
    assert re.search(rf"line +{re.escape(str(folder / 'app.py'))}:4", done.stdout)
    assert '502 {"message": "Internal server error"}' in done.stdout
    assert "2 events, 1 failed" in done.stdout

    shown = dict(re.findall(r"^  (event|replay|curl) +(.+)$", done.stdout, re.M))
    assert shown["event"].startswith('{"number": 3}' if broken == "direct" else '{"resource": "/", ')
    again = lambdaproof(*shlex.split(shown["replay"])[1:])
    assert 1 == again.returncode
    assert error in again.stdout

    keep = re.search(r"lambdaproof (invoke .+ --keep --port 9000)", done.stdout)
    assert keep is not None
    (port,) = free_ports(1)
    arguments = shlex.split(keep[1].replace("9000", str(port)))
    with serving(*arguments, cwd=tmp_path) as process:
        curl = shlex.split(shown["curl"].replace("9000", str(port)))
        answer = subprocess.run(curl, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert error.rpartition(": ")[2].strip("'") in json.loads(answer.stdout)["errorMessage"]
        process.send_signal(signal.SIGINT)
        assert 0 == process.wait(20)


def test_the_same_events_again_as_json(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    done = lambdaproof("check", write_function(BODY_ONLY, contract=CASES), "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    verdicts = [line for line in lines if "check" not in line]
    assert 1 == done.returncode
    assert {"budget": True, "state": True} == {line["check"]: line["passed"] for line in lines if "check" in line}
    assert {"direct": False, "console-test": True, "rest": True} == {one["shape"]: one["passed"] for one in verdicts}
    assert {"kind": "function error", "log": ["[ERROR] KeyError: 'body'"]}.items() <= {
        **verdicts[0]["outcome"],
        "log": verdicts[0]["outcome"]["log"][:1],
    }.items()


def test_a_folder_of_contracts_is_checked_as_a_whole(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    write_function(ECHO, name="good")
    write_function("def handler(event, context):\n    return 1", name="bad")
    write_function("", name=".hidden", contract="not even TOML")
    done = lambdaproof("check", tmp_path, "--environment", "in-process")
    assert 1 == done.returncode
    assert ["bad", "good"] == re.findall(r"^(\w+)\s+direct", done.stdout, re.M)


# --- what can be wrong with what is asked for ------------------------------------------------------------------------


def test_an_unknown_key_of_a_contract_is_named_with_its_line(
    lambdaproof: RunTool, write_function: WriteFunction
) -> None:
    folder = write_function(ECHO, function="tiemout = 3")
    assert_told(lambdaproof("check", folder), 2, rf"{folder}/contract.toml:4: function.tiemout.*`timeout`")


def test_zero_contracts_are_no_pass(lambdaproof: RunTool, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert_told(lambdaproof("check", "empty"), 2, r"empty has no contract.toml")
    assert_told(lambdaproof("check", "nowhere/contract.toml"), 2, r"there is no such file")


@pytest.mark.parametrize("environment", ["process", "in_process"])
@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import not_a_module_of_anyone", r"No module named 'not_a_module_of_anyone'"),
        ("raise RuntimeError('no model at s3://models/iris.joblib')", r"no model at s3://models/iris.joblib"),
        ("def handler(:", r"Syntax error in module 'app'"),
    ],
)
def test_a_handler_that_does_not_load_is_named(
    lambdaproof: RunTool, write_function: WriteFunction, environment: str, code: str, told: str
) -> None:
    done = lambdaproof("check", write_function(code), "-E", environment)
    assert_told(done, 2, rf"sample does not load.*{told}")


def test_a_model_missing_on_s3_is_named(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    code = """
        import boto3
        MODEL = boto3.client("s3").get_object(Bucket="models", Key="iris.joblib")
        def handler(event, context): ...
    """
    contract = '[setup]\nbuckets = ["models"]\n[[case]]\nname = "one"\npayload = {}\n'
    folder = write_function(code, contract=contract, files={"requirements.txt": "boto3\n"})
    assert_told(lambdaproof("check", folder), 2, r"NoSuchKey.*app.py:3  MODEL = .*\[setup\]")


def test_a_port_in_use_is_named(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    folder = write_function(ECHO)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert_told(lambdaproof("check", folder, "--port", str(port)), 3, rf"Port {port}.*--port")


@pytest.mark.parametrize("payload", ["", "{", "{'a': 1}", "[" * 100_000])
def test_a_payload_that_is_not_json_is_refused(
    lambdaproof: RunTool, write_function: WriteFunction, payload: str
) -> None:
    done = lambdaproof("invoke", write_function(ECHO), "--event", "-", stdin=payload)
    assert_told(done, 2, r"The event is not JSON")


def test_an_event_file_that_is_missing_is_named(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    folder = write_function(ECHO)
    assert_told(lambdaproof("invoke", folder, "-e", "nowhere.json"), 2, r"nowhere.json")
    assert_told(lambdaproof("replay", folder, "nowhere.json"), 2, r"nowhere.json: there is no such file")
    assert_told(lambdaproof("invoke", folder), 2, r"--event FILE or --payload JSON")


@pytest.mark.parametrize("command", ["check", "invoke"])
def test_without_an_engine_the_container_environment_says_what_to_type(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path, command: str
) -> None:
    folder = write_function(ECHO, function='image = "localhost/nothing"')
    (tmp_path / "bin").mkdir()
    arguments = ["-p", "{}"] if command == "invoke" else []
    done = lambdaproof(
        command, folder, "-E", "container", *arguments, environ={"PATH": f"{tmp_path}/bin:{leak_mark()}"}
    )
    assert_told(done, 3, r"No container engine: podman is not installed.*--environment process")


def leak_mark() -> str:
    return os.environ["PATH"].rpartition(os.pathsep)[2]


def test_an_emulator_that_cannot_run_is_named(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    done = lambdaproof("check", write_function(ECHO), environ={"LAMBDAPROOF_RIE": "/dev/null"})
    assert_told(done, 3, r"LAMBDAPROOF_RIE is /dev/null, which is not a file that can be run")


def test_an_emulator_that_dies_at_once_is_told_with_its_last_words(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    fake = tmp_path / "rie"
    fake.write_text("#!/bin/sh\necho 'panic: cannot' >&2\nexit 2\n")
    fake.chmod(0o755)
    done = lambdaproof("check", write_function(ECHO), environ={"LAMBDAPROOF_RIE": str(fake)})
    assert_told(done, 3, r"did not start \(exit status 2\).*panic: cannot")


def assert_told(done: subprocess.CompletedProcess[str], code: int, told: str) -> None:
    """Assert one paragraph on stderr, an exit code, nothing on stdout and nothing left running."""
    assert code == done.returncode, done.stdout + done.stderr
    assert "" == done.stdout
    assert "Traceback" not in done.stderr
    assert re.search(told, done.stderr, re.S), done.stderr
    assert [] == leaked_processes()


# --- one event -------------------------------------------------------------------------------------------------------


def test_invoke_prints_the_payload_and_tells_the_rest_apart(
    lambdaproof: RunTool, write_function: WriteFunction
) -> None:
    done = lambdaproof("invoke", write_function(ECHO), "--payload", '{"a": 1}')
    assert (0, '{"statusCode": 200, "body": "ok"}\n') == (done.returncode, done.stdout)
    assert "seen\n" in done.stderr
    assert re.search(r"result: init \d+\.\d ms, \d+\.\d ms, request [0-9a-f-]{36}", done.stderr)


def test_invoke_of_a_handler_that_raises_exits_with_1(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    done = lambdaproof("invoke", write_function("def handler(event, context):\n    1 / 0"), "-p", "{}", "--json")
    assert 1 == done.returncode
    outcome = json.loads(done.stdout)
    assert ("function error", "ZeroDivisionError") == (outcome["kind"], outcome["payload"]["errorType"])


def test_keep_serves_the_real_emulator_until_it_is_told_to_stop(write_function: WriteFunction, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with serving("invoke", str(write_function(ECHO)), "--keep", "--port", str(port), cwd=tmp_path) as process:
        answer = requests.post(f"http://127.0.0.1:{port}{INVOKE_PATH}", json={}, timeout=20)
        assert {"statusCode": 200, "body": "ok"} == answer.json()
        process.terminate()
        assert 128 + signal.SIGTERM == process.wait(20)


def test_keep_says_so_when_the_emulator_ends(write_function: WriteFunction, tmp_path: Path) -> None:
    """As it does when two requests reach it at once."""
    slow = "import time\ndef handler(event, context):\n    time.sleep(1)\n"
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}{INVOKE_PATH}"
    with serving("invoke", str(write_function(slow)), "--keep", "--port", str(port), cwd=tmp_path) as process:
        with ThreadPoolExecutor(2) as threads:
            for _ in range(2):
                threads.submit(lambda: requests.post(url, json={}, timeout=20))
        assert 3 == process.wait(20)
        assert "one request at a time" in (process.stderr.read() if process.stderr else "")


def test_what_a_killed_run_left_is_ended_by_the_next(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    folder = write_function(ECHO)
    elsewhere = {"TMPDIR": str(tmp_path)}  # where no other test's run finds it first
    with serving("invoke", str(folder), "--keep", "--port", str(port), cwd=tmp_path, **elsewhere) as process:
        process.kill()
    assert leaked_processes()
    done = lambdaproof("invoke", folder, "-p", "{}", environ=elsewhere)
    assert "left behind by a run that was killed" in done.stderr
    assert [] == leaked_processes()


# --- how it looks ----------------------------------------------------------------------------------------------------


def test_a_pipe_gets_plain_text_and_a_terminal_colour_unless_told_otherwise(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    folder = write_function(ECHO)
    assert "\x1b" not in lambdaproof("check", folder).stdout

    def on_a_terminal(**environ: str) -> str:
        command = shlex.join([sys.executable, "-m", "lambda_emulator.cli", "check", str(folder)])
        done = subprocess.run(
            ["script", "-qec", command, "/dev/null"],
            cwd=tmp_path,
            env={**os.environ, "TERM": "xterm", **environ},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    assert "\x1b[32mok" in on_a_terminal()
    assert "\x1b[3" not in on_a_terminal(NO_COLOR="1")


def test_doctor_says_what_is_there_and_what_to_type(lambdaproof: RunTool, tmp_path: Path) -> None:
    done = lambdaproof("doctor", "--json", environ={"PATH": str(tmp_path)})
    lines = {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert 0 == done.returncode, done.stderr
    assert lines["emulator"]["found"]
    assert not lines["engine"]["found"]
    assert "apt-get install podman" in lines["engine"]["text"]


def test_doctor_fails_when_the_default_environment_cannot_work(lambdaproof: RunTool) -> None:
    assert 3 == lambdaproof("doctor", environ={"LAMBDAPROOF_RIE": "/dev/null"}).returncode


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['lambdaproof', '--help']\n"
        "from lambda_emulator.cli import lambdaproof\n"
        "lambdaproof.main(standalone_mode=False)\n"
        "heavy = {'lambda_emulator.cli.check', 'awslambdaric'}\n"
        "heavy |= {'boto3', 'lambda_contracts', 'moto', 'msgspec', 'pytest', 'rich', 'hypothesis'}\n"
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    assert {"check", "doctor", "invoke", "replay"} <= set(done.stdout.split())


def test_a_command_that_is_nearly_one_is_told_which(lambdaproof: RunTool) -> None:
    done = lambdaproof("chekc")
    assert (2, True) == (done.returncode, "Did you mean 'check'?" in done.stderr), done.stderr
