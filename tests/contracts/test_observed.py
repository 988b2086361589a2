"""The observed contract: summed up, kept in git, compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lambda_contracts.errors import ObservedError
from lambda_contracts.finding import Severity
from lambda_contracts.reports.observed import text
from lambda_contracts.tracing import Observed, Trace, differences, observe, parse

FILE = Path("fn/observed.json")


def read(path: str, kind: str = "string", operation: str = "getitem", line: int = 3) -> list[Any]:
    return [path, operation, kind, kind == "", "app.py", line]


def observed(*rows: list[Any], event: Any = None) -> Observed:
    return observe([({} if event is None else event, Trace.of(rows))])


def test_reads_of_one_path_are_summed_up() -> None:
    found = observe(
        [
            ({"n": 1}, Trace.of([read("/n", "number", line=9), read("/n", "number", line=12)])),
            ({"n": "1"}, Trace.of([read("/n", "string", "get", line=9)])),
            ({}, Trace.of([read("/n", "", line=12)])),
        ]
    )
    (one,) = found.reads
    assert ("/n", ("number", "string"), ("get", "getitem"), True) == (
        one.path,
        one.kinds,
        one.operations,
        one.missing,
    )
    assert ("app.py:9", "app.py:12") == one.lines


def test_an_index_is_any_index() -> None:
    found = observed(read("/Records/0/body"), read("/Records/1/body"), read("/Records/12#/7"), read("/v2/1a"))
    assert ["/Records/*#/*", "/Records/*/body", "/v2/1a"] == [one.path for one in found.reads]


@pytest.mark.parametrize(
    ("rows", "never"),
    [
        ([read("/body")], ("/c~2d", "/headers")),
        ([read("/body#/x")], ("/c~2d", "/headers")),
        ([read("/c~2d"), read("/headers/a")], ("/body",)),
        ([read("", "object", "items")], ()),
        ([read("", "object", "json.dumps")], ("/body", "/c~2d", "/headers")),
    ],
)
def test_keys_that_were_sent_and_never_asked_for_are_named(rows: list[list[Any]], never: tuple[str, ...]) -> None:
    """To dump the whole event into the log is no interest in its keys."""
    assert never == observed(*rows, event={"body": "", "headers": {}, "c#d": 1}).unread


def test_a_dump_of_the_whole_is_said_once() -> None:
    found = observed(read("", "object", "json.dumps"), read("/a", "object", "json.dumps"), read("/a", "object"))
    assert [("", ("json.dumps",)), ("/a", ("getitem",))] == [(one.path, one.operations) for one in found.reads]


def test_the_file_is_the_same_for_the_same_reads_wherever_they_stand() -> None:
    """Lines are not in it: moving code is no difference."""
    one = observed(read("/b"), read("/a", "number"), event={"z": 1, "é": 1})
    other = observed(read("/a", "number", line=40), read("/b", line=41), event={"é": 1, "z": 1})
    assert one.to_json() == other.to_json()
    assert list(json.loads(one.to_json())["reads"]) == ["/a", "/b"]
    assert json.loads(one.to_json()) == json.loads(json.dumps(one.document()))
    assert () == differences(parse(one.to_json(), FILE), other, Path("fn"))


def test_nothing_read_is_a_file_too() -> None:
    assert Observed(reads=(), unread=()) == parse(observed().to_json(), FILE)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([], [read("/q", "string", line=21)], [("warning", "/q", "now reads /q (app.py:21)")]),
        ([read("/q")], [], [("note", "/q", "no longer reads /q")]),
        ([read("/q")], [read("/q"), read("/q", "number")], [("warning", "/q", "now reads /q as number (app.py:3)")]),
        ([read("/q"), read("/q", "number")], [read("/q")], [("note", "/q", "no longer reads /q as number (app.py:3)")]),
        (
            [read("/q")],
            [read("/q"), read("/q", "")],
            [("note", "/q", "now looks for /q where it is missing (app.py:3)")],
        ),
        ([read("/q")], [read("/q", operation="get", line=99)], []),
        ([], [read("", "object", "items")], [("warning", "", "now reads the event (app.py:3)")]),
    ],
)  # fmt: skip
def test_a_difference_is_named_by_its_path_and_line(
    before: list[list[Any]], after: list[list[Any]], said: list[tuple[str, str, str]]
) -> None:
    saved = parse(observed(*before).to_json(), FILE)
    found = differences(saved, observed(*after), Path("fn"))
    assert said == [(str(one.severity), one.place, one.message) for one in found]
    for one in found:
        assert ("fn/app.py" if "app.py" in one.message else None) == one.file
        assert one.severity is not Severity.ERROR


@pytest.mark.parametrize(
    "broken",
    ["", "{", "[]", "7", "{}", '{"version": 2}', '{"version": 1, "reads": [], "never": []}',
     '{"version": 1, "reads": {"/a": {}}, "never": []}', '{"version": 1, "reads": {"/a": 7}, "never": []}'],
)  # fmt: skip
def test_a_broken_file_is_told_of(broken: str) -> None:
    with pytest.raises(ObservedError, match=r"fn/observed\.json: .*--update-observed"):
        parse(broken, FILE)


def test_the_text_reads_path_by_path() -> None:
    found = observed(
        read("/body#/n", "number"), read("/body#/n", ""), read("/h", "object", "items", 8), event={"body": "", "v": 1}
    )
    assert [
        "fn reads",
        "  /body#/n  number or missing; app.py:3",
        "  /h        object; its items; app.py:8",
        "fn never reads",
        "  /v",
    ] == text("fn", found, lambda text, _: text).splitlines()
    assert "nothing of its events" in text("fn", observed(), lambda text, _: text)
