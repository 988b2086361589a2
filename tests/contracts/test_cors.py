"""CORS: what the front answers itself, and which headers it adds and drops."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lambda_contracts import cors, routing
from lambda_contracts.api import Api, Authorizer, AuthorizerKind, Cors, Endpoint
from lambda_contracts.errors import ApiError
from lambda_contracts.http import Headers, Request, Response
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape

SHOP = "https://shop.example"
CONFIGURED = Cors(
    allow_origins=(SHOP, "http://localhost:3000"),
    allow_methods=("GET", "POST"),
    allow_headers=("content-type",),
    expose_headers=("x-total",),
    max_age=300,
)
HTTP_APIS = [Shape.HTTP_V1, Shape.HTTP_V2]
PREFLIGHT = Request(
    method="OPTIONS", path="/items", headers=(("Origin", SHOP), ("Access-Control-Request-Method", "POST"))
)


def api(front: Shape, configured: Cors | None = CONFIGURED, *, path: str = "/items", authorizer: bool = False) -> Api:
    method = "POST" if path == "/items" else "ANY"
    endpoint = Endpoint(
        route=Route(method=method, path=path), function="shop", authorizer="own" if authorizer else None
    )
    own = Authorizer(name="own", kind=AuthorizerKind.JWT)
    return Api(name="shop", front=front, endpoints=(endpoint,), cors=configured, authorizers={"own": own})


def preflight(built: Api, request: Request = PREFLIGHT) -> Response | None:
    return cors.preflight(built, request, routing.compile(built).find(request))


def added(built: Api, origin: str | None, *headers: tuple[str, str]) -> Headers:
    sent = () if origin is None else (("origin", origin),)
    response = Response(status=200, headers=headers, body=b"x")
    answered = cors.answered(built, Request(headers=sent), response)
    assert (200, b"x") == (answered.status, answered.body)
    return answered.headers


@pytest.mark.parametrize("front", HTTP_APIS)
def test_R58_the_api_answers_a_preflight_request_without_a_route_for_it(front: Shape) -> None:
    answer = preflight(api(front))
    assert answer is not None
    assert (
        ("Access-Control-Allow-Origin", SHOP),
        ("Access-Control-Allow-Methods", "GET,POST"),
        ("Access-Control-Allow-Headers", "content-type"),
        ("Access-Control-Max-Age", "300"),
    ) == answer.headers


def test_R58_a_default_route_with_an_authorizer_authorizes_preflight_requests_too() -> None:
    assert None is preflight(api(Shape.HTTP_V2, path="$default", authorizer=True))
    assert None is not preflight(api(Shape.HTTP_V2, path="$default"))
    assert None is not preflight(api(Shape.HTTP_V2, authorizer=True))


def test_R58_the_functions_own_cors_headers_are_ignored() -> None:
    own = (("X-Total", "3"), ("access-control-allow-origin", "*"), ("Access-Control-Max-Age", "1"))
    expected = (("X-Total", "3"), ("Access-Control-Allow-Origin", SHOP), ("Access-Control-Expose-Headers", "x-total"))
    assert expected == added(api(Shape.HTTP_V2), SHOP, *own)
    assert (("X-Total", "3"),) == added(api(Shape.HTTP_V2), None, *own)


@pytest.mark.parametrize("front", [*HTTP_APIS, Shape.FUNCTION_URL, Shape.REST, Shape.ALB])
def test_without_a_configuration_cors_is_the_functions_own(front: Shape) -> None:
    own = (("Access-Control-Allow-Origin", "*"),)
    assert None is preflight(api(front, None))
    assert own == added(api(front, None), SHOP, *own)


@pytest.mark.parametrize("front", HTTP_APIS)
def test_R58u_a_preflight_request_gets_204_and_no_more_from_another_origin(front: Shape) -> None:
    foreign = replace(PREFLIGHT, headers=(("Origin", "https://evil.example"), PREFLIGHT.headers[1]))
    answer = preflight(api(front), foreign)
    assert Response(status=204) == answer
    assert () == added(api(front), "https://evil.example")


@pytest.mark.parametrize(
    "request_",
    [
        replace(PREFLIGHT, headers=PREFLIGHT.headers[:1]),
        replace(PREFLIGHT, headers=PREFLIGHT.headers[1:]),
        replace(PREFLIGHT, method="GET"),
    ],
)
def test_R58u_what_is_no_preflight_request_goes_on(request_: Request) -> None:
    assert None is preflight(api(Shape.HTTP_V2), request_)


@pytest.mark.parametrize(
    ("origins", "credentials", "origin", "expected"),
    [
        (("*",), False, SHOP, "*"),
        (("*",), True, SHOP, SHOP),
        (("https://*",), False, SHOP, SHOP),
        (("https://*",), False, "http://shop.example", None),
        (("http://*",), True, "http://a", "http://a"),
        ((SHOP,), True, SHOP, SHOP),
        ((SHOP,), False, SHOP + ".evil", None),
        ((), False, SHOP, None),
    ],
)
def test_R119_an_origin_is_allowed_by_name_scheme_or_star(
    origins: tuple[str, ...], credentials: bool, origin: str, expected: str | None
) -> None:
    built = api(Shape.FUNCTION_URL, Cors(allow_origins=origins, allow_credentials=credentials))
    headers = dict(added(built, origin))
    assert expected == headers.get("Access-Control-Allow-Origin")
    assert (expected is not None and credentials) is ("Access-Control-Allow-Credentials" in headers)


def test_R119_a_function_urls_headers_win_over_the_functions() -> None:
    own = (("access-control-allow-origin", "*"), ("access-control-allow-private-network", "true"))
    expected = (own[1], ("Access-Control-Allow-Origin", SHOP), ("Access-Control-Expose-Headers", "x-total"))
    assert expected == added(api(Shape.FUNCTION_URL), SHOP, *own)


def test_R119u_a_function_url_answers_preflight_requests_with_200() -> None:
    answer = preflight(api(Shape.FUNCTION_URL))
    assert answer is not None
    assert (200, b"") == (answer.status, answer.body)


@pytest.mark.parametrize(
    ("built", "told"),
    [
        (api(Shape.REST), "`rest` has no CORS configuration"),
        (api(Shape.ALB), "`alb` has no CORS configuration"),
        (api(Shape.HTTP_V2, Cors(allow_origins=("*",), allow_credentials=True)), "allow_credentials with the origin"),
    ],
)
def test_what_aws_would_not_create_is_the_users_error(built: Api, told: str) -> None:
    with pytest.raises(ApiError, match=told):
        cors.check(built)


def test_what_aws_would_create_passes() -> None:
    cors.check(api(Shape.REST, None))
    cors.check(api(Shape.HTTP_V2))
    cors.check(api(Shape.FUNCTION_URL, Cors(allow_origins=("*",), allow_credentials=True)))
