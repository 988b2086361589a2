"""`lambdaproof event`: a sample event of a shape, or one event moved into another shape."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambda_emulator.cli import console
from lambda_emulator.cli.files import read_json

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
@click.option("--json", "as_json", is_flag=True, help="Print it on one line.")
def event(shape: str | None, *, to: str | None, as_json: bool, **given: Any) -> None:
    """Print a sample event of SHAPE.

    Shapes: rest, http-v1, http-v2, function-url, alb, alb-multi, direct, console-test, console-template, websocket, the
    authorizers (authorizer-request, authorizer-token, authorizer-v2) and s3, schedule, eventbridge, sqs, sns, dynamodb,
    kinesis. With options, the event of that request; with --from, that event in this shape.
    """
    from lambda_contracts import events

    wanted = _shape(to or shape)
    if given["origin"] is not None:
        made = _told(lambda: events.reshape(read_json(given["origin"]), wanted))
    elif any(given.values()):
        request, route = _request(given)
        made = _told(lambda: events.build(request, wanted, route))
    else:
        made = events.sample(wanted)
    if as_json:
        console.say_json(made)
    else:
        console.say_pretty(made)


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
