"""Query strings: what each front makes of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote_plus

Pairs = list[tuple[str, str]]


def raw_pairs(query: str) -> Pairs:
    """Cut a raw query at its ampersands, nothing decoded; a name without `=` has an empty value."""
    return [(name, value) for name, _, value in (part.partition("=") for part in query.split("&") if part)]


def decoded_pairs(query: str) -> Pairs:
    """Cut a raw query and decode it: `+` is a space, `%2B` a plus (R9)."""
    pairs = raw_pairs(query)
    if "%" not in query and "+" not in query:
        return pairs
    return [(unquote_plus(name), unquote_plus(value)) for name, value in pairs]


def grouped(pairs: Pairs) -> dict[str, list[str]]:
    """Collect the values of each name, in order."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def written(pairs: Iterable[tuple[str, str]]) -> str:
    """Write decoded pairs as a raw query."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")  # half a pair of surrogates is JSON


def flattened(values: Mapping[str, Iterable[str]]) -> Pairs:
    """Undo `grouped`: one pair a value."""
    return [(name, value) for name, many in values.items() for value in many]


def raw_written(pairs: Iterable[tuple[str, str]]) -> str:
    """Write raw pairs, as they are, as a query."""
    return "&".join(f"{name}={value}" for name, value in pairs)
