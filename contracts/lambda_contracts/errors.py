"""What can be wrong with a file that the user wrote.

ContractsError
├── ContractError    a contract.toml: file, line and key
├── EventError       an event or payload that Lambda would refuse, or that is not JSON
├── ObservedError    an observed.json that is not what check writes
└── SchemaError      a JSON Schema that is not understood: file and JSON pointer
"""

from __future__ import annotations

from pathlib import Path


class ContractsError(Exception):
    """Base of them all: the file has to change before anything can be checked."""


class ContractError(ContractsError):
    """A contract file that cannot be used.

    `file`, `line` (1-based, None when the key is absent) and `key` (dotted, as in `function.timeout`) say where,
    `problem` what, `hint` what to write instead.
    """

    def __init__(self, file: Path, problem: str, *, key: str = "", line: int | None = None, hint: str = "") -> None:
        self.file = file
        self.problem = problem
        self.key = key
        self.line = line
        self.hint = hint
        where = f"{file}:{line}" if line else str(file)
        what = f"{key}: {problem}" if key else problem
        super().__init__(f"{where}: {what}" + (f" {hint}" if hint else ""))


class EventError(ContractsError):
    """An event that cannot be sent: not JSON, not there, or over Lambda's limit.

    `status` is what the Invoke API would answer (400 or 413, R87).
    """

    def __init__(self, problem: str, *, status: int = 400) -> None:
        self.problem = problem
        self.status = status
        super().__init__(problem)


class ObservedError(ContractsError):
    """An observed.json that cannot be used: `file`, and what is the `problem` with it."""

    def __init__(self, file: Path, problem: str) -> None:
        self.file = file
        self.problem = problem
        super().__init__(f"{file}: {problem}. Write it anew: lambdaproof check --update-observed.")


class SchemaError(ContractsError):
    """A JSON Schema that cannot be used.

    `file` (None for a schema that is none) and `pointer` (a JSON pointer, empty for the whole) say where, `problem`
    what, `hint` what to write instead.
    """

    def __init__(self, file: Path | None, pointer: str, problem: str, hint: str = "") -> None:
        self.file = file
        self.pointer = pointer
        self.problem = problem
        self.hint = hint
        where = ": ".join(filter(None, (str(file or "schema"), pointer)))
        super().__init__(f"{where}: {problem}" + (f" {hint}" if hint else ""))
