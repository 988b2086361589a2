"""SDKs and the AWS command line invoke functions here as they do on AWS."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import time
import urllib.request
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from lambda_contracts.contract import Function, load
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.shapes import Shape
from lambda_emulator.deployment import deploy
from lambda_emulator.environments.base import Environment
from lambda_emulator.errors import NotStarted
from lambda_emulator.fronts.event_queue import Retries
from lambda_emulator.fronts.invocations import Functions, Invocation
from lambda_emulator.fronts.invoke_api import InvokeApi
from lambda_emulator.fronts.server import Listening, listening
from lambda_emulator.function import FunctionPool
from lambda_emulator.settings import Settings
from support import WriteFunction

CODE = """
    import os, time
    def handler(event, context):
        known = context.client_context
        told = {"event": event, "id": context.aws_request_id, "custom": known and known.custom}
        if not isinstance(event, dict):
            return told
        if "fail_until" in event:
            with open(event["file"], "a") as file:
                file.write(context.aws_request_id + "\\n")
            if len(open(event["file"]).readlines()) < event["fail_until"]:
                raise ValueError("not yet")
        if event.get("raise"):
            raise ValueError("no")
        if event.get("exit"):
            os._exit(3)
        if "leave" in event:
            open(event["leave"], "w").close()
            while not os.path.exists(event["wait_for"]):
                time.sleep(0.01)
        print(event.get("print", "hello"))
        time.sleep(event.get("sleep", 0))
        return told
"""
CREDENTIALS = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}


@dataclass(frozen=True)
class Served:
    """A function behind the Invoke API: a client of it, its address, and what was told of its invocations."""

    client: Any
    url: str
    told: list[Invocation]

    def value(self, **arguments: Any) -> Any:
        return json.loads(self.client.invoke(FunctionName="sample", **arguments)["Payload"].read())

    def wait(self, count: int) -> list[Invocation]:
        """Return what was told when that much was."""
        wait_until(lambda: len(self.told) >= count)
        return self.told


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


@contextlib.contextmanager
def answering(pool: FunctionPool, definition: Function, retries: Retries | None = None) -> Iterator[Served]:
    told: list[Invocation] = []
    functions = Functions({definition.name: pool}, listeners=[told.append])
    api = InvokeApi(functions, {definition.name: definition}, retries=retries)
    with listening([Listening(api)], functions) as [port]:
        url = f"http://127.0.0.1:{port}"
        config = Config(retries={"max_attempts": 0})
        client = boto3.client("lambda", "us-east-1", endpoint_url=url, config=config, **CREDENTIALS)
        try:
            yield Served(client, url, told)
        finally:
            client.close()


@contextlib.contextmanager
def served(
    folder: Path,
    environment: str = "worker",
    *,
    size: int = 1,
    queue: int | None = None,
    retries: Retries | None = None,
) -> Iterator[Served]:
    settings = Settings(environment=environment)
    with (
        deploy(load(folder), settings, size=size, queue=queue) as deployment,
        answering(deployment.function, deployment.contract.function, retries) as api,
    ):
        yield api


@pytest.fixture
def folder(write_function: WriteFunction) -> Path:
    return write_function(CODE, function="timeout = 3\nmemory = 256")


@pytest.fixture(params=["worker", "process"])
def api(request: pytest.FixtureRequest, folder: Path) -> Iterator[Served]:
    with served(folder, request.param) as api:
        yield api


def test_a_client_gets_what_the_function_returns(api: Served) -> None:
    answer = api.client.invoke(FunctionName="sample", Payload=b'{"a": 1}')
    value = json.loads(answer["Payload"].read())
    assert (200, "$LATEST") == (answer["StatusCode"], answer["ExecutedVersion"])
    assert "FunctionError" not in answer
    assert {"a": 1} == value["event"]
    assert answer["ResponseMetadata"]["RequestId"] == value["id"]
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-trace-id"].startswith("Root=1-")
    [told] = api.wait(1)
    assert ("sample", Shape.DIRECT, "RequestResponse") == (told.function, told.shape, told.route)
    assert (b'{"a": 1}', value) == (told.event, told.outcome.value())
    assert told.response is None  # the client got the outcome itself, and no front's answer


@pytest.mark.parametrize("value", [None, 3, "text", [1], {"é": "✓"}])
def test_any_json_is_an_event(folder: Path, value: object) -> None:
    with served(folder) as api:
        assert value == api.value(Payload=json.dumps(value, ensure_ascii=False).encode())["event"]


def test_no_payload_is_an_empty_object(api: Served) -> None:
    assert {} == api.value()["event"]


@pytest.mark.parametrize(
    "name",
    [
        "sample",
        "sample:$LATEST",
        "123456789012:function:sample",
        "arn:aws:lambda:eu-west-1:210987654321:function:sample",
        "arn:aws:lambda:eu-west-1:210987654321:function:sample:$LATEST",
    ],
)
def test_a_function_is_found_by_its_name_and_its_arns(folder: Path, name: str) -> None:
    with served(folder) as api:
        assert 200 == api.client.invoke(FunctionName=name, Qualifier="$LATEST")["StatusCode"]


def test_a_function_error_is_an_answer(api: Served) -> None:
    answer = api.client.invoke(FunctionName="sample", Payload=b'{"raise": true}')
    error = json.loads(answer["Payload"].read())
    assert (200, "Unhandled") == (answer["StatusCode"], answer["FunctionError"])
    assert ("ValueError", "no") == (error["errorType"], error["errorMessage"])
    assert answer["ResponseMetadata"]["RequestId"] == error["requestId"]


@pytest.mark.parametrize(
    ("event", "type_", "last"),
    [
        ({"exit": True}, "Runtime.ExitError", "Status: error\tError Type: Runtime.ExitError"),
        ({"sleep": 5}, "Sandbox.Timedout", "Status: timeout"),
    ],
)
def test_exits_and_timeouts_are_function_errors_and_the_next_event_is_handled(
    api: Served, event: object, type_: str, last: str
) -> None:
    answer = api.client.invoke(FunctionName="sample", Payload=json.dumps(event), LogType="Tail")
    assert "Unhandled" == answer["FunctionError"]
    assert type_ == json.loads(answer["Payload"].read())["errorType"]
    assert b64decode(answer["LogResult"]).decode().endswith(f"{last}\n")
    assert {} == api.value()["event"]


def test_the_end_of_the_log_comes_with_the_answer(api: Served) -> None:
    answer = api.client.invoke(FunctionName="sample", Payload=b'{"print": "one\\ntwo"}', LogType="Tail")
    request_id = answer["ResponseMetadata"]["RequestId"]
    lines = b64decode(answer["LogResult"]).decode().splitlines()
    assert f"START RequestId: {request_id} Version: $LATEST" == lines[0]
    assert ["one", "two", f"END RequestId: {request_id}"] == lines[-4:-1]
    report = dict(part.partition(": ")[::2] for part in lines[-1].split("\t"))
    assert request_id == report["REPORT RequestId"]
    assert "256 MB" == report["Memory Size"]
    used = int(report["Max Memory Used"].removesuffix(" MB"))
    assert 5 < used < 256
    init, duration = (float(report[key].removesuffix(" ms")) for key in ("Init Duration", "Duration"))
    assert init > 0
    billed = int(report["Billed Duration"].removesuffix(" ms"))
    assert billed - 1 <= init + duration <= billed
    long = api.client.invoke(FunctionName="sample", Payload=json.dumps({"print": "x" * 9000}), LogType="Tail")
    assert 4096 == len(b64decode(long["LogResult"]))
    assert "LogResult" not in api.client.invoke(FunctionName="sample")


def test_the_client_context_reaches_the_handler(api: Served) -> None:
    custom = {"line": "one\ntwo", "sign": "✓"}
    sent = b64encode(json.dumps({"custom": custom}, indent=1, ensure_ascii=False).encode()).decode()
    assert custom == api.value(ClientContext=sent)["custom"]
    assert api.value()["custom"] is None


def test_errors_are_the_sdks_own_exceptions(folder: Path) -> None:
    with served(folder) as api:
        known = api.client.exceptions
        arn = "arn:aws:lambda:us-east-1:123456789012:function"
        for exception, message, arguments in (
            (known.ResourceNotFoundException, f"Function not found: {arn}:other:$LATEST", {"FunctionName": "other"}),
            (known.ResourceNotFoundException, f"Function not found: {arn}:sample:1", {"Qualifier": "1"}),
            (known.ResourceNotFoundException, f"Function not found: {arn}:sample:live", {"Qualifier": "live"}),
            (known.InvalidRequestContentException, "Could not parse request body into json", {"Payload": b"{"}),
            (known.InvalidRequestContentException, "Client context must be a valid", {"ClientContext": "string"}),
            (
                known.InvalidParameterValueException,
                "The derived qualifier",
                {"FunctionName": "sample:1", "Qualifier": "2"},
            ),
        ):
            with pytest.raises(exception) as raised:
                api.client.invoke(**{"FunctionName": "sample", **arguments})
            assert raised.value.response["Error"]["Message"].startswith(message)
            assert raised.value.response["ResponseMetadata"]["RequestId"]
        assert [] == api.told


@pytest.mark.parametrize(
    ("arguments", "status", "code", "message"),
    [
        (
            {"FunctionName": "no spaces"},
            400,
            "ValidationException",
            "1 validation error detected: Value 'no spaces' at",
        ),
        (
            {"InvocationType": "x", "LogType": "y"},
            400,
            "ValidationException",
            "2 validation errors detected: Value 'x'",
        ),
        ({"Payload": b'"' + b"x" * 6291456 + b'"'}, 413, "RequestEntityTooLargeException", "Request must be smaller"),
        (
            {"Payload": b'"' + b"x" * 1048576 + b'"', "InvocationType": "Event"},
            413,
            "RequestEntityTooLargeException",
            "1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
        ),
    ],
)
def test_errors_that_the_sdk_has_no_class_for_carry_their_code(
    folder: Path, arguments: dict[str, Any], status: int, code: str, message: str
) -> None:
    with served(folder) as api:
        with pytest.raises(ClientError) as raised:
            api.client.invoke(**{"FunctionName": "sample", **arguments})
        response = raised.value.response
        assert (status, code) == (response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"])
        assert response["Error"]["Message"].startswith(message)
        assert {} == api.value()["event"]


def test_a_streamed_response_is_refused_by_name(folder: Path) -> None:
    with served(folder) as api, pytest.raises(ClientError) as raised:
        api.client.invoke_with_response_stream(FunctionName="sample")
    assert "UnknownOperationException" == raised.value.response["Error"]["Code"]
    assert "response-streaming-invocations" in raised.value.response["Error"]["Message"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("", "ConcurrentInvocationLimitExceeded"),
        ("reserved_concurrency = 1", "ReservedFunctionConcurrentInvocationLimitExceeded"),
    ],
)
def test_one_event_too_many_is_throttled(write_function: WriteFunction, more: str, reason: str) -> None:
    folder = write_function(CODE, function=f"timeout = 3\n{more}")
    with served(folder, queue=0) as api, ThreadPoolExecutor(1) as threads:
        event = {"leave": str(folder / "busy"), "wait_for": str(folder / "go on")}
        first = threads.submit(api.value, Payload=json.dumps(event))
        wait_until((folder / "busy").exists)
        with pytest.raises(api.client.exceptions.TooManyRequestsException) as raised:
            api.client.invoke(FunctionName="sample")
        (folder / "go on").touch()
        assert event == first.result()["event"]
    response = raised.value.response
    assert reason == response["Reason"]
    assert "Rate Exceeded." == response["Error"]["Message"]


def test_an_environment_that_does_not_start_is_a_service_exception(caplog: pytest.LogCaptureFixture) -> None:
    def start() -> tuple[Environment, Outcome]:
        raise NotStarted("The emulator did not start.")

    with answering(FunctionPool(start), Function(name="sample")) as api:
        with pytest.raises(api.client.exceptions.ServiceException, match=r"The emulator did not start\.") as raised:
            api.client.invoke(FunctionName="sample")
        assert [] == api.told
    assert 500 == raised.value.response["ResponseMetadata"]["HTTPStatusCode"]
    assert "sample could not be invoked: The emulator did not start." in caplog.messages


def test_a_dry_run_invokes_nothing(api: Served) -> None:
    answer = api.client.invoke(FunctionName="sample", InvocationType="DryRun")
    assert (204, b"") == (answer["StatusCode"], answer["Payload"].read())
    with pytest.raises(api.client.exceptions.ResourceNotFoundException):
        api.client.invoke(FunctionName="other", InvocationType="DryRun")
    assert [] == api.told


QUICK = Retries(delays=(0.01, 0.02), backoff=(0.01, 0.05))


def records(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return what destinations would have been told."""
    return [json.loads(line.message) for line in caplog.records if "event_queue" in line.name and "{" in line.message]


@pytest.mark.parametrize("environment", ["worker", "process"])
@pytest.mark.parametrize(
    ("works_at", "attempts", "condition"), [(1, 1, "Success"), (3, 3, "Success"), (9, 3, "RetriesExhausted")]
)
def test_an_event_is_tried_three_times(
    folder: Path, environment: str, works_at: int, attempts: int, condition: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    event = {"fail_until": works_at, "file": str(folder / "tries")}
    with served(folder, environment, retries=QUICK) as api:
        answer = api.client.invoke(FunctionName="sample", InvocationType="Event", Payload=json.dumps(event))
        wait_until(lambda: bool(records(caplog)))
    assert (202, b"") == (answer["StatusCode"], answer["Payload"].read())
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert [request_id] * attempts == (folder / "tries").read_text().split()
    assert ["Event"] * attempts == [told.route for told in api.told]
    assert all(told.response is None for told in api.told)
    [record] = records(caplog)
    assert {"condition": condition, "approximateInvokeCount": attempts} == {
        key: record["requestContext"][key] for key in ("condition", "approximateInvokeCount")
    }
    assert (request_id, event) == (record["requestContext"]["requestId"], record["requestPayload"])
    assert ("functionError" in record["responseContext"]) == (condition != "Success")


def test_an_event_waits_for_a_function_that_is_busy(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Throttling is not an attempt."""
    caplog.set_level(logging.INFO)
    with served(folder, queue=0, retries=QUICK) as api, ThreadPoolExecutor(1) as threads:
        busy = {"leave": str(folder / "busy"), "wait_for": str(folder / "go on")}
        first = threads.submit(api.value, Payload=json.dumps(busy))
        wait_until((folder / "busy").exists)
        api.client.invoke(FunctionName="sample", InvocationType="Event", Payload=b'{"late": 1}')
        time.sleep(0.2)
        assert [] == records(caplog)
        (folder / "go on").touch()
        first.result()
        wait_until(lambda: bool(records(caplog)))
    [record] = records(caplog)
    assert ("Success", 1) == tuple(record["requestContext"][key] for key in ("condition", "approximateInvokeCount"))


def test_an_event_gets_too_old(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with served(folder, retries=Retries(delays=(60, 120), max_age=30)) as api:
        api.client.invoke(FunctionName="sample", InvocationType="Event", Payload=b'{"raise": true}')
        wait_until(lambda: bool(records(caplog)))
    [record] = records(caplog)
    assert ("EventAgeExceeded", 1) == tuple(
        record["requestContext"][key] for key in ("condition", "approximateInvokeCount")
    )
    assert "Unhandled" == record["responseContext"]["functionError"]
    assert [OutcomeKind.FUNCTION_ERROR] == [told.outcome.kind for told in api.told]


@pytest.mark.filterwarnings("ignore:.*deprecated.*:DeprecationWarning")
def test_invoke_async_is_an_event(folder: Path) -> None:
    with served(folder) as api:
        assert 202 == api.client.invoke_async(FunctionName="sample", InvokeArgs=b'{"a": 1}')["Status"]
        [told] = api.wait(1)
    assert (b'{"a": 1}', "Event") == (told.event, told.route)


def test_events_that_wait_do_not_keep_the_server(folder: Path) -> None:
    started = time.monotonic()
    with served(folder, retries=Retries(delays=(60, 120))) as api:
        api.client.invoke(FunctionName="sample", InvocationType="Event", Payload=b'{"raise": true}')
        api.wait(1)
    assert time.monotonic() - started < 20


def test_a_client_finds_out_about_functions(folder: Path) -> None:
    with served(folder) as api:
        known = api.client.get_function(FunctionName="sample")["Configuration"]
        assert {
            "FunctionName": "sample",
            "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:sample",
            "Handler": "app.handler",
            "Timeout": 3,
            "MemorySize": 256,
            "EphemeralStorage": {"Size": 512},
            "PackageType": "Zip",
            "Version": "$LATEST",
            "State": "Active",
            "LastUpdateStatus": "Successful",
        } == known
        assert "Active" == api.client.get_function_configuration(FunctionName="sample:$LATEST")["State"]
        assert [known] == api.client.list_functions()["Functions"]
        with pytest.raises(api.client.exceptions.ResourceNotFoundException, match=r"function:other$"):
            api.client.get_function(FunctionName="other")


def test_many_clients_are_answered_at_once(folder: Path) -> None:
    with served(folder, size=2) as api, ThreadPoolExecutor(8) as threads:
        answers = threads.map(lambda token: api.value(Payload=json.dumps({"token": token})), range(60))
        assert list(range(60)) == [answer["event"]["token"] for answer in answers]


def test_curl_needs_no_signature(folder: Path) -> None:
    with served(folder) as api:
        url = f"{api.url}/2015-03-31/functions/sample/invocations"
        with urllib.request.urlopen(urllib.request.Request(url, data=b'{"a": 1}')) as answer:
            assert {"a": 1} == json.load(answer)["event"]


def test_the_aws_command_line_invokes_and_waits(folder: Path, tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with served(folder) as api:

        def aws(*arguments: str) -> str:
            command = [sys.executable, "-m", "awscli", "--endpoint-url", api.url, "lambda", *arguments]
            return subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout

        aws("wait", "function-active-v2", "--function-name", "sample")
        answer = tmp_path / "answer.json"
        told = json.loads(
            aws("invoke", "--function-name", "sample", "--payload", '{"a": 1}', "--log-type", "Tail", str(answer))
        )
    assert (200, "$LATEST") == (told["StatusCode"], told["ExecutedVersion"])
    assert {"a": 1} == json.loads(answer.read_text())["event"]
    assert "START RequestId" in b64decode(told["LogResult"]).decode()
