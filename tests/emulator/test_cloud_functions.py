"""A cloud function under Google's own framework, beside the Lambda function that it is compared with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from lambda_contracts import cloud_functions
from lambda_contracts.contract import load
from lambda_contracts.errors import ContractError
from lambda_contracts.events import build
from lambda_contracts.http import Request
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.shapes import Shape
from lambda_emulator.errors import FunctionNotStartable, SetupFailed
from lambda_emulator.function import FunctionPool
from lambda_emulator.google import cloud
from lambda_emulator.settings import Settings
from support import RunTool, WriteFunction

LAMBDA = "def handler(event, context): return {'statusCode': 200, 'body': '{\"n\": 1}'}"
CLOUD = '[cloud_function]\ntarget = "answer"\n'
CASE = '[shapes]\naccept = ["direct", "cloud-function"]\n[[case]]\nname = "one"\npayload = {}\n'
MAIN = """
    import os, time

    def answer(request):
        print("asked for", request.path)
        said = request.get_json(force=True, silent=True) or {}
        if "raise" in said:
            return said["nothing"]
        if "return" in said:
            return said["return"]
        if "sleep" in said:
            time.sleep(60)
        if "exit" in said:
            os._exit(7)
        return {"path": request.full_path, "accept": request.headers.get("X-A"), "home": os.environ["HOME"]}, 201
"""


@pytest.fixture
def pool(write_function: WriteFunction) -> Iterator[FunctionPool]:
    folder = write_function(LAMBDA, contract=f"{CLOUD}timeout = 1\n{CASE}", files={"main.py": MAIN})
    with cloud.started(load(folder), Settings()) as started:
        yield started


def ask(pool: FunctionPool, body: bytes = b"{}", path: str = "/") -> Outcome:
    request = Request(method="POST", path=path, query="x=1", headers=(("X-A", "yes"),), body=body)
    return pool.invoke(build(request, Shape.CLOUD_FUNCTION))


def test_R130_the_function_gets_the_request_and_none_of_the_developers_home(pool: FunctionPool) -> None:
    outcome = ask(pool, path="/any/path")
    response = cloud_functions.answer(outcome).response
    told = response.json()
    assert (201, "/any/path?x=1", "yes") == (response.status, told["path"], told["accept"])
    assert str(Path.home()) != told["home"]
    assert "asked for /any/path" in outcome.log


def test_R132_an_exception_is_told_with_its_line_and_the_next_request_is_answered(pool: FunctionPool) -> None:
    outcome = ask(pool, b'{"raise": 1}')
    assert OutcomeKind.FUNCTION_ERROR is outcome.kind
    assert outcome.error is not None
    assert ("KeyError", "'nothing'") == (outcome.error.type, outcome.error.message)
    assert any("main.py" in line for line in outcome.error.stack_trace)
    assert ask(pool).ok


def test_R131_R132_R133_what_is_returned_goes_through_flask(pool: FunctionPool) -> None:
    text = cloud_functions.answer(ask(pool, b'{"return": "hi"}')).response
    assert ("text/html; charset=utf-8", b"hi") == (text.header("content-type"), text.body)
    document = cloud_functions.answer(ask(pool, b'{"return": {"statusCode": 404}}')).response
    assert (200, {"statusCode": 404}) == (document.status, document.json())
    assert 200 == cloud_functions.answer(ask(pool, b'{"return": [1]}')).response.status
    for nothing in (b"null", b"7"):
        assert OutcomeKind.FUNCTION_ERROR is ask(pool, b'{"return": %b}' % nothing).kind
    assert 404 == cloud_functions.answer(ask(pool, path="/favicon.ico")).response.status


@pytest.mark.parametrize(("body", "kind"), [(b'{"sleep": 1}', OutcomeKind.TIMEOUT), (b'{"exit": 1}', OutcomeKind.EXIT)])
def test_an_instance_that_hangs_or_dies_is_told_and_replaced(
    pool: FunctionPool, body: bytes, kind: OutcomeKind
) -> None:
    outcome = ask(pool, body)
    assert kind is outcome.kind
    assert outcome.duration < 30
    assert ask(pool).ok


@pytest.mark.parametrize(
    ("main", "table", "error", "told"),
    [
        (None, "", ContractError, r"contract\.toml:\d+: cloud_function\.source: there is no .*main\.py"),
        ("import nothing_like_it", "", FunctionNotStartable, "ModuleNotFoundError: No module named 'nothing_like_it'"),
        ("def other(request): return ''", "", FunctionNotStartable, "answer"),
        ("def answer(request): return ''", 'run = ["python -c 1/0"]\n', SetupFailed, "division by zero"),
        ("def answer(request): return ''", 'run = ["nothing-like-it"]\n', SetupFailed, "cannot be run"),
    ],
)
def test_what_cannot_be_started_says_why(
    write_function: WriteFunction, main: str | None, table: str, error: type[Exception], told: str
) -> None:
    files = {} if main is None else {"main.py": main}
    folder = write_function(LAMBDA, contract=f"{CLOUD}{table}{CASE}", files=files)
    with pytest.raises(error, match=told), cloud.started(load(folder), Settings()):
        pass


def test_check_compares_both_clouds_and_says_where_they_differ(
    lambdaproof: RunTool, write_function: WriteFunction
) -> None:
    """The storage holds what a command put there before the first request."""
    main = """
        import json, os, urllib.request

        def answer(request):
            url = os.environ["STORAGE_EMULATOR_HOST"] + "/storage/v1/b/models"
            return {"n": 2, "bucket": json.load(urllib.request.urlopen(url))["name"]}
        """
    folder = write_function(LAMBDA, contract=f'{CLOUD}buckets = ["models"]\n{CASE}', files={"main.py": main})
    done = lambdaproof("check", folder, "--environment", "worker")
    assert 1 == done.returncode, done.stderr
    row = next(line for line in done.stdout.splitlines() if line.strip().startswith("one"))
    assert ["one", "ok", "FAIL", "200"] == row.split()
    assert "another body than in the shape direct" in done.stdout
    assert '{"bucket":"models","n":2}' in done.stdout
    assert "functions-framework --target answer" in done.stdout


def test_a_recorded_request_goes_to_the_cloud_function_and_replay_sends_it_to_lambda(
    lambdaproof: RunTool, write_function: WriteFunction
) -> None:
    """Only `check` knows the cloud function: nothing is installed or started for it otherwise."""
    request = Request(method="POST", path="/", body=b"{}")
    files = {
        "main.py": "def answer(request): return {'n': 1}",
        "events/one.json": json.dumps(build(request, Shape.CLOUD_FUNCTION)),
    }
    recorded = CASE + '[[case]]\nname = "recorded"\nevent = "events/one.json"\nstatus = 200\nbody.n = 1\n'
    folder = write_function(LAMBDA, contract=CLOUD + recorded, files=files)
    done = lambdaproof("check", folder, "--environment", "worker")
    assert 0 == done.returncode, done.stdout + done.stderr
    row = next(line for line in done.stdout.splitlines() if line.strip().startswith("recorded"))
    assert ["recorded", "-", "ok"] == row.split()
    done = lambdaproof("replay", folder, folder / "events" / "one.json", "--environment", "worker")
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "cloud function" not in done.stderr
