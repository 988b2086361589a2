"""Terraform's functions that configurations of Lambda functions use: each is given the place of the call first.

Source: Terraform's documentation of its built-in functions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

from lambda_emulator.templates.intrinsics import Unresolved, text
from lambda_emulator.templates.reading import Map, Place


class Failed(Exception):
    """A function cannot be carried out here; the message says why."""


def _merge(place: Place, *maps: Any) -> Any:
    given = [one for one in maps if one is not None]
    values = {key: value for one in given for key, value in one.items()}
    places = {key: where for one in given if isinstance(one, Map) for key, where in one.places.items()}
    return Map(values, place, places)


def _file(place: Place, name: Any) -> str:
    path = Path(name) if Path(name).is_absolute() else place.file.parent / name
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = f"{name} cannot be read"
        raise Failed(why) from error


def _json(_place: Place, value: Any) -> str:
    def refuse(one: Any) -> Any:
        why = (
            f"there is a value in it that is not known: {one.why}" if isinstance(one, Unresolved) else "it is no value"
        )
        raise Failed(why)

    return json.dumps(value, default=refuse)


def _format(_place: Place, form: str, *values: Any) -> str:
    if "%" in form.replace("%s", "").replace("%d", "").replace("%%", ""):
        why = "only %s and %d are known here"
        raise Failed(why)
    return form.replace("%d", "%s") % tuple(map(text, values))


def _flatten(place: Place, values: list[Any]) -> list[Any]:
    return [each for one in values for each in (_flatten(place, one) if isinstance(one, list) else [one])]


def _lookup(_place: Place, values: Mapping[str, Any], key: str, *default: Any) -> Any:
    return values[key] if key in values or not default else default[0]


def _replace(_place: Place, value: str, old: str, new: str) -> str:
    if old.startswith("/") and old.endswith("/") and len(old) > 1:
        why = "regular expressions are not read here"
        raise Failed(why)
    return value.replace(old, new)


def _decoded(place: Place, value: Any) -> Any:
    return json.loads(value, object_hook=lambda found: Map(found, place))


def _range(_place: Place, *numbers: int) -> list[int]:
    found = range(*numbers)
    if len(found) > 1024:
        why = "Terraform makes at most 1,024 numbers"
        raise Failed(why)
    return list(found)


def _number(_place: Place, value: Any) -> Any:
    number = float(value)
    return int(number) if number.is_integer() else number


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "abspath": lambda place, path: str((place.file.parent / path).resolve()),
    "basename": lambda _, path: PurePosixPath(path).name,
    "chomp": lambda _, value: value.rstrip("\r\n"),
    "compact": lambda _, values: [one for one in values if one not in ("", None)],
    "concat": lambda _, *lists: list(chain.from_iterable(lists)),
    "contains": lambda _, values, value: value in values,
    "dirname": lambda _, path: str(PurePosixPath(path).parent),
    "distinct": lambda _, values: [one for index, one in enumerate(values) if one not in values[:index]],
    "element": lambda _, values, index: values[index % len(values)],
    "endswith": lambda _, value, end: value.endswith(end),
    "file": _file,
    "flatten": _flatten,
    "format": _format,
    "join": lambda _, separator, values: separator.join(map(text, values)),
    "jsondecode": _decoded,
    "jsonencode": _json,
    "keys": lambda _, values: sorted(values),
    "length": lambda _, values: len(values),
    "lookup": _lookup,
    "lower": lambda _, value: value.lower(),
    "max": lambda _, *values: max(values),
    "merge": _merge,
    "min": lambda _, *values: min(values),
    "nonsensitive": lambda _, value: value,
    "one": lambda _, values: values[0] if values else None,
    "range": _range,
    "replace": _replace,
    "sensitive": lambda _, value: value,
    "setunion": lambda _, *sets: sorted(set(chain.from_iterable(sets))),
    "sort": lambda _, values: sorted(values),
    "split": lambda _, separator, value: value.split(separator),
    "startswith": lambda _, value, start: value.startswith(start),
    "substr": lambda _, value, start, size: value[start:] if size < 0 else value[start : start + size],
    "title": lambda _, value: value.title(),
    "tobool": lambda _, value: value in (True, "true"),
    "tolist": lambda _, values: list(values),
    "tomap": lambda _, values: values,
    "tonumber": _number,
    "toset": lambda _, values: sorted(set(values)),
    "tostring": lambda _, value: None if value is None else text(value),
    "trim": lambda _, value, characters: value.strip(characters),
    "trimprefix": lambda _, value, start: value.removeprefix(start),
    "trimspace": lambda _, value: value.strip(),
    "trimsuffix": lambda _, value, end: value.removesuffix(end),
    "upper": lambda _, value: value.upper(),
    "values": lambda _, values: [values[key] for key in sorted(values)],
    "yamlencode": _json,
    "zipmap": lambda place, keys, values: Map(dict(zip(keys, values, strict=True)), place),
}
"""Every function by its name; `try`, `can`, `coalesce` and `templatefile` are carried out where calls are."""
