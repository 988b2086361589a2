"""`explain` says of an event what went wrong with it in the handler: code, line, path and fix."""

from __future__ import annotations

from pathlib import Path

import pytest
from diagnosis.symptoms import SYMPTOMS, Symptom
from diagnosis.test_twins import IN_PROCESS, line_of, written
from diagnosis.twins import TWINS, Twin
from lambda_contracts.checks.cases import check
from lambda_contracts.diagnosis import CATALOGUE
from lambda_contracts.explanation import Explained
from lambda_contracts.reports import explained as report
from lambda_emulator.deployment import deploy
from lambda_emulator.explaining import explain
from lambda_emulator.loading import function


def explained(folder: Path, twin: Twin) -> Explained:
    """Explain the event that the check of a broken handler fails on first."""
    contract = written(folder, twin.broken, twin)
    with deploy(contract, IN_PROCESS) as deployment:
        verdicts = check(contract, deployment.function.invoke)
        failed = next(one for one in verdicts if twin.code in {found.code for found in one.findings})
        return explain(deployment, failed.trial.event)


@pytest.mark.parametrize("twin", [pytest.param(twin, id=twin.id) for twin in TWINS])
def test_the_event_that_fails_is_explained_with_code_line_path_and_fix(twin: Twin, tmp_path: Path) -> None:
    found = explained(tmp_path, twin)
    assert found.finding is not None
    assert (twin.code, line_of(twin.broken)) == (found.finding.code, found.finding.line)
    assert twin.place in (None, found.finding.place)
    assert not found.differs
    text = "\n".join(report.function("app.handler", found))
    assert f"{twin.code} " in text
    assert f"app.py:{line_of(twin.broken)}" in text
    assert found.finding.fix
    assert found.finding.fix in text
    assert CATALOGUE[twin.code].why in text
    if twin.code.startswith("E") and twin.code != "E31":  # the key is read rightly, and fails in S3
        assert found.first_wrong is not None
        read = found.reads[found.first_wrong]
        assert read.line is not None
        assert (True, "app.py") == (read.line.line <= line_of(twin.broken), read.line.file)
        assert twin.place is None or is_kin(read.path, twin.place), read


def is_kin(path: str, place: str) -> bool:
    """Whether one of two places is the other, or in it."""
    shorter, longer = sorted((path, place), key=len)
    return longer == shorter or longer.startswith((f"{shorter}/", f"{shorter}#"))


@pytest.mark.parametrize("symptom", [pytest.param(one, id=f"{one.code} {one.thread}") for one in SYMPTOMS])
def test_what_people_reported_is_explained_without_any_contract(symptom: Symptom, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(symptom.source, encoding="utf-8")
    with deploy(function(f"{tmp_path}/app.py:handler"), IN_PROCESS) as deployment:
        found = explain(deployment, symptom.event)
    error = found.verdict.outcome.error
    assert (f"{error.type}: {error.message}" if error else "").startswith(symptom.told)
    assert bool(symptom.told) == bool(error)
    assert found.finding is not None
    assert (symptom.code, line_of(symptom.source)) == (found.finding.code, found.finding.line)
    assert symptom.place in (None, found.finding.place)
    assert found.finding.fix


def test_the_threads_are_those_that_the_catalogue_names() -> None:
    for symptom in SYMPTOMS:
        assert any(symptom.thread in evidence for evidence in CATALOGUE[symptom.code].evidence), symptom.thread
