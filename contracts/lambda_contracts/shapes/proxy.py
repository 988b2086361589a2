"""The table, part one: events of the HTTP fronts."""

from __future__ import annotations

from lambda_contracts.shapes.names import Shape
from lambda_contracts.shapes.rows import Kind, Row, always, changed, documented, or_absent, or_empty, or_null, sign

_FLAG = Kind.FLAG
_FREE = Kind.FREE
_INTEGER = Kind.INTEGER
_OBJECT = Kind.OBJECT
_TEXT = Kind.TEXT
_TEXTS = Kind.TEXTS
_TEXT_LIST = Kind.TEXT_LIST
_TEXT_LISTS = Kind.TEXT_LISTS

REST = (
    always("/resource", _TEXT, "R6", "the route's template"),
    always("/path", _TEXT, "R8", "without the stage, percent-encoding kept"),
    sign("/httpMethod", _TEXT, "R1"),
    always("/headers", _TEXTS, "R10", "last value of each name, the client's case"),
    always("/multiValueHeaders", _TEXT_LISTS, "R10", "every value, in order"),
    or_null("/queryStringParameters", _TEXTS, "R9", "decoded, last value of each name"),
    or_null("/multiValueQueryStringParameters", _TEXT_LISTS, "R9", "decoded, every value"),
    or_null("/pathParameters", _TEXTS, "R8", "percent-encoding kept"),
    or_null("/stageVariables", _TEXTS, "R2"),
    sign("/requestContext", _OBJECT, "R3"),
    always("/requestContext/accountId", _TEXT, "R3"),
    always("/requestContext/apiId", _TEXT, "R3"),
    or_absent("/requestContext/authorizer", _FREE, "R3", "`claims` of a user pool, or a Lambda authorizer's context"),
    always("/requestContext/deploymentId", _TEXT, "R3"),
    always("/requestContext/domainName", _TEXT, "R3"),
    always("/requestContext/domainPrefix", _TEXT, "R3"),
    always("/requestContext/extendedRequestId", _TEXT, "R5", "like `JCJmXjUAPHcEP4w=`"),
    always("/requestContext/httpMethod", _TEXT, "R3"),
    always("/requestContext/identity", _OBJECT, "R4"),
    or_null("/requestContext/identity/accessKey", _TEXT, "R4"),
    or_null("/requestContext/identity/accountId", _TEXT, "R4"),
    or_absent("/requestContext/identity/apiKey", _TEXT, "R4", "when the method asks for a key"),
    or_absent("/requestContext/identity/apiKeyId", _TEXT, "R4", "when the method asks for a key"),
    or_null("/requestContext/identity/caller", _TEXT, "R4"),
    or_absent("/requestContext/identity/clientCert", _FREE, "R4", "with mutual TLS"),
    or_null("/requestContext/identity/cognitoAuthenticationProvider", _TEXT, "R4"),
    or_null("/requestContext/identity/cognitoAuthenticationType", _TEXT, "R4"),
    or_null("/requestContext/identity/cognitoIdentityId", _TEXT, "R4"),
    or_null("/requestContext/identity/cognitoIdentityPoolId", _TEXT, "R4"),
    or_null("/requestContext/identity/principalOrgId", _TEXT, "R4"),
    always("/requestContext/identity/sourceIp", _TEXT, "R4"),
    or_null("/requestContext/identity/user", _TEXT, "R4"),
    or_null("/requestContext/identity/userAgent", _TEXT, "R4"),
    or_null("/requestContext/identity/userArn", _TEXT, "R4"),
    or_absent("/requestContext/operationName", _TEXT, "R3"),
    always("/requestContext/path", _TEXT, "R6", "with the stage in front"),
    always("/requestContext/protocol", _TEXT, "R3"),
    always("/requestContext/requestId", _TEXT, "R5", "a UUID"),
    always("/requestContext/requestTime", _TEXT, "R5", "like `14/Apr/2025:22:16:07 +0000`"),
    always("/requestContext/requestTimeEpoch", _INTEGER, "R5", "milliseconds"),
    sign("/requestContext/resourceId", _TEXT, "R3"),
    always("/requestContext/resourcePath", _TEXT, "R6", "the route's template"),
    always("/requestContext/stage", _TEXT, "R3"),
    or_null("/body", _TEXT, "R12", "raw text, or base64 when the flag is set"),
    always("/isBase64Encoded", _FLAG, "R12"),
)

CONSOLE_TEST = changed(
    REST,
    or_null("/headers", _TEXTS, "R16", "null when left blank"),
    or_null("/multiValueHeaders", _TEXT_LISTS, "R16", "null when left blank"),
    or_absent("/requestContext/deploymentId", _TEXT, "R16"),
    sign("/requestContext/stage", _TEXT, "R16", "test-invoke-stage"),
    always("/requestContext/path", _TEXT, "R16", "without the stage"),
    always("/requestContext/domainName", _TEXT, "R16", "`testPrefix.testDomainName`"),
    always("/requestContext/domainPrefix", _TEXT, "R16", "`testPrefix`"),
    always("/requestContext/identity/apiKey", _TEXT, "R16", "`test-invoke-api-key`"),
    always("/requestContext/identity/apiKeyId", _TEXT, "R16", "`test-invoke-api-key-id`"),
    always("/requestContext/identity/sourceIp", _TEXT, "R16", "`test-invoke-source-ip`, no address"),
    always("/requestContext/identity/accessKey", _TEXT, "R16", "the caller's"),
    always("/requestContext/identity/accountId", _TEXT, "R16", "the caller's"),
    always("/requestContext/identity/caller", _TEXT, "R16"),
    always("/requestContext/identity/user", _TEXT, "R16"),
    always("/requestContext/identity/userArn", _TEXT, "R16"),
)

CONSOLE_TEMPLATE = changed(
    REST,
    sign("/requestContext/requestId", _TEXT, "E09", "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", note="never changes"),
    sign("/requestContext/resourceId", _TEXT, "E09", "123456", note="never changes"),
    always("/body", _TEXT, "E09", "base64"),
    always("/isBase64Encoded", _FLAG, "E09", "true"),
    *(
        or_absent(f"/requestContext/{key}", _TEXT, "E09")
        for key in ("deploymentId", "domainName", "domainPrefix", "extendedRequestId")
    ),
    or_absent("/requestContext/identity/principalOrgId", _TEXT, "E09"),
)

HTTP_V1 = changed(
    REST,
    sign("/version", _TEXT, "R55", "1.0"),
    always("/path", _TEXT, "R55", "with a named stage, percent-encoding kept"),
    or_null("/pathParameters", _TEXTS, "R55", "percent-decoded"),
    or_absent("/requestContext/authorizer", _FREE, "R55", "`claims` and `scopes`, or a Lambda authorizer's context"),
    always("/requestContext/identity/userAgent", _TEXT, "R55", "empty without one"),
    or_absent("/requestContext/identity/cognitoAmr", Kind.ANY, "R55"),
    or_absent("/requestContext/identity/clientCert", _FREE, "R55", "with mutual TLS"),
    always("/requestContext/path", _TEXT, "R55", "percent-decoded"),
    always("/requestContext/requestId", _TEXT, "R55", "like `JCJmXjUAPHcEP4w=`, the same as extendedRequestId"),
    always("/requestContext/resourceId", _TEXT, "R55", "the route key"),
    sign("/requestContext/resourcePath", _TEXT, "R55", note="the route's path"),
    or_null("/body", _TEXT, "R47", "text, or base64 when the flag is set"),
    without=("/requestContext/deploymentId", "/requestContext/operationName"),
)

HTTP_V2 = (
    sign("/version", _TEXT, "R40", "2.0"),
    always("/routeKey", _TEXT, "R42", "`POST /a/{id}` or `$default`"),
    sign("/rawPath", _TEXT, "R43", note="percent-decoded, with a named stage in front"),
    or_empty("/rawQueryString", _TEXT, "R43", "encoded as it was sent, without `?`"),
    or_absent("/cookies", _TEXT_LIST, "R45"),
    always("/headers", _TEXTS, "R45", "names in lower case, duplicates joined with a comma"),
    or_absent("/queryStringParameters", _TEXTS, "R44", "decoded, duplicates joined with a comma"),
    or_absent("/pathParameters", _TEXTS, "R43", "percent-decoded"),
    or_absent("/stageVariables", _TEXTS, "R40"),
    sign("/requestContext", _OBJECT, "R41"),
    always("/requestContext/accountId", _TEXT, "R41"),
    always("/requestContext/apiId", _TEXT, "R41"),
    or_absent("/requestContext/authentication", _FREE, "R41", "with mutual TLS"),
    or_absent("/requestContext/authorizer", _FREE, "R41", "under `jwt`, `lambda` or `iam`"),
    always("/requestContext/domainName", _TEXT, "R41"),
    always("/requestContext/domainPrefix", _TEXT, "R41"),
    sign("/requestContext/http", _OBJECT, "R41"),
    always("/requestContext/http/method", _TEXT, "R41"),
    always("/requestContext/http/path", _TEXT, "R43", "percent-decoded"),
    always("/requestContext/http/protocol", _TEXT, "R41"),
    always("/requestContext/http/sourceIp", _TEXT, "R41"),
    or_empty("/requestContext/http/userAgent", _TEXT, "R41"),
    always("/requestContext/requestId", _TEXT, "R41"),
    always("/requestContext/routeKey", _TEXT, "R42"),
    always("/requestContext/stage", _TEXT, "R41", "`$default` unless named"),
    always("/requestContext/time", _TEXT, "R41", "like `14/Apr/2025:22:16:07 +0000`"),
    always("/requestContext/timeEpoch", _INTEGER, "R41", "milliseconds"),
    or_absent("/body", _TEXT, "R40", "text, or base64 when the flag is set"),
    always("/isBase64Encoded", _FLAG, "R47"),
)

FUNCTION_URL = changed(
    HTTP_V2,
    always("/routeKey", _TEXT, "R60", "`$default`"),
    always("/rawPath", _TEXT, "R60"),
    sign("/requestContext/domainName", _TEXT, "R60", "*.lambda-url.*"),
    always("/requestContext/accountId", _TEXT, "R60", "`anonymous` without IAM"),
    or_absent("/requestContext/authorizer", _FREE, "R60", "`iam`, with IAM"),
    always("/requestContext/requestId", _TEXT, "R60", "a UUID"),
    always("/requestContext/stage", _TEXT, "R60", "`$default`"),
    or_absent("/body", _TEXT, "R60", "left out when empty"),
    or_absent("/pathParameters", _TEXTS, "R60", "never"),
    or_absent("/stageVariables", _TEXTS, "R60", "never"),
)

ALB = documented(
    always("/requestContext", _OBJECT, "R70"),
    sign("/requestContext/elb", _OBJECT, "R70"),
    always("/requestContext/elb/targetGroupArn", _TEXT, "R70"),
    always("/httpMethod", _TEXT, "R70"),
    always("/path", _TEXT, "R70", "percent-encoding kept"),
    or_empty("/queryStringParameters", _TEXTS, "R72", "not decoded, last value of each name"),
    always("/headers", _TEXTS, "R71", "names in lower case, last value of each"),
    or_empty("/body", _TEXT, "R70", "never null"),
    always("/isBase64Encoded", _FLAG, "R73"),
)

ALB_MULTI = changed(
    ALB,
    *documented(
        or_empty("/multiValueQueryStringParameters", _TEXT_LISTS, "R71", "not decoded, every value"),
        sign("/multiValueHeaders", _TEXT_LISTS, "R71", note="instead of `headers`"),
    ),
    without=("/queryStringParameters", "/headers"),
)

PROXY: dict[Shape, tuple[Row, ...]] = {
    Shape.REST: REST,
    Shape.HTTP_V1: HTTP_V1,
    Shape.HTTP_V2: HTTP_V2,
    Shape.FUNCTION_URL: FUNCTION_URL,
    Shape.ALB: ALB,
    Shape.ALB_MULTI: ALB_MULTI,
    Shape.CONSOLE_TEST: CONSOLE_TEST,
    Shape.CONSOLE_TEMPLATE: CONSOLE_TEMPLATE,
    Shape.DIRECT: (),
}

KEY_RULES = {
    Shape.REST: "R1",
    Shape.HTTP_V1: "R55",
    Shape.HTTP_V2: "R40",
    Shape.FUNCTION_URL: "R60",
    Shape.ALB: "R70",
    Shape.ALB_MULTI: "R71",
    Shape.CONSOLE_TEST: "R16",
    Shape.CONSOLE_TEMPLATE: "E09",
}
"""The rule that says which keys a shape has; for shapes without one, the rule of its first row."""
