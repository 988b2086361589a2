"""Checks on a running function: which there are, built-in and your own, and what each is given."""

from __future__ import annotations

import contextlib
import importlib
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from lambda_contracts.baseline import Baseline
from lambda_contracts.checks import registry
from lambda_contracts.checks.builtin import BUILT_IN
from lambda_contracts.checks.cases import Invoke, Trial, Verdict, Verdicts
from lambda_contracts.checks.registry import Check, Report, Subject
from lambda_contracts.errors import ContractsError, EventError
from lambda_contracts.limits import Definition
from lambda_contracts.shapes import Shape

from lambda_emulator.deployment import Deployment
from lambda_emulator.errors import LambdaproofError, UsageError
from lambda_emulator.files import changed, snapshot
from lambda_emulator.settings import Settings, project_file

log = logging.getLogger(__name__)

ENTRY_POINTS = "lambdaproof.checks"
"""The entry point group in which an installed package offers checks."""


def known(settings: Settings, folder: Path | None = None) -> tuple[Check, ...]:
    """Return all checks: built-in ones, those that installed packages offer, those of the settings.

    Those of the settings may lie beside the pyproject.toml of `folder` (default: the current one). Raises UsageError
    for one that cannot be imported or is none, and for a name that two have.
    """
    checks = [*BUILT_IN]
    offered = sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name)
    checks += [_loaded(entry.value, entry.load) for entry in offered]
    folder = folder or Path.cwd()
    file = project_file(folder)
    with _importing(file.parent if file else folder):
        for name in settings.checks:
            module, _, attribute = name.partition(":")
            checks.append(_loaded(name, lambda: getattr(importlib.import_module(module), attribute)))  # noqa: B023
    names = [check.name for check in checks]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"There are two checks called {name}.", hint='Rename one: @check(name="...").')
    return tuple(checks)


class Checked:
    """A running function under its contract's checks: what became of each trial, what each check found.

    What the baseline knows is marked. It does not matter what is asked for first: whatever needs the verdicts on all
    trials sends those that nobody asked for yet.
    """

    def __init__(self, deployment: Deployment, trials: Sequence[Trial], baseline: Baseline | None = None) -> None:
        self.deployment = deployment
        self._trials = trials
        self._baseline = baseline or Baseline()
        cloud = deployment.cloud_function
        to_cloud = (lambda event: cloud().invoke(event)) if cloud else None
        self._verdicts = Verdicts(deployment.contract, trials, deployment.function.invoke, to_cloud)

    def verdict(self, trial: Trial) -> Verdict:
        """Send a trial, unless it was, and return what became of it. Raises EventError for one that cannot be sent."""
        return self._baseline.verdict(self._name, self._verdicts.of(trial))

    def row(self, trial: Trial) -> tuple[Verdict, ...]:
        """Return what became of a trial's case in every shape that it can be sent in."""
        row = []
        for one in self._trials:
            if one.case.name == trial.case.name:
                with contextlib.suppress(EventError):
                    row.append(self.verdict(one))
        return tuple(row)

    def verdicts(self) -> tuple[Verdict, ...]:
        """Return what became of every trial, in the order in which they were sent."""
        for trial in self._trials:
            self._verdicts.of(trial)
        return tuple(self._baseline.verdict(self._name, verdict) for verdict in self._verdicts.sent)

    @cached_property
    def subject(self) -> Subject:
        """What checks are given, once all trials were sent."""
        return subject_of(self.deployment, on_lambda(self.verdicts()))

    def report(self, check: Check) -> Report:
        """Run a check. Raises UsageError for one that raises."""
        try:
            found = registry.run(check, self.deployment.contract, self.subject)
        except (ContractsError, LambdaproofError):
            raise
        except Exception as error:
            raise UsageError(f"The check {check.name} raised {type(error).__name__}: {error}") from error
        return self._baseline.report(self._name, found)

    @property
    def _name(self) -> str:
        return self.deployment.contract.function.name


def on_lambda(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Return the verdicts on what was sent to the Lambda function: checks, tracing and fuzzing are about that one."""
    return tuple(verdict for verdict in verdicts if verdict.trial.shape is not Shape.CLOUD_FUNCTION)


def subject_of(deployment: Deployment, verdicts: Sequence[Verdict]) -> Subject:
    """Return what checks are given of a running function whose cases have come to these verdicts."""

    @contextlib.contextmanager
    def fresh() -> Iterator[Invoke]:
        with deployment.fresh() as function:
            yield function.invoke

    before, folder = deployment.files, deployment.code.task
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
        layers=len(function.layers),
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
