"""`lambdaproof explain`: what an event is, what a rule says, and what a known failure comes from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from lambda_emulator.cli import console
from lambda_emulator.cli.files import read_json


@click.command()
@click.argument("subjects", nargs=-1, required=True, metavar="EVENT|RULE|CODE...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each.")
def explain(subjects: tuple[str, ...], *, as_json: bool) -> None:
    """Say what an event is, how sure that is, and what is odd about it; or what a rule (R24) or failure (E05) is.

    EVENT is a file, or - for standard input. Exit code 2 says that one of them is no JSON, no rule and no code.
    """
    wrong = False
    for subject in subjects:
        explained = _explained(subject)
        wrong = wrong or "error" in explained
        if as_json:
            console.say_json(explained)
        else:
            for line in _lines(subject, explained):
                console.say(line)
    click.get_current_context().exit(2 if wrong else 0)


def _explained(subject: str) -> dict[str, Any]:
    if re.fullmatch(r"[EP]\d+", subject):
        return _code(subject)
    return _rule(subject) if re.fullmatch(r"[A-Z]\d+\w?", subject) else _event(subject)


def _code(name: str) -> dict[str, Any]:
    from dataclasses import asdict

    from lambda_contracts.diagnosis import CATALOGUE

    entry = CATALOGUE.get(name)
    if entry is None:
        return {"code": name, "error": f"There is no code {name}; they are E01 to E32 and P01 to P15."}
    return asdict(entry)


def _rule(name: str) -> dict[str, Any]:
    from dataclasses import asdict

    from lambda_contracts.rules import RULES

    rule = RULES.get(name)
    if rule is None:
        return {"rule": name, "error": f"There is no rule {name}; they are {', '.join(RULES)}."}
    parts = [part for part in RULES.values() if part.id.rstrip("du") == name.rstrip("du") and part is not rule]
    return {"rule": name, **asdict(rule), "parts": [asdict(part) for part in parts]}


def _event(file: str) -> dict[str, Any]:
    """Explain one file. What cannot be read is explained too, so that the other files are."""
    from dataclasses import asdict

    from lambda_contracts import events
    from lambda_contracts.errors import EventError

    try:
        event = read_json(Path(file))
    except EventError as error:
        return {"file": file, "shape": None, "variant": "", "confidence": 0.0, "findings": [], "error": error.problem}
    found = events.identify(event)
    return {
        "file": file,
        "shape": found.shape,
        "variant": found.variant,
        "confidence": found.confidence,
        "emulator": found.emulator,
        "why": found.why,
        "findings": [asdict(finding) for finding in events.lint(event)],
    }


def _lines(subject: str, explained: dict[str, Any]) -> list[str]:
    from lambda_contracts.finding import Finding
    from lambda_contracts.reports import text

    if "error" in explained:
        return [f"{console.paint(subject, 'bold')}: {console.paint('error', 'bad')}: {explained['error']}"]
    if "code" in explained:
        return [
            f"{console.paint(explained['code'], 'bold')} {explained['title']}",
            f"  {explained['why']}",
            f"  change    {explained['fix']}",
            *(f"  {name.ljust(9)} {', '.join(explained[name])}" for name in ("rules", "evidence") if explained[name]),
        ]
    if "rule" in explained:
        return [
            f"{console.paint(part['id'], 'bold')} ({part['confidence']}; {part['source']})\n  {part['statement']}"
            for part in (explained, *explained["parts"])
        ]
    variant = f", {explained['variant']}" if explained["variant"] else ""
    sure = f"{explained['confidence']:.0%} sure"
    lines = [f"{console.paint(subject, 'bold')}: {console.paint(explained['shape'], 'good')}{variant} ({sure})"]
    lines += [f"  because   {reason}" for reason in explained["why"]]
    for finding in explained["findings"]:
        lines += text.finding(Finding(**finding), console.paint)
    return lines
