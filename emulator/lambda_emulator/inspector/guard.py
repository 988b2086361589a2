"""Who may use the inspector: this machine's own browser tab, or whoever was given the token.

A page of another site cannot read answers (it may not, and nothing here allows it), nor send anything: each call has a
header that only a page of this origin can add. A name of another's that leads to this machine (DNS rebinding) is
refused by its `Host`.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

from lambda_contracts.http import Request

HEADER = "X-Lambdaproof-Token"
"""What every call has to have: the token, or anything where none is asked for."""


def token_for(host: str) -> str:
    """Return what the page has to know where `host` is an address that other machines reach; else nothing."""
    return "" if _is_loopback(host) else secrets.token_urlsafe(18)


def refusal(request: Request, token: str, *, call: bool) -> str:
    """Say why a request is refused, or nothing. A `call` is one for data; the page's own files hold none."""
    hosts = _values(request, "host")
    if len(hosts) != 1:
        return "A request needs one Host header."
    if not token and not _is_loopback(_name(hosts[0])):
        return "The inspector answers to 127.0.0.1, [::1] and localhost alone."
    origins = _values(request, "origin")
    if origins and any(origin.partition("://")[2].lower() != hosts[0].lower() for origin in origins):
        return "The inspector takes nothing from pages of other origins."
    if not call:
        return ""
    if any(site not in ("same-origin", "none") for site in _values(request, "sec-fetch-site")):
        return "The inspector takes nothing from pages of other sites."
    given = request.header(HEADER)
    if given is None:
        return f"A call needs the header {HEADER}."
    if token and not hmac.compare_digest(given.encode("utf-8", "replace"), token.encode()):
        return "The token is another one: open the address that `lambdaproof serve` printed."
    return ""


def _values(request: Request, name: str) -> Sequence[str]:
    return [value for key, value in request.headers if key.lower() == name]


def _name(host: str) -> str:
    """Return the name of a Host header without its port, or nothing for what is none."""
    if any(char in host for char in "/?#@\\ "):
        return ""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
