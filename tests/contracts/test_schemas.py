"""JSON Schemas of payloads: what is drawn from them is valid, and what is not understood is named."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, assume, find, given, settings
from hypothesis import strategies as st
from lambda_contracts import schemas, strategies
from lambda_contracts.errors import SchemaError
from lambda_contracts.schemas import is_valid, read

TREE = {
    "$ref": "#/$defs/Tree",
    "$defs": {
        "Tree": {
            "type": "object",
            "properties": {"leaves": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}, "name": {"type": "string"}},
            "required": ["leaves"],
        }
    },
}
CHAIN = {
    "$ref": "#/$defs/A",
    "$defs": {
        name: {
            "type": "object",
            "properties": {"next": {"$ref": f"#/$defs/{after}"}, "back": {"$ref": "#/$defs/A"}},
            "required": ["next"],
        }
        for name, after in zip("ABCDEF", "BCDEFG", strict=True)
    }
    | {"G": {"anyOf": [{"$ref": "#/$defs/A"}, {"const": "end"}]}},
}
PET = {
    "oneOf": [
        {"$ref": "#/$defs/Cat"},
        {"$ref": "#/$defs/Dog"},
    ],
    "discriminator": {"propertyName": "kind"},
    "$defs": {
        "Cat": {
            "type": "object",
            "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer", "minimum": 0, "maximum": 9}},
            "required": ["kind"],
            "additionalProperties": False,
        },
        "Dog": {
            "type": "object",
            "properties": {
                "kind": {"const": "dog"},
                "owner": {"anyOf": [{"type": "string", "minLength": 1}, {"type": "null"}], "default": None},
            },
            "required": ["kind", "owner"],
            "additionalProperties": False,
        },
    },
}
TABLE: Mapping[str, Any] = {
    "anything": True,
    "empty": {},
    "types": {"type": ["string", "null", "integer"]},
    "integer": {"type": "integer", "minimum": -3, "exclusiveMaximum": 4.5},
    "exclusive integer": {"type": "integer", "exclusiveMinimum": 2, "exclusiveMaximum": 4},
    "number": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
    "number between integers": {"type": "number", "minimum": 0.25, "maximum": 0.75},
    "huge bounds": {"type": "number", "minimum": 10**400},
    "beyond doubles": {"type": "integer", "minimum": 2**53 + 1, "maximum": 2**53 + 3},
    "multiples": {"type": "number", "multipleOf": 0.01, "minimum": 0, "maximum": 100},
    "whole multiples": {"type": "integer", "multipleOf": 7, "exclusiveMinimum": 7, "maximum": 700},
    "whole multiples of a fraction": {"type": "integer", "multipleOf": 1.5},
    "bounds without a type": {"minimum": 3, "maxLength": 2},
    "text": {"type": "string", "minLength": 3, "maxLength": 5},
    "pattern": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{1,4}$"},
    "pattern anywhere": {"pattern": r"\d\.\d", "type": "string"},
    "pattern with a length": {"type": "string", "pattern": "^[a-z0-9-]+$", "minLength": 12, "maxLength": 63},
    "enum": {"enum": ["a", 1, None, {"a": [1]}]},
    "enum of a type": {"type": "string", "enum": ["a", 1, "b"]},
    "const": {"const": {"a": 1}},
    "list": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 3},
    "unique": {"type": "array", "items": {"enum": [1, 1.0, True, [1], [True]]}, "uniqueItems": True, "minItems": 2},
    "tuple": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}], "items": False, "minItems": 1},
    "tuple and more": {"prefixItems": [{"const": 1}], "items": {"type": "boolean"}, "minItems": 2, "uniqueItems": True},
    "closed tuple": {"type": "array", "prefixItems": [{"type": "string"}, False, {"type": "string"}]},
    "object": {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "string"}, "c/d": True},
        "required": ["a", "x"],
    },
    "closed object": {"type": "object", "properties": {"a": {}, "b": False}, "additionalProperties": False},
    "map": {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 1, "maxProperties": 2},
    "patterns": {
        "type": "object",
        "properties": {"x-a": {"maximum": 9}},
        "patternProperties": {"^x-": {"type": "integer"}},
        "additionalProperties": False,
    },
    "names": {"type": "object", "propertyNames": {"enum": ["a", "b"]}, "additionalProperties": {"type": "integer"}},
    "few of many": {
        "type": "object",
        "properties": {name: {"type": "null"} for name in "abcdef"},
        "minProperties": 2,
        "maxProperties": 3,
        "additionalProperties": False,
    },
    "dependent": {"properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b"]}, "type": "object"},
    "not": {"type": "string", "not": {"enum": ["", "0"]}},
    "anyOf beside properties": {
        "type": "object",
        "properties": {"mail": {"type": "string"}, "phone": {"type": "string"}},
        "anyOf": [{"required": ["mail"]}, {"required": ["phone"]}],
    },
    "oneOf that overlap": {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "integer", "maximum": 10}]},
    "allOf": {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}, "required": ["a"]},
            {"properties": {"a": {"maximum": 5}, "b": {"type": "string"}}, "required": ["b"]},
        ]
    },
    "allOf over closed objects": {
        "allOf": [
            {"type": "object", "properties": {"a": {}, "b": {}}, "additionalProperties": False},
            {"type": "object", "properties": {"b": {"type": "integer"}}, "additionalProperties": {"type": "string"}},
        ]
    },
    "allOf over tuples": {
        "type": "array",
        "minItems": 2,
        "allOf": [
            {"prefixItems": [{"type": "integer"}], "items": {"minimum": 0}},
            {"items": {"type": ["integer", "string"]}},
        ],
    },
    "allOf over patterns": {"type": "string", "allOf": [{"pattern": "[a-z]"}, {"pattern": "[0-9]"}]},
    "allOf over consts": {"allOf": [{"enum": [1, 2]}, {"const": 2.0}]},
    "anyOf beside oneOf": {
        "anyOf": [{"type": "string"}, {"type": "integer"}],
        "oneOf": [{"type": "integer"}, {"type": "null"}],
    },
    "pets": PET,
    "tree": TREE,
    "chain": CHAIN,
    "itself": {"type": ["object", "null"], "properties": {"inner": {"$ref": "#"}}, "additionalProperties": False},
    "recursive allOf": {
        "$defs": {
            "Base": {"type": "object", "properties": {"name": {"type": "string"}, "in": {"$ref": "#/$defs/Base"}}},
            "Node": {"allOf": [{"$ref": "#/$defs/Base"}, {"properties": {"in": {"$ref": "#/$defs/Node"}}}]},
        },
        "$ref": "#/$defs/Node",
    },
    "beside a reference": {"$ref": "#/$defs/n", "maximum": 5, "$defs": {"n": {"type": "integer", "minimum": 5}}},
    "references to places": {
        "type": "object",
        "properties": {
            "a b": {"type": "integer"},
            "c": {"$ref": "#/properties/a%20b"},
            "d": {"$ref": "#/definitions/e~1f"},
        },
        "definitions": {"e/f": {"type": "boolean"}},
        "required": ["c", "d"],
    },
}
FORMATS = {
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "date-time": dt.datetime.fromisoformat,
    "uuid": uuid.UUID,
}
QUICK = settings(
    max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def valid(value: Any, schema: Any) -> bool:
    return jsonschema.Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize("name", TABLE)
def test_what_is_drawn_is_valid(name: str) -> None:
    drawn: list[Any] = []

    @QUICK
    @given(strategies.payloads(schema=TABLE[name]))
    def draw(payload: Any) -> None:
        assert payload == json.loads(json.dumps(payload, allow_nan=False))
        assert valid(payload, TABLE[name]), payload
        assert is_valid(payload, read(TABLE[name]))
        drawn.append(payload)

    draw()
    assert drawn


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("types", lambda value: value is None),
        ("number", lambda value: isinstance(value, float)),
        ("multiples", lambda value: value == 0.25),
        ("object", lambda value: "b" in value and "c/d" in value),
        ("patterns", lambda value: {"x-a"} < value.keys()),
        ("names", lambda value: len(value) == 2),
        ("few of many", lambda value: len(value) == 3),
        ("map", lambda value: len(value) == 2),
        ("anyOf beside properties", lambda value: "mail" in value and "phone" not in value),
        ("anyOf beside properties", lambda value: "phone" in value and "mail" not in value),
        ("oneOf that overlap", lambda value: value < 0),
        ("oneOf that overlap", lambda value: value > 10),
        ("pets", lambda value: value["kind"] == "dog" and value["owner"] is None),
        ("tree", lambda value: value["leaves"] and value["leaves"][0]["leaves"]),
        ("chain", lambda value: "back" in value),
        ("itself", lambda value: value and value["inner"]),
        ("closed tuple", lambda value: len(value) == 1),
    ],
)
def test_every_branch_is_drawn(name: str, wanted: Any) -> None:
    schema = TABLE[name]
    assert wanted(
        find(
            strategies.payloads(schema=schema),
            lambda value: bool(wanted(value)),
            settings=settings(QUICK, max_examples=3000),
        )
    )


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_kept(name: str) -> None:
    @QUICK
    @given(strategies.payloads(schema={"type": "string", "format": name}))
    def draw(text: str) -> None:
        FORMATS[name](text)

    draw()


@pytest.mark.parametrize("name", ["email", "hostname", "ipv4", "ipv6", "uuid", "date", "date-time", "uri", "phone"])
def test_a_format_is_one_by_jsonschema(name: str) -> None:
    checked = jsonschema.Draft202012Validator({"format": name}, format_checker=jsonschema.FormatChecker())

    @QUICK
    @given(strategies.payloads(schema={"type": "string", "format": name, "maxLength": 80}))
    def draw(text: str) -> None:
        checked.validate(text)

    draw()


@pytest.mark.parametrize(
    ("schema", "smallest"),
    [
        (TREE, {"leaves": []}),
        (PET, {"kind": "cat"}),
        ({"type": "integer", "minimum": 3}, 3),
        ({"type": "object", "properties": {"a": {}}}, {}),
    ],
)
def test_it_shrinks_to_something_plain(schema: Any, smallest: Any) -> None:
    assert smallest == find(strategies.payloads(schema=schema), lambda _: True, settings=QUICK)


@pytest.mark.parametrize("given", [{}, {"like": []}, {"like": [1], "schema": {}}])
def test_payloads_are_drawn_from_one_thing(given: Any) -> None:
    with pytest.raises(ValueError, match="give either"):
        strategies.payloads(**given)


# --- schemas that Hypothesis makes up ---------------------------------------------------------------------------------

_NAMES = st.sampled_from("abc")
_SMALL = st.integers(0, 3)
_NUMBERS = st.integers(-5, 5) | st.sampled_from((0.5, 1.5, -2.25))
_LEAVES: st.SearchStrategy[Any] = (
    st.booleans()
    | st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(schemas.words.TYPES),
            "minimum": _NUMBERS,
            "exclusiveMaximum": _NUMBERS,
            "maxLength": _SMALL,
            "minLength": _SMALL,
            "multipleOf": st.sampled_from((1, 2, 0.5, 0.1)),
        },
    )
    | st.fixed_dictionaries(
        {"enum": st.lists(st.sampled_from((None, True, 0, 1, 1.0, "", "a", [], {})), min_size=1, max_size=4)}
    )
    | st.sampled_from(({"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}))
)


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(inner, min_size=1, max_size=3)
    in_place = st.fixed_dictionaries({}, optional={"anyOf": some, "allOf": some, "oneOf": some, "not": inner})
    arrays = st.fixed_dictionaries(
        {"type": st.just("array")},
        optional={
            "items": inner,
            "prefixItems": some,
            "minItems": _SMALL,
            "maxItems": _SMALL,
            "uniqueItems": st.booleans(),
        },
    )
    named = st.dictionaries(_NAMES, inner, max_size=3)
    objects = st.fixed_dictionaries(
        {"type": st.just("object")},
        optional={
            "properties": named,
            "required": st.lists(_NAMES, unique=True, max_size=2),
            "additionalProperties": inner,
            "minProperties": _SMALL,
            "maxProperties": _SMALL,
            "patternProperties": st.dictionaries(st.sampled_from(("a|b", "c")), inner, max_size=1),
            "propertyNames": st.fixed_dictionaries({"maxLength": _SMALL}),
        },
    )
    return in_place | arrays | objects | st.builds(lambda one, other: one | other, in_place, arrays | objects)


_SCHEMAS = st.recursive(_LEAVES, _nested, max_leaves=8)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), root=_SCHEMAS, a=_SCHEMAS, b=_SCHEMAS)
def test_whatever_the_schema_what_is_drawn_is_valid(data: st.DataObject, root: Any, a: Any, b: Any) -> None:
    schema = {"allOf": [root], "$defs": {"a": a, "b": b}}
    try:
        payloads = strategies.payloads(schema=schema)
    except SchemaError as refused:
        assume("lead back to itself" not in str(refused) and "no value can be valid" not in str(refused))
        raise
    payload = data.draw(payloads)
    assert valid(payload, schema)
    assert is_valid(payload, read(schema))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(root=_SCHEMAS, a=_SCHEMAS, b=_SCHEMAS, value=strategies.JSON_VALUES)
def test_a_value_is_valid_where_jsonschema_says_so(root: Any, a: Any, b: Any, value: Any) -> None:
    schema = {"allOf": [root], "$defs": {"a": a, "b": b}}
    try:
        known = read(schema)
    except SchemaError:
        return
    assert valid(value, schema) is is_valid(value, known)


# --- what is not understood -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"requried": ["a"]}, "schema: /requried: `requried` is not understood. Did you mean `required`?"),
        ({"properties": {"a": {"if": {}}}}, "/properties/a/if: `if` is not understood. Write anyOf"),
        ({"items": {"nullable": True}}, '/items/nullable: `nullable` is not understood. Write a list of types: "type"'),
        ({"colour": 1}, "/colour: `colour` is not understood. Leave it out, or call it `x-colour`."),
        ({"type": "text"}, "/type: `type` takes a type or a list of types: null, boolean, integer"),
        ({"items": [{}]}, "/items: `items` takes a schema: an object, true or false, not [{}]. Write prefixItems"),
        ({"exclusiveMinimum": True}, "/exclusiveMinimum: `exclusiveMinimum` takes a number, not true"),
        ({"required": True}, "/required: `required` takes a list of strings"),
        ({"multipleOf": 0}, "a number above 0, not 0"),
        ({"minLength": -1}, "/minLength: `minLength` takes a whole number from 0"),
        ({"pattern": r"\p{L}"}, "/pattern: `pattern` takes a regular expression that Python's re can read"),
        ({"properties": {"a": 1}}, "/properties/a: a schema is an object, true or false, not 1."),
        ([], "schema: a schema is an object, true or false, not []."),
        ({"$ref": "#/$defs/a"}, "/$ref: #/$defs/a leads nowhere in this file. Write the schema it means under $defs"),
        ({"$ref": "#/$defs/a", "$defs": {"b": {}}}, "leads nowhere in this file. Known here: #/$defs/b."),
        ({"$ref": "other.json#/a"}, "/$ref: other.json#/a leads nowhere in this file. Write the schema it means under"),
        ({"$ref": "#/$defs/a/b", "$defs": {"a": {"b": {"type": 1}}}}, "/$defs/a/b: `b` is not understood"),
        ({"$ref": "#/$comment/b", "$comment": {"b": {"type": 1}}}, "/$comment/b/type: `type` takes"),
        ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"not": {"$ref": "#/$defs/a~1b"}}}}, "/$defs/a~1b: its references"),
        ({"$ref": "#"}, "schema: its references lead back to itself. Let one go into a property."),
        ({"type": "integer", "minimum": 2, "maximum": 1}, "schema: no value can be valid."),
        ({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}}, "schema: no value can be valid."),
        (False, "schema: no value can be valid."),
    ],
)
def test_what_is_not_understood_is_named(schema: Any, told: str) -> None:
    with pytest.raises(SchemaError) as caught:
        strategies.payloads(schema=schema)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [("{", "it is not JSON: "), ("[" * 10_000, "it is not JSON: "), ('{"type": 1}', "/type: `type` takes")],
)
def test_a_file_is_named(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "payload.schema.json").write_text(text)
    with pytest.raises(SchemaError, match=r"payload\.schema\.json: ") as caught:
        schemas.load(tmp_path / "payload.schema.json")
    assert told in str(caught.value)
