"""What the emulator's answers mean."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lambda_contracts.errors import EventError
from lambda_contracts.outcomes import OutcomeKind
from lambda_emulator import rie
from lambda_emulator.errors import PortInUse

ID = "6f5e1a2b-0000-4000-8000-000000000000"


def error(**fields: Any) -> bytes:
    return json.dumps({"errorMessage": "m", "errorType": "T", **fields}).encode()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        pytest.param(200, b'{"a": 1}', OutcomeKind.RESULT, id="a result"),
        pytest.param(200, b"NaN", OutcomeKind.RESULT, id="a result that is not JSON"),
        pytest.param(200, b"", OutcomeKind.RESULT, id="empty bytes"),
        pytest.param(200, error(requestId=ID, stackTrace=[]), OutcomeKind.FUNCTION_ERROR, id="an exception"),
        pytest.param(200, error(), OutcomeKind.RESULT, id="a returned error object"),
        pytest.param(200, error(requestId="x", stackTrace=[]), OutcomeKind.RESULT, id="another request's error"),
        pytest.param(200, b"Task timed out after 3.00 seconds", OutcomeKind.TIMEOUT, id="a timeout"),
        pytest.param(200, b'"Task timed out after 3.00 seconds"', OutcomeKind.RESULT, id="a timeout's words, returned"),
        pytest.param(502, error(errorType="Runtime.ExitError"), OutcomeKind.EXIT, id="an exit"),
        pytest.param(502, error(errorType="Runtime.ImportModuleError"), OutcomeKind.INIT_FAILURE, id="a failed import"),
        pytest.param(502, error(errorType="KeyError"), OutcomeKind.INIT_FAILURE, id="an exception while loading"),
        pytest.param(502, b"", OutcomeKind.INIT_FAILURE, id="an exit while loading"),
        pytest.param(
            502, error(errorType="Function.ResponseSizeTooLarge"), OutcomeKind.FUNCTION_ERROR, id="too long a result"
        ),
    ],
)
def test_an_answer_of_the_emulator_is_one_of_five_outcomes(status: int, body: bytes, kind: OutcomeKind) -> None:
    found, _ = rie.classify(status, body, ID, timeout=3)
    assert kind is found


def test_R83_a_timeout_is_told_in_the_words_of_lambda() -> None:
    _, payload = rie.classify(200, b"Task timed out after 13.00 seconds", ID, timeout=3)
    assert {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {ID} Error: Task timed out after 3.00 seconds",
    } == json.loads(payload)


def test_R87_an_event_over_six_megabytes_is_refused_as_lambda_refuses_it() -> None:
    """The emulator would cut it in silence."""
    rie.require_size(b"x" * rie.MAX_EVENT_BYTES)
    with pytest.raises(EventError, match="6,291,457 bytes") as caught:
        rie.require_size(b"x" * (rie.MAX_EVENT_BYTES + 1))
    assert 413 == caught.value.status


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortInUse, match=str(port)):
            rie.require_free(port)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("without providing a reason", "Runtime exited without providing a reason"),
        ("exit status 127", "Runtime exited with error: exit status 127"),
        ("signal: killed", "Runtime exited with error: signal: killed"),
    ],
)
def test_R84_an_exit_is_told_in_the_words_of_lambda(reason: str, words: str) -> None:
    assert {"errorType": "Runtime.ExitError", "errorMessage": f"RequestId: {ID} Error: {words}"} == json.loads(
        rie.exit_error(ID, reason)
    )


def test_free_ports_differ() -> None:
    ports = rie.free_ports(20)
    assert 20 == len(set(ports))


@pytest.mark.parametrize("own", [{}, {"GOMAXPROCS": "8"}], ids=["none", "one of the function's own"])
@pytest.mark.parametrize("folder", ["plain", "with = and spaces"])
def test_what_configures_the_emulator_stays_with_it(folder: str, own: dict[str, str], tmp_path: Path) -> None:
    tool = tmp_path / folder / "tool"
    tool.parent.mkdir()
    tool.write_text('#!/bin/sh\necho "$GOMAXPROCS,$AWS_LAMBDA_FUNCTION_TIMEOUT,$COLOUR,$1,$2"\n')
    tool.chmod(0o755)
    environ = {"PATH": os.defpath, "COLOUR": "blue", **own}
    done = subprocess.run(
        rie.apart([str(tool), "a b", "c=d"], environ),
        env={**environ, **rie.variables(3), **rie.ONE_CORE},
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"{own.get('GOMAXPROCS', '')},,blue,a b,c=d\n" == done.stdout
