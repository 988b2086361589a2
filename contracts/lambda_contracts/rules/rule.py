"""One rule of what AWS does: where it holds, who says so and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from lambda_contracts.finding import Confidence
from lambda_contracts.shapes import Shape

RECORDED = Confidence.RECORDED
DOCUMENTED = Confidence.DOCUMENTED
INFERRED = Confidence.INFERRED

REST = (Shape.REST,)
REST_EVENT = (Shape.REST, Shape.CONSOLE_TEST)
TEST_BUTTON = (Shape.CONSOLE_TEST,)
HTTP_V1 = (Shape.HTTP_V1,)
HTTP_V2 = (Shape.HTTP_V2,)
HTTP_APIS = (Shape.HTTP_V1, Shape.HTTP_V2)
FUNCTION_URL = (Shape.FUNCTION_URL,)
V2_EVENT = (Shape.HTTP_V2, Shape.FUNCTION_URL)
ALBS = (Shape.ALB, Shape.ALB_MULTI)
CLOUD_FUNCTION = (Shape.CLOUD_FUNCTION,)
ANYWHERE: tuple[Shape, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A fact about AWS.

    `id` is stable and is what findings, tests and reports cite; one that ends in `u` is the unverified part of the rule
    without it, one that ends in `d` a part that is documented but not recorded. An inferred rule is never more than a
    warning. `fronts` is empty for what holds whoever sends the event.
    `source` is a short citation.
    """

    id: str
    statement: str
    fronts: tuple[Shape, ...]
    source: str
    confidence: Confidence


def rows(*table: tuple[str, tuple[Shape, ...], Confidence, str, str]) -> tuple[Rule, ...]:
    """Read a table of (id, fronts, confidence, source, statement)."""
    return tuple(
        Rule(id=key, statement=statement, fronts=fronts, source=source, confidence=confidence)
        for key, fronts, confidence, source, statement in table
    )
