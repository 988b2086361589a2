"""P01-P15: what handlers get wrong in answering."""

from __future__ import annotations

from lambda_contracts.diagnosis.entry import entries

# One row a code: code, title, why, fix, evidence, rules.
# fmt: off
RESPONSE_CODES = entries(
    ("P01", "returns its result bare",
     "What the console shows as a fine result is no response: a REST API answers 502 for keys that it does not know, "
     "an HTTP API or a function URL sends the whole object as the body.",
     'return {"statusCode": 200, "body": json.dumps(result)}',
     "StackOverflow 43708017; aws-sam-cli#964", "R23 R50 R61"),
    ("P02", "returns an object as body",
     "The body of a response is a string. A REST API answers 502 for an object or a list, though SAM's emulator "
     "sends it.",
     "pass the body through json.dumps",
     "lambda-proxy#59; StackOverflow 43708017", "R31 R63"),
    ("P03", "returns what JSON cannot hold",
     "numpy's numbers and arrays, dates, sets and bytes are no JSON: at the top level the runtime fails with "
     "Runtime.MarshalError, inside json.dumps Python does with TypeError.",
     "convert first: float(x), x.tolist(), x.isoformat(); or give json.dumps a default=",
     "boto3#2533; numpy#18994; mljar-supervised#613", "R82"),
    ("P04", "answers NaN or Infinity",
     "Python writes them as bare words that are no JSON: the client gets a body that it cannot parse, or 502 when "
     "they are in the result itself.",
     "replace them by null before json.dumps, and pass allow_nan=False to it",
     "chalice#926; gluonts#234; connexion#1068", "R24 R92"),
    ("P05", "passes a Decimal to json.dumps",
     "The runtime client turns a Decimal in the result into a number, so it works in the console; the handler's own "
     "json.dumps raises TypeError.",
     "give json.dumps default=float or default=str, or convert what DynamoDB returned",
     "", ""),
    ("P06", "returns keys that are not part of a response",
     "A REST API answers 502 for any key besides statusCode, headers, multiValueHeaders, body and isBase64Encoded. "
     "HTTP APIs and function URLs ignore it, which hides the mistake.",
     "leave the key out, or put it into body",
     "", "R23 R53"),
    ("P07", "returns a header value that is no string",
     "A number, null or a list as header value is read differently by every front; a load balancer is reported to "
     "answer 502.",
     "make it a string: str(len(body)); leave out headers without a value",
     "netlify/cli#451; lambda-dispatch#52; serverless-http#76; serverless-express#685", "R25u R53u R56u R74u"),
    ("P08", "returns a multi-value header that is no list",
     "Every value of multiValueHeaders has to be a list of strings; a plain string gives 502 on a REST API and 500 "
     "on an HTTP API with payload 1.0.",
     "put the value into a list",
     "", "R26 R56"),
    ("P09", "returns multiValueHeaders where they are ignored",
     "Payload 2.0 does not know multiValueHeaders: its headers, Set-Cookie among them, are silently lost.",
     "send cookies in the list cookies, and other values joined by commas in headers",
     "mangum#215; mangum#216; serverless-http#185; serverless-http#168; bref#820; "
     "serverless-express#554", "R54 R64"),
    ("P10", "returns cookies to a REST API",
     "The list cookies belongs to payload 2.0. For a REST API it is an unknown key, though SAM lets it pass.",
     'send them as multiValueHeaders {"Set-Cookie": [...]} there',
     "", "R23u"),
    ("P11", "answers binary, and the client gets base64 text",
     "A REST API decodes a base64 body only when the first type of the client's Accept header is one of the API's "
     "binary media types; the response's own Content-Type does not count.",
     "add the type to the API's binary media types, and let the client send it first in Accept",
     "rust-runtime#667; rust-runtime#531; aws-lambda-go#91; serverless-apigw-binary#33; "
     "aws-sam-cli#312; aws-sam-cli#1826", "R32"),
    ("P12", "returns no statusCode",
     "A REST API takes that for 200, an HTTP API with payload 1.0 answers 500, and with payload 2.0 the whole object "
     "becomes the body.",
     "return statusCode, an integer from 100 to 599",
     "fakecloud#2413", "R22 R51 R56 R75"),
    ("P13", "returns headers in the map that the load balancer does not read",
     "A target group reads headers or multiValueHeaders, by its multi-value setting, and drops the other.",
     "give both maps the same content, or use the one of the target group's setting",
     "serverless-express#392; srvx#301", "R74"),
    ("P14", "takes a function error for an answer",
     "A failed invocation is still HTTP 200, from the emulator as from the Invoke API, with errorMessage and "
     "errorType in its payload. Code that looks only at the status passes the error object on as a result.",
     "look at FunctionError (X-Amz-Function-Error), or for errorType in the payload, before using it",
     "RIE#20; RIE#21; RIE#86; aws-sam-cli#522; aws-sam-cli#5749; aws-lambda-helper#21", "R53 R81"),
    ("P15", "returns what is no object",
     "None, a string or a list is no response: a REST API answers 502, an HTTP API with payload 2.0 sends it as the "
     "body.",
     'return {"statusCode": 200, "body": json.dumps(result)}',
     "", "R24 R24u R50 R61"),
)
# fmt: on
