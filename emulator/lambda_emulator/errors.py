"""Why the tool could not do its work: one exit code, and one thing to do, each.

LambdaproofError
├── UsageError                2  what was asked for cannot be done as asked
│   ├── SetupFailed           2  a command or a table of the contract's [setup] failed
│   └── FunctionNotStartable  2  the handler does not load, so no case can be run
└── ToolError                 3
    ├── ExtraMissing          3  an optional package is needed
    ├── EngineNotFound        3  no podman, docker or nerdctl answers
    ├── EngineFailed          3  the engine refused a command
    ├── ImageNotFound         3  the image is not there and nothing says how to build it
    ├── RieUnavailable        3  no emulator binary, or not the one that was pinned
    ├── PortInUse             3  somebody else listens there
    ├── NotStarted            3  an execution environment did not come up
    ├── NotReached            3  one ended before the event that it was given reached it
    ├── Throttled             3  every environment is busy, and as many events wait as may
    ├── InterpreterUnavailable  3  no such Python, or its requirements do not install
    ├── BackendUnavailable    3  AWS's stand-in does not start, or does not answer
    ├── GatewayUnavailable    3  a gateway that is to be probed, or a deployed function, does not answer
    ├── StackFailed           3  CloudFormation could not make a stack
    └── ReportNotWritable     3  a report's file cannot be written
"""

from __future__ import annotations


class LambdaproofError(Exception):
    """Base of them all. `problem` says what happened, `hint` what to type next."""

    exit_code = 3

    def __init__(self, problem: str, *, hint: str = "") -> None:
        self.problem = problem
        self.hint = hint
        super().__init__(f"{problem} {hint}".strip())


class UsageError(LambdaproofError):
    """What was asked for cannot be done as asked."""

    exit_code = 2


class SetupFailed(UsageError):
    """A `[setup]` command of the contract ended with an error, or a table cannot be made."""


class FunctionNotStartable(UsageError):
    """The handler's module does not load, so that no event can reach it."""


class ToolError(LambdaproofError):
    """The tool could not do its work."""


class ExtraMissing(ToolError):
    """An optional dependency is needed and not installed."""

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        self.package, self.extra = package, extra
        super().__init__(
            f"{purpose} needs the package `{package}`, which is not installed.",
            hint=f"Type: pip install 'lambdaproof[{extra}]'",
        )


class EngineNotFound(ToolError):
    """No container engine answers."""


class EngineFailed(ToolError):
    """The container engine refused a command. `log` holds the end of what it printed."""

    def __init__(self, problem: str, *, hint: str = "", log: str = "") -> None:
        self.log = log
        super().__init__(f"{problem}\n{log}".rstrip() if log else problem, hint=hint)


class ImageNotFound(ToolError):
    """An image is not on this machine."""


class RieUnavailable(ToolError):
    """There is no Runtime Interface Emulator to run."""


class PortInUse(ToolError):
    """Somebody else listens on the port."""


class NotStarted(ToolError):
    """An execution environment did not come up; the message holds its last log lines."""


class NotReached(ToolError):
    """An execution environment ended before an event reached it, so that the event can be given to another."""


class Throttled(ToolError):
    """Every environment of a function is busy, and as many events wait as may: Lambda answers 429 (R87)."""


class InterpreterUnavailable(ToolError):
    """There is no Python to run the handler with."""


class BackendUnavailable(ToolError):
    """The stand-in for AWS does not start, or does not answer."""


class GatewayUnavailable(ToolError):
    """A gateway that is to be probed, or a deployed function, does not answer."""


class StackFailed(ToolError):
    """CloudFormation could not make or change a stack; the message says which resources, and why."""


class ReportNotWritable(ToolError):
    """A report's file cannot be written."""
