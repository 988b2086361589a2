"""R20-R33, R50-R64, R74-R75: how each front turns a return value into an HTTP response."""

from __future__ import annotations

from lambda_contracts.rules.rule import (
    ALBS,
    DOCUMENTED,
    FUNCTION_URL,
    HTTP_APIS,
    HTTP_V1,
    HTTP_V2,
    INFERRED,
    RECORDED,
    REST,
    V2_EVENT,
    rows,
)

_FORMAT = "LocalStack AWS-validated test_lambda_aws_proxy_response_format"
_VALIDATION = "LocalStack AWS-validated test_aws_proxy_response_payload_format_validation"
_VALIDATION_V1 = "LocalStack AWS-validated test_aws_proxy_response_payload_format_validation_v1"
_VALIDATION_V2 = "LocalStack AWS-validated test_aws_proxy_response_payload_format_validation_v2"
_BINARY = "LocalStack AWS-validated test_aws_proxy_binary_response"
_NET = ".NET Lambda Test Tool snapshot"
_URL = "LocalStack AWS-validated test_lambda_url_invocation"
_ALB_DOC = "AWS docs: Elastic Load Balancing, Lambda functions as targets"
_NONE = "no recording; by analogy with what is recorded"

# One row a rule: id, fronts, confidence, source, statement.
# fmt: off
REST_RESPONSE_RULES = rows(
    ("R20", REST, RECORDED, _FORMAT,
     "A lone statusCode gives that status, an empty body and Content-Type application/json."),
    ("R21", REST, RECORDED, _FORMAT,
     "An empty object is a valid result: 200 with an empty body."),
    ("R22", REST, RECORDED, f"{_VALIDATION}; {_NET} V1_HandlesZeroStatusCodeRest",
     "A missing statusCode means 200; digits in a string are read as a number; 0 and other text are malformed: 502."),
    ("R22u", REST, INFERRED, "SAM CLI source; no recording",
     "A statusCode that is negative, out of 100-599, a fraction, a boolean or a list is taken to be malformed; null is "
     "taken to be missing."),
    ("R23", REST, RECORDED, _VALIDATION,
     "Only statusCode, headers, multiValueHeaders, body and isBase64Encoded may be there; any other key gives 502."),
    ("R23u", REST, INFERRED, "SAM CLI source lets them pass; no recording",
     "cookies and base64Encoded are taken to be refused like any other unknown key."),
    ("R24", REST, RECORDED, f"{_VALIDATION}; {_NET} ToApiGatewayProxyResponse_InvalidJson_ReturnsErrorResponseRest",
     "A result that is not an object, or not JSON at all, gives 502."),
    ("R24u", REST, INFERRED, "SAM CLI and LocalStack source; no recording",
     "A handler that returns nothing (null) is taken to get 502."),
    ("R25", REST, RECORDED, _VALIDATION,
     "headers may be null; a boolean header value is sent as true or false."),
    ("R25u", REST, INFERRED,
     "LocalStack source refuses numbers, type packages allow them; aws-sam-cli issue 1218 for null; no recording",
     "A number as header value is taken to be sent as text, null to leave the header out, a default Content-Type "
     "included; a list, an object, or headers that are no object are taken to be malformed."),
    ("R26", REST, RECORDED, _VALIDATION,
     "A multiValueHeaders value that is not a list gives 502."),
    ("R27", REST, RECORDED, f"{_VALIDATION}; {_NET} V1_CombinesSingleAndMultiValueHeadersRest",
     "Both header maps are merged whatever the case of the names: values of multiValueHeaders first and in its "
     "spelling, then headers; an equal pair appears once."),
    ("R28", REST, RECORDED, f"{_VALIDATION}; {_NET} V1_DefaultsToCorrectContentTYpeRest",
     "Content-Type is application/json unless the function sets it; the case of header names is kept."),
    ("R29", REST, RECORDED, f"{_NET} V1_HandlesZeroStatusCodeRest",
     'The error body is {"message": "Internal server error"}, with a space, and x-amzn-ErrorType says '
     "InternalServerErrorException."),
    ("R30", REST, DOCUMENTED, "AWS docs: API Gateway gateway response types, quotas",
     "A function error, a function timeout, an exit or an oversize result gives 502; the integration timeout (29 s "
     "unless configured) gives 504."),
    ("R31", REST, RECORDED, "API Gateway execution log quoted in lambda-proxy issue 59",
     "The body is a string, or null for none; an object or a list gives 502."),
    ("R31u", REST, INFERRED, "aws-sam-cli issue 1124; no recording",
     "A number or a boolean as body is taken to be sent as its JSON text."),
    ("R32", REST, RECORDED, _BINARY,
     "A base64 body is decoded only when the first media type of Accept matches a binary media type of the API "
     "(type/* and */* match as wildcards there); else the base64 text is sent. Bad base64 gives 500."),
    ("R32u", REST, INFERRED, _NONE,
     "An isBase64Encoded that is no boolean is taken to be true for the text true or a number other than 0; "
     "parameters of the media type in Accept are taken not to matter."),
    ("R33", REST, DOCUMENTED, "AWS docs: API Gateway quotas; .NET Lambda Test Tool source",
     'A request whose event passes 6 MB gets 413 {"message":"Request Too Long"}; API Gateway itself takes 10 MB, and '
     "10,240 bytes of headers in all."),
    ("R33u", REST, INFERRED, _NONE,
     "What a client sees when the response headers pass 10,240 bytes is not known; they are sent here."),
)

HTTP_RESPONSE_RULES = rows(
    ("R50", HTTP_V2, RECORDED, f"{_NET} ToApiGatewayProxyResponse_ValidResponse_MatchesDirectConversion*",
     "Without statusCode, or when it is no object, the result's own text is the body: 200, application/json; a JSON "
     "string loses its quotes and text that is not JSON passes as it is."),
    ("R51", V2_EVENT, DOCUMENTED, "AWS docs: HTTP API Lambda integrations, Lambda function URLs",
     "An object with body or headers but no statusCode is no response: the client gets the object itself."),
    ("R52", HTTP_V2, RECORDED, f"{_NET} V2_DefaultsToTextPlainContentType, V2_SetsBodyBase64",
     "With statusCode the Content-Type is text/plain; charset=utf-8 unless set, base64 is always decoded when flagged, "
     "and over HTTP/1.1 header names come back capitalised."),
    ("R53", HTTP_APIS, RECORDED,
     f"{_NET} V2_HandlesZeroStatusCode; {_VALIDATION_V2}; LocalStack AWS-validated "
     "test_aws_proxy_lambda_runtime_exception; AWS docs: troubleshooting HTTP API Lambda integrations",
     'statusCode 0, a fraction or text gives 500 {"message":"Internal Server Error"}, and so do a function error and '
     "an object with errorMessage; digits in a string are read as a number and unknown keys are ignored."),
    ("R53u", HTTP_V2, INFERRED, _NONE,
     "Header values, bodies, status codes and base64 that are not of the documented type are taken to be text where "
     "they are scalars, and to give 500 where they are not."),
    ("R54", HTTP_V2, RECORDED, _VALIDATION_V2,
     "Each entry of the list cookies becomes one set-cookie header, anything but a list gives 500; multiValueHeaders "
     "is not part of payload 2.0."),
    ("R55", HTTP_V1, RECORDED, f"{_NET} *HttpV1.json",
     'A 1.0 event of an HTTP API has the REST keys plus version "1.0"; resource is the path of the route, resourceId '
     "the route key, requestId equals extendedRequestId, and path parameters are decoded."),
    ("R56", HTTP_V1, RECORDED,
     f"{_NET} V1_HandlesZeroStatusCodeHttpV1, V1_CombinesSingleAndMultiValueHeadersHttpV1; {_VALIDATION_V1}",
     "With payload 1.0 a statusCode that is missing, 0 or text, a result that is no object, or a multiValueHeaders "
     "value that is no list gives 500; the default type is text/plain; headers come before multiValueHeaders, base64 "
     "is decoded when flagged and unknown keys are ignored."),
    ("R56u", HTTP_V1, INFERRED, _NONE,
     "Header values, bodies, status codes and base64 that are not of the documented type are taken to be text where "
     "they are scalars, and to give 500 where they are not."),
    ("R57", HTTP_APIS, DOCUMENTED, "AWS docs: API Gateway quotas; .NET Lambda Test Tool source",
     'A request that is too large gets 413 {"message":"Request Entity Too Large"}; an integration may take 30 s at '
     "most."),
    ("R57u", HTTP_APIS, INFERRED, "curl trace in cortex issue 1225 (503); other sources say 504",
     'When the integration timeout passes, the client is taken to get 503 {"message":"Service Unavailable"}.'),
    ("R58", HTTP_APIS, DOCUMENTED, "AWS docs: CORS for HTTP APIs",
     "With CORS configured the API answers preflight requests itself and ignores the CORS headers of the function; "
     "a route with an authorizer that takes in OPTIONS, such as $default, authorizes them first."),
    ("R58u", HTTP_APIS, INFERRED, "no recording; by analogy with what is recorded",
     "A preflight request is taken for an OPTIONS with Origin and Access-Control-Request-Method, and to get 204. "
     "Answers to an origin that is not allowed are taken to have no CORS headers, the API's own errors to have them."),
    ("R59", HTTP_APIS, DOCUMENTED, "AWS docs: HTTP API routes; .NET Lambda Test Tool source",
     'A path without a route gets 404 {"message":"Not Found"}.'),
)

URL_RESPONSE_RULES = rows(
    ("R61", FUNCTION_URL, RECORDED, _URL,
     "Without statusCode the result is the body: 200, application/json, JSON without spaces, a string without its "
     "quotes. With statusCode the default type is application/json as well; digits in a string are read as a number."),
    ("R61u", FUNCTION_URL, INFERRED, _NONE,
     "A result that is not JSON is taken to pass as it is; values that are not of the documented type are taken to be "
     "text where they are scalars, and to give 502 where they are not."),
    ("R62", FUNCTION_URL, RECORDED, "LocalStack AWS-validated test_lambda_url_invocation_exception",
     "A function error gives 502 with the text Internal Server Error; an unknown URL or a missing permission gives "
     "403."),
    ("R63", FUNCTION_URL, DOCUMENTED, "AWS docs: Lambda function URLs",
     "An object as body is sent as JSON."),
    ("R64", FUNCTION_URL, DOCUMENTED, "AWS docs: Lambda function URLs",
     "Each entry of the list cookies becomes one set-cookie header; multiValueHeaders is not part of the format."),
)

ALB_RESPONSE_RULES = rows(
    ("R74", ALBS, DOCUMENTED, _ALB_DOC,
     "A response has statusCode, headers and isBase64Encoded; with multi-value headers on it must use "
     "multiValueHeaders, with them off headers. Hop-by-hop headers are dropped and Content-Length is computed."),
    ("R74u", ALBS, INFERRED, _NONE,
     "Missing headers or isBase64Encoded are taken to be empty and false; a number as header value or an object as "
     "body is taken to give 502; other scalars are taken to be text."),
    ("R75", ALBS, DOCUMENTED, "AWS docs: Elastic Load Balancing, troubleshooting",
     "A request body over 1 MB gets 413; a result over 1 MB, a function error, a function timeout or a malformed "
     "result gives 502."),
)
# fmt: on
