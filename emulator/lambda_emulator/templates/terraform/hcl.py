"""The text of Terraform's files as blocks, whose arguments are expressions that nobody has evaluated yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from lambda_contracts.errors import TemplateError

from lambda_emulator.errors import ExtraMissing
from lambda_emulator.templates.reading import Place

if TYPE_CHECKING:
    from lark import Tree

    Node = Tree[object]


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as it is written, and where."""

    node: Node
    place: Place


@dataclass(frozen=True, slots=True)
class Block:
    """A block: `resource "aws_lambda_function" "iris" { ... }` has the kind `resource` and two labels."""

    kind: str
    labels: tuple[str, ...]
    place: Place
    arguments: dict[str, Expression] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)


def read(file: Path) -> Block:
    """Read a file, `.tf` or `.tfvars`, as one block without a kind. Raises TemplateError, ExtraMissing."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(file, f"it cannot be read: {error}.") from error
    return _body(parse(text, file), "", (), Place(file, 1))


def parse(text: str, file: Path, *, line: int = 1) -> Node:
    """Parse text that begins at a line of a file. Raises TemplateError with file and line, ExtraMissing."""
    try:
        import hcl2
        from lark.exceptions import LarkError, UnexpectedInput
    except ImportError as error:
        raise ExtraMissing("python-hcl2", "terraform", f"{file}: reading Terraform") from error
    try:
        tree: Node = hcl2.parses_to_tree(text)
    except UnexpectedInput as error:
        at = line + max(error.line, 1) - 1
        problem = f"it is not HCL: {str(error).splitlines()[0].rstrip('.')}."
        raise TemplateError(file, problem, line=at, hint="terraform validate says more.") from error
    except (LarkError, RecursionError) as error:
        raise TemplateError(file, f"it is not HCL: {error}.") from error
    return next(iter(parts(tree)))


def parts(node: Node) -> Iterator[Node]:
    """Yield what a node is made of, without punctuation and comments."""
    for child in node.children:
        if _is_node(child) and child.data != "new_line_or_comment":
            yield child


def word(node: Node) -> str:
    """Return the text of a node: an identifier, a keyword, a label."""
    return "".join(word(child) if _is_node(child) else str(child) for child in node.children).strip('"')


def _is_node(child: object) -> TypeGuard[Node]:
    return hasattr(child, "data")


def _body(body: Node, kind: str, labels: tuple[str, ...], place: Place) -> Block:
    found = Block(kind, labels, place)
    for node in parts(body):
        at = Place(place.file, node.meta.line)
        if node.data == "attribute":
            name, value = parts(node)
            found.arguments[word(name)] = Expression(value, at)
        elif node.data == "block":
            *head, inside = parts(node)
            words = [word(one) for one in head]
            found.blocks.append(_body(inside, words[0], tuple(words[1:]), at))
    return found
