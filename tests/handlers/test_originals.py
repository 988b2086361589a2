"""The idioms that echo and logit were first written with: each works in one place, and is told why not in the other."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from lambda_contracts.checks import cases
from lambda_contracts.checks.cases import Verdict
from lambda_contracts.contract import load
from lambda_emulator.deployment import deploy
from lambda_emulator.settings import Settings
from support import HANDLERS, WriteFunction

ECHO = 'def handler(event, context):\n    return {"statusCode": 200, "headers": {}, "body": event["msg"]}\n'
LOGIT_OF_THE_CONSOLE = """
def handler(event, context):
    said = "No parameters"
    if "G1" in event:
        said = "Prediction " + str(sum(event["G" + str(number)] for number in range(1, 11)) / 20)
    return {"statusCode": 200, "headers": {}, "body": said}
"""
LOGIT_OF_THE_WEB = """
import json

def handler(event, context):
    given = json.loads(event["body"])
    said = "Prediction " + str(sum(given["G" + str(number)] for number in range(1, 11)) / 20)
    return {"statusCode": 200, "headers": {}, "body": said}
"""


def verdicts(write_function: WriteFunction, code: str, handler: str) -> Mapping[str, Verdict]:
    """Return what becomes of today's recorded events of a handler, and of its own case behind an API."""
    events = {name: (HANDLERS / handler / "events" / f"{name}.json").read_text() for name in ("console", "rest")}
    shown = [f'[[case]]\nname = "{name}"\nevent = "{name}.json"\nstatus = 200\n' for name in events]
    expected = {"logit": 'body = { "$regex" = "^Prediction" }', "echo": 'body = "hello"'}[handler]
    folder = write_function(
        code,
        contract="\n".join(case + expected for case in shown),
        files={f"{name}.json": text for name, text in events.items()},
    )
    contract = load(folder)
    with deploy(contract, Settings(environment="in_process")) as deployment:
        return {verdict.trial.case.name: verdict for verdict in cases.check(contract, deployment.function.invoke)}


@pytest.mark.parametrize(
    ("handler", "code", "works", "fails", "diagnosis", "place"),
    [
        ("echo", ECHO, "console", "rest", "E01", "/msg"),
        ("logit", LOGIT_OF_THE_CONSOLE, "console", "rest", "E01", ""),
        ("logit", LOGIT_OF_THE_WEB, "rest", "console", "E02", "/body"),
    ],
    ids=["echo of the console", "logit of the console, whose answer is 200", "logit of the web"],
)
def test_the_original_works_in_one_place_and_is_diagnosed_in_the_other(
    write_function: WriteFunction, handler: str, code: str, works: str, fails: str, diagnosis: str, place: str
) -> None:
    found = verdicts(write_function, code, handler)
    assert found[works].passed
    assert not found[fails].passed
    first = found[fails].findings[0]
    assert (diagnosis, place) == (first.code, first.place)


def test_without_a_body_to_compare_the_answer_no_parameters_would_have_passed(write_function: WriteFunction) -> None:
    """Status 200 for no answer at all is why a contract says what must be in the body."""
    assert 200 == verdicts(write_function, LOGIT_OF_THE_CONSOLE, "logit")["rest"].response.status
