"""Recorded events, sent again as they are: what became of each, and what is not as it was recorded.

A function's environments are used side by side:

    with deploy(contract, settings, size=2) as deployment:
        for repeated in replay(contract, deployment.function, files): ...

Any `concurrent.futures` executor will do, of threads or processes, here or on a cluster, with a function that starts
where it is called:

    replay(contract, Anywhere(contract, settings), files, executor=executor)
"""

from __future__ import annotations

import json
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.util import Finalize
from pathlib import Path

from lambda_contracts import records
from lambda_contracts.checks.cases import Verdict, answered, judge, text_of, trial_of_text
from lambda_contracts.contract import Case, Contract
from lambda_contracts.ids import uuid
from lambda_contracts.outcomes import Outcome
from lambda_contracts.payloads import compact
from lambda_contracts.records import Change, Record
from lambda_contracts.shapes import Shape

from lambda_emulator import recordings
from lambda_emulator.deployment import deploy
from lambda_emulator.function import FunctionPool
from lambda_emulator.settings import Settings
from lambda_emulator.steps import Here, Steps, run_all

_CHUNK = 32
"""Files that an executor is given at once: a task each would cost as much as the event."""
_CHUNKS = 64
"""Chunks that an executor is given ahead of the results that were taken."""

Invoke = Callable[[bytes], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """What became of a recorded event that was sent again.

    `recorded` says whether its outcome had been recorded; then `changes` is what is different, and the verdict has
    findings only where something is. Without, the verdict is judged by the rules of the event's front.
    """

    file: Path
    verdict: Verdict
    recorded: bool = False
    changes: tuple[Change, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether all is as it was recorded; where nothing was, whether the client gets a valid response."""
        return not self.changes if self.recorded else self.verdict.passed


def replay(
    contract: Contract, function: FunctionPool | Invoke, files: Sequence[Path], *, executor: Executor | None = None
) -> Iterator[Repeated]:
    """Send each file's event as it is and compare its outcome with the one beside it; in the order of the files.

    A pool is given as many events at once as it has room for, in this thread. Else `function` takes an event's JSON
    text and returns its outcome, in a thread or process of the executor, or in this thread without one. Raises
    EventError for a file that holds no event or outcome, or an event that Lambda would not take, and TypeError for a
    pool with an executor: its environments are this process's.
    """
    if isinstance(function, FunctionPool):
        if executor is not None:
            raise TypeError("A pool needs no executor: give an executor `pool.invoke`, or `Anywhere`.")
        yield from _repeat_beside(contract, function, files)
    elif executor is None:
        yield from _repeat_all(contract, function, files)
    else:
        yield from _repeat_on(executor, contract, function, files)


def _repeat_beside(contract: Contract, function: FunctionPool, files: Sequence[Path]) -> Iterator[Repeated]:
    works = (_repeating(contract, function, file) for file in files)
    with ThreadPoolExecutor(function.size) if function.size > 1 else Here() as executor:
        yield from run_all(works, function.size, executor)


def _repeat_on(executor: Executor, contract: Contract, invoke: Invoke, files: Sequence[Path]) -> Iterator[Repeated]:
    chunks = [files[start : start + _CHUNK] for start in range(0, len(files), _CHUNK)]
    ahead: deque[Future[list[Repeated]]] = deque()
    try:
        for chunk in chunks:
            ahead.append(executor.submit(_repeat_chunk, contract, invoke, chunk))
            while ahead[0].done() or len(ahead) >= _CHUNKS:  # results hold whole events: none is kept for long
                yield from ahead.popleft().result()
                if not ahead:
                    break
        while ahead:
            yield from ahead.popleft().result()
    finally:
        for future in ahead:
            future.cancel()


def keep(repeated: Repeated, *, redact: bool = True) -> None:
    """Record what became of an event as its outcome. Raises OSError."""
    trial, verdict = repeated.verdict.trial, repeated.verdict
    kept = recordings.kept_outcome(repeated.file)
    waits = "response" in kept if kept else trial.shape is not Shape.DIRECT
    record = Record(
        function="",
        shape=Shape((kept or {}).get("shape", trial.shape)),
        route="",
        event=json.dumps(trial.event).encode(),
        outcome=verdict.outcome,
        response=verdict.response if waits else None,
    )
    recordings.keep_outcome(repeated.file, record, redact=redact)


@dataclass(frozen=True)
class Anywhere:
    """Invokes a contract's function in whichever process it is called.

    The function is started there at the first event, and ended by `close` or with the process. Can be pickled.
    """

    contract: Contract
    settings: Settings

    def __call__(self, event: bytes) -> Outcome:
        """Handle one event."""
        with _lock:
            if self._key not in _started:
                _started[self._key] = _Started(self)
            started = _started[self._key]
        return started.function.invoke(event)

    def close(self) -> None:
        """End what was started in this process."""
        with _lock:
            started = _started.pop(self._key, None)
        if started is not None:
            started.end()

    @property
    def _key(self) -> tuple[int, Path, Settings]:
        return os.getpid(), self.contract.file, self.settings  # what a parent started is not a fork's


class _Started:
    """A function that runs in this process. `end` ends it."""

    def __init__(self, anywhere: Anywhere) -> None:
        stack = ExitStack()
        self.function = stack.enter_context(deploy(anywhere.contract, anywhere.settings)).function
        self.end = Finalize(None, stack.close, exitpriority=1)  # processes of an executor end without atexit


_started: dict[tuple[int, Path, Settings], _Started] = {}
_lock = threading.Lock()


def _repeat_all(contract: Contract, invoke: Invoke, files: Sequence[Path]) -> Iterator[Repeated]:
    for file in files:
        recorded = _Recorded(contract, file)
        yield recorded.compared(invoke(recorded.text))


def _repeat_chunk(contract: Contract, invoke: Invoke, files: Sequence[Path]) -> list[Repeated]:
    return list(_repeat_all(contract, invoke, files))


def _repeating(contract: Contract, function: FunctionPool, file: Path) -> Steps[Repeated]:
    recorded = _Recorded(contract, file)
    return recorded.compared((yield from function.exchange(recorded.text, uuid())))


class _Recorded:
    """A recorded event: the JSON text that is sent, the trial that it is, and its outcome where that is kept."""

    def __init__(self, contract: Contract, file: Path) -> None:
        self._contract, self._file = contract, file
        self._kept = kept = recordings.kept_outcome(file)
        shape = Shape(kept["shape"]) if kept and "shape" in kept else None
        text = text_of(file)
        self._trial = trial_of_text(contract, Case(name=str(file), event=str(file)), file, text, shape, bare=True)
        self.text = compact(text)  # every number as it is written

    def compared(self, outcome: Outcome) -> Repeated:
        """Return what became of it when it was sent again."""
        contract, trial, kept = self._contract, self._trial, self._kept
        if kept is None:
            return Repeated(file=self._file, verdict=judge(contract, trial, outcome))
        response = answered(contract, trial, outcome).response
        changes = records.changes(kept, outcome, response if "response" in kept else None)
        verdict = (
            judge(contract, trial, outcome) if changes else Verdict(trial=trial, outcome=outcome, response=response)
        )
        return Repeated(file=self._file, verdict=verdict, recorded=True, changes=changes)
