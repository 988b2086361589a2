"""What answers at one port: an API's gateway, and applications that take some paths before it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from lambda_contracts.api import Api
from lambda_contracts.http import Request, Response

from lambda_emulator.fronts.gateway import Gateway
from lambda_emulator.fronts.wire import Application

Answered = Callable[[Api | None, Request, Response, float], None]
"""Told of each answer: its API (None: another application's), the request, the response, and the seconds it took."""


class Beside(Application, Protocol):
    """An application that shares a port with an API."""

    def takes(self, request: Request) -> bool:
        """Whether a request is this application's and not the API's."""


@dataclass(slots=True)
class Port:
    """One port, of one API or none. `gateway` may be exchanged: further requests go to the new one."""

    gateway: Gateway | None
    beside: tuple[Beside, ...] = ()
    answered: Answered | None = None

    @property
    def max_body(self) -> int:
        """How many bytes of a body are taken in: the most that any of the applications takes."""
        return max(one.max_body for one in self._applications())

    async def answer(self, request: Request, *, whole: bool) -> Response:
        """Answer a request by way of whom it is for."""
        started = time.perf_counter()
        application = next((one for one in self.beside if one.takes(request)), self.gateway)
        if application is None:
            response = _NOTHING
        else:
            whole = whole and len(request.body) <= application.max_body
            response = await application.answer(request, whole=whole)
        if self.answered is not None:
            api = application.api if isinstance(application, Gateway) else None
            self.answered(api, request, response, time.perf_counter() - started)
        return response

    def _applications(self) -> tuple[Application, ...]:
        return self.beside if self.gateway is None else (self.gateway, *self.beside)


_NOTHING = Response(status=404, headers=(("Content-Type", "text/plain"),), body=b"No API is served at this port.\n")
