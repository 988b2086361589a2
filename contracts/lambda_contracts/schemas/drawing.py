"""Values drawn from a schema, with Hypothesis (the extra `hypothesis`)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from lambda_contracts.schemas.merging import (
    Alternative,
    Alternatives,
    Levels,
    circles,
    item_schema,
    plain_reference,
    property_schema,
)
from lambda_contracts.schemas.numbers import integers, numbers
from lambda_contracts.schemas.schema import Schema
from lambda_contracts.schemas.texts import matching, texts
from lambda_contracts.schemas.validation import holds, identity
from lambda_contracts.schemas.words import TYPES

Strategy = st.SearchStrategy[Any]

JSON_VALUES: Strategy = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
"""Any JSON value, small."""

MORE = 3
"""So many items or keys beyond what a schema asks for are drawn at most."""
_FURTHER = 2
"""So often a circle of references is followed beyond what any value needs."""
_TRIES = 5


def values(schema: Schema) -> Strategy:
    """Draw values that are valid by a schema. Raises SchemaError for a schema that no value fulfils.

    Every type, bound and branch is drawn; lists and open objects stay small, and recursive schemas shallow. What a
    branch excludes of another (oneOf, not) is drawn again a few times, then given up as Hypothesis' `filter` does.
    """
    around = circles(schema)
    for depth in range(1, 2 + max(map(len, around.values()), default=0)):
        drawn = _drawn(schema, depth, around)
        if not drawn.is_empty:
            return _drawn(schema, depth + _FURTHER, around) if around else drawn
    raise schema.mistake("no value can be valid.", hint="Look for bounds, types or values that exclude each other.")


def _drawn(schema: Schema, depth: int, around: Mapping[str, frozenset[str]]) -> Strategy:
    return _Drawing(schema, Alternatives(schema, depth, around)).of(schema.document, {})


@dataclass(frozen=True)
class _Drawing:
    schema: Schema
    alternatives: Alternatives
    known: dict[tuple[str, int], Strategy] = field(default_factory=dict)

    def of(self, here: Any, levels: Levels) -> Strategy:
        """Return the strategy of one of the schemas in a file's; an empty one when nothing fulfils it."""
        reference = plain_reference(here)
        if reference is None:
            return st.one_of([self._alternative(one, here) for one in self.alternatives.of(here, levels)])
        entered = self.alternatives.enter(reference, levels)
        if entered is None:
            return st.nothing()
        key = reference, entered.get(self.alternatives.circles.get(reference, frozenset()), 0)
        if key not in self.known:
            self.known[key] = self.of(self.schema.resolve(reference), entered)
        return self.known[key]

    def _alternative(self, one: Alternative, here: Any) -> Strategy:
        drawn = self._drawn(one)
        return drawn.filter(lambda value: holds(value, here, self.schema)) if one.loose else drawn

    def _drawn(self, one: Alternative) -> Strategy:
        words = one.words
        if "enum" in words:
            fitting = [value for value in words["enum"] if holds(value, words, self.schema)]
            return st.sampled_from(fitting).map(copy.deepcopy) if fitting else st.nothing()
        types = _types(words)
        if not types:
            return JSON_VALUES
        draw: Mapping[str, Callable[[], Strategy]] = {
            "null": st.none,
            "boolean": st.booleans,
            "integer": lambda: integers(words),
            "number": lambda: numbers(words),
            "string": lambda: texts(words),
            "array": lambda: self._lists(words, one.levels),
            "object": lambda: self._objects(words, one.levels),
        }
        return st.one_of([draw[kind]() for kind in types])

    def _lists(self, words: Mapping[str, Any], levels: Levels) -> Strategy:
        first = [self.of(item, levels) for item in words.get("prefixItems", ())]
        further = self.of(item_schema(words, len(first)), levels)
        least = int(words.get("minItems", 0))
        most = min(int(words.get("maxItems", 2**31)), max(least, len(first)) + MORE)
        closed = next((index for index, item in enumerate(first) if item.is_empty), None)
        if closed is not None:
            most = min(most, closed)
        elif further.is_empty:
            most = min(most, len(first))
        if least > most:
            return st.nothing()
        unique = words.get("uniqueItems", False)
        if not first:
            return st.lists(further, min_size=least, max_size=most, unique_by=identity if unique else None)
        return _items(first, further, least, most, unique=unique)

    def _objects(self, words: Mapping[str, Any], levels: Levels) -> Strategy:
        needed = list(words.get("required", ()))
        names = [name for name in (*needed, *words.get("properties", {})) if self._may_be_called(name, words)]
        if not set(needed) <= set(names):
            return st.nothing()
        named = {name: self.of(property_schema(words, name), levels) for name in names}
        keys, further = self._further(words, levels)
        least, most = int(words.get("minProperties", 0)), int(words.get("maxProperties", 2**31))
        required = {name: named[name] for name in needed}
        optional = {name: one for name, one in named.items() if name not in required and not one.is_empty}
        if any(one.is_empty for one in required.values()) or not least <= most >= len(required):
            return st.nothing()
        fixed = st.fixed_dictionaries(required, optional=optional)
        open_ = not keys.is_empty and (len(optional) + len(required) < least or _is_open(words))
        if not open_ and len(optional) + len(required) < least:
            return st.nothing()
        if not open_ and least <= len(required) and most >= len(named):
            return fixed
        return _sized(fixed, optional, keys if open_ else st.nothing(), further, (least, most, frozenset(required)))

    def _may_be_called(self, name: str, words: Mapping[str, Any]) -> bool:
        return holds(name, words.get("propertyNames", True), self.schema)

    def _further(self, words: Mapping[str, Any], levels: Levels) -> tuple[Strategy, Callable[[str], Strategy]]:
        """Return the keys that an object may have beside the named ones, and what is behind each."""
        named = words.get("properties", {})
        patterns = [matching(pattern, {}) for pattern in words.get("patternProperties", {})]
        if words.get("additionalProperties", True) is not False:
            patterns.append(st.text(max_size=8))
        keys = st.one_of(patterns)
        if "propertyNames" in words:
            names = words["propertyNames"]
            known = self.of(names if isinstance(names, bool) else {"type": "string", **names}, levels)
            keys = known if words.get("additionalProperties", True) is not False else keys
            keys = keys.filter(lambda name: holds(name, names, self.schema))
        drawn: dict[str, Strategy] = {}

        def further(name: str) -> Strategy:
            if name not in drawn:
                drawn[name] = self.of(property_schema(words, name), levels)
            return drawn[name]

        return keys.filter(lambda name: name not in named), further


def _types(words: Mapping[str, Any]) -> list[str]:
    """Return the types to draw: those that are said, else those that the words are about."""
    said = words.get("type")
    if said is None:
        return [kind for kind in TYPES if any(word in words for word in _ABOUT.get(kind, ()))]
    types = [said] if isinstance(said, str) else list(said)
    return [kind for kind in types if kind != "integer" or "number" not in types]


_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_ABOUT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "number": _BOUNDS,
        "string": ("minLength", "maxLength", "pattern", "format"),
        "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems"),
        "object": (
            *("properties", "patternProperties", "additionalProperties", "propertyNames", "required"),
            *("dependentRequired", "minProperties", "maxProperties"),
        ),
    }
)


def _is_open(words: Mapping[str, Any]) -> bool:
    """Whether keys are drawn that have no name: where a schema speaks of them, or names none."""
    return "patternProperties" in words or words.get("additionalProperties", not words.get("properties")) is not False


@st.composite
def _items(draw: st.DrawFn, first: list[Strategy], further: Strategy, least: int, most: int, *, unique: bool) -> Any:
    found: list[Any] = []
    for index in range(draw(st.integers(least, most))):
        found.append(draw(first[index] if index < len(first) else further))
        tries = 1
        while unique and len(set(map(identity, found))) < len(found):
            if tries == _TRIES:
                reject()
            found[-1] = draw(first[index] if index < len(first) else further)
            tries += 1
    return found


@st.composite
def _sized(
    draw: st.DrawFn,
    fixed: Strategy,
    optional: Mapping[str, Strategy],
    keys: Strategy,
    further: Callable[[str], Strategy],
    bounds: tuple[int, int, frozenset[str]],
) -> Any:
    """Draw objects with further keys, between `bounds`: the least and the most keys, and those that cannot go."""
    least, most, required = bounds
    found: dict[str, Any] = draw(fixed)
    for name in [name for name in found if name not in required][max(most - len(required), 0) :]:
        del found[name]
    absent = [name for name in optional if name not in found]
    while len(found) < least and absent:
        name = absent.pop(0)
        found[name] = draw(optional[name])
    if not keys.is_empty:
        more = st.lists(
            keys, min_size=max(least - len(found), 0), max_size=max(min(most, least + MORE) - len(found), 0)
        )
        for name in draw(more):
            one = further(name)
            if not one.is_empty:
                found[name] = draw(one)
    if len(found) < least:
        reject()
    return found
