"""What a handler was observed to read becomes the places that fuzzing changes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, find, settings
from lambda_contracts import strategies
from lambda_contracts.events import build
from lambda_contracts.http import Request
from lambda_contracts.mutations import HEADER_CHANGES, PARAMETER_CHANGES, Path
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape, validate
from lambda_contracts.targets import Targets, targets
from lambda_contracts.tracing import Observed, Read

REQUEST = Request(
    method="POST", path="/", query="q=1&other=2", headers=(("X-Api-Key", "k"), ("Accept", "*/*")), body=b'{"a": 1}'
)


def of(reads: dict[str, list[str]]) -> Targets:
    return targets(
        Observed(
            reads=tuple(
                Read(path=path, kinds=("object",), operations=tuple(how), missing=True) for path, how in reads.items()
            ),
            unread=(),
        )
    )


BODY = {"/body": ["get", "json.loads"]}
PAYLOAD = {"a": 1, "deep": {"b": [1, 2]}, "items": [{"n": 1, "m": {"o": 2}}, {"n": 2}]}


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        (BODY | {"/body#/a": ["getitem"]}, [(), ("a",)]),
        (BODY | {"/body#/species": ["get"]}, [(), ("species",)]),
        ({"/a": ["in"], "/species": ["get"]}, [(), ("a",), ("species",)]),
        (BODY | {"/body#/items": ["get"], "/body#/items/*/n": ["getitem"]}, [(), ("items",), ("items", 0, "n")]),
        (BODY | {"/body#/deep": ["getitem"]}, [(), ("deep",), ("deep", "b"), ("deep", "b", 0), ("deep", "b", 1)]),
        (BODY | {"/body#/deep": ["getitem"], "/body#/deep/c": ["get"]}, [(), ("deep",), ("deep", "c")]),
        (BODY | {"/body#/deep": ["items"], "/body#/deep/c": ["get"]}, [(), ("deep",), ("deep", "b"), ("deep", "b", 0),
            ("deep", "b", 1), ("deep", "c")]),
        (BODY | {"/body#/a/b/c": ["get"]}, [()]),
        (BODY | {"/body#/a~1b~2~0": ["get"]}, [(), ("a/b#~",)]),
        (BODY | {"/body#/a#/inner": ["getitem"]}, [(), ("a",)]),
        (BODY, [(), ("a",), ("deep",), ("items",), ("deep", "b"), ("items", 0), ("items", 1), ("deep", "b", 0),
            ("deep", "b", 1), ("items", 0, "n"), ("items", 0, "m"), ("items", 1, "n"), ("items", 0, "m", "o")]),
        ({"/headers": ["get"]}, [()]),
    ],
)  # fmt: skip
def test_the_places_of_a_payload_are_those_that_are_read(reads: Any, expected: list[Path]) -> None:
    assert expected == of(reads).places(PAYLOAD)


@pytest.mark.parametrize("payload", [None, 1, "text", [], [1]])
def test_any_payload_has_its_whole_as_a_place(payload: Any) -> None:
    assert () == of(BODY | {"/body#/a/b": ["get"]}).places(payload)[0]


def test_headers_parameters_and_context_are_those_that_are_read() -> None:
    found = of(
        {
            "/headers": ["get"],
            "/headers/X-Api-Key": ["get"],
            "/multiValueHeaders/x-api-key": ["get"],
            "/queryStringParameters/q": ["get"],
            "/requestContext": ["get"],
            "/requestContext/authorizer": ["get"],
        }
    )
    assert (("x-api-key",), ("q",)) == (found.headers, found.parameters)
    assert (("requestContext",), ("requestContext", "authorizer")) == found.context
    assert (("headers",),) == found.typed
    assert len(HEADER_CHANGES) + len(PARAMETER_CHANGES) == len(list(found.around()))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("absent", []),
        ("empty", [("x-api-key", "")]),
        ("twice", [("x-api-key", "a"), ("x-api-key", "b")]),
        ("other case", [("X-API-KEY", "a")]),
    ],
)
def test_only_the_header_that_is_read_is_changed(change: str, expected: Any) -> None:
    assert (("Accept", "*/*"), *expected) == HEADER_CHANGES[change](REQUEST, "x-api-key").headers


@pytest.mark.parametrize(
    ("change", "expected"),
    [("absent", ""), ("empty", "&q="), ("without a value", "&q"), ("twice", "&q=a&q=b"), ("other case", "&Q=a")],
)
def test_only_the_parameter_that_is_read_is_changed(change: str, expected: str) -> None:
    assert f"other=2{expected}" == PARAMETER_CHANGES[change](REQUEST, "q").query


@pytest.mark.parametrize("shape", [Shape.REST, Shape.HTTP_V2, Shape.ALB, Shape.CONSOLE_TEST])
@pytest.mark.parametrize("number", range(len(HEADER_CHANGES) + len(PARAMETER_CHANGES)))
def test_a_changed_request_is_one_that_aws_could_have_sent(shape: Shape, number: int) -> None:
    change = list(of({"/headers/x-api-key": ["get"], "/queryStringParameters/q": ["get"]}).around())[number]
    assert () == validate(build(change(REQUEST), shape), shape)


def test_an_event_is_changed_only_to_what_aws_could_have_sent() -> None:
    found = of({"/requestContext": ["get"], "/requestContext/authorizer": ["get"], "/stageVariables": ["get"]})
    event = build(REQUEST, Shape.REST, Route(stage_variables={"table": "wines"}))
    places = {place for place, _ in found.edits(event, Shape.REST)}
    assert {("requestContext", "authorizer"), ("stageVariables",)} == places


def test_a_direct_event_gets_the_keys_that_the_handler_looks_for() -> None:
    found = of({"/headers": ["get"], "/requestContext": ["in"], "/httpMethod": ["in"]})
    changes = [change for place, change in found.edits({"a": 1}, Shape.DIRECT) if place == ("headers",)]
    assert None in [change("text") for change in changes]
    assert {("headers",)} == {place for place, _ in found.edits({"a": 1}, Shape.DIRECT)}


def test_payloads_are_drawn_with_changes_of_what_is_read_only() -> None:
    quick = settings(max_examples=2000, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    payloads = strategies.payloads(like=[{"a": 1, "b": 2}], reads=of(BODY | {"/body#/species": ["get"]}))
    drawn: list[Any] = []

    def is_species_null(payload: Any) -> bool:
        drawn.append(payload)
        return isinstance(payload, dict) and "species" in payload and payload["species"] is None

    assert {"a": 1, "b": 2, "species": None} == find(payloads, is_species_null, settings=quick)
    kept = [payload for payload in drawn if isinstance(payload, dict) and "species" in payload]
    assert all((1, 2) == (payload.get("a"), payload.get("b")) for payload in kept)
