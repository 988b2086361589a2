"""The cloud function of a contract, up and running with the storage that it needs."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from lambda_contracts.contract import CloudFunction, Contract
from lambda_contracts.outcomes import FunctionError
from lambda_contracts.shapes import Shape
from lambda_contracts.tracebacks import handler_place

from lambda_emulator import interpreters
from lambda_emulator.errors import FunctionNotStartable
from lambda_emulator.function import FunctionPool
from lambda_emulator.google.functions import FRAMEWORK, CloudFunctionRunner
from lambda_emulator.google.storage import CloudStorage
from lambda_emulator.settings import Settings

log = logging.getLogger(__name__)


def wanted(contract: Contract) -> bool:
    """Whether a contract has cases for a cloud function."""
    return contract.cloud_function is not None and (
        Shape.CLOUD_FUNCTION in contract.accept or any(Shape.CLOUD_FUNCTION in case.shapes for case in contract.cases)
    )


@contextlib.contextmanager
def started(contract: Contract, settings: Settings) -> Iterator[FunctionPool]:
    """Start a contract's cloud function, and end it and its storage afterwards.

    Raises ContractError without its source, SetupFailed when one of its commands fails, FunctionNotStartable when it
    does not load, and a ToolError when what it needs cannot be installed or started.
    """
    function = contract.cloud_function
    assert function is not None  # noqa: S101  # wanted() says so
    source = contract.folder / function.source
    if not source.is_file():
        hint = "Name the file that has the target, relative to the contract."
        raise contract.mistake(f"there is no {source}.", "cloud_function", "source", hint=hint)
    with contextlib.ExitStack() as stack:
        runner = CloudFunctionRunner(
            name=contract.function.name,
            function=function,
            source=source.resolve(),
            python=_python(function, source, settings),
            storage=stack.enter_context(_storage(function, settings)),
        )
        for command in function.run:
            log.info("Setting up the cloud function: %s", command)
            runner.run(command)
        log.info("Starting the cloud function %s", function.target)
        pool = FunctionPool(runner.start)
        stack.callback(pool.close)
        first = pool.initialise()
        if first.error is not None:
            raise _not_startable(contract, function, source, first.error)
        yield pool


def _python(function: CloudFunction, source: Path, settings: Settings) -> Path:
    """Return the interpreter that has the requirements, and the framework: theirs where they name it (R135)."""
    requirements = source.with_name(function.requirements)
    text = requirements.read_text(encoding="utf-8") if requirements.is_file() else ""
    named = re.search(r"(?mi)^functions[-_.]framework\b", text)
    return interpreters.having(
        [FRAMEWORK.partition("==")[0] if named else FRAMEWORK, *(["-r", str(requirements)] if text else [])],
        text,
        function.runtime,
        settings.cache,
        f"the cloud function {function.target}",
        hint="Correct the requirements of [cloud_function].",
    )


@contextlib.contextmanager
def _storage(function: CloudFunction, settings: Settings) -> Iterator[Mapping[str, str]]:
    """Start Cloud Storage's stand-in for a function that names buckets; yield the variables that lead to it."""
    if not function.buckets:
        yield {}
        return
    with CloudStorage(settings) as storage:
        storage.make_buckets(function.buckets)
        yield storage.variables


def _not_startable(
    contract: Contract, function: CloudFunction, source: Path, error: FunctionError
) -> FunctionNotStartable:
    place = handler_place(error.stack_trace, source.parent)
    where = f"\n  {source.parent / place.file}:{place.line}  {place.code}" if place else ""
    return FunctionNotStartable(
        f"The cloud function {function.target} does not load, so no request reaches it.\n"
        f"  {error.type}: {error.message}{where}",
        hint=f"Look at {source}, its requirements, and [cloud_function] in {contract.file}.",
    )
