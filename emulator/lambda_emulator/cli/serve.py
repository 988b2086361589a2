"""`lambdaproof serve`: functions behind their fronts, over HTTP."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambda_emulator.cli import console
from lambda_emulator.cli.options import environment_options

if TYPE_CHECKING:
    from lambda_contracts.api import Api
    from lambda_contracts.http import Request, Response

    from lambda_emulator.fronts.invocations import Invocation
    from lambda_emulator.serving import Served


@click.command()
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1)
@click.option("--port", type=int, default=3000, show_default=True, metavar="N", help="The first front's; 0: free ones.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--concurrency", type=click.IntRange(1), default=4, show_default=True, help="Environments a function may have."
)
@click.option("--warm", type=click.IntRange(1), default=1, show_default=True, help="Environments started at once.")
@click.option("--idle", type=float, default=600, show_default=True, metavar="SECONDS", help="End idle ones after this.")
@click.option("--no-reload", is_flag=True, help="Keep the code that was there at the start.")
@click.option("--quiet", "-q", is_flag=True, help="Print neither requests nor the functions' logs.")
@environment_options
def serve(
    paths: tuple[Path, ...],
    *,
    port: int,
    host: str,
    concurrency: int,
    warm: int,
    idle: float,
    no_reload: bool,
    quiet: bool,
    options: dict[str, Any],
) -> None:
    """Serve each function of PATHS, folders with a contract.toml, behind each of its fronts.

    Every front has a port of its own: the first one's is --port, the next ones follow. Requests and what the functions
    print go to stderr. Ctrl-C ends it.
    """
    import contextlib

    from lambda_emulator.cli.check import find
    from lambda_emulator.loading import load
    from lambda_emulator.serving import Options
    from lambda_emulator.serving import serve as serving
    from lambda_emulator.settings import resolve

    contracts = [load(path) for path in find(paths or (Path(),))]
    settings = resolve(options)
    chosen = Options(
        host=host,
        port=port,
        concurrency=concurrency,
        warm=warm,
        idle=idle,
        reload=not no_reload,
        listeners=() if quiet else (_show_log,),
        answered=None if quiet else _show_answer,
    )
    with contextlib.ExitStack() as stack:
        with console.progress("starting"):
            served = stack.enter_context(serving(contracts, settings, chosen))
        stack.enter_context(console.notes())
        for one in served:
            _say_served(one, host)
        click.echo("Ctrl-C ends it.", err=True)
        _wait()


def _say_served(one: Served, host: str) -> None:
    """Say where a front is, with a line for each of its routes."""
    console.say(console.paint(one.api.name, "bold"))
    for endpoint in one.api.endpoints:
        route = endpoint.route
        prefix = route.base_path or ("" if route.stage in ("", "$default") else route.stage)
        path = "/" if route.path == "$default" else route.path
        console.say(f"  {route.method:6} http://{host}:{one.port}{f'/{prefix}' if prefix else ''}{path}")


def _show_log(invocation: Invocation) -> None:
    """Show what a function printed, and why it did not return."""
    outcome = invocation.outcome
    lines = [f"{invocation.function}: {line}\n" for line in outcome.log]
    if not outcome.ok and outcome.error is not None:
        lines.append(f"{invocation.function}: {outcome.kind}: {outcome.error.type}: {outcome.error.message}\n")
    if lines:
        sys.stderr.write("".join(lines))


def _show_answer(api: Api | None, request: Request, response: Response, seconds: float) -> None:
    target = f"{request.path}?{request.query}" if request.query else request.path
    front = api.front if api else "lambda"
    sys.stderr.write(f"{front} {request.method} {target} {response.status} {seconds * 1000:.1f} ms\n")


def _wait() -> None:
    """Wait for Ctrl-C; SIGTERM ends the program through every `finally`."""
    import threading

    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("", err=True)
