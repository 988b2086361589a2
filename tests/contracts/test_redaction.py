"""Secrets are taken out wherever they stand, and everything else stays as it was."""

from __future__ import annotations

import base64
import json
import time
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts.http import Headers
from lambda_contracts.redaction import MARK, Redactor, redact

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Authorization": "Bearer abc"}, {"Authorization": "Bearer REDACTED"}),
        ({"authorization": "abc"}, {"authorization": "REDACTED"}),
        (
            {"Authorization": "AWS4-HMAC-SHA256 Credential=a/b, Signature=c"},
            {"Authorization": "AWS4-HMAC-SHA256 REDACTED"},
        ),
        ({"Cookie": "a=1; b=2"}, {"Cookie": "a=REDACTED; b=REDACTED"}),
        ({"Cookie": "path=1"}, {"Cookie": "path=REDACTED"}),
        ({"set-cookie": "a=1; Path=/; HttpOnly"}, {"set-cookie": "a=REDACTED; Path=/; HttpOnly"}),
        ({"cookies": ["a=1", "b=2"]}, {"cookies": ["a=REDACTED", "b=REDACTED"]}),
        ({"multiValueHeaders": {"x-api-key": ["k", "l"]}}, {"multiValueHeaders": {"x-api-key": ["REDACTED"] * 2}}),
        ({"password": None, "secret": True, "pwd": ""}, {"password": None, "secret": True, "pwd": ""}),
        ({"passcode": 1234, "max_tokens": 1234}, {"passcode": 0, "max_tokens": 1234}),
        ({"credentials": {"user": "bob", "n": [1.5]}}, {"credentials": {"user": "REDACTED", "n": [0]}}),
        ({"authorizationToken": "t", "type": "TOKEN"}, {"authorizationToken": "REDACTED", "type": "TOKEN"}),
        (f"id {KEY_ID}, key {SECRET_KEY}.", "id REDACTED, key REDACTED."),
        (f"{JWT} and more", "REDACTED and more"),
        ("postgres://me:pw@host/db", "postgres://REDACTED@host/db"),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- rest", "REDACTED rest"),
        ({"body": '{"password": "p", "n": 1}'}, {"body": '{"password": "REDACTED", "n": 1}'}),
        ({"body": '{"password":"p","n":1}'}, {"body": '{"password":"REDACTED","n":1}'}),
        ({"body": '{"password":"p","password":null}'}, {"body": '{"password":"REDACTED","password":null}'}),
        ({"body": "user=me&password=p&x=1"}, {"body": "user=me&password=REDACTED&x=1"}),
        ({"Message": json.dumps(json.dumps({"token": "t"}))}, {"Message": json.dumps(json.dumps({"token": MARK}))}),
        (
            {"isBase64Encoded": True, "body": encoded("a=1&token=t")},
            {"isBase64Encoded": True, "body": encoded("a=1&token=REDACTED")},
        ),
        ({"data": encoded('{"apiKey": "k"}')}, {"data": encoded('{"apiKey": "REDACTED"}')}),
        ({"rawQueryString": "a=1&X-Amz-Signature=f"}, {"rawQueryString": "a=1&X-Amz-Signature=REDACTED"}),
        ('--x\r\nContent-Disposition: form-data; name="pwd"\r\n\r\np\r\n--x--',
         '--x\r\nContent-Disposition: form-data; name="pwd"\r\n\r\nREDACTED\r\n--x--'),
        ("{'token': 'it is', 'n': 1}", "{'token': 'REDACTED', 'n': 1}"),
        ('{"token": "cut of', '{"token": "REDACTED'),
        ("'accessKey': None, \"secret\": null", "'accessKey': None, \"secret\": null"),
        ("Cookie: a=1; b=2\nx", "Cookie: a=REDACTED; b=REDACTED\nx"),
        ({JWT: 1}, {"REDACTED": 1}),
    ],
)  # fmt: skip
def test_secrets_are_known_by_their_name_or_their_look(value: Any, expected: Any) -> None:
    assert expected == redact(value)


@pytest.mark.parametrize(
    "value",
    [
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "arn:aws:lambda:us-east-1:123456789012:function:iris",
        "KeyError: 'token'",
        "8be0ed2c-4442-40d9-a9bf-37b0057a5bd0",
        {"tokens": ["a", "b"], "path": "/login", "nested": [{"deep": None}]},
        {"isBase64Encoded": True, "body": base64.b64encode(bytes(range(256))).decode()},
        '{"a":   1}',
    ],
)
def test_what_is_no_secret_stays_to_the_letter(value: Any) -> None:
    assert value == redact(value)


@pytest.mark.parametrize(
    "form",
    [str, json.dumps, repr, quote, lambda secret: f"first {secret} then {secret}", lambda secret: f"{secret[:30]}..."],
)
def test_a_secret_that_was_named_once_is_found_wherever_it_stands(form: Any) -> None:
    secret = 'correct "horse" bättery/staple, long enough to be cut'
    known = Redactor({"password": secret})
    told = known.text(form(secret))
    assert MARK in told
    assert "horse" not in told


def test_a_word_that_any_text_about_secrets_has_is_not_looked_for() -> None:
    assert {"password": MARK, "log": "wrong password"} == redact({"password": "password", "log": "wrong password"})
    assert {"token": MARK, "log": "abc"} == redact({"token": "abc", "log": "abc"})


def test_headers_keep_their_order_case_and_duplicates() -> None:
    sent: Headers = (("Set-Cookie", "a=1"), ("X-Api-Key", "k"), ("set-cookie", "b=2"), ("Accept", "*/*"))
    expected: Headers = (
        ("Set-Cookie", "a=REDACTED"), ("X-Api-Key", "REDACTED"), ("set-cookie", "b=REDACTED"), ("Accept", "*/*"),
    )  # fmt: skip
    assert expected == Redactor().headers(sent)


@pytest.mark.parametrize("payload", [b"\xff\xfe\x00", bytes(range(256)), b"", "ü\U0001f600".encode()])
def test_bytes_without_secrets_stay(payload: bytes) -> None:
    assert payload == Redactor().payload(payload)


def test_bytes_that_are_no_text_lose_their_secrets_too() -> None:
    assert b"\xff&token=REDACTED&\xfe" == Redactor().payload(b"\xff&token=abc&\xfe")


def test_what_is_nested_too_deep_to_be_read_is_one_secret() -> None:
    deep: Any = "secret"
    for _ in range(100_000):
        deep = [deep]
    assert MARK == redact(deep)
    assert "abc" not in redact('{"token": "abc", "a": ' + "[" * 100_000)


# --- for every value -------------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["password", "Authorization", "cookie", "X-Api-Key", "apiToken", "client_secret"])
SECRETS = st.text("abcdefgXYZ0123456789%$ü-", min_size=12, max_size=40).map(lambda text: f"s3{text}t")
TEXTS = st.text(max_size=8) | st.sampled_from(["a=1&b=2", "{", '{"x": 1}', "eyJ", "Bearer x", "token", MARK])
LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | TEXTS
PLAIN = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))


def skeleton(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: skeleton(item) for key, item in value.items()}
    if isinstance(value, list):
        return [skeleton(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float
    return value if value is None or isinstance(value, bool) else type(value)


@st.composite
def hidden(draw: st.DrawFn) -> tuple[Any, str]:
    """Draw a value that has a secret somewhere, and the secret."""
    secret = draw(SECRETS)
    named = {draw(NAMES): secret}
    place = draw(
        st.sampled_from(
            [
                named,
                [named, {"log": [f"got {secret}!"]}],
                {"body": json.dumps(named)},
                {"body": json.dumps(json.dumps(named), ensure_ascii=False)},
                {"body": encoded(json.dumps(named)), "isBase64Encoded": True},
                {"log": repr(named)},
                {"rawQueryString": f"a=1&{next(iter(named))}={quote(secret)}"},
            ]
        )
    )
    return {"before": draw(PLAIN), "here": place, "after": draw(PLAIN)}, secret


def everything(value: Any) -> str:
    """Return a value as text, and again with its base64 decoded."""
    body = value["here"].get("body", "") if isinstance(value["here"], dict) else ""
    decoded = (
        base64.b64decode(body).decode() if value["here"] and '"isBase64Encoded": true' in json.dumps(value) else ""
    )
    return json.dumps(value) + json.dumps(value, ensure_ascii=False) + decoded


@given(hidden())
def test_no_secret_is_left(drawn: tuple[Any, str]) -> None:
    value, secret = drawn
    redacted = everything(redact(value))
    for form in (secret, json.dumps(secret)[1:-1], quote(secret)):
        assert form not in redacted


@given(PLAIN | hidden().map(lambda drawn: drawn[0]))
def test_the_structure_is_kept(value: Any) -> None:
    assert skeleton(value) == skeleton(redact(value))


@given(PLAIN | hidden().map(lambda drawn: drawn[0]))
def test_a_second_time_changes_nothing_and_the_same_comes_of_the_same(value: Any) -> None:
    once = redact(value)
    assert once == redact(value)
    assert once == redact(once)


LOOKS = st.one_of(
    *(
        st.from_regex(pattern, fullmatch=True)
        for pattern in (
            r"(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}",
            r"[a-z][A-Z][0-9][A-Za-z0-9/+]{37}",
            r"eyJ[A-Za-z0-9_-]{5,9}\.[A-Za-z0-9_-]{1,9}(\.[A-Za-z0-9_-]{0,9}){0,3}",
            r"(gh[opsur]_|github_pat_|glpat-|xox[abeoprs]-|[prs]k_(live|test)_|sk-|AIza)[A-Za-z0-9_-]{16,20}",
            r"-----BEGIN [A-Z ]{0,9}PRIVATE KEY-----[a-z]{6,9}-----END [A-Z ]{0,9}PRIVATE KEY-----",
        )
    )
)


@given(LOOKS, st.sampled_from(["", "seen ", "seen: <"]), st.sampled_from(["", " there", "\n"]))
def test_what_looks_like_a_secret_goes_however_short_the_text_around_it(secret: str, before: str, after: str) -> None:
    assert f"{before}{MARK}{after}" == Redactor().text(f"{before}{secret}{after}")


@given(st.from_regex(r"[A-Za-z0-9.~+/_-]{16,20}", fullmatch=True), st.sampled_from(["Bearer", "bearer", "Basic"]))
def test_what_follows_a_scheme_goes(secret: str, scheme: str) -> None:
    assert f"{scheme} {MARK}" == Redactor().text(f"{scheme} {secret}")
    assert f"{scheme.lower()}://{MARK}@host" == Redactor().text(f"{scheme.lower()}://me:{secret.replace('/', '')}@host")


@given(st.text())
def test_any_text_can_be_redacted_again(text: str) -> None:
    once = Redactor().text(text)
    assert once == Redactor().text(once)


@given(st.binary())
def test_any_bytes_can_be_redacted_again(payload: bytes) -> None:
    once = Redactor().payload(payload)
    assert once == Redactor().payload(once)


@pytest.mark.parametrize("text", [" " * 50_000 + ".", "A" * 50_000 + "=.", " " * 50_000 + "= ="])
def test_no_text_takes_the_square_of_its_length(text: str) -> None:
    started = time.monotonic()
    redact(text)
    assert time.monotonic() - started < 10
