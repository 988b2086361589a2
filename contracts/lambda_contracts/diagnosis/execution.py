"""A handler's statements, followed with the event that it got up to the line where it broke."""

from __future__ import annotations

import ast
import builtins
import contextlib
import copy
from collections.abc import Callable, Sequence
from typing import Any

from lambda_contracts.diagnosis.evaluation import Evaluator, GaveUp, Names, Raised, forget
from lambda_contracts.diagnosis.modules import Function, Module, parameter_names, parsed
from lambda_contracts.diagnosis.values import Fault, Place, Value

Sources = Callable[[str], str | None]
"""Returns the text of one of the handler's files, by its path in the handler's folder; None when there is none."""
_DEEPEST = 8
_MOST_ITEMS = 100


class _Found(Exception):
    """The fault that was looked for."""

    def __init__(self, fault: Fault) -> None:
        super().__init__()
        self.fault = fault


class _Returned(Exception):
    def __init__(self, value: Value | None) -> None:
        super().__init__()
        self.value = value


class _Left(Exception):
    """`break` or `continue`."""


class Follower(Evaluator):
    """Follows a function with an event. Whatever depends on anything else stays unknown, and is passed over."""

    def __init__(self, sources: Sources, event: Any, wanted: Callable[[Fault, Module], bool]) -> None:
        super().__init__(self._noticed)
        self._sources = sources
        self._event = _copied(event)
        self._wanted = wanted
        self._modules: list[Module] = []
        self._globals: dict[int, Names] = {}
        self.returns: list[ast.Return] = []
        """The `return` statements of the followed function that may have been the last."""

    def follow(self, file: str, function: str) -> Fault | None:
        """Follow a function of a file whose first parameter is the event.

        Returns the fault that is wanted, or None when the way does not lead to it.
        """
        module = parsed(self._sources(file) or "")
        node = module.functions.get(function) if module else None
        if module is None or node is None:
            return None
        parameters = parameter_names(node)
        try:
            self._function(node, module, {parameters[0]: self._event} if parameters else {})
        except _Found as found:
            return found.fault
        except (Raised, GaveUp, RecursionError):
            return None
        return None

    def _noticed(self, fault: Fault) -> None:
        if self._modules and self._wanted(fault, self._modules[-1]):
            raise _Found(fault)

    # --- functions ---------------------------------------------------------------------------------------------------

    def _function(self, node: Function, module: Module, names: Names) -> Value | None:
        self._modules.append(module)
        try:
            self._block(node.body, {**self._module_names(module), **names}, module)
        except _Returned as returned:
            return returned.value
        finally:
            self._modules.pop()
        return Value(None)

    def _module_names(self, module: Module) -> Names:
        """Return the names that a module gives plain values."""
        found = self._globals.get(id(module))
        if found is None:
            found = self._globals[id(module)] = {}
            kept, self._modules = self._modules, []  # nothing up there is the line that is looked for
            for node in module.tree.body:
                if isinstance(node, ast.Assign | ast.AnnAssign):
                    with contextlib.suppress(Raised):
                        self._statement(node, found, module)
            self._modules = kept
        return found

    def call_own(self, node: ast.Call, module: Module, arguments: list[Value | None]) -> tuple[bool, Value | None]:
        """Follow a call of a function of the handler's own files."""
        found = self._own(module.qualified(node.func), module)
        if found is None or len(self._modules) > _DEEPEST:
            return False, None
        function, where = found
        parameters = parameter_names(function)
        defaults = function.args.defaults
        names: Names = {
            name: Value(default.value)
            for name, default in zip(parameters[len(parameters) - len(defaults) :], defaults, strict=False)
            if isinstance(default, ast.Constant)
        }
        starred = any(isinstance(argument, ast.Starred) for argument in node.args)
        names |= {} if starred else dict(zip(parameters, arguments, strict=False))
        names |= {keyword.arg: None for keyword in node.keywords if keyword.arg}
        return True, self._function(function, where, names)

    def _own(self, name: str, module: Module) -> tuple[Function, Module] | None:
        name = name.removeprefix("self.")
        if name in module.functions:
            return module.functions[name], module
        file, dot, function = name.rpartition(".")
        text = self._sources(f"{file.replace('.', '/')}.py") if dot else None
        other = parsed(text) if text else None
        if other is None or function not in other.functions:
            return None
        return other.functions[function], other

    # --- statements --------------------------------------------------------------------------------------------------

    def _block(self, statements: Sequence[ast.stmt], names: Names, module: Module) -> None:
        for statement in statements:
            self._statement(statement, names, module)

    def _statement(self, node: ast.stmt, names: Names, module: Module) -> None:
        method = _STATEMENTS.get(type(node))
        if method is not None:
            method(self, node, names, module)
            return
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expression(child, names, module)
        forget(node, names)

    def _assign(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, names: Names, module: Module) -> None:
        if isinstance(node, ast.AugAssign):
            both = ast.copy_location(ast.BinOp(node.target, node.op, node.value), node)
            value = self.expression(both, names, module)
        else:
            value = self.expression(node.value, names, module) if node.value else None
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Subscript):
                self._store(target, value, names, module)
            else:
                self.bind(target, value, names)

    def _store(self, target: ast.Subscript, value: Value | None, names: Names, module: Module) -> None:
        base = self.expression(target.value, names, module)
        key = self.expression(target.slice, names, module)
        if base is None or base.place is None or key is None or not isinstance(base.value, dict):
            return
        place: Place = (*base.place, key.value)
        self.written[place] = value
        base.value[key.value] = value.value if value else None

    def _return(self, node: ast.Return, names: Names, module: Module) -> None:
        value = self.expression(node.value, names, module) if node.value else Value(None)
        if len(self._modules) == 1:
            self.returns.append(node)
        raise _Returned(value)

    def _raise(self, node: ast.Raise, names: Names, module: Module) -> None:
        if node.exc:
            self.expression(node.exc, names, module)
        called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        name = module.qualified(called).rpartition(".")[2] if called else "Exception"
        known = getattr(builtins, name, Exception)
        above = {kind.__name__ for kind in known.__mro__} if isinstance(known, type) else {"Exception"}
        raise Raised(frozenset({name, *above}))

    def _if(self, node: ast.If, names: Names, module: Module) -> None:
        test = self.expression(node.test, names, module)
        if test is not None:
            self._block(node.body if test.value else node.orelse, names, module)
            return
        self._either([node.body, node.orelse], names, module)

    def _either(self, ways: Sequence[Sequence[ast.stmt]], names: Names, module: Module) -> None:
        """Follow several ways of which one is taken; what they do not agree on is unknown afterwards."""
        ends: list[Names] = []
        for way in ways:
            end = dict(names)
            try:
                self._block(way, end, module)
            except (_Returned, _Left, Raised):
                continue
            ends.append(end)
        if not ends:
            raise _Returned(None)
        known = {name for end in ends for name in end}
        names.update({name: _agreed([end.get(name) for end in ends]) for name in known})

    def _for(self, node: ast.For | ast.AsyncFor, names: Names, module: Module) -> None:
        items = self.iterated(node.iter, names, module)
        if items is None:
            self.bind(node.target, None, names)
            self._either([node.body, []], names, module)
            return
        for item in items[:_MOST_ITEMS]:
            self.bind(node.target, item, names)
            try:
                self._block(node.body, names, module)
            except _Left:
                continue
        self._block(node.orelse, names, module)

    def _while(self, node: ast.While, names: Names, module: Module) -> None:
        self.expression(node.test, names, module)
        forget(node, names)
        self._either([node.body, []], names, module)
        forget(node, names)

    def _with(self, node: ast.With | ast.AsyncWith, names: Names, module: Module) -> None:
        for item in node.items:
            self.expression(item.context_expr, names, module)
            if item.optional_vars:
                self.bind(item.optional_vars, None, names)
        self._block(node.body, names, module)

    def _try(self, node: ast.Try, names: Names, module: Module) -> None:
        if len(self._modules) == 1:  # what is not known may raise, and then one of these may be the last
            handlers = (found for handler in node.handlers for found in ast.walk(handler))
            self.returns.extend(found for found in handlers if isinstance(found, ast.Return))
        caught = None
        try:
            self._block(node.body, names, module)
        except Raised as raised:
            caught = next((handler for handler in node.handlers if _catches(handler, raised.names)), None)
            if caught is None:
                raise
        self._block(node.orelse if caught is None else caught.body, names, module)
        self._block(node.finalbody, names, module)

    def _match(self, node: ast.Match, names: Names, module: Module) -> None:
        self.expression(node.subject, names, module)
        forget(node, names)
        self._either([*(case.body for case in node.cases), []], names, module)

    def _delete(self, node: ast.Delete, names: Names, module: Module) -> None:
        for target in node.targets:
            if not isinstance(target, ast.Name):
                self.expression(target, names, module)
                raise GaveUp

    def _leave(self, _node: ast.stmt, _names: Names, _module: Module) -> None:
        raise _Left

    def _define(self, node: ast.stmt, names: Names, module: Module) -> None:
        """Pass over a definition: it is followed where it is called."""


def _copied(event: Any) -> Value | None:
    """Return an event of its own, which a followed handler may change; None for one too deep to be copied."""
    try:
        return Value(copy.deepcopy(event), ())
    except RecursionError:
        return None


def _agreed(values: Sequence[Value | None]) -> Value | None:
    first = values[0]
    if first is None or any(value is None or value.place != first.place for value in values[1:]):
        return None
    return first if all(value is not None and value.value == first.value for value in values) else None


def _catches(handler: ast.ExceptHandler, names: frozenset[str]) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    known = [kind.attr if isinstance(kind, ast.Attribute) else getattr(kind, "id", "") for kind in kinds]
    return not names.isdisjoint(known)


_STATEMENTS: dict[type[ast.AST], Callable[[Follower, Any, Names, Module], None]] = {
    ast.Assign: Follower._assign,
    ast.AnnAssign: Follower._assign,
    ast.AugAssign: Follower._assign,
    ast.Return: Follower._return,
    ast.Raise: Follower._raise,
    ast.If: Follower._if,
    ast.For: Follower._for,
    ast.AsyncFor: Follower._for,
    ast.While: Follower._while,
    ast.With: Follower._with,
    ast.AsyncWith: Follower._with,
    ast.Try: Follower._try,
    ast.Match: Follower._match,
    ast.Delete: Follower._delete,
    ast.Break: Follower._leave,
    ast.Continue: Follower._leave,
    ast.FunctionDef: Follower._define,
    ast.AsyncFunctionDef: Follower._define,
    ast.ClassDef: Follower._define,
}
