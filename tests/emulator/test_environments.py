"""The same events have the same outcomes, wherever the handler runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lambda_contracts.contract import Function, load
from lambda_contracts.errors import EventError
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_emulator import interpreters, rie
from lambda_emulator.environments import interpreter
from lambda_emulator.environments.base import Environment, Runner
from lambda_emulator.environments.host import HostFunction
from lambda_emulator.environments.in_process import InProcessRunner, InterpreterEnvironment
from lambda_emulator.environments.process import ProcessRunner
from lambda_emulator.environments.worker import WorkerEnvironment, WorkerRunner
from lambda_emulator.errors import PortInUse
from lambda_emulator.function_code import Code
from lambda_emulator.settings import Settings
from support import WriteFunction

Start = Callable[[Path], tuple[Environment, Outcome]]
ID = "6f5e1a2b-0000-4000-8000-000000000000"


def runner(kind: str, folder: Path, settings: Settings, *, port: int | None = None) -> Runner:
    function = load(folder).function

    def host() -> HostFunction:
        python = interpreters.resolve(Function(name="any", handler="any"), folder, settings.cache)
        return HostFunction(function=function, code=Code.of(folder), python=python, backend={})

    if kind == "process":
        return ProcessRunner(host(), emulator=rie.resolve(settings.cache), port=port)
    if kind == "worker":
        return WorkerRunner(host())
    return InProcessRunner(function, folder, backend={}, worker=lambda: WorkerRunner(host()))


@pytest.fixture(params=["process", "worker", "in_process"])
def start(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Start]:
    opened: list[Environment] = []

    def start(folder: Path) -> tuple[Environment, Outcome]:
        environment, outcome = runner(request.param, folder, settings).start()
        opened.append(environment)
        return environment, outcome

    yield start
    for environment in opened:
        environment.close()


BEHAVIOUR = """
    import json, os, sys, time

    def handler(event, context):
        print("a line of the log")
        what = event.get("do")
        if what == "raise":
            raise ValueError("boom")
        if what == "return an error object":
            return {"errorMessage": "m", "errorType": "T"}
        if what == "return a set":
            return {1, 2}
        if what == "exit":
            sys.exit(3)
        if what == "sleep":
            time.sleep(5)
        if what == "return too much":
            return "x" * (6 * 1024 * 1024 + 99)
        if what == "return just enough":
            return "x" * (6 * 1024 * 1024 + 98)
        return event
"""


@pytest.mark.parametrize(
    ("event", "kind", "payload"),
    [
        ({"a": [1, None, "é"]}, OutcomeKind.RESULT, {"a": [1, None, "é"]}),
        ({"do": "return an error object"}, OutcomeKind.RESULT, {"errorMessage": "m", "errorType": "T"}),
        ({"do": "raise"}, OutcomeKind.FUNCTION_ERROR, {"errorType": "ValueError", "errorMessage": "boom"}),
        ({"do": "return a set"}, OutcomeKind.FUNCTION_ERROR, {"errorType": "Runtime.MarshalError"}),
        ({"do": "return too much"}, OutcomeKind.FUNCTION_ERROR, {"errorType": "Function.ResponseSizeTooLarge"}),
        (
            {"do": "exit"},
            OutcomeKind.EXIT,
            {
                "errorType": "Runtime.ExitError",
                "errorMessage": f"RequestId: {ID} Error: Runtime exited with error: exit status 3",
            },
        ),
        (
            {"do": "sleep"},
            OutcomeKind.TIMEOUT,
            {
                "errorType": "Sandbox.Timedout",
                "errorMessage": f"RequestId: {ID} Error: Task timed out after 1.00 seconds",
            },
        ),
    ],
    ids=lambda value: value.get("do", "echo") if isinstance(value, dict) else "",
)
def test_an_invocation_has_a_typed_outcome(
    start: Start, write_function: WriteFunction, event: dict[str, Any], kind: OutcomeKind, payload: dict[str, Any]
) -> None:
    environment, started = start(write_function(BEHAVIOUR, function="timeout = 1"))
    assert started.ok, started

    outcome = environment.invoke(json.dumps(event).encode(), ID)

    assert kind is outcome.kind
    assert ID == outcome.request_id
    assert payload.items() <= outcome.value().items()
    assert "a line of the log" in outcome.log
    assert outcome.duration > 0


def test_R92_half_a_pair_of_surrogates_ends_the_runtime_where_text_is_not_escaped(
    start: Start, write_function: WriteFunction
) -> None:
    """From Python 3.12 on: the runtime client cannot encode what it is to post."""
    environment, _ = start(write_function('def handler(event, context):\n    return {"text": "half \\ud800"}'))
    outcome = environment.invoke(b"{}", ID)
    if sys.version_info < (3, 12):
        assert {"text": "half \ud800"} == outcome.value()
        return
    assert OutcomeKind.EXIT is outcome.kind
    assert "exit status 1" in outcome.value()["errorMessage"]
    assert any("UnicodeEncodeError" in line for line in outcome.log)


def test_R86_the_longest_result_that_lambda_takes_passes(start: Start, write_function: WriteFunction) -> None:
    environment, _ = start(write_function(BEHAVIOUR, function="timeout = 20"))
    outcome = environment.invoke(b'{"do": "return just enough"}', ID)
    assert OutcomeKind.RESULT is outcome.kind
    assert rie.MAX_RESPONSE_BYTES == len(outcome.payload)


def test_R81_an_error_has_the_trace_of_the_handler(start: Start, write_function: WriteFunction) -> None:
    folder = write_function(BEHAVIOUR)
    environment, _ = start(folder)
    error = environment.invoke(b'{"do": "raise"}', ID).error
    assert error is not None
    assert str(folder / "app.py") in error.stack_trace[-1]
    assert 'raise ValueError("boom")' in error.stack_trace[-1]


@pytest.mark.parametrize(
    ("code", "error_type"),
    [
        ("import nowhere_to_be_found", "Runtime.ImportModuleError"),
        ("def other(event, context): ...", "Runtime.HandlerNotFound"),
        ("def handler(:", "Runtime.UserCodeSyntaxError"),
        ("raise KeyError('BUCKET_NAME')", "KeyError"),
        ("import sys; sys.exit(4)", "Runtime.ExitError"),
    ],
)
def test_R82_a_handler_that_does_not_load_is_an_init_failure(
    start: Start, write_function: WriteFunction, code: str, error_type: str
) -> None:
    _, outcome = start(write_function(code))
    assert OutcomeKind.INIT_FAILURE is outcome.kind
    assert outcome.error is not None
    assert error_type == outcome.error.type


def test_loading_does_not_count_against_the_timeout(start: Start, write_function: WriteFunction) -> None:
    """Lambda gives a handler ten seconds to load, whatever its timeout."""
    code = """
        import time
        time.sleep(2)
        print("loaded")
        def handler(event, context):
            return "done"
    """
    environment, started = start(write_function(code, function="timeout = 1"))
    assert started.ok
    assert started.init_duration is not None
    assert started.init_duration >= 2
    assert ("loaded",) == started.log
    assert "done" == environment.invoke(b"{}", ID).value()


def test_the_handler_is_loaded_once(start: Start, write_function: WriteFunction) -> None:
    code = """
        loads = []
        loads.append("load")
        def handler(event, context):
            loads.append("event")
            return loads
    """
    environment, _ = start(write_function(code))
    assert ["load", "event"] == environment.invoke(b"{}", ID).value()
    assert ["load", "event", "event"] == environment.invoke(b"{}", ID).value()


def test_what_a_handler_changes_of_its_process_is_there_for_the_next_event(
    start: Start, write_function: WriteFunction
) -> None:
    code = """
        import os, sys
        os.environ["LOADED"] = "yes"
        def handler(event, context):
            seen = [os.environ.get("LOADED"), os.environ.get("HANDLED"), "TZ" in os.environ, "vendored" in sys.path]
            os.environ["HANDLED"] = "yes"
            os.environ.pop("TZ", None)
            sys.path.append("vendored")
            return seen
    """
    environment, _ = start(write_function(code))
    assert ["yes", None, True, False] == environment.invoke(b"{}", ID).value()
    assert ["yes", "yes", False, True] == environment.invoke(b"{}", ID).value()


def test_the_context_tells_of_the_function(start: Start, write_function: WriteFunction) -> None:
    code = """
        def handler(event, context):
            return {
                "id": context.aws_request_id,
                "name": context.function_name,
                "memory": int(context.memory_limit_in_mb),
                "remaining": context.get_remaining_time_in_millis(),
            }
    """
    environment, _ = start(write_function(code, function="timeout = 7\nmemory = 256"))
    value = environment.invoke(b"{}", ID).value()
    assert 6000 < value.pop("remaining") <= 7000
    assert {"id": ID, "name": "sample", "memory": 256} == value


def test_R91_the_variables_are_those_of_lambda_and_the_contract(
    start: Start, write_function: WriteFunction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no key of the developer's reaches the handler."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the developer's")
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    monkeypatch.delenv("GOMAXPROCS", raising=False)  # in this interpreter the developer's others stay
    code = """
        import os
        def handler(event, context):
            return dict(os.environ, cwd=os.getcwd())
    """
    folder = write_function(code, function='environment = { COLOUR = "blue", AWS_REGION = "mine" }')
    environment, _ = start(folder)
    value = environment.invoke(b"{}", ID).value()
    assert {
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_LAMBDA_FUNCTION_NAME": "sample",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_SECRET_ACCESS_KEY": "lambdaproof",
        "LAMBDA_TASK_ROOT": str(folder.resolve()),
        "TZ": ":UTC",
        "COLOUR": "blue",
        "cwd": str(folder.resolve()),
    }.items() <= value.items()
    assert "the developer's" not in value.values()
    assert value.keys().isdisjoint({"AWS_LAMBDA_FUNCTION_TIMEOUT", "GOMAXPROCS"}), "the emulator's own"


def test_a_variable_that_configures_the_emulator_too_is_the_function_s(
    start: Start, write_function: WriteFunction
) -> None:
    folder = write_function(
        "import os\ndef handler(event, context):\n    return os.environ['GOMAXPROCS']",
        function='environment = { GOMAXPROCS = "8" }',
    )
    environment, _ = start(folder)
    assert "8" == environment.invoke(b"{}", ID).value()


def test_an_event_that_lambda_refuses_never_reaches_the_handler(start: Start, write_function: WriteFunction) -> None:
    environment, _ = start(write_function(BEHAVIOUR))
    with pytest.raises(EventError):
        environment.invoke(b'"' + b"x" * rie.MAX_EVENT_BYTES + b'"', ID)
    assert environment.invoke(b"{}", ID).ok


def test_after_a_timeout_the_next_event_is_handled(settings: Settings, write_function: WriteFunction) -> None:
    """The emulator starts the runtime anew by itself."""
    environment, _ = runner("process", write_function(BEHAVIOUR, function="timeout = 1"), settings).start()
    try:
        assert OutcomeKind.TIMEOUT is environment.invoke(b'{"do": "sleep"}', ID).kind
        after = environment.invoke(b"{}", ID)
        assert after.ok
        assert after.init_duration is not None
    finally:
        environment.close()


def test_a_given_port_is_used_or_named_when_it_is_taken(settings: Settings, write_function: WriteFunction) -> None:
    folder = write_function(BEHAVIOUR)
    (port,) = rie.free_ports(1)
    environment, _ = runner("process", folder, settings, port=port).start()
    try:
        with pytest.raises(PortInUse, match=f"Port {port}"):
            runner("process", folder, settings, port=port).start()
    finally:
        environment.close()


# --- in this interpreter ---------------------------------------------------------------------------------------------


def test_a_handler_whose_modules_are_here_runs_here(settings: Settings, write_function: WriteFunction) -> None:
    code = "import os, click\ndef handler(event, context):\n    return os.getpid()"
    environment, _ = runner("in_process", write_function(code), settings).start()
    assert isinstance(environment, InterpreterEnvironment)
    assert os.getpid() == environment.invoke(b"{}", ID).value()
    environment.close()


def test_a_handler_whose_modules_are_not_here_runs_in_a_worker(
    settings: Settings, write_function: WriteFunction
) -> None:
    environment, started = runner("in_process", write_function("import not_installed_here"), settings).start()
    assert isinstance(environment, WorkerEnvironment)
    assert OutcomeKind.INIT_FAILURE is started.kind
    environment.close()


def test_a_missing_module_of_the_handlers_own_is_its_fault_here_too(
    settings: Settings, write_function: WriteFunction
) -> None:
    folder = write_function("from helpers import nothing_of_the_kind", files={"helpers.py": ""})
    environment, started = runner("in_process", folder, settings).start()
    assert isinstance(environment, InterpreterEnvironment)
    assert OutcomeKind.INIT_FAILURE is started.kind


def test_this_interpreter_is_left_as_it_was(settings: Settings, write_function: WriteFunction) -> None:
    import sys

    code = """
        import os
        os.environ["SET_WHILE_LOADING"] = "1"
        import helpers
        def handler(event, context):
            os.environ["PATH"] = "changed"
            return helpers.__name__
    """
    folder = write_function(code, files={"helpers.py": ""})
    before = dict(os.environ), Path.cwd(), list(sys.path)
    environment, _ = runner("in_process", folder, settings).start()
    assert "helpers" == environment.invoke(b"{}", ID).value()
    environment.close()
    assert before == (dict(os.environ), Path.cwd(), list(sys.path))
    assert not {"app", "helpers"} & sys.modules.keys()


_TELLS = """
    import os
    def handler(event, context):
        os.environ.setdefault("LEFT", os.environ["AWS_LAMBDA_FUNCTION_NAME"])
        return [os.environ["AWS_LAMBDA_FUNCTION_NAME"], os.environ["LEFT"]]
"""


def test_variables_lent_for_many_events_are_given_back(settings: Settings, write_function: WriteFunction) -> None:
    before = dict(os.environ), signal.getsignal(signal.SIGALRM)
    environment, _ = runner("in_process", write_function(_TELLS), settings).start()
    with interpreter.lending():
        for _ in range(2):
            assert ["sample", "sample"] == environment.invoke(b"{}", ID).value()
        assert "sample" == os.environ["LEFT"]
        assert "sample" == subprocess.check_output(["/bin/sh", "-c", "printf %s $LEFT"], text=True)
    assert before == (dict(os.environ), signal.getsignal(signal.SIGALRM))
    environment.close()


def test_variables_are_lent_to_one_function_at_a_time(settings: Settings, write_function: WriteFunction) -> None:
    """What one leaves in them is not there for the other, and is for itself when its turn comes again."""
    folders = [write_function(_TELLS, name=name) for name in ("one", "two")]
    environments = [runner("in_process", folder, settings).start()[0] for folder in folders]
    with interpreter.lending():
        for _ in range(2):
            assert ["one", "one"] == environments[0].invoke(b"{}", ID).value()
            assert ["two", "two"] == environments[1].invoke(b"{}", ID).value()
    assert "LEFT" not in os.environ
    for environment in environments:
        environment.close()


def test_an_alarm_lent_for_many_events_interrupts_each(settings: Settings, write_function: WriteFunction) -> None:
    code = "import time\ndef handler(event, context):\n    time.sleep(event)"
    environment, _ = runner("in_process", write_function(code, function="timeout = 1"), settings).start()
    with interpreter.lending():
        kinds = [environment.invoke(seconds, ID).kind for seconds in (b"0", b"5", b"0", b"5")]
    assert [OutcomeKind.RESULT, OutcomeKind.TIMEOUT] * 2 == kinds
    environment.close()


def test_two_handlers_called_app_do_not_mix(settings: Settings, write_function: WriteFunction) -> None:
    code = (
        "import shared\ndef handler(event, context):\n    import shared as again\n    return [shared.NAME, again.NAME]"
    )
    folders = [write_function(code, name=name, files={"shared.py": f"NAME = '{name}'"}) for name in ("one", "two")]
    environments = [runner("in_process", folder, settings).start()[0] for folder in folders]
    for _ in range(2):
        assert ["one", "one"] == environments[0].invoke(b"{}", ID).value()
        assert ["two", "two"] == environments[1].invoke(b"{}", ID).value()
    for environment in environments:
        environment.close()


def test_a_timeout_is_noticed_in_a_thread_that_cannot_be_interrupted(
    settings: Settings, write_function: WriteFunction
) -> None:
    code = "import time\ndef handler(event, context):\n    time.sleep(1.2)"
    environment, _ = runner("in_process", write_function(code, function="timeout = 1"), settings).start()
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(environment.invoke(b"{}", ID)))
    thread.start()
    thread.join()
    assert [OutcomeKind.TIMEOUT] == [outcome.kind for outcome in outcomes]
    environment.close()


def test_an_alarm_of_the_caller_goes_off_although_a_handler_had_one_of_its_own(
    write_function: WriteFunction, settings: Settings
) -> None:
    """As of a test that may only take so long."""
    environment, _ = runner("in_process", write_function("def handler(event, context): ..."), settings).start()
    rung = threading.Event()
    previous = signal.signal(signal.SIGALRM, lambda *_: rung.set())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        assert environment.invoke(b"{}", ID).ok
        assert rung.wait(10)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        environment.close()
