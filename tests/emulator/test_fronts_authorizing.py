"""Authorizers, API keys and CORS over HTTP, with functions that really decide."""

from __future__ import annotations

import functools
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lambda_contracts.shapes import Shape
from lambda_emulator.loading import target
from lambda_emulator.serving import Options, serve
from lambda_emulator.settings import Settings
from raw_http import Answer, ask, request

SHOP = """
import json, os

def handler(event, context):
    with open(os.environ["SEEN"], "a") as seen:
        seen.write("shop\\n")
    context = event["requestContext"]
    told = {"authorizer": context.get("authorizer"), "apiKey": (context.get("identity") or {}).get("apiKey")}
    return {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}, "body": json.dumps(told)}
"""
GUARD = """
import json, os

def handler(event, context):
    with open(os.environ["SEEN"], "a") as seen:
        seen.write("guard " + json.dumps(event) + "\\n")
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    token = (event.get("authorizationToken") or headers["x-who"]).removeprefix("Bearer ")
    if token == "unauthorized":
        raise Exception("Unauthorized")
    if token == "exit":
        os._exit(3)
    if token == "odd":
        return "yes"
    told = {"user": "anna", "level": 3, "admin": True}
    if event.get("version") == "2.0":
        return {"isAuthorized": token == "allow", "context": told}
    statement = {"Action": "execute-api:Invoke", "Effect": token.capitalize(), "Resource": event["methodArn"]}
    return {
        "principalId": "anna",
        "policyDocument": {"Version": "2012-10-17", "Statement": [] if token == "nothing" else [statement]},
        "context": told,
        "usageIdentifierKey": "secret",
    }
"""
CONTRACT = """
[function]
name = "shop"
handler = "app.handler"
environment = { SEEN = "SEEN_FILE" }

[[route]]
path = "/token"
method = "GET"
authorizer = "token"

[[route]]
path = "/request"
method = "GET"
authorizer = "request"

[[route]]
path = "/jwt"
method = "GET"
authorizer = "jwt"
scopes = ["read", "write"]

[[route]]
path = "/key"
method = "GET"
api_key_required = true

[[route]]
path = "/named-key"
method = "GET"
api_key_required = true
authorizer = "token"

[[authorizer]]
name = "token"
kind = "token"
function = "guard"
validation = "^Bearer .+"

[[authorizer]]
name = "request"
kind = "request"
function = "guard"
identity_sources = ["$request.header.X-Who"]
simple_responses = true

[[authorizer]]
name = "jwt"
kind = "jwt"
issuer = "https://issuer.example"
audience = ["shop"]

[api_keys]
mobile = "secret"

[cors]
allow_origins = ["https://shop.example"]
allow_methods = ["GET"]
allow_headers = ["x-who"]
expose_headers = ["x-total"]
max_age = 300

[shapes]
accept = ["rest", "http-v2", "function-url"]

[[case]]
name = "one"
payload = {}
"""
GUARDS = """
[function]
name = "guard"
handler = "app.handler"
environment = { SEEN = "SEEN_FILE" }

[shapes]
accept = ["direct"]

[[case]]
name = "one"
payload = {}
"""
TRUSTED = "https://shop.example"


@dataclass(frozen=True)
class Shop:
    """A function and the one that guards it, with what both saw."""

    ports: Mapping[Shape, int]
    file: Path

    def get(self, front: Shape, path: str, *headers: str, method: str = "GET") -> Answer:
        self.file.write_text("")
        return ask(self.ports[front], request(method, path, *headers))

    def seen(self) -> list[str]:
        """Return which functions the last request reached, in order."""
        return [line.partition(" ")[0] for line in self.file.read_text().splitlines()]

    def asked(self) -> Any:
        return json.loads(self.file.read_text().splitlines()[0].partition(" ")[2])


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("authorizing")
    for name, code, contract in (("shop", SHOP, CONTRACT), ("guard", GUARD, GUARDS)):
        (folder / name).mkdir()
        (folder / name / "app.py").write_text(code)
        (folder / name / "contract.toml").write_text(contract.replace("SEEN_FILE", str(folder / "seen")))
    options = Options(port=0, reload=False, concurrency=1)
    readers = [functools.partial(target, folder / name) for name in ("shop", "guard")]
    with serve(readers, Settings(environment="worker"), options) as served:
        yield Shop({one.api.front: one.port for one in served if one.api}, folder / "seen")


REST_REFUSALS = {
    "R106 no header": ([], 401, "UnauthorizedException", b'{"message":"Unauthorized"}', []),
    "R106 R106u not as the validation wants": (
        ["Authorization: Basic allow"],
        401,
        "UnauthorizedException",
        b'{"message":"Unauthorized"}',
        [],
    ),
    "R106 the function says Unauthorized": (
        ["Authorization: Bearer unauthorized"],
        401,
        "UnauthorizedException",
        b'{"message":"Unauthorized"}',
        ["guard"],
    ),
    "R107 a policy that denies": (
        ["authorization: Bearer deny"],
        403,
        "AccessDeniedException",
        b'{"Message":"User is not authorized to access this resource with an explicit deny"}',
        ["guard"],
    ),
    "R107 a policy about nothing": (
        ["Authorization: Bearer nothing"],
        403,
        "AccessDeniedException",
        b'{"Message":"User is not authorized to access this resource"}',
        ["guard"],
    ),
    "R108 no policy": (
        ["Authorization: Bearer odd"],
        500,
        "AuthorizerConfigurationException",
        b'{"message":null}',
        ["guard"],
    ),
    "R108 a function that exits": (
        ["Authorization: Bearer exit"],
        500,
        "AuthorizerConfigurationException",
        b'{"message":null}',
        ["guard"],
    ),
}


@pytest.mark.parametrize(
    ("headers", "status", "error", "body", "seen"), REST_REFUSALS.values(), ids=REST_REFUSALS.keys()
)
def test_a_rest_api_lets_nobody_in_whom_the_function_does_not(
    shop: Shop, headers: list[str], status: int, error: str, body: bytes, seen: list[str]
) -> None:
    answer = shop.get(Shape.REST, "/token", *headers)
    assert (status, error, body) == (answer.status, answer.header("x-amzn-errortype"), answer.body)
    assert seen == shop.seen()
    assert answer.header("x-amzn-requestid")
    assert 200 == shop.get(Shape.REST, "/token", "Authorization: Bearer allow").status


def test_R106_R112_a_token_lets_in_and_its_context_arrives_as_texts(shop: Shop) -> None:
    answer = shop.get(Shape.REST, "/token", "Authorization: Bearer allow")
    assert (200, ["guard", "shop"]) == (answer.status, shop.seen())
    arn = "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod/GET/token"
    assert {"type": "TOKEN", "methodArn": arn, "authorizationToken": "Bearer allow"} == shop.asked()
    told = answer.json()["authorizer"]
    assert isinstance(told.pop("integrationLatency"), int)
    assert {"principalId": "anna", "user": "anna", "level": "3", "admin": "true"} == told


def test_R106_a_request_authorizer_gets_the_whole_request_but_its_body(shop: Shop) -> None:
    assert 401 == shop.get(Shape.REST, "/request").status
    assert [] == shop.seen()
    answer = shop.get(Shape.REST, "/request?a=b", "x-who: allow")
    assert (200, "anna") == (answer.status, answer.json()["authorizer"]["user"])
    asked = shop.asked()
    assert ("REQUEST", "/request", {"a": "b"}) == (asked["type"], asked["path"], asked["queryStringParameters"])
    assert "body" not in asked
    assert 403 == shop.get(Shape.REST, "/request", "X-WHO: deny").status


def test_R109_R112u_simple_responses_of_an_http_api(shop: Shop) -> None:
    answer = shop.get(Shape.HTTP_V2, "/request", "x-who: allow")
    assert {"lambda": {"user": "anna", "level": 3, "admin": True}} == answer.json()["authorizer"]
    assert ["allow"] == shop.asked()["identitySource"]
    refused = shop.get(Shape.HTTP_V2, "/request", "x-who: deny")
    assert (403, b'{"message":"Forbidden"}', ["guard"]) == (refused.status, refused.body, shop.seen())
    unknown = shop.get(Shape.HTTP_V2, "/request")
    assert (401, b'{"message":"Unauthorized"}', []) == (unknown.status, unknown.body, shop.seen())
    for broken in ("odd", "unauthorized", "exit"):
        failed = shop.get(Shape.HTTP_V2, "/request", f"x-who: {broken}")
        assert (500, b'{"message":"Internal Server Error"}') == (failed.status, failed.body)
        assert ["guard"] == shop.seen()
        assert 200 == shop.get(Shape.HTTP_V2, "/request", "x-who: allow").status


def token(**claims: Any) -> str:
    known = {"iss": "https://issuer.example", "aud": "shop", "exp": int(time.time()) + 86_400, "scope": "read"}
    parts = ({"alg": "RS256"}, {**known, **claims})
    return ".".join([*(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts), "c2ln"])


TOKENS = {
    "R110 its claims fit": (token(), 200, "read"),
    "R110 another audience": (token(aud="other"), 401, "audience"),
    "R110 another issuer": (token(iss="https://evil.example"), 401, "issuer"),
    "R110 too old": (token(exp=1), 401, "expired"),
    "R110u without the scopes": (token(scope="delete"), 403, "insufficient_scope"),
    "R110 no token": ("nonsense", 401, "malformed"),
}


@pytest.mark.parametrize(("value", "status", "told"), TOKENS.values(), ids=TOKENS.keys())
def test_a_jwt_lets_in_when_its_claims_fit(shop: Shop, value: str, status: int, told: str) -> None:
    answer = shop.get(Shape.HTTP_V2, "/jwt", f"Authorization: Bearer {value}")
    assert status == answer.status
    if status == 200:
        assert told == answer.json()["authorizer"]["jwt"]["claims"]["scope"]
    else:
        assert told in (answer.header("www-authenticate") or "")
        assert [] == shop.seen()


def test_R109_a_front_without_that_kind_of_authorizer_asks_nobody(shop: Shop) -> None:
    assert (200, ["shop"]) == (shop.get(Shape.HTTP_V2, "/token").status, shop.seen())
    assert (200, ["shop"]) == (shop.get(Shape.REST, "/jwt").status, shop.seen())


def test_R113_a_rest_api_wants_one_of_its_keys(shop: Shop) -> None:
    for headers in ([], ["X-Api-Key: wrong"], ["X-Api-Key:"]):
        refused = shop.get(Shape.REST, "/key", *headers)
        assert (403, b'{"message":"Forbidden"}', []) == (refused.status, refused.body, shop.seen())
    assert "secret" == shop.get(Shape.REST, "/key", "X-API-KEY: secret").json()["apiKey"]
    assert 200 == shop.get(Shape.HTTP_V2, "/key").status
    assert "secret" == shop.get(Shape.REST, "/named-key", "Authorization: Bearer allow").json()["apiKey"]


PREFLIGHT = (f"Origin: {TRUSTED}", "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: x-who")


def cors(answer: Answer) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in answer.headers:
        start, prefix, rest = name.lower().partition("access-control-")
        if prefix and not start:
            assert rest not in found
            found[rest] = value
    return found


@pytest.mark.parametrize(("front", "status"), [(Shape.HTTP_V2, 204), (Shape.FUNCTION_URL, 200)])
def test_R58_R119_preflight_requests_are_answered_by_the_front(shop: Shop, front: Shape, status: int) -> None:
    answer = shop.get(front, "/key", *PREFLIGHT, method="OPTIONS")
    assert (status, b"", []) == (answer.status, answer.body, shop.seen())
    told = {"allow-origin": TRUSTED, "allow-methods": "GET", "allow-headers": "x-who", "max-age": "300"}
    assert told == cors(answer)


@pytest.mark.parametrize("front", [Shape.HTTP_V2, Shape.FUNCTION_URL])
def test_R58_R119_the_fronts_cors_headers_win_over_the_functions(shop: Shop, front: Shape) -> None:
    told = {"allow-origin": TRUSTED, "expose-headers": "x-total"}
    assert told == cors(shop.get(front, "/key", f"Origin: {TRUSTED}"))
    evil = cors(shop.get(front, "/key", "Origin: https://evil.example"))
    assert ({} if front is Shape.HTTP_V2 else {"allow-origin": "*"}) == evil


def test_R58_a_refusal_has_the_cors_headers_too(shop: Shop) -> None:
    for path in ("/request", "/unknown"):
        assert TRUSTED == cors(shop.get(Shape.HTTP_V2, path, f"Origin: {TRUSTED}"))["allow-origin"]


def test_a_rest_api_leaves_cors_to_the_function(shop: Shop) -> None:
    preflight = shop.get(Shape.REST, "/key", *PREFLIGHT, method="OPTIONS")
    assert (403, {}) == (preflight.status, cors(preflight))
    assert {"allow-origin": "*"} == cors(shop.get(Shape.REST, "/jwt", f"Origin: {TRUSTED}"))
