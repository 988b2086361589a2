"""One HTTP request over the wire: its headers as they are written, and no others."""

from __future__ import annotations

import contextlib
import http.client
from urllib.parse import urlsplit

from lambda_contracts.http import Request, Response

from lambda_emulator.errors import GatewayUnavailable

SECONDS = 60.0
"""How long an answer may take: a gateway may have to start the function first."""


def send(url: str, request: Request, *, hint: str = "") -> Response:
    """Send a request below a URL and return the answer; nothing is sent twice, and no redirect is followed.

    Raises GatewayUnavailable, with a hint on what to do, when there is no answer.
    """
    base = urlsplit(url)
    kind = http.client.HTTPSConnection if base.scheme == "https" else http.client.HTTPConnection
    target = base.path.rstrip("/") + request.path + (f"?{request.query}" if request.query else "")
    try:
        with contextlib.closing(kind(base.hostname or "", base.port, timeout=SECONDS)) as connection:
            connection.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in request.headers:
                connection.putheader(name, value)
            connection.endheaders(request.body or None)
            answer = connection.getresponse()
            return Response(status=answer.status, headers=tuple(answer.getheaders()), body=answer.read())
    except (OSError, ValueError, http.client.HTTPException) as error:  # a path that HTTP cannot say is a ValueError
        problem = f"{url} does not answer {request.method} {request.path}: {error!r}."
        raise GatewayUnavailable(problem, hint=hint) from error
