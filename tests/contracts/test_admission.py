"""How large a request each front takes, and its answers to a larger one and to too many."""

from __future__ import annotations

import pytest
from lambda_contracts import admission
from lambda_contracts.http import Request
from lambda_contracts.refusals import REFUSALS, Reason, Refusal, refusal
from lambda_contracts.rules import RULES
from lambda_contracts.shapes import FRONTS, Shape

MB = 1024 * 1024
APIS = [Shape.REST, Shape.HTTP_V1, Shape.HTTP_V2]
ALBS = [Shape.ALB, Shape.ALB_MULTI]
LINE = len("GET / HTTP/1.1")


def answer(found: Refusal | None) -> tuple[int, bytes, str]:
    assert found is not None
    return found.response.status, found.response.body, found.rule


@pytest.mark.parametrize("front", FRONTS)
def test_a_usual_request_is_taken(front: Shape) -> None:
    request = Request(query="a=1", headers=(("Authorization", "x" * 2000),), body=b"x" * MB)
    assert None is admission.check(front, request)
    assert None is admission.check_event(front, 2 * MB)


def test_R115_a_rest_api_takes_10_mb() -> None:
    assert None is admission.check(Shape.REST, Request(body=b"x" * 10 * MB))
    found = admission.check(Shape.REST, Request(body=b"x" * (10 * MB + 1)))
    assert (413, b"HTTP content length exceeded 10485760 bytes.", "R115") == answer(found)


@pytest.mark.parametrize("front", [Shape.HTTP_V1, Shape.HTTP_V2])
def test_R57_an_http_api_takes_10_mb_and_events_of_6(front: Shape) -> None:
    expected = (413, b'{"message":"Request Entity Too Large"}', "R57")
    assert None is admission.check(front, Request(body=b"x" * 10 * MB))
    assert expected == answer(admission.check(front, Request(body=b"x" * (10 * MB + 1))))
    assert expected == answer(admission.check_event(front, 6 * MB + 1))


def test_R33_a_rest_api_takes_events_of_6_mb() -> None:
    assert None is admission.check_event(Shape.REST, 6 * MB)
    assert (413, b'{"message":"Request Too Long"}', "R33") == answer(admission.check_event(Shape.REST, 6 * MB + 1))


def test_R119u_a_function_url_takes_events_of_6_mb() -> None:
    assert None is admission.check(Shape.FUNCTION_URL, Request(body=b"x" * 11 * MB))
    assert 413 == answer(admission.check_event(Shape.FUNCTION_URL, 6 * MB + 1))[0]


@pytest.mark.parametrize("front", APIS)
def test_R116_request_line_and_header_values_may_have_10240_bytes(front: Shape) -> None:
    assert None is admission.check(front, Request(headers=(("a" * 500, "x" * (10_240 - LINE)),)))
    assert None is not admission.check(front, Request(headers=(("a", "x" * (10_241 - LINE)),)))
    assert None is not admission.check(front, Request(query="x" * 10_240))


@pytest.mark.parametrize("front", APIS)
def test_R116u_beyond_that_the_client_gets_431(front: Shape) -> None:
    found = admission.check(front, Request(headers=(("a", "x" * 10_240),)))
    assert (431, b'{"message":"Request Header Fields Too Large"}', "R116u") == answer(found)


@pytest.mark.parametrize("front", ALBS)
@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (Request(path="/" + "x" * 16_370), None),
        (Request(path="/" + "x" * 16_384), 400),
        (Request(headers=(("a", "x" * (16_384 - 5)),)), None),
        (Request(headers=(("a", "x" * (16_384 - 4)),)), 400),
        (Request(headers=tuple(("a", "x" * 16_000) for _ in range(5))), 400),
        (Request(body=b"x" * MB), None),
        (Request(body=b"x" * (MB + 1)), 413),
    ],
)
def test_R117_a_load_balancer_takes_16_kb_lines_and_1_mb(front: Shape, request_: Request, status: int | None) -> None:
    found = admission.check(front, request_)
    assert status == (found.response.status if found else None)
    if found:
        assert ("R117", "text/html") == (found.rule, found.response.header("content-type"))


@pytest.mark.parametrize("front", [*APIS, Shape.FUNCTION_URL])
def test_R114_too_many_requests_get_429(front: Shape) -> None:
    assert 429 == refusal(front, Reason.THROTTLED).response.status


def test_R114u_the_bodies_of_a_429() -> None:
    assert {"message": "Too Many Requests"} == refusal(Shape.HTTP_V2, Reason.THROTTLED).response.json()
    assert {"message": "Limit Exceeded"} == refusal(Shape.REST, Reason.QUOTA_EXCEEDED).response.json()
    assert {"Message": "Rate Exceeded."} == refusal(Shape.FUNCTION_URL, Reason.THROTTLED).response.json()


@pytest.mark.parametrize(
    ("front", "status", "body"),
    [
        (Shape.REST, 500, {"message": "Internal server error"}),
        (Shape.HTTP_V2, 500, {"message": "Internal Server Error"}),
        (Shape.FUNCTION_URL, 429, {"Message": "Rate Exceeded."}),
    ],
)
def test_R120_R120u_a_throttled_function_is_told_by_each_front_in_its_own_way(
    front: Shape, status: int, body: object
) -> None:
    answer = refusal(front, Reason.FUNCTION_THROTTLED).response
    assert (status, body) == (answer.status, answer.json())


def test_R120u_a_load_balancer_gives_502_for_a_throttled_function() -> None:
    assert 502 == refusal(Shape.ALB, Reason.FUNCTION_THROTTLED).response.status


@pytest.mark.parametrize("known", REFUSALS.items(), ids=lambda item: " ".join(item[0]))
def test_an_answer_of_the_fronts_own_cites_a_rule_of_that_front(known: tuple[tuple[Shape, Reason], Refusal]) -> None:
    (front, reason), found = known
    assert reason is found.reason
    assert front in RULES[found.rule].fronts
    assert 400 <= found.response.status < 600
    assert (found.response.body[:1] == b"{") is (found.response.header("content-type") == "application/json")


def test_an_answer_may_have_more_headers() -> None:
    more = refusal(Shape.HTTP_V2, Reason.UNAUTHORIZED, ("www-authenticate", "Bearer"))
    assert ("Bearer", "R109") == (more.response.header("www-authenticate"), more.rule)
