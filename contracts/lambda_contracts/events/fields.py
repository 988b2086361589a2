"""Reading fields of an event that may hold anything: recorded, made by hand, or broken."""

from __future__ import annotations

from typing import Any


def text(value: Any, default: str = "") -> str:
    """Return a string, or the default for anything else and for an empty one."""
    return value if isinstance(value, str) and value else default


def mapping(value: Any) -> dict[str, Any]:
    """Return an object, empty for anything else."""
    return value if isinstance(value, dict) else {}


def texts(value: Any) -> dict[str, str]:
    """Return an object's strings, numbers and booleans written as strings, the rest left out."""
    return {key: _written(item) for key, item in mapping(value).items() if isinstance(item, str | int | float)}


def text_lists(value: Any) -> dict[str, list[str]]:
    """Return an object's lists of strings; a single string counts as a list of one."""
    found: dict[str, list[str]] = {}
    for key, item in mapping(value).items():
        items = item if isinstance(item, list) else [item]
        found[key] = [one if type(one) is str else _written(one) for one in items if isinstance(one, (str, int, float))]
    return found


def at(event: Any, *keys: str) -> Any:
    """Return what stands at a path of keys, None when nothing does."""
    for key in keys:
        event = mapping(event).get(key)
    return event


def _written(value: str | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)
