"""The table of rules is complete, and every rule of the responses is shown by a test of its name."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
from lambda_contracts.finding import Confidence
from lambda_contracts.limits import LIMITS
from lambda_contracts.results.response_rules import RESPONSE_RULES
from lambda_contracts.rules import RULES, Rule, number, table_markdown
from lambda_contracts.shapes import FRONTS, Shape

KNOWN_NUMBERS = {*range(1, 17), *range(20, 34), *range(40, 48), *range(50, 65), *range(70, 76), *range(80, 94)}
KNOWN_NUMBERS |= {*range(100, 125), *range(130, 137)}
RESPONSE_NUMBERS = {*range(20, 34), *range(50, 55), 56, 57, *range(61, 65), 74, 75}
"""The rules that `respond` encodes; R55 is about events, R58 and R59 about requests that reach no function."""
GATEWAY_NUMBERS = {15, 58, 59, *range(100, 121)}
"""The rules of what a front does without the function."""


def named_by_rule() -> dict[str, list[str]]:
    """Map rule ids to the tests that carry them in their names."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE):
            for rule in re.findall(r"(?<=_)R\d+[ud]?(?=_)", name):
                found[rule].append(name)
    return found


def test_every_number_has_a_rule() -> None:
    assert KNOWN_NUMBERS == {number(rule) for rule in RULES}


def test_rules_are_in_the_order_of_their_numbers() -> None:
    assert sorted(RULES, key=number) == list(RULES)


def test_an_unverified_part_is_inferred_and_belongs_to_a_rule() -> None:
    for rule in RULES.values():
        if rule.id.endswith("u"):
            assert Confidence.INFERRED is rule.confidence
            assert rule.id[:-1] in RULES
        if rule.id.endswith("d"):
            assert Confidence.DOCUMENTED is rule.confidence


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_rule_says_something_short_and_names_its_source(rule: Rule) -> None:
    assert rule.statement.endswith(".")
    assert len(rule.statement) < 330
    assert len(rule.source) > 5


def test_every_response_rule_is_shown_by_a_test_of_its_name() -> None:
    shown = named_by_rule()
    assert [] == [rule for rule in RULES if number(rule) in RESPONSE_NUMBERS and rule not in shown]


def test_every_rule_of_the_gateways_is_shown_by_a_test_of_its_name() -> None:
    shown = named_by_rule()
    assert [] == [rule for rule in RULES if number(rule) in GATEWAY_NUMBERS and rule not in shown]


def test_no_test_is_named_by_a_rule_that_does_not_exist() -> None:
    assert set() == {rule for rule in named_by_rule() if rule not in RULES}


@pytest.mark.parametrize("front", FRONTS)
def test_a_front_cites_only_rules_that_hold_for_it(front: Shape) -> None:
    rules = RESPONSE_RULES[front]
    own = [rules.status_rule, rules.type_rule, rules.merge_rule, rules.base64_rule, rules.document_rule]
    cited = {*rules.cites.values(), rules.unverified, rules.cookie_rule, rules.error_rule, rules.empty_rule, *own} - {
        ""
    }
    assert set() == {rule for rule in cited if RULES[rule].fronts and front not in RULES[rule].fronts}


@pytest.mark.parametrize("front", FRONTS)
def test_what_a_front_does_not_cite_is_unverified(front: Shape) -> None:
    assert Confidence.INFERRED is RULES[RESPONSE_RULES[front].unverified].confidence


def test_limits_cite_rules_that_exist() -> None:
    assert set() == {limit.rule for limit in LIMITS.values() if limit.rule} - set(RULES)


def test_the_table_has_a_row_a_rule_and_a_column_of_tests() -> None:
    lines = table_markdown(named_by_rule()).splitlines()
    assert len(RULES) + 2 == len(lines)
    assert "| rule | what AWS does | fronts | source | confidence | tests |" == lines[0]
    [row] = [line for line in lines if line.startswith("| R27 |")]
    assert "| rest |" in row
    assert "| recorded |" in row
    assert "test_R27_an_equal_pair_in_both_maps_is_sent_once" in row


def test_the_table_stays_a_table_with_bars_in_a_statement() -> None:
    assert "an unescaped \\| is refused" in table_markdown()
    assert {6} == {len(re.findall(r"(?<!\\)\|", line)) for line in table_markdown().splitlines()}
