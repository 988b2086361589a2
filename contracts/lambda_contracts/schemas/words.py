"""The words of JSON Schema that are understood, and what each takes (draft 2020-12, Core and Validation)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")


class Takes(StrEnum):
    """What a word takes."""

    SCHEMA = "a schema: an object, true or false"
    SCHEMAS = "a list of schemas, not empty"
    NAMED_SCHEMAS = "an object of schemas"
    TYPES = f"a type or a list of types: {', '.join(TYPES)}"
    NUMBER = "a number"
    STEP = "a number above 0"
    COUNT = "a whole number from 0"
    FLAG = "true or false"
    TEXT = "a string"
    TEXTS = "a list of strings"
    NAMED_TEXTS = "an object of lists of strings"
    PATTERN = "a regular expression that Python's re can read"
    PATTERNS = "an object of schemas, by regular expressions that Python's re can read"
    VALUES = "a list of values, not empty"
    VALUE = "a value"


WORDS: Mapping[str, Takes] = MappingProxyType(
    {
        "$ref": Takes.TEXT,
        "$defs": Takes.NAMED_SCHEMAS,
        "definitions": Takes.NAMED_SCHEMAS,
        "allOf": Takes.SCHEMAS,
        "anyOf": Takes.SCHEMAS,
        "oneOf": Takes.SCHEMAS,
        "not": Takes.SCHEMA,
        "type": Takes.TYPES,
        "enum": Takes.VALUES,
        "const": Takes.VALUE,
        "minimum": Takes.NUMBER,
        "maximum": Takes.NUMBER,
        "exclusiveMinimum": Takes.NUMBER,
        "exclusiveMaximum": Takes.NUMBER,
        "multipleOf": Takes.STEP,
        "minLength": Takes.COUNT,
        "maxLength": Takes.COUNT,
        "pattern": Takes.PATTERN,
        "format": Takes.TEXT,
        "prefixItems": Takes.SCHEMAS,
        "items": Takes.SCHEMA,
        "minItems": Takes.COUNT,
        "maxItems": Takes.COUNT,
        "uniqueItems": Takes.FLAG,
        "properties": Takes.NAMED_SCHEMAS,
        "patternProperties": Takes.PATTERNS,
        "additionalProperties": Takes.SCHEMA,
        "propertyNames": Takes.SCHEMA,
        "required": Takes.TEXTS,
        "dependentRequired": Takes.NAMED_TEXTS,
        "minProperties": Takes.COUNT,
        "maxProperties": Takes.COUNT,
    }
)
IN_PLACE = frozenset(("$ref", "allOf", "anyOf", "oneOf", "not"))
"""Words whose schemas hold for the value itself, not for what is in it."""
ANNOTATIONS = frozenset(
    (
        *("$schema", "$id", "$anchor", "$comment", "$vocabulary", "title", "description", "default", "examples"),
        *("deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType", "contentSchema"),
        *("example", "discriminator", "xml", "externalDocs"),  # OpenAPI's own
    )
)
"""Words that say nothing about which values are valid. So does every word that starts with `x-`."""
INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        "if": "Write anyOf with the two possibilities.",
        "then": "Write anyOf with the two possibilities.",
        "else": "Write anyOf with the two possibilities.",
        "contains": "Say what all items are, with items.",
        "dependentSchemas": "Write anyOf with the possibilities.",
        "dependencies": "Write dependentRequired.",
        "additionalItems": "Write prefixItems for the first items, and items for the rest.",
        "unevaluatedProperties": "Write additionalProperties beside the properties.",
        "unevaluatedItems": "Write items beside prefixItems.",
        "nullable": 'Write a list of types: "type": ["string", "null"].',
        "$dynamicRef": "Write $ref.",
        "$recursiveRef": "Write $ref.",
    }
)
"""What to write instead of words that are not understood."""


@lru_cache(256)
def regex(pattern: str) -> re.Pattern[str]:
    r"""Compile a pattern. JSON Schema's are ECMAScript's, whose `$` does not match before a last line end."""
    return re.compile(_PARTS.sub(lambda part: r"\Z" if part[0] == "$" else part[0], pattern))


_PARTS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\$", re.DOTALL)


def takes(word: str, value: Any) -> bool:
    """Whether a word may have a value, apart from what is in the schemas there."""
    return _FITS[WORDS[word]](value)


def below(schema: Any) -> Iterator[tuple[str, tuple[str | int, ...], Any]]:
    """Yield the schemas directly in a schema, each with the word it belongs to and its place."""
    for word in schema if isinstance(schema, dict) else ():
        value, taken = schema[word], WORDS.get(word)
        if taken is Takes.SCHEMA:
            yield word, (word,), value
        elif taken is Takes.SCHEMAS:
            yield from ((word, (word, index), inner) for index, inner in enumerate(value))
        elif taken in (Takes.NAMED_SCHEMAS, Takes.PATTERNS):
            yield from ((word, (word, name), inner) for name, inner in value.items())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -math.inf < value < math.inf


def _is_count(value: Any) -> bool:
    return _is_number(value) and value >= 0 and value == int(value)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _is_type(value: Any) -> bool:
    return isinstance(value, str) and value in TYPES


def _is_pattern(value: Any) -> bool:
    try:
        regex(value)
    except (TypeError, re.error, RecursionError, OverflowError):
        return False
    return True


_FITS: Mapping[Takes, Callable[[Any], bool]] = MappingProxyType(
    {
        Takes.SCHEMA: lambda value: isinstance(value, dict | bool),
        Takes.SCHEMAS: lambda value: isinstance(value, list) and bool(value),
        Takes.NAMED_SCHEMAS: lambda value: isinstance(value, dict),
        Takes.TYPES: lambda value: _is_type(value) or (isinstance(value, list) and all(map(_is_type, value))),
        Takes.NUMBER: _is_number,
        Takes.STEP: lambda value: _is_number(value) and value > 0,
        Takes.COUNT: _is_count,
        Takes.FLAG: lambda value: isinstance(value, bool),
        Takes.TEXT: lambda value: isinstance(value, str),
        Takes.TEXTS: _are_texts,
        Takes.NAMED_TEXTS: lambda value: isinstance(value, dict) and all(map(_are_texts, value.values())),
        Takes.PATTERN: _is_pattern,
        Takes.PATTERNS: lambda value: isinstance(value, dict) and all(map(_is_pattern, value)),
        Takes.VALUES: lambda value: isinstance(value, list) and bool(value),
        Takes.VALUE: lambda _: True,
    }
)
