"""A contract read from its file, and completed by the template that it names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from lambda_contracts import schemas
from lambda_contracts.api import Authorizer, Cors, Endpoint
from lambda_contracts.contract.cases import Shapes
from lambda_contracts.contract.checking import check
from lambda_contracts.contract.contract import Contract
from lambda_contracts.contract.document import Document
from lambda_contracts.contract.function import Function
from lambda_contracts.contract.lines import mistake
from lambda_contracts.contract.mistakes import told
from lambda_contracts.contract.routes import RouteTable
from lambda_contracts.errors import ContractError
from lambda_contracts.route import Route
from lambda_contracts.schemas import Schema

FILE_NAME = "contract.toml"

TemplateReader = Callable[[Path, Mapping[str, Any]], Mapping[str, Any]]
"""Reads a template for a contract: given its file and the contract's `[function]`, it returns what the template says in
the tables of a contract, `function`, `route` and `shapes`. It raises a ContractsError."""


def load(path: Path, *, read_template: TemplateReader | None = None, over: Mapping[str, Any] | None = None) -> Contract:
    """Read a contract from its file, or from the folder that holds one; `read_template` reads what it may refer to.

    `over` are tables that go over the file's own: keys of `function` one by one, others as a whole.

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
    contract = parse(text, file, read_template=read_template, over=over)
    return msgspec.structs.replace(contract, schema=_payload_schema(contract))


def parse(
    text: str,
    file: Path,
    *,
    read_template: TemplateReader | None = None,
    over: Mapping[str, Any] | None = None,
) -> Contract:
    """Make a contract of a file's text, as `load` does. Raises ContractError with file, line and key."""
    try:
        tables = _completed(tomllib.loads(text), file, text, read_template)
        if over:
            tables = {**tables, **over, "function": {**tables["function"], **over["function"]}}
        document = msgspec.convert(tables, Document)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise ContractError(file, f"it is not TOML: {error}.", line=int(found[1]) if found else None) from error
    except RecursionError:
        raise ContractError(file, "its values are nested too deeply to be read.") from None
    except msgspec.ValidationError as error:
        problem, keys, hint = told(error)
        raise mistake(file, text, problem, keys, hint) from error
    contract = Contract(
        file=file,
        text=text,
        function=document.function,
        cloud_function=document.cloud_function,
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
    check(contract)
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
        raise mistake(file, text, "templates are not read here.", ["function", "template"], hint)
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
