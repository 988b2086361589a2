"""`lambdaproof respond`: what a front sends the client for a return value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambda_emulator.cli import console
from lambda_emulator.cli.files import read_bytes

if TYPE_CHECKING:
    from lambda_contracts.results import Answer


@click.command()
@click.argument("front")
@click.argument("result", type=click.Path(path_type=Path))
@click.option("--accept", metavar="TYPES", help="The request's Accept header: on a REST API it decides over base64.")
@click.option("--binary-media-type", "binary", multiple=True, metavar="TYPE", help="The API's; may be given often.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def respond(front: str, result: Path, *, accept: str | None, binary: tuple[str, ...], as_json: bool) -> None:
    """Say what FRONT sends the client when the function returns what is in the file RESULT (- is standard input).

    Fronts: rest, http-v1, http-v2, function-url, alb, alb-multi. The file holds the return value as the runtime client
    posts it: JSON as a rule, but any text is possible. A newline at its end does not count.
    """
    from lambda_contracts import results
    from lambda_contracts.outcomes import Outcome, OutcomeKind
    from lambda_contracts.route import Route
    from lambda_contracts.shapes import FRONTS

    if front not in FRONTS:
        raise click.UsageError(f"There is no front {front}. Known: {', '.join(FRONTS)}.")
    outcome = Outcome(kind=OutcomeKind.RESULT, payload=read_bytes(result).removesuffix(b"\n"))
    known = next(name for name in FRONTS if name == front)
    answer = results.respond(outcome, known, Route(binary_media_types=binary), accept=accept)
    if as_json:
        console.say_json(_structured(answer))
    else:
        for line in _lines(answer):
            console.say(line)


def _structured(answer: Answer) -> dict[str, Any]:
    import base64
    from dataclasses import asdict

    return {
        "status": answer.response.status,
        "headers": answer.response.headers,
        "body_base64": base64.b64encode(answer.response.body).decode(),
        "rules": answer.rules,
        "findings": [asdict(finding) for finding in answer.findings],
    }


def _lines(answer: Answer) -> list[str]:
    from lambda_contracts.reports import text
    from lambda_contracts.rules import RULES

    response = answer.response
    good = response.status < 500
    lines = [console.paint(f"{response.status}", "good" if good else "bad")]
    lines += [text.printable(f"{name}: {value}") for name, value in response.headers]
    lines += ["", console.foreign(response.body.decode("utf-8", "replace")), ""]
    for finding in answer.findings:
        lines += text.finding(finding, console.paint)
    for rule in map(RULES.get, answer.rules):
        if rule is not None:
            lines.append(console.paint(f"  {rule.id.ljust(5)} {rule.statement} ({rule.confidence})", "dim"))
    return lines
