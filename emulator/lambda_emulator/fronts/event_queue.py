"""Asynchronous invocations: events that nobody waits for, tried again when the function fails (R93)."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass

from lambda_contracts.http import Request
from lambda_contracts.invoke_api import Condition, InvocationType, record
from lambda_contracts.outcomes import Outcome
from lambda_contracts.payloads import json_text
from lambda_contracts.shapes import Shape

from lambda_emulator.environments.variables import function_arn
from lambda_emulator.errors import LambdaproofError, Throttled
from lambda_emulator.fronts.invocations import Functions, Invocation

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """When an event is tried again, in seconds; the defaults are short.

    `delays` are the waits after a function error, one a retry: (60, 120) on Lambda. `backoff` is the first wait of an
    event that is throttled, doubled each time, and the longest: (1, 300) on Lambda. `max_age` is how old an event gets.
    """

    delays: tuple[float, ...] = (1.0, 2.0)
    backoff: tuple[float, float] = (0.1, 5.0)
    max_age: float = 6 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event for a function, from the request that brought it."""

    function: str
    request_id: str
    payload: bytes
    request: Request


class EventQueue:
    """Gives functions their events in the background of the event loop, and logs what a destination would be told."""

    def __init__(self, functions: Functions, retries: Retries) -> None:
        self._functions = functions
        self._retries = retries

    def put(self, event: Event) -> None:
        """Take an event. Those that are left when the loop ends are lost."""
        self._functions.driver.begin(self._deliver(event))

    async def _deliver(self, event: Event) -> None:
        expires = time.monotonic() + self._retries.max_age
        delays = iter(self._retries.delays)
        outcome: Outcome | None = None
        attempts, condition = 0, Condition.EVENT_AGE_EXCEEDED
        while (ended := await self._attempt(event, expires)) is not None:
            outcome, attempts = ended, attempts + 1
            delay = next(delays, None)
            if outcome.ok or delay is None:
                condition = Condition.SUCCESS if outcome.ok else Condition.RETRIES_EXHAUSTED
                break
            if not await _slept(delay, expires):
                break
        told = record(
            condition,
            outcome,
            request_id=event.request_id,
            arn=function_arn(event.function),
            payload=event.payload,
            attempts=attempts,
            at=time.time(),
        )
        log.log(logging.INFO if condition is Condition.SUCCESS else logging.WARNING, "%s", json_text(told))

    async def _attempt(self, event: Event, expires: float) -> Outcome | None:
        """Invoke the function as soon as it has an environment free; None when the event got too old before."""
        wait, longest = self._retries.backoff
        while time.monotonic() <= expires:
            started = time.time()
            try:
                outcome = await self._functions.invoke(event.function, event.payload, request_id=event.request_id)
            except LambdaproofError as error:
                if not isinstance(error, Throttled):
                    log.error("%s could not be invoked and will be tried again: %s", event.function, error)
                if not await _slept(wait, expires):
                    break
                wait = min(wait * 2, longest)
            else:
                self._tell(event, outcome, started)
                return outcome
        return None

    def _tell(self, event: Event, outcome: Outcome, started: float) -> None:
        self._functions.tell(
            Invocation(
                function=event.function,
                shape=Shape.DIRECT,
                route=InvocationType.EVENT,
                event=event.payload,
                outcome=outcome,
                request=event.request,
                at=started,
            )
        )


async def _slept(seconds: float, expires: float) -> bool:
    """Wait for some seconds, unless it would get too late; say whether."""
    if time.monotonic() + seconds > expires:
        return False
    await asyncio.sleep(seconds)
    return True
