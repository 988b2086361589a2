"""What stands in front of a client's path in an event, and the path without it: a stage or a base path."""

from __future__ import annotations

from typing import Any

from lambda_contracts.events import fields, paths
from lambda_contracts.shapes import Shape

Event = dict[str, Any]


def client_path(event: Event, shape: Shape) -> str:
    """Return the path as the client wrote it, as far as the event tells (R6, R7, R43, R55)."""
    if shape in (Shape.REST, Shape.CONSOLE_TEMPLATE):
        return _rest_path(event)
    if shape is Shape.HTTP_V1:
        path = fields.text(event.get("path"), "/")
        return path[len(_http_v1_prefix(event)) :] or "/"
    if shape in (Shape.HTTP_V2, Shape.FUNCTION_URL):
        path = _v2_path(event)
        route_path = fields.text(event.get("routeKey")).partition(" ")[2]
        parameters = fields.texts(event.get("pathParameters"))
        return paths.encoded(path[len(_stage_prefix(event, path)) :] or "/", route_path, parameters)
    return fields.text(event.get("path"), "/")


def base_path(event: Event, shape: Shape) -> str:
    """Return the base path of a custom domain without slashes, empty when there is none."""
    if shape is Shape.REST and _path_behind_stage(event) is None:
        return _before_template(event).strip("/")
    if shape is Shape.HTTP_V1:
        prefix = _http_v1_prefix(event)
        return "" if prefix == _stage_prefix(event, fields.text(event.get("path"), "/")) else prefix.strip("/")
    return ""


def _rest_path(event: Event) -> str:
    """Ask the context's path first: it keeps the slashes that `path` collapses (R7)."""
    behind_stage = _path_behind_stage(event)
    if behind_stage is not None:
        return behind_stage
    path = fields.text(event.get("path"), "/")
    base = _before_template(event)
    behind_base = fields.text(fields.at(event, "requestContext", "path"))[len(base) :]
    if base and behind_base and base + paths.collapse(behind_base) == path:
        return behind_base
    return path[len(base) :] or "/"


def _path_behind_stage(event: Event) -> str | None:
    whole = fields.text(fields.at(event, "requestContext", "path"))
    stage = f"/{fields.text(fields.at(event, 'requestContext', 'stage'))}"
    behind = whole[len(stage) :]
    if whole.startswith(stage) and paths.collapse(behind) == fields.text(event.get("path"), "/"):
        return behind
    return None


def _http_v1_prefix(event: Event) -> str:
    return _before_template(event) or _stage_prefix(event, fields.text(event.get("path"), "/"))


def _before_template(event: Event) -> str:
    """Return what of `path` the route's template, filled with the path parameters, does not account for."""
    path = fields.text(event.get("path"), "/").removesuffix("/")
    resource = fields.text(event.get("resource"))
    known = paths.filled(resource, fields.texts(event.get("pathParameters")))
    if known is None or not resource.startswith("/"):
        return ""
    shown = path if path.endswith(known) else paths.unquoted(path)
    before = shown.removesuffix(known).rstrip("/") if shown.endswith(known) else ""
    return before if path.startswith(before) else ""


def _v2_path(event: Event) -> str:
    return fields.text(event.get("rawPath")) or fields.text(fields.at(event, "requestContext", "http", "path"), "/")


def _stage_prefix(event: Event, path: str) -> str:
    prefix = f"/{fields.text(fields.at(event, 'requestContext', 'stage'))}"
    return prefix if prefix not in ("/", "/$default") and f"{path}/".startswith(f"{prefix}/") else ""
