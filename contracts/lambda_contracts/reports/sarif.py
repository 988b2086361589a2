"""SARIF 2.1.0, the OASIS standard that code hosts read: https://docs.oasis-open.org/sarif/sarif/v2.1.0/."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from lambda_contracts.diagnosis import CATALOGUE
from lambda_contracts.finding import Finding
from lambda_contracts.reports.run import Folders, Run, Told, paragraphs, told, trials
from lambda_contracts.reports.text import printable
from lambda_contracts.rules import RULES

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"


def sarif(runs: Sequence[Run], folders: Folders) -> str:
    """Return the report: a result for each finding, at the handler's line, or at the contract's case without one."""
    found = [(run, one) for run in runs for one in told(run, folders)]
    codes = list(dict.fromkeys(one.finding.code for _, one in found))
    examples = {one.finding.code: one.finding for _, one in reversed(found)}
    driver = {"name": "lambdaproof", "rules": [_rule(code, examples[code]) for code in codes]}
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": "lambdaproof/"},
                "columnKind": "unicodeCodePoints",
                "results": [_result(run, one, codes.index(one.finding.code)) for run, one in found],
            }
        ],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule(code: str, example: Finding) -> dict[str, Any]:
    """Return what a code means, from the tables of rules and of known failures, else from a finding."""
    title, means, help_ = _meaning(code, example)
    return {
        "id": printable(code),
        "shortDescription": _text(title),
        "fullDescription": _text(means),
        "help": _text(help_),
        "defaultConfiguration": {"level": example.severity},
    }


def _meaning(code: str, example: Finding) -> tuple[str, str, str]:
    if entry := CATALOGUE.get(code):
        return entry.title, entry.why, entry.fix
    if rule := RULES.get(code):
        return rule.statement, rule.statement, f"Source: {rule.source}"
    means = example.aws or example.message
    return means, means, example.fix or means


def _result(run: Run, one: Told, index: int) -> dict[str, Any]:
    finding = one.finding
    where = [f"In {printable(trials(one.verdicts))}."] if one.verdicts else []
    message = "\n".join([*paragraphs(finding), *where])
    result: dict[str, Any] = {
        "ruleId": printable(finding.code),
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": message},
        "locations": [{**_location(one.file, one.line, finding.excerpt), "logicalLocations": _logical(run, one)}],
        "occurrenceCount": len(one.verdicts) or 1,
        "partialFingerprints": {"lambdaproof/v1": _fingerprint(run, one)},
        "properties": {"confidence": finding.confidence, "place": printable(finding.place)},
    }
    if (one.file, one.line) != (one.contract_file, one.case_line):
        case = _location(one.contract_file, one.case_line)
        result["relatedLocations"] = [{**case, "message": {"text": "the case in the contract"}}]
    return result


def _location(file: str, line: int, excerpt: str = "") -> dict[str, Any]:
    """Return a place in a file. A name relative to the repository's root is relative to `%SRCROOT%`."""
    outside = PurePosixPath(file).is_absolute()
    artifact = {"uri": f"file://{_uri(file)}"} if outside else {"uri": _uri(file), "uriBaseId": "%SRCROOT%"}
    region = {"startLine": line, **({"snippet": _text(excerpt)} if excerpt else {})}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _logical(run: Run, one: Told) -> list[dict[str, str]]:
    """Return the trials that a finding is about, or the function."""
    function = printable(run.contract.function.name)
    names = dict.fromkeys(printable(verdict.trial.id) for verdict in one.verdicts)
    return [{"name": name, "fullyQualifiedName": f"{function}/{name}"} for name in names] or [{"name": function}]


def _fingerprint(run: Run, one: Told) -> str:
    """Return what stays the same while lines move: GitHub knows a result again by it."""
    finding, cases = one.finding, [verdict.trial.case.name for verdict in one.verdicts[:1]]
    what = (run.contract.function.name, finding.code, finding.place, finding.excerpt, cases)
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:32]


def _uri(file: str) -> str:
    return quote(file, errors="replace")


def _text(text: str) -> dict[str, str]:
    return {"text": printable(text)}
