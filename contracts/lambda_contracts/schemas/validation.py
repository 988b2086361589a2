"""Values held against a schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import repeat
from types import MappingProxyType
from typing import Any

from lambda_contracts.matching import equal
from lambda_contracts.schemas.schema import Schema
from lambda_contracts.schemas.words import regex


def is_valid(value: Any, schema: Schema) -> bool:
    """Whether a JSON value is valid. `format` is an annotation: it is not looked at."""
    return holds(value, schema.document, schema)


def holds(value: Any, here: Any, schema: Schema) -> bool:
    """Whether a value is valid by one of the schemas in a file's."""
    if isinstance(here, bool):
        return here
    kinds = kinds_of(value)
    for word, bound in here.items():
        check = _CHECKS.get(word)
        if check is not None and (check[0] is None or check[0] in kinds) and not check[1](value, bound, here, schema):
            return False
    return True


def kinds_of(value: Any) -> tuple[str, ...]:
    """Return the types that a JSON value has: 1 and 1.0 are integers, and numbers too."""
    if value is None:
        return ("null",)
    if isinstance(value, bool):
        return ("boolean",)
    if isinstance(value, int | float):
        return ("integer", "number") if value == value // 1 else ("number",)
    if isinstance(value, str):
        return ("string",)
    return ("array",) if isinstance(value, list) else ("object",)


def identity(value: Any) -> Any:
    """Return what is equal for equal JSON values, and can be hashed."""
    if isinstance(value, dict):
        return frozenset((key, identity(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return (list, *map(identity, value))
    return (bool, value) if isinstance(value, bool) else value


def is_multiple(value: float, step: float) -> bool:
    """Whether a number is a multiple, both as it is written and as floats divide: validators do either."""
    return (Fraction(str(value)) / Fraction(str(step))).denominator == 1 and _divides(value, step)


def _divides(value: float, step: float) -> bool:
    if isinstance(step, int) and isinstance(value, int):
        return value % step == 0
    try:
        return (value / step).is_integer()
    except OverflowError:
        return False


def _items_hold(value: Any, one: Any, here: Any, schema: Schema) -> bool:
    return all(holds(inner, one, schema) for inner in value[len(here.get("prefixItems", ())) :])


def _is_further(name: str, here: Mapping[str, Any]) -> bool:
    """Whether a property is none of those that are named, or match a pattern."""
    return name not in here.get("properties", {}) and not any(
        regex(pattern).search(name) for pattern in here.get("patternProperties", {})
    )


def _properties_hold(value: Any, named: Any, _: Any, schema: Schema) -> bool:
    return all(holds(value[name], one, schema) for name, one in named.items() if name in value)


def _patterns_hold(value: Any, patterns: Any, _: Any, schema: Schema) -> bool:
    return all(
        holds(inner, one, schema)
        for pattern, one in patterns.items()
        for name, inner in value.items()
        if regex(pattern).search(name)
    )


def _further_hold(value: Any, one: Any, here: Any, schema: Schema) -> bool:
    return all(holds(inner, one, schema) for name, inner in value.items() if _is_further(name, here))


def _is_of_type(value: Any, wanted: Any, *_: Any) -> bool:
    return any(kind in wanted if isinstance(wanted, list) else kind == wanted for kind in kinds_of(value))


def _depends(value: Any, needs: Any, *_: Any) -> bool:
    return all(name in value for key, names in needs.items() if key in value for name in names)


_Check = Callable[[Any, Any, Any, Schema], bool]
_CHECKS: Mapping[str, tuple[str | None, _Check]] = MappingProxyType(
    {
        "$ref": (None, lambda value, ref, _, schema: holds(value, schema.resolve(ref), schema)),
        "allOf": (None, lambda value, all_of, _, schema: all(holds(value, one, schema) for one in all_of)),
        "anyOf": (None, lambda value, any_of, _, schema: any(holds(value, one, schema) for one in any_of)),
        "oneOf": (None, lambda value, one_of, _, schema: sum(holds(value, one, schema) for one in one_of) == 1),
        "not": (None, lambda value, unwanted, _, schema: not holds(value, unwanted, schema)),
        "type": (None, _is_of_type),
        "enum": (None, lambda value, values, *_: any(equal(value, one) for one in values)),
        "const": (None, lambda value, only, *_: equal(value, only)),
        "minimum": ("number", lambda value, bound, *_: bool(value >= bound)),
        "maximum": ("number", lambda value, bound, *_: bool(value <= bound)),
        "exclusiveMinimum": ("number", lambda value, bound, *_: bool(value > bound)),
        "exclusiveMaximum": ("number", lambda value, bound, *_: bool(value < bound)),
        "multipleOf": ("number", lambda value, step, *_: is_multiple(value, step)),
        "minLength": ("string", lambda value, bound, *_: len(value) >= bound),
        "maxLength": ("string", lambda value, bound, *_: len(value) <= bound),
        "pattern": ("string", lambda value, pattern, *_: regex(pattern).search(value) is not None),
        "prefixItems": ("array", lambda value, first, _, schema: all(map(holds, value, first, repeat(schema)))),
        "items": ("array", _items_hold),
        "minItems": ("array", lambda value, bound, *_: len(value) >= bound),
        "maxItems": ("array", lambda value, bound, *_: len(value) <= bound),
        "uniqueItems": ("array", lambda value, on, *_: not on or len(set(map(identity, value))) == len(value)),
        "properties": ("object", _properties_hold),
        "patternProperties": ("object", _patterns_hold),
        "additionalProperties": ("object", _further_hold),
        "propertyNames": ("object", lambda value, names, _, schema: all(holds(key, names, schema) for key in value)),
        "required": ("object", lambda value, names, *_: all(name in value for name in names)),
        "dependentRequired": ("object", _depends),
        "minProperties": ("object", lambda value, bound, *_: len(value) >= bound),
        "maxProperties": ("object", lambda value, bound, *_: len(value) <= bound),
    }
)
