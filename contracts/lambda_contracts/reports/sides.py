"""Two texts side by side, line by line, with what differs marked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from lambda_contracts.checks.cases import body_value
from lambda_contracts.http import Response
from lambda_contracts.reports.text import printable

LINES = 400
"""A longer text is cut: no one reads on, and comparing takes the square of it."""
WIDTH = 2_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line; `differs` says that the other side has another one there, or none. Empty where only the other has one."""

    text: str = ""
    differs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side: what it is, and its lines."""

    title: str
    lines: tuple[Line, ...]


def alone(title: str, lines: Sequence[str]) -> Side:
    """Return a side that is compared with nothing."""
    return Side(title=title, lines=tuple(Line(line) for line in lines))


def beside(left_title: str, left: Sequence[str], right_title: str, right: Sequence[str]) -> tuple[Side, Side]:
    """Return two sides of as many lines each, so that equal ones stand beside each other."""
    pairs = list(_aligned(left, right))
    return (
        Side(title=left_title, lines=tuple(one for one, _ in pairs)),
        Side(title=right_title, lines=tuple(other for _, other in pairs)),
    )


def json_lines(value: Any) -> list[str]:
    """Return a JSON value as lines to read."""
    try:
        text = json.dumps(value, indent=2, ensure_ascii=False)
    except RecursionError:
        text = "(nested too deep to be shown)"
    return cut(text.split("\n"))


def answer_lines(response: Response) -> list[str]:
    """Return what the client gets as lines: status, headers, body."""
    body = body_value(response)
    shown = body.split("\n") if isinstance(body, str) else json_lines(body)
    headers = [f"{name}: {value}" for name, value in response.headers]
    return cut([f"status {response.status}", *headers, "", *(shown if response.body else [])])


def cut(lines: Sequence[str]) -> list[str]:
    """Return lines that can be shown: escaped, and no more or longer ones than anybody reads."""
    shown = [line if len(line) <= WIDTH else f"{line[:WIDTH]}... ({len(line):,} characters)" for line in lines[:LINES]]
    more = [f"... ({len(lines):,} lines)"] if len(lines) > LINES else []
    return [printable(line) for line in shown + more]


def _aligned(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[Line, Line]]:
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        differs = tag != "equal"
        ones, others = left[start:end], right[other_start:other_end]
        for one, other in zip_longest(ones, others):
            yield (
                Line() if one is None else Line(one, differs),
                Line() if other is None else Line(other, differs),
            )
