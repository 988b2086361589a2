"""Which endpoint of an API a request leads to: compiled once, asked for every request."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lambda_contracts.errors import ApiError
from lambda_contracts.events.paths import collapse, decoded, path_parameters
from lambda_contracts.refusals import Reason, Refusal, refusal
from lambda_contracts.shapes import Shape

if TYPE_CHECKING:
    from lambda_contracts.api import Api, Endpoint
    from lambda_contracts.http import Request
    from lambda_contracts.route import Route

DEFAULT = "$default"
"""An HTTP API's stage and route for everything else."""
ANY = "ANY"
REST_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
"""What ANY stands for on a REST API (R100u)."""

_KNOWN = 256
"""How many methods and paths each a way through the resources is kept of."""
_HTTP_APIS = (Shape.HTTP_V1, Shape.HTTP_V2)


@dataclass(frozen=True, slots=True)
class Match:
    """Where a request leads to.

    `request` is as the API sees it, without the stage or base path in front of its path: what `events.build` takes,
    with the `route` of the endpoint.
    """

    endpoint: Endpoint
    request: Request
    front: Shape

    @property
    def route(self) -> Route:
        """The route of the endpoint."""
        return self.endpoint.route

    @property
    def path_parameters(self) -> Mapping[str, str]:
        """The path parameters as the front's event has them: encoded from a REST API, decoded from an HTTP API."""
        found = path_parameters(self.route.path, collapse(self.request.path))
        return (decoded(found) if self.front in _HTTP_APIS else found) or {}

    @property
    def route_key(self) -> str:
        """The route as an HTTP API names it: `GET /items/{id}`, or `$default` (R42)."""
        return DEFAULT if self.route.path == DEFAULT else f"{self.route.method} {self.route.path}"


@dataclass(slots=True)
class _Node:
    """A resource: its children, and the endpoints of its methods."""

    literals: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    greedy: dict[str, Endpoint] = field(default_factory=dict)
    methods: dict[str, Endpoint] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


_Numbered = tuple[tuple[int, "Endpoint"], ...]
"""Endpoints, each with its index in the API."""
_Find = Callable[[str, str], "Endpoint | None"]
"""From a method and a path without stage to an endpoint."""


@dataclass(frozen=True, slots=True)
class Router:
    """An API, ready to be asked. `prefixes` are its stages and base paths, each with what lies behind it."""

    front: Shape
    prefixes: tuple[tuple[str, _Find], ...]
    bare: _Find | None

    def find(self, request: Request) -> Match | Refusal:
        """Return where a request leads to, or what the front answers instead. Rules R15, R59, R100-R105."""
        path = request.path or "/"
        if self.prefixes:
            shown = collapse(path)
            for prefix, find in self.prefixes:
                if shown.startswith(prefix) and shown[len(prefix) : len(prefix) + 1] in ("", "/"):
                    return self._found(find, replace(request, path=shown[len(prefix) :] or "/"))
        if self.bare is None:
            return refusal(self.front, Reason.NO_STAGE)
        return self._found(self.bare, request if request.path else replace(request, path=path))

    def _found(self, find: _Find, request: Request) -> Match | Refusal:
        endpoint = find(request.method, request.path)
        if endpoint is None:
            return refusal(self.front, Reason.NO_ROUTE)
        return Match(endpoint, request, self.front)


def compile(api: Api) -> Router:  # noqa: A001 -- as re.compile, and called as routing.compile
    """Make an API ready to be asked.

    Raises ApiError when it has no endpoints, when two of them are alike, or when AWS would not create it.
    """
    if not api.endpoints:
        raise ApiError(api.name, "it has no routes.")
    make = _MAKERS[api.front]
    if make is _any_path or make is _patterns:
        return Router(api.front, (), make(api, tuple(enumerate(api.endpoints))))
    groups: dict[str, list[tuple[int, Endpoint]]] = {}
    for index, endpoint in enumerate(api.endpoints):
        groups.setdefault(_prefix(endpoint.route), []).append((index, endpoint))
    found = {prefix: lru_cache(_KNOWN)(make(api, tuple(endpoints))) for prefix, endpoints in groups.items()}
    bare = found.pop("", None)
    return Router(api.front, tuple(sorted(found.items(), key=lambda item: -len(item[0]))), bare)


def _prefix(route: Route) -> str:
    """Return what a URL has in front of the path: a base path, or the stage if the route names one (R103)."""
    name = route.base_path or ("" if route.stage == DEFAULT else route.stage)
    return f"/{name}" if name else ""


def _resources(api: Api, endpoints: _Numbered) -> _Find:
    """Route as a REST API does (R100, R104)."""
    root = _tree(api, endpoints)

    def find(method: str, path: str) -> Endpoint | None:
        return _nearest(root, _segments(path, keep_slash=False), 0, method, method in REST_METHODS)

    return find


def _routes(api: Api, endpoints: _Numbered) -> _Find:
    """Route as an HTTP API does: full matches, then greedy ones, then `$default` (R101)."""
    default = [numbered for numbered in endpoints if numbered[1].route.path == DEFAULT]
    if len(default) > 1:
        raise ApiError(api.name, "two routes are `$default`.", default[1][0])
    root = _tree(api, tuple(numbered for numbered in endpoints if numbered[1].route.path != DEFAULT))
    fallback = default[0][1] if default else None

    def find(method: str, path: str) -> Endpoint | None:
        segments = _segments(path, keep_slash=True)
        return _full(root, segments, 0, method) or _greedy(root, segments, 0, method) or fallback

    return find


def _patterns(api: Api, endpoints: _Numbered) -> _Find:
    """Route as the rules of a load balancer's listener do, in their order (R102)."""
    seen: set[tuple[str, str]] = set()
    for index, endpoint in endpoints:
        key = (endpoint.route.method, _pattern(endpoint.route.path))
        if key in seen:
            raise _alike(api, endpoint, index)
        seen.add(key)
    rules = [(one.route.method, re.compile(_pattern(one.route.path), re.S).fullmatch, one) for _, one in endpoints]

    def find(method: str, path: str) -> Endpoint | None:
        for wanted, matches, endpoint in rules:
            if wanted in (ANY, method) and matches(path):
                return endpoint
        return None

    return find


def _any_path(api: Api, endpoints: _Numbered) -> _Find:
    """Route as a function URL does: everything to its function (R105)."""
    if len(endpoints) > 1:
        raise ApiError(api.name, "a function URL leads to one function, by one route.", 1)
    only = endpoints[0][1]
    return lambda _method, _path: only


_MAKERS: Mapping[Shape, Callable[[Api, _Numbered], _Find]] = {
    Shape.REST: _resources,
    Shape.HTTP_V1: _routes,
    Shape.HTTP_V2: _routes,
    Shape.FUNCTION_URL: _any_path,
    Shape.ALB: _patterns,
    Shape.ALB_MULTI: _patterns,
}


def _pattern(path: str) -> str:
    """Return the regular expression of a path pattern; a route's `{parameter}` counts as `*` (R102u)."""
    if path == DEFAULT:
        return ".*"
    parts = re.split(r"(\{[^{}]*\}|[*?])", path)
    return "".join("." if part == "?" else ".*" if part[:1] in ("{", "*") else re.escape(part) for part in parts)


def _segments(path: str, *, keep_slash: bool) -> list[str]:
    """Cut a path and decode its segments (R104u); a trailing slash is one more, empty segment where it is kept."""
    path = path.lstrip("/")
    if path.endswith("/") and not keep_slash:
        path = path[:-1]
    if "%" in path:
        return [unquote(part) for part in path.split("/")]
    return path.split("/")


def _tree(api: Api, endpoints: _Numbered) -> _Node:
    root = _Node()
    for index, endpoint in endpoints:
        node = root
        *parents, last = endpoint.route.path.strip("/").split("/")
        for part in parents:
            if part.endswith("+}"):
                raise ApiError(api.name, f"`{part}` is not the last part of `{endpoint.route.path}`.", index)
            node = _child(api, node, part, index)
        methods = _leaf(api, node, last, index)
        if endpoint.route.method in methods:
            raise _alike(api, endpoint, index)
        methods[endpoint.route.method] = endpoint
    return root


def _leaf(api: Api, node: _Node, part: str, index: int) -> dict[str, Endpoint]:
    if part.startswith("{") and part.endswith("+}"):
        _name(api, node, part, index)
        return node.greedy
    return _child(api, node, part, index).methods


def _child(api: Api, node: _Node, part: str, index: int) -> _Node:
    if not (part.startswith("{") and part.endswith("}")):
        return node.literals.setdefault(part, _Node())
    _name(api, node, part, index)
    node.parameter = node.parameter or _Node()
    return node.parameter


def _name(api: Api, node: _Node, part: str, index: int) -> None:
    """Note a parameter's name; a REST API takes one at each place (R100)."""
    node.names.add(part)
    if api.front is Shape.REST and len(node.names) > 1:
        told = " and ".join(f"`{name}`" for name in sorted(node.names))
        raise ApiError(api.name, f"{told} stand at the same place, where a REST API takes one parameter.", index)


def _alike(api: Api, endpoint: Endpoint, index: int) -> ApiError:
    return ApiError(api.name, f"another route answers {endpoint.route.method} {endpoint.route.path} too.", index)


def _method(methods: dict[str, Endpoint], method: str, any_counts: bool = True) -> Endpoint | None:
    return methods.get(method) or (methods.get(ANY) if any_counts else None)


def _nearest(node: _Node, segments: list[str], at: int, method: str, any_counts: bool) -> Endpoint | None:
    """Walk down the resources, nearest first, and back up where the method is missing."""
    if at == len(segments):
        return _method(node.methods, method, any_counts)
    part = segments[at]
    if (child := node.literals.get(part)) and (found := _nearest(child, segments, at + 1, method, any_counts)):
        return found
    if part and (child := node.parameter) and (found := _nearest(child, segments, at + 1, method, any_counts)):
        return found
    return _method(node.greedy, method, any_counts) if node.greedy and segments[at:] != [""] else None


def _full(node: _Node, segments: list[str], at: int, method: str) -> Endpoint | None:
    """Find the route that matches every segment."""
    if at == len(segments):
        return _method(node.methods, method)
    part = segments[at]
    if (child := node.literals.get(part)) and (found := _full(child, segments, at + 1, method)):
        return found
    return _full(node.parameter, segments, at + 1, method) if part and node.parameter else None


def _greedy(node: _Node, segments: list[str], at: int, method: str) -> Endpoint | None:
    """Find the longest route with a greedy parameter."""
    if at == len(segments):
        return None
    part = segments[at]
    if (child := node.literals.get(part)) and (found := _greedy(child, segments, at + 1, method)):
        return found
    if part and (child := node.parameter) and (found := _greedy(child, segments, at + 1, method)):
        return found
    return _method(node.greedy, method)
