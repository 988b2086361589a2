"""The reference page of the documentation: the table of shapes as Markdown."""

from __future__ import annotations

from lambda_contracts.markdown import table
from lambda_contracts.shapes.names import Shape
from lambda_contracts.shapes.rows import Row
from lambda_contracts.shapes.table import TABLE

_HEAD = ("place", "value", "with nothing to say", "rule", "evidence", "note")


def reference(shape: Shape | None = None) -> str:
    """Return the table of one shape, or of all of them with a heading each, as Markdown."""
    if shape is not None:
        return table(_HEAD, map(_cells, TABLE[shape])) if TABLE[shape] else "Any JSON.\n"
    return "\n".join(f"## {name}\n\n{reference(name)}" for name in TABLE)


def _cells(row: Row) -> tuple[str, ...]:
    values = " or ".join(f"`{value}`" for value in row.values)
    notes = "; ".join(part for part in (values, row.note) if part)
    return f"`{row.path}`", row.kind, row.nothing, row.rule, row.confidence, notes
