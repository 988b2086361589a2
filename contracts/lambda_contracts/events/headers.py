"""Header lists: which of them reach a function, under which names, and what a front adds."""

from __future__ import annotations

from lambda_contracts.http import Headers

DROPPED_BY_REST = frozenset(
    {
        "connection",
        "content-length",
        "content-md5",
        "expect",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "www-authenticate",
    }
)
"""What a REST API keeps to itself (R11). `Via` is rewritten by CloudFront, so the client's is gone."""

HOP_BY_HOP = frozenset(
    ("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade")
)
"""What no proxy may pass on (RFC 9110, 7.6.1): HTTP APIs and function URLs are proxies (inferred)."""

SET_BY_FRONT = frozenset(
    {
        "host",
        "x-amzn-trace-id",
        "x-forwarded-for",
        "x-forwarded-port",
        "x-forwarded-proto",
        "x-amzn-tls-version",
        "x-amzn-tls-cipher-suite",
    }
)
"""What a front writes itself, whatever the client sent (R10, R60)."""

_NOT_BY_REST = DROPPED_BY_REST | SET_BY_FRONT
_NOT_BY_PROXY = HOP_BY_HOP | SET_BY_FRONT

TITLED_BY_REST = {"authorization": "Authorization", "user-agent": "User-Agent"}
TITLED_BY_HTTP_V1 = {**TITLED_BY_REST, "content-length": "Content-Length", "content-type": "Content-Type"}

Multi = dict[str, list[str]]


def by_rest(headers: Headers) -> Multi:
    """Group a client's headers as a REST API does: its case kept, but for two names (R10), some left out (R11)."""
    return _grouped(headers, _NOT_BY_REST, TITLED_BY_REST)


def by_http_v1(headers: Headers) -> Multi:
    """Group a client's headers as an HTTP API with payload 1.0 does: like a REST API, Content-Length stays (R55)."""
    return _grouped(headers, _NOT_BY_PROXY, TITLED_BY_HTTP_V1)


def by_console(headers: Headers) -> Multi:
    """Group headers as API Gateway's Test button does: what was typed in, nothing added (R16)."""
    return _grouped(headers, SET_BY_FRONT, {})


def by_http_v2(headers: Headers) -> Multi:
    """Group a client's headers under lower-case names, as payload 2.0 has them (R45, R60)."""
    return _lowered(headers, _NOT_BY_PROXY)


def by_alb(headers: Headers) -> Multi:
    """Group a client's headers under lower-case names, as a load balancer does (R72).

    It hands on even `connection`: AWS's own sample event has it.
    """
    return _lowered(headers, SET_BY_FRONT)


def last(values: Multi) -> dict[str, str]:
    """Keep the last value of each name."""
    return {name: many[-1] for name, many in values.items()}


def joined(values: Multi) -> dict[str, str]:
    """Join the values of each name with a comma and no space (R44, R45)."""
    return {name: many[0] if len(many) == 1 else ",".join(many) for name, many in values.items()}


def cookies(values: list[str]) -> list[str]:
    """Split Cookie headers into single cookies (R45)."""
    return [cookie for value in values for part in value.split(";") if (cookie := part.strip())]


def forwarded_for(headers: Headers, source_ip: str) -> str:
    """Return X-Forwarded-For: what the client sent, then where it came from."""
    came_by = ""
    for name, value in headers:
        if len(name) == 15 and name.lower() == "x-forwarded-for":
            came_by += f"{value}, "
    return came_by + source_ip


def _lowered(headers: Headers, dropped: frozenset[str]) -> Multi:
    values: Multi = {}
    for name, value in headers:
        key = name.lower()
        if key in dropped:
            continue
        if key in values:
            values[key].append(value)
        else:
            values[key] = [value]
    return values


def _grouped(headers: Headers, dropped: frozenset[str], titled: dict[str, str]) -> Multi:
    values: Multi = {}
    names: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        if key in dropped:
            continue
        known = names.get(key)
        if known is None:
            names[key] = known = titled.get(key, name)
            values[known] = [value]
        else:
            values[known].append(value)
    return values
