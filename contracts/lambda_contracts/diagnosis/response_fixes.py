"""The change that mends an answer: new text for the expression that a handler returns."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from types import MappingProxyType

from lambda_contracts.diagnosis.fixes import Edit, difference, source_of
from lambda_contracts.diagnosis.modules import Module

Fixer = Callable[[ast.expr, str, Module], Edit | None]
_DUMPS = ("import json",)


def fixed_answer(code: str, node: ast.Return, place: str, file: str, module: Module) -> str:
    """Return the change for a code at a place of the result as a unified diff, or `` where one line is not enough."""
    fixer = _FIXERS.get(code)
    edit = fixer(node.value, place, module) if fixer and node.value else None
    return difference(edit, file, module) if edit else ""


def _enveloped(value: ast.expr, _: str, module: Module) -> Edit | None:
    text = source_of(value, module)
    return Edit(value, f'{{"statusCode": 200, "body": json.dumps({text})}}', _DUMPS) if text else None


def _at(value: ast.expr, place: str) -> ast.expr | None:
    """Return the expression at a place of a dict that is written out."""
    for step in place.split("/")[1:]:
        if not isinstance(value, ast.Dict):
            return None
        known = dict(zip((getattr(key, "value", None) for key in value.keys), value.values, strict=True))
        if step not in known:
            return None
        value = known[step]
    return value


def _wrapped(template: str, imports: tuple[str, ...] = ()) -> Fixer:
    def fix(value: ast.expr, place: str, module: Module) -> Edit | None:
        node = _at(value, place) if place else None
        text = source_of(node, module) if node else ""
        return Edit(node, template.format(text), imports) if node and text else None

    return fix


def _with_status(value: ast.expr, _: str, module: Module) -> Edit | None:
    text = source_of(value, module)
    if not isinstance(value, ast.Dict) or not value.keys or not text:
        return None
    return Edit(value, f'{{"statusCode": 200, {text.removeprefix("{")}')


def _with_default(value: ast.expr, _: str, module: Module) -> Edit | None:
    """Give the only json.dumps of the answer a default."""
    calls = [
        node
        for node in ast.walk(value)
        if isinstance(node, ast.Call) and module.qualified(node.func) == "json.dumps" and not node.keywords
    ]
    text = source_of(calls[0], module) if len(calls) == 1 else ""
    return Edit(calls[0], f"{text.removesuffix(')')}, default=float)") if text else None


_FIXERS: Mapping[str, Fixer] = MappingProxyType(
    {
        "P01": _enveloped,
        "P02": _wrapped("json.dumps({})", _DUMPS),
        "P05": _with_default,
        "P07": _wrapped("str({})"),
        "P08": _wrapped("[{}]"),
        "P12": _with_status,
        "P15": _enveloped,
    }
)
