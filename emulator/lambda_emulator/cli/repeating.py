"""What repeats a failed trial: its event in a file, and the lines that send it again."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_contracts.checks.cases import Verdict
    from lambda_contracts.contract import Contract
    from lambda_contracts.reports.run import Run

    from lambda_emulator.settings import Settings

FAILURES = Path(".lambdaproof/failures")
"""Where the events of failed trials are kept, for `lambdaproof replay`."""


def keep_all(run: Run, settings: Settings, *, redact: bool) -> dict[str, dict[str, str]]:
    """Keep the events of a run's failed trials, known or not; return the lines that repeat them by the trials' ids."""
    failed = [one for one in run.judged if any(found.severity == "error" for found in one.findings)]
    return {one.trial.id: keep(run.contract, settings, one, redact=redact) for one in failed}


def keep(contract: Contract, settings: Settings, verdict: Verdict, *, redact: bool) -> dict[str, str]:
    """Keep a failed trial's event, and return the lines that send it again.

    The event is kept exactly, or it would not fail again; only what a recorded event had of secrets is never copied:
    the lines name the recorded file itself.
    """
    from lambda_emulator.rie import INVOKE_PATH

    file = _file(contract, verdict, redact=redact)
    where = "" if settings.environment == "process" else f" --environment {settings.environment}"
    folder = shlex.quote(str(contract.folder))
    if verdict.trial.shape == "cloud-function":
        return _to_cloud_function(contract, verdict, file)
    return {
        "replay": f"lambdaproof replay {folder} {shlex.quote(str(file))}{where}",
        "curl": f"curl -sS http://127.0.0.1:9000{INVOKE_PATH} --data-binary @{shlex.quote(str(file))}",
        "": f"  while this runs: lambdaproof invoke {folder} --keep --port 9000{where}",
    }


def _to_cloud_function(contract: Contract, verdict: Verdict, file: Path) -> dict[str, str]:
    """Return the lines that send a request again to a cloud function, under the framework of the user's own."""
    function, event = contract.cloud_function, verdict.trial.event
    assert function is not None  # noqa: S101  # it was sent there
    url = shlex.quote(f"http://127.0.0.1:8080{event['url']}")
    headers = "".join(
        f" -H {shlex.quote(f'{name}: {value}')}" for name, values in event["headers"].items() for value in values
    )
    source = shlex.quote(str(contract.folder / function.source))
    return {
        "curl": f"jq -j .body {shlex.quote(str(file))} | curl -sS -X {event['method']} {url}{headers} --data-binary @-",
        "": f"  while this runs: functions-framework --target {function.target} --source {source}",
    }


def _file(contract: Contract, verdict: Verdict, *, redact: bool) -> Path:
    """Return the file that holds the event: the recorded one, else a new one."""
    from lambda_contracts.redaction import redact as redacted

    trial, event = verdict.trial, verdict.trial.event
    if isinstance(trial.case.event, str):
        source = contract.folder / trial.case.event
        if _holds(source, event):
            return source
        event = redacted(event) if redact else event
    FAILURES.mkdir(parents=True, exist_ok=True)
    (FAILURES.parent / ".gitignore").write_text("*\n")
    name = re.sub(r"[^\w.-]+", "-", f"{contract.function.name}.{trial.case.name}.{trial.shape}")
    file = FAILURES / f"{name}.json"
    file.write_text(json.dumps(event, indent=2) + "\n", encoding="utf-8")
    return file


def _holds(file: Path, event: object) -> bool:
    """Whether a file still holds an event as it was sent."""
    try:
        return bool(json.loads(file.read_text(encoding="utf-8-sig")) == event)
    except (OSError, ValueError, RecursionError):
        return False
