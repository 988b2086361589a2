"""`lambdaproof event`: a sample event of a shape, or one event moved into another shape."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambda_emulator.cli import console
from lambda_emulator.cli.files import read_json
from lambda_emulator.cli.options import environment_options

if TYPE_CHECKING:
    from lambda_contracts.http import Request
    from lambda_contracts.route import Route


@click.command()
@click.argument("shape", required=False)
@click.option("--method", metavar="VERB", help="The request's method.")
@click.option("--path", metavar="TARGET", help="Raw path, and query after a ?, as on the request line.")
@click.option("--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="A header; may be given often.")
@click.option("--body", metavar="TEXT", help="The request's body; @FILE reads it from a file.")
@click.option("--route", metavar="PATH", help="The route's path, such as /flowers/{id}. Default: the path itself.")
@click.option("--stage", metavar="NAME", help="The API's stage.")
@click.option("--binary-media-type", "binary", multiple=True, metavar="TYPE", help="The API's; may be given often.")
@click.option("--request", type=click.Path(path_type=Path), metavar="FILE", help="The whole request as JSON.")
@click.option("--from", "origin", type=click.Path(path_type=Path), metavar="EVENT", help="Reshape this event.")
@click.option("--to", metavar="SHAPE", help="The shape to make; the same as SHAPE.")
@click.option("--minimize", metavar="FUNCTION", help="Leave out of --from's event what FUNCTION does the same without.")
@click.option("--free", is_flag=True, help="Let --minimize leave out what AWS always sends.")
@click.option("--scrub", is_flag=True, help="Take the secrets out of --from's event.")
@click.option("--json", "as_json", is_flag=True, help="Print it on one line.")
@environment_options
def event(
    shape: str | None,
    *,
    to: str | None,
    minimize: str | None,
    free: bool,
    scrub: bool,
    as_json: bool,
    options: dict[str, Any],
    **given: Any,
) -> None:
    """Print a sample event of SHAPE.

    Shapes: rest, http-v1, http-v2, function-url, alb, alb-multi, direct, console-test, console-template, websocket, the
    authorizers (authorizer-request, authorizer-token, authorizer-v2) and s3, schedule, eventbridge, sqs, sns, dynamodb,
    kinesis. With options, the event of that request; with --from, that event in this shape. --minimize prints the
    smallest event with which FUNCTION (as `explain` takes it) ends in the same way, or answers the same.
    """
    from lambda_contracts import events

    if (minimize or scrub) and given["origin"] is None:
        raise click.UsageError("--minimize and --scrub are for an event that there is: --from EVENT.")
    if free and not minimize:
        raise click.UsageError("--free says how to --minimize.")
    if given["origin"] is not None:
        made = read_json(given["origin"])
        if to or shape or not (minimize or scrub):
            wanted, origin = _shape(to or shape), made
            made = _told(lambda: events.reshape(origin, wanted))
        made = _minimal(made, minimize, free=free, options=options) if minimize else made
        made = _scrubbed(made) if scrub else made
    elif any(given.values()):
        wanted = _shape(to or shape)
        request, route = _request(given)
        made = _told(lambda: events.build(request, wanted, route))
    else:
        made = events.sample(_shape(to or shape))
    if as_json:
        console.say_json(made)
    else:
        console.say_pretty(made)


def _minimal(event: Any, function: str, *, free: bool, options: dict[str, Any]) -> Any:
    """Return the smallest event with which a function does the same, and say on stderr how it came to that."""
    import json

    from lambda_contracts.diagnosis import CATALOGUE

    from lambda_emulator.cli.options import running
    from lambda_emulator.loading import function as named
    from lambda_emulator.minimizing import minimal
    from lambda_emulator.settings import resolve

    contract = named(function)
    with running(contract, resolve(options)) as deployment:
        found = minimal(contract, event, deployment.function.invoke, free=free)
    verdict, minimized = found.verdict, found.minimized
    code = next((f" {one.code}" for one in verdict.findings if one.code in CATALOGUE), "")
    what = f"status {verdict.response.status}" if verdict.outcome.ok else f"{verdict.outcome.kind}{code}"
    sizes = (len(json.dumps(one)) for one in (event, minimized.event))
    short = "" if minimized.complete else "; more may be left out: type it again with what was printed"
    console.note(
        "{:,} characters, now {:,}: ".format(*sizes) + f"{what} as before, {minimized.sent:,} events sent{short}"
    )
    return minimized.event


def _scrubbed(event: Any) -> Any:
    from lambda_contracts.redaction import Redactor

    return Redactor().value(event)


def _shape(name: str | None) -> Any:
    import difflib

    from lambda_contracts.shapes import Shape

    if name is None:
        raise click.UsageError("Name the shape to make, for example: lambdaproof event rest")
    try:
        return Shape(name)
    except ValueError:
        near = difflib.get_close_matches(name, list(Shape), n=1)
        told = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(Shape)}."
        raise click.UsageError(f"There is no shape {name}. {told}") from None


def _told(make: Any) -> Any:
    """Make an event; what cannot be made is told as the user's mistake."""
    from lambda_contracts.errors import EventError

    try:
        return make()
    except ValueError as error:
        raise EventError(f"This event cannot be made: {error}") from error


def _request(given: dict[str, Any]) -> tuple[Request, Route]:
    """Return the request that the options describe, on top of that of `--request`."""
    from dataclasses import replace

    from lambda_emulator.cli.files import read_request

    request, route = read_request(given["request"])
    if given["path"] is not None:
        path, _, query = given["path"].partition("?")
        request = replace(request, path=path, query=query)
        route = replace(route, path=path)
    if given["headers"]:
        pairs = [header.partition(":")[::2] for header in given["headers"]]
        request = replace(
            request, headers=(*request.headers, *((name.strip(), value.strip()) for name, value in pairs))
        )
    if given["body"] is not None:
        body = Path(given["body"][1:]).read_bytes() if given["body"].startswith("@") else given["body"].encode()
        request = replace(request, body=body)
        if request.header("content-type") is None:
            request = replace(request, headers=(*request.headers, ("Content-Type", "application/json")))
    method = given["method"] or request.method
    return replace(request, method=method), replace(
        route,
        method=method,
        path=given["route"] or route.path,
        stage=given["stage"] or route.stage,
        binary_media_types=given["binary"] or route.binary_media_types,
    )
