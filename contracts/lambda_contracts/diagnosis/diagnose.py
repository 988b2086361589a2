"""From an invocation that failed to the code of why: the one way through traceback, event and source."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote_plus

from lambda_contracts.diagnosis import fixes
from lambda_contracts.diagnosis.catalogue import CATALOGUE
from lambda_contracts.diagnosis.execution import Follower, Sources
from lambda_contracts.diagnosis.modules import Module, parsed, takes_event
from lambda_contracts.diagnosis.recognisers import recognised
from lambda_contracts.diagnosis.response_fixes import fixed_answer
from lambda_contracts.diagnosis.situation import HTTP, V1, V2, Situation
from lambda_contracts.diagnosis.values import Fault, Place, path, pointer
from lambda_contracts.outcomes import FunctionError, Outcome
from lambda_contracts.shapes import Shape
from lambda_contracts.tracebacks import Place as Line
from lambda_contracts.tracebacks import handler_places


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Why a handler broke.

    `code` is of the catalogue. `place` is a JSON pointer into the event. `line` is the handler's, None where it is not
    known. `diff` is the change as a unified diff, empty where one line is not enough.
    """

    code: str
    place: str = ""
    line: Line | None = None
    diff: str = ""

    @property
    def why(self) -> str:
        """What happens, in one paragraph."""
        return CATALOGUE[self.code].why

    @property
    def fix(self) -> str:
        """What to write instead."""
        return CATALOGUE[self.code].fix


def diagnose(outcome: Outcome, event: Any, sources: Sources, folder: Path, handler: str = "") -> Diagnosis | None:
    """Say why an invocation failed. None for a result, an error that the handler raised itself, and what is not known.

    `sources` gives the text of the handler's files, `folder` is the one they are in, `handler` is `module.function`.
    """
    error = outcome.error
    if error is None or not error.type:
        return None
    lines = handler_places(error.stack_trace, folder)
    if lines and _is_deliberate(lines[-1], sources):
        return None
    situation = Situation.of(event)
    return (
        _followed(error, lines, situation, sources, handler)
        or _told(error, lines, situation, sources, handler)
        or _in_a_library(error, lines, situation, folder)
    )


def _is_deliberate(line: Line, sources: Sources) -> bool:
    """Whether the handler's line is a statement that raises."""
    module = _module(line, sources)
    statement = module.statement(line.line) if module else None
    if statement is None:
        return re.match(r"(raise|assert)\b", line.code) is not None
    return isinstance(statement, ast.Raise | ast.Assert)


def _module(line: Line, sources: Sources) -> Module | None:
    """Return the parsed file of a line, if the file still has that line."""
    module = parsed(sources(line.file) or "")
    if module is None or not 0 < line.line <= len(module.lines):
        return None
    return module if not line.code or module.lines[line.line - 1].strip() == line.code else None


# --- by following the handler ----------------------------------------------------------------------------------------


def _followed(
    error: FunctionError, lines: list[Line], situation: Situation, sources: Sources, handler: str
) -> Diagnosis | None:
    """Follow the handler with the event to the line that failed, and see what fails there with that very error."""
    if not lines:
        return None
    line = lines[-1]
    module = _module(line, sources)
    if module is None:
        return None
    fault = _fault(error, lines, module, situation, sources, handler)
    code = recognised(fault, situation) if fault else None
    if fault is None or code is None:
        return None
    return Diagnosis(
        code=code,
        place=pointer(fault.place or ()),
        line=line,
        diff=fixes.fixed(code, fault, line.file, module),
    )


def _fault(
    error: FunctionError, lines: list[Line], module: Module, situation: Situation, sources: Sources, handler: str
) -> Fault | None:
    line = lines[-1]

    def wanted(fault: Fault, where: Module) -> bool:
        return where is module and _covers(fault.node, line.line) and _is_same(fault.error, error)

    for entry in lines:  # the first that takes the event: those before it are decorators
        name = _taker(entry, sources, handler)
        if name:
            found = Follower(sources, situation.event, wanted).follow(entry.file, name)
            if found is not None:
                return found
    return None


def _taker(line: Line, sources: Sources, handler: str) -> str:
    """Return the name of the function that a line is in, if it takes the event."""
    module = _module(line, sources)
    inner = module.enclosing(line.line) if module else None
    if inner is None:
        return ""
    return inner.name if inner.name == handler.rpartition(".")[2] or takes_event(inner) else ""


def _covers(node: ast.AST, line: int) -> bool:
    return isinstance(node, ast.expr) and node.lineno <= line <= (node.end_lineno or node.lineno)


def _is_same(found: Exception, error: FunctionError) -> bool:
    """Whether an error is the one that was reported; Python's versions differ in the end of their messages."""
    if type(found).__name__ != error.type:
        return False
    told = str(found)
    if isinstance(found, UnicodeDecodeError | ValueError | TypeError):
        return told.startswith(error.message) or error.message.startswith(told) or _cut(told) == _cut(error.message)
    return told == error.message


def _cut(message: str) -> str:
    return re.split(r"[,:(]", message)[0].strip()


# --- by what the error says ------------------------------------------------------------------------------------------

Teller = Callable[[FunctionError, Situation], Place | None]


def _s3_key(_: FunctionError, situation: Situation) -> Place | None:
    """Return the place of the first key of an S3 event that is written differently when decoded."""
    if situation.shape is not Shape.S3:
        return None
    records = situation.top("Records")
    for index, record in enumerate(records if isinstance(records, list) else []):
        place: Place = ("Records", index, "s3", "object", "key")
        key = _at(record, place[2:])
        if isinstance(key, str) and unquote_plus(key) != key:
            return place
    return None


def _source_ip(error: FunctionError, situation: Situation) -> Place | None:
    for place in (("requestContext", "identity", "sourceIp"), ("requestContext", "http", "sourceIp")):
        if _at(situation.event, place) == "test-invoke-source-ip" and "test-invoke-source-ip" in error.message:
            return place
    return None


def _no_request(_: FunctionError, situation: Situation) -> Place | None:
    return None if situation.is_http or situation.is_timer else ()


def _timer(_: FunctionError, situation: Situation) -> Place | None:
    return () if situation.is_timer else None


def _anywhere(_: FunctionError, __: Situation) -> Place:
    return ()


_NO_JSON = r"(Unable to marshal response: )?Object of type {0} is not JSON serializable.*"

# One row a way to a code: error type, message, what the event has to have, code. The first that holds.
_TOLD: tuple[tuple[str, str, Teller, str], ...] = (
    (r"TypeError", _NO_JSON.format("Decimal"), _anywhere, "P05"),
    (r"TypeError|Runtime\.MarshalError", _NO_JSON.format(r"\w+"), _anywhere, "P03"),
    (r"NoSuchKey|ClientError", r".*\((NoSuchKey|404)\).*", _s3_key, "E31"),
    (r"ValidationError|ValueError|AddressValueError", r".*test-invoke-source-ip.*", _source_ip, "E19"),
    (r"RuntimeError", r"The adapter was unable to infer a handler.*", _timer, "E23"),
    (r"RuntimeError", r"The adapter was unable to infer a handler.*", _no_request, "E22"),
)


def _told(
    error: FunctionError, lines: list[Line], situation: Situation, sources: Sources, handler: str
) -> Diagnosis | None:
    """Know a failure by its message, where the event has what the message is about."""
    for kind, message, teller, code in _TOLD:
        if re.fullmatch(kind, error.type) and re.fullmatch(message, error.message, re.DOTALL):
            place = teller(error, situation)
            if place is None:
                continue
            if code == "E31":
                return _undecoded_key(place, lines, situation, sources, handler)
            return _with_line(Diagnosis(code=code, place=pointer(place)), lines, situation, sources, handler)
    return None


_KEYS_OF_LIBRARIES: Mapping[str, tuple[str, Place, frozenset[Shape]]] = MappingProxyType(
    {
        "httpMethod": ("E20", ("httpMethod",), V2),
        "path": ("E20", ("path",), V2),
        "http": ("E21", ("requestContext", "http"), V1),
        "rawPath": ("E21", ("rawPath",), V1),
        "multiValueHeaders": ("E17", ("multiValueHeaders",), V2),
        "requestContext": ("E22", ("requestContext",), frozenset(Shape) - HTTP),
    }
)
"""What frameworks look up in every event: code, place, and the shapes that do not have it."""


def _in_a_library(error: FunctionError, lines: list[Line], situation: Situation, folder: Path) -> Diagnosis | None:
    """Know a framework that was given an event of another kind, by the key that it looks for outside the handler."""
    known = _KEYS_OF_LIBRARIES.get(error.message.strip("'")) if error.type == "KeyError" else None
    if known is None or not lines or handler_places(error.stack_trace[-1:], folder):
        return None
    code, place, shapes = known
    if situation.shape not in shapes or _has(situation.event, place):
        return None
    return Diagnosis(code="E23" if situation.is_timer else code, place=pointer(place), line=lines[-1])


def _has(value: Any, place: Place) -> bool:
    return isinstance(_at(value, place[:-1]), dict) and place[-1] in _at(value, place[:-1])


def _with_line(
    diagnosis: Diagnosis, lines: list[Line], situation: Situation, sources: Sources, handler: str
) -> Diagnosis:
    """Add the line of the traceback, or that of the `return` whose value the runtime could not take."""
    found = answered(situation.event, sources, handler)
    line = lines[-1] if lines else found.line if found else None
    diff = found.diff(diagnosis.code, diagnosis.place) if found and found.line == line else ""
    return replace(diagnosis, line=line, diff=diff)


def _undecoded_key(
    place: Place, lines: list[Line], situation: Situation, sources: Sources, handler: str
) -> Diagnosis | None:
    """Find where the handler reads the key; None when its source decodes keys, or does not show how it reads them."""
    if not lines or any("unquote" in (sources(line.file) or "") for line in lines):
        return None
    follower = Follower(sources, situation.event, lambda _, __: False)
    follower.follow(lines[0].file, _taker(lines[0], sources, handler))
    found = next((node for read, node in follower.reads if path(read) == path(place)), None)
    module = _module(lines[0], sources)
    if not isinstance(found, ast.expr) or module is None or not _is_in(found, module):
        return None
    edit = fixes.unquoted(found, module)
    line = Line(lines[0].file, found.lineno, module.lines[found.lineno - 1].strip())
    diff = fixes.difference(edit, line.file, module) if edit else ""
    return Diagnosis(code="E31", place=pointer(place), line=line, diff=diff)


def _is_in(node: ast.AST, module: Module) -> bool:
    return any(other is node for other in ast.walk(module.tree))


@dataclass(frozen=True, slots=True)
class Answered:
    """The `return` that gave a result."""

    line: Line
    node: ast.Return
    module: Module

    def diff(self, code: str, place: str) -> str:
        """Return the change that mends the result at a place, `` where one line is not enough."""
        return fixed_answer(code, self.node, place, self.line.file, self.module)


def answered(event: Any, sources: Sources, handler: str) -> Answered | None:
    """Return the `return` that gave the result, if the handler's source and the event leave only one."""
    file, module, follower = _whole(event, sources, handler)
    nodes = {node.lineno: node for node in follower.returns}
    line = _one_line(file, module, set(nodes))
    return Answered(line, nodes[line.line], module) if line and module else None


def reading_line(event: Any, sources: Sources, handler: str, places: Sequence[Place]) -> Line | None:
    """Return the line of the handler's module that reads one of these places of the event, if there is only one."""
    file, module, follower = _whole(event, sources, handler)
    wanted = {path(place) for place in places}
    nodes = [node for read, node in follower.reads if path(read) in wanted]
    if module is None or not all(_is_in(node, module) for node in nodes):
        return None
    return _one_line(file, module, {node.lineno for node in nodes if isinstance(node, ast.expr)})


def _whole(event: Any, sources: Sources, handler: str) -> tuple[str, Module | None, Follower]:
    name, _, function = handler.rpartition(".")
    file = f"{name.replace('.', '/')}.py"
    follower = Follower(sources, event, lambda _, __: False)
    follower.follow(file, function)
    return file, parsed(sources(file) or ""), follower


def _one_line(file: str, module: Module | None, lines: set[int]) -> Line | None:
    if module is None or len(lines) != 1:
        return None
    line = lines.pop()
    return Line(file, line, module.lines[line - 1].strip())


def _at(value: Any, place: Place) -> Any:
    for step in place:
        value = value.get(step) if isinstance(value, dict) else None
    return value
