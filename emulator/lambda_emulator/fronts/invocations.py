"""The functions behind a server, and what is told of each invocation to whoever listens."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import ParamSpec

from lambda_contracts.events import FRESH
from lambda_contracts.http import Request, Response
from lambda_contracts.outcomes import Outcome
from lambda_contracts.shapes import Shape

from lambda_emulator.fronts.loop import Drive, Driver
from lambda_emulator.function import FunctionPool

log = logging.getLogger(__name__)

P = ParamSpec("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """One event that a function was given, and what came of it.

    `event` is its JSON text. `shape` is the front's that made it of `request`, or `direct`; `route` says where
    (`POST /predict`). `response` is what a front sent its client, None for an SDK's. `at` is in seconds since 1970.
    """

    function: str
    shape: Shape
    route: str
    event: bytes
    outcome: Outcome
    request: Request | None = None
    response: Response | None = None
    at: float = 0.0


Listener = Callable[[Invocation], None]


@dataclass(slots=True)
class Functions:
    """Functions by name. `listeners` are told of every invocation, in the event loop; they must be quick.

    The server that they are behind gives them its `driver`.
    """

    pools: Mapping[str, FunctionPool]
    listeners: list[Listener] = field(default_factory=list)
    driver: Driver = field(init=False)

    def invoke(
        self,
        name: str,
        payload: bytes,
        *,
        request_id: str | None = None,
        client_context: str | None = None,
        seconds: float | None = None,
        late: Callable[[Outcome], None] | None = None,
    ) -> Drive[Outcome]:
        """Give a function one event, and wait for its outcome at most some seconds; `late` is told one that came later.

        Raises KeyError and EventError; awaiting it may raise TimeoutError, Throttled or another LambdaproofError.
        """
        steps = self.pools[name].exchange(payload, request_id or FRESH.uuid(), client_context)
        return Drive(self.driver, steps, seconds=seconds, late=late)

    def afterwards(self, call: Callable[P, None]) -> Callable[P, None]:
        """Return a function that has another called when the answer that is being made is on its way."""

        def later(*args: P.args, **kwargs: P.kwargs) -> None:
            self.driver.later(partial(call, *args, **kwargs))

        return later

    def tell_afterwards(self, invocation: Callable[[], Invocation]) -> None:
        """Tell every listener when the answer that is being made is on its way."""
        if self.listeners:
            self.driver.later(lambda: self.tell(invocation()))

    def tell(self, invocation: Invocation) -> None:
        """Tell every listener; one that fails is logged and changes no answer."""
        for listener in self.listeners:
            try:
                listener(invocation)
            except Exception:
                log.exception("An invocation could not be noted")
