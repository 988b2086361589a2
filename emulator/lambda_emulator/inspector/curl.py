"""A line for a shell that sends a request again."""

from __future__ import annotations

import base64
import shlex

from lambda_contracts.http import Request

_CURLS_OWN = frozenset({"host", "content-length", "connection", "transfer-encoding", "expect"})
LONGEST = 100_000
"""Bytes: a shell takes no longer argument."""


def command(request: Request, base: str) -> str:
    """Return the line for a request to a server's address, `http://127.0.0.1:3000`; empty where the body is too long.

    What would not survive a shell or a terminal goes in as base64.
    """
    target = base + request.path + (f"?{request.query}" if request.query else "")
    words = ["curl", "-sS", "--path-as-is", "-X", request.method, _quoted(target)]
    for name, value in request.headers:
        if name.lower() not in _CURLS_OWN:
            words += ["-H", _quoted(f"{name}: {value}" if value else f"{name};")]
    if not request.body:
        return " ".join(words)
    if len(request.body) > LONGEST:
        return ""
    text = _text(request.body)
    if text is not None and not text.startswith("@"):
        return " ".join((*words, "--data-binary", shlex.quote(text)))
    encoded = base64.b64encode(request.body).decode()
    return f"printf %s {encoded} | base64 -d | {' '.join(words)} --data-binary @-"


def _quoted(text: str) -> str:
    """Quote an argument; what no terminal shows is left out: no header or path that came over HTTP has any."""
    return shlex.quote("".join(char for char in text if char.isprintable()))


def _text(body: bytes) -> str | None:
    """Return a body as text where a terminal shows all of it."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return text if all(char.isprintable() or char in "\n\t" for char in text) else None
