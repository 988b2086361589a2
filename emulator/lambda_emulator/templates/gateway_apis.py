"""The APIs that are written out: AWS::ApiGateway (REST APIs) and AWS::ApiGatewayV2 (HTTP APIs).

Source: AWS docs, CloudFormation template reference, Amazon API Gateway and Amazon API Gateway V2.
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_contracts.api import Authorizer, AuthorizerKind, Endpoint
from lambda_contracts.shapes import Shape

from lambda_emulator.templates import openapi
from lambda_emulator.templates.drafts import DEFAULT_ROUTE, IAM, Draft, Targets, cors, first, jwt
from lambda_emulator.templates.names import made_up
from lambda_emulator.templates.source import Resource, Section, Source

_REST, _HTTP = "AWS::ApiGateway::", "AWS::ApiGatewayV2::"


def read(source: Source, targets: Targets) -> Iterator[Draft]:
    """Yield the REST APIs, then the HTTP APIs; WebSocket APIs are noted and left out."""
    for resource in source.resources(f"{_REST}RestApi"):
        yield _rest(source, resource, targets)
    for resource in source.resources(f"{_HTTP}Api"):
        if resource.properties.text("ProtocolType", "HTTP").upper() == "HTTP":
            yield _http(source, resource, targets)
        else:
            resource.properties.note("ProtocolType", "WebSocket APIs are not read here.")


def _of(source: Source, kind: str, key: str, api: Resource) -> list[Resource]:
    """Return the resources of a type that belong to an API."""
    return [one for one in source.resources(kind) if one.properties.text(key) == made_up(api.id)]


# --- REST APIs -------------------------------------------------------------------------------------------------------


def _rest(source: Source, api: Resource, targets: Targets) -> Draft:
    stage, variables = _rest_stage(source, api)
    draft = Draft(
        id=api.id,
        name=api.properties.text("Name", api.id),
        front=Shape.REST,
        stage=stage,
        stage_variables=variables,
        binary_media_types=api.properties.texts("BinaryMediaTypes"),
        api_keys=dict(_api_keys(source)),
    )
    for authorizer in _of(source, f"{_REST}Authorizer", "RestApiId", api):
        _rest_authorizer(draft, authorizer, targets)
    document = openapi.definition(api.properties, "Body", "BodyS3Location")
    if document is not None:
        openapi.add(draft, document, targets)
    paths = _paths(source, api)
    for method in _of(source, f"{_REST}Method", "RestApiId", api):
        _rest_method(draft, method.properties, paths, targets)
    return draft


def _rest_stage(source: Source, api: Resource) -> tuple[str, dict[str, str]]:
    """Return the name and the variables of an API's first stage, which a deployment may have made."""
    stages = [
        (one, key)
        for kind, key in ((f"{_REST}Stage", "Variables"), (f"{_REST}Deployment", ""))
        for one in _of(source, kind, "RestApiId", api)
        if "StageName" in one.properties
    ]
    for one, _ in stages[1:]:
        one.properties.note("StageName", "an API is served at its first stage here.")
    if not stages:
        return "", {}
    stage, key = stages[0]
    return stage.properties.text("StageName"), stage.properties.variables(key) if key else {}


def _api_keys(source: Source) -> Iterator[tuple[str, str]]:
    for key in source.resources(f"{_REST}ApiKey"):
        if key.properties.text("Value"):
            yield key.id, key.properties.text("Value")
        else:
            key.properties.note("Value", "the key's value is made with the stack; it is not known here.")


def _rest_authorizer(draft: Draft, resource: Resource, targets: Targets) -> None:
    properties = resource.properties
    kind = properties.text("Type").lower()
    if kind not in (AuthorizerKind.TOKEN, AuthorizerKind.REQUEST):
        draft.unchecked.add(resource.id)
        return
    sources = properties.text("IdentitySource").split(",")
    draft.authorizers[resource.id] = Authorizer(
        name=properties.text("Name", resource.id),
        kind=AuthorizerKind(kind),
        function=targets.function(properties, "AuthorizerUri"),
        identity_sources=tuple(part.strip() for part in sources if part.strip()),
        validation=properties.text("IdentityValidationExpression"),
        payload_version="1.0",
    )


def _paths(source: Source, api: Resource) -> dict[str, str]:
    """Return the paths of an API's resources by their made-up ids; its root's id is the API's."""
    parents = {
        made_up(one.id): (one.properties.text("ParentId"), one.properties.text("PathPart"))
        for one in _of(source, f"{_REST}Resource", "RestApiId", api)
    }
    paths = {made_up(api.id): ""}
    for _ in parents:  # each round finds at least one more level, and there are no more levels than resources
        for id_, (parent, part) in parents.items():
            if parent in paths:
                paths[id_] = f"{paths[parent]}/{part}"
    return {id_: path or "/" for id_, path in paths.items()}


def _rest_method(draft: Draft, properties: Section, paths: dict[str, str], targets: Targets) -> None:
    integration = properties.section("Integration")
    method, path = properties.text("HttpMethod"), paths.get(properties.text("ResourceId"))
    if path is None:
        properties.note("ResourceId", "it is no resource of the API; the method is left out.")
        return
    if integration.text("Type").upper() != "AWS_PROXY":
        properties.note("Integration", f"{method} {path} is no Lambda proxy integration; it is left out.")
        return
    if integration.text("IntegrationHttpMethod", "POST").upper() != "POST":
        integration.note("IntegrationHttpMethod", "it has to be POST: with anything else AWS answers 500 (R14).")
    function = targets.function(integration, "Uri")
    if function:
        authorizer = _authorizer(draft, properties, targets)
        draft.add(
            Endpoint(
                route=draft.route(method, path, timeout=integration.integer("TimeoutInMillis")),
                function=function,
                authorizer=authorizer,
                scopes=properties.texts("AuthorizationScopes") if authorizer else (),
                api_key_required=properties.flag("ApiKeyRequired"),
            )
        )


def _authorizer(draft: Draft, properties: Section, targets: Targets) -> str | None:
    """Return the authorizer of a method or route: who is asked depends on its AuthorizationType."""
    kind = properties.text("AuthorizationType", "NONE").upper()
    if kind == IAM:
        return draft.authorizer(properties, "AuthorizationType", IAM)
    if kind == "NONE":
        return None
    return draft.authorizer(properties, "AuthorizerId", targets.resource(properties.text("AuthorizerId")))


# --- HTTP APIs -------------------------------------------------------------------------------------------------------


def _http(source: Source, api: Resource, targets: Targets) -> Draft:
    stages = _of(source, f"{_HTTP}Stage", "ApiId", api)
    for stage in stages[1:]:
        stage.properties.note("StageName", "an API is served at its first stage here.")
    stage = first(stages)
    name = stage.properties.text("StageName") if stage else ""
    draft = Draft(
        id=api.id,
        name=api.properties.text("Name", api.id),
        front=Shape.HTTP_V2,
        stage="" if name == DEFAULT_ROUTE else name,
        stage_variables=stage.properties.variables("StageVariables") if stage else {},
        cors=cors(api.properties, "CorsConfiguration"),
    )
    for authorizer in _of(source, f"{_HTTP}Authorizer", "ApiId", api):
        _http_authorizer(draft, authorizer, targets)
    document = openapi.definition(api.properties, "Body", "BodyS3Location")
    if document is not None:
        openapi.add(draft, document, targets)
    _quick_create(draft, api.properties, targets)
    integrations = {made_up(one.id): one.properties for one in source.resources(f"{_HTTP}Integration")}
    for route in _of(source, f"{_HTTP}Route", "ApiId", api):
        _http_route(draft, route.properties, integrations, targets)
    return draft


def _quick_create(draft: Draft, properties: Section, targets: Targets) -> None:
    """Add the route of an API that names its target itself: everything, unless it says which."""
    if "Target" in properties and (function := targets.function(properties, "Target")):
        method, path = _route_key(properties.text("RouteKey", DEFAULT_ROUTE))
        draft.add(Endpoint(route=draft.route(method, path), function=function))


def _route_key(written: str) -> tuple[str, str]:
    method, _, path = written.partition(" ")
    return (method, path.strip()) if path else ("ANY", DEFAULT_ROUTE)


def _http_authorizer(draft: Draft, resource: Resource, targets: Targets) -> None:
    properties, name = resource.properties, resource.properties.text("Name", resource.id)
    sources = properties.texts("IdentitySource")
    if properties.text("AuthorizerType").upper() == "JWT":
        draft.authorizers[resource.id] = jwt(name, properties, "JwtConfiguration", sources, ("Issuer", "Audience"))
        return
    draft.authorizers[resource.id] = Authorizer(
        name=name,
        kind=AuthorizerKind.REQUEST,
        function=targets.function(properties, "AuthorizerUri"),
        identity_sources=sources,
        payload_version=properties.text("AuthorizerPayloadFormatVersion", "2.0"),
        simple_responses=properties.flag("EnableSimpleResponses"),
    )


def _http_route(draft: Draft, properties: Section, integrations: dict[str, Section], targets: Targets) -> None:
    key = properties.text("RouteKey")
    integration = integrations.get(properties.text("Target").removeprefix("integrations/"))
    if integration is None:
        properties.note("Target", f"`{key}` names no integration of this template; it is left out.")
        return
    if integration.text("IntegrationType").upper() != "AWS_PROXY" or "IntegrationSubtype" in integration:
        properties.note("Target", f"`{key}` is no Lambda proxy integration; it is left out.")
        return
    function = targets.function(integration, "IntegrationUri")
    if function:
        draft.speak(integration.text("PayloadFormatVersion"), integration, "PayloadFormatVersion")
        method, path = _route_key(key)
        draft.add(
            Endpoint(
                route=draft.route(method, path, timeout=integration.integer("TimeoutInMillis")),
                function=function,
                authorizer=_authorizer(draft, properties, targets),
                scopes=properties.texts("AuthorizationScopes"),
            )
        )
