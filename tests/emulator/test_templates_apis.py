"""The APIs of templates: SAM's events and resources, API Gateway's own, function URLs and load balancers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lambda_contracts.api import Api, Authorizer, AuthorizerKind, Cors, Endpoint
from lambda_contracts.shapes import Shape
from lambda_emulator.templates import Template
from templates import read, refused

FUNCTION = """
          F:
            Type: AWS::Serverless::Function
            Properties:
              Handler: app.handler
"""


def routes(api: Api) -> list[tuple[str, str, str]]:
    return [(one.route.method, one.route.path, one.function) for one in api.endpoints]


def only(template: Template) -> Api:
    (api,) = template.apis
    return api


def endpoint(template: Template) -> Endpoint:
    (found,) = only(template).endpoints
    return found


def told(template: Template) -> list[str]:
    return [f"{note.key.rpartition('.')[2]}: {note.text}" for note in template.notes]


# --- SAM -------------------------------------------------------------------------------------------------------------


def test_events_without_an_api_make_the_implicit_ones(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        """
        Transform: AWS::Serverless-2016-10-31
        Globals:
          Api:
            BinaryMediaTypes: [image~1png]
          HttpApi:
            CorsConfiguration: true
        Resources:
          F:
            Type: AWS::Serverless::Function
            Properties:
              Handler: app.handler
              Events:
                Classify: {Type: Api, Properties: {Path: /classify, Method: post}}
                Any: {Type: Api, Properties: {Path: '/{proxy+}', Method: any}}
                New: {Type: HttpApi, Properties: {Path: '/items/{id}', Method: GET, TimeoutInMillis: 2500}}
                Rest: {Type: HttpApi}
        """,
    )
    rest, http = template.apis
    assert ("ServerlessRestApi", Shape.REST) == (rest.name, rest.front)
    assert [("POST", "/classify", "F"), ("ANY", "/{proxy+}", "F")] == routes(rest)
    assert ("Prod", ("image/png",), None) == (
        rest.endpoints[0].route.stage,
        rest.endpoints[0].route.binary_media_types,
        rest.endpoints[0].route.timeout,
    )
    assert ("ServerlessHttpApi", Shape.HTTP_V2, Cors(allow_origins=("*",))) == (http.name, http.front, http.cors)
    assert [("GET", "/items/{id}", "F"), ("ANY", "$default", "F")] == routes(http)
    assert ("", 2.5) == (http.endpoints[0].route.stage, http.endpoints[0].route.timeout)
    assert rest.endpoints[0].route.api_id != http.endpoints[0].route.api_id


def test_a_rest_api_is_read_with_its_stage_variables_and_authorizers(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        """
        Resources:
          Api:
            Type: AWS::Serverless::Api
            Properties:
              Name: wines
              StageName: v1
              Variables: {TABLE: wines}
              BinaryMediaTypes: ["*~1*"]
              Cors: "'*'"
              Auth:
                DefaultAuthorizer: Token
                Authorizers:
                  Token:
                    FunctionArn: !GetAtt Guard.Arn
                    Identity: {Header: X-Token, ValidationExpression: "Bearer .*"}
                  Request:
                    FunctionPayloadType: REQUEST
                    FunctionArn: !GetAtt Guard.Arn
                    Identity: {Headers: [Authorization], QueryStrings: [key], StageVariables: [V], Context: [identity]}
                  Pool:
                    UserPoolArn: arn:aws:cognito-idp:us-east-1:123456789012:userpool/p
          Guard:
            Type: AWS::Serverless::Function
            Properties: {FunctionName: guard, Handler: guard.handler}
          F:
            Type: AWS::Serverless::Function
            Properties:
              Handler: app.handler
              Events:
                A: {Type: Api, Properties: {Path: /a, Method: GET, RestApiId: !Ref Api}}
                B: {Type: Api, Properties: {Path: /b, Method: GET, RestApiId: !Ref Api, Auth: {Authorizer: Request}}}
                C: {Type: Api, Properties: {Path: /c, Method: GET, RestApiId: !Ref Api, Auth: {Authorizer: NONE}}}
                D: {Type: Api, Properties: {Path: /d, Method: GET, RestApiId: !Ref Api, Auth: {ApiKeyRequired: true}}}
                E: {Type: Api, Properties: {Path: /e, Method: GET, RestApiId: !Ref Api, Auth: {Authorizer: Pool}}}
        """,
    )
    api = only(template)
    assert ("wines", "v1", ("*/*",), {"TABLE": "wines"}) == (
        api.name,
        api.endpoints[0].route.stage,
        api.endpoints[0].route.binary_media_types,
        api.endpoints[0].route.stage_variables,
    )
    assert ["Token", "Request", None, "Token", None] == [one.authorizer for one in api.endpoints]
    assert [False, False, False, True, False] == [one.api_key_required for one in api.endpoints]
    assert {
        "Token": Authorizer(
            name="Token",
            kind=AuthorizerKind.TOKEN,
            function="Guard",
            identity_sources=("method.request.header.X-Token",),
            validation="Bearer .*",
            payload_version="1.0",
        ),
        "Request": Authorizer(
            name="Request",
            kind=AuthorizerKind.REQUEST,
            function="Guard",
            identity_sources=(
                "method.request.header.Authorization",
                "method.request.querystring.key",
                "stageVariables.V",
                "context.identity",
            ),
            payload_version="1.0",
        ),
    } == dict(api.authorizers)
    assert [
        "Cors: the OPTIONS methods that SAM makes of it are not served here.",
        "Authorizer: `Pool` is not asked here: every caller is let in.",
    ] == told(template)


def test_an_http_api_is_read_with_cors_and_authorizers(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        """
        Resources:
          Api:
            Type: AWS::Serverless::HttpApi
            Properties:
              StageName: live
              CorsConfiguration:
                AllowOrigins: ["https://example.com"]
                AllowMethods: [GET, POST]
                AllowHeaders: [X-Key]
                ExposeHeaders: [X-Id]
                MaxAge: 600
                AllowCredentials: True
              Auth:
                DefaultAuthorizer: Tokens
                Authorizers:
                  Tokens:
                    AuthorizationScopes: [wines]
                    JwtConfiguration: {issuer: "https://example.com", audience: [web, app]}
                  Guard:
                    AuthorizerPayloadFormatVersion: 2.0
                    EnableSimpleResponses: true
                    FunctionArn: !GetAtt F.Arn
                    Identity: {Headers: [Authorization]}
          F:
            Type: AWS::Serverless::Function
            Properties:
              Handler: app.handler
              Events:
                A: {Type: HttpApi, Properties: {Path: /a, Method: GET, ApiId: !Ref Api}}
                B:
                  Type: HttpApi
                  Properties: {Path: /b, Method: GET, ApiId: !Ref Api, Auth: {AuthorizationScopes: [admin]}}
                C: {Type: HttpApi, Properties: {Path: /c, Method: GET, ApiId: !Ref Api, Auth: {Authorizer: Guard}}}
        """,
    )
    api = only(template)
    assert "live" == api.endpoints[0].route.stage
    assert [("Tokens", ("wines",)), ("Tokens", ("admin",)), ("Guard", ())] == [
        (one.authorizer, one.scopes) for one in api.endpoints
    ]
    assert api.cors == Cors(
        allow_origins=("https://example.com",),
        allow_methods=("GET", "POST"),
        allow_headers=("X-Key",),
        expose_headers=("X-Id",),
        max_age=600,
        allow_credentials=True,
    )
    assert api.authorizers["Tokens"] == Authorizer(
        name="Tokens",
        kind=AuthorizerKind.JWT,
        identity_sources=("$request.header.Authorization",),
        issuer="https://example.com",
        audience=("web", "app"),
    )
    assert api.authorizers["Guard"] == Authorizer(
        name="Guard",
        kind=AuthorizerKind.REQUEST,
        function="F",
        identity_sources=("$request.header.Authorization",),
        payload_version="2.0",
        simple_responses=True,
    )


@pytest.mark.parametrize(("version", "front"), [("1.0", Shape.HTTP_V1), ("'2.0'", Shape.HTTP_V2)])
def test_an_events_payload_version_decides_the_front(tmp_path: Path, version: str, front: Shape) -> None:
    events = f"Events: {{A: {{Type: HttpApi, Properties: {{PayloadFormatVersion: {version}}}}}}}"
    assert front == only(read(tmp_path, f"Resources:{FUNCTION}              {events}\n")).front


def test_a_second_payload_version_in_one_api_is_noted(tmp_path: Path) -> None:
    events = """
              Events:
                A: {Type: HttpApi, Properties: {Path: /a, Method: GET}}
                B: {Type: HttpApi, Properties: {Path: /b, Method: GET, PayloadFormatVersion: "1.0"}}
    """
    template = read(tmp_path, f"Resources:{FUNCTION}{events}")
    assert Shape.HTTP_V2 == only(template).front
    assert ["PayloadFormatVersion: the API's first route is http-v2; so is this one here."] == told(template)


@pytest.mark.parametrize(
    ("event", "line", "problem"),
    [
        ("{Type: Api, Properties: {Method: GET}}", 7, "Path: it is missing. An Api event needs a path and a method."),
        ("{Type: Api, Properties: {Path: a, Method: GET}}", 7, "it has to begin with a slash, not `a`."),
        ("{Type: HttpApi, Properties: {PayloadFormatVersion: 3}}", 7, "it cannot be `3`. AWS takes 1.0 and 2.0."),
        ("{Type: HttpApi, Properties: {Auth: {Authorizer: Mine}}}", 7, "there is no authorizer `Mine`."),
    ],
)
def test_a_mistake_in_an_event_is_told_with_its_line(tmp_path: Path, event: str, line: int, problem: str) -> None:
    error = refused(tmp_path, f"Resources:{FUNCTION}              Events:\n                A: {event}\n")
    assert problem in str(error)
    assert line == error.line


# --- OpenAPI ---------------------------------------------------------------------------------------------------------

INVOCATION = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:123456789012:function:F/invocations"
)
OPENAPI = """
openapi: 3.0.1
info: {title: wines, version: "1"}
x-amazon-apigateway-binary-media-types: [image/png]
security:
  - guard: []
paths:
  /wines/{id}:
    get:
      x-amazon-apigateway-integration: &lambda
        type: aws_proxy
        httpMethod: POST
        timeoutInMillis: 1500
        uri: INVOCATION
    post:
      security:
        - key: []
      x-amazon-apigateway-integration: *lambda
    options:
      security: []
      x-amazon-apigateway-integration: {type: mock}
  /{proxy+}:
    x-amazon-apigateway-any-method:
      security:
        - pool: []
      x-amazon-apigateway-integration: *lambda
components:
  securitySchemes:
    key: {type: apiKey, name: x-api-key, in: header}
    pool: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: cognito_user_pools}
    guard:
      type: apiKey
      name: X-Token
      in: header
      x-amazon-apigateway-authtype: custom
      x-amazon-apigateway-authorizer:
        type: token
        identityValidationExpression: "^x"
        authorizerUri: INVOCATION
""".replace("INVOCATION", INVOCATION)


def indented(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}\n" for line in text.strip().splitlines())


@pytest.mark.parametrize("where", ["inline", "file", "include", "cloudformation"])
def test_an_openapi_definition_is_read_wherever_it_is(tmp_path: Path, where: str) -> None:
    (tmp_path / "openapi.yaml").write_text(OPENAPI)
    properties = {
        "inline": "      DefinitionBody:\n" + indented(OPENAPI, 8),
        "file": "      DefinitionUri: openapi.yaml\n",
        "include": "      DefinitionBody: !Transform {Name: AWS::Include, Parameters: {Location: ./openapi.yaml}}\n",
        "cloudformation": "      Body:\n" + indented(OPENAPI, 8),
    }[where]
    kind = "AWS::ApiGateway::RestApi" if where == "cloudformation" else "AWS::Serverless::Api"
    text = (
        f"Resources:\n  Api:\n    Type: {kind}\n    Properties:\n      StageName: v1\n{properties}"
        "  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Handler: app.handler\n"
    )
    template = read(tmp_path, text)
    api = only(template)
    assert [("GET", "/wines/{id}", "F"), ("POST", "/wines/{id}", "F"), ("ANY", "/{proxy+}", "F")] == routes(api)
    assert [("guard", False), (None, True), (None, False)] == [
        (one.authorizer, one.api_key_required) for one in api.endpoints
    ]
    assert (1.5, ("image/png",)) == (api.endpoints[0].route.timeout, api.endpoints[0].route.binary_media_types)
    assert api.authorizers["guard"] == Authorizer(
        name="guard",
        kind=AuthorizerKind.TOKEN,
        function="F",
        identity_sources=("method.request.header.X-Token",),
        validation="^x",
        payload_version="1.0",
    )
    assert {
        "type: OPTIONS /wines/{id} is no Lambda proxy integration; it is left out.",
        "security: `pool` is not asked here: every caller is let in.",
    } == set(told(template))


def test_an_http_apis_definition_has_versions_and_tokens_and_events_fill_it_in(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        """
        Resources:
          Api:
            Type: AWS::Serverless::HttpApi
            Properties:
              DefinitionBody:
                openapi: 3.0.1
                paths:
                  /a:
                    get:
                      security: [{tokens: [read]}]
                      x-amazon-apigateway-integration:
                        $ref: '#/components/x-amazon-apigateway-integrations/f'
                  /b:
                    get: {responses: {}}
                components:
                  securitySchemes:
                    tokens:
                      type: oauth2
                      x-amazon-apigateway-authorizer:
                        type: jwt
                        identitySource: $request.querystring.token
                        jwtConfiguration: {issuer: "https://example.com", audience: [web]}
                  x-amazon-apigateway-integrations:
                    f:
                      type: AWS_PROXY
                      payloadFormatVersion: "1.0"
                      uri: !Sub ${F.Arn}
          F:
            Type: AWS::Serverless::Function
            Properties:
              Handler: app.handler
              Events:
                B: {Type: HttpApi, Properties: {Path: /b, Method: GET, ApiId: !Ref Api, PayloadFormatVersion: "1.0"}}
        """,
    )
    api = only(template)
    assert Shape.HTTP_V1 == api.front
    assert [("GET", "/a", "F"), ("GET", "/b", "F")] == routes(api)
    assert ("tokens", ("read",)) == (api.endpoints[0].authorizer, api.endpoints[0].scopes)
    assert ("$request.querystring.token",) == api.authorizers["tokens"].identity_sources
    assert [] == told(template)


def test_a_mistake_in_a_definition_of_its_own_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "openapi.yaml").write_text("paths:\n  /a: 1\n")
    text = "Resources: {Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionUri: openapi.yaml}}}"
    with pytest.raises(Exception, match=r"openapi\.yaml:2: .*/a: it has to be an object\."):
        read(tmp_path, text)


# --- API Gateway's own resources -------------------------------------------------------------------------------------


def test_a_rest_api_of_resources_and_methods_is_read(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        """
        Resources:
          F:
            Type: AWS::Lambda::Function
            Properties: {Handler: app.handler, Runtime: python3.12, Code: src}
          Api:
            Type: AWS::ApiGateway::RestApi
            Properties: {Name: wines, BinaryMediaTypes: [image/png]}
          Wine:
            Type: AWS::ApiGateway::Resource
            Properties: {RestApiId: !Ref Api, ParentId: !Ref Wines, PathPart: "{id}"}
          Wines:
            Type: AWS::ApiGateway::Resource
            Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: wines}
          Guard:
            Type: AWS::ApiGateway::Authorizer
            Properties:
              Name: guard
              RestApiId: !Ref Api
              Type: REQUEST
              IdentitySource: method.request.header.Authorization, context.path
              AuthorizerUri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/functions/${F.Arn}/invocations
          Get:
            Type: AWS::ApiGateway::Method
            Properties:
              RestApiId: !Ref Api
              ResourceId: !Ref Wine
              HttpMethod: GET
              ApiKeyRequired: true
              AuthorizationType: CUSTOM
              AuthorizerId: !Ref Guard
              Integration:
                Type: AWS_PROXY
                IntegrationHttpMethod: POST
                TimeoutInMillis: 5000
                Uri: !Join ['', ['arn:aws:apigateway:us-east-1:lambda:path/functions/', !GetAtt F.Arn, /invocations]]
          Root:
            Type: AWS::ApiGateway::Method
            Properties:
              RestApiId: !Ref Api
              ResourceId: !GetAtt Api.RootResourceId
              HttpMethod: ANY
              AuthorizationType: AWS_IAM
              Integration:
                Type: AWS_PROXY
                Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations
          Mock:
            Type: AWS::ApiGateway::Method
            Properties: {RestApiId: !Ref Api, ResourceId: !Ref Wines, HttpMethod: OPTIONS, Integration: {Type: MOCK}}
          Deployment:
            Type: AWS::ApiGateway::Deployment
            Properties: {RestApiId: !Ref Api}
          Stage:
            Type: AWS::ApiGateway::Stage
            Properties: {RestApiId: !Ref Api, DeploymentId: !Ref Deployment, StageName: prod, Variables: {A: "1"}}
          Key:
            Type: AWS::ApiGateway::ApiKey
            Properties: {Value: abcdefghijklmnopqrst}
        """,
    )
    api = only(template)
    assert [("GET", "/wines/{id}", "F"), ("ANY", "/", "F")] == routes(api)
    first, second = api.endpoints
    assert ("prod", {"A": "1"}, 5.0, ("image/png",)) == (
        first.route.stage,
        first.route.stage_variables,
        first.route.timeout,
        first.route.binary_media_types,
    )
    assert (("Guard", True), (None, False)) == (
        (first.authorizer, first.api_key_required),
        (second.authorizer, second.api_key_required),
    )
    assert api.authorizers["Guard"] == Authorizer(
        name="guard",
        kind=AuthorizerKind.REQUEST,
        function="F",
        identity_sources=("method.request.header.Authorization", "context.path"),
        payload_version="1.0",
    )
    assert {"Key": "abcdefghijklmnopqrst"} == dict(api.api_keys)
    assert {
        "AuthorizationType: `AWS_IAM` is not asked here: every caller is let in.",
        "Integration: OPTIONS /wines is no Lambda proxy integration; it is left out.",
    } == set(told(template))


HTTP = {
    "F": {"Type": "AWS::Lambda::Function", "Properties": {"Handler": "app.handler"}},
    "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "wines", "ProtocolType": "HTTP"}},
    "Integration": {
        "Type": "AWS::ApiGatewayV2::Integration",
        "Properties": {
            "ApiId": {"Ref": "Api"},
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": {"Fn::GetAtt": ["F", "Arn"]},
            "PayloadFormatVersion": "1.0",
            "TimeoutInMillis": 10000,
        },
    },
    "Tokens": {
        "Type": "AWS::ApiGatewayV2::Authorizer",
        "Properties": {
            "ApiId": {"Ref": "Api"},
            "AuthorizerType": "JWT",
            "IdentitySource": ["$request.header.Authorization"],
            "JwtConfiguration": {"Issuer": "https://example.com", "Audience": ["web"]},
            "Name": "tokens",
        },
    },
    "Route": {
        "Type": "AWS::ApiGatewayV2::Route",
        "Properties": {
            "ApiId": {"Ref": "Api"},
            "RouteKey": "GET /wines/{id}",
            "AuthorizationType": "JWT",
            "AuthorizerId": {"Ref": "Tokens"},
            "AuthorizationScopes": ["read"],
            "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "Integration"}]]},
        },
    },
    "Default": {
        "Type": "AWS::ApiGatewayV2::Route",
        "Properties": {
            "ApiId": {"Ref": "Api"},
            "RouteKey": "$default",
            "Target": {"Fn::Sub": "integrations/${Integration}"},
        },
    },
    "Stage": {
        "Type": "AWS::ApiGatewayV2::Stage",
        "Properties": {"ApiId": {"Ref": "Api"}, "StageName": "$default", "AutoDeploy": True},
    },
}


def test_an_http_api_of_routes_and_integrations_is_read(tmp_path: Path) -> None:
    template = read(tmp_path, json.dumps({"Resources": HTTP}, indent=1), name="stack.json")
    api = only(template)
    assert ("wines", Shape.HTTP_V1) == (api.name, api.front)
    assert [("GET", "/wines/{id}", "F"), ("ANY", "$default", "F")] == routes(api)
    first = api.endpoints[0]
    assert ("Tokens", ("read",), 10.0, "") == (
        first.authorizer,
        first.scopes,
        first.route.timeout,
        first.route.stage,
    )
    assert ("https://example.com", ("web",)) == (api.authorizers["Tokens"].issuer, api.authorizers["Tokens"].audience)


def test_an_http_api_that_names_its_target_has_one_route(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        f"""
        Resources:{FUNCTION}
          Api:
            Type: AWS::ApiGatewayV2::Api
            Properties: {{ProtocolType: HTTP, Target: !GetAtt F.Arn, CorsConfiguration: {{AllowOrigins: ['*']}}}}
          Sockets:
            Type: AWS::ApiGatewayV2::Api
            Properties: {{ProtocolType: WEBSOCKET}}
        """,
    )
    assert [("ANY", "$default", "F")] == routes(only(template))
    assert Cors(allow_origins=("*",)) == only(template).cors
    assert ["ProtocolType: WebSocket APIs are not read here."] == told(template)


@pytest.mark.parametrize(
    "target",
    ["!GetAtt F.Arn", "!Ref F", "!Ref Live", "!Ref F.Alias", "arn:aws:lambda:us-east-1:123456789012:function:F:live"],
)
def test_a_function_is_known_by_name_arn_and_alias(tmp_path: Path, target: str) -> None:
    template = read(
        tmp_path,
        f"""
        Resources:{FUNCTION}
          Live:
            Type: AWS::Lambda::Alias
            Properties: {{FunctionName: !Ref F, Name: live}}
          Url:
            Type: AWS::Lambda::Url
            Properties: {{AuthType: NONE, TargetFunctionArn: {target}}}
        """,
    )
    assert [("ANY", "$default", "F")] == routes(only(template))
    assert Shape.FUNCTION_URL == only(template).front


def test_a_sam_functions_url_is_read(tmp_path: Path) -> None:
    url = "FunctionUrlConfig: {AuthType: AWS_IAM, Cors: {AllowOrigins: ['*'], MaxAge: 60}}"
    template = read(tmp_path, f"Resources:{FUNCTION}              {url}\n")
    assert ("FUrl", Cors(allow_origins=("*",), max_age=60)) == (only(template).name, only(template).cors)
    assert ["AuthType: `AWS_IAM` is not asked here: every caller is let in."] == told(template)


def test_a_load_balancers_listener_is_read(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        f"""
        Resources:{FUNCTION}
          Group:
            Type: AWS::ElasticLoadBalancingV2::TargetGroup
            Properties:
              TargetType: lambda
              Targets: [{{Id: !GetAtt F.Arn}}]
              TargetGroupAttributes: [{{Key: lambda.multi_value_headers.enabled, Value: 'true'}}]
          Listener:
            Type: AWS::ElasticLoadBalancingV2::Listener
            Properties:
              DefaultActions: [{{Type: fixed-response}}]
          Late:
            Type: AWS::ElasticLoadBalancingV2::ListenerRule
            Properties:
              ListenerArn: !Ref Listener
              Priority: 20
              Conditions: [{{Field: path-pattern, Values: [/api/*]}}]
              Actions: [{{Type: forward, TargetGroupArn: !Ref Group}}]
          Early:
            Type: AWS::ElasticLoadBalancingV2::ListenerRule
            Properties:
              ListenerArn: !Ref Listener
              Priority: 5
              Conditions:
                - {{Field: path-pattern, PathPatternConfig: {{Values: [/wines]}}}}
                - {{Field: http-request-method, HttpRequestMethodConfig: {{Values: [GET, POST]}}}}
              Actions: [{{Type: forward, TargetGroupArn: !Ref Group}}]
        """,
    )
    assert Shape.ALB_MULTI == only(template).front
    assert [("GET", "/wines", "F"), ("POST", "/wines", "F"), ("ANY", "/api/{proxy+}", "F")] == routes(only(template))


def test_a_route_to_what_is_not_in_the_template_is_noted_and_left_out(tmp_path: Path) -> None:
    url = "{AuthType: NONE, TargetFunctionArn: arn:aws:lambda:us-east-1:123456789012:function:other}"
    template = read(tmp_path, f"Resources: {{Url: {{Type: AWS::Lambda::Url, Properties: {url}}}}}")
    assert () == template.apis
    assert [
        "TargetFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:other` is no function of this template; "
        "it is left out."
    ] == told(template)
