"""Schemas taken apart: the alternatives that a schema leaves, each one object without references and allOf."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice
from types import MappingProxyType
from typing import Any

from lambda_contracts.matching import equal
from lambda_contracts.schemas.schema import Schema, references
from lambda_contracts.schemas.words import ANNOTATIONS, IN_PLACE, WORDS, regex

MOST = 64
"""So many alternatives of one schema are looked at."""

Levels = Mapping[frozenset[str], int]
"""How often references were followed around each circle of references, on the way to a schema."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to fulfil a schema: `words` without any of `IN_PLACE`, to be drawn at these `levels`.

    What they allow is not always valid by the schema when they are `loose`: that has to be asked.
    """

    words: Mapping[str, Any] = field(default_factory=dict)
    levels: Levels = field(default_factory=dict)
    loose: bool = False


@dataclass(frozen=True)
class Alternatives:
    """The alternatives of a file's schemas. Around a circle of references they go `depth` times, then no further."""

    schema: Schema
    depth: int
    circles: Mapping[str, frozenset[str]]

    def of(self, here: Any, levels: Levels) -> Iterator[Alternative]:
        """Yield the alternatives of a schema, at most `MOST`; none for one that nothing fulfils."""
        if isinstance(here, bool):
            yield from [Alternative(levels=levels)] if here else []
            return
        start = Alternative(_own(here), levels, loose=bool({"not", "oneOf", "dependentRequired"} & here.keys()))
        parts = [self.of(one, levels) for one in here.get("allOf", ())]
        parts += [self._any(here[word], levels) for word in ("anyOf", "oneOf") if word in here]
        if "$ref" in here:
            parts.append(self._followed(here["$ref"], levels))
        yield from reduce(_products, parts, iter([start]))

    def enter(self, reference: str, levels: Levels) -> Levels | None:
        """Return the levels behind a reference, None when it has been followed often enough."""
        circle = self.circles.get(reference)
        if circle is None:
            return levels
        level = levels.get(circle, 0) + 1
        return {**levels, circle: level} if level <= self.depth else None

    def _followed(self, reference: str, levels: Levels) -> Iterator[Alternative]:
        entered = self.enter(reference, levels)
        return iter(()) if entered is None else self.of(self.schema.resolve(reference), entered)

    def _any(self, branches: Iterable[Any], levels: Levels) -> Iterator[Alternative]:
        return islice((one for branch in branches for one in self.of(branch, levels)), MOST)


def circles(schema: Schema) -> dict[str, frozenset[str]]:
    """Return the references that lead back to themselves, each with all of its circle."""
    reached: dict[str, set[str]] = {}
    waiting = list(references(schema.document))
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached[here] = set(references(schema.resolve(here)))
            waiting += reached[here]
    for here in reached:
        waiting = list(reached[here])
        while waiting:
            more = reached[waiting.pop()] - reached[here]
            reached[here] |= more
            waiting += more
    circle = {here: frozenset(there for there in reached[here] if here in reached[there]) for here in reached}
    return {here: members for here, members in circle.items() if members}


def plain_reference(here: Any) -> str | None:
    """Return the reference that a schema is, if it says nothing else."""
    if not isinstance(here, dict):
        return None
    said = {word: value for word, value in here.items() if word not in ANNOTATIONS and not word.startswith("x-")}
    if said.keys() == {"allOf"} and len(said["allOf"]) == 1:
        return plain_reference(said["allOf"][0])
    return str(said["$ref"]) if said.keys() == {"$ref"} else None


def property_schema(here: Mapping[str, Any], name: str) -> Any:
    """Return the schema that holds for a property: its own and those of its patterns, else that of further ones."""
    named = here.get("properties", {})
    found = [named[name]] if name in named else []
    found += [one for pattern, one in here.get("patternProperties", {}).items() if regex(pattern).search(name)]
    return reduce(both, found) if found else here.get("additionalProperties", True)


def item_schema(here: Mapping[str, Any], index: int) -> Any:
    """Return the schema that holds for an item."""
    first = here.get("prefixItems", ())
    return first[index] if index < len(first) else here.get("items", True)


def both(one: Any, other: Any) -> Any:
    """Return the schema of what fulfils two."""
    if one is True or one == {}:
        return other
    return one if other is True or other in ({}, one) else {"allOf": [one, other]}


def merged(one: Alternative, other: Alternative) -> Alternative | None:
    """Return what fulfils two alternatives; None when their types, or their values, have nothing in common."""
    a, b = one.words, other.words
    words: dict[str, Any] = {**a, **b}
    loose = one.loose or other.loose
    for word in a.keys() & b.keys():
        if word in _COMBINED:
            words[word] = _COMBINED[word](a[word], b[word])
        elif word not in _TOGETHER:
            words[word] = a[word]
            loose = loose or not equal(a[word], b[word])
    if words.get("type") == [] or words.get("enum") == []:
        return None
    if _PROPERTIES & a.keys() and _PROPERTIES & b.keys():
        words |= _merged_properties(a, b)
        loose = loose or "patternProperties" in words
    if {"prefixItems", "items"} & a.keys() and {"prefixItems", "items"} & b.keys():
        words |= _merged_items(a, b)
    levels = {key: max(one.levels.get(key, 0), other.levels.get(key, 0)) for key in {**one.levels, **other.levels}}
    return Alternative(words, levels, loose)


def _own(here: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a schema says by itself, with its only value as the one of an enum."""
    own = {word: value for word, value in here.items() if word in WORDS and word not in _ELSEWHERE}
    if "const" in here:
        own["enum"] = _common_values(here.get("enum", [here["const"]]), [here["const"]])
    return own


def _products(some: Iterable[Alternative], others: Iterable[Alternative]) -> Iterator[Alternative]:
    more = list(others)
    found = (merged(one, other) for one in some for other in more)
    return islice((one for one in found if one is not None), MOST)


def _merged_properties(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
    names = {**a.get("properties", {}), **b.get("properties", {})}
    words: dict[str, Any] = {
        "properties": {name: both(property_schema(a, name), property_schema(b, name)) for name in names},
        "additionalProperties": both(a.get("additionalProperties", True), b.get("additionalProperties", True)),
    }
    patterns = {**a.get("patternProperties", {}), **b.get("patternProperties", {})}
    if patterns:
        words["patternProperties"] = {
            pattern: both(*(one.get("patternProperties", {}).get(pattern, True) for one in (a, b)))
            for pattern in patterns
        }
    return words


def _merged_items(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
    first = max(len(a.get("prefixItems", ())), len(b.get("prefixItems", ())))
    return {
        "prefixItems": [both(item_schema(a, index), item_schema(b, index)) for index in range(first)],
        "items": both(a.get("items", True), b.get("items", True)),
    }


def _common_types(one: Any, other: Any) -> list[str]:
    ones, others = ([value] if isinstance(value, str) else value for value in (one, other))
    found = [kind for kind in ones if kind in others or (kind == "integer" and "number" in others)]
    return found + [kind for kind in others if kind == "integer" and "number" in ones and kind not in found]


def _common_values(one: list[Any], other: list[Any]) -> list[Any]:
    return [value for value in one if any(equal(value, there) for there in other)]


_ELSEWHERE = IN_PLACE | {"const", "$defs", "definitions"}
_PROPERTIES = frozenset(("properties", "patternProperties", "additionalProperties"))
_TOGETHER = frozenset((*_PROPERTIES, "prefixItems", "items"))
"""Words that are merged with others, not each with its like."""
_COMBINED: Mapping[str, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        "type": _common_types,
        "enum": _common_values,
        **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
        **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
        "required": lambda one, other: [*one, *(name for name in other if name not in one)],
        "uniqueItems": lambda one, other: one or other,
        "propertyNames": both,
    }
)
