"""The cloud function of a contract, up and running with the storage that it needs."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from lambda_contracts.contract import Contract
from lambda_contracts.shapes import Shape
from lambda_contracts.tracebacks import handler_place

from lambda_emulator import interpreters
from lambda_emulator.errors import FunctionNotStartable, UsageError
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

    Raises UsageError without its source, SetupFailed when one of its commands fails, FunctionNotStartable when it does
    not load, and a ToolError when what it needs cannot be installed or started.
    """
    function = contract.cloud_function
    assert function is not None  # noqa: S101  # wanted() says so
    source = contract.folder / function.source
    if not source.is_file():
        raise UsageError(f"{contract.file}: cloud_function.source: there is no {source}.")
    with contextlib.ExitStack() as stack:
        variables = {}
        if function.buckets:
            storage = stack.enter_context(CloudStorage(settings))
            storage.make_buckets(function.buckets)
            variables = dict(storage.variables)
        name = contract.function.name
        requirements = source.with_name(function.requirements)
        text = requirements.read_text(encoding="utf-8") if requirements.is_file() else ""
        python = interpreters.having(
            [FRAMEWORK, *(["-r", str(requirements)] if text else [])],
            text,
            function.runtime,
            settings.cache,
            f"the cloud function {function.target}",
            hint="Correct the requirements of [cloud_function].",
        )
        runner = CloudFunctionRunner(
            name=name, function=function, folder=contract.folder, python=python, storage=variables
        )
        for command in function.run:
            log.info("Setting up the cloud function: %s", command)
            runner.run(command)
        log.info("Starting the cloud function %s", function.target)
        pool = FunctionPool(runner.start)
        stack.callback(pool.close)
        first = pool.initialise()
        if first.error is not None:
            place = handler_place(first.error.stack_trace, source.parent)
            where = f"\n  {source.parent / place.file}:{place.line}  {place.code}" if place else ""
            raise FunctionNotStartable(
                f"The cloud function {function.target} does not load, so no request reaches it.\n"
                f"  {first.error.type}: {first.error.message}{where}",
                hint=f"Look at {source}, its requirements, and [cloud_function] in {contract.file}.",
            )
        yield pool
