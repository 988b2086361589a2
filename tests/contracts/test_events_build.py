"""One test a rule: what each front makes of a request."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID

import pytest
from lambda_contracts.events import NotAnHttpShapeError, NotJsonError, Source, build
from lambda_contracts.http import Headers, Request
from lambda_contracts.route import Route
from lambda_contracts.shapes import HTTP_SHAPES, Shape, validate

V1_SHAPES = (Shape.REST, Shape.HTTP_V1)
V2_SHAPES = (Shape.HTTP_V2, Shape.FUNCTION_URL)
ALB_SHAPES = (Shape.ALB, Shape.ALB_MULTI)
LOG_TIME = re.compile(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000")


def rest(request: Request, route: Route | None = None) -> Any:
    return build(request, Shape.REST, route or Route())


def v2(request: Request, route: Route | None = None) -> Any:
    return build(request, Shape.HTTP_V2, route or Route())


def post(content_type: str | None, body: bytes, *more: tuple[str, str]) -> Request:
    headers: Headers = (("Content-Type", content_type),) if content_type is not None else ()
    return Request(method="POST", headers=(*headers, *more), body=body)


@pytest.mark.parametrize("shape", HTTP_SHAPES)
@pytest.mark.parametrize("body", [b"", b'{"a": 1}', b"\xff\x00"])
def test_a_built_event_is_complete_by_the_table(shape: Shape, body: bytes) -> None:
    request = Request(method="PUT", path="/a/1/", query="q=1&q=2", body=body)
    assert () == validate(build(request, shape, Route(path="/a/{id}")), shape)


def test_R1_a_rest_event_has_exactly_twelve_keys() -> None:
    expected = {
        "resource",
        "path",
        "httpMethod",
        "headers",
        "multiValueHeaders",
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "requestContext",
        "body",
        "isBase64Encoded",
    }
    assert expected == set(rest(Request()))
    assert expected == set(rest(post("text/plain", b"x"), Route(stage_variables={"a": "b"})))


def test_R2_what_is_absent_is_null_in_a_rest_event() -> None:
    event = rest(Request(path="/predict"), Route(path="/predict"))
    absent = (
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "body",
    )
    assert [None] * 5 == [event[key] for key in absent]


def test_R3_the_rest_context_has_its_sixteen_keys_and_an_authorizer_only_when_there_is_one() -> None:
    plain = rest(Request())["requestContext"]
    keys = (
        "accountId apiId deploymentId domainName domainPrefix extendedRequestId httpMethod identity path protocol"
        " requestId requestTime requestTimeEpoch resourceId resourcePath stage"
    )
    assert set(keys.split()) == set(plain)
    claims = {"claims": {"sub": "1"}}
    assert claims == rest(Request(), Route(authorizer=claims))["requestContext"]["authorizer"]


@pytest.mark.parametrize(("headers", "agent"), [((), None), ((("user-agent", "curl/8"),), "curl/8")])
def test_R4_the_identity_is_null_but_for_address_and_agent(headers: Headers, agent: str | None) -> None:
    identity = rest(Request(headers=headers, source_ip="203.0.113.7"))["requestContext"]["identity"]
    assert 12 == len(identity)
    assert ("203.0.113.7", agent) == (identity.pop("sourceIp"), identity.pop("userAgent"))
    assert {None} == set(identity.values())


def test_R5_ids_and_times_are_new_for_every_request() -> None:
    first, second = (rest(Request())["requestContext"] for _ in range(2))
    assert first["requestId"] == str(UUID(first["requestId"]))
    assert re.fullmatch(r"[A-Za-z0-9+/]{15}=", first["extendedRequestId"])
    assert LOG_TIME.fullmatch(first["requestTime"])
    assert first["requestTimeEpoch"] > 10**12
    assert first["requestId"] != second["requestId"]
    assert first["extendedRequestId"] != second["extendedRequestId"]


def test_R5_a_source_makes_events_repeat() -> None:
    def event() -> Any:
        return build(Request(), Shape.REST, source=Source(clock=lambda: 1744668967.5, bits=Random(1).getrandbits))

    assert event() == event()
    context = event()["requestContext"]
    assert ("14/Apr/2025:22:16:07 +0000", 1744668967500) == (context["requestTime"], context["requestTimeEpoch"])


@pytest.mark.parametrize("path", ["/proxy-value", "/proxy-value/"])
def test_R6_only_the_contexts_path_has_the_stage_and_a_trailing_slash_stays(path: str) -> None:
    event = rest(Request(path=path), Route(path="/{proxy+}", stage="dev"))
    assert (path, f"/dev{path}") == (event["path"], event["requestContext"]["path"])
    assert ("/{proxy+}", "/{proxy+}") == (event["resource"], event["requestContext"]["resourcePath"])
    assert {"proxy": "proxy-value"} == event["pathParameters"]


def test_R6_a_custom_domain_puts_its_base_path_where_the_stage_stood() -> None:
    event = rest(Request(path="/a/1"), Route(path="/a/{id}", base_path="shop", domain_name="api.example.com"))
    assert ("/shop/a/1", "/shop/a/1") == (event["path"], event["requestContext"]["path"])
    assert {"id": "1"} == event["pathParameters"]
    assert "api.example.com" == event["headers"]["Host"] == event["requestContext"]["domainName"]


@pytest.mark.parametrize(
    ("sent", "path", "proxy"),
    [
        ("/proxy-value//double-slash", "/proxy-value//double-slash", "proxy-value//double-slash"),
        ("//proxy-value", "/proxy-value", "proxy-value"),
    ],
)
def test_R7_doubled_slashes_stay_inside_and_collapse_in_front(sent: str, path: str, proxy: str) -> None:
    event = rest(Request(path=sent), Route(stage="dev"))
    assert (path, f"/dev{sent}") == (event["path"], event["requestContext"]["path"])
    assert {"proxy": proxy} == event["pathParameters"]


@pytest.mark.parametrize("value", ["test%2Balias@gmail.com", "Summer%20Sale%202023", "%E2%98%95%20Coffee"])
def test_R8_percent_encoding_in_the_path_is_kept(value: str) -> None:
    event = rest(Request(path=f"/users/{value}/orders"), Route(path="/users/{name}/orders"))
    assert (f"/users/{value}/orders", {"name": value}) == (event["path"], event["pathParameters"])


@pytest.mark.parametrize(
    ("query", "last", "every"),
    [
        ("a=1&a=2&b=3", {"a": "2", "b": "3"}, {"a": ["1", "2"], "b": ["3"]}),
        ("q=a+b%2Bc&%20k=%C3%A9", {"q": "a b+c", " k": "é"}, {"q": ["a b+c"], " k": ["é"]}),
        ("flag&empty=", {"flag": "", "empty": ""}, {"flag": [""], "empty": [""]}),
        ("a=1;b=2", {"a": "1", "b": "2"}, {"a": ["1"], "b": ["2"]}),
        ("a=%3B&b=x%26y", {"a": ";", "b": "x&y"}, {"a": [";"], "b": ["x&y"]}),
    ],
)
def test_R9_query_values_are_decoded_last_and_all(query: str, last: dict[str, str], every: dict[str, Any]) -> None:
    event = rest(Request(query=query))
    assert (last, every) == (event["queryStringParameters"], event["multiValueQueryStringParameters"])


def test_R10_header_names_keep_their_case_but_for_two() -> None:
    sent = (("tEsT-HEADeR", "1"), ("authorization", "x"), ("USER-AGENT", "curl"), ("tEsT-HEADeR", "2"))
    event = rest(Request(headers=sent, source_ip="203.0.113.7"))
    added = {"Host", "X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"}
    assert {"tEsT-HEADeR", "Authorization", "User-Agent", *added} == set(event["headers"])
    assert set(event["headers"]) == set(event["multiValueHeaders"])
    assert ("2", ["1", "2"]) == (event["headers"]["tEsT-HEADeR"], event["multiValueHeaders"]["tEsT-HEADeR"])
    assert ("203.0.113.7", "443", "https") == tuple(
        event["headers"][f"X-Forwarded-{name}"] for name in ("For", "Port", "Proto")
    )


def test_R10_a_forwarded_address_comes_before_the_clients_own() -> None:
    request = Request(headers=(("x-forwarded-for", "198.51.100.1"),), source_ip="203.0.113.7")
    assert "198.51.100.1, 203.0.113.7" == rest(request)["headers"]["X-Forwarded-For"]


@pytest.mark.parametrize(
    "name",
    [
        "Connection",
        "content-length",
        "Content-MD5",
        "Expect",
        "Max-Forwards",
        "Proxy-Authenticate",
        "Server",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Via",
        "WWW-Authenticate",
    ],
)
def test_R11_some_headers_never_reach_the_function(name: str) -> None:
    event = rest(Request(headers=((name, "x"), ("Kept", "x"))))
    assert "Kept" in event["headers"]
    for holder in ("headers", "multiValueHeaders"):
        assert name not in event[holder]


@pytest.mark.parametrize("name", ["Authorization", "Date", "Age", "Range", "Referer", "Pragma", "Warn"])
def test_R11_others_do(name: str) -> None:
    assert "x" == rest(Request(headers=((name, "x"),)))["headers"][name]


@pytest.mark.parametrize(
    ("listed", "content_type", "binary"),
    [
        ((), "application/octet-stream", False),
        (("application/octet-stream",), "application/octet-stream", True),
        (("application/octet-stream",), "Application/Octet-Stream; q=1", True),
        (("application/octet-stream",), "image/png", False),
        (("image/*",), "image/png", True),
        (("*/*",), "application/json", True),
        (("*/*",), None, True),
        (("image/*",), None, False),
    ],
)
def test_R12_a_body_is_base64_when_its_type_is_a_binary_media_type(
    listed: tuple[str, ...], content_type: str | None, binary: bool
) -> None:
    event = rest(post(content_type, b"\x01\x02"), Route(binary_media_types=listed))
    assert (binary, "AQI=" if binary else "\x01\x02") == (event["isBase64Encoded"], event["body"])


def test_R12_a_body_is_the_raw_text_otherwise() -> None:
    assert '{"a":  "é"}' == rest(post("application/json", '{"a":  "é"}'.encode()))["body"]


def test_R16_the_test_button_leaves_null_what_was_left_blank() -> None:
    event = build(Request(path="/a/1"), Shape.CONSOLE_TEST, Route(path="/a/{id}", stage="dev"))
    blank = ("headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters", "body")
    assert [None] * 5 == [event[key] for key in blank]
    context = event["requestContext"]
    assert ("test-invoke-stage", "/a/1") == (context["stage"], context["path"])
    assert ("testPrefix.testDomainName", "testPrefix") == (context["domainName"], context["domainPrefix"])
    identity = context["identity"]
    assert ("test-invoke-api-key", "test-invoke-api-key-id") == (identity["apiKey"], identity["apiKeyId"])
    assert "test-invoke-source-ip" == identity["sourceIp"]
    assert all(identity[key] for key in ("userArn", "accountId", "caller", "accessKey", "user"))


def test_R16_the_test_button_sends_only_the_headers_typed_in() -> None:
    event = build(post("text/plain", b"x"), Shape.CONSOLE_TEST)
    assert {"Content-Type": "text/plain"} == event["headers"]
    assert {"Content-Type": ["text/plain"]} == event["multiValueHeaders"]


def test_the_console_template_has_a_base64_body_and_ids_that_never_change() -> None:
    first, second = (build(post("application/json", b'{"a": 1}'), Shape.CONSOLE_TEMPLATE) for _ in range(2))
    assert (True, b'{"a": 1}') == (first["isBase64Encoded"], b64decode(first["body"]))
    assert "c6af9ac6-7b61-11e6-9a41-93e8deadbeef" == first["requestContext"]["requestId"]
    assert first["requestContext"] == second["requestContext"]


def test_R40_payload_2_leaves_out_what_is_absent() -> None:
    event = v2(Request(path="/predict"), Route(path="/predict"))
    always = ("version", "routeKey", "rawPath", "rawQueryString", "headers", "requestContext", "isBase64Encoded")
    assert set(always) == set(event)
    assert "2.0" == event["version"]
    full = v2(
        replace(post("text/plain", b"x", ("cookie", "a=1")), path="/a/1", query="q=1"),
        Route(path="/a/{id}", stage_variables={"table": "wines"}),
    )
    optional = ("cookies", "queryStringParameters", "pathParameters", "stageVariables", "body")
    assert {*always, *optional} == set(full)


def test_R41_the_context_of_payload_2() -> None:
    request = Request(method="PUT", headers=(("User-Agent", "curl"),), source_ip="203.0.113.7")
    context = v2(request)["requestContext"]
    assert {
        "accountId",
        "apiId",
        "domainName",
        "domainPrefix",
        "http",
        "requestId",
        "routeKey",
        "stage",
        "time",
        "timeEpoch",
    } == set(context)
    assert {
        "method": "PUT",
        "path": "/",
        "protocol": "HTTP/1.1",
        "sourceIp": "203.0.113.7",
        "userAgent": "curl",
    } == context["http"]
    assert "$default" == context["stage"]
    assert LOG_TIME.fullmatch(context["time"])
    assert context["timeEpoch"] > 10**12


@pytest.mark.parametrize(
    ("sent", "rest_form", "v1_form", "v2_form"),
    [
        (
            {"claims": {"sub": "1"}},
            {"claims": {"sub": "1"}},
            {"claims": {"sub": "1"}, "scopes": None},
            {"jwt": {"claims": {"sub": "1"}, "scopes": None}},
        ),
        ({"principalId": "u", "k": "v"}, {"principalId": "u", "k": "v"}, {"principalId": "u", "k": "v"}, None),
        (
            {"jwt": {"claims": {"sub": "1"}, "scopes": ["a"]}},
            {"claims": {"sub": "1"}},
            {"claims": {"sub": "1"}, "scopes": ["a"]},
            {"jwt": {"claims": {"sub": "1"}, "scopes": ["a"]}},
        ),
        ({"lambda": {"k": "v"}}, {"k": "v"}, {"k": "v"}, {"lambda": {"k": "v"}}),
    ],
)
def test_R41_an_authorizer_is_written_in_the_words_of_each_front(
    sent: dict[str, Any], rest_form: Any, v1_form: Any, v2_form: Any
) -> None:
    route = Route(authorizer=sent)
    expected = {
        Shape.REST: rest_form,
        Shape.HTTP_V1: v1_form,
        Shape.HTTP_V2: v2_form if v2_form is not None else {"lambda": sent},
    }
    for shape, form in expected.items():
        assert form == build(Request(), shape, route)["requestContext"]["authorizer"]
    assert "authorizer" not in build(Request(), Shape.FUNCTION_URL, route)["requestContext"]
    assert "authorizer" not in build(Request(), Shape.ALB, route)["requestContext"]


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [("POST", "/a/{id}", "POST /a/{id}"), ("ANY", "/{proxy+}", "ANY /{proxy+}"), ("ANY", "$default", "$default")],
)
def test_R42_the_route_key(method: str, path: str, key: str) -> None:
    event = v2(Request(path="/a/1"), Route(method=method, path=path))
    assert (key, key) == (event["routeKey"], event["requestContext"]["routeKey"])


def test_R43_the_path_comes_decoded_and_the_raw_query_encoded() -> None:
    request = Request(path="/products/%E2%98%95%20Coffee/reviews", query="q=a%20b&q=c+d")
    event = v2(request, Route(path="/products/{name}/reviews"))
    assert "/products/☕ Coffee/reviews" == event["rawPath"] == event["requestContext"]["http"]["path"]
    assert {"name": "☕ Coffee"} == event["pathParameters"]
    assert "q=a%20b&q=c+d" == event["rawQueryString"]
    assert "" == v2(Request())["rawQueryString"]


@pytest.mark.parametrize("shape", [Shape.HTTP_V1, Shape.HTTP_V2])
def test_R43_a_named_stage_stands_in_front_of_the_path(shape: Shape) -> None:
    event = build(Request(path="/a/1"), shape, Route(path="/a/{id}", stage="dev"))
    assert "/dev/a/1" == event["path" if shape is Shape.HTTP_V1 else "rawPath"]
    assert {"id": "1"} == event["pathParameters"]


def test_R43_the_base_path_of_a_custom_domain_is_in_payload_1_only() -> None:
    route = Route(path="/a/{id}", base_path="shop")
    assert "/shop/a/1" == build(Request(path="/a/1"), Shape.HTTP_V1, route)["path"]
    assert "/a/1" == build(Request(path="/a/1"), Shape.HTTP_V2, route)["rawPath"]


@pytest.mark.parametrize("shape", V2_SHAPES)
def test_R44_duplicate_query_names_are_joined_without_a_space(shape: Shape) -> None:
    event = build(Request(query="tag=C%23%20Programming&tag=.NET%20Core&q=a+b"), shape)
    assert {"tag": "C# Programming,.NET Core", "q": "a b"} == event["queryStringParameters"]


@pytest.mark.parametrize("shape", V2_SHAPES)
def test_R45_header_names_are_lower_case_and_cookies_a_list(shape: Shape) -> None:
    sent = (
        ("Accept", "text/html, application/json"),
        ("X-Tag", "a"),
        ("x-tag", "b"),
        ("Cookie", "session=abc123; theme=dark"),
        ("cookie", "third=3"),
    )
    event = build(Request(headers=sent), shape)
    assert all(name == name.lower() for name in event["headers"])
    assert ("text/html, application/json", "a,b") == (event["headers"]["accept"], event["headers"]["x-tag"])
    assert ["session=abc123", "theme=dark", "third=3"] == event["cookies"]
    assert "cookie" not in event["headers"]


@pytest.mark.parametrize("shape", HTTP_SHAPES)
def test_R46_no_content_headers_are_made_up(shape: Shape) -> None:
    event = build(Request(method="POST"), shape)
    names = {name.lower() for name in (event.get("headers") or event.get("multiValueHeaders") or {})}
    assert names.isdisjoint({"content-type", "content-length"})


TEXT_TYPES = ("text/csv", "application/json", "application/json; charset=utf-8", "application/xml")
BINARY_TYPES = (
    "application/octet-stream",
    "image/png",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    None,
)


@pytest.mark.parametrize("shape", [Shape.HTTP_V1, *V2_SHAPES])
@pytest.mark.parametrize("content_type", [*TEXT_TYPES, *BINARY_TYPES])
def test_R47_an_http_api_encodes_all_but_text_json_xml_and_javascript(shape: Shape, content_type: str | None) -> None:
    event = build(post(content_type, b"\x01\x02\x00\x05"), shape)
    binary = content_type in BINARY_TYPES
    assert (binary, "AQIABQ==" if binary else "\x01\x02\x00\x05") == (event["isBase64Encoded"], event["body"])


def test_R55_payload_1_of_an_http_api_differs_from_rest_in_seven_places() -> None:
    request = Request(
        method="POST",
        path="/users/A%20Doe",
        headers=(("content-length", "0"), ("content-type", "text/plain")),
    )
    event = build(request, Shape.HTTP_V1, Route(path="/users/{name}"))
    context = event["requestContext"]
    assert "1.0" == event["version"]
    assert ("/users/{name}", "POST /users/{name}") == (context["resourcePath"], context["resourceId"])
    assert context["requestId"] == context["extendedRequestId"]
    assert re.fullmatch(r"[A-Za-z0-9+/]{15}=", context["requestId"])
    assert ("/users/A%20Doe", "/users/A Doe") == (event["path"], context["path"])
    assert {"name": "A Doe"} == event["pathParameters"]
    assert "0" == event["headers"]["Content-Length"]
    assert "" == context["identity"]["userAgent"]
    assert None is event["body"]


def test_R60_a_function_url_sends_payload_2_of_the_default_route() -> None:
    route = Route(path="/a/{id}", stage="dev", stage_variables={"a": "b"}, api_id="abc", region="eu-west-1")
    event = build(Request(path="/a/1", query="q=foo&q=/bar"), Shape.FUNCTION_URL, route)
    context = event["requestContext"]
    assert ("$default", "$default", "/a/1") == (event["routeKey"], context["stage"], event["rawPath"])
    assert ("anonymous", "abc", "abc") == (context["accountId"], context["apiId"], context["domainPrefix"])
    assert "abc.lambda-url.eu-west-1.on.aws" == context["domainName"] == event["headers"]["host"]
    assert context["requestId"] == str(UUID(context["requestId"]))
    assert {"q": "foo,/bar"} == event["queryStringParameters"]
    assert {"body", "pathParameters", "stageVariables"}.isdisjoint(event)
    assert False is event["isBase64Encoded"]
    assert {"x-amzn-tls-version", "x-amzn-tls-cipher-suite", "x-amzn-trace-id"} <= set(event["headers"])


def test_R60_with_iam_the_account_is_the_owners() -> None:
    route = Route(authorizer={"iam": {"userId": "u"}}, account_id="210987654321")
    context = build(Request(), Shape.FUNCTION_URL, route)["requestContext"]
    assert ("210987654321", {"iam": {"userId": "u"}}) == (context["accountId"], context["authorizer"])


def test_R70_a_balancer_sends_empty_strings_and_objects_not_nulls() -> None:
    event = build(Request(path="/a%20b"), Shape.ALB)
    assert {
        "requestContext",
        "httpMethod",
        "path",
        "queryStringParameters",
        "headers",
        "body",
        "isBase64Encoded",
    } == set(event)
    assert ("/a%20b", {}, "", False) == tuple(
        event[key] for key in ("path", "queryStringParameters", "body", "isBase64Encoded")
    )
    assert event["requestContext"]["elb"]["targetGroupArn"].startswith("arn:aws:elasticloadbalancing:us-east-1:")


def test_R71_multi_value_maps_come_instead_of_single_ones() -> None:
    request = Request(query="a=1&a=2", headers=(("X-A", "1"), ("x-a", "2")))
    single, multi = (build(request, shape) for shape in ALB_SHAPES)
    assert ({"a": "2"}, "2") == (single["queryStringParameters"], single["headers"]["x-a"])
    assert ({"a": ["1", "2"]}, ["1", "2"]) == (
        multi["multiValueQueryStringParameters"],
        multi["multiValueHeaders"]["x-a"],
    )
    assert {"multiValueHeaders", "multiValueQueryStringParameters"}.isdisjoint(single)
    assert {"headers", "queryStringParameters"}.isdisjoint(multi)


def test_R72_a_balancer_decodes_no_query_and_lowers_header_names() -> None:
    event = build(Request(query="q=a%20b+c&flag", headers=(("X-UP", "1"),)), Shape.ALB)
    assert {"q": "a%20b+c", "flag": ""} == event["queryStringParameters"]
    assert all(name == name.lower() for name in event["headers"])


def test_R72_a_balancer_hands_on_even_the_connection_header() -> None:
    assert "keep-alive" == build(Request(headers=(("Connection", "keep-alive"),)), Shape.ALB)["headers"]["connection"]


@pytest.mark.parametrize("shape", ALB_SHAPES)
@pytest.mark.parametrize(
    ("content_type", "encoding", "binary"),
    [
        ("text/plain", None, False),
        ("application/json; charset=utf-8", None, False),
        ("application/javascript", None, False),
        ("application/xml", None, False),
        ("application/x-www-form-urlencoded", None, True),
        ("image/png", None, True),
        ("application/json", "gzip", True),
    ],
)
def test_R73_a_balancer_encodes_by_encoding_and_type(
    shape: Shape, content_type: str, encoding: str | None, binary: bool
) -> None:
    more = (("Content-Encoding", encoding),) if encoding else ()
    event = build(post(content_type, b"\x01\x02", *more), shape)
    assert (binary, "AQI=" if binary else "\x01\x02") == (event["isBase64Encoded"], event["body"])


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        ("/a/{id}", "/a/1", {"id": "1"}),
        ("/a/{id}", "/a/1/", {"id": "1"}),
        ("/a/{id}", "/a", None),
        ("/a/{id}", "/a/1/2", None),
        ("/a/{id}", "/b/1", None),
        ("/a/{id}/b/{name}", "/a/1/b/2", {"id": "1", "name": "2"}),
        ("/a/{proxy+}", "/a/b//c/", {"proxy": "b//c"}),
        ("/a/{proxy+}", "/a", None),
        ("/{proxy+}", "/", None),
        ("/", "/", None),
        ("/a", "/a", None),
    ],
)
def test_path_parameters_are_what_the_template_takes_out_of_the_path(template: str, path: str, expected: Any) -> None:
    assert expected == rest(Request(path=path), Route(path=template))["pathParameters"]


def test_a_rest_api_has_no_default_route_or_stage() -> None:
    event = rest(Request(path="/a/1"), Route(path="$default", stage="$default"))
    assert ("/{proxy+}", {"proxy": "a/1"}) == (event["resource"], event["pathParameters"])
    assert ("prod", "/prod/a/1") == (event["requestContext"]["stage"], event["requestContext"]["path"])


@pytest.mark.parametrize("shape", HTTP_SHAPES)
def test_a_built_event_shares_nothing_with_its_route(shape: Shape) -> None:
    variables, claims = {"a": "b"}, {"claims": {"sub": "1"}}
    event = build(Request(), shape, Route(stage_variables=variables, authorizer=claims))
    authorizer = event["requestContext"].get("authorizer") or {}
    for holder in (event.get("stageVariables"), authorizer, authorizer.get("claims")):
        if holder:
            holder["changed"] = True
    assert ({"a": "b"}, {"claims": {"sub": "1"}}) == (variables, claims)


def test_a_direct_event_is_the_json_body() -> None:
    assert {"x": [1]} == build(Request(body=b'{"x": [1]}'), Shape.DIRECT)
    assert {} == build(Request(), Shape.DIRECT)


@pytest.mark.parametrize("body", [b"x=1", b"\xff", b"[" * 100_000])
def test_a_direct_event_needs_json(body: bytes) -> None:
    with pytest.raises(NotJsonError) as caught:
        build(Request(body=body), Shape.DIRECT)
    assert body == caught.value.body


def test_no_request_becomes_a_trigger_event() -> None:
    with pytest.raises(NotAnHttpShapeError, match="sqs"):
        build(Request(), Shape.SQS)
