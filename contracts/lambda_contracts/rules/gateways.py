"""R100-R120: what each front does with a request before the function, and what it answers without it."""

from __future__ import annotations

from lambda_contracts.rules.rule import (
    ALBS,
    DOCUMENTED,
    FUNCTION_URL,
    HTTP_APIS,
    INFERRED,
    RECORDED,
    REST,
    rows,
)

_SIBLING = "LocalStack AWS-validated test_proxy_routing_with_hardcoded_resource_sibling"
_TYPES = "AWS docs: API Gateway gateway response types"
_HTTP_ROUTES = "AWS docs: HTTP API routes"
_ALB_RULES = "AWS docs: Elastic Load Balancing, listener rules"
_ALB_QUOTAS = "AWS docs: Elastic Load Balancing, quotas; troubleshooting"
_URL_DOC = "AWS docs: Lambda function URLs"
_OUTPUT = "AWS docs: API Gateway Lambda authorizer output"
_INPUT = "AWS docs: API Gateway Lambda authorizer configuration"
_HTTP_AUTHORIZER = "AWS docs: HTTP API Lambda authorizers"
_JWT = "AWS docs: HTTP API JWT authorizers"
_NONE = "no recording; by analogy with what is recorded"

# One row a rule: id, fronts, confidence, source, statement.
# fmt: off
GATEWAY_RULES = rows(
    ("R100", REST, RECORDED, f"{_SIBLING}; aws-apigateway-importer issue 202",
     "The resource that is nearer to the path answers, with its own method before ANY; one without the method leaves "
     "the request to a greedy parameter beside it. A resource may have one child that is a parameter."),
    ("R100u", REST, INFERRED, f"LocalStack source; {_NONE}",
     "ANY is taken to mean DELETE, GET, HEAD, OPTIONS, PATCH, POST and PUT, and HEAD not to be answered by GET; a "
     "resource without the method is taken to leave the request to a parameter of one segment too."),
    ("R101", HTTP_APIS, DOCUMENTED, _HTTP_ROUTES,
     "A route that matches method and path in full comes first, then one with a greedy parameter, then $default."),
    ("R101u", HTTP_APIS, INFERRED, "powertools-lambda-python issue 1552 and w3infra pull request 166 differ",
     "A literal segment is taken to beat a parameter, a longer greedy route a shorter one, and a method ANY; a "
     "trailing slash is taken to make another path, which only a greedy parameter matches."),
    ("R102", ALBS, DOCUMENTED, _ALB_RULES,
     "Rules are tried in their order; * in a path pattern stands for any characters, ? for one, and case matters. The "
     "query is not part of it."),
    ("R102u", ALBS, INFERRED, _NONE,
     "A route's {parameter} is taken for *, and a request that no rule matches to get a fixed 404 without a body."),
    ("R103", (*REST, *HTTP_APIS), DOCUMENTED, "AWS docs: invoking REST APIs; " + _HTTP_ROUTES,
     "A URL begins with the stage, or with the base path of a custom domain instead; on an HTTP API only when another "
     "stage than $default is meant."),
    ("R103u", REST, INFERRED, "AWS re:Post: troubleshooting 403 errors of API Gateway",
     'A path that begins with no stage is taken to get 403 {"message":"Forbidden"}.'),
    ("R104", REST, RECORDED, "LocalStack AWS-validated test_lambda_aws_proxy_integration; chalice issue 65",
     "A trailing slash, and slashes in front of the path, do not matter for the resource."),
    ("R104u", (*REST, *HTTP_APIS), INFERRED, _NONE,
     "Literals are taken to be compared after percent-decoding; an encoded slash is taken for no separator, and a dot "
     "or an empty segment for itself."),
    ("R105", FUNCTION_URL, DOCUMENTED, _URL_DOC,
     "A function URL leads every method and path to its one function."),
    ("R106", REST, RECORDED, "curl traces in public READMEs; " + _INPUT,
     'Without the header of a TOKEN authorizer, or with one that its validation refuses, and without an identity '
     'source of a REQUEST authorizer, a client gets 401 {"message":"Unauthorized"}, and nothing is invoked; so too '
     "when the authorizer fails with the message Unauthorized."),
    ("R106u", REST, INFERRED, "serverless-offline source",
     "The validation is taken to be a regular expression that is searched in the token."),
    ("R107", REST, RECORDED, "curl traces in public READMEs",
     'A policy that denies gives 403 {"Message":"User is not authorized to access this resource with an explicit '
     'deny"}, one that allows nothing the same without its last words; x-amzn-ErrorType is AccessDeniedException.'),
    ("R108", REST, RECORDED, "serverless examples issue 305; chalice issue 670; lambda_authorizer issue 1",
     'An authorizer that fails, or returns no policy, gives 500 {"message":null} and x-amzn-ErrorType '
     "AuthorizerConfigurationException."),
    ("R109", HTTP_APIS, DOCUMENTED, _HTTP_AUTHORIZER,
     "Without an identity source the client gets 401 and nothing is invoked; an authorizer that cannot be invoked, or "
     "answers in another format, gives 500. isAuthorized counts only with simple responses."),
    ("R109u", HTTP_APIS, INFERRED, _NONE,
     'An authorizer that refuses is taken to give 403 {"message":"Forbidden"}, and policies are taken to count only '
     "without simple responses."),
    ("R110", HTTP_APIS, DOCUMENTED, f"{_JWT}; AWS docs: troubleshooting HTTP API JWT authorizers",
     'A JWT needs the issuer, an audience (aud or client_id), times and one of the scopes (scope or scp); else 401 '
     '{"message":"Unauthorized"} with www-authenticate. Signatures are not checked here.'),
    ("R110u", HTTP_APIS, INFERRED, _NONE,
     "A token without a needed scope is taken to get 403, one without exp 401; error descriptions but that of the "
     "audience are ours. Claims are taken to reach the function as strings, lists as [a b]."),
    ("R111", (*REST, *HTTP_APIS), DOCUMENTED, f"{_OUTPUT}; AWS docs: IAM policy evaluation",
     "A Deny wins over an Allow, and without an Allow all is denied; * and ? in actions and resources are wildcards."),
    ("R111u", (*REST, *HTTP_APIS), INFERRED, _NONE,
     "The conditions of a policy are not evaluated: a statement with a Condition is taken to hold."),
    ("R112", REST, DOCUMENTED, _OUTPUT,
     "The context of an authorizer reaches the function beside principalId, its values as strings; an object or a list "
     "among them is not valid."),
    ("R112u", HTTP_APIS, INFERRED, _NONE,
     "An HTTP API is taken to pass the context on with its types, for payload 1.0 with principalId."),
    ("R113", REST, RECORDED, "LocalStack AWS-validated test_api_key_required_for_methods; its source for the body",
     'A method that needs an API key gives 403 {"message":"Forbidden"} without a known x-api-key; the key comes from '
     "the authorizer's usageIdentifierKey where it gives one."),
    ("R114", (*REST, *HTTP_APIS, *FUNCTION_URL), DOCUMENTED, f"{_TYPES}; {_URL_DOC}",
     "Throttling gives 429."),
    ("R114u", (*REST, *HTTP_APIS, *FUNCTION_URL), INFERRED, "AWS SDKs' error messages; " + _NONE,
     'The body of a 429 is taken to be {"message":"Too Many Requests"}, that of an exceeded quota {"message":"Limit '
     'Exceeded"}, and of a function URL {"Message":"Rate Exceeded."}.'),
    ("R115", REST, RECORDED, "tests of public projects against deployed APIs",
     "A body over 10 MB gives 413 with the text HTTP content length exceeded 10485760 bytes."),
    ("R116", (*HTTP_APIS, *REST), DOCUMENTED, "AWS docs: API Gateway quotas",
     "Request line and header values may have 10,240 bytes in all."),
    ("R116u", (*HTTP_APIS, *REST), INFERRED, _NONE,
     'Beyond that the client is taken to get 431 {"message":"Request Header Fields Too Large"}.'),
    ("R117", ALBS, DOCUMENTED, _ALB_QUOTAS,
     "A request line or a header over 16 KB, or headers over 64 KB in all, give 400; a body over 1 MB gives 413."),
    ("R118", REST, DOCUMENTED, _OUTPUT,
     "A method ARN over 1,600 bytes, as long paths make one, gives 414 Request URI too long where an authorizer asks."),
    ("R119", FUNCTION_URL, DOCUMENTED, _URL_DOC,
     "With CORS configured a function URL adds its headers to every answer; they win over the function's."),
    ("R119u", FUNCTION_URL, INFERRED, _NONE,
     "A function URL is taken to answer preflight requests itself, with an empty 200, and a body whose event passes "
     "6 MB with 413."),
    ("R120", REST, DOCUMENTED, "AWS re:Post: 500 errors of API Gateway; a question on HTTP 429",
     'A function that Lambda throttles gives 500 {"message": "Internal server error"}.'),
    ("R120u", (*HTTP_APIS, *ALBS), INFERRED, _NONE,
     "A throttled function is taken to give 500 on an HTTP API and 502 on a load balancer."),
)
# fmt: on
