"""A handler's source, parsed: its functions, and what its imports are called."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """One file: its tree, every function in it by name, and the qualified names of what it imports."""

    tree: ast.Module
    functions: dict[str, Function]
    imports: dict[str, str]
    lines: tuple[str, ...]

    def qualified(self, node: ast.AST) -> str:
        """Return the full name of `json.loads`, however it was imported; a name of the file's own as it is; or ``."""
        if isinstance(node, ast.Name):
            return self.imports.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            base = self.qualified(node.value)
            return f"{base}.{node.attr}" if base else ""
        return ""

    def enclosing(self, line: int) -> Function | None:
        """Return the innermost function that a line (from 1) is in."""
        around = [found for found in self.functions.values() if found.lineno <= line <= (found.end_lineno or 0)]
        return max(around, key=lambda found: found.lineno, default=None)

    def statement(self, line: int) -> ast.stmt | None:
        """Return the innermost statement that a line (from 1) is in."""
        around = [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
        ]
        return max(around, key=lambda node: (node.lineno, -(node.end_lineno or 0)), default=None)


def parameter_names(function: Function) -> list[str]:
    """Return the names of a function's parameters, without that of a method's own object."""
    names = [argument.arg for argument in function.args.args]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def takes_event(function: Function) -> bool:
    """Whether a function is like a handler, (event, context): one that is called by a framework gets something else."""
    names = parameter_names(function)
    return len(names) == 2 and (names[0] in _EVENT or names[1].strip("_") in _CONTEXT)


_EVENT = frozenset({"event", "evt", "lambda_event"})
_CONTEXT = frozenset({"context", "ctx", "lambda_context"})


@lru_cache(maxsize=64)
def parsed(text: str) -> Module | None:
    """Parse a file's text. None for what is no Python of this version."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    functions: dict[str, Function] = {}
    imports: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            functions.setdefault(node.name, node)
        elif isinstance(node, ast.Import):
            imports |= {alias.asname or alias.name.partition(".")[0]: _root(alias) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imports |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return Module(tree, functions, imports, tuple(text.splitlines()))


def _root(alias: ast.alias) -> str:
    return alias.name if alias.asname else alias.name.partition(".")[0]
