"""`check` names the code and the line of every known failure, and is silent on the handler that is mended."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from diagnosis.twins import MARK, TWINS, Twin
from lambda_contracts.checks.cases import Verdict, check
from lambda_contracts.contract import Contract, load
from lambda_contracts.diagnosis import CATALOGUE
from lambda_contracts.finding import Finding, Severity
from lambda_emulator.deployment import deploy
from lambda_emulator.settings import Settings

IN_PROCESS = Settings(environment="in_process")
CASES = [pytest.param(twin, id=twin.id) for twin in TWINS]


def written(folder: Path, code: str, twin: Twin) -> Contract:
    """Write a twin into a folder, and return its contract."""
    (folder / "app.py").write_text(code, encoding="utf-8")
    head = '[function]\nname = "twin"\nhandler = "app.handler"\n'
    (folder / "contract.toml").write_text(head + twin.contract, encoding="utf-8")
    for name, event in twin.events.items():
        (folder / name).write_text(json.dumps(event), encoding="utf-8")
    return load(folder)


def checked(folder: Path, code: str, twin: Twin) -> list[Verdict]:
    contract = written(folder, code, twin)
    with deploy(contract, IN_PROCESS) as deployment:
        return list(check(contract, deployment.function.invoke))


def told(verdicts: list[Verdict]) -> list[Finding]:
    """Return what would be shown: every finding but notes."""
    return [found for verdict in verdicts for found in verdict.findings if found.severity is not Severity.NOTE]


def line_of(code: str) -> int:
    return next(number for number, line in enumerate(code.splitlines(), 1) if MARK in line)


@pytest.mark.parametrize("twin", CASES)
def test_the_broken_handler_gets_its_code_and_line(twin: Twin, tmp_path: Path) -> None:
    found = told(checked(tmp_path, twin.broken, twin))
    if twin.code.startswith("P"):  # that the client then gets another status is said as well
        found = [finding for finding in found if not finding.code.startswith("case.")]
    assert {twin.code} == {finding.code for finding in found}
    assert {line_of(twin.broken)} == {finding.line for finding in found}
    assert twin.severity in {finding.severity for finding in found}
    assert {CATALOGUE[twin.code].why} == {finding.why for finding in found}
    if twin.place is not None:
        assert twin.place in {finding.place for finding in found}


@pytest.mark.parametrize("twin", CASES)
def test_the_mended_handler_gets_none(twin: Twin, tmp_path: Path) -> None:
    assert [] == told(checked(tmp_path, twin.fixed, twin))


def patched(code: str, diff: str) -> str:
    """Apply a unified diff without context."""
    old, new = code.splitlines(), list[str]()
    taken = 0
    for line in diff.splitlines()[2:]:
        if header := re.match(r"@@ -(\d+)(?:,(\d+))? ", line):
            start = int(header[1]) - (header[2] != "0")
            new += old[taken:start]
            taken = start
        elif line.startswith("-"):
            assert line[1:] == old[taken]
            taken += 1
        else:
            new.append(line[1:])
    return "\n".join([*new, *old[taken:]]) + "\n"


WITH_CHANGE = {"E01", "E02", "E03", "E04", "E05", "E06", "E07", "E08", "E09", "E10", "E13", "E14", "E15", "E16", "E17",
               "E18", "E20", "E27", "E29", "E31", "E32", "P01", "P02", "P05", "P07", "P08", "P12", "P15"}  # fmt: skip

MORE_THAN_A_LINE = {"with get", "compared", "in a queue"}


@pytest.mark.parametrize(
    "twin",
    [
        pytest.param(twin, id=twin.id)
        for twin in TWINS
        if twin.code in WITH_CHANGE and twin.name not in MORE_THAN_A_LINE
    ],
)
def test_the_change_that_is_shown_mends_the_handler(twin: Twin, tmp_path: Path) -> None:
    broken, mended = tmp_path / "broken", tmp_path / "mended"
    broken.mkdir()
    mended.mkdir()
    found = next(finding for finding in told(checked(broken, twin.broken, twin)) if finding.diff)
    assert [] == told(checked(mended, patched(twin.broken, found.diff), twin))


def test_every_code_has_a_twin() -> None:
    assert list(CATALOGUE) == sorted({twin.code for twin in TWINS})
