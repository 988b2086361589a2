"""The table of shapes: complete, consistent, and the validator and reference page that are read from it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lambda_contracts.events import sample
from lambda_contracts.finding import Confidence, Severity
from lambda_contracts.shapes import FRONTS, HTTP_SHAPES, TABLE, Kind, Nothing, Shape, fingerprint, reference, validate
from lambda_contracts.shapes.kinds import fits
from lambda_contracts.shapes.rows import Row
from lambda_contracts.shapes.table import tree

WITH_ROWS = [shape for shape in Shape if shape is not Shape.DIRECT]


def test_every_shape_is_in_the_table_and_all_but_direct_have_rows() -> None:
    assert set(Shape) == set(TABLE)
    assert [Shape.DIRECT] == [shape for shape in Shape if not TABLE[shape]]
    assert set(FRONTS) < set(HTTP_SHAPES)


@pytest.mark.parametrize("shape", WITH_ROWS)
def test_no_two_rows_speak_of_one_place_and_every_row_has_a_parent(shape: Shape) -> None:
    paths = [row.path for row in TABLE[shape]]
    assert len(paths) == len(set(paths))
    for row in TABLE[shape]:
        above = row.path.rpartition("/")[0]
        assert above == "" or above in paths


@pytest.mark.parametrize("shape", WITH_ROWS)
def test_every_row_has_a_rule_and_only_objects_and_lists_have_rows_below(shape: Shape) -> None:
    kinds = {row.path: row.kind for row in TABLE[shape]}
    for row in TABLE[shape]:
        assert row.rule
        above = row.path.rpartition("/")[0]
        assert above == "" or kinds[above] in (Kind.OBJECT, Kind.LIST)


@pytest.mark.parametrize("shape", WITH_ROWS)
def test_every_shape_has_signs_that_its_own_sample_shows(shape: Shape) -> None:
    rows = fingerprint.signs(shape)
    assert rows
    assert all(fingerprint.shows(sample(shape), row) for row in rows)


@pytest.mark.parametrize("shape", list(Shape))
def test_the_sample_of_a_shape_validates(shape: Shape) -> None:
    assert () == validate(sample(shape), shape)


def _places(shape: Shape, *kinds: Nothing) -> list[Row]:
    return [row for row in TABLE[shape] if row.nothing in kinds and "*" not in row.path]


def _typed_places(shape: Shape) -> list[Row]:
    return [row for row in _places(shape, *Nothing) if row.kind is not Kind.ANY]


def _holder(event: Any, row: Row) -> tuple[dict[str, Any], str]:
    *above, key = row.path.split("/")[1:]
    for step in above:
        event = event[step]
    return event, key


@pytest.mark.parametrize("shape", FRONTS)
def test_a_missing_key_is_a_warning_at_its_place_with_the_rows_rule(shape: Shape) -> None:
    for row in _places(shape, Nothing.NEVER, Nothing.NULL, Nothing.EMPTY):
        event = sample(shape)
        holder, key = _holder(event, row)
        del holder[key]
        found = [(one.code, one.severity, one.place) for one in validate(event, shape)]
        assert [(row.rule, Severity.WARNING, row.path)] == found


@pytest.mark.parametrize("shape", FRONTS)
def test_a_value_of_another_kind_is_an_error_at_its_place(shape: Shape) -> None:
    for row in _typed_places(shape):
        event = sample(shape)
        holder, key = _holder(event, row)
        holder[key] = 1.5
        found = [(one.code, one.severity, one.place) for one in validate(event, shape)]
        assert [(row.rule, Severity.ERROR, row.path)] == found


@pytest.mark.parametrize("shape", FRONTS)
def test_null_is_right_only_where_the_table_says_so(shape: Shape) -> None:
    expected = {Nothing.NULL: [], Nothing.ABSENT: [Severity.WARNING]}
    for row in _typed_places(shape):
        event = sample(shape)
        holder, key = _holder(event, row)
        holder[key] = None
        assert expected.get(row.nothing, [Severity.ERROR]) == [one.severity for one in validate(event, shape)]


def test_an_unknown_key_is_a_warning_at_the_top_and_a_note_below() -> None:
    event = sample(Shape.REST)
    event["a/b~c"] = 1
    event["requestContext"]["new"] = 1
    found = {(one.place, one.severity, one.code) for one in validate(event, Shape.REST)}
    assert {("/a~1b~0c", Severity.WARNING, "R1"), ("/requestContext/new", Severity.NOTE, "R3")} == found


def test_every_record_is_looked_at() -> None:
    event = sample(Shape.SQS)
    event["Records"].append(sample(Shape.SQS)["Records"][0] | {"body": 1})
    assert ["/Records/1/body"] == [one.place for one in validate(event, Shape.SQS)]


def test_rules_that_are_only_documented_say_so() -> None:
    event = sample(Shape.ALB) | {"path": 1}
    assert [Confidence.DOCUMENTED] == [one.confidence for one in validate(event, Shape.ALB)]


def test_an_inferred_row_never_makes_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Row(path="/path", kind=Kind.TEXT, nothing=Nothing.NEVER, rule="R70", confidence=Confidence.INFERRED)
    monkeypatch.setitem(TABLE, Shape.ALB, (row,))
    tree.cache_clear()
    try:
        assert [Severity.WARNING] == [one.severity for one in validate({"path": 1}, Shape.ALB)]
    finally:
        tree.cache_clear()


@pytest.mark.parametrize("event", [None, [], "x", 1, True])
@pytest.mark.parametrize("shape", WITH_ROWS)
def test_what_is_no_object_is_one_error_at_the_whole(shape: Shape, event: Any) -> None:
    assert [("", Severity.ERROR)] == [(one.place, one.severity) for one in validate(event, shape)]


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("x", {Kind.TEXT}),
        (1, {Kind.INTEGER, Kind.NUMBER}),
        (1.5, {Kind.NUMBER}),
        (True, {Kind.FLAG}),
        (None, set()),
        ({"a": "b"}, {Kind.OBJECT, Kind.FREE, Kind.TEXTS}),
        ({"a": ["b"]}, {Kind.OBJECT, Kind.FREE, Kind.TEXT_LISTS}),
        (["a"], {Kind.LIST, Kind.TEXT_LIST}),
        ([1], {Kind.LIST}),
    ],
)
def test_json_values_are_of_these_kinds(value: Any, right: set[Kind]) -> None:
    assert right | {Kind.ANY} == {kind for kind in Kind if fits(value, kind)}


@pytest.mark.parametrize(
    ("pattern", "values", "others"),
    [
        ("x", ("x",), ("xy", "")),
        ("x*", ("x", "xy"), ("yx",)),
        ("*x", ("x", "yx"), ("xy",)),
        ("*x*", ("x", "axb"), ("ab",)),
    ],
)
def test_patterns_of_values(pattern: str, values: tuple[str, ...], others: tuple[str, ...]) -> None:
    assert all(fingerprint.like(value, (pattern,)) for value in values)
    assert not any(fingerprint.like(value, (pattern,)) for value in (*others, 1, None))


def test_the_reference_page_has_every_row_of_every_shape() -> None:
    page = reference()
    for shape in Shape:
        assert f"## {shape}\n" in page
        rows = re.findall(r"^\| `(/[^`]*)` \|", reference(shape), re.MULTILINE)
        assert [row.path for row in TABLE[shape]] == rows


def test_the_reference_pages_tables_have_one_width() -> None:
    lines = [line for line in reference().splitlines() if line.startswith("|")]
    assert {7} == {len(re.findall(r"(?<!\\)\|", line)) for line in lines}
