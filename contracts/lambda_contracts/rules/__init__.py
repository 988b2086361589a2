"""What AWS does, rule by rule: one table, from which findings, tests and reports cite."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from lambda_contracts.markdown import table
from lambda_contracts.rules.cloud_functions import CLOUD_FUNCTION_RULES
from lambda_contracts.rules.events import ALB_EVENT_RULES, HTTP_EVENT_RULES, REST_EVENT_RULES
from lambda_contracts.rules.gateways import GATEWAY_RULES
from lambda_contracts.rules.invocations import INVOCATION_RULES
from lambda_contracts.rules.responses import (
    ALB_RESPONSE_RULES,
    HTTP_RESPONSE_RULES,
    REST_RESPONSE_RULES,
    URL_RESPONSE_RULES,
)
from lambda_contracts.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["RULES", "Rule", "number", "table_markdown"]

_TABLE = (
    *REST_EVENT_RULES,
    *HTTP_EVENT_RULES,
    *ALB_EVENT_RULES,
    *REST_RESPONSE_RULES,
    *HTTP_RESPONSE_RULES,
    *URL_RESPONSE_RULES,
    *ALB_RESPONSE_RULES,
    *INVOCATION_RULES,
    *GATEWAY_RULES,
    *CLOUD_FUNCTION_RULES,
)


def number(rule_id: str) -> int:
    """Return the number in a rule's id: 12 for `R12` and `R12u`."""
    return int(rule_id[1:].rstrip("du"))


RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in sorted(_TABLE, key=lambda row: number(row.id))})
"""Every rule by its id, in the order of the numbers."""


def table_markdown(tests: Mapping[str, Iterable[str]] | None = None) -> str:
    """Return the rules as a Markdown table: id, statement, fronts, source, confidence.

    `tests` maps rule ids to the names of the tests that show them, and becomes one more column.
    """
    titles = ["rule", "what AWS does", "fronts", "source", "confidence", *(["tests"] if tests is not None else [])]
    rows = []
    for rule in RULES.values():
        cells = [rule.id, rule.statement, ", ".join(rule.fronts) or "any", rule.source, rule.confidence.value]
        rows.append(cells if tests is None else [*cells, ", ".join(tests.get(rule.id, ()))])
    return table(titles, rows)
