"""What AWS does, rule by rule: one table, from which findings, tests and reports cite."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from lambda_contracts.rules.responses import (
    ALB_RESPONSE_RULES,
    HTTP_RESPONSE_RULES,
    REST_RESPONSE_RULES,
    URL_RESPONSE_RULES,
)
from lambda_contracts.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RULES", "Rule"]

_TABLE = (*REST_RESPONSE_RULES, *HTTP_RESPONSE_RULES, *URL_RESPONSE_RULES, *ALB_RESPONSE_RULES)

RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in _TABLE})
"""Every rule by its id, in the order of the ids."""
