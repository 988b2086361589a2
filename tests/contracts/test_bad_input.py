"""Malformed input: a 4xx of the handler's own is the only good answer."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

import pytest
from checking import CASES, answer, codes, contract, invoking, report
from lambda_contracts.checks import cases
from lambda_contracts.checks.bad_input import DEPTH, bad_input, malformations
from lambda_contracts.checks.registry import Subject, run
from lambda_contracts.finding import Severity
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.shapes import Shape

ERROR, ACCEPTED, SERVER = "outcome.function-error", "bad-input.accepted", "case.server-error"


def payload(event: dict[str, Any]) -> Any:
    if "requestContext" not in event:
        return event
    body = event.get("body") or ""
    return json.loads(base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body)


def good(event: Any) -> Any:
    try:
        data = payload(event) if isinstance(event, dict) else event
        number, tag = data["number"], data["deep"]["tag"]
        if not isinstance(number, int) or abs(number) > 1e9 or not isinstance(tag, str):
            raise TypeError("not as it should be")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return answer(400, str(error))
    return answer(200, [number, tag])


def careless(event: Any) -> Any:
    data = payload(event) if isinstance(event, dict) else event
    return answer(200, [data["number"], data["deep"]["tag"]])


def sorry(event: Any) -> Any:
    try:
        return careless(event)
    except Exception:  # noqa: BLE001  # a handler may raise anything
        return answer(500, "sorry")


def blind(event: Any) -> Any:
    return answer(200, "hello")


def trusting(event: Any) -> Any:
    try:
        return careless(event)
    except Exception as error:  # noqa: BLE001  # a handler may raise anything
        return answer(200, str(error))


def unflagged(event: Any) -> Any:
    """Read base64 without expecting that it may be none."""
    try:
        return good(event)
    finally:
        if isinstance(event, dict) and event.get("isBase64Encoded"):
            binascii.a2b_base64(event["body"].encode(), strict_mode=True)


def converting(event: Any) -> Any:
    done = good(event)
    if done["statusCode"] == 400 and isinstance(event, dict) and "number" in event:
        float(event["number"])
    return done


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (good, {}),
        (blind, {}),
        (
            careless,
            {
                ERROR: {
                    "bad input: invalid JSON[rest]",
                    "bad input: empty body[http-v2]",
                    "bad input: [] instead of the payload[direct]",
                    "bad input: without number[rest]",
                    "bad input: without deep.tag[direct]",
                    "bad input: null in deep[direct]",
                    "bad input: bytes that are no text[http-v2]",
                    "bad input: invalid base64[rest]",
                }
            },
        ),
        (sorry, {SERVER: {"bad input: invalid JSON[rest]", "bad input: without deep.tag[direct]"}}),
        (trusting, {ACCEPTED: {"bad input: invalid JSON[rest]", 'bad input: "text" instead of the payload[direct]'}}),
        (unflagged, {ERROR: {"bad input: invalid base64[rest]"}}),
        (converting, {ERROR: {"bad input: huge number in number[direct]"}}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_kind_of_carelessness_is_told(handler: Any, expected: dict[str, set[str]]) -> None:
    found = codes(report(bad_input, contract(), lambda: handler))
    assert expected.keys() == found.keys()
    for code, trials in expected.items():
        assert trials <= found[code]


@pytest.mark.parametrize(
    ("handler", "passed"),
    [(good, True), (blind, True), (trusting, True), (unflagged, True), (careless, False), (sorry, False)],
)
def test_a_function_error_and_a_server_error_break_the_contract_and_doubts_do_not(handler: Any, passed: bool) -> None:
    assert passed is report(bad_input, contract(), lambda: handler).passed


def test_what_no_front_sends_is_no_more_than_a_warning() -> None:
    told = report(bad_input, contract(accept=("rest",)), lambda: careless)
    (invalid,) = [verdict for verdict in told.verdicts if verdict.trial.case.name == "bad input: invalid base64"]
    assert [Severity.WARNING] == [finding.severity for finding in invalid.findings]
    assert invalid.trial.event["isBase64Encoded"]


def test_a_direct_event_is_always_json() -> None:
    told = report(bad_input, contract(accept=("direct",)), lambda: careless)
    assert {Shape.DIRECT} == {verdict.trial.shape for verdict in told.verdicts}
    assert not [verdict for verdict in told.verdicts if "JSON" in verdict.trial.id or "base64" in verdict.trial.id]


@pytest.mark.parametrize(
    "sent",
    [
        '[[route]]\nmethod = "GET"\n' + CASES,
        '[[case]]\nname = "raw"\ntext = "x"\nshapes = ["rest"]\n',
        '[[case]]\nname = "refused"\npayload = { number = "no" }\nstatus = 400\n',
    ],
    ids=["without a body", "without a payload", "without a good case"],
)
def test_nothing_is_sent_where_nothing_is_known_to_be_good(sent: str) -> None:
    assert () == report(bad_input, contract(cases=sent), lambda: good).verdicts


def test_each_route_is_sent_its_own_payloads() -> None:
    routes = '[[route]]\npath = "/a"\n[[route]]\npath = "/b"\n'
    more = '[[case]]\nname = "b"\npath = "/b"\npayload = { number = 1, deep = { tag = "x" }, more = 1 }\n'
    told = report(bad_input, contract(routes + more, cases=CASES, accept=("rest",)), lambda: good)
    assert {"/a", "/b"} == {verdict.trial.event["path"] for verdict in told.verdicts}
    assert "bad input: without more[rest]" in {verdict.trial.id for verdict in told.verdicts}


def test_an_event_that_times_out_is_not_sent_in_the_other_shapes() -> None:
    read = contract()
    timed_out = Outcome(kind=OutcomeKind.TIMEOUT, payload=b"{}")
    verdicts = tuple(cases.check(read, invoking(good)))
    told = run(bad_input, read, Subject(invoke=lambda _: timed_out, verdicts=verdicts))
    names = [verdict.trial.case.name for verdict in told.verdicts]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("value", [[1, 2], "text", 7, None, {"a": 1}])
def test_whatever_a_payload_is_something_else_is_sent(value: Any) -> None:
    sent = [one for one in malformations(value) if one.name.endswith("instead of the payload")]
    assert value not in [one.payload for one in sent]
    assert all(one.hopeless for one in sent)


def test_the_nesting_can_be_read_by_python() -> None:
    (nested,) = [one for one in malformations({"a": 1}) if one.name == "deep nesting"]
    assert DEPTH == json.dumps(nested.payload).count("[") - 1
    assert nested.payload == json.loads(json.dumps(nested.payload))
