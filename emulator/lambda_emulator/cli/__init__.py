"""The command line: `lambdaproof`. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn

import click

from lambda_emulator.cli.check import check
from lambda_emulator.cli.deploy import deploy
from lambda_emulator.cli.doctor import doctor
from lambda_emulator.cli.event import event
from lambda_emulator.cli.explain import explain
from lambda_emulator.cli.invoke import invoke
from lambda_emulator.cli.record import record
from lambda_emulator.cli.replay import replay
from lambda_emulator.cli.respond import respond
from lambda_emulator.cli.serve import serve


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="lambdaproof")
def lambdaproof() -> None:
    """Prove your Lambda before you deploy it: the real handler, under AWS's own emulator, in every event shape.

    Exit codes: 0 holds, 1 contract broken, 2 usage or contract file wrong, 3 the tool could not do its work.
    """


for command in (check, serve, invoke, replay, record, event, respond, explain, deploy, doctor):
    lambdaproof.add_command(command)


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
