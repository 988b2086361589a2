"""Which endpoint a request leads to, front by front."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts import events, routing
from lambda_contracts.api import Api, Endpoint
from lambda_contracts.errors import ApiError
from lambda_contracts.http import Request
from lambda_contracts.refusals import Reason, Refusal
from lambda_contracts.route import Route
from lambda_contracts.shapes import FRONTS, Shape

HTTP_APIS = [Shape.HTTP_V1, Shape.HTTP_V2]


def api(front: Shape, *routes: str, stage: str = "", base_path: str = "") -> Api:
    """Make an API of routes such as `GET /items/{id}`; each leads to a function of that name."""
    endpoints = []
    for text in routes:
        method, _, path = text.rpartition(" ")
        route = Route(method=method or "ANY", path=path, stage=stage, base_path=base_path)
        endpoints.append(Endpoint(route=route, function=text))
    return Api(name="shop", front=front, endpoints=tuple(endpoints))


def asked(built: Api, request: str) -> str:
    """Return the function that a request such as `GET /items/7` leads to, or why none."""
    method, _, path = request.partition(" ")
    found = routing.compile(built).find(Request(method=method, path=path))
    return found.reason if isinstance(found, Refusal) else found.endpoint.function


def matched(built: Api, path: str) -> routing.Match:
    found = routing.compile(built).find(Request(path=path))
    assert isinstance(found, routing.Match)
    return found


RECORDED = ("POST /test", "ANY /test/any", "OPTIONS /{proxy+}")


@pytest.mark.parametrize(
    ("request_line", "function"),
    [
        ("OPTIONS /test", "OPTIONS /{proxy+}"),
        ("POST /test", "POST /test"),
        ("OPTIONS /test/any", "ANY /test/any"),
        ("GET /test/any", "ANY /test/any"),
        ("GET /test", Reason.NO_ROUTE),
        ("OPTIONS /", Reason.NO_ROUTE),
    ],
)
def test_R100_a_resource_without_the_method_leaves_it_to_a_greedy_parameter(request_line: str, function: str) -> None:
    assert function == asked(api(Shape.REST, *RECORDED), request_line)


def test_R100_two_parameters_at_one_place_of_a_rest_api_are_the_users_error() -> None:
    with pytest.raises(ApiError, match=r"`\{id\}` and `\{proxy\+\}` stand at the same place") as raised:
        routing.compile(api(Shape.REST, "GET /", "GET /items/{id}", "ANY /items/{proxy+}"))
    assert 2 == raised.value.endpoint
    routing.compile(api(Shape.REST, "GET /items/{id}", "GET /items/{id}/{size}", "POST /items/{id}"))
    routing.compile(api(Shape.HTTP_V2, "GET /items/{id}", "POST /items/{name}", "ANY /items/{proxy+}"))


@pytest.mark.parametrize(
    ("request_line", "function"),
    [
        ("HEAD /items", Reason.NO_ROUTE),
        ("HEAD /all", "ANY /all"),
        ("TRACE /all", Reason.NO_ROUTE),
        ("GET /items", "GET /items"),
        ("DELETE /items/all", "DELETE /items/{id}"),
        ("GET /items/all", "GET /items/all"),
    ],
)
def test_R100u_any_stands_for_seven_methods_and_a_parameter_helps_out(request_line: str, function: str) -> None:
    routes = ("GET /items", "ANY /all", "DELETE /items/{id}", "GET /items/all")
    assert function == asked(api(Shape.REST, *routes), request_line)


PETS = ("GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default")


@pytest.mark.parametrize("front", HTTP_APIS)
@pytest.mark.parametrize(
    ("request_line", "function"),
    [
        ("GET /pets/dog/1", "GET /pets/dog/1"),
        ("GET /pets/dog/2", "GET /pets/dog/{id}"),
        ("GET /pets/cat/1", "GET /pets/{proxy+}"),
        ("POST /test/5", "ANY /{proxy+}"),
    ],
)
def test_R101_the_examples_of_the_documentation(front: Shape, request_line: str, function: str) -> None:
    assert function == asked(api(front, *PETS), request_line)


@pytest.mark.parametrize(
    ("request_line", "function"),
    [("GET /a/b", "GET /{x}/b"), ("GET /a/c", "GET /a/{proxy+}"), ("PUT /a/b", "$default"), ("GET /z", "$default")],
)
def test_R101_a_full_match_comes_before_a_greedy_one_and_default_last(request_line: str, function: str) -> None:
    assert function == asked(api(Shape.HTTP_V2, "GET /a/{proxy+}", "$default", "GET /{x}/b"), request_line)


@pytest.mark.parametrize(
    ("request_line", "function"),
    [
        ("GET /a", "GET /a"),
        ("POST /a", "ANY /a"),
        ("GET /a/", Reason.NO_ROUTE),
        ("GET /b/", "ANY /b/{proxy+}"),
        ("GET /b/c/d", "ANY /b/{proxy+}"),
        ("GET /b", Reason.NO_ROUTE),
        ("GET /b/c/d/e", "GET /b/c/d/{proxy+}"),
    ],
)
def test_R101u_methods_beat_any_and_a_trailing_slash_is_another_path(request_line: str, function: str) -> None:
    routes = ("ANY /a", "GET /a", "ANY /b/{proxy+}", "GET /b/c/d/{proxy+}")
    assert function == asked(api(Shape.HTTP_V2, *routes), request_line)


@pytest.mark.parametrize("front", [Shape.ALB, Shape.ALB_MULTI])
@pytest.mark.parametrize(
    ("request_line", "function"),
    [
        ("GET /img/picture.jpg", "/img/*"),
        ("GET /img/", "/img/*"),
        ("GET /IMG/a", "POST *"),
        ("POST /doc1", "/doc?"),
        ("POST /doc12", "POST *"),
        ("POST /a.b/x", "/a.b/x"),
        ("POST /aXb/x", "POST *"),
    ],
)
def test_R102_rules_are_path_patterns_in_their_order(front: Shape, request_line: str, function: str) -> None:
    built = api(front, "/img/*", "/doc?", "/a.b/x", "POST *")
    assert function == asked(built, request_line.replace("GET /IMG", "POST /IMG"))


def test_R102u_a_parameter_is_a_star_and_no_rule_a_fixed_404() -> None:
    built = api(Shape.ALB, "GET /items/{id}/size")
    assert "GET /items/{id}/size" == asked(built, "GET /items/7/8/size")
    found = routing.compile(built).find(Request(path="/"))
    assert isinstance(found, Refusal)
    assert (404, b"", "R102u") == (found.response.status, found.response.body, found.rule)


@pytest.mark.parametrize(
    ("front", "path", "inner"),
    [
        (Shape.REST, "/prod/items", "/items"),
        (Shape.REST, "//prod/items", "/items"),
        (Shape.REST, "/prod//items", "//items"),
        (Shape.REST, "/prod", "/"),
        (Shape.REST, "/prod/", "/"),
        (Shape.HTTP_V2, "/prod/items", "/items"),
    ],
)
def test_R103_the_stage_stands_in_front_of_the_path(front: Shape, path: str, inner: str) -> None:
    found = matched(api(front, "GET /items", "GET /", stage="prod"), path)
    assert inner == found.request.path
    assert f"/prod{inner}" == events.build(found.request, Shape.REST, found.route)["requestContext"]["path"]


def test_R103_a_base_path_stands_there_instead() -> None:
    built = api(Shape.REST, "GET /items", stage="prod", base_path="shop/v1")
    assert "/items" == matched(built, "/shop/v1/items").request.path
    assert Reason.NO_STAGE == asked(built, "GET /prod/items")
    assert Reason.NO_STAGE == asked(built, "GET /shop/v12/items")


def test_R103_the_default_stage_of_an_http_api_is_not_in_the_url() -> None:
    assert "/items" == matched(api(Shape.HTTP_V1, "GET /items", stage="$default"), "/items").request.path


def test_R103u_a_path_without_a_stage_is_forbidden() -> None:
    found = routing.compile(api(Shape.REST, "GET /items", stage="prod")).find(Request(path="/items"))
    assert isinstance(found, Refusal)
    assert (403, {"message": "Forbidden"}) == (found.response.status, found.response.json())
    assert "ForbiddenException" == found.response.header("x-amzn-ErrorType")
    assert Reason.NO_STAGE == asked(api(Shape.HTTP_V2, "GET /items", stage="prod"), "GET /items")


@pytest.mark.parametrize("path", ["/items", "/items/", "//items", "///items/"])
def test_R104_slashes_around_the_path_do_not_matter_to_a_rest_api(path: str) -> None:
    assert "GET /items" == asked(api(Shape.REST, "GET /items"), f"GET {path}")


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/items/a%2Fb", {"id": "a%2Fb"}),
        ("/it%65ms/7", {"id": "7"}),
        ("/items/..", {"id": ".."}),
        ("/items/Summer%20Sale", {"id": "Summer%20Sale"}),
    ],
)
def test_R104u_segments_are_compared_decoded_and_cut_before(path: str, parameters: dict[str, str]) -> None:
    assert parameters == matched(api(Shape.REST, "GET /items/{id}"), path).path_parameters


@pytest.mark.parametrize("path", ["/items//7", "/items//", "/./items/7"])
def test_R104u_an_empty_segment_and_a_dot_stand_for_themselves(path: str) -> None:
    assert Reason.NO_ROUTE == asked(api(Shape.REST, "GET /items/{id}"), f"GET {path}")


@pytest.mark.parametrize("front", HTTP_APIS)
def test_an_http_api_decodes_path_parameters(front: Shape) -> None:
    found = matched(api(front, "GET /items/{id}"), "/items/a%2Fb")
    assert {"id": "a/b"} == found.path_parameters
    assert "GET /items/{id}" == found.route_key


def test_R105_a_function_url_leads_everything_to_its_function() -> None:
    built = api(Shape.FUNCTION_URL, "POST /predict")
    assert {"POST /predict"} == {asked(built, line) for line in ("GET /", "PURGE //x/..", "POST /predict", "GET ")}
    with pytest.raises(ApiError, match="one function"):
        routing.compile(api(Shape.FUNCTION_URL, "GET /", "POST /"))


def test_R15_an_unknown_path_or_method_of_a_rest_api_misses_a_token() -> None:
    router = routing.compile(api(Shape.REST, "GET /existing"))
    for request in (Request(path="/unknown"), Request(method="POST", path="/existing")):
        found = router.find(request)
        assert isinstance(found, Refusal)
        assert (403, {"message": "Missing Authentication Token"}) == (found.response.status, found.response.json())
        assert "MissingAuthenticationTokenException" == found.response.header("x-amzn-ErrorType")


def test_R59_an_unknown_route_of_an_http_api_is_not_found() -> None:
    found = routing.compile(api(Shape.HTTP_V2, "GET /existing")).find(Request(path="/unknown"))
    assert isinstance(found, Refusal)
    assert (404, b'{"message":"Not Found"}') == (found.response.status, found.response.body)


@pytest.mark.parametrize("front", FRONTS)
def test_an_api_without_routes_is_the_users_error(front: Shape) -> None:
    with pytest.raises(ApiError, match="API `shop`: it has no routes"):
        routing.compile(api(front))


@pytest.mark.parametrize(
    ("front", "first", "second"),
    [
        (Shape.REST, "GET /items/{id}", "GET /items/{id}"),
        (Shape.REST, "GET /items", "GET /items/"),
        (Shape.HTTP_V2, "GET /items/{id}", "GET /items/{name}"),
        (Shape.HTTP_V2, "GET /{proxy+}", "GET /{rest+}"),
        (Shape.HTTP_V1, "$default", "$default"),
        (Shape.ALB, "GET /items/{id}", "GET /items/*"),
    ],
)
def test_two_routes_that_are_alike_are_the_users_error(front: Shape, first: str, second: str) -> None:
    with pytest.raises(ApiError) as raised:
        routing.compile(api(front, first, second))
    assert 1 == raised.value.endpoint


def test_a_greedy_parameter_stands_last() -> None:
    with pytest.raises(ApiError, match=r"`\{proxy\+\}` is not the last part"):
        routing.compile(api(Shape.REST, "GET /{proxy+}/size"))


SEGMENTS = st.sampled_from(["a", "b", "", "..", "%2F", "%61", "{id}", "é"])


@pytest.mark.parametrize("front", FRONTS)
@given(parts=st.lists(SEGMENTS, max_size=5), lead=st.sampled_from(["/", "//", "///"]))
def test_every_path_finds_a_match_or_a_refusal(front: Shape, parts: list[str], lead: str) -> None:
    routes = ("ANY /a",) if front is Shape.FUNCTION_URL else ("ANY /a/{id}", "GET /a/b", "ANY /b/{proxy+}", "GET /")
    found = routing.compile(api(front, *routes)).find(Request(path=lead + "/".join(parts)))
    assert isinstance(found, (routing.Match, Refusal))
    if isinstance(found, routing.Match) and front in (Shape.REST, *HTTP_APIS) and "{id}" in found.route.path:
        assert {"id"} == set(found.path_parameters)
