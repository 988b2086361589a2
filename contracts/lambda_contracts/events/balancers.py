"""The events of load balancers."""

from __future__ import annotations

from typing import Any

from lambda_contracts.events import bodies, headers, queries
from lambda_contracts.events.source import Source
from lambda_contracts.http import Request
from lambda_contracts.route import Route

Event = dict[str, Any]


def alb(request: Request, route: Route, source: Source) -> Event:
    """Return a load balancer's event without multi-value headers: the last value of each name (R70-R73)."""
    multi = _balanced_headers(request, route, source)
    return _balanced(
        request,
        route,
        multi,
        {"queryStringParameters": headers.last(queries.grouped(queries.raw_pairs(request.query)))},
        {"headers": headers.last(multi)},
    )


def alb_multi(request: Request, route: Route, source: Source) -> Event:
    """Return a load balancer's event with multi-value headers: every value of each name (R70-R73)."""
    multi = _balanced_headers(request, route, source)
    return _balanced(
        request,
        route,
        multi,
        {"multiValueQueryStringParameters": queries.grouped(queries.raw_pairs(request.query))},
        {"multiValueHeaders": multi},
    )


def _balanced_headers(request: Request, route: Route, source: Source) -> headers.Multi:
    sent = headers.by_alb(request.headers)
    default = route.domain_name or f"lambda-{route.api_id}.{route.region}.elb.amazonaws.com"
    return sent | {
        "host": [_last(sent, "host") or default],
        "x-amzn-trace-id": [source.trace(source.clock())],
        "x-forwarded-for": [headers.forwarded_for(request.headers, request.source_ip)],
        "x-forwarded-port": ["443"],
        "x-forwarded-proto": ["https"],
    }


def _last(values: headers.Multi, name: str) -> str | None:
    found = values.get(name)
    return found[-1] if found else None


def _balanced(request: Request, route: Route, multi: headers.Multi, query: Event, header_map: Event) -> Event:
    binary = bodies.is_binary_alb(_last(multi, "content-type"), _last(multi, "content-encoding"))
    group = f"targetgroup/lambda-{route.api_id}/49e9d65c45c6791a"
    arn = f"arn:aws:elasticloadbalancing:{route.region}:{route.account_id}:{group}"
    return {
        "requestContext": {"elb": {"targetGroupArn": arn}},
        "httpMethod": request.method,
        "path": request.path,
        **query,
        **header_map,
        "body": bodies.base64_text(request.body) if binary else bodies.text(request.body),
        "isBase64Encoded": binary and bool(request.body),
    }
