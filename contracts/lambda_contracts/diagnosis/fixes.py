"""The change that mends a line, where one line is enough: new text for an expression of the user's own."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lambda_contracts.diagnosis.modules import Module
from lambda_contracts.diagnosis.values import Fault


@dataclass(frozen=True, slots=True)
class Edit:
    """New text for an expression, and the modules that it needs, as import statements."""

    node: ast.AST
    text: str
    imports: tuple[str, ...] = ()


Fixer = Callable[[Fault, Module], Edit | None]
_UNQUOTE = "from urllib.parse import unquote_plus"


def fixed(code: str, fault: Fault, file: str, module: Module) -> str:
    """Return the change for a fault of a code as a unified diff without context, or `` where one line is not enough."""
    fixer = _FIXERS.get(code)
    edit = fixer(fault, module) if fixer else None
    return difference(edit, file, module) if edit else ""


def difference(edit: Edit, file: str, module: Module) -> str:
    """Write an edit as a unified diff without context; `` for an expression that spans lines."""
    node = edit.node
    if not isinstance(node, ast.expr) or node.lineno != node.end_lineno:
        return ""
    old = list(module.lines)
    new = list(old)
    line = old[node.lineno - 1].encode()
    new[node.lineno - 1] = (line[: node.col_offset] + edit.text.encode() + line[node.end_col_offset :]).decode()
    for statement in edit.imports:
        name = statement.rpartition(" ")[2]
        if name not in module.imports:
            new.insert(_first_line(module), statement)
    return "".join(difflib.unified_diff(_ended(old), _ended(new), file, file, n=0))


def _ended(lines: list[str]) -> list[str]:
    return [f"{line}\n" for line in lines]


def _first_line(module: Module) -> int:
    """Return the index of the line that a new import goes to."""
    for node in module.tree.body:
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not future and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            return node.lineno - 1
    return 0


def source_of(node: ast.AST, module: Module) -> str:
    """Return the source of an expression; `` where it spans lines."""
    if not isinstance(node, ast.expr) or node.lineno != node.end_lineno:
        return ""
    return module.lines[node.lineno - 1].encode()[node.col_offset : node.end_col_offset].decode()


def _holder_node(node: ast.AST) -> ast.expr | None:
    """Return what `x[key]` or `x.get(key)` is read from: `x`."""
    if isinstance(node, ast.Subscript):
        return node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        return node.func.value
    return None


def _holder(node: ast.AST, module: Module) -> str:
    """Return the source of what `x["key"]` or `x.get("key")` is read from: `x`; `` for a key that may be another."""
    holder = _holder_node(node)
    key = node.slice if isinstance(node, ast.Subscript) else next(iter(getattr(node, "args", ())), None)
    return source_of(holder, module) if holder is not None and isinstance(key, ast.Constant) else ""


def _guarded(node: ast.AST, key: str, stand_in: str, module: Module) -> str:
    """Return an expression that is `stand_in` where the value under a key is null, absent or empty."""
    if isinstance(node, ast.Name):
        return f"({node.id} or {stand_in})"
    holder = _holder(node, module)
    return f'({holder}.get("{key}") or {stand_in})' if holder else ""


def _body(fault: Fault, module: Module) -> Edit | None:
    node = fault.node if isinstance(fault.error, KeyError) else fault.subject_node
    if fault.operation not in ("index", "json.loads") or (fault.operation == "index" and node is not fault.node):
        return None
    text = _guarded(node, "body", '"{}"', module)
    return Edit(node, text) if text else None


def _map(fault: Fault, module: Module) -> Edit | None:
    """Guard a map that may be null or absent, and what is read of it."""
    place = fault.place or ()
    itself = len(place) == 1 and isinstance(fault.error, KeyError)
    node = fault.node if itself else fault.subject_node
    guarded = isinstance(node, ast.BoolOp) or (isinstance(node, ast.Name) and len(place) > 1)
    text = source_of(node, module) if guarded else _guarded(node, str(place[0]), "{}", module)
    if not text:
        return None
    parent = _parent(node, module)
    if isinstance(parent, ast.Subscript) and parent.value is node:
        return Edit(parent, f"{text}.get({source_of(parent.slice, module)})")
    return Edit(node, text)


def _parent(node: ast.AST, module: Module) -> ast.AST | None:
    for candidate in ast.walk(module.tree):
        if any(child is node for child in ast.iter_child_nodes(candidate)):
            return candidate
    return None


def _loads_if_text(fault: Fault, module: Module) -> Edit | None:
    text, call = source_of(fault.subject_node, module), source_of(fault.node, module)
    if not text or not call or fault.operation != "json.loads":
        return None
    return Edit(fault.node, f"({call} if isinstance({text}, str) else {text})")


def _loads(fault: Fault, module: Module) -> Edit | None:
    text = source_of(fault.subject_node, module)
    return Edit(fault.subject_node, f"json.loads({text})", ("import json",)) if text else None


def _decoded(fault: Fault, module: Module) -> Edit | None:
    text, holder = source_of(fault.subject_node, module), _holder(fault.subject_node, module)
    if not holder:
        return None
    text = f'base64.b64decode({text}) if {holder}.get("isBase64Encoded") else {text}'
    return Edit(fault.subject_node, text, ("import base64",))


def _decoded_if_flagged(fault: Fault, module: Module) -> Edit | None:
    call = fault.node if fault.operation == "base64.b64decode" else fault.subject_node
    argument = call.args[0] if isinstance(call, ast.Call) and call.args else None
    holder = _holder(argument, module) if argument else ""
    if not holder or argument is None:
        return None
    text = f'({source_of(call, module)} if {holder}.get("isBase64Encoded") else {source_of(argument, module)})'
    return Edit(call, text)


def _any_case(fault: Fault, module: Module) -> Edit | None:
    key, holder = fault.key, _holder(fault.subject_node, module)
    if fault.operation != "index" or not isinstance(key, str) or not holder:
        return None
    lowered = f'{{name.lower(): value for name, value in ({holder}.get("headers") or {{}}).items()}}'
    return Edit(fault.node, f"{lowered}[{key.lower()!r}]".replace("'", '"'))


_NEWER = {
    "httpMethod": '({0}.get("httpMethod") or {0}["requestContext"]["http"]["method"])',
    "path": '({0}.get("path") or {0}["rawPath"])',
}
_OLDER = {
    "rawPath": '({0}.get("rawPath") or {0}["path"])',
}


def _renamed(names: Mapping[str, str]) -> Fixer:
    def fix(fault: Fault, module: Module) -> Edit | None:
        holder = _holder(fault.node, module)
        if not holder or fault.place is None or len(fault.place) != 1 or fault.key not in names:
            return None
        return Edit(fault.node, names[fault.key].format(holder))

    return fix


def _single_or_multi(fault: Fault, module: Module) -> Edit | None:
    holder = _holder(fault.node, module)
    if fault.place is None or len(fault.place) != 1 or not holder:
        return None
    name = str(fault.place[0])
    multi = f"multiValue{name[0].upper()}{name[1:]}"
    last = f'{{name: values[-1] for name, values in {holder}["{multi}"].items()}}'
    return Edit(fault.node, f'({holder}.get("{name}") or {last})')


def _number(fault: Fault, module: Module) -> Edit | None:
    text = source_of(fault.subject_node, module)
    return Edit(fault.subject_node, f"int({text})") if text else None


def _payload(fault: Fault, module: Module) -> Edit | None:
    node = _holder_node(fault.node)
    holder = source_of(node, module) if node is not None else ""
    if node is None or not holder or fault.place is None or len(fault.place) != 1:
        return None
    return Edit(node, f'(json.loads({holder}["body"]) if "body" in {holder} else {holder})', ("import json",))


def _event_itself(fault: Fault, module: Module) -> Edit | None:
    parent = _parent(fault.node, module)
    holder = _holder(fault.node, module)
    if not isinstance(parent, ast.Call) or module.qualified(parent.func) != "json.loads" or not holder:
        return None
    return Edit(parent, f'({source_of(parent, module)} if "body" in {holder} else {holder})')


def _records(fault: Fault, module: Module) -> Edit | None:
    holder = _holder(fault.node, module)
    return Edit(fault.node, f'{holder}.get("Records", [])') if holder and fault.place == ("Records",) else None


def unquoted(node: ast.AST, module: Module) -> Edit | None:
    """Return the edit that decodes what an expression reads of a URL."""
    text = source_of(node, module)
    return Edit(node, f"unquote_plus({text})", (_UNQUOTE,)) if text else None


_FIXERS: Mapping[str, Fixer] = MappingProxyType(
    {
        "E01": _payload,
        "E02": _event_itself,
        "E03": _loads_if_text,
        "E04": _loads,
        "E05": _body,
        "E06": _body,
        "E07": _body,
        "E08": _body,
        "E09": _decoded,
        "E10": _decoded_if_flagged,
        "E13": _map,
        "E14": _map,
        "E15": _map,
        "E16": _map,
        "E17": _map,
        "E18": _any_case,
        "E20": _renamed(_NEWER),
        "E21": _renamed(_OLDER),
        "E27": _single_or_multi,
        "E29": _number,
        "E32": _records,
    }
)
