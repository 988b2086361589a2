"""Reports that other tools read: JUnit, SARIF, annotations and lines of JSON, each as its consumer sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from judged import CRASH, FOLDERS, HOSTILE, MAYBE, WRONG, hostile, run, usual, verdict
from junitparser import Failure, JUnitXml, TestCase, TestSuite
from lambda_contracts.finding import Finding, Severity
from lambda_contracts.reports.github import github
from lambda_contracts.reports.junit import junit
from lambda_contracts.reports.run import Folders, Run
from lambda_contracts.reports.sarif import sarif
from lambda_contracts.reports.structured import lines
from lambda_contracts.shapes import Shape

SCHEMA = json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
"""OASIS's schema of SARIF 2.1.0, unchanged as the source distribution of sarif-pydantic 0.6.2 carries it (its `$id` is
that of OASIS's repository); not compared byte by byte with https://docs.oasis-open.org/sarif/sarif/v2.1.0/."""
VALIDATOR = jsonschema.Draft7Validator(SCHEMA, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)
ALL = [[usual()], [hostile()], [usual(), hostile()], [run()], []]
IDS = ["usual", "hostile", "two contracts", "no events", "no contracts"]


def suites(runs: Sequence[Run]) -> list[TestSuite]:
    """Return the suites as a reader of JUnit's XML finds them."""
    found = JUnitXml.fromstring(junit(runs, FOLDERS).encode())
    return list(found)


def cases(runs: Sequence[Run]) -> list[TestCase]:
    return [case for suite in suites(runs) for case in suite]


def validated(runs: Sequence[Run], folders: Folders = FOLDERS) -> dict[str, Any]:
    """Return the one run of a SARIF log that its published schema holds to be right."""
    log: dict[str, Any] = json.loads(sarif(runs, folders))
    VALIDATOR.validate(log)
    (found,) = log["runs"]
    assert isinstance(found, dict)
    return found


# --- JUnit -----------------------------------------------------------------------------------------------------------


def test_each_case_in_each_shape_is_a_test_case_and_so_is_what_a_check_says_of_the_function() -> None:
    expected = [
        ("iris", "virginica[direct]", 1.5, False),
        ("iris", "virginica[rest]", 0, True),
        ("iris", "missing feature[direct]", 0, True),
        ("iris", "missing feature[rest]", 0, False),
        ("iris.budget", "function", 0, True),
        ("iris.state", "function", 0, False),
    ]
    assert expected == [(case.classname, case.name, case.time, bool(case.result)) for case in cases([usual()])]


def test_the_suite_has_the_counts_that_its_test_cases_add_up_to() -> None:
    (suite,) = suites([usual()])
    assert ("iris", 6, 3, 0, 0, 2.5) == (
        suite.name, suite.tests, suite.failures, suite.errors, suite.skipped, suite.time
    )  # fmt: skip
    suite.update_statistics()  # type: ignore[no-untyped-call]  # junitparser leaves this one out
    assert (6, 3, 0, 0) == (suite.tests, suite.failures, suite.errors, suite.skipped)


def test_a_failure_has_the_reason_the_line_the_event_and_what_repeats_it() -> None:
    (failure,) = cases([usual()])[1].result
    assert isinstance(failure, Failure)
    assert ("outcome.function-error: KeyError: 'body'", "outcome.function-error") == (failure.message, failure.type)
    for part in ("iris/app.py:4", "event     {}", "log       said", "replay    lambdaproof replay iris one.json"):
        assert part in str(failure.text)


def test_a_warning_is_told_and_breaks_nothing() -> None:
    case = cases([usual()])[3]
    assert ([], True) == (case.result, "R31u: a number" in str(case.system_out))


def test_a_test_case_has_the_line_of_its_case_in_the_contract() -> None:
    told = junit([usual()], FOLDERS)
    assert 'name="virginica[direct]" file="handlers/iris/contract.toml" line="9"' in told
    assert 'name="missing feature[rest]" file="handlers/iris/contract.toml" line="14"' in told


@pytest.mark.parametrize("runs", ALL, ids=IDS)
def test_junit_can_be_read_whatever_a_handler_answers(runs: list[Run]) -> None:
    failed = [case for case in cases(runs) if case.result]
    assert sum(one.failed for one in runs) == len(failed)
    told = junit(runs, FOLDERS)
    assert told.encode("utf-8")
    assert not {"\x1b", "\x00", "\u202e", "\ufffe"} & set(told)


@given(st.text(), st.binary())
def test_any_answer_can_be_written_as_junit(message: str, body: bytes) -> None:
    finding = Finding(code="x", severity=Severity.ERROR, message=message)
    (case,) = cases([run(verdict("one", Shape.REST, finding, body=body, log=(message,)))])
    assert case.result


# --- SARIF -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("runs", ALL, ids=IDS)
def test_sarif_is_what_its_schema_says(runs: list[Run]) -> None:
    found = validated(runs)
    for result in found["results"]:
        assert result["ruleId"] == found["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]


def test_the_schema_would_see_what_is_wrong() -> None:
    log = json.loads(sarif([usual()], FOLDERS))
    log["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(log)


def places(found: dict[str, Any]) -> list[tuple[str, str, str, int]]:
    told = []
    for result in found["results"]:
        place = result["locations"][0]["physicalLocation"]
        told.append((result["ruleId"], result["level"], place["artifactLocation"]["uri"], place["region"]["startLine"]))
    return told


def test_a_result_points_at_the_handlers_line_or_else_at_the_case() -> None:
    expected = [
        ("outcome.function-error", "error", "handlers/iris/app.py", 4),
        ("case.status", "error", "handlers/iris/contract.toml", 14),
        ("R31u", "warning", "handlers/iris/contract.toml", 14),
        ("budget.init", "error", "handlers/iris/contract.toml", 1),
    ]
    assert expected == places(validated([usual()]))


def test_what_points_at_the_handler_names_the_case_too() -> None:
    (related,) = validated([usual()])["results"][0]["relatedLocations"]
    place = related["physicalLocation"]
    assert ("handlers/iris/contract.toml", 9) == (place["artifactLocation"]["uri"], place["region"]["startLine"])


def test_what_is_said_of_several_trials_is_one_result_with_all_their_names() -> None:
    (result,) = validated([run(*(verdict("virginica", shape, CRASH) for shape in (Shape.DIRECT, Shape.REST)))])[
        "results"
    ]
    names = [place["fullyQualifiedName"] for place in result["locations"][0]["logicalLocations"]]
    assert (2, ["iris/virginica[direct]", "iris/virginica[rest]"]) == (result["occurrenceCount"], names)


def test_a_result_is_known_again_when_its_line_moved() -> None:
    def print_of(finding: Finding) -> str:
        (result,) = validated([run(verdict("virginica", Shape.REST, finding))])["results"]
        return str(result["partialFingerprints"]["lambdaproof/v1"])

    moved = Finding(**{**{name: getattr(CRASH, name) for name in CRASH.__slots__}, "line": 40})
    assert print_of(CRASH) == print_of(moved)
    assert print_of(CRASH) != print_of(WRONG)


@pytest.mark.parametrize(
    ("current", "root", "expected"),
    [
        ("/repo/handlers", "/repo", {"uri": "handlers/iris/app.py", "uriBaseId": "%SRCROOT%"}),
        ("/repo", "/repo", {"uri": "iris/app.py", "uriBaseId": "%SRCROOT%"}),
        ("/else where", "/repo", {"uri": "file:///else%20where/iris/app.py"}),
    ],
)
def test_files_are_named_from_the_root_of_the_repository(current: str, root: str, expected: dict[str, str]) -> None:
    folders = Folders(current=Path(current), root=Path(root))
    (result,) = validated([run(verdict("virginica", Shape.REST, CRASH))], folders)["results"]
    assert expected == result["locations"][0]["physicalLocation"]["artifactLocation"]


def test_a_rule_of_aws_is_told_in_its_own_words() -> None:
    found = Finding(code="R24", severity=Severity.ERROR, message="m")
    (rule,) = validated([run(verdict("virginica", Shape.REST, found))])["tool"]["driver"]["rules"]
    assert "m" != rule["fullDescription"]["text"]
    assert rule["help"]["text"].startswith("Source: ")


def test_what_the_baseline_knows_is_not_told_again() -> None:
    known = Finding(code="x", severity=Severity.ERROR, message="m", known=True)
    runs = [run(verdict("virginica", Shape.REST, known))]
    assert ([], "") == (validated(runs)["results"], github(runs, FOLDERS))


# --- annotations of GitHub -------------------------------------------------------------------------------------------


def commands(runs: Sequence[Run]) -> list[tuple[str, dict[str, str], str]]:
    """Read workflow commands as the runner does: a line, its properties, its message, each unescaped."""
    told = []
    for line in github(runs, FOLDERS).splitlines():
        match = re.fullmatch(r"::(\w+) ([^:]*(?:::)?[^:]*?)::(.*)", line)
        assert match, line
        properties = dict(pair.split("=", 1) for pair in match[2].split(","))
        told.append((match[1], {name: unescaped(value) for name, value in properties.items()}, unescaped(match[3])))
    return told


def unescaped(text: str) -> str:
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_annotations_name_level_file_and_line_errors_first() -> None:
    expected = [
        ("error", "handlers/iris/app.py", "4", "iris: outcome.function-error in virginica[rest]"),
        ("error", "handlers/iris/contract.toml", "14", "iris: case.status in missing feature[direct]"),
        ("error", "handlers/iris/contract.toml", "1", "iris: budget.init"),
        ("warning", "handlers/iris/contract.toml", "14", "iris: R31u in missing feature[rest]"),
    ]
    told = [(level, at["file"], at["line"], at["title"]) for level, at, _ in commands([usual()])]
    assert expected == told


def test_an_annotation_says_what_aws_does_and_what_to_change() -> None:
    expected = "KeyError: 'body'\nAWS: A REST API answers 502.\nChange: read the body"
    assert expected == commands([usual()])[0][2]


def test_a_handler_cannot_give_the_runner_commands() -> None:
    told = github([hostile()], FOLDERS)
    assert 1 == len(told.splitlines())
    assert told.startswith("::error file=")
    assert not {"\x1b", "\x00", "\u202e", "\r"} & set(told)
    assert "%250A" in told


@given(st.text())
def test_any_message_stays_on_its_line(message: str) -> None:
    finding = Finding(code="x", severity=Severity.ERROR, message=message)
    told = github([run(verdict("one", Shape.REST, finding))], FOLDERS)
    assert 1 == len(told.splitlines())
    assert told.startswith("::error file=handlers/iris/contract.toml,line=1,title=iris%3A x in one[rest]::")
    assert told.encode("utf-8")


# --- lines of JSON ---------------------------------------------------------------------------------------------------


def test_a_line_of_json_for_each_event_and_each_check() -> None:
    told = [json.loads(line) for line in lines([usual()], FOLDERS).splitlines()]
    assert ["iris"] * 6 == [line["function"] for line in told]
    assert [True, False, False, True, False, True] == [line["passed"] for line in told]
    assert HOSTILE == json.loads(lines([hostile()], FOLDERS).splitlines()[0])["case"]


def test_findings_are_told_once_however_often_they_came() -> None:
    twice = run(*(verdict("virginica", Shape.REST, MAYBE, MAYBE) for _ in range(3)))
    assert 1 == len(commands([twice]))
