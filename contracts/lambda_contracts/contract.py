"""`contract.toml`, the file beside a handler: read, checked, and as frozen objects.

The types below are the whole format: unknown keys are refused, and `json_schema()` is made from them.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import takewhile
from operator import eq
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from lambda_contracts import schemas
from lambda_contracts.api import Authorizer, AuthorizerKind, Cors, Endpoint
from lambda_contracts.errors import ContractError
from lambda_contracts.matching import mistakes
from lambda_contracts.route import Route
from lambda_contracts.schemas import Schema
from lambda_contracts.shapes import FRONTS, Shape

FILE_NAME = "contract.toml"
CASE_SHAPES = (Shape.DIRECT, Shape.CONSOLE_TEST, Shape.CONSOLE_TEMPLATE, *FRONTS)
"""The shapes a logical request can be sent in."""
_SENT = ("payload", "text", "event")
_SENDS = {"oneOf": [{"required": [key]} for key in _SENT]}
_RUNS = {"anyOf": [{"required": ["name", "handler"]}, {"required": ["name", "image"]}, {"required": ["template"]}]}
_CaseShape = Annotated[Shape, Meta(extra_json_schema={"enum": [shape.value for shape in CASE_SHAPES]})]
_Accept = Annotated[tuple[_CaseShape, ...], Meta(min_length=1, description="The shapes that each case is sent in.")]
_Runtime = Annotated[str, Meta(pattern=r"^python3\.[0-9]+$")]
_Seconds = Annotated[float, Meta(gt=0)]
_Count = Annotated[int, Meta(gt=0)]
_Status = Annotated[int, Meta(ge=100, le=599)]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file."""


class Function(_Table, frozen=True, kw_only=True):
    """`[function]`: what is deployed."""

    name: Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{1,64}$", description="The function's name, as on Lambda.")] = ""
    template: Annotated[str | None, Meta(description="The SAM or CloudFormation template that has the function.")] = (
        None
    )
    resource: Annotated[str | None, Meta(description="Its logical id there, if there are several functions.")] = None
    parameters: Annotated[dict[str, str], Meta(description="Values for the template's parameters.")] = {}
    code: Annotated[str, Meta(description="The folder of the handler's code, relative to the contract.")] = "."
    handler: Annotated[str | None, Meta(description='Module and function: "app.handler".')] = None
    runtime: Annotated[_Runtime | None, Meta(description='As on Lambda: "python3.12".')] = None
    python: Annotated[str | None, Meta(description="The interpreter that has the handler's dependencies.")] = None
    requirements: Annotated[str, Meta(description="The handler's dependencies, a file for pip.")] = "requirements.txt"
    image: Annotated[str | None, Meta(description="The container image to run.")] = None
    build: Annotated[str | None, Meta(description="The folder to build the image from, first.")] = None
    dockerfile: Annotated[str, Meta(description="The Dockerfile, relative to `build`.")] = "Dockerfile"
    timeout: Annotated[int, Meta(ge=1, le=900, description="Seconds, 1 to 900.")] = 3
    memory: Annotated[int, Meta(ge=128, le=10240, description="MB, 128 to 10240.")] = 128
    ephemeral_storage: Annotated[int, Meta(ge=512, le=10240, description="MB under /tmp, 512 to 10240.")] = 512
    reserved_concurrency: Annotated[_Count | None, Meta(description="Events at once; one more is throttled.")] = None
    environment: Annotated[dict[str, str], Meta(description='Variables; every value is a string: A = "1".')] = {}


_KeyName = Annotated[str, Meta(min_length=1, max_length=255, description="The attribute's name.")]
_KEY_VALUES: dict[str, tuple[str, tuple[type, ...]]] = {
    "S": ("a string", (str,)),
    "N": ("a number", (int, float)),
    "B": ("binary, which only a command of setup.run can write", ()),
}


class TableKey(_Table, frozen=True, kw_only=True):
    """`partition_key` and `sort_key` of a DynamoDB table."""

    name: _KeyName
    type: Annotated[Literal["S", "N", "B"], Meta(description="S for string, N for number, B for binary.")] = "S"


class DynamoTable(_Table, frozen=True, kw_only=True):
    """`[[setup.tables]]`: one DynamoDB table."""

    name: Annotated[str, Meta(pattern="^[A-Za-z0-9_.-]{3,255}$", description="The table's name, as on AWS.")]
    partition_key: Annotated[TableKey, Meta(description='An attribute: { name = "id", type = "S" }.')]
    sort_key: Annotated[TableKey | None, Meta(description='An attribute: { name = "placed", type = "N" }.')] = None
    items: Annotated[tuple[dict[str, Any], ...], Meta(description="What is in it, as plain values.")] = ()

    @property
    def keys(self) -> tuple[TableKey, ...]:
        """Its partition key, and its sort key if it has one."""
        return (self.partition_key,) if self.sort_key is None else (self.partition_key, self.sort_key)


class Setup(_Table, frozen=True, kw_only=True):
    """`[setup]`: what has to be there before the first event."""

    buckets: Annotated[tuple[str, ...], Meta(description="S3 buckets to create.")] = ()
    tables: Annotated[tuple[DynamoTable, ...], Meta(description="DynamoDB tables to create.")] = ()
    run: Annotated[tuple[str, ...], Meta(description="Commands to run beside the handler, after that.")] = ()

    @property
    def needs_aws(self) -> bool:
        """Whether a stand-in for AWS has to be there."""
        return bool(self.buckets or self.tables)


class RouteTable(_Table, frozen=True, kw_only=True):
    """`[[route]]`: one route that leads to the function."""

    method: Annotated[str, Meta(pattern="^[A-Z]+$", description="GET, POST, ..., or ANY.")] = "POST"
    path: Annotated[
        str, Meta(pattern=r"^(/|\$default$)", description='As API Gateway shows it: "/items/{id}", "/{proxy+}".')
    ] = "/"
    stage: Annotated[str, Meta(description="The stage's name; empty for the front's default.")] = ""
    binary_media_types: Annotated[tuple[str, ...], Meta(description='The REST API\'s: "image/png", "*/*".')] = ()
    authorizer: Annotated[str | None, Meta(description="The name of an [[authorizer]].")] = None
    scopes: Annotated[tuple[str, ...], Meta(description="What a JWT needs one of.")] = ()
    api_key_required: Annotated[bool, Meta(description="Whether a REST API asks for one of [api_keys].")] = False


_Kind = Annotated[AuthorizerKind, Meta(description="token (a REST API), request (any API), jwt (an HTTP API).")]


class AuthorizerTable(_Table, frozen=True, kw_only=True):
    """`[[authorizer]]`: how an API finds out who is calling."""

    name: Annotated[str, Meta(min_length=1, description="What routes call it.")]
    kind: _Kind
    function: Annotated[str, Meta(description="The name of the function that decides; none for jwt.")] = ""
    identity_sources: Annotated[
        tuple[str, ...], Meta(description='Where it looks: "method.request.header.X", "$request.querystring.x".')
    ] = ()
    validation: Annotated[str, Meta(description="A regular expression for the token of kind token.")] = ""
    payload_version: Annotated[Literal["1.0", "2.0"], Meta(description="Of an HTTP API's authorizer.")] = "2.0"
    simple_responses: Annotated[bool, Meta(description="Whether it answers with isAuthorized, not a policy.")] = False
    issuer: Annotated[str, Meta(description="The iss that a JWT has to have.")] = ""
    audience: Annotated[tuple[str, ...], Meta(description="What aud or client_id of a JWT has to name.")] = ()


class CorsTable(_Table, frozen=True, kw_only=True):
    """`[cors]`: the CORS configuration of the HTTP API and the function URL."""

    allow_origins: Annotated[tuple[str, ...], Meta(description='"https://shop.example", "https://*", "*".')] = ()
    allow_methods: Annotated[tuple[str, ...], Meta(description='"GET", "POST", "*".')] = ()
    allow_headers: Annotated[tuple[str, ...], Meta(description="Request headers that a page may send.")] = ()
    expose_headers: Annotated[tuple[str, ...], Meta(description="Response headers that a page may read.")] = ()
    allow_credentials: Annotated[bool, Meta(description="Whether a page may send cookies.")] = False
    max_age: Annotated[Annotated[int, Meta(ge=-1)] | None, Meta(description="Seconds to keep a preflight.")] = None


class Shapes(_Table, frozen=True, kw_only=True):
    """`[shapes]`: the event shapes that the handler promises to accept."""

    accept: _Accept = (Shape.DIRECT, Shape.CONSOLE_TEST, Shape.REST)


class Case(_Table, frozen=True, kw_only=True):
    """`[[case]]`: one payload, raw text or recorded event, and what must come back."""

    name: Annotated[str, Meta(min_length=1, description="What the reports call it.")]
    payload: Annotated[Any, Meta(description="A JSON value, sent in every accepted shape.")] = UNSET
    text: Annotated[str | UnsetType, Meta(description="A raw body, sent in every accepted shape but direct.")] = UNSET
    event: Annotated[str | UnsetType, Meta(description="The file of a recorded event, sent as it is.")] = UNSET
    path: Annotated[str | None, Meta(description='Path and query, for one of the routes: "/items/7?full=1".')] = None
    headers: Annotated[dict[str, str], Meta(description="Request headers; every value is a string.")] = {}
    shapes: Annotated[tuple[_CaseShape, ...], Meta(min_length=1, description="Only these shapes, for this case.")] = ()
    status: Annotated[_Status | None, Meta(description="The HTTP status that the client gets, 100 to 599.")] = None
    body: Annotated[Any, Meta(description="What must be in the body that the client gets.")] = UNSET


class Budget(_Table, frozen=True, kw_only=True):
    """`[budget]`: what the function may cost at most."""

    init: Annotated[_Seconds | None, Meta(description="Seconds to load the handler.")] = None
    cold: Annotated[_Seconds | None, Meta(description="Seconds to load the handler and answer one event.")] = None
    warm_p99: Annotated[_Seconds | None, Meta(description="Seconds that 99 of 100 warm events keep to.")] = None
    response_size: Annotated[_Count | None, Meta(description="Bytes of the largest answer.")] = None
    memory: Annotated[_Count | None, Meta(description="MB of memory at the peak.")] = None


class Fuzz(_Table, frozen=True, kw_only=True):
    """`[fuzz]`: what `check --fuzz` draws from, beside the cases."""

    schema: Annotated[str | None, Meta(description='The JSON Schema of payloads, a file: "payload.schema.json".')] = (
        None
    )


_Checks = Annotated[dict[str, bool], Meta(description="Checks to run or to leave out, by name: state = false.")]


_ApiKeys = Annotated[dict[str, str], Meta(description='API keys that a REST API knows, by id: mobile = "value".')]


class Document(_Table, frozen=True, kw_only=True):
    """The whole file."""

    function: Annotated[
        Function, Meta(extra_json_schema=_RUNS, description="A name, and a handler or an image; or a template.")
    ]
    setup: Setup = Setup()
    route: Annotated[
        tuple[RouteTable, ...], Meta(min_length=1, description="Each under [[route]]; the default is POST /.")
    ] = (RouteTable(),)
    authorizer: Annotated[tuple[AuthorizerTable, ...], Meta(description="Each under [[authorizer]].")] = ()
    cors: Annotated[CorsTable | None, Meta(description="Of the HTTP API and the function URL.")] = None
    api_keys: _ApiKeys = {}
    shapes: Shapes = Shapes()
    checks: _Checks = {}
    budget: Budget = Budget()
    fuzz: Fuzz = Fuzz()
    case: Annotated[
        tuple[Annotated[Case, Meta(extra_json_schema=_SENDS)], ...],
        Meta(
            min_length=1, description="Each under [[case]], with a name and a payload; without one nothing is proved."
        ),
    ]


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """A contract and where it was read from; `text` is the file's, to find lines in.

    `endpoints` are its routes with what guards them; `lambda_contracts.apis` makes an API of each front of them.
    `schema` is what `fuzz.schema` names, None without one.
    """

    file: Path
    text: str = ""
    function: Function
    setup: Setup
    endpoints: tuple[Endpoint, ...]
    authorizers: tuple[Authorizer, ...] = ()
    cors: Cors | None = None
    api_keys: dict[str, str] = {}
    accept: tuple[Shape, ...]
    cases: tuple[Case, ...]
    checks: dict[str, bool] = {}
    budget: Budget = Budget()
    fuzz: Fuzz = Fuzz()
    schema: Schema | None = None

    @property
    def folder(self) -> Path:
        """The folder of the contract, and of what it names: recorded events, templates."""
        return self.file.parent

    @property
    def code(self) -> Path:
        """The folder of the handler's code."""
        return self.folder / self.function.code

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes that lead to the function."""
        return tuple(endpoint.route for endpoint in self.endpoints)

    @property
    def front(self) -> Shape:
        """The front whose rules read what the handler returns to `direct`: the first accepted one, else `rest`."""
        return next((shape for shape in self.accept if shape in FRONTS), Shape.REST)

    def mistake(self, problem: str, *keys: str, hint: str = "") -> ContractError:
        """Return the error that says what is wrong with the value under a key path, such as `case`, `1`, `payload`."""
        return _error(self.file, self.text, problem, keys, hint)


TemplateReader = Callable[[Path, Mapping[str, Any]], Mapping[str, Any]]
"""Reads a template for a contract: given its file and the contract's `[function]`, it returns what the template says in
the tables of a contract, `function`, `route` and `shapes`. It raises a ContractsError."""


def load(path: Path, *, read_template: TemplateReader | None = None) -> Contract:
    """Read a contract from its file, or from the folder that holds one; `read_template` reads what it may refer to.

    Raises ContractError with file, line and key, and SchemaError for a schema of payloads that is not understood.
    """
    file = path / FILE_NAME if path.is_dir() else path
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        hint = f"Write {FILE_NAME} beside the handler, or name the folder that has one."
        raise ContractError(file, "there is no such file.", hint=hint) from None
    except UnicodeDecodeError as error:
        raise ContractError(file, f"it is not UTF-8: {error}.", hint="Save it as UTF-8.") from error
    except OSError as error:
        raise ContractError(file, f"it cannot be read: {error}.") from error
    contract = parse(text, file, read_template=read_template)
    return msgspec.structs.replace(contract, schema=_payload_schema(contract))


def parse(text: str, file: Path, *, read_template: TemplateReader | None = None) -> Contract:
    """Make a contract of a file's text. Raises ContractError with file, line and key."""
    try:
        tables = _completed(tomllib.loads(text), file, text, read_template)
        document = msgspec.convert(tables, Document)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise ContractError(file, f"it is not TOML: {error}.", line=int(found[1]) if found else None) from error
    except RecursionError:
        raise ContractError(file, "its values are nested too deeply to be read.") from None
    except msgspec.ValidationError as error:
        problem, keys, hint = _told(error)
        raise _error(file, text, problem, keys, hint) from error
    contract = Contract(
        file=file,
        text=text,
        function=document.function,
        setup=document.setup,
        endpoints=tuple(_endpoint(table, document.function.name) for table in document.route),
        authorizers=tuple(Authorizer(**msgspec.structs.asdict(table)) for table in document.authorizer),
        cors=None if document.cors is None else Cors(**msgspec.structs.asdict(document.cors)),
        api_keys=document.api_keys,
        accept=document.shapes.accept,
        cases=document.case,
        checks=document.checks,
        budget=document.budget,
        fuzz=document.fuzz,
    )
    _check(contract)
    return contract


def _payload_schema(contract: Contract) -> Schema | None:
    if contract.fuzz.schema is None:
        return None
    file = contract.folder / contract.fuzz.schema
    try:
        return schemas.load(file)
    except FileNotFoundError:
        hint = "Name the JSON Schema of payloads, relative to the contract."
        raise contract.mistake(f"{file}: there is no such file.", "fuzz", "schema", hint=hint) from None
    except OSError as error:
        raise contract.mistake(f"{file} cannot be read: {error}.", "fuzz", "schema") from error


class _Referring(msgspec.Struct):
    """The part of a contract that has to be right before its template is read."""

    function: Function
    shapes: Shapes = Shapes()


def _completed(own: dict[str, Any], file: Path, text: str, read_template: TemplateReader | None) -> dict[str, Any]:
    """Return a contract's tables with what it leaves to its template: key by key, variables one by one."""
    function = own.get("function")
    if not isinstance(function, dict) or "template" not in function:
        return own
    msgspec.convert({key: own[key] for key in ("function", "shapes") if key in own}, _Referring)
    if read_template is None:
        hint = "Load the contract with lambda_emulator.loading."
        raise _error(file, text, "templates are not read here.", ["function", "template"], hint)
    found = read_template(file.parent / function["template"], function)
    environment = {**found["function"].get("environment", {}), **function.get("environment", {})}
    return {
        **found,
        **own,
        "function": {**found["function"], **function, "environment": environment},
        "shapes": {**found.get("shapes", {}), **own.get("shapes", {})},
    }


def _endpoint(table: RouteTable, function: str) -> Endpoint:
    return Endpoint(
        route=Route(
            method=table.method, path=table.path, stage=table.stage, binary_media_types=table.binary_media_types
        ),
        function=function,
        authorizer=table.authorizer,
        scopes=table.scopes,
        api_key_required=table.api_key_required,
    )


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of `contract.toml`, for editors: what `contract.schema.json` beside this module holds."""
    schema = msgspec.json.schema(Document)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "lambdaproof contract", **schema}


def _error(file: Path, text: str, problem: str, keys: Sequence[str], hint: str) -> ContractError:
    return ContractError(file, problem, key=".".join(keys), line=line_of(text, keys), hint=hint)


_TABLES: dict[str, type[_Table]] = {
    "function": Function,
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
    "type": ("type of a key", tuple(_KEY_VALUES)),
    "payload_version": ("payload version", ("1.0", "2.0")),
}
_WORDS = {"int": "an integer", "str": "a string", "array": "a list", "object": "a table", "bool": "a boolean"}


def _told(error: msgspec.ValidationError) -> tuple[str, list[str], str]:
    """Say a decoding error in the words of TOML: the problem, its keys, and a hint."""
    told, _, place = str(error).partition(" - at `$")
    keys = [key for key in re.findall(r"[^.\[\]`]+", place) if key != "..."]
    if found := re.search(r"unknown field `(.+)`", told):
        keys.append(found[1])
        return "there is no such key.", keys, _nearest(found[1], _described(keys))
    if found := re.search(r"missing required field `(.+)`", told):
        keys.append(found[1])
        return "it is missing.", keys, _described(keys).get(found[1], "")
    if found := re.search(r"enum value '(.+)'", told, re.DOTALL):
        what, choices = _CHOICES.get(keys[-1], ("shape", CASE_SHAPES))
        return f"there is no {what} `{found[1]}`.", keys, _nearest(found[1], choices)
    if found := re.match(r"Expected `(\w+)[^`]*`(.*?)(?:, got `(\w+)`)?$", told):
        wanted, limit, got = found.groups()
        told = f"it has to be {_WORDS.get(wanted, wanted)}{limit}" + (
            f", not {_WORDS.get(got, f'a {got}')}" if got else ""
        )
    known = _described(keys)
    return f"{told}.", keys, next((known[key] for key in reversed(keys) if key in known), "")


def _described(keys: Sequence[str]) -> dict[str, str]:
    """Return the keys known where a key path leads, each with its description."""
    names = [key for key in keys[:-1] if not key.isdigit()]
    paths = (".".join(names[:length]) for length in range(len(names), 0, -1))
    table: type[_Table] = next((_TABLES[path] for path in paths if path in _TABLES), Document)
    properties = msgspec.json.schema(table)["$defs"][table.__name__]["properties"]
    return {name: schema.get("description", "") for name, schema in properties.items()}


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean `{near[0]}`?" if near else f"Known here: {', '.join(known)}."


def line_of(text: str, keys: Sequence[str]) -> int | None:
    """Return the line (1-based) where a key path such as `["case", "1", "payload"]` stands, as near as it is found."""
    tables: dict[str, int] = {}
    current, found, best = "", None, 0
    plain = _MULTILINE.sub(lambda match: "\n" * match[0].count("\n"), text)
    for number, line in enumerate(plain.splitlines(), 1):
        if header := _HEADER.match(line):
            names = header[2].replace('"', "").strip().split(".")
            here = current = _place(names, tables, new=header[1] == "[[")
        elif key := _KEY.match(line):
            here = f"{current}.{key[1]}".replace('"', "").lstrip(".")
        else:
            continue
        shared = len(list(takewhile(bool, map(eq, here.split("."), keys))))
        if shared > best:
            best, found = shared, number
    return found


def _place(names: Sequence[str], counts: dict[str, int], *, new: bool) -> str:
    """Return a header's key path: `case.1.body`. `counts` has the index of each array's last table so far."""
    path = ""
    for index, name in enumerate(names, 1):
        path = f"{path}.{name}".lstrip(".")
        if new and index == len(names):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = f"{path}.{counts[path]}"
    return path


_MULTILINE = re.compile(r"(\"{3}|'{3}).*?\1", re.DOTALL)
_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r'\s*((?:"[^"]*"|[\w.-])+)\s*=')


def _check(contract: Contract) -> None:
    """Refuse what the types cannot: nothing to run, a case that says two things, what cannot be sent or compared."""
    function = contract.function
    if not function.name:
        raise contract.mistake("it is missing.", "function", "name", hint=_described(["function", "name"])["name"])
    if not function.handler and not function.image:
        hint = 'Write handler = "app.handler".'
        raise contract.mistake("it has neither `handler` nor `image`.", "function", hint=hint)
    if function.build and not function.image:
        raise contract.mistake("it needs `image`, the name to give it.", "function", "build")
    _check_shapes(contract, contract.accept, "shapes", "accept")
    _check_authorizers(contract)
    _check_tables(contract)
    names: set[str] = set()
    for index, case in enumerate(contract.cases):
        if case.name in names:
            raise contract.mistake(f"there are two cases called `{case.name}`.", "case", str(index), "name")
        names.add(case.name)
        _check_case(contract, case, str(index))


def _check_tables(contract: Contract) -> None:
    names: set[str] = set()
    for index, table in enumerate(contract.setup.tables):
        keys = ("setup", "tables", str(index))
        if table.name in names:
            raise contract.mistake(f"there are two tables called `{table.name}`.", *keys, "name")
        names.add(table.name)
        if len({key.name for key in table.keys}) < len(table.keys):
            raise contract.mistake("it is the partition key already.", *keys, "sort_key")
        for number, item in enumerate(table.items):
            _check_item(contract, table, item, *keys, "items", str(number))


def _check_item(contract: Contract, table: DynamoTable, item: dict[str, Any], *keys: str) -> None:
    _check_json(contract, item, *keys)
    for key in table.keys:
        wanted, types = _KEY_VALUES[key.type]
        if key.name not in item:
            raise contract.mistake(f"it has no `{key.name}`, a key of the table `{table.name}`.", *keys)
        if type(item[key.name]) not in types:
            raise contract.mistake(f"it has to be {wanted}, as the table's key says.", *keys, key.name)


def _check_json(contract: Contract, value: Any, *keys: str) -> None:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise contract.mistake(f"it is not JSON: {error}.", *keys) from None


def _check_authorizers(contract: Contract) -> None:
    names = [authorizer.name for authorizer in contract.authorizers]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise contract.mistake(f"there are two authorizers called `{name}`.", "authorizer", str(index), "name")
    for index, endpoint in enumerate(contract.endpoints):
        if endpoint.authorizer is not None and endpoint.authorizer not in names:
            hint = f"Known here: {', '.join(names) or 'none; write [[authorizer]]'}."
            problem = f"there is no authorizer `{endpoint.authorizer}`."
            raise contract.mistake(problem, "route", str(index), "authorizer", hint=hint)
        if endpoint.api_key_required and not contract.api_keys:
            hint = 'Write [api_keys] with mobile = "value".'
            raise contract.mistake("there is no API key.", "route", str(index), "api_key_required", hint=hint)


def _check_shapes(contract: Contract, shapes: tuple[Shape, ...], *keys: str) -> None:
    for shape in shapes:
        if shape not in CASE_SHAPES:
            hint = f"Known here: {', '.join(CASE_SHAPES)}."
            raise contract.mistake(f"a case cannot be sent as `{shape}`.", *keys, hint=hint)
        if shapes.count(shape) > 1:
            raise contract.mistake(f"`{shape}` is listed twice.", *keys)


def _check_case(contract: Contract, case: Case, index: str) -> None:
    given = [key for key in _SENT if getattr(case, key) is not UNSET]
    if len(given) != 1:
        has = " and ".join(given) or "none"
        raise contract.mistake(
            f"`{case.name}` needs exactly one of payload, text and event; it has {has}.", "case", index
        )
    _check_shapes(contract, case.shapes, "case", index, "shapes")
    for key in ("path", "headers", "shapes"):
        if given == ["event"] and getattr(case, key):
            raise contract.mistake("it changes nothing: a recorded event is sent as it is.", "case", index, key)
    for key in ("payload", "body"):
        value = getattr(case, key)
        if value is not UNSET:
            _check_json(contract, value, "case", index, key)
    for problem, hint in mistakes(case.body):
        raise contract.mistake(problem, "case", index, "body", hint=hint)
