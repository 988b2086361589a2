"""The endpoints and authorizers of an OpenAPI definition with API Gateway's extensions.

Source: AWS docs, API Gateway, OpenAPI extensions (x-amazon-apigateway-...).
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_contracts.api import Authorizer, AuthorizerKind, Endpoint

from lambda_emulator.templates import reading
from lambda_emulator.templates.drafts import DEFAULT_ROUTE, Draft, Targets, jwt
from lambda_emulator.templates.reading import Map
from lambda_emulator.templates.source import Section

_METHODS = {name: name.upper() for name in ("get", "put", "post", "delete", "options", "head", "patch")} | {
    "x-amazon-apigateway-any-method": "ANY"
}
_INTEGRATION, _AUTHORIZER = "x-amazon-apigateway-integration", "x-amazon-apigateway-authorizer"


def definition(properties: Section, body: str, uri: str) -> Section | None:
    """Return the definition of an API: in the template, or in a file that the template names; None without one."""
    written = properties.get(uri)
    file = written if isinstance(written, str) else ""
    raw = properties.values.get(body)
    if isinstance(raw, Map) and "Fn::Transform" in raw:
        include = Section(properties.source, raw, (*properties.path, body)).section("Fn::Transform")
        file = include.section("Parameters").text("Location")
    elif body in properties:
        return properties.section(body)
    if file and not file.startswith("s3://"):
        return Section(properties.source, reading.read(properties.source.folder / file), (*properties.path, uri))
    if file or written is not None:
        properties.note(uri, "the definition lies in S3, not on this machine.")
    return None


def add(draft: Draft, document: Section, targets: Targets) -> None:
    """Add to an API what its definition has."""
    types = document.texts("x-amazon-apigateway-binary-media-types")
    draft.binary_media_types = (*draft.binary_media_types, *types)
    schemes = _schemes(document)
    for scheme in schemes.values():
        _authorizer(draft, scheme, targets)
    for path, method, operation in _operations(document):
        _endpoint(draft, document, (path, method), operation, schemes, targets)


def _operations(document: Section) -> Iterator[tuple[str, str, Section]]:
    paths = document.section("paths")
    for path in paths:
        operations = paths.section(path)
        for key in operations:
            if key in _METHODS:
                yield DEFAULT_ROUTE if path == f"/{DEFAULT_ROUTE}" else path, _METHODS[key], operations.section(key)


def _schemes(document: Section) -> dict[str, Section]:
    """Return the security schemes, where OpenAPI 2 or 3 has them."""
    found = document.section("components").section("securitySchemes") or document.section("securityDefinitions")
    return {name: found.section(name) for name in found}


def _authorizer(draft: Draft, scheme: Section, targets: Targets) -> None:
    name, found = scheme.path[-1], scheme.section(_AUTHORIZER)
    if found.text("type").lower() == "jwt":
        draft.authorizers[name] = jwt(
            name, found, "jwtConfiguration", found.texts("identitySource"), ("issuer", "audience")
        )
    elif found.text("type").lower() in ("token", "request"):
        kind = AuthorizerKind(found.text("type").lower())
        # A token is in the header that the scheme names; other sources are in the extension, after commas.
        header = f"method.request.header.{scheme.text('name', 'Authorization')}"
        sources = found.text("identitySource") or (header if kind is AuthorizerKind.TOKEN else "")
        draft.authorizers[name] = Authorizer(
            name=name,
            kind=kind,
            function=targets.function(found, "authorizerUri"),
            identity_sources=tuple(part.strip() for part in sources.split(",") if part.strip()),
            validation=found.text("identityValidationExpression"),
            payload_version=found.text("authorizerPayloadFormatVersion", "1.0" if draft.is_rest else "2.0"),
            simple_responses=found.flag("enableSimpleResponses"),
        )
    elif found or "x-amazon-apigateway-authtype" in scheme:
        draft.unchecked.add(name)


def _endpoint(
    draft: Draft,
    document: Section,
    place: tuple[str, str],
    operation: Section,
    schemes: dict[str, Section],
    targets: Targets,
) -> None:
    path, method = place
    integration = _integration(document, operation)
    if not integration:
        return  # without one AWS has no such method; SAM puts in those of its events
    if integration.text("type").lower() != "aws_proxy":
        integration.note("type", f"{method} {path} is no Lambda proxy integration; it is left out.")
        return
    function = targets.function(integration, "uri")
    if not function:
        return
    if not draft.is_rest:
        draft.speak(integration.text("payloadFormatVersion"), integration, "payloadFormatVersion")
    authorizer, scopes, key = _security(draft, operation if "security" in operation else document, schemes)
    timeout = integration.integer("timeoutInMillis")
    draft.add(
        Endpoint(
            route=draft.route(method, path, timeout=timeout),
            function=function,
            authorizer=authorizer,
            scopes=scopes,
            api_key_required=key or draft.api_key_required,
        )
    )


def _integration(document: Section, operation: Section) -> Section:
    found = operation.section(_INTEGRATION)
    prefix = f"#/components/{_INTEGRATION}s/"
    if found.text("$ref").startswith(prefix):
        shared = document.section("components").section(f"{_INTEGRATION}s")
        return shared.section(found.text("$ref").removeprefix(prefix))
    return found


def _security(draft: Draft, section: Section, schemes: dict[str, Section]) -> tuple[str | None, tuple[str, ...], bool]:
    """Return the authorizer, the scopes and whether a key is needed, as `security` of an operation says."""
    authorizer, key = draft.default_authorizer, False
    scopes: tuple[str, ...] = ()
    for requirement in section.sections("security"):
        for name in requirement:
            scheme = schemes.get(name)
            if scheme is None or _AUTHORIZER in scheme or name in draft.unchecked:
                authorizer, scopes = name, requirement.texts(name)
            elif scheme.text("name").lower() == "x-api-key":
                key = True
    chosen = draft.authorizer(section, "security", authorizer)
    return chosen, draft.scopes(chosen, scopes), key
