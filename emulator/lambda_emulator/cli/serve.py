"""`lambdaproof serve`: functions behind their fronts, over HTTP."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambda_emulator.cli import console
from lambda_emulator.cli.options import debug_options, environment_options
from lambda_emulator.inspector import PREFIX

if TYPE_CHECKING:
    from lambda_contracts.api import Api
    from lambda_contracts.http import Request, Response

    from lambda_emulator.fronts.invocations import Invocation
    from lambda_emulator.loading import Target
    from lambda_emulator.recording import Recorder
    from lambda_emulator.serving import Served

FRONTS = ("rest", "http-v1", "http-v2", "function-url", "alb", "alb-multi")


@click.command()
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1)
@click.option("--handler", metavar="MODULE.NAME", help="Serve this handler of the folders PATHS, without a contract.")
@click.option("--route", "routes", multiple=True, metavar="'METHOD /PATH'", help="A route to --handler. Default: all.")
@click.option("--front", "fronts", multiple=True, type=click.Choice(FRONTS), help="Before --handler. Default: rest.")
@click.option("--port", type=int, default=3000, show_default=True, metavar="N", help="The first front's; 0: free ones.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--concurrency", type=click.IntRange(1), default=4, show_default=True, help="Environments a function may have."
)
@click.option("--warm", type=click.IntRange(1), default=1, show_default=True, help="Environments started at once.")
@click.option("--idle", type=float, default=600, show_default=True, metavar="SECONDS", help="End idle ones after this.")
@click.option(
    "--record", type=click.Path(path_type=Path), metavar="DIR", help="Record each event, without its secrets."
)
@click.option("--no-redact", is_flag=True, help="Leave secrets in what is recorded, and in the inspector.")
@click.option("--no-inspector", is_flag=True, help="Serve no page at /_lambdaproof/.")
@click.option("--no-reload", is_flag=True, help="Keep the code that was there at the start.")
@click.option("--quiet", "-q", is_flag=True, help="Print neither requests nor the functions' logs.")
@environment_options
@debug_options
def serve(
    paths: tuple[Path, ...],
    *,
    handler: str | None,
    routes: tuple[str, ...],
    fronts: tuple[str, ...],
    port: int,
    host: str,
    concurrency: int,
    warm: int,
    idle: float,
    record: Path | None,
    no_redact: bool,
    no_inspector: bool,
    no_reload: bool,
    quiet: bool,
    options: dict[str, Any],
) -> None:
    """Serve functions over HTTP, each behind its fronts.

    PATHS are contract.toml files, folders that have some in or below them, SAM and CloudFormation templates, or
    folders of Terraform's. Every front has a port of its own: the first one's is --port, the next ones follow. The
    first also has the inspector, a page that shows each invocation. Requests and what the functions print go to
    stderr. Ctrl-C ends it.
    """
    import dataclasses
    import functools

    from lambda_emulator.inspector.guard import token_for
    from lambda_emulator.loading import target
    from lambda_emulator.serving import Inspect, Options
    from lambda_emulator.serving import serve as serving
    from lambda_emulator.settings import resolve

    settings = resolve(options)
    files = paths or (Path(),)
    if handler is not None:
        readers = [functools.partial(_of_flags, folder, handler, routes, fronts) for folder in files]
    elif routes or fronts:
        raise click.UsageError("--route and --front say what leads to --handler; else the contract does.")
    else:
        readers = [functools.partial(target, file) for file in _files(files)]
    if no_redact and no_inspector and record is None:
        raise click.UsageError("--no-redact says how to --record and to inspect.")
    inspect = None if no_inspector else Inspect(token=token_for(host), redact=not no_redact)
    chosen = Options(
        host=host,
        port=port,
        concurrency=concurrency,
        warm=warm,
        idle=idle,
        reload=not no_reload,
        ignored=(record,) if record else (),
        listeners=() if quiet else (_show_log,),
        answered=None if quiet else _show_answer,
        inspect=inspect,
    )
    with contextlib.ExitStack() as stack:
        if record is not None:
            recorder = stack.enter_context(_recording(record, redact=not no_redact))
            chosen = dataclasses.replace(chosen, listeners=(*chosen.listeners, recorder))
        with console.progress("starting"):
            served = stack.enter_context(serving(readers, settings, chosen))
        stack.enter_context(console.notes())
        for one in served:
            _say_served(one, host)
        if inspect is not None:
            _say_inspector(served[0].port, host, inspect.token)
        click.echo("Ctrl-C ends it.", err=True)
        _wait()


@contextlib.contextmanager
def _recording(folder: Path, *, redact: bool) -> Iterator[Recorder]:
    """Record into a folder, and say at the end how much of it there is."""
    from lambda_emulator.recording import Recorder

    recorder = Recorder(folder, redact=redact)
    try:
        yield recorder
    finally:
        recorder.close()
        lost = f", {recorder.lost:,} could not be recorded" if recorder.lost else ""
        click.echo(f"recorded {recorder.written:,} events in {folder}{lost}", err=True)


def _of_flags(folder: Path, handler: str, routes: tuple[str, ...], fronts: tuple[str, ...]) -> Target:
    """Return a handler that has no contract as what is served."""
    from lambda_contracts.apis import apis

    from lambda_emulator.loading import Target, bare

    contract = bare(folder, handler, accept=fronts or ("rest",), routes=routes)
    return Target(folder, (contract,), apis(contract))


def _files(paths: tuple[Path, ...]) -> list[Path]:
    """Return the contracts and templates that paths name, or that lie in and below them."""
    from lambda_contracts.contract import FILE_NAME

    from lambda_emulator.cli.check import find
    from lambda_emulator.templates import is_template

    found: list[Path] = []
    for path in paths:
        alone = not path.is_dir() or (is_template(path) and not (path / FILE_NAME).is_file())
        found += [path] if alone else find((path,))
    return found


def _say_served(one: Served, host: str) -> None:
    """Say where a front is, with a line for each of its routes."""
    if one.api is None:
        console.say(console.paint("Invoke API", "bold") + f"  http://{host}:{one.port}")
        return
    console.say(console.paint(one.api.name, "bold"))
    for endpoint in one.api.endpoints:
        route = endpoint.route
        prefix = route.base_path or ("" if route.stage in ("", "$default") else route.stage)
        path = "/" if route.path == "$default" else route.path
        console.say(f"  {route.method:6} http://{host}:{one.port}{f'/{prefix}' if prefix else ''}{path}")


def _say_inspector(port: int, host: str, token: str) -> None:
    """Say where the inspector is; a token goes after a #, which no browser sends or tells another page."""
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}{PREFIX}"
    console.say(console.paint("inspector", "bold") + f"  {address}{f'#token={token}' if token else ''}")


def _show_log(invocation: Invocation) -> None:
    """Show what a function printed, and why it did not return."""
    from lambda_contracts.reports.text import printable

    outcome = invocation.outcome
    lines = [f"{invocation.function}: {line}" for line in outcome.log]
    if not outcome.ok and outcome.error is not None:
        lines.append(f"{invocation.function}: {outcome.kind}: {outcome.error.type}: {outcome.error.message}")
    if lines:
        sys.stderr.write("".join(f"{printable(line)}\n" for line in lines))


def _show_answer(api: Api | None, request: Request, response: Response, seconds: float) -> None:
    if request.path.startswith(PREFIX):  # the page asks for news all the time
        return
    from lambda_contracts.reports.text import printable

    target = f"{request.path}?{request.query}" if request.query else request.path
    front = api.front if api else "lambda"
    sys.stderr.write(f"{front} {printable(f'{request.method} {target}')} {response.status} {seconds * 1000:.1f} ms\n")


def _wait() -> None:
    """Wait for Ctrl-C; SIGTERM ends the program through every `finally`."""
    import threading

    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("", err=True)
