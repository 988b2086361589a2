"""What the types cannot refuse: what contradicts itself, or cannot be sent, compared or run."""

from __future__ import annotations

import json
from typing import Any

from msgspec import UNSET

from lambda_contracts.contract.cases import ACCEPTED, SENT, Case
from lambda_contracts.contract.contract import Contract
from lambda_contracts.contract.mistakes import described
from lambda_contracts.contract.setup import KEY_VALUES, DynamoTable
from lambda_contracts.matching import mistakes
from lambda_contracts.shapes import Shape


def check(contract: Contract) -> None:
    """Refuse what the types cannot: nothing to run, a case that says two things, what cannot be sent or compared."""
    function = contract.function
    if not function.name:
        raise contract.mistake("it is missing.", "function", "name", hint=described(["function", "name"])["name"])
    if not function.handler and not function.image:
        hint = 'Write handler = "app.handler".'
        raise contract.mistake("it has neither `handler` nor `image`.", "function", hint=hint)
    if function.build and not function.image:
        raise contract.mistake("it needs `image`, the name to give it.", "function", "build")
    for key in ("zip", "layers"):
        if function.image and getattr(function, key):
            hint = f"Leave out `image` or `{key}`."
            raise contract.mistake("an image brings all of its code.", "function", key, hint=hint)
    _check_shapes(contract, contract.accept, ACCEPTED, "shapes", "accept")
    if Shape.CLOUD_FUNCTION in contract.accept and contract.cloud_function is None:
        hint = 'Write [cloud_function] with target = "predict".'
        raise contract.mistake("there is no cloud function to send it to.", "shapes", "accept", hint=hint)
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
        wanted, types = KEY_VALUES[key.type]
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


def _check_shapes(contract: Contract, shapes: tuple[Shape, ...], known: tuple[Shape, ...], *keys: str) -> None:
    for shape in shapes:
        if shape not in known:
            hint = f"Known here: {', '.join(known)}."
            raise contract.mistake(f"a case cannot be sent as `{shape}`.", *keys, hint=hint)
        if shapes.count(shape) > 1:
            raise contract.mistake(f"`{shape}` is listed twice.", *keys)


def _check_case(contract: Contract, case: Case, index: str) -> None:
    given = [key for key in SENT if getattr(case, key) is not UNSET]
    if len(given) != 1:
        has = " and ".join(given) or "none"
        raise contract.mistake(
            f"`{case.name}` needs exactly one of payload, text and event; it has {has}.", "case", index
        )
    _check_shapes(contract, case.shapes, contract.sendable, "case", index, "shapes")
    for key in ("path", "headers", "shapes"):
        if given == ["event"] and getattr(case, key):
            raise contract.mistake("it changes nothing: a recorded event is sent as it is.", "case", index, key)
    for key in ("payload", "body"):
        value = getattr(case, key)
        if value is not UNSET:
            _check_json(contract, value, "case", index, key)
    for problem, hint in mistakes(case.body):
        raise contract.mistake(problem, "case", index, "body", hint=hint)
