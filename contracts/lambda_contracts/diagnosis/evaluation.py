"""Expressions of a handler, worked out with the event that it got: as far as they depend on nothing else."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from functools import partial
from typing import Any

from lambda_contracts.diagnosis.modules import Module
from lambda_contracts.diagnosis.operations import CALLS, METHODS, OPERATORS, PLAIN, explodes, is_instance
from lambda_contracts.diagnosis.values import DECODED, PARSED, Fault, Place, Value

Names = dict[str, Value | None]
_MAKES: dict[str, str] = {"json.loads": PARSED, "base64.b64decode": DECODED}
_MARKS: dict[str, Place] = {name: (mark,) for name, mark in _MAKES.items()}
_MOST_STEPS = 20_000
_CHANGES = frozenset({"pop", "popitem", "update", "setdefault", "clear", "append", "extend", "insert", "remove"})


class GaveUp(Exception):
    """The code is too long to be worked out."""


class Raised(Exception):
    """An operation raised, or a `raise` statement did: `names` are the error's class and those above it."""

    def __init__(self, names: frozenset[str], fault: Fault | None = None) -> None:
        super().__init__()
        self.names = names
        self.fault = fault


class Evaluator:
    """Works expressions out. A value of None is one that is not known; what is known is a `Value`.

    `reads` are the places of the event that were read, each with the expression. `on_fault` is called with each
    operation that raises, before it does.
    """

    def __init__(self, on_fault: Callable[[Fault], None]) -> None:
        self.reads: list[tuple[Place, ast.AST]] = []
        self.written: dict[Place, Value | None] = {}
        self._on_fault = on_fault
        self._steps = 0

    def call_own(self, _node: ast.Call, _module: Module, _arguments: list[Value | None]) -> tuple[bool, Value | None]:
        """Call a function of the handler's own: whether it is one, and what it returns."""
        return False, None

    def expression(self, node: ast.AST, names: Names, module: Module) -> Value | None:
        """Work one expression out, and what is in it in Python's order. Raises Raised, GaveUp."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise GaveUp
        method = _METHODS_BY_NODE.get(type(node))
        if method is not None:
            return method(self, node, names, module)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expression(child, names, module)
        return None

    def _perform(
        self,
        operation: str,
        call: Callable[[], Any],
        subject: tuple[Value, ast.AST],
        node: ast.AST,
        place: Place | None = None,
        key: Any = None,
    ) -> Value:
        value, subject_node = subject
        try:
            return Value(call(), place, operation)
        except Exception as error:  # noqa: BLE001  # the very error is what is looked for
            fault = Fault(
                operation=operation, subject=value, node=node, subject_node=subject_node, error=error, key=key
            )
            self._on_fault(fault)
            raise Raised(frozenset(kind.__name__ for kind in type(error).__mro__), fault) from None

    def _constant(self, node: ast.Constant, _names: Names, _module: Module) -> Value | None:
        return Value(node.value) if isinstance(node.value, PLAIN) else None

    def _name(self, node: ast.Name, names: Names, _module: Module) -> Value | None:
        return names.get(node.id)

    def _dict(self, node: ast.Dict, names: Names, module: Module) -> Value | None:
        keys = [self.expression(key, names, module) if key else None for key in node.keys]
        values = [self.expression(value, names, module) for value in node.values]
        if None in values or any(key is None or not isinstance(key.value, str | int) for key in keys):
            return None
        return Value({key.value: value.value for key, value in zip(keys, values, strict=True) if key and value})

    def _sequence(self, node: ast.List | ast.Tuple | ast.Set, names: Names, module: Module) -> Value | None:
        items = [self.expression(item, names, module) for item in node.elts]
        if None in items:
            return None
        values = [item.value for item in items if item]
        return Value(tuple(values) if isinstance(node, ast.Tuple) else values)

    def _subscript(self, node: ast.Subscript, names: Names, module: Module) -> Value | None:
        base = self.expression(node.value, names, module)
        if isinstance(node.slice, ast.Slice):
            return self._slice(node, node.slice, base, names, module)
        key = self.expression(node.slice, names, module)
        if base is None or key is None or not isinstance(base.value, PLAIN):
            return None
        place = None
        if base.place is not None:
            place = (*base.place, key.value)
            self.reads.append((place, node))
            if place in self.written:
                return self.written[place]
        subject = (key, node.slice) if key.place is not None and base.place is None else (base, node.value)
        return self._perform("index", lambda: base.value[key.value], subject, node, place, key.value)

    def _slice(
        self, node: ast.Subscript, bounds: ast.Slice, base: Value | None, names: Names, module: Module
    ) -> Value | None:
        parts = [bounds.lower, bounds.upper, bounds.step]
        known = [self.expression(part, names, module) if part else Value(None) for part in parts]
        for part, value in zip(parts, known, strict=True):
            if part is not None and value is not None and isinstance(value.value, str):
                odd = (value, part)
                self._perform("slice", partial(operator.getitem, [], slice(value.value, None)), odd, node)
        if base is None or None in known:
            return None
        cut = slice(*(value.value for value in known if value))
        return self._perform("index", lambda: base.value[cut], (base, node.value), node, key=cut)

    def _attribute(self, node: ast.Attribute, names: Names, module: Module) -> Value | None:
        base = self.expression(node.value, names, module)
        if base is not None and isinstance(base.value, PLAIN):
            self._perform("attribute", lambda: getattr(base.value, node.attr), (base, node.value), node, key=node.attr)
        return None

    def _call(self, node: ast.Call, names: Names, module: Module) -> Value | None:
        if isinstance(node.func, ast.Attribute):
            base = self.expression(node.func.value, names, module)
            if base is not None and isinstance(base.value, PLAIN):
                self._attribute_of(base, node.func)
                arguments = self._arguments(node, names, module)
                return self._method(node, node.func, base, arguments)
        elif not isinstance(node.func, ast.Name):
            self.expression(node.func, names, module)
        arguments = self._arguments(node, names, module)
        name = module.qualified(node.func)
        if name == "isinstance" and arguments and arguments[0] is not None and len(node.args) == 2:
            return self._isinstance(arguments[0], node.args[1])
        own, returned = self.call_own(node, module, arguments)
        if own:
            return returned
        return self._known(name, node, arguments)

    def _attribute_of(self, base: Value, node: ast.Attribute) -> None:
        self._perform("attribute", lambda: getattr(base.value, node.attr), (base, node.value), node, key=node.attr)

    def _arguments(self, node: ast.Call, names: Names, module: Module) -> list[Value | None]:
        arguments = [self.expression(argument, names, module) for argument in node.args]
        for keyword in node.keywords:
            self.expression(keyword.value, names, module)
        return arguments

    def _known(self, name: str, node: ast.Call, arguments: list[Value | None]) -> Value | None:
        """Call a function of the standard library that is known, if its arguments are."""
        call = CALLS.get(name)
        keywords = {} if name == "json.loads" else _constant_keywords(node)
        if call is None or not arguments or None in arguments or keywords is None:
            return None
        known = [argument for argument in arguments if argument is not None]
        if name == "str" and not isinstance(known[0].value, str | int):
            return None
        odd = next((index for index, argument in enumerate(known) if argument.place is not None), 0)
        subject = known[odd]
        place = None if subject.place is None else (*subject.place, *_MARKS.get(name, ()))
        values = [argument.value for argument in known]
        return self._perform(name, lambda: call(*values, **keywords), (subject, node.args[odd]), node, place)

    @staticmethod
    def _isinstance(value: Value, kinds: ast.AST) -> Value | None:
        names = kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]
        found = is_instance(value.value, [name.id if isinstance(name, ast.Name) else "" for name in names])
        return None if found is None else Value(found)

    def _method(
        self, node: ast.Call, function: ast.Attribute, base: Value, arguments: list[Value | None]
    ) -> Value | None:
        if function.attr == "get" and isinstance(base.value, dict):
            return self._get(node, base, arguments)
        self._changed(base, function)
        keywords = _constant_keywords(node)
        if function.attr not in METHODS or None in arguments or keywords is None:
            return None
        values = [argument.value for argument in arguments if argument is not None]
        call = getattr(base.value, function.attr)
        return self._perform(
            f".{function.attr}", lambda: call(*values, **keywords), (base, function.value), node, base.place
        )

    def _get(self, node: ast.Call, base: Value, arguments: list[Value | None]) -> Value | None:
        key = arguments[0] if arguments else None
        if key is None or not isinstance(key.value, str):
            return None
        place = None if base.place is None else (*base.place, key.value)
        if place is not None:
            self.reads.append((place, node))
            if place in self.written:
                return self.written[place]
        how = "get with default" if len(arguments) > 1 else "get"
        if key.value in base.value:
            return Value(base.value[key.value], place, how)
        default = arguments[1] if len(arguments) > 1 else Value(None)
        return None if default is None else Value(default.value, place, how)

    def _bool_op(self, node: ast.BoolOp, names: Names, module: Module) -> Value | None:
        stops = isinstance(node.op, ast.Or)
        found = self.expression(node.values[0], names, module)
        for operand in node.values[1:]:
            if found is not None and bool(found.value) is stops:
                return found
            left, found = found, self.expression(operand, names, module)
            if left is None:
                found = None
            elif stops and found is not None and found.place is None and found.value in ({}, [], ""):
                found = Value(found.value, left.place, left.how)  # an empty stand-in for what was not there
        return found

    def _if_exp(self, node: ast.IfExp, names: Names, module: Module) -> Value | None:
        test = self.expression(node.test, names, module)
        if test is None:
            return None
        return self.expression(node.body if test.value else node.orelse, names, module)

    def _unary_op(self, node: ast.UnaryOp, names: Names, module: Module) -> Value | None:
        operand = self.expression(node.operand, names, module)
        if operand is None:
            return None
        if isinstance(node.op, ast.Not):
            return Value(not operand.value)
        if isinstance(node.op, ast.USub) and isinstance(operand.value, int | float):
            return Value(-operand.value, operand.place)
        return None

    def _bin_op(self, node: ast.BinOp, names: Names, module: Module) -> Value | None:
        left = self.expression(node.left, names, module)
        right = self.expression(node.right, names, module)
        return self._two("arithmetic", node, type(node.op), (left, node.left), (right, node.right))

    def _compare(self, node: ast.Compare, names: Names, module: Module) -> Value | None:
        left, left_node = self.expression(node.left, names, module), node.left
        found: Value | None = Value(True)
        for kind, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.expression(right_node, names, module)
            held = self._two("compare", node, type(kind), (left, left_node), (right, right_node))
            if held is not None and not held.value:
                return Value(False)
            found = held if found is not None else None
            left, left_node = right, right_node
        return found

    def _two(
        self,
        operation: str,
        node: ast.AST,
        kind: type[ast.AST],
        one: tuple[Value | None, ast.AST],
        other: tuple[Value | None, ast.AST],
    ) -> Value | None:
        left, right = one[0], other[0]
        apply = OPERATORS.get(kind)
        if left is None or right is None or apply is None or explodes(kind, left.value, right.value):
            return None
        odd = (right, other[1]) if left.place is None or kind in (ast.In, ast.NotIn) else (left, one[1])
        return self._perform(operation, lambda: apply(left.value, right.value), odd, node)

    def iterated(self, node: ast.AST, names: Names, module: Module) -> list[Value] | None:
        """Work out what a loop goes over; None when that is not known."""
        over = self.expression(node, names, module)
        if over is None or not isinstance(over.value, PLAIN) or isinstance(over.value, range):
            return None
        items = self._perform("iterate", lambda: list(over.value), (over, node), node).value
        if over.place is not None and isinstance(over.value, list):
            return [Value(item, (*over.place, index)) for index, item in enumerate(items)]
        return [Value(item) for item in items]

    def _comprehension(self, node: Any, names: Names, module: Module) -> Value | None:
        inner = dict(names)
        first = node.generators[0]
        items = self.iterated(first.iter, inner, module)
        results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        conditions = [test for generator in node.generators for test in generator.ifs]
        simple = len(node.generators) == 1
        for item in (items if items is not None else [None])[:100]:
            self.bind(first.target, item, inner)
            for part in (*conditions, *results) if simple else ():
                self.expression(part, inner, module)
        return None

    def bind(self, target: ast.AST, value: Value | None, names: Names) -> None:
        """Give a name, or several at once, a value."""
        if isinstance(target, ast.Name):
            names[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            parts = value.value if value is not None and isinstance(value.value, list | tuple) else None
            fits = parts is not None and len(parts) == len(target.elts)
            for index, part in enumerate(target.elts):
                self.bind(part, Value(parts[index]) if fits and parts is not None else None, names)
        else:
            forget(target, names)

    def _changed(self, base: Value, function: ast.Attribute) -> None:
        """Give up where the handler changes the event in a way that is not followed."""
        if base.place is not None and function.attr in _CHANGES:
            raise GaveUp

    def _named(self, node: ast.NamedExpr, names: Names, module: Module) -> Value | None:
        value = self.expression(node.value, names, module)
        self.bind(node.target, value, names)
        return value

    def _lambda(self, _node: ast.Lambda, _names: Names, _module: Module) -> Value | None:
        return None


def forget(node: ast.AST, names: Names) -> None:
    """Make every name unknown that a piece of code may give a value."""
    for child in ast.walk(node):
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            names[child.id] = None


def _constant_keywords(node: ast.Call) -> dict[str, Any] | None:
    found = {word.arg: word.value.value for word in node.keywords if word.arg and isinstance(word.value, ast.Constant)}
    return found if len(found) == len(node.keywords) else None


_METHODS_BY_NODE: dict[type[ast.AST], Callable[[Evaluator, Any, Names, Module], Value | None]] = {
    ast.Constant: Evaluator._constant,
    ast.Name: Evaluator._name,
    ast.Dict: Evaluator._dict,
    ast.List: Evaluator._sequence,
    ast.Tuple: Evaluator._sequence,
    ast.Subscript: Evaluator._subscript,
    ast.Attribute: Evaluator._attribute,
    ast.Call: Evaluator._call,
    ast.BoolOp: Evaluator._bool_op,
    ast.IfExp: Evaluator._if_exp,
    ast.UnaryOp: Evaluator._unary_op,
    ast.BinOp: Evaluator._bin_op,
    ast.Compare: Evaluator._compare,
    ast.ListComp: Evaluator._comprehension,
    ast.SetComp: Evaluator._comprehension,
    ast.GeneratorExp: Evaluator._comprehension,
    ast.DictComp: Evaluator._comprehension,
    ast.NamedExpr: Evaluator._named,
    ast.Lambda: Evaluator._lambda,
}
