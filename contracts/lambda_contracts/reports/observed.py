"""The observed contract for people: what a handler reads, path by path."""

from __future__ import annotations

from collections.abc import Callable

from lambda_contracts.tracing.observed import Observed, Read, shown

_WAYS = {
    "items": "its items",
    "values": "its values",
    "keys": "its keys",
    "iterate": "its elements",
    "copy": "a copy of it",
    "len": "its length",
    "compare": "compared as a whole",
    "json.dumps": "dumped as JSON",
}


def text(name: str, observed: Observed, paint: Callable[[str, str], str]) -> str:
    """Return a line for each path that is read, with its types and the handler's lines, then what never is."""
    lines = [paint(f"{name} reads", "bold")]
    width = max((len(shown(read.path)) for read in observed.reads), default=0)
    lines += [f"  {shown(read.path).ljust(width)}  {_said(read)}".rstrip() for read in observed.reads]
    if not observed.reads:
        lines.append("  nothing of its events")
    if observed.unread:
        lines.append(paint(f"{name} never reads", "bold"))
        lines += [f"  {path}" for path in observed.unread]
    return "\n".join(lines)


def _said(read: Read) -> str:
    kinds = [*read.kinds, *(["missing"] if read.missing else [])]
    ways = [_WAYS[operation] for operation in read.operations if operation in _WAYS]
    parts = [" or ".join(kinds), *ways, ", ".join(read.lines)]
    return "; ".join(part for part in parts if part)
