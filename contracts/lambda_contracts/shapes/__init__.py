"""The forms an event can have, and what stands in each: one declarative table, written once.

The validator, the fingerprint that `events.identify` goes by, the Hypothesis strategies and the reference page of the
documentation are all read from it.
"""

from __future__ import annotations

from lambda_contracts.shapes.names import FRONTS, HTTP_SHAPES, TRIGGERS, Shape
from lambda_contracts.shapes.reference import reference
from lambda_contracts.shapes.rows import Kind, Nothing, Row
from lambda_contracts.shapes.table import TABLE
from lambda_contracts.shapes.validation import validate

__all__ = ["FRONTS", "HTTP_SHAPES", "TABLE", "TRIGGERS", "Kind", "Nothing", "Row", "Shape", "reference", "validate"]
