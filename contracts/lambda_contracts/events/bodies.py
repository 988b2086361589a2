"""Bodies: which ones a front sends as text and which as base64."""

from __future__ import annotations

from base64 import b64encode

_TEXT_TYPES = ("application/json", "application/xml", "application/javascript")


def media_type(content_type: str | None) -> str:
    """Return a Content-Type without its parameters, lower-cased; empty when there is none."""
    return content_type.partition(";")[0].strip().lower() if content_type else ""


def is_binary_rest(content_type: str | None, binary_media_types: tuple[str, ...]) -> bool:
    """Say whether a REST API passes this body as base64: its type is one of the API's binaryMediaTypes (R12).

    A request without a Content-Type counts as `application/json`.
    """
    if not binary_media_types:
        return False
    sent = media_type(content_type) or "application/json"
    family = sent.partition("/")[0] + "/*"
    return any(listed.lower() in ("*/*", family, sent) for listed in binary_media_types)


def is_binary_http(content_type: str | None) -> bool:
    """Say whether an HTTP API or a function URL passes this body as base64 (R47, R60).

    Text, JSON, XML and JavaScript stay text. All else is base64, a form (`application/x-www-form-urlencoded`) and a
    body without a Content-Type included: measured on AWS in https://github.com/ministackorg/ministack/pull/766.
    """
    sent = media_type(content_type)
    return not (sent.startswith("text/") or sent in _TEXT_TYPES)


def is_binary_alb(content_type: str | None, content_encoding: str | None) -> bool:
    """Say whether a load balancer passes this body as base64: always when it is encoded, else by type (R73)."""
    return content_encoding is not None or is_binary_http(content_type)


def text(body: bytes) -> str:
    """Return a body sent as text; what is not UTF-8 in it turns into U+FFFD, for good."""
    return body.decode("utf-8", "replace")


def base64_text(body: bytes) -> str:
    """Return a body sent as base64."""
    return b64encode(body).decode("ascii")


def is_utf8(body: bytes) -> bool:
    """Say whether these bytes are UTF-8 text."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
