"""`check` tells the iris handler from every version of it that lacks a guard, a branch or a status.

The model is replaced by two thresholds, so that each version is checked in this interpreter in a moment.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from lambda_contracts.checks import cases
from lambda_contracts.checks.builtin import BUILT_IN
from lambda_contracts.contract import load
from lambda_emulator import checking
from lambda_emulator.deployment import deploy
from lambda_emulator.settings import Settings
from support import IRIS

MODEL = """
class ModelWrapper:
    @classmethod
    def load(cls, bucket, key):
        return cls()

    def predict(self, features):
        return ("virginica" if features[2] > 3 else "setosa"), 0.999
"""

MUTANTS = {
    "no guard against a null body": ("proxy.py", "body is None or body == ", "body == "),
    "no guard against an empty body": ("proxy.py", 'body is None or body == ""', "body is None"),
    "no guard against what is no object": ("proxy.py", "if not isinstance(found, dict):", "if False:"),
    "no guard against events that are no object": ("proxy.py", "isinstance(event, Mapping) and ", ""),
    "no guard against a missing feature": ("utils.py", "if name not in payload:", "if False:"),
    "no guard against a boolean": ("utils.py", "isinstance(value, bool) or ", ""),
    "no guard against another type": ("utils.py", "not isinstance(value, int | float) or ", ""),
    "no guard against a huge number": ("utils.py", " or not abs(value) <= LARGEST", ""),
    "no guard against invalid JSON": ("proxy.py", "(ValueError, RecursionError)", "RecursionError"),
    "no branch for base64": ("proxy.py", 'event.get("isBase64Encoded")', "False"),
    "always base64": ("proxy.py", 'event.get("isBase64Encoded")', "True"),
    "no branch for a body that is an object": ("proxy.py", "if not isinstance(body, str):", "if False:"),
    "no branch for an event without the key body": ("proxy.py", ' or "requestContext" in event', ""),
    "no branch for an event without requestContext": ("proxy.py", '"body" in event or ', ""),
    "never wrapped": ("proxy.py", 'return "body" in event or "requestContext" in event', "return False"),
    "400 is 200": ("app.py", "response(400", "response(200"),
    "400 is 500": ("app.py", "response(400", "response(500"),
    "400 is 422": ("app.py", "response(400", "response(422"),
    "200 is 201": ("app.py", "response(200", "response(201"),
    "no 400": ("app.py", "except BadRequest", "except ZeroDivisionError"),
    "no status": ("proxy.py", '"statusCode": status,', ""),
    "the body is an object": ("proxy.py", "json.dumps(body)", "body"),
    "the body is said to be base64": ("proxy.py", '"isBase64Encoded": False', '"isBase64Encoded": True'),
    "the label and the probability change places": ("app.py", "label, probability = M", "probability, label = M"),
    "the last answer is remembered": (
        "app.py",
        "MODEL.predict(features(payload(event)))",
        "(LAST.append(features(payload(event))), MODEL.predict(LAST[0]))[1]",
    ),
    "a file is written": ("app.py", "    try:", '    __import__("pathlib").Path("seen").write_text("x")\n    try:'),
}


def iris(folder: Path, mutant: Sequence[str] = ()) -> Path:
    """Copy the handler without its model, changed in one place."""
    folder = folder / "iris"
    shutil.copytree(IRIS, folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    (folder / "model.py").write_text(MODEL)
    contract = (folder / "contract.toml").read_text()
    (folder / "contract.toml").write_text(re.sub(r"\[setup\].*?(?=\[\[route)", "", contract, flags=re.DOTALL))
    code = (folder / "app.py").read_text()
    (folder / "app.py").write_text(code.replace("MODEL = ", "LAST = []\nMODEL = "))
    if mutant:
        file, old, new = mutant
        text = (folder / file).read_text()
        assert 1 == text.count(old)
        (folder / file).write_text(text.replace(old, new))
    return folder


def failures(folder: Path) -> list[str]:
    contract = load(folder)
    with deploy(contract, Settings(environment="in_process")) as deployment:
        checked = checking.Checked(deployment, cases.plan(contract))
        verdicts = checked.verdicts()
        reports = [checked.report(check) for check in BUILT_IN]
    broken = [verdict.trial.id for verdict in verdicts if not verdict.passed]
    return broken + [report.check for report in reports if not report.passed]


def test_the_handler_as_it_is_holds(tmp_path: Path) -> None:
    assert [] == failures(iris(tmp_path))


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_every_mutant_is_caught(tmp_path: Path, mutant: Sequence[str]) -> None:
    assert failures(iris(tmp_path, mutant))
