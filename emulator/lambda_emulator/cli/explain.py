"""`lambdaproof explain`: what an event is, what a rule says, and what a known failure comes from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from lambda_emulator.cli import console, reporting
from lambda_emulator.cli.options import environment_options


@click.command()
@click.argument("subjects", nargs=-1, required=True, metavar="EVENT|RULE|CODE... [FUNCTION]")
@click.option("--once", is_flag=True, help="Send FUNCTION nothing but the event itself, not its other shapes.")
@click.option("--beside", metavar="SHAPE", help="Show the event beside that of another shape, line by line.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each.")
@reporting.no_redact_option
@environment_options
def explain(
    subjects: tuple[str, ...],
    *,
    once: bool,
    beside: str | None,
    as_json: bool,
    no_redact: bool,
    options: dict[str, Any],
) -> None:
    """Say what an event is, and the same request in every shape; or what a rule (R24) or failure (E05) is.

    EVENT is a file, or - for standard input: JSON, or what was copied out of a log. With FUNCTION (a folder with a
    contract.toml, or app.py:handler) it is sent to it: what the handler reads of it, at which lines, where that goes
    wrong, what to change, and what the client gets in every shape. Exit code 1 says that the function does not answer
    as it should, 2 that something is no JSON, no rule and no code.
    """
    from lambda_emulator.cli.explaining import Options, explained

    functions = [subject for subject in subjects if _is_function(subject)]
    others = [subject for subject in subjects if subject not in functions]
    if len(functions) > 1:
        raise click.UsageError(f"One function at a time: {' or '.join(functions)}.")
    if functions and not others:
        raise click.UsageError(f"Name the event too: lambdaproof explain event.json {functions[0]}")
    events = [subject for subject in others if not _NAME.fullmatch(subject)]
    if (functions or beside) and not events:
        raise click.UsageError("A rule or a code is of no function and no shape: name an event.")
    code = 0
    for subject in (one for one in others if one not in events):
        code = max(code, _say_known(subject, as_json=as_json))
    if events:
        chosen = Options(
            function=next(iter(functions), None),
            once=once,
            beside=beside,
            as_json=as_json,
            redact=not no_redact,
            places=len(events) == 1,
            environment=options,
        )
        code = max(code, explained(events, chosen))
    click.get_current_context().exit(code)


_NAME = re.compile(r"[A-Z]\d+\w?")
"""Rules and codes; a file of such a name is ./R24."""


def _is_function(subject: str) -> bool:
    return Path(subject).is_dir() or re.search(r"\.(toml|ya?ml|template|py:\w+)$", subject) is not None


def _say_known(subject: str, *, as_json: bool) -> int:
    """Explain a rule or a code; return the exit code."""
    known = _code(subject) if re.fullmatch(r"[EP]\d+", subject) else _rule(subject)
    if as_json:
        console.say_json(known)
    else:
        for line in _lines(subject, known):
            console.say(line)
    return 2 if "error" in known else 0


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


def _lines(subject: str, explained: dict[str, Any]) -> list[str]:
    if "error" in explained:
        return [f"{console.paint(subject, 'bold')}: {console.paint('error', 'bad')}: {explained['error']}"]
    if "code" in explained:
        return [
            f"{console.paint(explained['code'], 'bold')} {explained['title']}",
            f"  {explained['why']}",
            f"  change    {explained['fix']}",
            *(f"  {name.ljust(9)} {', '.join(explained[name])}" for name in ("rules", "evidence") if explained[name]),
        ]
    return [
        f"{console.paint(part['id'], 'bold')} ({part['confidence']}; {part['source']})\n  {part['statement']}"
        for part in (explained, *explained["parts"])
    ]
