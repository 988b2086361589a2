"""Numbers drawn between the bounds of a schema, with Hypothesis."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from lambda_contracts.schemas.validation import is_multiple

Strategy = st.SearchStrategy[Any]


def _fits(words: Mapping[str, Any]) -> Callable[[float], bool]:
    def fits(value: float) -> bool:
        return (
            value >= words.get("minimum", -math.inf)
            and value <= words.get("maximum", math.inf)
            and value > words.get("exclusiveMinimum", -math.inf)
            and value < words.get("exclusiveMaximum", math.inf)
            and ("multipleOf" not in words or is_multiple(value, words["multipleOf"]))
        )

    return fits


def _bounds(words: Mapping[str, Any]) -> tuple[Fraction | None, Fraction | None]:
    """Return the bounds, whether they are included or not."""
    least = [Fraction(str(words[word])) for word in ("minimum", "exclusiveMinimum") if word in words]
    most = [Fraction(str(words[word])) for word in ("maximum", "exclusiveMaximum") if word in words]
    return max(least, default=None), min(most, default=None)


def integers(words: Mapping[str, Any]) -> Strategy:
    """Draw whole numbers between the bounds of a schema's words."""
    return _multiples(words, whole=True)


def numbers(words: Mapping[str, Any]) -> Strategy:
    """Draw numbers, whole ones and floats, between the bounds of a schema's words."""
    if "multipleOf" in words:
        return _multiples(words, whole=False)
    least, most = _bounds(words)
    low, high = (None if bound is None else _float(bound) for bound in (least, most))
    if low is not None and "exclusiveMinimum" in words and low <= words["exclusiveMinimum"]:
        low = math.nextafter(low, math.inf)
    if high is not None and "exclusiveMaximum" in words and high >= words["exclusiveMaximum"]:
        high = math.nextafter(high, -math.inf)
    integers = _multiples(words, whole=True)
    if (low is not None and high is not None and low > high) or low == math.inf or high == -math.inf:
        return integers
    floats = st.floats(low, high, allow_nan=False, allow_infinity=False).filter(_fits(words))
    return integers | floats


def _float(bound: Fraction) -> float:
    try:
        return float(bound)
    except OverflowError:
        return math.inf if bound > 0 else -math.inf


def _multiples(words: Mapping[str, Any], *, whole: bool) -> Strategy:
    step = Fraction(str(words.get("multipleOf", 1)))
    if whole:
        step = Fraction(step.numerator)  # the least whole number that is a multiple of it
    least, most = _bounds(words)
    low = None if least is None else math.ceil(least / step)
    high = None if most is None else math.floor(most / step)
    if low is not None and low * step == words.get("exclusiveMinimum"):
        low += 1
    if high is not None and high * step == words.get("exclusiveMaximum"):
        high -= 1
    if low is not None and high is not None and low > high:
        return st.nothing()
    if step == 1:
        return st.integers(low, high)
    return st.integers(low, high).map(lambda count: _number(count * step)).filter(_fits(words))


def _number(value: Fraction) -> float:
    return value.numerator if value.denominator == 1 else float(value)
