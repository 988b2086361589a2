"""The table, whole: the rows of every shape, and the same as a tree to walk an event by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from lambda_contracts.shapes.cloud_function import CLOUD
from lambda_contracts.shapes.names import Shape
from lambda_contracts.shapes.proxy import KEY_RULES, PROXY
from lambda_contracts.shapes.rows import Kind, Nothing, Row
from lambda_contracts.shapes.triggers import TRIGGERS

TABLE: Mapping[Shape, tuple[Row, ...]] = {shape: (PROXY | TRIGGERS | CLOUD)[shape] for shape in Shape}
"""What stands where, by shape. A direct event has no rows: it is any JSON."""


@dataclass(frozen=True, slots=True)
class Node:
    """One place of a shape and what is below it."""

    row: Row
    children: dict[str, Node] = field(default_factory=dict)


@cache
def tree(shape: Shape) -> Node:
    """Return the rows of a shape as a tree; its root is the event itself."""
    kind = Kind.OBJECT if TABLE[shape] else Kind.ANY
    first = TABLE[shape][0].rule if TABLE[shape] else ""
    root = Node(Row(path="", kind=kind, nothing=Nothing.NEVER, rule=KEY_RULES.get(shape, first)))
    for row in TABLE[shape]:
        *above, key = steps(row.path)
        node = root
        for step in above:
            node = node.children[step]
        node.children[key] = Node(row)
    return root


def steps(path: str) -> list[str]:
    """Cut a row's path into keys; no key of the table needs escaping."""
    return path.split("/")[1:]
