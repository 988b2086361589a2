"""Paths: route templates, path parameters, and what a stage or a base path puts in front."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote
from zlib import crc32

_SAFE = "/:@!$&'()*+,;=~-._"
"""What a path may hold as it is (RFC 3986, 3.3)."""
_SAFE_IN_SEGMENT = _SAFE.replace("/", "")

_ID_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class Template(NamedTuple):
    """A route's path, cut at its slashes.

    `segments` pairs each literal with None, or an empty literal with a parameter's name; `greedy` names the last
    parameter when it takes the rest of the path, as `{proxy+}` does.
    """

    segments: tuple[tuple[str, str | None], ...]
    greedy: str | None
    has_parameters: bool


@lru_cache(maxsize=512)
def template(path: str) -> Template:
    """Cut a route's path, such as `/a/{id}` or `/{proxy+}`."""
    segments: list[tuple[str, str | None]] = []
    greedy: str | None = None
    for part in path.strip("/").split("/"):
        if part.startswith("{") and part.endswith("+}"):
            greedy = part[1:-2]
            break
        named = part.startswith("{") and part.endswith("}")
        segments.append(("", part[1:-1]) if named else (part, None))
    has_parameters = greedy is not None or any(name for _, name in segments)
    return Template(tuple(segments), greedy, has_parameters)


def path_parameters(route_path: str, path: str) -> dict[str, str] | None:
    """Match a raw path against a route's path and return the raw parameters, None when there are none.

    A trailing slash is no part of a parameter, doubled slashes inside a greedy one are (R6, R7). A path that does not
    match gives None.
    """
    cut = template(route_path)
    if not cut.has_parameters:
        return None
    found: dict[str, str] = {}
    rest = path[1:-1] if path.endswith("/") else path[1:]
    for literal, name in cut.segments:
        part, _, rest = rest.partition("/")
        if name is None:
            if part != literal and unquoted(part) != literal:  # R104u
                return None
        elif not part:
            return None
        else:
            found[name] = part
    if cut.greedy is None:
        return found if not rest else None
    if not rest:
        return None
    found[cut.greedy] = rest
    return found


def decoded(parameters: dict[str, str] | None) -> dict[str, str] | None:
    """Percent-decode path parameters, as HTTP APIs do (R43, R55) and REST APIs do not (R8)."""
    if parameters is None:
        return None
    return {name: unquote(value) if "%" in value else value for name, value in parameters.items()}


def collapse(path: str) -> str:
    """Make the slashes that a path begins with one (R7)."""
    return "/" + path.lstrip("/") if path.startswith("//") else path


@lru_cache(maxsize=512)
def resource_id(route_path: str) -> str:
    """Return an id of six characters for a route's path, the same each time, as a deployed resource keeps its id."""
    number = crc32(route_path.encode())
    return "".join(_ID_LETTERS[number // 36**place % 36] for place in range(6))


def unquoted(path: str) -> str:
    """Percent-decode a path; `+` stays (R43)."""
    return unquote(path) if "%" in path else path


def filled(route_path: str, parameters: Mapping[str, str]) -> str | None:
    """Put parameters into a route's path, without a slash at its end; None when one is missing."""
    cut = template(route_path)
    parts = [literal if name is None else parameters.get(name) for literal, name in cut.segments]
    if cut.greedy is not None:
        parts.append(parameters.get(cut.greedy))
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return "".join(f"/{part}" for part in known if part)


def quoted(path: str) -> str:
    """Percent-encode a decoded path."""
    return _quoted(path, _SAFE)


def _quoted(text: str, safe: str) -> str:
    return quote(text, safe=safe, errors="surrogatepass")  # half a pair of surrogates is JSON


def encoded(path: str, route_path: str, parameters: Mapping[str, str]) -> str:
    """Percent-encode a decoded path; a slash inside a parameter too, which only the parameter's value still tells."""
    greedy = template(route_path).greedy
    values = {name: _quoted(value, _SAFE if name == greedy else _SAFE_IN_SEGMENT) for name, value in parameters.items()}
    known = filled(route_path, values) if route_path.startswith("/") else None
    if known is not None:
        rest = path.removeprefix(unquote(known))
        if rest in ("", "/") and len(rest) < len(path):
            return known + rest
    return quoted(path)
