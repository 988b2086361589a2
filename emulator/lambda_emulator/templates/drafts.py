"""An API while it is put together, and what all readers of APIs share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from lambda_contracts.api import Api, Authorizer, AuthorizerKind, Cors, Endpoint
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape

from lambda_emulator.templates.functions import LAMBDA_FUNCTION, SAM_FUNCTION
from lambda_emulator.templates.names import made_up
from lambda_emulator.templates.source import Section, Source

NO_AUTHORIZER, IAM = "NONE", "AWS_IAM"
DEFAULT_ROUTE = "$default"
PAYLOADS = {"1.0": Shape.HTTP_V1, "2.0": Shape.HTTP_V2}


@dataclass(slots=True, kw_only=True)
class Draft:
    """One API of a template. `unchecked` are the names of authorizers that only AWS has, such as a user pool."""

    id: str
    name: str
    front: Shape
    stage: str = ""
    stage_variables: dict[str, str] = field(default_factory=dict)
    binary_media_types: tuple[str, ...] = ()
    cors: Cors | None = None
    authorizers: dict[str, Authorizer] = field(default_factory=dict)
    unchecked: set[str] = field(default_factory=lambda: {IAM})
    default_authorizer: str = ""
    default_scopes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    api_key_required: bool = False
    api_keys: dict[str, str] = field(default_factory=dict)
    endpoints: dict[tuple[str, str], Endpoint] = field(default_factory=dict)

    @property
    def is_rest(self) -> bool:
        """Whether it is a REST API."""
        return self.front is Shape.REST

    def route(self, method: str, path: str, *, timeout: int | None = None) -> Route:
        """Return a route of this API; `timeout` is in milliseconds."""
        return Route(
            method=method.upper(),
            path=path,
            stage=self.stage,
            binary_media_types=self.binary_media_types,
            stage_variables=MappingProxyType(self.stage_variables) if self.stage_variables else None,
            timeout=None if timeout is None else timeout / 1000,
            api_id=made_up(self.id),
        )

    def add(self, endpoint: Endpoint) -> None:
        """Add an endpoint, in the place of one with the same method and path."""
        self.endpoints[endpoint.route.method, endpoint.route.path] = endpoint

    def authorizer(self, section: Section, key: str, name: str) -> str | None:
        """Return the authorizer that a name stands for: the default one for none, None when nobody is asked here."""
        chosen = name or self.default_authorizer
        if chosen in ("", NO_AUTHORIZER):
            return None
        if chosen in self.unchecked:
            section.note(key, f"`{chosen}` is not asked here: every caller is let in.")
            return None
        if chosen not in self.authorizers:
            known = ", ".join(sorted({*self.authorizers, *self.unchecked, NO_AUTHORIZER}))
            raise section.mistake(key, f"there is no authorizer `{chosen}`.", hint=f"Known here: {known}.")
        return chosen

    def scopes(self, authorizer: str | None, written: tuple[str, ...]) -> tuple[str, ...]:
        """Return what a token needs one of: what the route says, else what its authorizer does."""
        return written or self.default_scopes.get(authorizer or "", ())

    def speak(self, version: str, section: Section, key: str) -> None:
        """Take the payload version of a route for the API's: an API here speaks one."""
        if not version:
            section.note(key, "AWS asks for a payload format version; it is read as 1.0.")
        front = PAYLOADS.get(version or "1.0")
        if front is None:
            raise section.mistake(key, f"it cannot be `{version}`.", hint="AWS takes 1.0 and 2.0.")
        if self.endpoints and front is not self.front:
            section.note(key, f"the API's first route is {self.front}; so is this one here.")
        else:
            self.front = front

    def api(self) -> Api:
        """Return the API, put together."""
        return Api(
            name=self.name,
            front=self.front,
            endpoints=tuple(self.endpoints.values()),
            cors=self.cors,
            authorizers=MappingProxyType(self.authorizers),
            api_keys=MappingProxyType(self.api_keys),
        )


class Targets:
    """Which resource an id or ARN stands for."""

    def __init__(self, source: Source) -> None:
        self._source = source

    @cached_property
    def _functions(self) -> dict[str, str]:
        found = self._source.resources(SAM_FUNCTION, LAMBDA_FUNCTION)
        return {self._source.resolver.name_of(resource.id): resource.id for resource in found}

    @cached_property
    def _made_up(self) -> dict[str, str]:
        return {made_up(resource.id): resource.id for resource in self._source.all}

    def resource(self, id_: str) -> str:
        """Return the logical id of the resource whose made-up id this is; empty for none."""
        return self._made_up.get(id_, "")

    def function(self, section: Section, key: str) -> str:
        """Return the logical id of the function that a key names, by name, ARN or invocation URI; empty for none."""
        return self.named(section, key, section.text(key))

    def named(self, section: Section, key: str, text: str) -> str:
        """Return the logical id of the function in a name, ARN or invocation URI; empty, and noted, for none."""
        names = re.findall(r"function:([\w-]+)", text) or [text]
        found = self._functions.get(names[-1], "")
        if text and not found:
            section.note(key, f"`{text}` is no function of this template; it is left out.")
        return found


def cors(section: Section, key: str) -> Cors | None:
    """Read the CORS configuration of an HTTP API or function URL: an object, or an origin or true as in SAM."""
    written = section.get(key)
    if written is None or written is False:
        return None
    if not isinstance(written, dict):
        return Cors(allow_origins=("*",) if written is True else (section.text(key),))
    found = section.section(key)
    return Cors(
        allow_origins=found.texts("AllowOrigins"),
        allow_methods=found.texts("AllowMethods"),
        allow_headers=found.texts("AllowHeaders"),
        expose_headers=found.texts("ExposeHeaders"),
        allow_credentials=found.flag("AllowCredentials"),
        max_age=found.integer("MaxAge"),
    )


def jwt(name: str, section: Section, configuration: str, sources: Iterable[str], keys: tuple[str, str]) -> Authorizer:
    """Make an authorizer that reads tokens; `keys` are those of issuer and audience in its configuration."""
    found = section.section(configuration)
    return Authorizer(
        name=name,
        kind=AuthorizerKind.JWT,
        identity_sources=tuple(sources) or ("$request.header.Authorization",),
        issuer=found.text(keys[0]),
        audience=found.texts(keys[1]),
    )


def identities(section: Section, forms: dict[str, str]) -> tuple[str, ...]:
    """Return the identity sources of SAM's `Identity`, whose keys have each a form."""
    return tuple(form.format(name) for key, form in forms.items() for name in section.texts(key))


def first(values: Iterable[Any]) -> Any:
    """Return the first of some values; None for none."""
    return next(iter(values), None)
