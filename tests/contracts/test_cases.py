"""The check of cases: what is sent, how an answer is judged, and shapes compared with each other."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts.api import Endpoint
from lambda_contracts.checks.cases import Verdict, body_value, check, judge, plan, recorded
from lambda_contracts.contract import CASE_SHAPES, Case, Contract, load, parse
from lambda_contracts.errors import ContractError, EventError
from lambda_contracts.events import build, identify, sample
from lambda_contracts.finding import Confidence, Severity
from lambda_contracts.http import Request, Response
from lambda_contracts.outcomes import Outcome, OutcomeKind, returned
from lambda_contracts.route import Route
from lambda_contracts.shapes import FRONTS, TRIGGERS, Shape

Handler = Callable[[Any], Any]

ALL = [shape.value for shape in CASE_SHAPES]
ONE = '[[case]]\nname = "one"\npayload = { x = 1 }\n'


def contract(cases: str = ONE, *, accept: list[str] | None = None, routes: str = "") -> Contract:
    shapes = f"[shapes]\naccept = {json.dumps(accept)}\n" if accept else ""
    text = f'[function]\nname = "wine"\nhandler = "app.handler"\n{shapes}{routes}{cases}'
    return parse(text, Path("/handlers/wine/contract.toml"))


def verdicts(read: Contract, handler: Handler) -> list[Verdict]:
    return list(check(read, lambda event: returned(handler(event))))


def answer(body: Any = None, status: int = 200, **more: Any) -> dict[str, Any]:
    return {"statusCode": status, "headers": {}, "multiValueHeaders": {}, "isBase64Encoded": False,
            "body": json.dumps(body), **more}  # fmt: skip


def codes(verdict: Verdict, severity: Severity = Severity.ERROR) -> list[str]:
    return [finding.code for finding in verdict.findings if finding.severity is severity]


# --- what is sent ----------------------------------------------------------------------------------------------------


def test_each_case_is_sent_in_every_accepted_shape_in_order() -> None:
    two = ONE + '[[case]]\nname = "two"\npayload = 2\n'
    ids = [trial.id for trial in plan(contract(two, accept=["direct", "alb", "rest"]))]
    assert ["one[direct]", "one[alb]", "one[rest]", "two[direct]", "two[alb]", "two[rest]"] == ids


@pytest.mark.parametrize("shape", CASE_SHAPES)
def test_every_shape_that_a_contract_can_accept_can_be_sent_and_is_what_it_says(shape: Shape) -> None:
    (trial,) = plan(contract(accept=[shape.value]))
    assert shape is identify(trial.event).shape
    assert {"x": 1} == (trial.event if shape is Shape.DIRECT else _payload(trial.event))


def _payload(event: Mapping[str, Any]) -> Any:
    body = base64.b64decode(event["body"]) if event["isBase64Encoded"] else event["body"]
    return json.loads(body)


def test_a_case_can_be_kept_to_some_shapes() -> None:
    trials = plan(contract(ONE + 'shapes = ["alb"]\n', accept=["direct", "rest"]))
    assert ["one[alb]"] == [trial.id for trial in trials]


def test_raw_text_is_sent_as_it_is_and_not_as_direct() -> None:
    trials = plan(contract("[[case]]\nname = 'cut'\ntext = '{\"x\": '\n", accept=["direct", "rest", "alb"]))
    assert ["cut[rest]", "cut[alb]"] == [trial.id for trial in trials]
    assert ['{"x": ', '{"x": '] == [trial.event["body"] for trial in trials]


@pytest.mark.parametrize(
    ("accept", "more"), [(["direct"], ""), (["direct", "rest"], "shapes = ['direct']\n")], ids=["contract", "case"]
)
def test_a_case_that_no_shape_carries_is_refused_even_when_others_are_sent(accept: list[str], more: str) -> None:
    read = contract(f"{ONE}[[case]]\nname = 'cut'\ntext = '{{'\n{more}", accept=accept)
    with pytest.raises(ContractError, match="raw text cannot be sent as direct") as caught:
        plan(read)
    assert ("case.1.text", "Accept another shape, or make it a payload.") == (caught.value.key, caught.value.hint)
    assert caught.value.line is not None


ROUTES = """
[[route]]
method = "GET"
path = "/wines/{id}"
[[route]]
path = "/predict"
[[route]]
method = "ANY"
path = "/files/{proxy+}"
"""


@pytest.mark.parametrize(
    ("path", "method", "resource", "parameters", "query"),
    [
        ("/wines/7", "GET", "/wines/{id}", {"id": "7"}, None),
        ("/wines/7?full=1", "GET", "/wines/{id}", {"id": "7"}, {"full": "1"}),
        ("/predict", "POST", "/predict", None, None),
        ("/predict/", "POST", "/predict", None, None),
        ("/files/a/b", "POST", "/files/{proxy+}", {"proxy": "a/b"}, None),
    ],
)
def test_a_path_takes_the_route_that_matches(
    path: str, method: str, resource: str, parameters: Any, query: Any
) -> None:
    (trial,) = plan(contract(f'{ONE}path = "{path}"\n', accept=["rest"], routes=ROUTES))
    event = trial.event
    assert (method, resource) == (event["httpMethod"], event["resource"])
    assert (parameters, query) == (event["pathParameters"], event["queryStringParameters"])


@pytest.mark.parametrize("path", ["/nowhere", "/wines", "/wines/7/8", "predict", "/files"])
def test_a_path_that_no_route_matches_is_told_with_its_line(path: str) -> None:
    read = contract(f'{ONE}path = "{path}"\n', routes=ROUTES)
    with pytest.raises(ContractError) as caught:
        plan(read)
    assert f"{path} leads to no [[route]]." == caught.value.problem
    assert ("case.0.path", f'path = "{path}"') == (
        caught.value.key,
        read.text.splitlines()[(caught.value.line or 0) - 1],
    )
    assert "Known here: /wines/{id}, /predict, /files/{proxy+}." == caught.value.hint


def test_a_route_with_parameters_needs_a_path_from_the_case() -> None:
    with pytest.raises(ContractError) as caught:
        plan(contract(routes=ROUTES))
    assert "/wines/{id} has parameters, and the case gives them no value." == caught.value.problem
    assert 'Write path = "/wines/1", for example.' == caught.value.hint


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("", "application/json"),
        ('headers = { "X-A" = "1" }', "application/json"),
        ('headers = { "content-type" = "text/csv" }', "text/csv"),
        ('headers = { "CONTENT-TYPE" = "text/csv" }', "text/csv"),
    ],
)
@pytest.mark.parametrize("shape", [Shape.REST, Shape.HTTP_V2, Shape.ALB])
def test_a_request_has_one_content_type_json_unless_the_case_says_another(
    shape: Shape, headers: str, expected: str
) -> None:
    (trial,) = plan(contract(f"{ONE}{headers}\n", accept=[shape.value]))
    sent = [value for name, value in trial.event["headers"].items() if name.lower() == "content-type"]
    assert [expected] == sent


# --- recorded events -------------------------------------------------------------------------------------------------

RECORDED = '[[case]]\nname = "kept"\nevent = "events/one.json"\n'


@pytest.fixture
def in_folder(tmp_path: Path) -> Callable[[bytes], Contract]:
    """Return a writer of a contract whose one case is a recorded event of these bytes."""

    def write(event: bytes) -> Contract:
        (tmp_path / "events").mkdir()
        (tmp_path / "events" / "one.json").write_bytes(event)
        (tmp_path / "contract.toml").write_text(f'[function]\nname = "wine"\nhandler = "app.handler"\n{RECORDED}')
        return load(tmp_path)

    return write


@pytest.mark.parametrize("shape", [shape for shape in CASE_SHAPES if shape is not Shape.DIRECT])
def test_a_recorded_event_goes_out_once_in_its_own_shape_as_it_is(
    in_folder: Callable[[bytes], Contract], shape: Shape
) -> None:
    event = build(Request(method="POST", path="/", body=b'{"x": 1}'), shape, Route(path="/"))
    (trial,) = plan(in_folder(json.dumps(event).encode()))
    assert (f"kept[{shape}]", event) == (trial.id, trial.event)


def test_R32_a_recorded_event_is_answered_by_its_own_accept_header(in_folder: Callable[[bytes], Contract]) -> None:
    route = Route(path="/", binary_media_types=("image/*",))
    event = build(Request(method="GET", path="/", headers=(("Accept", "image/png"),)), Shape.REST, route)
    contract = in_folder(json.dumps(event).encode())
    contract = msgspec.structs.replace(contract, endpoints=(Endpoint(route=route, function="sample"),))
    (trial,) = plan(contract)
    result = {"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}
    assert b"hi" == judge(contract, trial, returned(result)).response.body


@pytest.mark.parametrize(
    "event",
    [
        {"Records": [{"eventSource": "aws:s3", "s3": {"bucket": {"name": "b"}, "object": {"key": "k"}}}]},
        {"x": 1}, {"body": {"x": 1}}, [], "text", None, {},
    ],
)  # fmt: skip
def test_what_no_http_client_waits_for_is_judged_as_a_direct_invocation(
    in_folder: Callable[[bytes], Contract], event: Any
) -> None:
    (trial,) = plan(in_folder(json.dumps(event).encode()))
    assert ("kept[direct]", event) == (trial.id, trial.event)


@pytest.mark.parametrize("shape", TRIGGERS)
def test_a_trigger_that_is_accepted_has_a_column_of_its_own_and_what_is_returned_is_the_body(
    in_folder: Callable[[bytes], Contract], shape: Shape
) -> None:
    accepting = msgspec.structs.replace(in_folder(json.dumps(sample(shape)).encode()), accept=(shape,))
    (trial,) = plan(accepting)
    assert f"kept[{shape}]" == trial.id
    verdict = judge(accepting, trial, returned({"written": 1}))
    assert verdict.passed
    assert {"written": 1} == body_value(verdict.response)
    failed = Outcome(kind=OutcomeKind.FUNCTION_ERROR, payload=b'{"errorType": "KeyError", "errorMessage": "x"}')
    assert not judge(accepting, trial, failed).passed


def test_a_payload_is_refused_where_only_triggers_are_accepted() -> None:
    with pytest.raises(ContractError, match="none of the accepted shapes: s3, sqs take only recorded") as caught:
        plan(contract(ONE, accept=["s3", "sqs"]))
    assert "case.0" == caught.value.key


def test_a_payload_is_sent_in_the_other_shapes_beside_a_trigger() -> None:
    assert ["one[direct]"] == [trial.id for trial in plan(contract(ONE, accept=["schedule", "direct"]))]


def test_a_byte_order_mark_before_a_recorded_event_does_no_harm(in_folder: Callable[[bytes], Contract]) -> None:
    (trial,) = plan(in_folder(b'\xef\xbb\xbf{"x": 1}'))
    assert {"x": 1} == trial.event


@pytest.mark.parametrize(
    "event",
    [b"", b'{"body": ', b'{"a": 1} {"b": 2}', b"\xff\xfe\x00", b'"\xff"', b"[" * 100_000, b'{"p": NaN}', b"Infinity"],
)
def test_an_event_file_without_an_event_is_told_with_the_contracts_line(
    in_folder: Callable[[bytes], Contract], event: bytes
) -> None:
    read = in_folder(event)
    with pytest.raises(ContractError) as caught:
        plan(read)
    assert f"{read.folder}/events/one.json holds no event: " in caught.value.problem
    assert (read.file, "case.0.event", 6) == (caught.value.file, caught.value.key, caught.value.line)


@pytest.mark.parametrize("event", ["events/none.json", "events", "", "a\\u0000b"])
def test_an_event_file_that_cannot_be_read_is_told_with_the_contracts_line(
    in_folder: Callable[[bytes], Contract], event: str
) -> None:
    read = in_folder(b"{}")
    read.file.write_text(read.text.replace("events/one.json", event))
    with pytest.raises(ContractError) as caught:
        plan(load(read.file))
    assert ("case.0.event", 6) == (caught.value.key, caught.value.line)


def test_a_recorded_event_can_be_tried_without_being_in_the_contract(tmp_path: Path) -> None:
    (tmp_path / "e.json").write_text('{"x": 1}')
    assert {"x": 1} == recorded(contract(), Case(name="e"), tmp_path / "e.json").event
    with pytest.raises(EventError, match=r"none\.json: there is no such file\."):
        recorded(contract(), Case(name="e"), tmp_path / "none.json")


# --- how an answer is judged -----------------------------------------------------------------------------------------


def test_a_handler_that_answers_alike_holds_in_every_shape() -> None:
    cases = f"{ONE}status = 200\nbody.p = {{ '$gte' = 0.5 }}\n"
    told = verdicts(contract(cases, accept=ALL), lambda _: answer({"p": 0.9, "more": 1}))
    assert ALL == [verdict.trial.shape for verdict in told]
    assert [] == [finding for verdict in told for finding in verdict.findings if finding.severity is Severity.ERROR]
    assert all(verdict.passed for verdict in told)


@pytest.mark.parametrize("shape", CASE_SHAPES)
def test_another_status_or_body_than_the_case_says_fails_it_in_every_shape(shape: Shape) -> None:
    cases = f"{ONE}status = 200\nbody = {{ p = 1, q = 2 }}\n"
    (told,) = verdicts(contract(cases, accept=[shape.value]), lambda _: answer({"p": 3}, 400))
    assert ["case.status", "case.body", "case.body"] == codes(told)
    assert [
        "the client gets status 400, the case says 200",
        "body/p: expected 1, got 3",
        "body/q: `q` is missing",
    ] == [finding.message for finding in told.findings if finding.severity is Severity.ERROR]


def test_a_case_without_expectations_only_asks_for_an_answer_that_the_front_takes() -> None:
    (told,) = verdicts(contract(accept=["rest"]), lambda _: answer(status=500))
    assert told.passed
    (told,) = verdicts(contract(accept=["rest"]), lambda _: [1, 2])
    assert (502, ["P15"]) == (told.response.status, codes(told))


def test_direct_is_read_by_the_rules_of_the_first_front() -> None:
    bare: Handler = lambda _: {"label": "red"}  # noqa: E731  # a document, which only payload 2.0 makes a body of
    (direct, _) = verdicts(contract(f"{ONE}body.label = 'red'\n", accept=["direct", "http-v2"]), bare)
    assert direct.passed
    (direct, _) = verdicts(contract(f"{ONE}body.label = 'red'\n", accept=["direct", "rest"]), bare)
    assert 502 == direct.response.status
    assert not direct.passed


def test_the_accept_header_of_the_case_decides_over_base64() -> None:
    png = '[[route]]\npath = "/"\nbinary_media_types = ["image/png"]\n'
    cases = "[[case]]\nname = 'picture'\npayload = 1\nheaders = { Accept = 'image/png' }\n"
    (told,) = verdicts(contract(cases, accept=["rest"], routes=png), lambda _: answer(body="iVBO") | {
        "body": "iVBO", "isBase64Encoded": True})  # fmt: skip
    assert b"\x89PN" == told.response.body


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b"", ""),
        (b"text", "text"),
        (b"\xff", "�"),
        (b'{"p": NaN}', '{"p": NaN}'),
        (b"[" * 100_000, "[" * 100_000),
        (b"1" * 10_000, "1" * 10_000),
    ],
)
def test_a_body_is_json_where_it_is_json_and_text_elsewhere(payload: bytes, value: Any) -> None:
    assert value == body_value(Response(status=200, body=payload))


# --- functions that do not answer ------------------------------------------------------------------------------------


def error(kind: OutcomeKind = OutcomeKind.FUNCTION_ERROR, **fields: Any) -> Outcome:
    return Outcome(kind=kind, payload=json.dumps(fields).encode())


@pytest.mark.parametrize("kind", [kind for kind in OutcomeKind if kind is not OutcomeKind.RESULT])
def test_a_function_that_does_not_answer_fails_its_case_whatever_the_case_says(kind: OutcomeKind) -> None:
    read = contract(f"{ONE}status = 502\n", accept=["rest"])
    (told,) = check(read, lambda _: error(kind, errorType="KeyError", errorMessage="'body'"))
    assert ["outcome." + kind.replace(" ", "-")] == codes(told)
    assert "KeyError: 'body'" == told.findings[0].message
    assert "502" in told.findings[0].aws
    assert told.findings[0].fix


def test_the_line_of_the_handler_is_named(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("")
    read = parse(contract(accept=["rest"]).text, tmp_path / "contract.toml")
    trace = ['  File "/var/task/app.py", line 4, in handler\n    event["body"]\n']
    (told,) = check(read, lambda _: error(errorType="KeyError", errorMessage="x", stackTrace=trace))
    (finding,) = told.findings
    assert (str(tmp_path / "app.py"), 4, 'event["body"]') == (finding.file, finding.line, finding.excerpt)


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"", "exit"),
        (b"Killed", "Killed"),
        (b"\xff", "�"),
        (b"[" * 100_000, "[" * 200),
        (b'{"errorType": "Runtime.ExitError"}', "Runtime.ExitError"),
        (b'{"errorMessage": "gone"}', "gone"),
    ],
)
def test_an_end_without_an_error_object_still_says_something(payload: bytes, message: str) -> None:
    (told,) = check(contract(accept=["rest"]), lambda _: Outcome(kind=OutcomeKind.EXIT, payload=payload))
    assert message == told.findings[0].message


def test_an_event_that_lambda_does_not_take_names_the_case() -> None:
    def too_large(_: Any) -> Outcome:
        raise EventError("The event is too large.", status=413)

    with pytest.raises(EventError, match=r"contract\.toml: case one\[direct\]: The event is too large\.") as caught:
        list(check(contract(), too_large))
    assert 413 == caught.value.status


# --- what no one recorded --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "result", "status"),
    [
        ("rest", None, 502),
        ("rest", answer() | {"statusCode": 200.0}, 502),
        ("rest", answer() | {"cookies": ["a=1"]}, 502),
        ("console-test", None, 502),
        ("console-template", None, 502),
        ("http-v1", answer() | {"body": {"x": 1}}, 500),
        ("http-v1", answer() | {"statusCode": None}, 500),
        ("http-v2", answer() | {"body": {"x": 1}}, 500),
        ("http-v2", answer() | {"statusCode": 200.0}, 500),
        ("function-url", answer() | {"statusCode": None}, 502),
        ("function-url", b"\x00\x01", 200),
        ("alb", answer(headers={"X-Count": 5}), 502),
        ("alb-multi", answer() | {"body": {"x": 1}}, 502),
    ],
)
def test_an_answer_that_rests_on_an_inferred_rule_fails_no_case(shape: str, result: Any, status: int) -> None:
    (told,) = verdicts(contract(f"{ONE}status = 201\nbody.no = 'such'\n", accept=[shape]), lambda _: result)
    assert status == told.response.status
    assert told.passed, told.findings
    unexpected = [finding for finding in told.findings if finding.code.startswith("case.")]
    assert {(Severity.WARNING, Confidence.INFERRED)} == {(each.severity, each.confidence) for each in unexpected}


def test_a_status_of_null_leaves_only_the_status_unsure_where_it_may_be_read_as_200() -> None:
    cases = f"{ONE}status = 201\nbody.no = 'such'\n"
    (told,) = verdicts(contract(cases, accept=["rest"]), lambda _: answer({}) | {"statusCode": None})
    assert (200, ["case.body"]) == (told.response.status, codes(told))
    assert "case.status" in codes(told, Severity.WARNING)


@pytest.mark.parametrize("front", FRONTS)
def test_a_number_as_body_leaves_only_the_body_unsure(front: Shape) -> None:
    cases = f"{ONE}status = 201\nbody = 43\n"
    (told,) = verdicts(contract(cases, accept=[front.value]), lambda _: answer() | {"body": 42})
    assert ["case.status"] == codes(told)
    assert "case.body" in codes(told, Severity.WARNING)


@pytest.mark.parametrize("shape", CASE_SHAPES)
@pytest.mark.parametrize(
    "more", [{"headers": {"X-Count": None}}, {"headers": {}}, {"multiValueHeaders": {"X-Count": [None]}}]
)
def test_what_is_unsure_about_a_header_excuses_no_wrong_status_and_no_wrong_body(
    shape: Shape, more: dict[str, Any]
) -> None:
    cases = f"{ONE}status = 200\nbody.p = 1\n"
    result = {"statusCode": 400, "body": '{"p": 2}', **more}
    (told,) = verdicts(contract(cases, accept=[shape.value]), lambda _: result)
    assert {"case.status", "case.body"} <= set(codes(told))


def test_shapes_that_differ_only_by_an_inferred_rule_are_no_error() -> None:
    """An ALB is taken to refuse a number as header value, a REST API to send it as text; no one recorded either."""
    rest, alb = verdicts(contract(accept=["rest", "alb"]), lambda _: answer(headers={"X-Count": 5}))
    assert (200, 502) == (rest.response.status, alb.response.status)
    assert alb.passed
    (finding,) = [finding for finding in alb.findings if finding.code == "case.shapes"]
    assert (Severity.WARNING, Confidence.INFERRED) == (finding.severity, finding.confidence)


# --- shapes compared with each other ---------------------------------------------------------------------------------


def by_shape(**answers: Any) -> Handler:
    """Return a handler that answers each shape as told, and the rest with `other`."""
    return lambda event: answers.get(identify(event).shape.replace("-", "_"), answers["other"])


@pytest.mark.parametrize(
    ("odd", "message"),
    [
        (answer({"p": 1}, 201), "status 201, but 200 in the shape direct"),
        (answer({"p": 2}), "another body than in the shape direct"),
        (answer({"p": 1, "q": 1}), "another body than in the shape direct"),
        (answer({"p": True}), "another body than in the shape direct"),
        (answer() | {"body": "no JSON"}, "another body than in the shape direct"),
    ],
)
def test_a_shape_answered_otherwise_than_the_first_fails(odd: Any, message: str) -> None:
    told = verdicts(contract(accept=["direct", "alb", "rest"]), by_shape(rest=odd, other=answer({"p": 1})))
    assert [True, True, False] == [verdict.passed for verdict in told]
    assert [("case.shapes", message)] == [
        (finding.code, finding.message) for finding in told[2].findings if finding.severity is Severity.ERROR
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a": 1, "b": 2}', '{"b":2,"a":1}'),
        ('{"a": 1}', '{"a": 1.0}'),
        ('{"p": NaN}', '{"p": NaN}'),
        ("text", "text"),
        ("[" * 5_000, "[" * 5_000),
        ("[" * 600 + "]" * 600, "[" * 600 + "]" * 600),
    ],
)
def test_bodies_that_mean_the_same_are_the_same(one: str, other: str) -> None:
    handler = by_shape(rest=answer() | {"body": one}, other=answer() | {"body": other})
    assert all(verdict.passed for verdict in verdicts(contract(accept=["direct", "rest"]), handler))


def test_cases_are_not_compared_with_other_cases_nor_answers_with_failures() -> None:
    two = ONE + '[[case]]\nname = "two"\npayload = 2\n'
    told = verdicts(contract(two, accept=["direct", "rest"]), lambda event: answer("two" if "2" in str(event) else "x"))
    assert {"one": True, "two": True} == {verdict.trial.case.name: verdict.passed for verdict in told[::2]}

    def fails_direct(event: Any) -> Outcome:
        return error(errorType="E") if event == {"x": 1} else returned(answer())

    direct, rest = check(contract(accept=["direct", "rest"]), fails_direct)
    assert (False, True) == (direct.passed, rest.passed)


_payloads = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=8,
)


@given(_payloads)
def test_a_handler_that_finds_its_payload_in_every_shape_holds_for_any_payload(payload: Any) -> None:
    """Metamorphic: whatever the request, a client must not be able to tell the shapes apart."""
    read = contract(accept=[shape for shape in ALL if shape != "console-template"])
    case = Case(name="one", payload=payload, body=msgspec.UNSET if _has_matchers(payload) else payload)
    read = Contract(
        file=read.file,
        function=read.function,
        setup=read.setup,
        endpoints=read.endpoints,
        accept=read.accept,
        cases=(case,),
    )
    shapes = iter(read.accept)

    def handler(event: Any) -> Any:
        return answer(event if next(shapes) is Shape.DIRECT else json.loads(event["body"]))

    assert [] == [codes(verdict) for verdict in verdicts(read, handler) if not verdict.passed]


def _has_matchers(payload: Any) -> bool:
    """Whether a key anywhere in it could be taken for a matcher."""
    return '"$' in json.dumps(payload)


@given(depth=st.integers(100, 3_000))
def test_an_answer_however_deep_gets_a_verdict(depth: int) -> None:
    deep, deeper = "[" * depth + "]" * depth, "[" * depth + "1" + "]" * depth
    handler = by_shape(rest=answer() | {"body": deep}, other=answer() | {"body": deeper})
    read = contract(f"{ONE}body = {{ x = 1 }}\n", accept=["direct", "rest"])
    assert [False, False] == [verdict.passed for verdict in verdicts(read, handler)]


@given(st.binary())
def test_whatever_bytes_a_function_ends_with_there_is_a_verdict(payload: bytes) -> None:
    for kind in OutcomeKind:
        for front in FRONTS:
            (trial,) = plan(contract(accept=[front.value]))
            verdict = judge(contract(accept=[front.value]), trial, Outcome(kind=kind, payload=payload))
            assert 100 <= verdict.response.status <= 599
