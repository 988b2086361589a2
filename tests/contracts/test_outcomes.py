"""What an invocation came to, and what its error object says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts.errors import ContractError, ContractsError, EventError
from lambda_contracts.outcomes import FunctionError, Outcome, OutcomeKind, returned

FAILURES = [kind for kind in OutcomeKind if kind is not OutcomeKind.RESULT]


def failed(payload: bytes, kind: OutcomeKind = OutcomeKind.FUNCTION_ERROR) -> Outcome:
    return Outcome(kind=kind, payload=payload)


def test_a_returned_value_is_a_result_without_error() -> None:
    outcome = returned({"a": [1, None]})
    assert outcome.ok
    assert {"a": [1, None]} == outcome.value()
    assert outcome.error is None


def test_a_result_that_looks_like_an_error_is_a_result() -> None:
    assert returned({"errorType": "KeyError", "errorMessage": "'body'"}).error is None


@pytest.mark.parametrize("kind", FAILURES)
def test_everything_but_a_result_has_an_error(kind: OutcomeKind) -> None:
    trace = ['  File "app.py", line 1\n', "x"]
    payload = json.dumps({"errorType": "KeyError", "errorMessage": "'body'", "stackTrace": trace}).encode()
    outcome = failed(payload, kind)
    assert not outcome.ok
    assert FunctionError("KeyError", "'body'", tuple(trace)) == outcome.error


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"", FunctionError("", "")),
        (b"not json", FunctionError("", "")),
        (b"\xff\xfe\x00", FunctionError("", "")),
        (b"[" * 100_000, FunctionError("", "")),
        (b"[]", FunctionError("", "")),
        (b"null", FunctionError("", "")),
        (b"{}", FunctionError("", "")),
        (b'{"errorMessage": 3, "stackTrace": "x"}', FunctionError("", "3")),
        (b'{"errorType": "E", "stackTrace": [1, null]}', FunctionError("E", "", ("1", "None"))),
    ],
)
def test_an_error_object_may_be_broken_in_any_way(payload: bytes, expected: FunctionError) -> None:
    assert expected == failed(payload).error


@pytest.mark.parametrize("payload", [b"", b"<html>", b"\xff"])
def test_a_payload_that_is_not_json_has_no_value(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Outcome(kind=OutcomeKind.RESULT, payload=payload).value()


@given(st.recursive(st.none() | st.integers() | st.text(), lambda below: st.lists(below)))
def test_what_was_returned_is_read_back(value: Any) -> None:
    assert value == returned(value).value()


@pytest.mark.parametrize(
    ("value", "payload"),
    [
        (b"\xff\x00", b"\xff\x00"),
        (float("nan"), b"NaN"),
        ("é", '"é"'.encode()),
        ("\ud800", b'"?"'),
        (None, b"null"),
    ],
)
def test_values_are_serialised_as_the_runtime_client_does(value: Any, payload: bytes) -> None:
    assert payload == returned(value).payload


def test_a_value_that_is_not_json_is_no_result() -> None:
    with pytest.raises(TypeError):
        returned({1, 2})


# --- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ContractError(Path("contract.toml"), "it is empty."), "contract.toml: it is empty."),
        (ContractError(Path("c.toml"), "it is wrong.", key="function.name"), "c.toml: function.name: it is wrong."),
        (ContractError(Path("c.toml"), "it is wrong.", line=3), "c.toml:3: it is wrong."),
        (
            ContractError(Path("c.toml"), "there is no such key.", key="a.b", line=3, hint="Did you mean `c`?"),
            "c.toml:3: a.b: there is no such key. Did you mean `c`?",
        ),
        (EventError("The event is not JSON."), "The event is not JSON."),
    ],
)
def test_an_error_reads_as_place_key_problem_and_hint(error: ContractsError, text: str) -> None:
    assert text == str(error)


def test_an_event_error_carries_the_status_of_the_invoke_api() -> None:
    assert 400 == EventError("x").status
    assert 413 == EventError("x", status=413).status
