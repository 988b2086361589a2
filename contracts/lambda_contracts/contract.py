"""`contract.toml`, the file beside a handler: read, checked, and as frozen objects.

The types below are the whole format: unknown keys are refused, and `json_schema()` is made from them.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

import msgspec

from lambda_contracts.errors import ContractError
from lambda_contracts.matching import MATCHERS, unknown_matchers
from lambda_contracts.route import Route
from lambda_contracts.shapes import FRONTS, Shape

FILE_NAME = "contract.toml"
CASE_SHAPES = (Shape.DIRECT, Shape.CONSOLE_TEST, Shape.CONSOLE_TEMPLATE, *FRONTS)
"""The shapes a logical request can be sent in."""


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file."""


class Function(_Table, frozen=True, kw_only=True):
    """`[function]`: what is deployed. `timeout` is in seconds, `memory` and `ephemeral_storage` in MB."""

    name: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{1,64}$")]
    handler: str | None = None
    runtime: Annotated[str, msgspec.Meta(pattern=r"^python3\.[0-9]+$")] | None = None
    python: str | None = None
    requirements: str = "requirements.txt"
    image: str | None = None
    build: str | None = None
    timeout: Annotated[int, msgspec.Meta(ge=1, le=900)] = 3
    memory: Annotated[int, msgspec.Meta(ge=128, le=10240)] = 128
    ephemeral_storage: Annotated[int, msgspec.Meta(ge=512, le=10240)] = 512
    environment: dict[str, str] = {}


class Setup(_Table, frozen=True, kw_only=True):
    """`[setup]`: what has to be there before the first event: S3 buckets, then commands run beside the handler."""

    buckets: tuple[str, ...] = ()
    run: tuple[str, ...] = ()


class RouteTable(_Table, frozen=True, kw_only=True):
    """`[[route]]`: one route that leads to the function."""

    method: str = "POST"
    path: Annotated[str, msgspec.Meta(pattern="^/")] = "/"
    stage: str = ""
    binary_media_types: tuple[str, ...] = ()


class Shapes(_Table, frozen=True, kw_only=True):
    """`[shapes]`: the event shapes that the handler promises to accept."""

    accept: tuple[Shape, ...] = (Shape.DIRECT, Shape.CONSOLE_TEST, Shape.REST)


class Case(_Table, frozen=True, kw_only=True):
    """`[[case]]`: one payload, raw text or recorded event, and what must come back.

    `payload` is a JSON value and `text` a raw request body; both are sent in every accepted shape (`text` not as
    `direct`: an Invoke payload is always JSON). `event` names a recorded event, sent as it is. `status` and `body` are
    what the client gets; `body` names what must be in it.
    """

    name: str
    payload: Any = msgspec.UNSET
    text: str | msgspec.UnsetType = msgspec.UNSET
    event: str | msgspec.UnsetType = msgspec.UNSET
    path: str | None = None
    headers: dict[str, str] = {}
    shapes: tuple[Shape, ...] = ()
    status: Annotated[int, msgspec.Meta(ge=100, le=599)] | None = None
    body: Any = msgspec.UNSET


class _Document(_Table, frozen=True, kw_only=True):
    """The whole file."""

    function: Function
    setup: Setup = Setup()
    route: tuple[RouteTable, ...] = (RouteTable(),)
    shapes: Shapes = Shapes()
    case: tuple[Case, ...] = ()


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """A contract and where it was read from."""

    file: Path
    function: Function
    setup: Setup
    routes: tuple[Route, ...]
    accept: tuple[Shape, ...]
    cases: tuple[Case, ...]

    @property
    def folder(self) -> Path:
        """The folder of the contract, which is the handler's."""
        return self.file.parent

    @property
    def front(self) -> Shape:
        """The front whose rules read what the handler returns to `direct`: the first accepted one, else `rest`."""
        return next((shape for shape in self.accept if shape in FRONTS), Shape.REST)


def load(path: Path) -> Contract:
    """Read a contract from its file, or from the folder that holds one.

    Raises ContractError with file, line and key.
    """
    file = path / FILE_NAME if path.is_dir() else path
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        hint = f"Write {FILE_NAME} beside the handler, or name the folder that has one."
        raise ContractError(file, "there is no such file.", hint=hint) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(file, f"it cannot be read: {error}.") from error
    return parse(text, file)


def parse(text: str, file: Path) -> Contract:
    """Make a contract of a file's text. Raises ContractError with file, line and key."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise ContractError(file, f"it is not TOML: {error}.", line=int(found[1]) if found else None) from error
    try:
        document = msgspec.convert(data, _Document)
    except msgspec.ValidationError as error:
        raise _invalid(error, text, file) from error
    _check(document, text, file)
    routes = tuple(Route(**msgspec.structs.asdict(table)) for table in document.route)
    return Contract(
        file=file,
        function=document.function,
        setup=document.setup,
        routes=routes,
        accept=document.shapes.accept,
        cases=document.case,
    )


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of `contract.toml`, for editors."""
    schema = msgspec.json.schema(_Document)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "lambdaproof contract", **schema}


def _invalid(error: msgspec.ValidationError, text: str, file: Path) -> ContractError:
    """Say where in the file a decoding error lies, with the nearest known key for a misspelt one."""
    problem, _, place = str(error).partition(" - at `$")
    keys = re.findall(r"[^.\[\]`]+", place)
    hint = ""
    if unknown := re.search(r"unknown field `(.+)`", problem):
        keys.append(unknown[1])
        problem = "there is no such key."
        hint = _suggestion(keys)
    return ContractError(file, problem, key=".".join(keys), line=line_of(text, keys), hint=hint)


_KEYS: dict[str, type[msgspec.Struct]] = {
    "": _Document,
    "function": Function,
    "setup": Setup,
    "route": RouteTable,
    "shapes": Shapes,
    "case": Case,
}


def _suggestion(keys: list[str]) -> str:
    known = _KEYS[keys[0] if len(keys) > 1 else ""].__struct_fields__
    near = difflib.get_close_matches(keys[-1], known, n=1)
    return f"Did you mean `{near[0]}`?" if near else f"Known here: {', '.join(known)}."


def line_of(text: str, keys: list[str]) -> int | None:
    """Return the line (1-based) where a key path such as `["case", "1", "payload"]` stands, as near as it is found."""
    tables: dict[str, int] = {}
    current, found = "", None
    wanted = [".".join(keys[:end]) for end in range(len(keys), 0, -1)]
    best = len(wanted)
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line):
            current = header[1]
            if line.lstrip().startswith("[["):
                tables[current] = tables.get(current, -1) + 1
                current = f"{current}.{tables[current]}"
            here = current
        elif key := re.match(r"\s*\"?([\w-]+)\"?\s*=", line):
            here = f"{current}.{key[1]}".lstrip(".")
        else:
            continue
        if here in wanted[:best]:
            best, found = wanted.index(here), number
    return found


def _check(document: _Document, text: str, file: Path) -> None:
    """Refuse what the types cannot: nothing to run, nothing to send, a case that says two things."""

    def fail(problem: str, *keys: str, hint: str = "") -> ContractError:
        return ContractError(file, problem, key=".".join(keys), line=line_of(text, list(keys)), hint=hint)

    function = document.function
    if not function.handler and not function.image:
        raise fail("it has neither `handler` nor `image`.", "function", hint='Write handler = "app.handler".')
    if function.build and not function.image:
        raise fail("`build` needs `image`, the name to give it.", "function", "build")
    if not document.shapes.accept:
        raise fail("the list is empty, so nothing could be sent.", "shapes", "accept", hint='Try ["direct", "rest"].')
    if not document.case:
        raise fail("it has no [[case]], so it would prove nothing.", hint="Add one with a name and a payload.")
    for index, case in enumerate(document.case):
        _check_case(case, lambda problem, *keys, at=str(index): fail(problem, "case", at, *keys))
    for key, shapes in [(("shapes", "accept"), document.shapes.accept)] + [
        (("case", str(index), "shapes"), case.shapes) for index, case in enumerate(document.case)
    ]:
        for shape in shapes:
            if shape not in CASE_SHAPES:
                raise fail(f"a case cannot be sent as `{shape}`.", *key, hint=f"Known: {', '.join(CASE_SHAPES)}.")


def _check_case(case: Case, fail: Any) -> None:
    given = [key for key in ("payload", "text", "event") if getattr(case, key) is not msgspec.UNSET]
    if len(given) != 1:
        raise fail(f"case `{case.name}` needs exactly one of payload, text and event; it has {len(given)}.")
    for key in ("payload", "body"):
        value = getattr(case, key)
        if value is not msgspec.UNSET:
            try:
                json.dumps(value, allow_nan=False)
            except (TypeError, ValueError) as error:
                raise fail(f"it is not JSON: {error}.", key) from None
    for name in unknown_matchers(case.body):
        raise fail(f"there is no matcher `{name}`.", "body", hint=f"Known: {', '.join(MATCHERS)}.")
