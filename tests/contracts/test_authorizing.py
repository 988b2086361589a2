"""Who may call: authorizers, policies, tokens and API keys, as each front asks for them."""

from __future__ import annotations

import contextlib
import json
import random
from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts import authorizing, events, routing
from lambda_contracts.api import Api, Authorizer, AuthorizerKind, Endpoint
from lambda_contracts.authorizing import Granted, Question
from lambda_contracts.authorizing.policies import Effect, PolicyError, effect
from lambda_contracts.errors import ApiError
from lambda_contracts.events import Source
from lambda_contracts.finding import Severity
from lambda_contracts.http import Request
from lambda_contracts.outcomes import Outcome, OutcomeKind, returned
from lambda_contracts.refusals import Reason, Refusal
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape, validate

NOW = 1_700_000_000.0
SOURCE = Source(clock=lambda: NOW, bits=random.Random(1).getrandbits)
ARN = "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod/GET/items/7"
TOKEN = Authorizer(name="own", kind=AuthorizerKind.TOKEN, function="guard")
REST_REQUEST = Authorizer(
    name="own",
    kind=AuthorizerKind.REQUEST,
    function="guard",
    identity_sources=("method.request.header.X-User", "method.request.querystring.key", "context.identity.sourceIp"),
)
V2 = Authorizer(
    name="own", kind=AuthorizerKind.REQUEST, function="guard", identity_sources=("$request.header.Authorization",)
)
SIMPLE = replace(V2, simple_responses=True)
V1 = replace(V2, payload_version="1.0")
JWT = Authorizer(name="own", kind=AuthorizerKind.JWT, issuer="https://issuer", audience=("shop",))
HTTP_APIS = [Shape.HTTP_V1, Shape.HTTP_V2]


def api(front: Shape, authorizer: Authorizer | None, *scopes: str, key: bool = False) -> Api:
    """Make an API of one route, `GET /items/{id}`, that asks for an authorizer, scopes or a key."""
    endpoint = Endpoint(
        route=Route(method="GET", path="/items/{id}", stage="prod" if front is Shape.REST else ""),
        function="shop",
        authorizer=authorizer.name if authorizer else None,
        scopes=scopes,
        api_key_required=key,
    )
    known = {} if authorizer is None else {authorizer.name: authorizer}
    return Api(name="shop", front=front, endpoints=(endpoint,), authorizers=known, api_keys={"k1": "secret"})


def matched(built: Api, request: Request) -> routing.Match:
    found = routing.compile(built).find(request)
    assert isinstance(found, routing.Match)
    return found


def ask(built: Api, *headers: tuple[str, str], query: str = "", path: str = "/items/7") -> Any:
    """Ask an API whether a request may go on."""
    prefix = "/prod" if built.front is Shape.REST else ""
    request = Request(path=prefix + path, query=query, headers=headers, body=b"x")
    return authorizing.ask(built, matched(built, request), source=SOURCE)


def asked(built: Api, *headers: tuple[str, str], query: str = "") -> Question:
    question = ask(built, *headers, query=query)
    assert isinstance(question, Question)
    return question


def refused(found: object) -> tuple[int, Any, str]:
    """Return a refusal's status, body and rule."""
    assert isinstance(found, Refusal)
    return found.response.status, found.response.json(), found.rule


def granted(found: object) -> Granted:
    assert isinstance(found, Granted)
    return found


def policy(verdict: str = "Allow", resource: object = "*", **more: object) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": verdict, "Resource": resource}
    return {"principalId": "me", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}, **more}


def failed(message: str = "boom", kind: OutcomeKind = OutcomeKind.FUNCTION_ERROR) -> Outcome:
    return Outcome(kind=kind, payload=json.dumps({"errorMessage": message, "errorType": "Exception"}).encode())


def token(**claims: object) -> str:
    """Write a token with a signature that nobody made."""

    def part(value: object) -> str:
        return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    whole = {"iss": "https://issuer", "aud": "shop", "exp": NOW + 60, "sub": "me", **claims}
    body = {name: value for name, value in whole.items() if value is not None}
    return f"{part({'alg': 'RS256', 'kid': '1'})}.{part(body)}.c2lnbmF0dXJl"


BEARER = ("Authorization", "Bearer abc")


def test_without_an_authorizer_everybody_may_call() -> None:
    assert {} == granted(ask(api(Shape.REST, None))).context


def test_R106_a_token_authorizer_is_asked_with_its_header() -> None:
    question = asked(api(Shape.REST, TOKEN), BEARER)
    assert {"type": "TOKEN", "methodArn": ARN, "authorizationToken": "Bearer abc"} == question.event
    assert ("guard", ("Bearer abc",)) == (question.function, question.identity)
    assert () == validate(question.event, Shape.AUTHORIZER_TOKEN)


@pytest.mark.parametrize("headers", [(), (("Authorization", ""),), (("X-Token", "Bearer abc"),)])
def test_R106_without_its_header_nobody_is_asked(headers: tuple[tuple[str, str], ...]) -> None:
    found = ask(api(Shape.REST, TOKEN), *headers)
    assert (401, {"message": "Unauthorized"}, "R106") == refused(found)
    assert "UnauthorizedException" == found.response.header("x-amzn-ErrorType")


def test_R106_a_request_authorizer_gets_the_request_without_its_body() -> None:
    question = asked(api(Shape.REST, REST_REQUEST), ("x-user", "me"), query="key=1&key=a%20b")
    assert ("REQUEST", ARN) == (question.event["type"], question.event["methodArn"])
    assert {"id": "7"} == question.event["pathParameters"]
    assert {"body", "isBase64Encoded", "version"}.isdisjoint(question.event)
    assert ("me", "a b", "127.0.0.1") == question.identity
    assert () == validate(question.event, Shape.AUTHORIZER_REQUEST)


@pytest.mark.parametrize(("headers", "query"), [((), "key=1"), ((("X-User", "me"),), ""), ((("X-User", ""),), "key=1")])
def test_R106_each_identity_source_has_to_be_there(headers: tuple[tuple[str, str], ...], query: str) -> None:
    assert (401, {"message": "Unauthorized"}, "R106") == refused(
        ask(api(Shape.REST, REST_REQUEST), *headers, query=query)
    )


def test_R106_a_function_that_fails_with_unauthorized_refuses() -> None:
    question = asked(api(Shape.REST, TOKEN), BEARER)
    assert (401, {"message": "Unauthorized"}, "R106") == refused(authorizing.answer(question, failed("Unauthorized")))


@pytest.mark.parametrize(("value", "passes"), [("Bearer abc", True), ("Basic abc", False), ("Bearer ", False)])
def test_R106u_the_validation_is_a_regular_expression(value: str, passes: bool) -> None:
    built = api(Shape.REST, replace(TOKEN, validation="^Bearer [a-z]+$"))
    found = ask(built, ("Authorization", value))
    assert passes is isinstance(found, Question)


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (policy("Deny"), "User is not authorized to access this resource with an explicit deny"),
        (policy(resource="arn:aws:execute-api:*:*:*/*/POST/*"), "User is not authorized to access this resource"),
    ],
)
def test_R107_a_policy_that_does_not_allow_gives_403(result: dict[str, Any], message: str) -> None:
    found = authorizing.answer(asked(api(Shape.REST, TOKEN), BEARER), returned(result))
    assert (403, {"Message": message}, "R107") == refused(found)
    assert isinstance(found, Refusal)
    assert "AccessDeniedException" == found.response.header("x-amzn-ErrorType")


NO_ANSWERS = [
    failed(),
    failed("Unauthorized", OutcomeKind.TIMEOUT),
    failed(kind=OutcomeKind.INIT_FAILURE),
    returned(None),
    returned(b"NaN("),
    returned("Allow"),
    returned({"isAuthorized": True}),
    returned({**policy(), "principalId": None}),
    returned({**policy(), "context": "text"}),
    returned({"principalId": "me", "policyDocument": {}}),
    returned({"principalId": "me", "policyDocument": {"Statement": [{"Effect": "Maybe"}]}}),
]


@pytest.mark.parametrize("outcome", NO_ANSWERS)
def test_R108_an_authorizer_without_a_policy_gives_500(outcome: Outcome) -> None:
    found = authorizing.answer(asked(api(Shape.REST, TOKEN), BEARER), outcome)
    assert (500, {"message": None}, "R108") == refused(found)
    assert isinstance(found, Refusal)
    assert "AuthorizerConfigurationException" == found.response.header("x-amzn-ErrorType")


@pytest.mark.parametrize("outcome", [*NO_ANSWERS, failed("Unauthorized")])
@pytest.mark.parametrize("authorizer", [V1, V2])
def test_R109_an_http_apis_authorizer_without_a_policy_gives_500(authorizer: Authorizer, outcome: Outcome) -> None:
    question = asked(api(Shape.HTTP_V2, authorizer), BEARER)
    assert (500, {"message": "Internal Server Error"}, "R109") == refused(authorizing.answer(question, outcome))


@pytest.mark.parametrize("front", HTTP_APIS)
@pytest.mark.parametrize("authorizer", [V1, V2, SIMPLE])
def test_R109_without_an_identity_source_nobody_is_asked(front: Shape, authorizer: Authorizer) -> None:
    assert (401, {"message": "Unauthorized"}, "R109") == refused(ask(api(front, authorizer)))


@pytest.mark.parametrize("front", HTTP_APIS)
def test_R109_the_event_has_the_authorizers_own_payload_version(front: Shape) -> None:
    two = asked(api(front, V2), BEARER).event
    assert ("2.0", "REQUEST", ["Bearer abc"]) == (two["version"], two["type"], two["identitySource"])
    assert two["routeArn"].endswith("/$default/GET/items/7")
    assert () == validate(two, Shape.AUTHORIZER_V2)
    one = asked(api(front, V1), BEARER).event
    assert ("1.0", "Bearer abc", "Bearer abc") == (one["version"], one["identitySource"], one["authorizationToken"])
    assert {"multiValueHeaders", "body"}.isdisjoint(one)
    assert [] == [note for note in validate(one, Shape.AUTHORIZER_REQUEST) if note.severity is not Severity.NOTE]


def test_R109_without_identity_sources_everybody_is_asked_about() -> None:
    assert None is asked(api(Shape.HTTP_V2, replace(V2, identity_sources=()))).event["identitySource"]


def test_R109_an_identity_source_may_be_the_context() -> None:
    per_route = replace(V2, identity_sources=("$context.routeKey", "$stageVariables.none"))
    assert 401 == refused(ask(api(Shape.HTTP_V2, per_route)))[0]
    only = replace(V2, identity_sources=("$context.routeKey",))
    assert ("GET /items/{id}",) == asked(api(Shape.HTTP_V2, only)).identity


def test_R109_simple_responses_count_only_where_they_are_on() -> None:
    simple = asked(api(Shape.HTTP_V2, SIMPLE), BEARER)
    answered = authorizing.answer(simple, returned({"isAuthorized": True, "context": {"n": 1}}))
    assert {"lambda": {"n": 1}} == granted(answered).context
    for bad in ({"isAuthorized": "true"}, {}, policy()):
        assert (500, {"message": "Internal Server Error"}, "R109") == refused(authorizing.answer(simple, returned(bad)))


@pytest.mark.parametrize(
    ("authorizer", "result"),
    [(SIMPLE, {"isAuthorized": False}), (V2, policy("Deny")), (V1, policy(resource="arn:none"))],
)
def test_R109u_a_refusal_gives_403(authorizer: Authorizer, result: dict[str, Any]) -> None:
    found = authorizing.answer(asked(api(Shape.HTTP_V2, authorizer), BEARER), returned(result))
    assert (403, {"message": "Forbidden"}, "R109u") == refused(found)


@pytest.mark.parametrize("value", [f"Bearer {token()}", token(), f"bearer {token(aud=None, client_id='shop')}"])
def test_R110_a_token_with_what_is_asked_for_is_good(value: str) -> None:
    found = granted(ask(api(Shape.HTTP_V2, JWT), ("authorization", value)))
    assert ("me", None) == (found.context["jwt"]["claims"]["sub"], found.context["jwt"]["scopes"])


def test_R110_one_of_the_scopes_is_enough() -> None:
    for claim in ({"scope": "read write"}, {"scp": ["write"]}):
        found = granted(ask(api(Shape.HTTP_V2, JWT, "write", "admin"), ("authorization", token(**claim))))
        assert ["write"] == found.context["jwt"]["scopes"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (token(aud="other"), "the token does not have a valid audience"),
        (token(aud=["a", "b"]), "the token does not have a valid audience"),
        (token(iss="https://other"), "the token does not have a valid issuer"),
        (token(exp=NOW), "the token has expired"),
        (token(exp=float("nan")), "the token has expired"),
        (token(exp="never"), "the token has expired"),
        (token(nbf=NOW + 1), "the token is not valid yet"),
        (token(iat=NOW + 1), "the token is not valid yet"),
        ("abc", "the token is malformed"),
        ("a.b.c", "the token is malformed"),
        ("e30.W10.c2ln", "the token is malformed"),
        ("é.é.é", "the token is malformed"),
    ],
)
def test_R110_a_token_that_is_not_good_gives_401(value: str, told: str) -> None:
    found = ask(api(Shape.HTTP_V2, JWT), ("Authorization", f"Bearer {value}"))
    assert (401, {"message": "Unauthorized"}) == refused(found)[:2]
    expected = f'Bearer scope="" error="invalid_token" error_description="{told}"'
    assert expected == found.response.header("www-authenticate")


def test_R110u_a_token_without_a_scope_or_an_end_is_refused() -> None:
    found = ask(api(Shape.HTTP_V2, JWT, "admin"), ("Authorization", token(scope="read")))
    assert (403, {"message": "Forbidden"}, "R110u") == refused(found)
    assert 'Bearer scope="admin" error="insufficient_scope"' in found.response.header("www-authenticate")
    assert 401 == refused(ask(api(Shape.HTTP_V2, JWT), ("Authorization", token(exp=None))))[0]
    assert "Bearer" == ask(api(Shape.HTTP_V2, JWT)).response.header("www-authenticate")


def test_R110u_claims_reach_the_function_as_strings() -> None:
    claims = {"exp": 1_800_000_000.0, "groups": ["a", "b"], "admin": True, "level": 3, "more": {"a": 1}}
    found = granted(ask(api(Shape.HTTP_V2, JWT), ("Authorization", token(**claims))))
    got = found.context["jwt"]["claims"]
    assert ["1800000000", "[a b]", "true", "3", '{"a":1}'] == [got[name] for name in claims]


STATEMENT = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": ARN}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([STATEMENT], Effect.ALLOW),
        (STATEMENT, Effect.ALLOW),
        ([], Effect.NOTHING),
        ([{**STATEMENT, "Resource": "arn:aws:execute-api:*:*:abcdef1234/*/GET/items/?"}], Effect.ALLOW),
        ([{**STATEMENT, "Resource": ["arn:none", "*"]}], Effect.ALLOW),
        ([{**STATEMENT, "Resource": ARN.upper()}], Effect.NOTHING),
        ([{**STATEMENT, "Resource": ARN[:-1]}], Effect.NOTHING),
        ([{**STATEMENT, "Action": ["S3:*", "Execute-API:*"]}], Effect.ALLOW),
        ([{**STATEMENT, "Action": "execute-api:ManageConnections"}], Effect.NOTHING),
        ([STATEMENT, {**STATEMENT, "Effect": "Deny", "Resource": "*"}], Effect.DENY),
        ([{"NotAction": "s3:*", "Effect": "Allow", "NotResource": "arn:none"}], Effect.ALLOW),
        ([{"Action": "*", "Effect": "Allow", "NotResource": "*"}], Effect.NOTHING),
    ],
)
def test_R111_a_deny_wins_and_without_an_allow_all_is_denied(statements: object, expected: Effect) -> None:
    assert expected is effect({"Version": "2012-10-17", "Statement": statements}, ARN)


def test_R111u_conditions_count_as_met() -> None:
    limited = {**STATEMENT, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}
    assert Effect.ALLOW is effect({"Statement": [limited]}, ARN)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["Statement", "Effect", "Action", "Resource", "x"]), inner)
    ),
    max_leaves=8,
)


@given(document=JSON)
def test_what_is_no_policy_allows_nothing(document: object) -> None:
    with contextlib.suppress(PolicyError):
        assert Effect.ALLOW is not effect(document, ARN)


@given(value=JSON)
@pytest.mark.parametrize("authorizer", [TOKEN, REST_REQUEST])
def test_every_answer_is_a_grant_or_a_refusal(authorizer: Authorizer, value: object) -> None:
    question = asked(api(Shape.REST, authorizer), BEARER, ("X-User", "me"), query="key=1")
    assert isinstance(authorizing.answer(question, returned(value)), Refusal)


def test_R112_the_context_of_a_rest_api_is_flat_and_of_strings() -> None:
    sent = {"text": "value", "number": 1, "flag": True, "half": 0.5, "none": None}
    built = api(Shape.REST, TOKEN)
    outcome = replace(returned(policy(context=sent)), duration=0.0129)
    match = matched(built, Request(path="/prod/items/7", headers=(BEARER,)))
    route = authorizing.admit(built, match, granted(authorizing.answer(asked(built, BEARER), outcome)))
    assert isinstance(route, Route)
    event = events.build(match.request, Shape.REST, route)
    texts = {"text": "value", "number": "1", "flag": "true", "half": "0.5"}
    assert {"principalId": "me", "integrationLatency": 12, **texts} == event["requestContext"]["authorizer"]


@pytest.mark.parametrize("value", [{"a": 1}, ["a"]])
def test_R112_an_object_or_a_list_in_the_context_is_not_valid(value: object) -> None:
    found = authorizing.answer(asked(api(Shape.REST, TOKEN), BEARER), returned(policy(context={"key": value})))
    assert (500, {"message": None}, "R108") == refused(found)


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        (Shape.HTTP_V2, {"lambda": {"n": 1, "list": ["a"]}}),
        (Shape.HTTP_V1, {"principalId": "me", "n": 1, "list": ["a"]}),
    ],
)
def test_R112u_an_http_api_keeps_the_types_of_the_context(front: Shape, expected: dict[str, Any]) -> None:
    built = api(front, V2)
    answered = authorizing.answer(asked(built, BEARER), returned(policy(context={"n": 1, "list": ["a"]})))
    match = matched(built, Request(path="/items/7"))
    route = authorizing.admit(built, match, granted(answered))
    assert isinstance(route, Route)
    assert expected == events.build(match.request, front, route)["requestContext"]["authorizer"]


@pytest.mark.parametrize("headers", [(), (("x-api-key", "wrong"),), (("x-api-key", ""),)])
def test_R113_without_a_known_key_the_client_is_forbidden(headers: tuple[tuple[str, str], ...]) -> None:
    built = api(Shape.REST, None, key=True)
    found = authorizing.admit(built, matched(built, Request(path="/prod/items/7", headers=headers)), Granted())
    assert (403, {"message": "Forbidden"}, "R113") == refused(found)
    assert isinstance(found, Refusal)
    assert "ForbiddenException" == found.response.header("x-amzn-ErrorType")


@pytest.mark.parametrize("granted_key", ["", "secret"])
def test_R113_the_function_is_told_the_key(granted_key: str) -> None:
    built = api(Shape.REST, None, key=True)
    sent = (("X-Api-Key", "wrong" if granted_key else "secret"),)
    match = matched(built, Request(path="/prod/items/7", headers=sent))
    route = authorizing.admit(built, match, Granted(usage_key=granted_key))
    assert isinstance(route, Route)
    identity = events.build(match.request, Shape.REST, route)["requestContext"]["identity"]
    assert ("k1", "secret") == (identity["apiKeyId"], identity["apiKey"])


def test_R113_an_authorizer_may_name_the_key() -> None:
    question = asked(api(Shape.REST, TOKEN), BEARER)
    assert "secret" == granted(authorizing.answer(question, returned(policy(usageIdentifierKey="secret")))).usage_key


def test_R118_an_arn_that_is_too_long_gives_414() -> None:
    found = ask(api(Shape.REST, TOKEN), BEARER, path="/items/" + "x" * 1600)
    assert isinstance(found, Refusal)
    assert (Reason.URI_TOO_LONG, 414, "R118") == (found.reason, found.response.status, found.rule)
    assert isinstance(ask(api(Shape.REST, None), path="/items/" + "x" * 1600), Granted)


@pytest.mark.parametrize(
    ("built", "told"),
    [
        (replace(api(Shape.REST, TOKEN), authorizers={}), "there is no authorizer `own`"),
        (api(Shape.HTTP_V2, TOKEN), "`http-v2` has no authorizers of the kind `token`"),
        (api(Shape.REST, JWT), "`rest` has no authorizers of the kind `jwt`"),
        (api(Shape.ALB, TOKEN), "`alb` has no authorizers"),
        (api(Shape.HTTP_V2, None, key=True), "only a REST API asks for API keys"),
        (api(Shape.REST, replace(TOKEN, function="")), "`own` names no function"),
        (api(Shape.REST, replace(TOKEN, validation="(")), "no regular expression"),
        (api(Shape.REST, replace(TOKEN, identity_sources=("Authorization",))), "identity source `Authorization`"),
    ],
)
def test_what_aws_would_not_create_is_the_users_error(built: Api, told: str) -> None:
    with pytest.raises(ApiError, match="API `shop`: ") as raised:
        authorizing.check(built)
    assert told in str(raised.value)


def test_what_aws_would_create_passes() -> None:
    for built in (api(Shape.REST, TOKEN, key=True), api(Shape.HTTP_V2, JWT, "a"), api(Shape.REST, REST_REQUEST)):
        authorizing.check(built)
