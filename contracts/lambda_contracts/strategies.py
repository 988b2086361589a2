"""Hypothesis strategies: requests, routes and events of a shape, for tests of your own handlers.

    from hypothesis import given
    from lambda_contracts import strategies
    from lambda_contracts.shapes import Shape

    @given(strategies.events(Shape.REST))
    def test_the_handler_answers_every_rest_event(event): ...

Every event is one that AWS could have sent: it passes `shapes.validate`. They are varied from a built one instead of
drawn key by key, which is fast, and shrinks to a plain GET without query, headers and body, or to the plain sample.
Needs the extra `hypothesis`.
"""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from itertools import product
from typing import Any

from hypothesis import strategies as st

from lambda_contracts.events import Source, build
from lambda_contracts.events.samples import sample
from lambda_contracts.http import Request
from lambda_contracts.mutations import CHANGES, ENVELOPES, Path, changed
from lambda_contracts.mutations import paths as paths_of
from lambda_contracts.route import Route
from lambda_contracts.schemas import Schema, drawing, read
from lambda_contracts.shapes import HTTP_SHAPES, TABLE, Nothing, Row, Shape
from lambda_contracts.shapes.table import steps
from lambda_contracts.targets import Targets

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_PATH_CHARACTERS = string.ascii_letters + string.digits + "-._~!$&'()*+,;=:@"
_ENCODED = ("%20", "%2B", "%2F", "%25", "%C3%A9", "%E2%98%95", "%41")
_HEADER_NAMES = (
    "accept",
    "Accept",
    "Accept-Encoding",
    "AUTHORIZATION",
    "Connection",
    "Content-Length",
    "cookie",
    "Cookie",
    "host",
    "user-agent",
    "User-Agent",
    "Via",
    "X-Forwarded-For",
    "x-api-key",
    "X-Custom",
    "x-custom",
)
_HEADER_VALUES = ("*/*", "text/html, application/json", "a=1; b=2", "", "curl/8.5.0", "x", "gzip", "é")
_QUERY_PARTS = ("", "a", "q", "a+b", "x%2By", "%C3%A9", "a%20b", "1;2", "a,b")
_CONTENT_TYPES = (
    "application/json",
    "application/json; charset=utf-8",
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "image/png",
)
_TEMPLATES = ("/{proxy+}", "/a/{id}", "/a/{id}/b/{name}", "/predict", "/v1/{proxy+}")
_ADDRESSES = ("127.0.0.1", "203.0.113.7", "2001:db8::1")
_AUTHORIZERS: tuple[dict[str, Any] | None, ...] = (
    None,
    {"claims": {"sub": "1"}},
    {"principalId": "user", "tenant": "a"},
)

# One draw out of a product costs a tenth of one draw a factor, and shrinks to the first of each all the same.
_HEADER_PAIRS = st.sampled_from(tuple(product(_HEADER_NAMES, _HEADER_VALUES)))
_QUERY_PAIRS = st.sampled_from(tuple("".join(parts) for parts in product(_QUERY_PARTS, ("=", ""), _QUERY_PARTS)))
_ENVELOPES = st.sampled_from(
    tuple(product(_METHODS, _ADDRESSES, ((), *((("Content-Type", name),) for name in _CONTENT_TYPES))))
)
_ROUTES = st.sampled_from(
    tuple(
        Route(
            method=method,
            path=path,
            stage=stage,
            base_path=base_path,
            binary_media_types=binary,
            stage_variables=variables,
            authorizer=authorizer,
        )
        for path, stage, base_path, binary, variables, authorizer, method in product(
            _TEMPLATES,
            ("", "dev", "v1"),
            ("", "base", "v1"),
            ((), ("*/*",), ("image/*", "application/octet-stream")),
            (None, {"table": "wines"}),
            _AUTHORIZERS,
            ("POST", "ANY"),
        )
    )
)
_SEEDS = st.integers(0, 2**16)


JSON_VALUES = drawing.JSON_VALUES
"""Any JSON value, small."""


def paths() -> st.SearchStrategy[str]:
    """Raw paths: percent-encoded, with doubled and trailing slashes now and then."""
    part = st.text(_PATH_CHARACTERS, max_size=4) | st.sampled_from(_ENCODED)
    return st.lists(part, max_size=5).map(lambda parts: "/" + "/".join(parts))


def queries() -> st.SearchStrategy[str]:
    """Raw queries: duplicates, empty values, names without a value, `+` and `%2B`."""
    return st.lists(_QUERY_PAIRS, max_size=4).map("&".join)


def headers() -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    """Header lists: mixed case, duplicates, cookies, hop-by-hop headers and such that fronts write themselves."""
    return st.lists(_HEADER_PAIRS, max_size=5).map(tuple)


def bodies() -> st.SearchStrategy[bytes]:
    """Bodies: none, JSON, text, and bytes that are no text."""
    return st.just(b"") | JSON_VALUES.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=12)


_PART = st.text(_PATH_CHARACTERS, min_size=1, max_size=4) | st.sampled_from(_ENCODED)
_PARTS = {
    "{id}": _PART,
    "{name}": _PART,
    "{proxy+}": st.lists(_PART, min_size=1, max_size=3).map("/".join),
}


def _path_of(template: str) -> st.SearchStrategy[str]:
    parts = st.fixed_dictionaries({name: part for name, part in _PARTS.items() if name in template})
    filled = parts.map(lambda values: reduce(lambda path, name: path.replace(name, values[name]), values, template))
    return st.tuples(filled, _SLASHES).map(lambda drawn: drawn[1].replace("path", drawn[0]))


_SLASHES = st.sampled_from(("path", "path/", "/path", "/path/"))
_PATHS = {template: _path_of(template) for template in _TEMPLATES}


@st.composite
def requests(
    draw: st.DrawFn, *, path: st.SearchStrategy[str] | None = None, body: st.SearchStrategy[bytes] | None = None
) -> Request:
    """HTTP requests of every kind, or with the paths and bodies of the given strategies."""
    method, source_ip, content_type = draw(_ENVELOPES)
    return Request(
        method=method,
        path=draw(paths() if path is None else path),
        query=draw(queries()),
        headers=draw(headers()) + content_type,
        body=draw(bodies() if body is None else body),
        source_ip=source_ip,
    )


@st.composite
def exchanges(draw: st.DrawFn) -> tuple[Request, Route]:
    """Draw requests with a route that they match: templates, stages, base paths, binary types, authorizers."""
    route = draw(_ROUTES)
    return draw(requests(path=_PATHS[route.path])), route


def events(shape: Shape) -> st.SearchStrategy[Any]:
    """Events of a shape, each one that AWS could have sent.

    HTTP shapes are built from `exchanges`; direct events are any JSON; the others vary the sample of their shape where
    its table says that something may be null, absent or empty.
    """
    if shape is Shape.DIRECT:
        return JSON_VALUES
    if shape in HTTP_SHAPES:
        return st.builds(_built, exchanges(), st.just(shape), _SEEDS)
    return st.builds(_varied, st.just(shape), _optional(shape), _SEEDS)


def _built(exchange: tuple[Request, Route], shape: Shape, seed: int) -> Any:
    request, route = exchange
    return build(request, shape, route, source=_source(seed))


def _source(seed: int) -> Source:
    return Source(clock=lambda: 1_744_668_967.5 + seed, bits=random.Random(seed).getrandbits)  # noqa: S311  # ids, no secrets


def _varied(shape: Shape, rows: set[Row], seed: int) -> Any:
    event = sample(shape, source=_source(seed))
    for row in rows:
        _silence(event, row, steps(row.path))
    return event


def _silence(value: Any, row: Row, path: list[str]) -> None:
    """Make a place say nothing, the way its row says AWS does: null, gone or empty."""
    step, *rest = path
    if step == "*":
        for item in value:
            _silence(item, row, rest)
    elif rest:
        _silence(value.get(step, {}), row, rest)
    elif step not in value:
        return
    elif row.nothing is Nothing.ABSENT:
        del value[step]
    else:
        value[step] = None if row.nothing is Nothing.NULL else type(value[step])()


def _optional(shape: Shape) -> st.SearchStrategy[set[Row]]:
    rows = [row for row in TABLE[shape] if row.nothing is not Nothing.NEVER]
    return st.sets(st.sampled_from(rows), max_size=3) if rows else st.just(set())


# --- payloads and requests like given ones ---------------------------------------------------------------------------


def payloads(
    *, like: Sequence[Any] = (), schema: Schema | Any = None, reads: Targets | None = None
) -> st.SearchStrategy[Any]:
    """Draw payloads nearly like given ones, or those that are valid by a JSON Schema.

    `like` are payloads of which a value or two is made null, absent, of another type, huge...; they shrink to the first
    of them, unchanged. `mutations.CHANGES` is what can become of a value, and with `reads` only of those that a handler
    reads, keys that no payload has included. `schema` is a `schemas.Schema`, or the parsed JSON of one: draft 2020-12,
    as far as `schemas.words` goes. Raises SchemaError for a schema that is not understood or that nothing fulfils, and
    ValueError unless exactly one of `like` and `schema` is given.
    """
    if bool(like) is (schema is not None):
        msg = "payloads are drawn like given ones, at least one, or from a schema: give either"
        raise ValueError(msg)
    if schema is None:
        return _like(like, paths_of if reads is None else reads.places)
    return drawing.values(schema if isinstance(schema, Schema) else read(schema))


def _like(like: Sequence[Any], places: Callable[[Any], list[Path]]) -> st.SearchStrategy[Any]:
    edits = [(path, change) for base in like for path in places(base) for change in CHANGES.values()]
    first = st.sampled_from(
        [
            *((base, (), _same) for base in like),
            *((base, path, change) for base in like for path in places(base) for change in (*CHANGES.values(), None)),
        ]
    )
    second = st.sampled_from([*[None] * len(edits), *edits])  # half of them have a second change
    return _payloads(first, second)


@st.composite
def _payloads(draw: st.DrawFn, first: st.SearchStrategy[Any], second: st.SearchStrategy[Any]) -> Any:
    base, path, change = draw(first)
    if change is None:
        value = draw(JSON_VALUES)
        return changed(base, path, lambda _: value, add=True)
    more = draw(second)
    once = changed(base, path, change, add=True)
    return once if more is None else changed(once, *more)


def _same(value: Any) -> Any:
    return value


def mutations(
    request: Request, payloads: st.SearchStrategy[Any], *, envelopes: Sequence[str] = tuple(ENVELOPES)
) -> st.SearchStrategy[Request]:
    """Draw requests like a given one, with other payloads and what can go wrong around them: `mutations.ENVELOPES`."""
    changes = st.sampled_from([ENVELOPES[name] for name in envelopes])

    def mutated(change: Callable[[Request], Request], payload: Any) -> Request:
        return change(replace(request, body=json.dumps(payload).encode()))

    return st.builds(mutated, changes, payloads)
