"""R1-R16, R40-R47, R60, R70-R73: what each front puts into the event."""

from __future__ import annotations

from lambda_contracts.rules.rule import (
    ALBS,
    DOCUMENTED,
    FUNCTION_URL,
    HTTP_V2,
    INFERRED,
    RECORDED,
    REST,
    REST_EVENT,
    TEST_BUTTON,
    rows,
)

_PROXY = "LocalStack AWS-validated test_lambda_aws_proxy_integration"
_NET = ".NET Lambda Test Tool snapshot"
_V2_DOC = "AWS docs: HTTP API Lambda integrations"
_URL = "LocalStack AWS-validated test_lambda_url_echo_invoke"
_URL_HTTP = "LocalStack AWS-validated test_lambda_url_echo_http_fixture_default, _form_payload"
_ALB_DOC = "AWS docs: Elastic Load Balancing, Lambda functions as targets"

# One row a rule: id, fronts, confidence, source, statement.
# fmt: off
REST_EVENT_RULES = rows(
    ("R1", REST_EVENT, RECORDED, _PROXY,
     "A REST event has exactly twelve keys, always: resource, path, httpMethod, headers, multiValueHeaders, "
     "queryStringParameters, multiValueQueryStringParameters, pathParameters, stageVariables, requestContext, body and "
     "isBase64Encoded. There is no version."),
    ("R2", REST_EVENT, RECORDED, _PROXY,
     "What is absent is null, neither empty nor missing: both query maps, path parameters, stage variables and body."),
    ("R3", REST_EVENT, RECORDED, _PROXY,
     "requestContext names account, API, deployment, domain, request ids, method, identity, path, protocol, times, "
     "resource and stage; authorizer is missing without one."),
    ("R3u", REST_EVENT, INFERRED, "SAM CLI source",
     "operationName is in requestContext only when the method has one."),
    ("R4", REST_EVENT, RECORDED, _PROXY,
     "identity has twelve keys, all null but sourceIp and userAgent when nobody is authenticated."),
    ("R5", REST_EVENT, RECORDED, f"{_NET} *Rest.json",
     "Each request has a fresh UUID as requestId, a fresh extendedRequestId, a requestTime like "
     "14/Apr/2025:22:16:07 +0000 and requestTimeEpoch in whole milliseconds."),
    ("R6", REST, RECORDED, _PROXY,
     "path is without the stage and requestContext.path with it; resource and requestContext.resourcePath are the "
     "template. A trailing slash stays in both paths, and is not part of the path parameter."),
    ("R7", REST, RECORDED, _PROXY,
     "A double slash inside the path is kept; one before the path is collapsed in path and kept in "
     "requestContext.path; extra slashes before the stage are dropped."),
    ("R8", REST, RECORDED, f"{_PROXY}; {_NET} V1_SpecialCharactersInPathRest, V1_UnicodeCharactersInPathRest",
     "path and pathParameters keep the percent-encoding of the request line."),
    ("R9", REST, RECORDED, f"{_PROXY} (params encoding)",
     "Query values are decoded, + being a space; the single map holds the last value of a name, the multi-value map "
     "all of them in order."),
    ("R9d", REST, DOCUMENTED, "AWS docs: API Gateway known issues",
     "A semicolon splits query parameters, and an unescaped | is refused."),
    ("R10", REST, RECORDED, _PROXY,
     "Header names keep the client's case, but Authorization and User-Agent are title-cased. Added are Host, "
     "X-Amzn-Trace-Id and X-Forwarded-*, and on edge-optimised APIs Via, X-Amz-Cf-Id and CloudFront-*."),
    ("R11", REST, RECORDED, "LocalStack AWS-validated test_apigateway_header_remapping_aws[AWS_PROXY]",
     "Connection, Content-Length, Content-MD5, Expect, Max-Forwards, Proxy-Authenticate, Server, TE, Trailer, "
     "Transfer-Encoding, Upgrade and WWW-Authenticate never reach the function; Via is rewritten."),
    ("R12", REST, RECORDED, f"{_NET} BinaryContentRest",
     "The body is the raw string, or base64 with isBase64Encoded true when the request's Content-Type is one of the "
     "API's binary media types."),
    ("R12u", REST, INFERRED, "AWS docs: API Gateway payload encodings; simpler-grants-gov PR 7648; sharp issue 889",
     "Without a matching binary media type, a body is text: bytes that are not UTF-8 are taken to become U+FFFD."),
    ("R13", REST, RECORDED, "LocalStack AWS-validated test_lambda_aws_proxy_integration_request_data_mapping",
     "A Lambda proxy integration ignores the requestParameters mappings of the integration."),
    ("R14", REST, RECORDED, "LocalStack AWS-validated test_lambda_aws_proxy_integration_non_post_method",
     'The integration must use POST; any other method gives 500 {"message":"Internal server error"}.'),
    ("R15", REST, RECORDED, "LocalStack AWS-validated test_routing_not_found",
     'An unknown path or method gives 403 {"message":"Missing Authentication Token"} and x-amzn-ErrorType '
     "MissingAuthenticationTokenException."),
    ("R16", TEST_BUTTON, RECORDED,
     "events in eight unrelated public files; LocalStack AWS-validated test_apigw_test_invoke_method_api",
     "The Test button of the API Gateway console leaves headers and query maps null when blank, uses the stage "
     "test-invoke-stage and puts test-invoke-source-ip and filled identity fields in; the context path has no stage."),
)

HTTP_EVENT_RULES = rows(
    ("R40", HTTP_V2, RECORDED, "captured 2.0 events; " + _V2_DOC,
     "version, routeKey, rawPath, rawQueryString, headers, requestContext and isBase64Encoded are always there; "
     "cookies, queryStringParameters, pathParameters, stageVariables and body are missing, not null, when absent."),
    ("R41", HTTP_V2, RECORDED, f"{_NET} V2_*.json",
     "requestContext holds account, API, domain, http, requestId, routeKey, stage, time and timeEpoch in milliseconds; "
     "authorizer and authentication only when used; the stage is $default unless named."),
    ("R42", HTTP_V2, RECORDED, f"{_NET} V2_*.json",
     "routeKey is the method and path template of the route, or $default."),
    ("R43", HTTP_V2, RECORDED, f"{_NET} V2_UnicodeCharactersInPath, V2_SpecialCharactersInPath",
     "rawPath, requestContext.http.path and path parameters are percent-decoded; rawQueryString stays encoded, without "
     "the question mark, and is empty when there is none."),
    ("R43u", HTTP_V2, INFERRED, f"{_V2_DOC}; no recording",
     "rawPath begins with the stage unless that is $default, and leaves out the base path of a custom domain."),
    ("R44", HTTP_V2, RECORDED, f"{_NET} V2_UrlEncodedQueryString",
     "queryStringParameters are decoded, values of equal names joined by a comma without space."),
    ("R45", HTTP_V2, RECORDED, f"{_NET} V2_HttpAPIHeaders; {_V2_DOC}",
     "Header names are in lower case and repeated headers are joined by commas; cookie leaves the headers and becomes "
     "the list cookies."),
    ("R46", HTTP_V2, RECORDED, f"{_NET} V2_*.json",
     "The front adds no content-type; text/plain on a POST without body is the recording client's own."),
    ("R47", HTTP_V2, RECORDED, f"{_NET} V2_BinaryContent",
     "A binary body comes as base64 with isBase64Encoded true; text/*, JSON, XML and JavaScript stay text."),
    ("R47u", HTTP_V2, INFERRED, ".NET Lambda Test Tool source",
     "Taken for binary are image/*, audio/*, video/*, octet-stream, zip, pdf, wasm and x-protobuf; the list is not "
     "documented."),
    ("R60", FUNCTION_URL, RECORDED, f"{_URL}; {_URL_HTTP}",
     "A function URL sends a 2.0 event: routeKey and stage $default, its own domain name, no body key when empty, "
     "lower-case headers with x-amzn-tls-*, x-amzn-trace-id and x-forwarded-*, a multipart body as base64."),
    ("R60u", FUNCTION_URL, INFERRED, "LocalStack source and AWS docs disagree",
     "Without authorization accountId is taken to be anonymous."),
)

ALB_EVENT_RULES = rows(
    ("R70", ALBS, DOCUMENTED, f"{_ALB_DOC}; a captured event",
     "A load balancer sends requestContext.elb.targetGroupArn, httpMethod, path, query, headers, body and "
     "isBase64Encoded; an absent body is the empty string and an absent query an empty object."),
    ("R71", ALBS, DOCUMENTED, _ALB_DOC,
     "With multi-value headers off there are headers and queryStringParameters, the last value winning; with them on "
     "multiValueHeaders and multiValueQueryStringParameters instead, never both."),
    ("R72", ALBS, DOCUMENTED, _ALB_DOC,
     "Query values are not decoded, and header names are in lower case."),
    ("R73", ALBS, DOCUMENTED, _ALB_DOC,
     "A body with content-encoding is base64; so is any type but text/*, application/json, application/javascript and "
     "application/xml."),
)
# fmt: on
