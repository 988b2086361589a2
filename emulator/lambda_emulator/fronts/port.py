"""What answers at one port: an API's gateway, and applications that take some paths before it."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

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


class Port:
    """One port, of one API or none.

    `max_body` is how many bytes of a body are taken in: the most that any of the applications takes.
    """

    def __init__(
        self, gateway: Gateway | None, *, beside: tuple[Beside, ...] = (), answered: Answered | None = None
    ) -> None:
        self.answered = answered
        self.change(gateway, beside)

    def change(self, gateway: Gateway | None, beside: tuple[Beside, ...]) -> None:
        """Have other applications answer further requests."""
        self.gateway, self.beside = gateway, beside
        self.max_body = max((one.max_body for one in (gateway, *beside) if one), default=0)

    def answer(self, request: Request, *, whole: bool) -> Coroutine[Any, Any, Response]:
        """Answer a request by way of whom it is for."""
        application: Application = self.gateway or _NOBODY
        for one in self.beside:
            if one.takes(request):
                application = one
                break
        answer = application.answer(request, whole=whole and len(request.body) <= application.max_body)
        return answer if self.answered is None else self._told(application, request, answer, self.answered)

    async def _told(
        self, application: Application, request: Request, answer: Coroutine[Any, Any, Response], answered: Answered
    ) -> Response:
        started = time.perf_counter()
        response = await answer
        api = application.api if isinstance(application, Gateway) else None
        answered(api, request, response, time.perf_counter() - started)
        return response


class _Nobody:
    """What answers where there is no API."""

    max_body = 0

    async def answer(self, _request: Request, *, whole: bool) -> Response:  # noqa: ARG002
        return Response(status=404, headers=(("Content-Type", "text/plain"),), body=b"No API is served at this port.\n")


_NOBODY = _Nobody()
