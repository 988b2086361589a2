"""Where in the file a key stands, for what is wrong with its value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from operator import eq
from pathlib import Path

from lambda_contracts.errors import ContractError

_MULTILINE = re.compile(r"(\"{3}|'{3}).*?\1", re.DOTALL)
_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r'\s*((?:"[^"]*"|[\w.-])+)\s*=')


def mistake(file: Path, text: str, problem: str, keys: Sequence[str], hint: str) -> ContractError:
    """Return the error that says what is wrong with the value under a key path, such as `case`, `1`, `payload`."""
    return ContractError(file, problem, key=".".join(keys), line=line_of(text, keys), hint=hint)


def line_of(text: str, keys: Sequence[str]) -> int | None:
    """Return the line (1-based) where a key path such as `["case", "1", "payload"]` stands, as near as it is found."""
    tables: dict[str, int] = {}
    current, found, best = "", None, 0
    plain = _MULTILINE.sub(lambda match: "\n" * match[0].count("\n"), text)
    for number, line in enumerate(plain.splitlines(), 1):
        if header := _HEADER.match(line):
            names = header[2].replace('"', "").strip().split(".")
            here = current = _place(names, tables, new=header[1] == "[[")
        elif key := _KEY.match(line):
            here = f"{current}.{key[1]}".replace('"', "").lstrip(".")
        else:
            continue
        shared = len(list(takewhile(bool, map(eq, here.split("."), keys))))
        if shared > best:
            best, found = shared, number
    return found


def _place(names: Sequence[str], counts: dict[str, int], *, new: bool) -> str:
    """Return a header's key path: `case.1.body`. `counts` has the index of each array's last table so far."""
    path = ""
    for index, name in enumerate(names, 1):
        path = f"{path}.{name}".lstrip(".")
        if new and index == len(names):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = f"{path}.{counts[path]}"
    return path
