"""A handler behaves the same traced and untraced, wherever it runs, and every environment says what it read."""

from __future__ import annotations

import json
import re
import shutil
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from lambda_contracts.checks import cases
from lambda_contracts.contract import load
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.tracing import Access, Operation, observe
from lambda_emulator import interpreters
from lambda_emulator.deployment import deploy
from lambda_emulator.environments.host import HostFunction
from lambda_emulator.environments.worker import WorkerRunner
from lambda_emulator.function import FunctionPool
from lambda_emulator.function_code import Code
from lambda_emulator.injection import own_files
from lambda_emulator.settings import Settings
from support import IRIS, RunTool, WriteFunction

ID = "6f5e1a2b-0000-4000-8000-000000000000"
Invoke = Callable[..., Outcome]
Open = Callable[..., Invoke]
ENVIRONMENTS = ("process", "worker", "in_process")


@pytest.fixture(params=ENVIRONMENTS)
def open_function(request: pytest.FixtureRequest) -> Iterator[Open]:
    """Return a starter of a folder's function in one of the environments, traced unless told otherwise."""
    with ExitStack() as stack:

        def start(folder: Path, *, trace: bool = True) -> Invoke:
            contract = load(folder)
            if request.param != "worker":
                settings = Settings(environment=request.param)
                return stack.enter_context(deploy(contract, settings, trace=trace)).function.invoke
            python = interpreters.resolve(contract.function, folder, Settings().cache)
            host = HostFunction(
                function=contract.function, code=Code.of(folder), python=python, backend={}, trace=trace
            )
            pool = FunctionPool(WorkerRunner(host).start)
            stack.callback(pool.close)
            return pool.invoke

        yield start


def alike(outcome: Outcome) -> Outcome:
    """Drop what differs between any two runs."""
    return replace(outcome, trace=None, duration=0, init_duration=None)


BEHAVIOUR = """
    import copy, json, logging, os, pickle, sys, traceback

    def handler(event, context):
        what = event["do"]
        print(event, json.dumps(event))
        logging.getLogger().warning("seen %s", event)
        if what == "log an error":
            try:
                event["missing"]
            except KeyError:
                traceback.print_exc(file=sys.stdout)
                logging.exception("oh")
        if what == "fail":
            return event["headers"]["missing"]
        if what == "fail to parse":
            return json.loads(event["headers"])
        if what == "fail in the parser":
            return json.loads(event["do"])
        if what == "exit":
            sys.exit(event["status"])
        if what == "environment":
            return [os.environ.get("PYTHONPATH"), [path for path in sys.path if "lambdaproof-" in path]]
        if what == "many":
            return [copy.deepcopy(event), {**event}, dict(event), event | {"x": 1}, pickle.loads(pickle.dumps(event))]
        return event
"""


@pytest.mark.parametrize(
    "event",
    [
        {"do": "return", "headers": {"a": "b"}, "list": [{"n": 1}, None], "é": 1.5},
        {"do": "log an error"},
        {"do": "fail", "headers": {}},
        {"do": "fail to parse", "headers": {}},
        {"do": "fail in the parser"},
        {"do": "environment"},
        {"do": "many", "headers": {"a": [{"b": "c"}]}},
        ["not", "an", "object"],
    ],
    ids=json.dumps,
)
def test_the_outcome_and_the_log_are_those_of_an_untraced_handler(
    open_function: Open, write_function: WriteFunction, event: object
) -> None:
    """To the last line of a stack trace; only the traced one says what was read."""
    folder = write_function(BEHAVIOUR)
    outcomes = []
    for trace in (False, True):
        outcome = open_function(folder, trace=trace)(event, request_id=ID)
        log = tuple(line for line in outcome.log if not line.startswith(("[WARNING]", "[ERROR]\t")))  # have the time
        outcomes.append(replace(outcome, log=log))
    plain, traced = outcomes
    assert alike(plain) == alike(traced)
    assert plain.trace is None
    assert traced.trace is not None


def test_what_was_read_comes_with_the_outcome(open_function: Open, write_function: WriteFunction) -> None:
    code = """
        from helpers import number

        def handler(event, context):
            if "queryStringParameters" in event:
                return None
            return number(event)
    """
    helpers = "from json import loads\n\ndef number(event):\n    return loads(event['body'])['n']\n"
    invoke = open_function(write_function(code, files={"helpers.py": helpers}))
    for _ in range(2):
        outcome = invoke({"body": '{"n": 3}'})
        assert 3 == outcome.value()
        assert outcome.trace is not None
        assert (
            Access("/queryStringParameters", Operation.IN, "", True, "app.py", 5),
            Access("/body", Operation.GETITEM, "string", False, "helpers.py", 4),
            Access("/body", Operation.PARSED, "string", False, "helpers.py", 4),
            Access("/body#/n", Operation.GETITEM, "number", False, "helpers.py", 4),
        ) == outcome.trace.accesses


def test_a_handler_that_exits_has_a_trace_and_one_that_is_killed_has_none(
    open_function: Open, write_function: WriteFunction
) -> None:
    code = """
        import os, sys, time

        def handler(event, context):
            if event["how"] == "sleep":
                time.sleep(5)
            sys.exit(3)
    """
    invoke = open_function(write_function(code, function="timeout = 1"))
    exited = invoke({"how": "exit"})
    assert OutcomeKind.EXIT is exited.kind
    assert exited.trace is not None
    assert "/how" == exited.trace.accesses[0].path
    slept = invoke({"how": "sleep"})
    assert OutcomeKind.TIMEOUT is slept.kind
    assert (slept.trace is None) or ["/how"] == [access.path for access in slept.trace.accesses]


@pytest.mark.parametrize("open_function", ["process", "worker"], indirect=True)  # this interpreter runs already
def test_a_pythonpath_and_a_sitecustomize_of_the_functions_own_still_count(
    open_function: Open, write_function: WriteFunction, tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "sitecustomize.py").write_text("import builtins\nbuiltins.customized = 'yes'\n")
    code = """
        import os
        def handler(event, context):
            return [event["a"], customized, os.environ["PYTHONPATH"]]
    """
    own = str(tmp_path / "own")
    invoke = open_function(write_function(code, function=f'environment = {{ PYTHONPATH = "{own}" }}'))
    outcome = invoke({"a": 1})
    assert [1, "yes", own] == outcome.value()
    assert outcome.trace is not None


def test_installed_packages_are_not_the_handlers_own_files(tmp_path: Path) -> None:
    for name in ("app.py", "lib/code.py", ".venv/x.py", "env/x.py", "site-packages/x.py", "lib/__pycache__/x.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "env" / "pyvenv.cfg").touch()
    assert {"app.py", "lib/code.py"} == set(own_files(tmp_path))


# --- the iris handler ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("environment", ["process", "in_process"])
def test_iris_answers_the_same_traced_and_untraced(environment: str) -> None:
    contract = load(IRIS)
    payloads = []
    for trace in (False, True):
        with deploy(contract, Settings(environment=environment), trace=trace) as deployment:
            verdicts = list(cases.check(contract, deployment.function.invoke))
        payloads.append([(verdict.trial.id, verdict.outcome.kind, verdict.outcome.payload) for verdict in verdicts])
    assert payloads[0] == payloads[1]
    reads = {
        read.path: read for read in observe((v.trial.event, v.outcome.trace) for v in verdicts if v.outcome.trace).reads
    }
    features = ("sepal_length", "sepal_width", "petal_length", "petal_width")
    for prefix in ("/", "/body/", "/body#/"):
        for name in features:
            assert "number" in reads[prefix + name].kinds
            assert ("utils.py",) == reads[prefix + name].files
    assert reads["/body#/petal_width"].missing
    assert ("null", "object", "string") == reads["/body"].kinds
    assert len(reads) == 3 * len(features) + len({"/body", "/isBase64Encoded", "/requestContext"})


def test_the_observed_contract_of_iris_is_up_to_date(lambdaproof: RunTool, tmp_path: Path) -> None:
    shutil.copytree(IRIS, tmp_path / "iris", ignore=shutil.ignore_patterns("observed.json", "__pycache__"))
    done = lambdaproof("check", "iris", "--update-observed")
    assert 0 == done.returncode, done.stderr
    assert (IRIS / "observed.json").read_text() == (tmp_path / "iris" / "observed.json").read_text()


# --- lambdaproof check -----------------------------------------------------------------------------------------------

READS_A = """
    def handler(event, context):
        return {"statusCode": 200, "body": str(event.get("a"))}
"""
READS_Q = """
    def handler(event, context):
        event.get("q")
        return {"statusCode": 200, "body": str(event.get("a"))}
"""
CONTRACT = """
    [checks]
    bad-input = false
    [shapes]
    accept = ["direct"]
    [[case]]
    name = "one"
    payload = { a = 1, unused = 2 }
    status = 200
"""


def test_check_writes_what_is_read_and_warns_of_a_difference(
    lambdaproof: RunTool, write_function: WriteFunction
) -> None:
    folder = write_function(READS_A, contract=CONTRACT)
    assert not (folder / "observed.json").exists()
    lambdaproof("check", folder)
    assert not (folder / "observed.json").exists()

    done = lambdaproof("check", folder, "--update-observed")
    assert 0 == done.returncode, done.stderr
    saved = json.loads((folder / "observed.json").read_text())
    assert {"/a": {"kinds": ["number"], "missing": False, "operations": ["get"], "files": ["app.py"]}} == saved["reads"]
    assert ["/unused"] == saved["never"]
    assert "observed." not in lambdaproof("check", folder).stdout

    (folder / "app.py").write_text(READS_Q.replace("\n    ", "\n").strip())
    done = lambdaproof("check", folder)
    assert 0 == done.returncode
    assert "warning observed.new at /q: now reads /q (app.py:2)" in done.stdout
    assert "observed." not in lambdaproof("check", folder, "--no-trace").stdout
    line = json.loads(lambdaproof("check", folder, "--json").stdout.splitlines()[-1])
    assert ("observed", "/q") == (line["check"], line["findings"][0]["place"])


def test_check_says_what_is_read_when_asked(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    folder = write_function(READS_A, contract=CONTRACT)
    done = lambdaproof("check", folder, "--trace")
    assert "sample reads\n  /a  number; app.py:3\nsample never reads\n  /unused\n" in done.stdout
    told = [json.loads(line) for line in lambdaproof("check", folder, "--trace", "--json").stdout.splitlines()]
    assert ["/unused"] == next(line["observed"]["never"] for line in told if "observed" in line)


def test_a_broken_observed_json_is_a_mistake_of_the_users(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    folder = write_function(READS_A, contract=CONTRACT, files={"observed.json": "{}"})
    done = lambdaproof("check", folder)
    assert 2 == done.returncode
    assert "observed.json" in done.stderr
    assert "--update-observed" in done.stderr
    assert 2 == lambdaproof("check", folder, "--no-trace", "--update-observed").returncode


TELLING = """
    import json
    def handler(event, context):
        {code}
        return {{"statusCode": 200, "body": json.dumps(event.get("a"))}}
"""
TELLS = {
    "it raises when it is traced": (
        "if type(event) is not dict: raise TypeError(event)", 0, "function error TypeError, status 502, outcome.",
        "result, status 200",
    ),
    "it raises when it is not traced": (
        "if type(event) is dict: raise TypeError(event)", 1, "result, status 200",
        "function error TypeError, status 502, outcome.",
    ),
    "it answers with another status": (
        'if type(event) is not dict: return {"statusCode": 400, "body": ""}', 0, "result, status 400, case.status",
        "result, status 200",
    ),
    "it dies": ("if type(event) is not dict: __import__('sys').exit(3)", 0, "exit", "result, status 200"),
}  # fmt: skip


@pytest.mark.parametrize("environment", ["process", "in_process"])
@pytest.mark.parametrize("how", TELLS)
def test_a_handler_that_tells_that_it_is_traced_is_judged_as_if_it_were_not(
    lambdaproof: RunTool, write_function: WriteFunction, how: str, environment: str
) -> None:
    code, exit_code, traced, untraced = TELLS[how]
    folder = write_function(TELLING.format(code=code), contract=CONTRACT)
    done = lambdaproof("check", folder, "-E", environment, "--update-observed")
    assert exit_code == done.returncode, done.stdout + done.stderr
    found = re.search(
        r"warning tracing.differs: one\[direct\]: (.*) when it is traced, and (.*) when it is not", done.stdout
    )
    assert found, done.stdout
    assert (True, True) == (found[1].startswith(traced), found[2].startswith(untraced)), found[0]
    plain = lambdaproof("check", folder, "-E", environment, "--no-trace")
    assert (exit_code, False) == (plain.returncode, "tracing.differs" in plain.stdout)


def test_what_is_read_of_an_event_that_tracing_changed_is_left_out(
    lambdaproof: RunTool, write_function: WriteFunction
) -> None:
    code = TELLING.format(code='if event.get("b") and type(event) is not dict: raise TypeError(event["c"])')
    other = '[[case]]\nname = "two"\npayload = { b = 1, c = 2 }\nstatus = 200\n'
    folder = write_function(code, contract=f"{textwrap.dedent(CONTRACT)}{other}")
    done = lambdaproof("check", folder, "-E", "in_process", "--update-observed")
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "tracing.differs: two[direct]" in done.stdout
    assert {"/a", "/b"} == set(json.loads((folder / "observed.json").read_text())["reads"])


def test_tracing_costs_no_time_of_the_budgets(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    code = TELLING.format(code="if type(event) is not dict: __import__('time').sleep(0.3)")
    folder = write_function(code, contract=f"[budget]\ncold = 30\nwarm_p99 = 0.25\n{textwrap.dedent(CONTRACT)}")
    done = lambdaproof("check", folder, "-E", "in_process", "--trace")
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "/a  number" in done.stdout
