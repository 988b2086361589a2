"""The command line: `lambdaproof`. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import importlib
import signal
import sys
from types import FrameType, MappingProxyType
from typing import NoReturn

import click

COMMANDS = MappingProxyType(
    {
        "check": "Prove functions: every case in every shape, and what you add.",
        "serve": "Serve functions over HTTP, each behind its fronts.",
        "invoke": "Send one event to a function.",
        "replay": "Send recorded events again, and say what is not as it was.",
        "record": "Find the events that functions printed into logs.",
        "event": "Print a sample event, or reshape, shorten, check your own.",
        "respond": "Say what a front makes of what a function returns.",
        "explain": "Say what an event or a finding is about.",
        "deploy": "Deploy a template or a contract into LocalStack.",
        "doctor": "Say what is installed, what is missing, what to type.",
    }
)
"""Each command, in the module of its name: `--help` imports none of them."""


class _Group(click.Group):
    """The commands, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(f"{__name__}.{cmd_name}"), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand:
            raise click.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="lambdaproof")
def lambdaproof() -> None:
    """Prove your Lambda before you deploy it: the real handler, under AWS's own emulator, in every event shape.

    Exit codes: 0 holds, 1 contract broken, 2 usage or contract file wrong, 3 the tool could not do its work.
    """


def main() -> NoReturn:
    """Run the command line and exit. Errors of the user and of the machine are told in words, without a traceback."""
    from lambda_contracts.errors import ContractsError

    from lambda_emulator.cli.console import tell
    from lambda_emulator.errors import LambdaproofError

    signal.signal(signal.SIGTERM, _terminated)
    try:
        sys.exit(lambdaproof.main(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except ContractsError as error:
        tell(str(error))
        sys.exit(2)
    except LambdaproofError as error:
        tell(error.problem, hint=error.hint)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()  # nobody reads on; python would complain of that at its end
        sys.exit(141)


def _terminated(number: int, _frame: FrameType | None) -> NoReturn:
    """End through every `finally`, so that no container or process stays."""
    raise SystemExit(128 + number)
