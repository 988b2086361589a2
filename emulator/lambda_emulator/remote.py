"""A contract against a function that somebody has deployed: its safe cases alone, each sent once, no other check."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

from lambda_contracts.checks import cases
from lambda_contracts.checks.cases import Trial
from lambda_contracts.contract import Contract
from lambda_contracts.outcomes import returned
from lambda_contracts.shapes import FRONTS, Shape

from lambda_emulator.deployment import Deployment
from lambda_emulator.environments.remote import Remote, RemoteRunner, by_invoke, by_url
from lambda_emulator.errors import UsageError
from lambda_emulator.function import FunctionPool
from lambda_emulator.function_code import Code
from lambda_emulator.settings import Settings

_NAME = re.compile(r"(arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:)?[\w-]+(:[\w$-]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """A deployed function: `target` is its name or ARN, or the URL of an API, which is a `front`, None by Invoke."""

    target: str
    front: Shape | None = None

    def trials(self, contract: Contract) -> tuple[Trial, ...]:
        """Return what may be sent of a contract. Raises UsageError when that is nothing, and ContractError."""
        ours = (trial for trial in cases.plan(contract) if trial.shape is not Shape.CLOUD_FUNCTION)
        safe = [trial for trial in ours if trial.case.safe]
        if not safe:
            hint = "Write safe = true in each case that may be sent to a function that is in use."
            raise UsageError(
                f"{contract.file}: no case is marked safe, so nothing is sent to {self.target}.", hint=hint
            )
        chosen = [one for one in safe if self.front is None or (one.shape is self.front and one.request is not None)]
        if not chosen:
            hint = f"Type --front with one of those that it accepts: {', '.join(contract.accept)}."
            raise UsageError(f"{contract.file}: no safe case is sent in the shape {self.front}.", hint=hint)
        return tuple(chosen)

    @contextlib.contextmanager
    def connect(self, contract: Contract, settings: Settings, trials: Sequence[Trial]) -> Iterator[Deployment]:
        """Take the function for a deployment that these trials may be sent to. Raises ExtraMissing, UsageError."""
        send = by_url(self.target) if self.front else by_invoke(self.target, contract.function.timeout)
        runner = RemoteRunner(Remote(send, trials))
        with contextlib.closing(FunctionPool(runner.start)) as function:
            yield Deployment(
                contract=contract,
                function=function,
                backend=None,
                started=returned(None),
                runner=runner,
                tracer=_refuse,
                renewed=lambda _: _refuse(),
                cache=settings.cache,
                code=Code.of(contract.code),
            )


def deployed(target: str, contract: Contract, front: str | None) -> Deployed:
    """Return what a target means: a name, an ARN, or a URL with its front. Raises UsageError."""
    if target.startswith(("http://", "https://")):
        if front is not None and front not in FRONTS:
            raise UsageError(f"--front cannot be {front!r}.", hint=f"Choose one of: {', '.join(FRONTS)}.")
        return Deployed(target=target, front=Shape(front) if front else contract.front)
    if not _NAME.fullmatch(target):
        raise UsageError(f"--remote cannot be {target!r}.", hint="Name a function, an ARN, or the URL of its API.")
    return Deployed(target=target)


def _refuse() -> NoReturn:
    raise UsageError("A deployed function is invoked as it is.", hint="Leave --remote out to trace or change it.")
