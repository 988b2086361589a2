"""The inspector as an application beside an API: its page, and the calls that the page makes."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from importlib import resources
from typing import Any
from urllib.parse import parse_qsl

from lambda_contracts.errors import ContractsError
from lambda_contracts.http import Headers, Request, Response
from lambda_contracts.payloads import parse

from lambda_emulator.errors import LambdaproofError
from lambda_emulator.inspector import PREFIX, guard
from lambda_emulator.inspector.calls import Calls, Refused

_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_ROOT = PREFIX.removesuffix("/")
_CALL = f"{PREFIX}api/"
_MOST_BODY = 8 * 1024 * 1024
"""Bytes: an event of the most that Lambda takes, as a string of JSON."""

_HEADERS: Headers = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    ),
)
"""Nothing but the page's own files runs, nothing frames it, and nothing makes elements of a text."""


@dataclass(frozen=True, slots=True)
class Inspector:
    """The page and its calls. `token` is what a caller has to know: nothing where only this machine reaches it."""

    calls: Calls
    token: str = ""

    @property
    def max_body(self) -> int:
        """How many bytes of a body are taken in."""
        return _MOST_BODY

    @staticmethod
    def takes(request: Request) -> bool:
        """Whether a request is for the inspector."""
        path = request.path
        return path.startswith(_ROOT) and path[len(_ROOT) : len(_ROOT) + 1] in ("", "/")

    async def answer(self, request: Request, *, whole: bool) -> Response:
        """Answer a request: a file of the page, or a call as JSON; a refusal says why."""
        call = request.path.startswith(_CALL)
        refused = guard.refusal(request, self.token, call=call)
        if refused:
            return _refusal(HTTPStatus.FORBIDDEN, refused)
        if not call:
            return _page(request)
        if not whole:
            return _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Lambda takes no such event: it is over 6 MB.")
        try:
            return _json(HTTPStatus.OK, await self._called(request))
        except Refused as error:
            return _refusal(error.status, error.problem)
        except ContractsError as error:
            return _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, getattr(error, "problem", str(error)))
        except LambdaproofError as error:
            return _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"{error.problem} {error.hint}".strip())

    async def _called(self, request: Request) -> Any:
        """Make the call that a request names: `GET .../api/invocations/7`, `POST .../api/invocations/7/case`."""
        name, *rest = request.path.removeprefix(_CALL).split("/")
        number, _, action = "/".join(rest).partition("/")
        key = f"{request.method} {name}{'/N' if number else ''}{f'/{action}' if action else ''}"
        call = self._table().get(key)
        if call is None:
            raise Refused(HTTPStatus.NOT_FOUND, f"There is no such call: {key}.")
        return await call(number, request)

    def _table(self) -> Mapping[str, Callable[[str, Request], Awaitable[Any]]]:
        calls = self.calls
        return {
            "GET functions": lambda _, __: _now(calls.functions()),
            "GET rules": lambda _, __: _now(calls.rules()),
            "GET latency": lambda _, request: _now(calls.latency(_query(request).get("function", ""))),
            "GET invocations": lambda _, request: calls.since(_number(_query(request).get("after", "0"))),
            "GET invocations/N": lambda number, request: calls.view(_number(number), _address(request)),
            "GET invocations/N/event": lambda number, _: calls.event(_number(number)),
            "GET invocations/N/shapes": lambda number, _: calls.shapes(_number(number)),
            "POST invocations/N/trace": lambda number, _: calls.trace(_number(number)),
            "POST invocations/N/again": lambda number, request: calls.again(_number(number), _body(request)),
            "POST invocations/N/case": lambda number, request: calls.save(_number(number), _body(request)),
        }


async def _now(value: Any) -> Any:
    return value


def _address(request: Request) -> str:
    return f"http://{request.header('host')}"


def _query(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.query))


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 16:
        return int(text)
    raise Refused(HTTPStatus.BAD_REQUEST, f"{text[:40]!r} is no number of an invocation.")


def _body(request: Request) -> dict[str, Any]:
    try:
        value = parse(request.body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Refused(HTTPStatus.BAD_REQUEST, "The body of this call is a JSON object.")
    return value


def _page(request: Request) -> Response:
    """Return one of the page's files."""
    if request.path == _ROOT:
        return Response(status=HTTPStatus.PERMANENT_REDIRECT, headers=(("Location", PREFIX), *_HEADERS))
    if request.method not in ("GET", "HEAD"):
        return _refusal(HTTPStatus.METHOD_NOT_ALLOWED, "The page's files are read with GET.")
    name = request.path.removeprefix(PREFIX) or "index.html"
    content = _files().get(name)
    if content is None:
        return _refusal(HTTPStatus.NOT_FOUND, "The inspector has no such file.")
    kind = _TYPES[name[name.rindex(".") :]]
    return Response(status=200, headers=(("Content-Type", f"{kind}; charset=utf-8"), *_HEADERS), body=content)


@cache
def _files() -> Mapping[str, bytes]:
    folder = resources.files("lambda_emulator.inspector") / "page"
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.name[one.name.rfind(".") :] in _TYPES}


def _refusal(status: int, problem: str) -> Response:
    return _json(status, {"error": problem})


def _json(status: int, value: Any) -> Response:
    body = json.dumps(value).encode()  # no half of a pair of surrogates stands in it as it is
    return Response(status=status, headers=(("Content-Type", "application/json"), *_HEADERS), body=body)
