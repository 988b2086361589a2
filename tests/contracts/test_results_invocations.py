"""How the ways an invocation can end reach the client, at every front."""

from __future__ import annotations

import pytest
from lambda_contracts.finding import Severity
from lambda_contracts.outcomes import Outcome, OutcomeKind, returned
from lambda_contracts.results import respond
from lambda_contracts.shapes import FRONTS, Shape

FAILURE = dict(zip(FRONTS, (502, 500, 500, 502, 502, 502), strict=True))

ENDINGS = [
    pytest.param("R81", OutcomeKind.FUNCTION_ERROR, "ValueError", "boom", id="R81"),
    pytest.param("R82", OutcomeKind.INIT_FAILURE, "Runtime.ImportModuleError", "no module", id="R82"),
    pytest.param("R83", OutcomeKind.TIMEOUT, "Sandbox.Timedout", "RequestId: 1 Error: Task timed out", id="R83"),
    pytest.param("R84", OutcomeKind.EXIT, "Runtime.ExitError", "RequestId: 1 Error: Runtime exited", id="R84"),
]


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize(("rule", "kind", "type_", "message"), ENDINGS)
def test_R81_R82_R83_R84_every_failure_is_the_fronts_error_and_named(
    front: Shape, rule: str, kind: OutcomeKind, type_: str, message: str
) -> None:
    payload = f'{{"errorType": "{type_}", "errorMessage": "{message}"}}'.encode()
    answer = respond(Outcome(kind=kind, payload=payload), front)
    assert FAILURE[front] == answer.response.status, rule
    assert [Severity.ERROR] == [finding.severity for finding in answer.findings]
    assert f"{kind.value}, {type_}: {message}" in answer.findings[0].message


@pytest.mark.parametrize(
    ("front", "status", "body"),
    [
        (Shape.HTTP_V2, 200, b"null"),
        (Shape.FUNCTION_URL, 200, b"null"),
        (Shape.HTTP_V1, 500, None),
        (Shape.ALB, 502, None),
    ],
)
def test_R85_returning_nothing_is_the_payload_null(front: Shape, status: int, body: bytes | None) -> None:
    answer = respond(returned(None), front)
    assert status == answer.response.status
    assert body in (None, answer.response.body)


@pytest.mark.parametrize("front", [Shape.REST, Shape.HTTP_V1, Shape.HTTP_V2, Shape.FUNCTION_URL])
@pytest.mark.parametrize(("size", "passes"), [(6 * 1024 * 1024 + 100, True), (6 * 1024 * 1024 + 101, False)])
def test_R86_a_result_over_six_megabytes_and_a_hundred_bytes_is_a_failure(
    front: Shape, size: int, passes: bool
) -> None:
    frame = len(returned({"statusCode": 200, "body": ""}).payload)
    answer = respond(returned({"statusCode": 200, "body": "x" * (size - frame)}), front)
    assert (200 if passes else FAILURE[front]) == answer.response.status
    assert passes is not bool(answer.findings)


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("payload", [b"NaN", b"-Infinity", b"\x89PNG"])
def test_R92_what_the_runtime_sends_raw_is_not_json_for_any_front(front: Shape, payload: bytes) -> None:
    answer = respond(returned(payload), front)
    passes = front in (Shape.HTTP_V2, Shape.FUNCTION_URL)
    assert (200 if passes else FAILURE[front]) == answer.response.status
    assert 1 == len(answer.findings)


def test_R92_nan_inside_a_result_makes_all_of_it_malformed() -> None:
    assert 502 == respond(returned({"statusCode": 200, "x": float("nan")}), Shape.REST).response.status
    assert "not JSON" in respond(returned({"a": float("nan")}), Shape.REST).findings[0].message


@pytest.mark.parametrize("front", [front for front in FRONTS if front not in (Shape.ALB, Shape.ALB_MULTI)])
@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ('{"probability": NaN}', ["P04"]),
        ("[-Infinity]", ["P04"]),
        ('{"name": "NaN"}', []),
        ("NaN is not a number", []),
        ('{"probability": null}', []),
    ],
)
def test_R92_nan_in_a_json_body_is_sent_and_warned_about(front: Shape, body: str, codes: list[str]) -> None:
    answer = respond(returned({"statusCode": 200, "body": body}), front)
    assert body.encode() == answer.response.body
    assert codes == [finding.code for finding in answer.findings]
