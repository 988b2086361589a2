"""What a check is, built-in or your own, and how one is run.

    from lambda_contracts.checks.registry import Subject, check

    @check
    def no_server_header(contract: Contract, subject: Subject) -> Iterator[Finding]:
        for verdict in subject.verdicts:
            if verdict.response.header("server"): yield Finding(code="no-server-header", ...)

A check yields findings; one that an event shows it yields inside a Verdict, which reports then show and repeat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import overload

from lambda_contracts.checks.cases import Invoke, Verdict
from lambda_contracts.contract import Contract
from lambda_contracts.finding import Finding
from lambda_contracts.limits import Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A running function, as a check sees it. What an environment cannot tell is None.

    `invoke` sends an event. `verdicts` is what came of the contract's cases, in the order sent. `fresh` opens an
    execution environment that saw no event yet. `written` tells which files of the handler's folder changed since it
    was loaded. `definition` is what is known of size and times; `peak_memory` returns bytes.
    """

    invoke: Invoke
    verdicts: Sequence[Verdict] = ()
    fresh: Callable[[], AbstractContextManager[Invoke]] | None = None
    written: Callable[[], Sequence[str]] | None = None
    definition: Definition = field(default_factory=Definition)
    peak_memory: Callable[[], int | None] | None = None


Run = Callable[[Contract, Subject], Iterable[Finding | Verdict]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name as in `[checks]` and in reports, what it looks for, and whether it runs unasked."""

    name: str
    run: Run
    summary: str = ""
    default: bool = True

    def __call__(self, contract: Contract, subject: Subject) -> Iterable[Finding | Verdict]:
        """Run it."""
        return self.run(contract, subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one check found: findings about the function, and verdicts on events."""

    check: str
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing that it found breaks the contract."""
        return all(verdict.passed for verdict in self.verdicts) and not any(finding.breaks for finding in self.findings)


@overload
def check(function: Run, /) -> Check: ...
@overload
def check(*, name: str = "", default: bool = True) -> Callable[[Run], Check]: ...
def check(function: Run | None = None, /, *, name: str = "", default: bool = True) -> Check | Callable[[Run], Check]:
    """Make a check of a function: `@check`, or `@check(name="...", default=False)`.

    Its name is the function's with dashes, its summary the first line of the docstring.
    """

    def decorate(run: Run) -> Check:
        summary = (run.__doc__ or "").strip().partition("\n")[0]
        return Check(name or getattr(run, "__name__", "").replace("_", "-"), run, summary, default)

    return decorate if function is None else decorate(function)


def chosen(contract: Contract, known: Sequence[Check]) -> tuple[Check, ...]:
    """Return the checks that a contract wants, by its `[checks]`. Raises ContractError for a name that is not known."""
    names = {check.name for check in known}
    for name in contract.checks:
        if name not in names:
            hint = f"Known here: {', '.join(sorted(names))}."
            raise contract.mistake(f"there is no check called `{name}`.", "checks", name, hint=hint)
    return tuple(check for check in known if contract.checks.get(check.name, check.default))


def run(check: Check, contract: Contract, subject: Subject) -> Report:
    """Run a check to its end."""
    findings: list[Finding] = []
    verdicts: list[Verdict] = []
    for found in check(contract, subject):
        if isinstance(found, Verdict):
            verdicts.append(found)
        else:
            findings.append(found)
    return Report(check=check.name, findings=tuple(findings), verdicts=tuple(verdicts))
