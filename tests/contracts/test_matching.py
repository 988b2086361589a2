"""What "must be in it" means: expected values, matchers, and mistakes in them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts.matching import MATCHERS, differences, equal, is_matcher, mistakes

_scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
_keys = st.text().filter(lambda key: not key.startswith("$"))
json_values = st.recursive(
    _scalars, lambda below: st.lists(below, max_size=4) | st.dictionaries(_keys, below, max_size=4), max_leaves=15
)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({}, {}),
        ({}, {"more": 1}),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}, "d": 3}),
        ([{"a": 1}, 2], [{"a": 1, "b": 2}, 2]),
        (1, 1.0),
        ("", ""),
        (None, None),
        ({"$gte": 0.9, "$lte": 1}, 0.99),
        ({"$gt": 0}, 1),
        ({"$lt": 1}, 0),
        ({"$type": "object"}, {"a": 1}),
        ({"$type": "array"}, []),
        ({"$type": "string"}, ""),
        ({"$type": "number"}, 1.5),
        ({"$type": "boolean"}, False),
        ({"$type": "null"}, None),
        ({"$regex": "^vir"}, "virginica"),
        ({"$regex": "gin"}, "virginica"),
        ({"$in": ["setosa", None, {"a": [1]}]}, {"a": [1.0]}),
        ({"$length": 2}, "ab"),
        ({"$length": 1}, {"a": 1}),
        ([{"$gt": 1}], [2]),
    ],
)
def test_what_is_in_it_has_no_difference(expected: Any, actual: Any) -> None:
    assert [] == list(differences(expected, actual))


@pytest.mark.parametrize(
    ("expected", "actual", "place", "sentence"),
    [
        ({"a": 1}, {}, "/a", "`a` is missing"),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "/a/b", "expected 1, got 2"),
        ({"a/b~": 1}, {}, "/a~1b~0", "`a/b~` is missing"),
        ([1, 2], [1, 3], "/1", "expected 2, got 3"),
        ([1], [1, 2], "", "expected [1], got [1,2]"),
        ({}, [], "", "expected {}, got []"),
        ([], {}, "", "expected [], got {}"),
        (True, 1, "", "expected true, got 1"),
        (0, False, "", "expected 0, got false"),
        (None, "", "", 'expected null, got ""'),
        ("virginica", "setosa", "", 'expected "virginica", got "setosa"'),
        ({"p": {"$gte": 0.9}}, {"p": 0.5}, "/p", "expected $gte 0.9, got 0.5"),
        ({"p": {"$gte": 0.9}}, {}, "/p", "`p` is missing"),
        ({"$gte": 0}, "5", "", 'expected $gte 0, got "5"'),
        ({"$lt": 2}, True, "", "expected $lt 2, got true"),
        ({"$gt": 1}, 1, "", "expected $gt 1, got 1"),
        ({"$lte": 1}, 2, "", "expected $lte 1, got 2"),
        ({"$type": "number"}, True, "", 'expected $type "number", got true'),
        ({"$regex": "^x"}, 3, "", 'expected $regex "^x", got 3'),
        ({"$in": [1]}, True, "", "expected $in [1], got true"),
        ({"$in": [{"a": 1}]}, {"a": 1, "b": 2}, "", 'expected $in [{"a":1}], got {"a":1,"b":2}'),
        ({"$length": 2}, [1], "", "expected $length 2, got [1]"),
        ({"$length": 2}, 22, "", "expected $length 2, got 22"),
    ],
)
def test_what_is_not_in_it_is_told_with_its_place(expected: Any, actual: Any, place: str, sentence: str) -> None:
    assert [(place, sentence)] == list(differences(expected, actual))


def test_every_difference_is_told_not_only_the_first() -> None:
    expected = {"label": "virginica", "probability": {"$gte": 0.9, "$lte": 1}, "model": "iris"}
    places = [place for place, _ in differences(expected, {"label": "setosa", "probability": "high"})]
    assert ["/label", "/probability", "/probability", "/model"] == places


def test_a_long_answer_is_cut_and_a_broken_one_can_be_printed() -> None:
    ((_, long),) = differences("x", "y" * 10_000)
    assert len(long) < 120
    ((_, surrogate),) = differences("x", "\ud800\x1b[31m")
    assert surrogate.encode().isascii()
    assert "\x1b" not in surrogate


@given(json_values)
def test_any_value_is_in_itself(value: Any) -> None:
    assert [] == list(differences(value, value))
    assert equal(value, value)


@given(json_values, json_values)
def test_values_that_are_in_each_other_are_equal(one: Any, other: Any) -> None:
    both = [*differences(one, other), *differences(other, one)]
    assert equal(one, other) == (not both)
    assert equal(one, other) == equal(other, one)


@given(st.dictionaries(_keys, json_values, min_size=1), st.data())
def test_more_keys_do_no_harm_and_fewer_do(expected: dict[str, Any], data: st.DataObject) -> None:
    lost = data.draw(st.sampled_from(sorted(expected)))
    assert [] == list(differences(expected, {**expected, "$more": 1}))
    assert 1 == len(list(differences(expected, {key: value for key, value in expected.items() if key != lost})))


@given(st.sampled_from(sorted(MATCHERS)), json_values, json_values)
def test_a_matcher_takes_any_answer_once_its_bound_is_accepted(name: str, bound: Any, actual: Any) -> None:
    if not list(mistakes({name: bound})):
        assert len(list(differences({name: bound}, actual))) <= 1


@pytest.mark.parametrize(
    ("expected", "problem", "hint"),
    [
        ({"$near": 1}, "there is no matcher `$near`", "Known here: $gt, $gte, $lt, $lte, $type, $regex, $in, $length."),
        ({"a": [{"b": {"$near": 1}}]}, "there is no matcher `$near`", "Known here"),
        ({"$gt": "1"}, '`$gt` takes a number, not "1"', ""),
        ({"$gte": True}, "`$gte` takes a number, not true", ""),
        ({"$lt": []}, "`$lt` takes a number, not []", ""),
        ({"$lte": None}, "`$lte` takes a number, not null", ""),
        ({"$type": "int"}, "`$type` takes one of object, array, string, number, boolean, null", ""),
        ({"$type": ["number"]}, "`$type` takes one of", ""),
        ({"$regex": "("}, '`$regex` takes a regular expression, not "("', ""),
        ({"$regex": 1}, "`$regex` takes a regular expression, not 1", ""),
        ({"$in": "abc"}, '`$in` takes a list, not "abc"', ""),
        ({"$length": -1}, "`$length` takes a whole number from 0, not -1", ""),
        ({"$length": True}, "`$length` takes a whole number from 0, not true", ""),
        ({"$gte": 1, "unit": "cm"}, "the matcher `$gte` stands beside other keys", "in the place of a value"),
    ],
)
def test_a_matcher_that_could_never_be_used_is_a_mistake(expected: Any, problem: str, hint: str) -> None:
    ((told, helped),) = mistakes(expected)
    assert problem in told
    assert hint in helped


def test_several_bounds_stand_together_and_other_dollar_keys_are_plain_keys() -> None:
    assert [] == list(mistakes({"p": {"$gte": 0, "$lte": 1}, "schema": {"$schema": "x", "type": "object"}}))
    assert not is_matcher({"$schema": "x", "type": "object"})
    assert not is_matcher({})
