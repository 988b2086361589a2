"""Functions in LocalStack, run by our executor in its process: zips on this machine, images in containers."""

from __future__ import annotations

import base64
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import WaiterError
from deployed import Make, make_function, of_these_tests
from lambda_emulator.aws.backend import Backend
from lambda_emulator.aws.localstack import LocalStack
from lambda_emulator.engine import Engine
from lambda_emulator.settings import Settings
from support import leaked_processes

pytestmark = pytest.mark.localstack

CODE = """
import os, time

def handler(event, context):
    print("got", sorted(event))
    time.sleep(event.get("sleep", 0))
    if "exit" in event:
        os._exit(event["exit"])
    if "raise" in event:
        raise ValueError(event["raise"])
    if "write" in event:
        open(event["write"], "w").write("here")
    return {
        "pid": os.getpid(),
        "uid": os.getuid(),
        "own": os.environ.get("OWN"),
        "memory": context.memory_limit_in_mb,
        "left": context.get_remaining_time_in_millis(),
        "endpoint": os.environ["AWS_ENDPOINT_URL"],
        "account": len(os.environ["AWS_SESSION_TOKEN"]) > 20,
        "event": event,
    }
"""
SLOW_TO_LOAD = f"import time; time.sleep(2)\n{CODE}"


def test_code_gets_its_variables_limits_and_event(backend: Backend, make: Make) -> None:
    function = make(CODE, Environment={"Variables": {"OWN": "ü"}}, MemorySize=256, Timeout=7)
    error, result, _ = function.invoke({"key": "ä"})
    assert error is None
    assert {"key": "ä"} == result["event"]
    assert ("ü", "256", True) == (result["own"], str(result["memory"]), result["account"])
    assert 6000 < result["left"] <= 7000
    assert backend.endpoint == result["endpoint"]


def test_a_function_that_fails_fails_as_on_lambda_and_the_next_event_is_handled(make: Make) -> None:
    function = make(CODE, Timeout=1)
    error, result, _ = function.invoke({"raise": "no"})
    assert ("Unhandled", "ValueError", "no") == (error, result["errorType"], result["errorMessage"])
    error, result, answer = function.invoke({"sleep": 3})
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert ("Unhandled", "Sandbox.Timedout") == (error, result["errorType"])
    assert result["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    assert request_id
    error, result, _ = function.invoke({"exit": 3})
    assert ("Unhandled", "Runtime.ExitError") == (error, result["errorType"])
    assert result["errorMessage"].endswith("Error: Runtime exited with error: exit status 3")
    assert function.invoke({})[0] is None


def test_loading_takes_nothing_off_the_timeout(make: Make) -> None:
    error, result, _ = make(SLOW_TO_LOAD, Timeout=1).invoke({})
    assert (None, {}) == (error, result["event"])


def test_code_that_does_not_load_is_an_error_of_each_event(make: Make) -> None:
    function = make("import missing")
    for _ in range(2):
        error, result, _ = function.invoke({})
        assert ("Unhandled", "Runtime.ImportModuleError") == (error, result["errorType"])


def test_the_log_is_answered_and_kept_as_lambda_writes_it(backend: Backend, make: Make) -> None:
    function = make(CODE, FunctionName="logged")
    _, _, answer = function.invoke({"key": 1}, LogType="Tail")
    lines = base64.b64decode(answer["LogResult"]).decode().splitlines()
    assert ["START RequestId", "got ['key']", "END RequestId", "REPORT RequestId"] == [
        line.partition(":")[0] for line in lines
    ]
    assert "Max Memory Used:" in lines[-1]
    logs = backend.client("logs")
    kept: list[dict[str, str]] = []
    deadline = time.monotonic() + 20
    while not kept and time.monotonic() < deadline:
        time.sleep(0.2)
        kept = logs.filter_log_events(logGroupName="/aws/lambda/logged")["events"]
    assert lines == [event["message"].rstrip("\n") for event in kept]


def test_events_at_once_get_an_environment_each_and_those_after_get_a_warm_one(make: Make) -> None:
    function = make(CODE)
    with ThreadPoolExecutor(3) as threads:
        pids = {result["pid"] for _, result, _ in threads.map(function.invoke, [{"sleep": 1.5}] * 3)}
    assert 3 == len(pids)
    assert function.invoke({})[1]["pid"] in pids


def test_what_is_no_python_says_so(make: Make) -> None:
    with pytest.raises(WaiterError) as caught:
        make(CODE, Runtime="nodejs20.x")
    assert "Its runtime is nodejs20.x" in str(caught.value.last_response)


def test_an_image_runs_shut_in_as_on_lambda(backend: Backend, make: Make, image: Callable[[str], str]) -> None:
    function = make(PackageType="Image", Code={"ImageUri": image(CODE)}, MemorySize=512, Timeout=10)
    error, result, _ = function.invoke({})
    assert (None, 993, backend.endpoint) == (error, result["uid"], result["endpoint"])
    error, result, _ = function.invoke({"write": "/var/task/file"})
    assert ("Unhandled", "OSError") == (error, result["errorType"])
    assert "Read-only file system" in result["errorMessage"]
    assert function.invoke({"write": "/tmp/file"})[0] is None


def test_an_image_config_takes_the_place_of_the_images_command(make: Make, image: Callable[[str], str]) -> None:
    code = f"{CODE}\nother = lambda event, context: __import__('os').getcwd()\n"
    config = {"Command": ["app.other"], "WorkingDirectory": "/var/task"}
    function = make(PackageType="Image", Code={"ImageUri": image(code)}, ImageConfig=config, Timeout=10)
    assert (None, "/var/task") == function.invoke({})[:2]


def test_an_image_that_is_not_there_says_so(make: Make, podman: Engine) -> None:
    with pytest.raises(WaiterError) as caught:
        make(PackageType="Image", Code={"ImageUri": "localhost/missing:1"})
    assert f"{podman.name} has no image localhost/missing:1" in str(caught.value.last_response)


def test_dynamodb_needs_no_download(backend: Backend) -> None:
    dynamodb = backend.client("dynamodb")
    dynamodb.create_table(
        TableName="scores",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.put_item(TableName="scores", Item={"id": {"S": "a"}})
    assert [{"id": {"S": "a"}}] == dynamodb.scan(TableName="scores")["Items"]


@pytest.mark.parametrize("killed", [False, True])
def test_nothing_of_a_function_outlives_localstack(image: Callable[[str], str], podman: Engine, killed: bool) -> None:
    """Neither containers nor emulators, also where LocalStack could not end them."""
    name = image(CODE)
    before = set(of_these_tests())
    with LocalStack(Settings()) as own:
        make_function(own, CODE, FunctionName="zip").invoke({})
        make_function(own, FunctionName="image", PackageType="Image", Code={"ImageUri": name}, Timeout=10).invoke({})
        (process,) = set(of_these_tests()) - before
        assert [process] == [pid for _, pid in podman.containers() if pid == process]
        assert leaked_processes()
        if killed:
            os.kill(process, signal.SIGKILL)
    assert [] == [pid for _, pid in podman.containers() if pid == process]
    assert not [line for line in leaked_processes() if f"lambdaproof-{process}-" in line]
