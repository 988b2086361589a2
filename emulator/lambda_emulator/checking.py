"""Checks on a running function: which there are, built-in and your own, and what each is given."""

from __future__ import annotations

import contextlib
import importlib
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from lambda_contracts.checks import registry
from lambda_contracts.checks.builtin import BUILT_IN
from lambda_contracts.checks.cases import Invoke, Verdict
from lambda_contracts.checks.registry import Check, Report, Subject
from lambda_contracts.contract import Contract
from lambda_contracts.errors import ContractsError
from lambda_contracts.limits import Definition

from lambda_emulator.deployment import Deployment
from lambda_emulator.errors import LambdaproofError, UsageError
from lambda_emulator.files import changed, snapshot
from lambda_emulator.settings import Settings, project_file

log = logging.getLogger(__name__)

ENTRY_POINTS = "lambdaproof.checks"
"""The entry point group in which an installed package offers checks."""


def known(settings: Settings) -> tuple[Check, ...]:
    """Return all checks: built-in ones, those that installed packages offer, those of the settings.

    Raises UsageError for one that cannot be imported or is none, and for a name that two have.
    """
    checks = [*BUILT_IN]
    checks += [_loaded(entry.value, entry.load) for entry in entry_points(group=ENTRY_POINTS)]
    folder = project_file(Path.cwd())
    with _importing(folder.parent if folder else Path.cwd()):
        for name in settings.checks:
            module, _, attribute = name.partition(":")
            checks.append(_loaded(name, lambda: getattr(importlib.import_module(module), attribute)))  # noqa: B023
    names = [check.name for check in checks]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"There are two checks called {name}.", hint='Rename one: @check(name="...").')
    return tuple(checks)


def run(checks: Sequence[Check], contract: Contract, subject: Subject) -> Iterator[Report]:
    """Run checks on a function. Raises UsageError for a check that raises."""
    for number, check in enumerate(checks, 1):
        log.info("Checking %s: %s (%d of %d)", contract.function.name, check.name, number, len(checks))
        try:
            yield registry.run(check, contract, subject)
        except (ContractsError, LambdaproofError):
            raise
        except Exception as error:
            raise UsageError(f"The check {check.name} raised {type(error).__name__}: {error}") from error


def subject_of(deployment: Deployment, verdicts: Sequence[Verdict]) -> Subject:
    """Return what checks are given of a running function whose cases have come to these verdicts."""

    @contextlib.contextmanager
    def fresh() -> Iterator[Invoke]:
        with deployment.fresh() as function:
            yield function.invoke

    before, folder = deployment.files, deployment.contract.folder
    return Subject(
        invoke=deployment.function.invoke,
        verdicts=tuple(verdicts),
        fresh=fresh,
        written=None if before is None else lambda: changed(before, snapshot(folder)),
        definition=_definition(deployment),
        peak_memory=deployment.function.peak_memory,
    )


def _definition(deployment: Deployment) -> Definition:
    """Return what is known of a function's definition."""
    contract, function = deployment.contract, deployment.contract.function
    package = deployment.package()
    return Definition(
        memory=function.memory,
        timeout=function.timeout,
        init_duration=deployment.started.init_duration,
        ephemeral_storage=function.ephemeral_storage,
        environment=function.environment,
        package_zipped=package.zipped if package else None,
        package_unzipped=package.unzipped if package else None,
        package_parts=package.parts if package else {},
        image_size=deployment.image_size,
        integration_timeouts=dict.fromkeys(contract.accept, contract.routes[0].timeout),
    )


def _loaded(name: str, load: Callable[[], Any]) -> Check:
    try:
        found = load()
    except Exception as error:  # the module is the user's and may raise anything
        raise UsageError(f"The check {name} cannot be imported: {type(error).__name__}: {error}.") from error
    if isinstance(found, Check):
        return found
    if callable(found):
        return registry.check(found)
    raise UsageError(f"{name} is no check.", hint="Write a function over (contract, subject) that yields findings.")


@contextlib.contextmanager
def _importing(folder: Path) -> Iterator[None]:
    """Let modules of a folder be imported, as pytest's `pythonpath` does."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
