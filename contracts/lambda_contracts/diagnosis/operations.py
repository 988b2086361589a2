"""What a handler calls on parts of the event, done for real where that is harmless: pure, and cheap."""

from __future__ import annotations

import ast
import base64
import ipaddress
import json
import operator
import urllib.parse
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

CALLS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "json.loads": json.loads,
        "base64.b64decode": base64.b64decode,
        "urllib.parse.unquote_plus": urllib.parse.unquote_plus,
        "urllib.parse.unquote": urllib.parse.unquote,
        "urllib.parse.parse_qs": urllib.parse.parse_qs,
        "ipaddress.ip_address": ipaddress.ip_address,
        "int": int,
        "float": float,
        "str": str,
        "bool": bool,
        "len": len,
        "range": range,
    }
)
"""Functions by qualified name."""

METHODS = frozenset(
    {"get", "items", "keys", "values"}
    | {"lower", "upper", "title", "casefold", "isdigit", "strip", "lstrip", "rstrip", "encode", "decode"}
    | {"split", "rsplit", "partition", "rpartition", "startswith", "endswith", "removeprefix", "removesuffix"}
)
"""Methods of JSON's own types that change nothing."""

OPERATORS: Mapping[type[ast.AST], Callable[[Any, Any], Any]] = MappingProxyType(
    {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Div: operator.truediv,
        ast.FloorDiv: operator.floordiv,
        ast.Mod: operator.mod,
        ast.Mult: operator.mul,
        ast.Eq: operator.eq,
        ast.NotEq: operator.ne,
        ast.Lt: operator.lt,
        ast.LtE: operator.le,
        ast.Gt: operator.gt,
        ast.GtE: operator.ge,
        ast.Is: operator.is_,
        ast.IsNot: operator.is_not,
        ast.In: lambda one, other: one in other,
        ast.NotIn: lambda one, other: one not in other,
    }
)
"""Operators of two values."""

PLAIN = (str, bytes, int, float, bool, dict, list, tuple, set, range, type(None))
_KINDS = {"dict": dict, "list": list, "str": str, "bytes": bytes, "int": int, "float": float, "bool": bool}


def explodes(kind: type[ast.AST], one: Any, other: Any) -> bool:
    """Whether an operator may make something huge of two values: it is not worth doing."""
    if kind is ast.Mod:
        return isinstance(one, str | bytes)
    return kind is ast.Mult and not (isinstance(one, str) and isinstance(other, str))


def is_instance(value: Any, kinds: list[str]) -> bool | None:
    """Do isinstance by names of JSON's types; None when a name is of something else."""
    known = [_KINDS.get(kind) for kind in kinds]
    if None in known:
        return None
    return isinstance(value, tuple(kind for kind in known if kind))
