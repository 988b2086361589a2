"""E01-E32: what handlers get wrong in reading an event."""

from __future__ import annotations

from lambda_contracts.diagnosis.entry import entries

# One row a code: code, title, why, fix, evidence, rules.
# fmt: off
EVENT_CODES = entries(
    ("E01", "reads its input at the top of the event",
     "The handler takes its input from the event itself. That is where the Lambda console and the SDKs put it; "
     "behind API Gateway, a function URL or a load balancer the same JSON is a string under `body`.",
     'read the payload with json.loads from event["body"] when the event has a body, else from the event itself',
     "py4u.org/questions/63471529; localstack#1124; localstack#411; python-lambda#52", "R1 R40 R70"),
    ("E02", "reads body from an event that is the payload itself",
     "The handler expects the envelope of a front, and was invoked directly: the console and the SDKs send the "
     "payload as the event, without `body`.",
     "take the event itself for the payload when it has neither body nor requestContext",
     "lambci/docker-lambda#101; StackOverflow 41648467", ""),
    ("E03", "parses a body that is an object already",
     "An event typed into the console, or sent with `sls invoke`, has the payload under `body` as an object. Every "
     "front sends a string there, so json.loads works behind a front only.",
     "parse the body only if it is a string",
     "docker-lambda#101; serverless#2833; Zappa#110; aws-lambda-power-tuning#112; mangum#152", "R12 R40"),
    ("E04", "uses the body as an object, and it is a string",
     "Every front delivers the request's body as text. Only an event made by hand has an object there.",
     "parse the body with json.loads when it is a string",
     "jpdebug.com/p/1507500; sam-cli-app-templates PR #283; localstack#3360", "R12 R40"),
    ("E05", "parses a body that is null",
     "A request without a body (a GET, a preflight, API Gateway's Test button) comes with `body` null, which "
     "json.loads refuses.",
     'parse `event.get("body") or "{}"`, or answer 400 when there is no body',
     "powertools-python#881; awslabs/mcp#595; enter-at/python-aws-lambda-handlers#145; "
     "lambda-api#123", "R2 R16"),
    ("E06", "gives body a default that null does not take",
     '`event.get("body", default)` returns the default only when the key is absent. Here the key is there and its '
     "value is null, so null is what is parsed.",
     'write `event.get("body") or default`',
     "powertools#797; powertools#820", "R2"),
    ("E07", "reads a body that HTTP APIs and function URLs leave out",
     "Format 2.0 has no `body` key at all when the request has no body, where a REST API sends null.",
     'write `event.get("body") or "{}"`, or answer 400 when there is no body',
     "powertools PR #820", "R40 R60"),
    ("E08", "parses a body that is the empty string",
     'A load balancer, and several local emulators, send `""` where API Gateway sends null. The empty text is not '
     "JSON.",
     'write `event.get("body") or "{}"`, which takes null, absent and empty alike',
     "aws-sam-cli#338; serverless-wsgi#223", "R2 R70"),
    ("E09", "parses a base64 body as it is",
     "The body came as base64, and `isBase64Encoded` says so: the API has a binary media type that matches, the "
     "request is compressed, or the event is the sample of the Lambda console. The base64 text is no JSON.",
     'decode the body with base64.b64decode when event["isBase64Encoded"] is true',
     "blog.awcjack.top on base64 bodies; serverless-express#64; powertools-ts#3199; scar#279", "R12 R47 R73"),
    ("E10", "decodes base64 from a body that is plain text",
     "The body is base64 only when `isBase64Encoded` is true. Here it is false: decoding fails, or gives garbage.",
     'decode the body only when event["isBase64Encoded"] is true',
     "scar#279", "R12 R47 R73"),
    ("E11", "parses a form as JSON",
     "The body is of the type application/x-www-form-urlencoded, as HTML forms and `curl -d` send it.",
     "look at the content type, and read forms with urllib.parse.parse_qs; answer 415 for what is not supported",
     "serverless-offline#225; localstack#871; localstack#1762", "R12"),
    ("E12", "gets a string from a body that was encoded twice",
     "The body is a JSON string that holds JSON, as it comes of copying an event out of a log: json.loads returns a "
     "string, not an object.",
     "send the body encoded once; answer 400 when the parsed body is not an object",
     "serverless#2833", ""),
    ("E13", "takes a query string for granted",
     "Without a query string `queryStringParameters` is null behind a REST API and absent in format 2.0, and a "
     "parameter that the client left out is in no map.",
     'write `(event.get("queryStringParameters") or {}).get(name)`',
     "aws-sam-cli#338; powertools-ts#2461", "R2 R16 R40"),
    ("E14", "gives the query string a default that null does not take",
     '`event.get("queryStringParameters", {})` returns the default only when the key is absent. A REST API sends the '
     "key with the value null.",
     'write `(event.get("queryStringParameters") or {})`',
     "codemia guide on missing maps", "R2 R16"),
    ("E15", "takes path parameters or stage variables for granted",
     "`pathParameters` and `stageVariables` are null (REST) or absent (format 2.0, load balancers) when the route "
     "has no parameters or the stage no variables, as behind the Test button.",
     'write `(event.get("pathParameters") or {}).get(name)`, and the same for stageVariables',
     "terraform-aws-serverless-pypi#11; serverless-python-sample#2", "R2 R16 R40"),
    ("E16", "reads headers that are null",
     "API Gateway's Test button sends `headers` as null when none were typed in.",
     'write `(event.get("headers") or {}).get(name)`',
     "Zappa PR #735; lambda-api#114; powertools-ts#2527; chalice#536", "R16"),
    ("E17", "reads a multi-value map that is not there",
     "`multiValueHeaders` and `multiValueQueryStringParameters` are part of REST events and of load balancers with "
     "multi-value headers on. Format 2.0 and other load balancers have neither; the Test button sends null.",
     'fall back on headers (or queryStringParameters): `event.get("multiValueHeaders") or {}`',
     "powertools#3823; lambda-api#114; localstack PR #3176", "R2 R16 R40 R71"),
    ("E18", "looks a header up in one spelling",
     "HTTP APIs, function URLs and load balancers lower the case of header names, and a REST API keeps the client's: "
     "`Content-Type` may arrive as `content-type`.",
     'look in `{name.lower(): value for name, value in (event.get("headers") or {}).items()}`',
     "grammY PR #900; bolt-js#937; lambda-api#15; serverless-offline#1207; HSReplay.net#130; "
     "localstack#12688", "R10 R45 R60 R72"),
    ("E19", "takes sourceIp for an IP address",
     "The Test button sends the text `test-invoke-source-ip`, and some fronts add a port.",
     "catch the ValueError of an address that is none, and go on without it",
     "powertools#1562; powertools#7288; powertools-ts#2526", "R16"),
    ("E20", "routes on httpMethod or path, which format 2.0 does not have",
     "HTTP APIs and function URLs call them `requestContext.http.method` and `rawPath`.",
     'read `event.get("httpMethod") or event["requestContext"]["http"]["method"]`, and path or rawPath alike',
     "awsgi#73; awsgi#58; apig-wsgi#124; developer-guide PR #386; lambda-api#182; quarkus PR #56612", "R1 R40 R41 R60"),
    ("E21", "reads what only format 2.0 has",
     "`requestContext.http`, `rawPath`, `rawQueryString`, `routeKey` and `cookies` are of HTTP APIs and function "
     "URLs. REST APIs, load balancers and the Test button have httpMethod and path.",
     "read httpMethod and path when there is no requestContext.http",
     "powertools#5321", "R1 R40 R41 R70"),
    ("E22", "expects an HTTP request, and gets an event that is none",
     "The handler reads requestContext, a method, a path or headers. The event comes from the console, an SDK or "
     "another service, and has no such envelope.",
     "look whether event has requestContext before reading the envelope, and handle or refuse other events",
     "mangum#126; mangum#95; mangum#191; mangum#39; aws-samples/llm-apps-workshop#5; DarkHours#75", ""),
    ("E23", "is woken by a schedule, and reads an HTTP request",
     "A scheduled or warm-up event reached the handler of an API: it has no method, path, headers or body, so every "
     "tick is a function error.",
     'return early for events of a schedule: `if event.get("source") == "aws.events": return {}`',
     "lambda-warmer-py#27; serverless-wsgi#54; serverless-wsgi#83; serverless-plugin-warmup#246", ""),
    ("E24", "compares a path that carries a stage or a base path",
     "On a named stage of an HTTP API `rawPath` begins with the stage, and behind a custom domain `path` begins with "
     "the base path: the route is not found, in the cloud only.",
     "take `/{requestContext.stage}` or the base path off before comparing, or compare routeKey or resource",
     "powertools#621; serverless-express#653; aws-lambda-rust-runtime#782; "
     "aws-lambda-java-libs#240; localstack#12295", "R6 R43u"),
    ("E25", "reads one value where there may be several",
     "A parameter that is given twice is its last value in `queryStringParameters` of a REST API or a load balancer, "
     "and one string with a comma in format 2.0. Only the multi-value maps hold all.",
     "read multiValueQueryStringParameters where it is there, and split at commas or parse rawQueryString elsewhere",
     "medium: lancers on payload 2.0; aws-lambda-web-adapter#462", "R9 R44 R71"),
    ("E26", "reads a load balancer's query without decoding it",
     "A load balancer passes query values as they stood in the URL, with `%20` and `+`. API Gateway decodes them.",
     'decode with urllib.parse.unquote_plus when event["requestContext"] has elb',
     "aws-lambda-fastify#90; serverless-wsgi#146; lambda-api#132; bref#456", "R9 R44 R72"),
    ("E27", "reads the single maps of a load balancer with multi-value headers",
     "With multi-value headers on, a load balancer sends `multiValueHeaders` and `multiValueQueryStringParameters` "
     "instead of `headers` and `queryStringParameters`, never both.",
     "read the multi-value maps when the single ones are absent, and take the last value",
     "serverless-express#392; aws-lambda-web-adapter#462; lamedh#25; java-libs#162", "R71"),
    ("E28", "looks for the authorizer's claims in one place",
     "A Cognito authorizer of a REST API puts them under `authorizer.claims`, a JWT authorizer of an HTTP API under "
     "`authorizer.jwt.claims`, a Lambda authorizer there under `authorizer.lambda`; without one nothing is there.",
     "look in each of the places, and answer 401 when there is none",
     "floci#2010; serverless-offline#292; serverless-offline#654; powertools#531", "R3 R41"),
    ("E29", "uses a parameter as a number",
     "Query and path parameters are strings in every shape, whatever the client wrote.",
     "convert them with int(...), and answer 400 on a ValueError",
     "python-lambda#52", "R9 R44"),
    ("E30", "expects the event of a mapping template",
     "`body-json`, `params` and `context` are made by the pass-through template of a non-proxy integration. This "
     "event is that of a proxy integration.",
     "read body, pathParameters, queryStringParameters and headers, or switch the integration back",
     "serverless-python-sample#2; aws-sam-cli#996", "R1"),
    ("E31", "uses an S3 key without decoding it",
     "The key in an S3 event is URL-encoded: a space is `+`, other signs are `%..`. S3 does not know the object by "
     "that name.",
     'decode it: urllib.parse.unquote_plus(record["s3"]["object"]["key"])',
     "boto3#1204; aws-sdk-net#1417; aws-sdk-net#640; aws-lambda-go#82; cloud-custodian#1554; "
     "siem#42", ""),
    ("E32", "expects S3's records, and gets a test event or a wrapped one",
     "S3 sends one `s3:TestEvent` without Records when a notification is set up; through SNS or SQS its event is a "
     "JSON string inside each message.",
     'return early when event.get("Event") is s3:TestEvent, and parse the body or Message of queue and topic records',
     "aws-sam-cli#7252", ""),
)
# fmt: on
