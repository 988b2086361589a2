"""The APIs of SAM: AWS::Serverless::Api and HttpApi, and those that SAM makes for events that name none.

Source: AWS docs, AWS SAM, AWS::Serverless::Api, AWS::Serverless::HttpApi and the event sources Api and HttpApi.
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_contracts.api import Authorizer, AuthorizerKind, Endpoint
from lambda_contracts.shapes import Shape

from lambda_emulator.templates import openapi
from lambda_emulator.templates.drafts import DEFAULT_ROUTE, Draft, Targets, cors, identities, jwt
from lambda_emulator.templates.functions import SAM_FUNCTION
from lambda_emulator.templates.names import made_up
from lambda_emulator.templates.reading import Map
from lambda_emulator.templates.source import Section, Source

_REST, _HTTP = "AWS::Serverless::Api", "AWS::Serverless::HttpApi"
_EVENTS = {"Api": ("ServerlessRestApi", "RestApiId"), "HttpApi": ("ServerlessHttpApi", "ApiId")}
_REST_IDENTITY = {
    "Headers": "method.request.header.{}",
    "QueryStrings": "method.request.querystring.{}",
    "StageVariables": "stageVariables.{}",
    "Context": "context.{}",
}
_HTTP_IDENTITY = {
    "Headers": "$request.header.{}",
    "QueryStrings": "$request.querystring.{}",
    "StageVariables": "$stageVariables.{}",
    "Context": "$context.{}",
}


def read(source: Source, targets: Targets) -> Iterator[Draft]:
    """Yield the APIs of SAM resources and events."""
    drafts = {draft.id: draft for draft in _explicit(source, targets)}
    for function, kind, event in _events(source):
        _add(source, drafts, targets, function, kind, event)
    yield from drafts.values()


def _explicit(source: Source, targets: Targets) -> Iterator[Draft]:
    for resource in source.resources(_REST, _HTTP):
        properties = resource.properties
        yield _draft(resource.id, properties, targets, rest=resource.kind == _REST)


def _draft(id_: str, properties: Section, targets: Targets, *, rest: bool) -> Draft:
    draft = Draft(
        id=id_,
        name=properties.text("Name", id_),
        front=Shape.REST if rest else Shape.HTTP_V2,
        stage=_stage(properties, rest=rest),
        stage_variables=properties.variables("Variables" if rest else "StageVariables"),
        # SAM writes a type's slash as ~1, since it is a part of a JSON pointer there.
        binary_media_types=tuple(one.replace("~1", "/") for one in properties.texts("BinaryMediaTypes")),
    )
    auth = properties.section("Auth")
    authorizers = auth.section("Authorizers")
    for name in authorizers:
        (_rest_authorizer if rest else _http_authorizer)(draft, name, authorizers.section(name), targets)
    draft.default_authorizer = auth.text("DefaultAuthorizer")
    draft.api_key_required = auth.flag("ApiKeyRequired")
    if draft.api_key_required:
        auth.note("ApiKeyRequired", "the key's value is made with the stack; none is known here.")
    if not rest:
        draft.cors = cors(properties, "CorsConfiguration")
    elif "Cors" in properties:
        properties.note("Cors", "the OPTIONS methods that SAM makes of it are not served here.")
    document = openapi.definition(properties, "DefinitionBody", "DefinitionUri")
    if document is not None:
        openapi.add(draft, document, targets)
    return draft


def _stage(properties: Section, *, rest: bool) -> str:
    """Return the stage's name; `Prod` and `$default` (empty here) are those of SAM's implicit APIs."""
    written = properties.text("StageName", "Prod" if rest else "")
    return "" if written == DEFAULT_ROUTE else written


def _rest_authorizer(draft: Draft, name: str, section: Section, targets: Targets) -> None:
    if "FunctionArn" not in section:
        draft.unchecked.add(name)  # of a Cognito user pool
        return
    identity = section.section("Identity")
    token = section.text("FunctionPayloadType", "TOKEN").upper() == "TOKEN"
    header = f"method.request.header.{identity.text('Header', 'Authorization')}"
    draft.authorizers[name] = Authorizer(
        name=name,
        kind=AuthorizerKind.TOKEN if token else AuthorizerKind.REQUEST,
        function=targets.function(section, "FunctionArn"),
        identity_sources=(header,) if token else identities(identity, _REST_IDENTITY),
        validation=identity.text("ValidationExpression"),
        payload_version="1.0",
    )


def _http_authorizer(draft: Draft, name: str, section: Section, targets: Targets) -> None:
    draft.default_scopes[name] = section.texts("AuthorizationScopes")
    if "FunctionArn" not in section:
        draft.authorizers[name] = jwt(
            name, section, "JwtConfiguration", section.texts("IdentitySource"), ("issuer", "audience")
        )
        return
    draft.authorizers[name] = Authorizer(
        name=name,
        kind=AuthorizerKind.REQUEST,
        function=targets.function(section, "FunctionArn"),
        identity_sources=identities(section.section("Identity"), _HTTP_IDENTITY),
        payload_version=section.text("AuthorizerPayloadFormatVersion", "2.0"),
        simple_responses=section.flag("EnableSimpleResponses"),
    )


def _events(source: Source) -> Iterator[tuple[str, str, Section]]:
    """Yield the events of functions that make routes: function, type, and the event's properties."""
    for resource in source.resources(SAM_FUNCTION):
        events = resource.properties.section("Events")
        for name in events:
            event = events.section(name)
            if event.text("Type") in _EVENTS:
                yield resource.id, event.text("Type"), event.section("Properties")


def _add(source: Source, drafts: dict[str, Draft], targets: Targets, function: str, kind: str, event: Section) -> None:
    implicit, key = _EVENTS[kind]
    written = event.get(key)
    id_ = implicit if key not in event else targets.resource(str(written)) or _plain(drafts, written, implicit)
    if id_ == implicit and id_ not in drafts:
        general = source.with_globals(kind, Map({}, event.values.place, {}))
        drafts[id_] = _draft(id_, Section(source, general, ("Globals", kind)), targets, rest=kind == "Api")
    draft = drafts.get(id_)
    if draft is None:
        event.note(key, "it names no API of this template; the route is left out.")
        return
    if not draft.is_rest:
        draft.speak(event.text("PayloadFormatVersion", "2.0"), event, "PayloadFormatVersion")
    draft.add(_endpoint(draft, function, kind, event))


def _plain(drafts: dict[str, Draft], written: object, implicit: str) -> str:
    """Return the API that is named as it is, or by the id of an implicit one."""
    return implicit if written == made_up(implicit) else str(written) if written in drafts else ""


def _endpoint(draft: Draft, function: str, kind: str, event: Section) -> Endpoint:
    path, method = event.text("Path"), event.text("Method").upper()
    if kind == "Api":
        for key, written in (("Path", path), ("Method", method)):
            if not written:
                raise event.mistake(key, "it is missing.", hint="An Api event needs a path and a method.")
    elif not path and not method:
        path, method = DEFAULT_ROUTE, "ANY"
    if path != DEFAULT_ROUTE and not path.startswith("/"):
        raise event.mistake("Path", f"it has to begin with a slash, not `{path}`.")
    auth = event.section("Auth")
    authorizer = draft.authorizer(auth, "Authorizer", auth.text("Authorizer"))
    return Endpoint(
        route=draft.route(method or "ANY", path, timeout=event.integer("TimeoutInMillis")),
        function=function,
        authorizer=authorizer,
        scopes=draft.scopes(authorizer, auth.texts("AuthorizationScopes")),
        api_key_required=auth.flag("ApiKeyRequired", default=draft.api_key_required),
    )
