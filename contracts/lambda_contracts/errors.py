"""What can be wrong with a file that the user wrote.

ContractsError
├── FileError        a file, with line and key
│   ├── ContractError    a contract.toml
│   └── TemplateError    a template of SAM's, CloudFormation's or Terraform's
├── EventError       an event or payload that Lambda would refuse, or that is not JSON
├── ApiError         an API that AWS would not create: routes that are alike, or none
├── ObservedError    an observed.json that is not what check writes
├── SchemaError      a JSON Schema that is not understood: file and JSON pointer
└── BaselineError    a baseline that is not there, or not what check writes
"""

from __future__ import annotations

from pathlib import Path


class ContractsError(Exception):
    """Base of them all: the file has to change before anything can be checked."""


class FileError(ContractsError):
    """A file that cannot be used.

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


class ContractError(FileError):
    """A contract.toml that cannot be used."""


class TemplateError(FileError):
    """A template that cannot be used; keys are `Resources.<id>.Properties.<key>`, or Terraform's own."""


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


class BaselineError(ContractsError):
    """A baseline that cannot be used: `file`, and what is the `problem` with it."""

    def __init__(self, file: Path, problem: str) -> None:
        self.file = file
        self.problem = problem
        super().__init__(f"{problem}. Write it: lambdaproof check --baseline {file} --update-baseline.")


class ApiError(ContractsError):
    """An API that AWS would not create.

    `api` is its name, `problem` what is wrong, `endpoint` the index of the endpoint that shows it, None for the API.
    """

    def __init__(self, api: str, problem: str, endpoint: int | None = None) -> None:
        self.api = api
        self.problem = problem
        self.endpoint = endpoint
        super().__init__(f"API `{api}`: {problem}")
