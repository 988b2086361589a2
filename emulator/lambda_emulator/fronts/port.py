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
    """One port. `gateway` may be exchanged while requests are answered: further ones go to the new one."""

    gateway: Gateway
    beside: tuple[Beside, ...] = ()
    answered: Answered | None = None

    @property
    def max_body(self) -> int:
        """How many bytes of a body are taken in: the most that any of the applications takes."""
        return max(self.gateway.max_body, *(one.max_body for one in self.beside), 0)

    async def answer(self, request: Request, *, whole: bool) -> Response:
        """Answer a request by way of whom it is for."""
        started = time.perf_counter()
        other = next((one for one in self.beside if one.takes(request)), None)
        application: Application = other or self.gateway
        if whole and len(request.body) > application.max_body:
            whole = False
        response = await application.answer(request, whole=whole)
        if self.answered is not None:
            api = None if other else self.gateway.api
            self.answered(api, request, response, time.perf_counter() - started)
        return response
