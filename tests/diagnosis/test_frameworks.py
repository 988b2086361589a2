"""Frameworks that were given an event of another kind are known by what they look up, outside the handler."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lambda_contracts.diagnosis import Diagnosis, diagnose
from lambda_contracts.events import sample
from lambda_contracts.outcomes import Outcome, OutcomeKind, returned
from lambda_contracts.shapes import Shape

SOURCE = "from framework import app\n\n\ndef handler(event, context):\n    return app.resolve(event, context)\n"
UNABLE = "The adapter was unable to infer a handler to use for the event."


def diagnosed(folder: Path, event: Any, kind: str, message: str, *, own: bool = False) -> Diagnosis | None:
    (folder / "app.py").write_text(SOURCE)
    frames = [f'  File "{folder}/app.py", line 5, in handler\n    return app.resolve(event, context)\n']
    if not own:
        frames.append('  File "/opt/python/lib/site-packages/framework.py", line 9, in resolve\n    event[key]\n')
    error = {"errorType": kind, "errorMessage": message, "stackTrace": frames}
    outcome = Outcome(kind=OutcomeKind.FUNCTION_ERROR, payload=json.dumps(error).encode())
    return diagnose(outcome, event, {"app.py": SOURCE}.get, folder, "app.handler")


@pytest.mark.parametrize(
    ("shape", "kind", "message", "code", "place"),
    [
        (Shape.HTTP_V2, "KeyError", "'httpMethod'", "E20", "/httpMethod"),
        (Shape.FUNCTION_URL, "KeyError", "'path'", "E20", "/path"),
        (Shape.REST, "KeyError", "'http'", "E21", "/requestContext/http"),
        (Shape.ALB, "KeyError", "'http'", "E21", "/requestContext/http"),
        (Shape.HTTP_V2, "KeyError", "'multiValueHeaders'", "E17", "/multiValueHeaders"),
        (Shape.SQS, "KeyError", "'requestContext'", "E22", "/requestContext"),
        (Shape.SCHEDULE, "KeyError", "'requestContext'", "E23", "/requestContext"),
        (Shape.SNS, "RuntimeError", UNABLE, "E22", ""),
        (Shape.SCHEDULE, "RuntimeError", UNABLE, "E23", ""),
        (Shape.CONSOLE_TEST, "ValidationError", "'test-invoke-source-ip' is no IP address", "E19",
         "/requestContext/identity/sourceIp"),
    ],
)  # fmt: skip
def test_what_a_framework_misses_is_known(
    shape: Shape, kind: str, message: str, code: str, place: str, tmp_path: Path
) -> None:
    found = diagnosed(tmp_path, sample(shape), kind, message)
    assert found is not None
    assert (code, place) == (found.code, found.place)
    assert found.line is not None
    assert (5, "return app.resolve(event, context)") == (found.line.line, found.line.code)


@pytest.mark.parametrize(
    ("shape", "kind", "message"),
    [
        (Shape.REST, "KeyError", "'httpMethod'"),
        (Shape.HTTP_V2, "KeyError", "'http'"),
        (Shape.HTTP_V2, "KeyError", "'user'"),
        (Shape.HTTP_V2, "LookupError", "'httpMethod'"),
        (Shape.REST, "RuntimeError", UNABLE),
        (Shape.REST, "ValidationError", "'test-invoke-source-ip' is no IP address"),
        (Shape.SNS, "NoSuchKey", "An error occurred (NoSuchKey)"),
    ],
)
def test_what_the_event_has_is_not_missing(shape: Shape, kind: str, message: str, tmp_path: Path) -> None:
    assert diagnosed(tmp_path, sample(shape), kind, message) is None


def test_a_key_that_the_handlers_own_line_misses_has_to_be_on_that_line(tmp_path: Path) -> None:
    assert diagnosed(tmp_path, sample(Shape.HTTP_V2), "KeyError", "'httpMethod'", own=True) is None


def test_a_line_that_is_not_in_the_file_any_more_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(SOURCE)
    trace = [f'  File "{tmp_path}/app.py", line 5, in handler\n    return event["httpMethod"]\n']
    error = {"errorType": "KeyError", "errorMessage": "'httpMethod'", "stackTrace": trace}
    outcome = Outcome(kind=OutcomeKind.FUNCTION_ERROR, payload=json.dumps(error).encode())
    assert diagnose(outcome, sample(Shape.HTTP_V2), {"app.py": SOURCE}.get, tmp_path, "app.handler") is None


def test_a_result_has_no_diagnosis(tmp_path: Path) -> None:
    assert diagnose(returned({}), {}, lambda _: None, tmp_path) is None
