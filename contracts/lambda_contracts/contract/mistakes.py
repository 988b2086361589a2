"""What the types refuse, told in the words of TOML: the problem, its keys, a hint."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

import msgspec

from lambda_contracts.api import AuthorizerKind
from lambda_contracts.contract.cases import ACCEPTED, Case, Shapes
from lambda_contracts.contract.cloud_function import CloudFunction
from lambda_contracts.contract.document import Budget, Document, Fuzz
from lambda_contracts.contract.function import Function
from lambda_contracts.contract.routes import AuthorizerTable, CorsTable, RouteTable
from lambda_contracts.contract.setup import KEY_VALUES, DynamoTable, Setup, TableKey
from lambda_contracts.contract.table import Table

_TABLES: dict[str, type[Table]] = {
    "function": Function,
    "cloud_function": CloudFunction,
    "setup": Setup,
    "setup.tables": DynamoTable,
    "setup.tables.partition_key": TableKey,
    "setup.tables.sort_key": TableKey,
    "route": RouteTable,
    "authorizer": AuthorizerTable,
    "cors": CorsTable,
    "shapes": Shapes,
    "case": Case,
    "budget": Budget,
    "fuzz": Fuzz,
}
_CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "kind": ("kind", tuple(AuthorizerKind)),
    "type": ("type of a key", tuple(KEY_VALUES)),
    "payload_version": ("payload version", ("1.0", "2.0")),
}
_WORDS = {"int": "an integer", "str": "a string", "array": "a list", "object": "a table", "bool": "a boolean"}


def told(error: msgspec.ValidationError) -> tuple[str, list[str], str]:
    """Say a decoding error in the words of TOML: the problem, its keys, and a hint."""
    problem, _, place = str(error).partition(" - at `$")
    keys = [key for key in re.findall(r"[^.\[\]`]+", place) if key != "..."]
    if found := re.search(r"unknown field `(.+)`", problem):
        keys.append(found[1])
        return "there is no such key.", keys, _nearest(found[1], described(keys))
    if found := re.search(r"missing required field `(.+)`", problem):
        keys.append(found[1])
        return "it is missing.", keys, described(keys).get(found[1], "")
    if found := re.search(r"enum value '(.+)'", problem, re.DOTALL):
        what, choices = _CHOICES.get(keys[-1], ("shape", ACCEPTED))
        return f"there is no {what} `{found[1]}`.", keys, _nearest(found[1], choices)
    if found := re.match(r"Expected `(\w+)[^`]*`(.*?)(?:, got `(\w+)`)?$", problem):
        wanted, limit, got = found.groups()
        problem = f"it has to be {_WORDS.get(wanted, wanted)}{limit}" + (
            f", not {_WORDS.get(got, f'a {got}')}" if got else ""
        )
    known = described(keys)
    return f"{problem}.", keys, next((known[key] for key in reversed(keys) if key in known), "")


def described(keys: Sequence[str]) -> dict[str, str]:
    """Return the keys known where a key path leads, each with its description."""
    names = [key for key in keys[:-1] if not key.isdigit()]
    paths = (".".join(names[:length]) for length in range(len(names), 0, -1))
    table: type[Table] = next((_TABLES[path] for path in paths if path in _TABLES), Document)
    properties = msgspec.json.schema(table)["$defs"][table.__name__]["properties"]
    return {name: schema.get("description", "") for name, schema in properties.items()}


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean `{near[0]}`?" if near else f"Known here: {', '.join(known)}."
