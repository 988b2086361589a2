"""HCL's expressions, as far as they can be known without Terraform: what cannot is Unresolved, where it stands.

Source: the HCL native syntax specification; Terraform's documentation of expressions.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_emulator.templates.intrinsics import Unresolved, text
from lambda_emulator.templates.reading import Map, Place
from lambda_emulator.templates.terraform import hcl
from lambda_emulator.templates.terraform.functions import FUNCTIONS, Failed
from lambda_emulator.templates.terraform.hcl import Expression, parts, word

if TYPE_CHECKING:
    from lambda_emulator.templates.terraform.hcl import Node

Attribute = Callable[[str], Any]
"""What an attribute of something is; Unresolved when it is not known."""


@dataclass(frozen=True, slots=True)
class Named:
    """Something that has attributes and is no value of its own: `var`, `path`, a resource."""

    attribute: Attribute


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean in an expression; `place` is where it stands."""

    names: Mapping[str, Any]
    place: Place
    other: Attribute = field(default=lambda name: Unresolved(f"there is no `{name}` here"))

    def within(self, **names: Any) -> Scope:
        """Return the scope with some names more."""
        return Scope({**self.names, **names}, self.place, self.other)

    def look_up(self, name: str) -> Any:
        """Return what a name means."""
        return self.names[name] if name in self.names else self.other(name)


def evaluate(expression: Expression, scope: Scope) -> Any:
    """Return the value of an expression: a text, number, boolean, None, list or Map, or Unresolved."""
    value = _value(expression.node, Scope(scope.names, expression.place, scope.other))
    return Unresolved("a resource as a whole is not a value here") if isinstance(value, Named) else value


def render(template: str, scope: Scope) -> Any:
    """Return a template's text with its interpolations carried out: a heredoc, a file of `templatefile`."""
    if re.search(r"(?<!%)%\{", template):
        return Unresolved("template directives are not evaluated here")
    return _joined(list(_interpolated(template, scope)))


def _value(node: Node, scope: Scope) -> Any:
    read = _NODES.get(str(node.data))
    return read(node, scope) if read else Unresolved(f"`{node.data}` is not evaluated here")


def _inner(node: Node, scope: Scope) -> Any:
    return _value(next(parts(node)), scope)


# --- texts -----------------------------------------------------------------------------------------------------------

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def _string(node: Node, scope: Scope) -> Any:
    values = [_string_part(part, scope) for part in parts(node)]
    return values[0] if len(values) == 1 else _joined(values)


def _string_part(node: Node, scope: Scope) -> Any:
    inside = next(parts(node), None)
    if inside is None:
        written = word(node)
        if written.startswith(("$${", "%%{")):
            return written[1:]
        return re.sub(r"\\(?:u([0-9a-fA-F]{4})|(.))", _unescaped, "".join(map(str, node.children)))
    if inside.data == "interpolation":
        return _inner(inside, scope)
    return Unresolved("template directives are not evaluated here")


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _ESCAPES.get(match[2], match[0])


def _joined(values: Sequence[Any]) -> Any:
    for value in values:
        if isinstance(value, Unresolved):
            return value
        if isinstance(value, list | dict | Named):
            return Unresolved("a list or an object stands in a text")
    return "".join(map(text, values))


def _heredoc(node: Node, scope: Scope) -> Any:
    lines = str(node.children[0]).rstrip("\n").splitlines()[1:-1]
    if node.data == "heredoc_template_trim":
        indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        lines = [line[indent:] for line in lines]
    return render("".join(f"{line}\n" for line in lines), scope)


def _interpolated(template: str, scope: Scope) -> Iterator[Any]:
    """Yield the texts and the values of a template, one after the other."""
    while (start := template.find("${")) >= 0:
        if template[start - 1 : start] == "$":
            yield template[:start] + "{"
            template = template[start + 2 :]
            continue
        end = _closing(template, start + 2)
        yield template[:start]
        body = hcl.parse(f"value = {template[start + 2 : end]}", scope.place.file, line=scope.place.line)
        yield _value(list(parts(next(parts(body))))[1], scope)
        template = template[end + 1 :]
    yield template


def _closing(template: str, start: int) -> int:
    """Return where the brace is closed that was opened before `start`."""
    depth, quoted = 1, False
    for index in range(start, len(template)):
        if template[index] == '"' and template[index - 1] != "\\":
            quoted = not quoted
        elif not quoted:
            depth += {"{": 1, "}": -1}.get(template[index], 0)
            if not depth:
                return index
    return len(template)


# --- collections -----------------------------------------------------------------------------------------------------


def _tuple(node: Node, scope: Scope) -> Any:
    return [_value(one, scope) for one in parts(node)]


def _object(node: Node, scope: Scope) -> Any:
    values: dict[str, Any] = {}
    places: dict[str, Place] = {}
    for element in parts(node):
        key_node, value_node = parts(element)
        key = _key(key_node, scope)
        if isinstance(key, Unresolved):
            return key
        place = Place(scope.place.file, scope.place.line + element.meta.line - node.meta.line)
        values[key], places[key] = _value(value_node, Scope(scope.names, place, scope.other)), place
    return Map(values, scope.place, places)


def _key(node: Node, scope: Scope) -> Any:
    """Return an object's key: a bare word is itself, anything else is evaluated."""
    inside = next(parts(node), node)
    if inside.data == "keyword" or (inside.data == "expr_term" and next(parts(inside)).data == "identifier"):
        return word(inside)
    value = _value(inside, scope)
    return value if isinstance(value, Unresolved) else text(value)


def _for(node: Node, scope: Scope) -> Any:
    intro, *rest = parts(node)
    *names, over = parts(intro)
    values = _value(over, scope)
    if not isinstance(values, list | dict):
        return values if isinstance(values, Unresolved) else Unresolved("`for` goes over what is no collection")
    pairs = list(values.items()) if isinstance(values, dict) else list(enumerate(values))
    condition = next((one for one in rest if one.data == "for_cond"), None)
    results = [one for one in rest if one.data != "for_cond"]
    found = []
    for pair in pairs:
        given = pair if len(names) == 2 else pair[1:]
        inside = scope.within(**dict(zip(map(word, names), given, strict=True)))
        held = True if condition is None else _inner(condition, inside)
        if isinstance(held, Unresolved):
            return held
        if held:
            found.append([_value(one, inside) for one in results])
    if node.data == "for_tuple_expr":
        return [one[0] for one in found]
    unknown = next((one[0] for one in found if isinstance(one[0], Unresolved)), None)
    return unknown or Map({text(key): value for key, value in found}, scope.place, {})


# --- operators -------------------------------------------------------------------------------------------------------

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "&&": lambda left, right: bool(left and right),
    "||": lambda left, right: bool(left or right),
}


def _binary(node: Node, scope: Scope) -> Any:
    left_node, term = parts(node)
    sign, right_node = parts(term)
    return _calculated(word(sign), _value(left_node, scope), _value(right_node, scope))


def _unary(node: Node, scope: Scope) -> Any:
    value = _inner(node, scope)
    return _calculated("-", 0, value) if str(node.children[0]) == "-" else _calculated("==", value, False)


def _calculated(sign: str, left: Any, right: Any) -> Any:
    for value in (left, right):
        if isinstance(value, Unresolved | Named):
            return value if isinstance(value, Unresolved) else Unresolved("a resource is compared")
    try:
        found = _OPERATORS[sign](left, right)
    except (TypeError, ArithmeticError):
        return Unresolved(f"`{sign}` is not defined for these values")
    return int(found) if isinstance(found, float) and found.is_integer() else found


def _conditional(node: Node, scope: Scope) -> Any:
    condition, then, otherwise = parts(node)
    held = _value(condition, scope)
    if isinstance(held, Unresolved):
        return held
    return _value(then if held in (True, "true") else otherwise, scope)


# --- names, attributes, functions ------------------------------------------------------------------------------------


def _step(value: Any, name: Any) -> Any:
    """Return an attribute or element of a value."""
    if isinstance(value, Named) and isinstance(name, str):
        return value.attribute(name)
    if isinstance(value, Unresolved):
        return value
    try:
        return value[name if isinstance(value, dict) else int(name)]
    except (KeyError, IndexError, TypeError, ValueError):
        return Unresolved(f"there is no `{name}` in it")


def _get_attr(node: Node, scope: Scope) -> Any:
    of, attribute = parts(node)
    return _step(_value(of, scope), word(next(parts(attribute))))


def _index(node: Node, scope: Scope) -> Any:
    of, index = parts(node)
    name = _inner(index, scope) if index.data == "braces_index" else word(index).lstrip(".")
    return name if isinstance(name, Unresolved) else _step(_value(of, scope), name)


def _splat(node: Node, scope: Scope) -> Any:
    of, splat = parts(node)
    values = _value(of, scope)
    if isinstance(values, Unresolved):
        return values
    found = []
    for value in values if isinstance(values, list) else [values]:
        for step in parts(splat):
            name = word(next(parts(step))) if step.data == "get_attr" else _inner(step, scope)
            value = _step(value, name)  # one step further each time
        found.append(value)
    return found


def _call(node: Node, scope: Scope) -> Any:
    name_node, *rest = parts(node)
    name = word(name_node)
    nodes = list(parts(rest[0])) if rest else []
    arguments = [_value(one, scope) for one in nodes]
    if rest and str(rest[0].children[-1]) == "..." and isinstance(arguments[-1], list):
        arguments = [*arguments[:-1], *arguments[-1]]
    if name in ("try", "coalesce", "can"):
        known = [one for one in arguments if not isinstance(one, Unresolved) and one not in (None, "")]
        return bool(known) if name == "can" else known[0] if known else arguments[-1]
    unknown = next((one for one in arguments if isinstance(one, Unresolved)), None)
    if unknown is not None:
        return unknown
    if name not in FUNCTIONS and name != "templatefile":
        return Unresolved(f"the function `{name}` is not evaluated here")
    try:
        return _templatefile(scope, *arguments) if name == "templatefile" else FUNCTIONS[name](scope.place, *arguments)
    except Failed as failed:
        return Unresolved(f"`{name}`: {failed}")
    except (TypeError, ValueError, LookupError, AttributeError):
        return Unresolved(f"`{name}` does not take these arguments")


def _templatefile(scope: Scope, file: Any, names: Any) -> Any:
    return render(FUNCTIONS["file"](scope.place, file), Scope(dict(names), scope.place))


def _number(node: Node, _scope: Scope) -> Any:
    written = word(node)
    return float(written) if node.data == "float_lit" else int(written)


def _literal(node: Node, _scope: Scope) -> Any:
    return {"true": True, "false": False, "null": None}[word(node)]


_NODES: Mapping[str, Callable[[Node, Scope], Any]] = {
    "expr_term": _inner,
    "int_lit": _number,
    "float_lit": _number,
    "literal_value": _literal,
    "identifier": lambda node, scope: scope.look_up(word(node)),
    "string": _string,
    "heredoc_template": _heredoc,
    "heredoc_template_trim": _heredoc,
    "tuple": _tuple,
    "object": _object,
    "for_tuple_expr": _for,
    "for_object_expr": _for,
    "binary_op": _binary,
    "unary_op": _unary,
    "conditional": _conditional,
    "get_attr_expr_term": _get_attr,
    "index_expr_term": _index,
    "attr_splat_expr_term": _splat,
    "full_splat_expr_term": _splat,
    "function_call": _call,
}
"""How each node of the grammar is evaluated."""
