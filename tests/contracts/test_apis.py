"""From a contract to the APIs that fronts serve of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lambda_contracts import contract, routing
from lambda_contracts.api import Api, AuthorizerKind, Cors
from lambda_contracts.apis import apis
from lambda_contracts.errors import ContractError
from lambda_contracts.http import Request
from lambda_contracts.shapes import FRONTS, Shape

FILE = Path("/handlers/wine/contract.toml")
FUNCTION = '[function]\nname = "wine"\nhandler = "app.handler"\n'
CASE = '[[case]]\nname = "one"\npayload = {}\n'
ALL = f"[shapes]\naccept = {['direct', *(str(front) for front in FRONTS)]}\n"
GUARDED = """
[[route]]
method = "GET"
path = "/wines/{id}"
authorizer = "guard"
api_key_required = true

[[route]]
path = "/wines"
authorizer = "idp"
scopes = ["write"]

[[authorizer]]
name = "guard"
kind = "token"
function = "guard"
validation = "^Bearer .+"

[[authorizer]]
name = "idp"
kind = "jwt"
issuer = "https://idp"
audience = ["wine"]

[api_keys]
mobile = "secret"

[cors]
allow_origins = ["https://shop.example"]
max_age = 60
"""


def made(text: str = "", shapes: str = ALL) -> dict[Shape, Api]:
    return {api.front: api for api in apis(contract.parse(FUNCTION + text + shapes + CASE, FILE))}


def refused(text: str, shapes: str = ALL) -> ContractError:
    with pytest.raises(ContractError) as caught:
        made(text, shapes)
    return caught.value


def test_each_accepted_front_gets_one_api() -> None:
    assert list(FRONTS) == list(made())
    assert [Shape.REST] == list(made(shapes=""))
    assert "wine (rest)" == made()[Shape.REST].name


def test_apis_have_the_routes_a_url_and_a_target_group_every_path() -> None:
    built = made('[[route]]\nmethod = "GET"\npath = "/wines"\nstage = "prod"\n')
    request = Request(path="/prod/wines")
    for front, api in built.items():
        found = routing.compile(api).find(request)
        assert isinstance(found, routing.Match)
        assert (
            "/wines" if front in (Shape.REST, Shape.HTTP_V1, Shape.HTTP_V2) else "/prod/wines"
        ) == found.request.path
        assert "wine" == found.endpoint.function


def test_each_front_has_what_it_can_have() -> None:
    built = made(GUARDED)
    rest, http, url, alb = (built[front] for front in (Shape.REST, Shape.HTTP_V2, Shape.FUNCTION_URL, Shape.ALB))
    assert ["guard", None] == [endpoint.authorizer for endpoint in rest.endpoints]
    assert [True, False] == [endpoint.api_key_required for endpoint in rest.endpoints]
    assert ({"mobile": "secret"}, None) == (rest.api_keys, rest.cors)
    assert [None, "idp"] == [endpoint.authorizer for endpoint in http.endpoints]
    assert AuthorizerKind.JWT is http.authorizers["idp"].kind
    assert ({}, Cors(allow_origins=("https://shop.example",), max_age=60)) == (http.api_keys, http.cors)
    assert (None, http.cors) == (url.endpoints[0].authorizer, url.cors)
    assert (None, {}) == (alb.cors, alb.authorizers)


@pytest.mark.parametrize(
    ("text", "key", "told"),
    [
        (
            '[[route]]\npath = "/a"\n[[route]]\npath = "/a/"\n',
            "route.1",
            "on `rest`: another route answers POST /a/ too.",
        ),
        ('[[route]]\npath = "/{a}"\n[[route]]\npath = "/{b}/c"\n', "route.1", "where a REST API takes one parameter"),
        ('[[route]]\npath = "/{a+}/b"\n', "route.0", "is not the last part"),
        (
            '[[route]]\nauthorizer = "a"\n[[authorizer]]\nname = "a"\nkind = "token"\n',
            "authorizer",
            "names no function",
        ),
        ('[cors]\nallow_origins = ["*"]\nallow_credentials = true\n', "cors", "does not take allow_credentials"),
    ],
)
def test_what_aws_would_not_create_is_told_with_its_place(text: str, key: str, told: str) -> None:
    error = refused(text)
    assert key == error.key
    assert told in error.problem
    assert error.line is not None


@pytest.mark.parametrize(
    ("text", "key", "told"),
    [
        ('[[route]]\nauthorizer = "a"\n', "route.0.authorizer", "there is no authorizer `a`. Known here: none; write"),
        ("[[route]]\napi_key_required = true\n", "route.0.api_key_required", "there is no API key"),
        (
            '[[authorizer]]\nname = "a"\nkind = "jwks"\n',
            "authorizer.0.kind",
            "no kind `jwks`. Known here: token, request, jwt.",
        ),
        ('[[authorizer]]\nname = "a"\nkind = "jwt"\n' * 2, "authorizer.1.name", "two authorizers called `a`"),
        ('[cors]\nallow_origin = ["*"]\n', "cors.allow_origin", "Did you mean `allow_origins`?"),
        (
            GUARDED.replace('kind = "jwt"', 'kind = "jwt"\npayload_version = "3"'),
            "authorizer.1.payload_version",
            "1.0, 2.0",
        ),
        ("[api_keys]\nmobile = 3\n", "api_keys", "it has to be a string"),
    ],
)
def test_mistakes_in_the_tables_are_told_with_file_line_and_key(text: str, key: str, told: str) -> None:
    error = refused(text)
    assert key == error.key
    assert told in str(error)
    assert error.line is not None
