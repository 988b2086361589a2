"""Fuzzing finds the smallest event, keeps it, and repeats."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from checking import HEAD, Handler, answer, invoking
from lambda_contracts.checks import cases
from lambda_contracts.contract import Contract, load
from lambda_contracts.errors import EventError, SchemaError
from lambda_contracts.shapes import Shape
from lambda_emulator import fuzzing
from lambda_emulator.errors import UsageError
from lambda_emulator.fuzzing import Limit, fuzz, save
from support import RunTool, WriteFunction

ACCEPT = '[shapes]\naccept = ["direct", "rest", "http-v2"]\n'
CASE = '[[case]]\nname = "good"\npayload = { number = 3, tag = "a" }\n'


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    (tmp_path / "contract.toml").write_text(HEAD + ACCEPT + CASE)
    return load(tmp_path)


def payload(event: Any) -> Any:
    if isinstance(event, dict) and "requestContext" in event:
        return json.loads(event["body"])
    return event


def careful(event: Any) -> Any:
    try:
        data = payload(event)
    except (ValueError, KeyError, TypeError):
        return answer(400)
    return answer(200 if isinstance(data, dict) else 400)


def raises_without_a_number(event: Any) -> Any:
    if careful(event)["statusCode"] == 200 and payload(event).get("number", 0) is None:
        raise RuntimeError("no number")
    return careful(event) if not isinstance(event, dict) or "number" in payload_or(event) else answer(400)


def payload_or(event: Any) -> Any:
    try:
        data = payload(event)
    except (ValueError, KeyError, TypeError):
        return {}
    return data if isinstance(data, dict) else {}


def is_sorry(event: Any) -> Any:
    return answer(500 if payload_or(event).get("tag") == "" else 200)


def refused_by_the_front(event: Any) -> Any:
    return {"statusCode": "many"} if payload_or(event).get("tag") is True else answer(200)


def tells_shapes_apart(event: Any) -> Any:
    zero = payload_or(event).get("number") == 0
    return answer(200, "direct" if zero and isinstance(event, dict) and "number" in event else "same")


def run(contract: Contract, handler: Handler, seed: int = 1, limit: str = "1500") -> fuzzing.Fuzzed:
    return fuzz(contract, invoking(handler), Limit.parse(limit), seed=seed)


@pytest.mark.parametrize(
    ("handler", "code", "smallest"),
    [
        (raises_without_a_number, "outcome.function-error", {"number": None, "tag": "a"}),
        (is_sorry, "case.server-error", {"number": 3, "tag": ""}),
        (tells_shapes_apart, "case.shapes", {"number": 0, "tag": "a"}),
    ],
)
def test_a_failure_is_found_and_shrunk_to_one_change(
    contract: Contract, handler: Handler, code: str, smallest: Any
) -> None:
    failures = run(contract, handler).failures
    assert code in [found.code for found in failures[0][-1].findings]
    assert smallest == payload(failures[0][0].trial.event)


def test_a_response_that_the_front_refuses_is_a_failure(contract: Contract) -> None:
    failures = run(contract, refused_by_the_front).failures
    assert [{"number": 3, "tag": True}] * len(failures) == [payload(failure[0].trial.event) for failure in failures]
    assert "R22" in [found.code for failure in failures for verdict in failure for found in verdict.findings]


def test_a_handler_that_is_careful_holds(contract: Contract) -> None:
    done = run(contract, careful)
    assert ([], 1500) == (done.failures, done.requests)
    assert done.events > done.requests


def test_the_same_seed_sends_the_same_events(contract: Contract) -> None:
    def sent(seed: int) -> list[Any]:
        events: list[Any] = []

        def handler(event: Any) -> Any:
            events.append(event)
            return careful(event)

        run(contract, handler, seed, "100")
        return events

    assert sent(1) == sent(1)
    assert sent(1) != sent(2)


def test_different_failures_are_told_apart(contract: Contract) -> None:
    def handler(event: Any) -> Any:
        data = payload_or(event)
        if "number" in data and data["number"] is None:
            raise RuntimeError("no number")
        if data.get("tag") == "":
            raise LookupError("no tag")
        return answer(200)

    codes = [failure[0].outcome.error for failure in run(contract, handler, limit="4000").failures]
    assert {"RuntimeError", "LookupError"} == {error.type for error in codes if error}


def test_what_was_found_is_kept_as_plain_events_and_replayed_first(contract: Contract) -> None:
    verdicts = save(contract, run(contract, tells_shapes_apart).failures[0])
    files = sorted((contract.folder / "events" / "regressions").iterdir())
    assert [verdict.trial.event for verdict in verdicts] == [json.loads(file.read_text()) for file in files]

    trials = cases.plan(contract)
    assert [verdict.trial.id for verdict in verdicts] == [trial.id for trial in trials[: len(files)]]
    again = list(cases.check(contract, invoking(tells_shapes_apart)))
    assert [True, False] == [verdict.passed for verdict in again[:2]]
    assert all(verdict.passed for verdict in cases.check(contract, invoking(careful)))


def test_a_regression_that_the_handler_answers_with_500_still_fails(contract: Contract) -> None:
    save(contract, run(contract, is_sorry).failures[0])
    first = next(cases.check(contract, invoking(is_sorry)))
    assert ["case.server-error"] == [found.code for found in first.findings]


def test_a_regression_that_is_no_event_is_named(contract: Contract) -> None:
    folder = contract.folder / "events" / "regressions"
    folder.mkdir(parents=True)
    (folder / "x.rest.json").write_text("{")
    with pytest.raises(EventError, match=r"x.rest.json holds no event"):
        cases.plan(contract)


def test_time_ends_the_search(contract: Contract) -> None:
    done = fuzz(contract, invoking(careful), Limit(seconds=0.2), seed=1)
    assert done.failures == []
    assert done.requests > 0


@pytest.mark.parametrize(("text", "limit"), [("500", Limit(requests=500)), ("30s", Limit(seconds=30))])
def test_a_limit_is_a_number_or_seconds(text: str, limit: Limit) -> None:
    assert limit == Limit.parse(text)


@pytest.mark.parametrize("text", ["", "0", "-1", "many", "1.5", "handlers/iris"])
def test_another_limit_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="a number of requests, or seconds"):
        Limit.parse(text)


def test_a_contract_without_payloads_cannot_be_fuzzed(tmp_path: Path) -> None:
    (tmp_path / "contract.toml").write_text(HEAD + '[[case]]\nname = "raw"\ntext = "x"\n')
    with pytest.raises(UsageError, match="no case has a payload"):
        run(load(tmp_path), careful)


def test_every_accepted_shape_and_every_case_is_sent(tmp_path: Path) -> None:
    other = (
        '[[route]]\npath = "/"\n[[route]]\npath = "/b"\n'
        + CASE
        + '[[case]]\nname = "b"\npath = "/b?x=1"\npayload = [1]\n'
    )
    (tmp_path / "contract.toml").write_text(HEAD + ACCEPT + other)
    seen: set[Any] = set()

    def handler(event: Any) -> Any:
        seen.add(event.get("rawPath", event.get("path", "direct")) if isinstance(event, dict) else "direct")
        return careful(event)

    run(load(tmp_path), handler, limit="300")
    assert {"/", "/b", "direct"} == seen
    assert Shape.DIRECT in load(tmp_path).accept


def with_schema(folder: Path, schema: Any) -> Contract:
    (folder / "contract.toml").write_text(HEAD + ACCEPT + CASE + '[fuzz]\nschema = "payload.schema.json"\n')
    (folder / "payload.schema.json").write_text(json.dumps(schema))
    return load(folder)


def test_half_of_the_payloads_are_drawn_from_the_schema_of_the_contract(tmp_path: Path) -> None:
    flower = {"type": "object", "properties": {"species": {"type": "string"}}, "required": ["species"]}
    sent = [0, 0]

    def handler(event: Any) -> Any:
        sent["species" in payload_or(event)] += 1
        return careful(event)

    done = run(with_schema(tmp_path, flower), handler, limit="1000")
    assert (1000, sum(sent)) == (done.requests, done.events)
    assert 0.3 < sent[1] / sum(sent) < 0.5  # some of its bodies are a form, cut off, encoded twice


def test_a_failure_that_only_the_schema_leads_to_is_found_and_shrunk(tmp_path: Path) -> None:
    flower = {"type": "object", "properties": {"species": {"enum": ["setosa", "virginica"]}}, "required": ["species"]}

    def handler(event: Any) -> Any:
        if payload_or(event).get("species") == "virginica":
            raise LookupError("virginica")
        return careful(event)

    failures = run(with_schema(tmp_path, flower), handler).failures
    assert [{"species": "virginica"}] == [payload(failure[0].trial.event) for failure in failures]


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "string", "pattern": "^a", "not": {"pattern": "^a"}}, "no valid payload was found"),
        ({"type": "integer", "minimum": 1, "maximum": 0}, "no value can be valid"),
    ],
)
def test_a_schema_that_nothing_fulfils_is_named(tmp_path: Path, schema: Any, told: str) -> None:
    with pytest.raises(SchemaError, match=told):
        run(with_schema(tmp_path, schema), careful, limit="20")


# --- the command line ------------------------------------------------------------------------------------------------

FRAGILE = """
    import json
    def handler(event, context):
        data = json.loads(event["body"]) if "requestContext" in event else event
        return {"statusCode": 200, "body": json.dumps(len(data["tag"]))}
"""
SKIP = "[checks]\nbad-input = false\n"


def test_check_fuzz_finds_keeps_replays_and_repeats(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    folder = write_function(FRAGILE, contract=SKIP + CASE)
    done = lambdaproof("check", folder, "-E", "in_process", "--seed", "7", "--fuzz", "300")
    assert 1 == done.returncode, done.stderr
    assert "again: --seed 7" in done.stdout
    assert "fuzz failed" in done.stdout
    kept = list((folder / "events" / "regressions").iterdir())
    assert kept

    again = lambdaproof("check", folder, "-E", "in_process", "--json")
    lines = [json.loads(line) for line in again.stdout.splitlines()]
    assert 1 == again.returncode
    assert len(kept) == sum(line.get("case", "").startswith("regression ") for line in lines)
    assert lines[0]["case"].startswith("regression ")


OPTIONAL = """
    import json
    def handler(event, context):
        try:
            data = json.loads(event["body"]) if "requestContext" in event else event
            verbose = (event.get("headers") or {}).get("x-verbose", "no").lower() if "requestContext" in event else ""
            species = data.get("species", "any")
        except (AttributeError, KeyError, TypeError, ValueError):
            return {"statusCode": 400, "body": "no"}
        return {"statusCode": 200, "body": species.lower() if verbose != "3" else event["nosuch"]}
"""


WRITES = """
    import json, pathlib
    def handler(event, context):
        with pathlib.Path(__file__).with_name("sent.txt").open("a") as file:
            file.write(json.dumps(event) + "\\n")
        headers = event.get("headers") if isinstance(event, dict) else None
        headers.get("x-verbose") if isinstance(headers, dict) else None
        return {"statusCode": 200, "body": "ok"}
"""


def test_a_seed_repeats_the_run_in_another_process(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    more = '[checks]\nbad-input = false\nstate = false\n[fuzz]\nschema = "payload.schema.json"\n'
    folder = write_function(WRITES, contract=more + CASE)
    (folder / "payload.schema.json").write_text('{"type": "object", "additionalProperties": {"type": "string"}}')
    runs = []
    for hash_seed in ("1", "2"):
        check = ("check", folder, "-E", "in_process", "--fuzz", "100", "--seed", "3")
        done = lambdaproof(*check, environ={"PYTHONHASHSEED": hash_seed})
        assert 0 == done.returncode, done.stdout
        sent = (folder / "sent.txt").read_text().splitlines()
        runs.append([event for event in sent if str(int(fuzzing.CLOCK)) in event or "requestContext" not in event])
        (folder / "sent.txt").unlink()
    assert runs[0] == runs[1]
    assert len(runs[0]) > 100


@pytest.mark.parametrize("kept", [True, False])
def test_keys_that_no_case_has_are_changed_where_the_handler_looks_for_them(
    lambdaproof: RunTool, write_function: WriteFunction, kept: bool
) -> None:
    folder = write_function(OPTIONAL, contract=SKIP + CASE)
    check = ("check", folder, "-E", "in_process")
    if kept:
        assert 0 == lambdaproof(*check, "--update-observed").returncode
    assert 0 == lambdaproof(*check, "--fuzz", "300", "--seed", "1", "--no-trace").returncode
    done = lambdaproof(*check, "--fuzz", "600", "--seed", "1")
    assert 1 == done.returncode, done.stderr
    assert re.search(r"AttributeError: '\w+' object has no attribute 'lower'", done.stdout)
    assert "KeyError: 'nosuch'" in done.stdout
    assert kept is (folder / "observed.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--seed", "1"], "--seed says where --fuzz starts"),
        (["--fuzz", "soon"], "--fuzz cannot be 'soon'"),
        (["--update-baseline"], "--update-baseline needs a file"),
        (["--baseline", "nosuch.json"], "There is no baseline nosuch.json"),
    ],
)
def test_what_cannot_be_asked_is_told(
    lambdaproof: RunTool, write_function: WriteFunction, arguments: list[str], told: str
) -> None:
    done = lambdaproof("check", write_function(FRAGILE, contract=CASE), "-E", "in_process", *arguments)
    assert 2 == done.returncode
    assert told in done.stderr


def test_without_hypothesis_the_extra_is_named(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:

    (tmp_path / "hidden" / "hypothesis").mkdir(parents=True)
    (tmp_path / "hidden" / "hypothesis" / "__init__.py").write_text(
        "raise ModuleNotFoundError('No module named hypothesis', name='hypothesis')"
    )
    path = os.pathsep.join(filter(None, [str(tmp_path / "hidden"), os.environ.get("PYTHONPATH", "")]))
    folder = write_function(FRAGILE, contract=SKIP + CASE)
    done = lambdaproof("check", folder, "-E", "in_process", "--fuzz", environ={"PYTHONPATH": path})
    assert 3 == done.returncode
    assert "pip install 'lambdaproof[hypothesis]'" in done.stderr


def test_a_baseline_lets_known_findings_pass_and_new_ones_not(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    folder = write_function(FRAGILE, contract=CASE)
    known = ("check", folder, "-E", "in_process", "--baseline", "known.json")
    assert 1 == lambdaproof("check", folder, "-E", "in_process").returncode
    assert 0 == lambdaproof(*known, "--update-baseline").returncode
    text = (tmp_path / "known.json").read_text()
    assert '"check": "bad-input"' in text
    assert 0 == lambdaproof(*known).returncode
    assert 0 == lambdaproof(*known, "--update-baseline").returncode
    assert text == (tmp_path / "known.json").read_text()

    (folder / "contract.toml").write_text(
        (folder / "contract.toml").read_text() + '[[case]]\nname = "new"\npayload = 1\n'
    )
    assert 1 == lambdaproof(*known).returncode

    (folder / "app.py").write_text('def handler(event, context):\n    return {"statusCode": 400, "body": "no"}\n')
    fixed = lambdaproof(*known)
    assert 0 == fixed.returncode, fixed.stdout
    assert re.search(r"^fixed sample bad input: empty body\[rest\] \S+$", fixed.stdout, re.MULTILINE)
    assert "take them out: --update-baseline" in fixed.stdout
    assert 0 == lambdaproof(*known, "--update-baseline").returncode
    assert [] == json.loads((tmp_path / "known.json").read_text())["findings"]
