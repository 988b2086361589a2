"""JUnit's XML: a test suite for each contract, a test case for each case in each shape."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from lambda_contracts.checks.cases import Verdict
from lambda_contracts.checks.registry import Report
from lambda_contracts.finding import Finding
from lambda_contracts.reports import text
from lambda_contracts.reports.run import Folders, Run, case_line

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write: https://www.w3.org/TR/xml/#charsets."""


def junit(runs: Sequence[Run], folders: Folders) -> str:
    """Return the report. Times are in seconds; a broken contract is a `failure`, a warning stands in `system-out`."""
    suites = ET.Element("testsuites", name="lambdaproof")
    suites.extend(_suite(run, folders) for run in runs)
    suites.attrib |= _counts(list(suites), sum(run.seconds for run in runs))
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _suite(run: Run, folders: Folders) -> ET.Element:
    function = run.contract.function.name
    suite = ET.Element("testsuite", name=text.printable(function), file=text.printable(folders.name(run.contract.file)))
    for verdict in run.verdicts:
        suite.append(_case(run, folders, verdict, function))
    for report in run.reports:
        suite.extend(_case(run, folders, verdict, f"{function}.{report.check}") for verdict in report.verdicts)
        if report.findings or not report.verdicts:
            suite.append(_function(run, folders, report))
    suite.attrib |= _counts([suite], run.seconds)
    return suite


def _counts(suites: Sequence[ET.Element], seconds: float) -> dict[str, str]:
    cases = [case for suite in suites for case in suite.iter("testcase")]
    failures = sum(case.find("failure") is not None for case in cases)
    counts = {"tests": len(cases), "failures": failures, "errors": 0, "skipped": 0}
    return {**{name: str(count) for name, count in counts.items()}, "time": f"{seconds:.3f}"}


def _case(run: Run, folders: Folders, verdict: Verdict, name: str) -> ET.Element:
    """Return the test case of an event."""
    outcome = verdict.outcome
    case = ET.Element(
        "testcase",
        classname=text.printable(name),
        name=text.printable(verdict.trial.id),
        file=text.printable(folders.name(run.contract.file)),
        line=str(case_line(run.contract, verdict.trial.case.name)),
        time=f"{outcome.duration + (outcome.init_duration or 0):.6f}",
    )
    if not verdict.passed:
        _fail(case, verdict.findings, text.failure([verdict], run.repeat.get(verdict.trial.id, {})))
    elif warnings := text.warnings([verdict]):
        ET.SubElement(case, "system-out").text = _legal("\n".join(warnings))
    return case


def _function(run: Run, folders: Folders, report: Report) -> ET.Element:
    """Return the test case of what a check says of the function."""
    name, file = f"{run.contract.function.name}.{report.check}", text.printable(folders.name(run.contract.file))
    case = ET.Element("testcase", classname=text.printable(name), name="function", file=file, line="1", time="0")
    lines = "\n".join(line for found in report.findings for line in text.finding(found))
    if any(found.breaks for found in report.findings):
        _fail(case, report.findings, lines)
    elif lines:
        ET.SubElement(case, "system-out").text = _legal(lines)
    return case


def _fail(case: ET.Element, findings: Sequence[Finding], told: str) -> None:
    first = next(finding for finding in findings if finding.breaks)
    message = text.printable(f"{first.code}: {first.message}")
    ET.SubElement(case, "failure", message=message, type=text.printable(first.code)).text = _legal(told)


def _legal(told: str) -> str:
    """Escape what XML cannot hold."""
    return _NOT_XML.sub(lambda match: ascii(match[0])[1:-1], told)
