"""JUnit's XML: a test suite for each contract, a test case for each case in each shape."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from lambda_contracts.checks.cases import Verdict
from lambda_contracts.finding import Severity
from lambda_contracts.reports import text
from lambda_contracts.reports.run import Folders, Run, case_line

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write: https://www.w3.org/TR/xml/#charsets."""


def junit(runs: Sequence[Run], folders: Folders) -> str:
    """Return the report. Times are in seconds; a broken contract is a `failure`, a warning stands in `system-out`."""
    suites = ET.Element("testsuites", {"name": "lambdaproof", **_counts(runs)})
    for run in runs:
        suites.append(_suite(run, folders))
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _counts(runs: Sequence[Run]) -> dict[str, str]:
    return {
        "tests": str(sum(len(run.verdicts) for run in runs)),
        "failures": str(sum(run.failed for run in runs)),
        "errors": "0",
        "skipped": "0",
        "time": f"{sum(run.seconds for run in runs):.3f}",
    }


def _suite(run: Run, folders: Folders) -> ET.Element:
    file = _legal(folders.name(run.contract.file))
    suite = ET.Element("testsuite", {"name": _legal(run.contract.function.name), "file": file, **_counts([run])})
    for verdict in run.verdicts:
        line = case_line(run.contract, verdict.trial.case.name)
        case = ET.SubElement(
            suite,
            "testcase",
            classname=_legal(run.contract.function.name),
            name=_legal(text.printable(verdict.trial.id)),
            file=file,
            line=str(line),
            time=f"{verdict.outcome.duration + (verdict.outcome.init_duration or 0):.6f}",
        )
        _fill(case, run, verdict)
    return suite


def _fill(case: ET.Element, run: Run, verdict: Verdict) -> None:
    if not verdict.passed:
        first = next(finding for finding in verdict.findings if finding.severity is Severity.ERROR)
        failure = ET.SubElement(
            case, "failure", message=_legal(text.printable(f"{first.code}: {first.message}")), type=_legal(first.code)
        )
        failure.text = _legal(text.failure([verdict], run.repeat.get(verdict.trial.id, {})))
    elif warnings := text.warnings([verdict]):
        ET.SubElement(case, "system-out").text = _legal("\n".join(warnings))


def _legal(told: str) -> str:
    """Escape what XML cannot hold."""
    return _NOT_XML.sub(lambda match: ascii(match[0])[1:-1], told)
