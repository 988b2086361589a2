"""Known findings: they break nothing, new ones do, and fixed ones are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from checking import contract
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts.baseline import Baseline, Entry, dump, parse
from lambda_contracts.checks.cases import Verdict, check
from lambda_contracts.checks.registry import Report
from lambda_contracts.finding import Finding, Severity
from lambda_contracts.outcomes import Outcome, OutcomeKind

BROKEN = Finding(code="mine", severity=Severity.ERROR, message="it took 3 s", place="/body")
KNOWN = Entry(function="one", check="mine", code="mine", place="/body")


def failing() -> Verdict:
    outcome = Outcome(kind=OutcomeKind.FUNCTION_ERROR, payload=b'{"errorType": "KeyError"}')
    return next(check(contract(), lambda _: outcome))


FAILED = Entry(function="one", check="cases", trial="good[direct]", code="outcome.function-error")


def test_a_known_finding_breaks_nothing_whatever_its_message() -> None:
    baseline = Baseline([KNOWN, FAILED])
    assert baseline.verdict("one", failing()).passed
    later = replace(BROKEN, message="it took 4 s")
    assert baseline.report("one", Report(check="mine", findings=(later,))).passed


@pytest.mark.parametrize(
    "other",
    [
        replace(KNOWN, function="two"),
        replace(KNOWN, check="other"),
        replace(KNOWN, code="other"),
        replace(KNOWN, place=""),
        replace(KNOWN, trial="a[rest]"),
    ],
)
def test_a_finding_that_differs_in_anything_else_is_new(other: Entry) -> None:
    assert not Baseline([other]).report("one", Report(check="mine", findings=(BROKEN,))).passed


def test_verdicts_of_other_checks_are_known_by_the_check() -> None:
    baseline = Baseline([replace(FAILED, check="bad-input")])
    assert not baseline.verdict("one", failing()).passed
    assert baseline.report("one", Report(check="bad-input", verdicts=(failing(),))).passed


def test_warnings_are_not_kept() -> None:
    baseline = Baseline()
    baseline.report("one", Report(check="mine", findings=(replace(BROKEN, severity=Severity.WARNING),)))
    assert [] == baseline.updated()


def test_what_is_not_found_any_more_is_fixed_when_its_function_was_checked() -> None:
    baseline = Baseline([KNOWN, FAILED, replace(KNOWN, function="two")])
    baseline.verdict("one", failing())
    assert [] == baseline.fixed()
    baseline.finish("one")
    assert [KNOWN] == baseline.fixed()
    assert sorted([FAILED, replace(KNOWN, function="two")]) == baseline.updated()


def test_the_file_has_an_entry_a_line() -> None:
    text = dump([KNOWN, FAILED, KNOWN])
    assert 2 == sum('"function"' in line for line in text.splitlines())
    assert text.endswith("\n")
    assert text == dump(reversed([KNOWN, FAILED]))


_entries = st.builds(Entry, function=st.text(), check=st.text(), trial=st.text(), code=st.text(), place=st.text())


@given(st.lists(_entries))
def test_what_was_written_is_read_again(entries: list[Entry]) -> None:
    assert sorted(set(entries)) == parse(dump(entries)).updated()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "JSON|truncated"),
        ("[]", "object"),
        ('{"version": 2, "findings": []}', "version 2"),
        ('{"version": 1, "findings": [{"function": "x"}]}', "check"),
        ('{"version": 1, "findings": [], "more": 1}', "more"),
    ],
)
def test_what_is_no_baseline_is_refused(text: str, told: Any) -> None:
    with pytest.raises(ValueError, match=told):
        parse(text)
