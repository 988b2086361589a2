"""A function over a pool of execution environments: events in, outcomes out."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lambda_contracts.errors import EventError
from lambda_contracts.outcomes import Outcome

from lambda_emulator.environments.base import Environment

Start = Callable[[], tuple[Environment, Outcome]]


class FunctionPool:
    """Up to `size` environments of one function, started when they are needed and replaced when they died.

    An environment handles one event at a time; further events wait for a free one. Safe to use from many threads.
    """

    def __init__(self, start: Start, *, size: int = 1) -> None:
        self._start = start
        self._free: list[tuple[Environment, Outcome | None]] = []
        self._slots = threading.Semaphore(size)
        self._lock = threading.Lock()

    @property
    def alive(self) -> bool:
        """Whether an environment is up and waits for an event."""
        with self._lock:
            return any(environment.alive for environment, _ in self._free)

    def initialise(self) -> Outcome:
        """Start one environment ahead of the first event; the outcome says whether the handler loaded.

        The first event's outcome has the time that took and its log, as Lambda reports them.
        """
        with self._slots:
            environment, started = self._start()
            if started.ok:
                self._keep(environment, started)
            else:
                environment.close()
            return started

    def invoke(self, event: Any, *, request_id: str | None = None) -> Outcome:
        """Handle one event: a JSON value, or the JSON text of one as bytes.

        Raises EventError for an event that is not JSON, or larger than Lambda takes.
        """
        payload = event if isinstance(event, bytes) else _encode(event)
        request_id = request_id or str(uuid.uuid4())
        with self._slots:
            environment, started = self._take()
            if started is not None and not started.ok:
                environment.close()
                return replace(started, request_id=request_id)
            try:
                outcome = environment.invoke(payload, request_id)
            except EventError:
                self._keep(environment, started)
                raise
            except BaseException:
                environment.close()
                raise
            if environment.alive:
                self._keep(environment)
            else:
                environment.close()
        if started is not None:
            outcome = replace(outcome, init_duration=started.init_duration, log=started.log + outcome.log)
        return outcome

    def _take(self) -> tuple[Environment, Outcome | None]:
        """Return a free environment, and how it started if it has had no event yet."""
        with self._lock:
            while self._free:
                environment, started = self._free.pop()
                if environment.alive:
                    return environment, started
                environment.close()
        return self._start()

    def _keep(self, environment: Environment, started: Outcome | None = None) -> None:
        with self._lock:
            self._free.append((environment, started))

    def peak_memory(self) -> int | None:
        """Return the most memory, in bytes, that an environment needed; None where that is not known."""
        with self._lock:
            peaks = [environment.peak_memory() for environment, _ in self._free]
        return max((peak for peak in peaks if peak is not None), default=None)

    def close(self) -> None:
        """End every environment."""
        with self._lock:
            while self._free:
                self._free.pop()[0].close()


_ENCODER = json.JSONEncoder(allow_nan=False)


def _encode(event: Any) -> bytes:
    try:
        return _ENCODER.encode(event).encode()
    except (TypeError, ValueError) as error:
        raise EventError(f"The event is not JSON: {error}.") from error
