"""Contracts and templates, as files name them: what functions there are, and what APIs lead to them.

A contract with what its template says: the template is read, and told in the tables of a contract. A template alone
has functions and APIs to serve, but no case to check.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
from lambda_contracts import contract
from lambda_contracts.api import Api
from lambda_contracts.apis import apis
from lambda_contracts.contract import Contract
from lambda_contracts.errors import TemplateError
from lambda_contracts.shapes import Shape

from lambda_emulator import templates
from lambda_emulator.errors import UsageError
from lambda_emulator.templates import Function, Template

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Target:
    """What a file has to serve: functions, and APIs whose endpoints name them."""

    file: Path
    contracts: tuple[Contract, ...]
    apis: tuple[Api, ...]


def target(path: Path) -> Target:
    """Read what is to be served of a contract, or of a template alone. Raises a ContractsError."""
    if templates.is_template(path) and not (path / contract.FILE_NAME).is_file():
        return _template_target(path)
    found = load(path)
    return Target(found.file, (found,), apis(found))


def _template_target(file: Path) -> Target:
    template = templates.load(file)
    if not template.apis:
        hint = "Give a function a route: an event of type Api or HttpApi, an API or a function URL."
        raise TemplateError(file, "it has no route that leads to a function.", hint=hint)
    names = {resource: function.name for resource, function in template.functions.items()}
    for note in template.notes:
        log.warning("%s", note)
    found = tuple(_contract(file, resource) for resource in template.functions)
    return Target(file, found, tuple(_with_names(api, names) for api in template.apis))


def _contract(file: Path, resource: str) -> Contract:
    """Return a function of a template as a contract that has no cases."""
    says = tables(file, {"template": file.name, "resource": resource})
    function = msgspec.convert(says["function"], contract.Function)
    return Contract(file=file, function=function, setup=contract.Setup(), endpoints=(), accept=(), cases=())


def _with_names(api: Api, names: Mapping[str, str]) -> Api:
    """Return a template's API with the functions' names in place of their logical ids."""
    return replace(
        api,
        endpoints=tuple(replace(one, function=names.get(one.function, one.function)) for one in api.endpoints),
        authorizers={
            name: replace(one, function=names.get(one.function, one.function)) for name, one in api.authorizers.items()
        },
    )


def function(name: str) -> Contract:
    """Return the function that a user names: a folder with a contract, its file, a template, or `app.py:handler`.

    Raises a ContractsError, and UsageError for what is none of them.
    """
    file, _, handler = name.rpartition(":")
    if file.endswith(".py") and handler.isidentifier():
        path = Path(file)
        if not path.is_file():
            raise UsageError(f"{file}: there is no such file.", hint="Write FILE.py:FUNCTION, as app.py:handler.")
        return bare(path.parent, f"{path.stem}.{handler}")
    path = Path(name)
    if path.suffix in (".yaml", ".yml", ".template"):
        contracts = target(path).contracts
        if len(contracts) > 1:
            names = ", ".join(one.function.name for one in contracts)
            raise UsageError(f"{path} has several functions: {names}.", hint="Name the folder of a contract.toml.")
        return contracts[0]
    return load(path)


def bare(folder: Path, handler: str, *, accept: Sequence[str] = ("rest",), routes: Sequence[str] = ()) -> Contract:
    """Return a handler that has no contract in the words of one that promises nothing.

    `routes` are `METHOD /path`, by default one for everything. Raises a ContractError for what cannot be one.
    """
    name = "".join(letter if letter.isalnum() else "-" for letter in folder.resolve().name)[:64] or "function"
    lines = ["[function]", f"name = {json.dumps(name)}", f"handler = {json.dumps(handler)}"]
    lines += ["[shapes]", f"accept = {json.dumps([*accept])}"]
    for route in routes or ("ANY /{proxy+}",):
        method, _, path = route.partition(" ")
        lines += ["[[route]]", f"method = {json.dumps(method)}", f"path = {json.dumps(path or '/')}"]
    lines += ["[[case]]", 'name = "served"', "payload = {}"]
    found = contract.parse("\n".join(lines), folder / "the command line")
    return msgspec.structs.replace(found, cases=())


def load(path: Path) -> Contract:
    """Read a contract from its file, or from the folder that holds one, and the template that it names.

    Raises ContractError and TemplateError with file, line and key; ExtraMissing without PyYAML.
    """
    return contract.load(path, read_template=tables)


_DEPLOYED = ("name", "timeout", "memory", "ephemeral_storage", "reserved_concurrency", "environment")
"""What a template says of a function as it is deployed; its code and its image are the contract's."""


def deployed(template: Path) -> Contract:
    """Read the contract that a template is held to, with the function, its routes and shapes as the template has them.

    It is the one beside the template, or in the folder above. What the template says goes over what the contract says
    itself. Raises what `load` raises, and UsageError when there is no contract.
    """
    folder = template if template.is_dir() else template.parent
    file = next((found / contract.FILE_NAME for found in (folder, folder.resolve().parent) if _has_one(found)), None)
    if file is None:
        hint = f'Write a {contract.FILE_NAME} with template = "{template.name}" in [function], and a [[case]].'
        raise UsageError(f"{template}: there is no {contract.FILE_NAME} beside it or above it.", hint=hint)
    own = load(file)
    if own.function.template and own.folder.joinpath(own.function.template).resolve() == template.resolve():
        return own
    functions = templates.load(template).functions
    resource = next((name for name, one in functions.items() if one.name == own.function.name), None)
    says = tables(template, {"template": str(template), "resource": resource, "code": "", "runtime": ""})
    function = {key: value for key, value in says["function"].items() if key in _DEPLOYED}
    return contract.load(file, read_template=tables, over={**says, "function": {"environment": {}, **function}})


def _has_one(folder: Path) -> bool:
    return (folder / contract.FILE_NAME).is_file()


def tables(file: Path, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a template says of a function in the tables of a contract, whose `[function]` is `asked`.

    What the contract says itself is not looked for: code that is not in a folder here, a runtime that is not Python's.
    """
    template = templates.load(file, asked.get("parameters", {}))
    function = _chosen(template, asked.get("resource"))
    for note in template.notes:
        if f"{function.id}." in note.key:
            log.warning("%s", note)
    leading = [api for api in template.apis if any(one.function == function.id for one in api.endpoints)]
    found: dict[str, Any] = {"function": _function(template, function, asked), "shapes": {"accept": _accepted(leading)}}
    routes = list(_routes(function, leading))
    return {**found, "route": routes} if routes else found


def _chosen(template: Template, resource: str | None) -> Function:
    names = ", ".join(template.functions)
    if resource is None and len(template.functions) == 1:
        return next(iter(template.functions.values()))
    if not template.functions:
        raise TemplateError(template.file, "it has no function.", hint="Name another template.")
    if resource is None:
        hint = f'Write resource = "{next(iter(template.functions))}" in [function] of the contract.'
        raise TemplateError(template.file, f"it has several functions: {names}.", hint=hint)
    if resource not in template.functions:
        raise TemplateError(template.file, f"it has no function `{resource}`.", hint=f"Its functions: {names}.")
    return template.functions[resource]


def _path(path: Path, template: Template, asked: Mapping[str, Any]) -> str:
    """Return a path of a template as a contract writes it, relative to itself."""
    written = Path(asked["template"])
    folder = written if template.folder == template.file else written.parent
    return os.path.normpath(folder / os.path.relpath(path, template.folder))


def _function(template: Template, function: Function, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of `[function]`; those that a template says nothing about are left to the contract."""
    found: dict[str, Any] = {
        "name": function.name,
        "timeout": function.timeout,
        "memory": function.memory,
        "ephemeral_storage": function.ephemeral_storage,
        "reserved_concurrency": function.reserved_concurrency,
        "environment": dict(function.environment),
        **(_image(template, function, asked) if function.image else _code(template, function, asked)),
    }
    return {key: value for key, value in found.items() if value}


def _code(template: Template, function: Function, asked: Mapping[str, Any]) -> dict[str, Any]:
    if "runtime" not in asked and not (function.runtime or "python").startswith("python"):
        hint = "lambdaproof runs Python; an image of any runtime runs in the environment `container`."
        raise _mistake(function, "Runtime", f"it is {function.runtime}.", hint)
    found: dict[str, Any] = {"handler": function.handler, "runtime": function.runtime}
    if asked.keys() & {"code", "zip"}:
        return found
    if function.code is not None and function.code.suffix == ".zip":
        archives = [layer for layer in function.layers if layer.suffix == ".zip"]
        layers = [_path(layer, template, asked) for layer in archives]
        return {**found, "zip": _path(function.code, template, asked), "layers": layers}
    return {**found, "code": _path(_folder(function), template, asked)}


def _folder(function: Function) -> Path:
    """Return the folder of a function's code. Raises TemplateError when it is none on this machine."""
    if function.code is None:
        what = "it is in the template" if function.inline else "it is not on this machine"
        raise _mistake(function, "its code", f"{what}.", 'Name its folder in the contract: [function] code = "...".')
    if not function.code.is_dir():
        what = "is no folder" if function.code.exists() else "does not exist"
        hint = 'Correct it, or name the folder in the contract: [function] code = "...", or zip = "...".'
        raise _mistake(function, "its code", f"{function.code} {what}.", hint)
    return function.code


def _image(template: Template, function: Function, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what runs a function's image, and what runs its code without it when its command is one handler."""
    image, command = function.image, function.image_config.command
    if image is None:
        return {}
    found = {"image": image.uri, "handler": command[0] if len(command) == 1 else None}
    if image.context is None:
        return found
    context = _path(image.context, template, asked)
    return {**found, "build": context, "code": context, "dockerfile": image.dockerfile}


def _mistake(function: Function, key: str, problem: str, hint: str) -> TemplateError:
    place = function.place
    return TemplateError(place.file, problem, key=f"Resources.{function.id}: {key}", line=place.line, hint=hint)


def _accepted(apis: list[Api]) -> list[str]:
    """Return the shapes of a function's events: `direct`, its fronts', and the Test button's that REST APIs have."""
    fronts = list(dict.fromkeys(api.front for api in apis))
    tests = [Shape.CONSOLE_TEST] if Shape.REST in fronts else []
    return [shape.value for shape in (Shape.DIRECT, *tests, *fronts)]


def _routes(function: Function, apis: list[Api]) -> Iterator[dict[str, Any]]:
    """Yield the tables of `[[route]]`, each method and path once; the route for everything else comes last."""
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for api in apis:
        for one in api.endpoints:
            if one.function == function.id:
                route = one.route
                seen.setdefault(
                    (route.method, route.path),
                    {
                        "method": route.method,
                        "path": route.path,
                        "stage": route.stage,
                        "binary_media_types": list(route.binary_media_types),
                    },
                )
    yield from sorted(seen.values(), key=lambda table: table["path"] == "$default")
