"""A JSON Schema file: read, and refused where something in it is not understood."""

from __future__ import annotations

import codecs
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote

from lambda_contracts import payloads
from lambda_contracts.errors import SchemaError
from lambda_contracts.payloads import shown
from lambda_contracts.pointers import escaped
from lambda_contracts.schemas.words import ANNOTATIONS, IN_PLACE, INSTEAD, WORDS, below, takes

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema whose words are understood and whose references lead somewhere.

    `document` is the parsed JSON, `file` where it was read from, None for none.
    """

    document: Any
    file: Path | None = None

    def resolve(self, reference: str) -> Any:
        """Return the schema that a `$ref` such as `#/$defs/Flower` leads to. Raises KeyError."""
        here = self.document
        for step in steps(reference):
            if isinstance(here, list) and step.isdecimal() and int(step) < len(here):
                here = here[int(step)]
            elif isinstance(here, dict):
                here = here[step]
            else:
                raise KeyError(step)
        return here

    def mistake(self, problem: str, place: Path_ = (), hint: str = "") -> SchemaError:
        """Return the error that says what is wrong at a place."""
        return SchemaError(self.file, "".join(f"/{escaped(str(step))}" for step in place), problem, hint)


def steps(reference: str) -> tuple[str, ...]:
    """Return the keys that a `$ref` goes by. Raises KeyError for one that leaves the document."""
    where, mark, pointer = reference.partition("#")
    if where or not mark or (pointer and not pointer.startswith("/")):
        raise KeyError(reference)
    return tuple(unquote(step).replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def load(file: Path) -> Schema:
    """Read a schema from a JSON file. Raises OSError, and SchemaError for what is not understood."""
    try:
        document = payloads.parse(file.read_bytes().removeprefix(codecs.BOM_UTF8))
    except (ValueError, RecursionError) as error:
        raise SchemaError(file, "", f"it is not JSON: {error}.") from error
    return read(document, file)


def read(document: Any, file: Path | None = None) -> Schema:
    """Make a schema of parsed JSON. Raises SchemaError, with the JSON pointer of what is not understood."""
    schema = Schema(document, file)
    seen: set[tuple[str, ...]] = set()
    waiting: list[tuple[Path_, Any]] = [((), document)]
    while waiting:
        place, here = waiting.pop()
        for reference in _checked(schema, here, place):
            path = steps(reference)
            if path not in seen:
                seen.add(path)
                waiting.append((path, schema.resolve(reference)))
        waiting += [((*place, *more), inner) for _, more, inner in below(here)]
    _refuse_loops(schema, seen)
    return schema


def references(schema: Any, words: frozenset[str] | None = None) -> Iterator[str]:
    """Yield every `$ref` in a schema, without following them; only those reached by the words, if any are given."""
    waiting = [schema]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict) and "$ref" in here:
            yield here["$ref"]
        waiting += [inner for word, _, inner in below(here) if words is None or word in words]


def _checked(schema: Schema, here: Any, place: Path_) -> Iterator[str]:
    """Refuse what is wrong with a schema itself, and yield its reference if it has one."""
    if isinstance(here, bool):
        return
    if not isinstance(here, dict):
        raise schema.mistake(f"a schema is an object, true or false, not {shown(here)}.", place)
    for word, value in here.items():
        if word in ANNOTATIONS or word.startswith("x-"):
            continue
        if word not in WORDS:
            _refuse_word(schema, word, (*place, word))
        if not takes(word, value):
            hint = INSTEAD["additionalItems"] if word == "items" else ""
            raise schema.mistake(f"`{word}` takes {WORDS[word]}, not {shown(value)}.", (*place, word), hint)
        if word == "$ref":
            _refuse_broken(schema, value, (*place, word))
            yield value


def _refuse_word(schema: Schema, word: str, place: Path_) -> NoReturn:
    near = difflib.get_close_matches(word, WORDS, n=1, cutoff=0.8)
    if word in INSTEAD:
        hint = INSTEAD[word]
    elif near:
        hint = f"Did you mean `{near[0]}`?"
    else:
        hint = f"Leave it out, or call it `x-{word.lstrip('$')}`."
    raise schema.mistake(f"`{word}` is not understood.", place, hint)


def _refuse_broken(schema: Schema, reference: str, place: Path_) -> None:
    try:
        schema.resolve(reference)
    except KeyError:
        local = reference.startswith(("#/", "/")) or reference == "#"
        inside = "Write the schema it means under $defs, and refer to it as #/$defs/NAME."
        known = ", ".join(f"#/$defs/{name}" for name in schema.document.get("$defs", {})) if local else ""
        hint = f"Known here: {known}." if known else inside
        raise schema.mistake(f"{reference} leads nowhere in this file.", place, hint) from None


def _refuse_loops(schema: Schema, targets: set[tuple[str, ...]]) -> None:
    """Refuse a reference that comes back to itself without going into a value: it says nothing."""
    for start in targets:
        seen: set[tuple[str, ...]] = set()
        waiting = [start]
        while waiting:
            here = schema.resolve("#" + "".join(f"/{escaped(step)}" for step in waiting.pop()))
            for path in map(steps, references(here, IN_PLACE)):
                if path == start:
                    raise schema.mistake("its references lead back to itself.", start, "Let one go into a property.")
                if path not in seen:
                    seen.add(path)
                    waiting.append(path)
