"""Checks of your own: how they are made, chosen and run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lambda_contracts.checks import cases, registry
from lambda_contracts.checks.cases import Verdict
from lambda_contracts.checks.registry import Report, Subject, check, chosen
from lambda_contracts.contract import Contract, parse
from lambda_contracts.errors import ContractError
from lambda_contracts.finding import Finding, Severity
from lambda_contracts.outcomes import returned

CONTRACT = '[function]\nname = "one"\nhandler = "app.handler"\n[[case]]\nname = "one"\npayload = {}\n'
BROKEN = Finding(code="mine", severity=Severity.ERROR, message="it is broken")
SUBJECT = Subject(invoke=lambda _: returned({"statusCode": 200}))


def contract(more: str = "") -> Contract:
    return parse(CONTRACT + more, Path("/handlers/one/contract.toml"))


@check
def no_server_header(contract: Contract, subject: Subject) -> Iterator[Finding]:
    """No answer names the server.

    More words.
    """
    yield BROKEN


@check(name="another", default=False)
def other(contract: Contract, subject: Subject) -> Iterator[Finding | Verdict]:
    (first, *_) = cases.check(contract, subject.invoke)
    yield first
    yield replace(BROKEN, severity=Severity.WARNING)


def test_a_decorated_function_is_a_check_named_like_it() -> None:
    assert ("no-server-header", "No answer names the server.", True) == (
        no_server_header.name,
        no_server_header.summary,
        no_server_header.default,
    )
    assert ("another", False) == (other.name, other.default)
    assert [BROKEN] == list(no_server_header(contract(), SUBJECT))


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("", ["no-server-header"]),
        ("another = true", ["no-server-header", "another"]),
        ("no-server-header = false", []),
    ],
)
def test_a_contract_chooses_its_checks(table: str, expected: list[str]) -> None:
    wanted = chosen(contract(f"[checks]\n{table}\n"), [no_server_header, other])
    assert expected == [check.name for check in wanted]


def test_an_unknown_check_is_told_with_its_line() -> None:
    with pytest.raises(ContractError, match=r"contract.toml:8: checks.nosuch: .*Known here: another, no-server-header"):
        chosen(contract("[checks]\nnosuch = true\n"), [no_server_header, other])


@pytest.mark.parametrize(("found", "passed"), [(no_server_header, False), (other, True)])
def test_only_errors_break(found: registry.Check, passed: bool) -> None:
    assert passed is registry.run(found, contract(), SUBJECT).passed


def test_verdicts_and_findings_are_kept_apart() -> None:
    report = registry.run(other, contract(), SUBJECT)
    assert ("another", ["one"]) == (report.check, [verdict.trial.case.name for verdict in report.verdicts])
    assert [Severity.WARNING] == [finding.severity for finding in report.findings]


def test_what_a_baseline_knows_breaks_nothing() -> None:
    assert Report(check="mine", findings=(replace(BROKEN, known=True),)).passed
    assert not Report(check="mine", findings=(BROKEN,)).passed
