"""Handlers that are broken in a known way, one or more a code, each with its twin that is not."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

MARK = "# here"
"""Stands on the line that the diagnosis has to name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """One way to break: `broken` and `fixed` are bodies of `handler(event, context)`, or whole modules.

    `contract` is what follows `[function]`. `events` are recorded events by file name. `severity` is `warning` where
    AWS's behaviour is not known for sure, or loses something silently. `place` is the JSON pointer that the diagnosis
    has to name.
    """

    code: str
    broken: str
    fixed: str
    contract: str
    events: dict[str, Any] = field(default_factory=dict)
    place: str | None = None
    severity: str = "error"
    name: str = ""

    @property
    def id(self) -> str:
        """What the tests call it."""
        return f"{self.code} {self.name}".strip()


HEAD = "import base64\nimport json\nfrom decimal import Decimal\n\n"
ANSWER = """\
    body = json.dumps(answer)
    return {"statusCode": 200, "headers": {}, "multiValueHeaders": {}, "isBase64Encoded": False, "body": body}"""


def reads(*lines: str) -> str:
    """Return a module whose handler works out `answer` and returns it as JSON."""
    body = "\n".join(f"    {line}" for line in lines)
    return f"{HEAD}def handler(event, context):\n{body}\n{ANSWER}\n"


def returns(result: str) -> str:
    """Return a module whose handler returns one expression."""
    return f"{HEAD}def handler(event, context):\n    return {result}  {MARK}\n"


def post(accept: str, *, status: int | None = 200, payload: str = "{ x = 3 }", more: str = "") -> str:
    """Return a contract of one POST in some shapes."""
    told = f"status = {status}\n" if status else ""
    return f'[shapes]\naccept = {accept.split()!r}\n[[case]]\nname = "one"\npayload = {payload}\n{told}{more}\n'


def raw(accept: str, text: str = "", more: str = "") -> str:
    """Return a contract of one request with a raw body, by default none."""
    shapes = json.dumps(accept.split())
    return f'[shapes]\naccept = {shapes}\n[[case]]\nname = "one"\ntext = {text!r}\nstatus = 200\n{more}\n'


def get(accept: str, path: str, *, route: str = "/items", more: str = "", case: str = "") -> str:
    """Return a contract of one GET."""
    shapes = json.dumps(accept.split())
    return (
        f'[[route]]\nmethod = "GET"\npath = "{route}"\n{more}\n[shapes]\naccept = {shapes}\n'
        f'[[case]]\nname = "one"\ntext = ""\npath = "{path}"\nstatus = 200\n{case}\n'
    )


def recorded(name: str = "event.json") -> str:
    """Return a contract of one recorded event."""
    return f'[[case]]\nname = "one"\nevent = "{name}"\n'


def event(content: Any) -> dict[str, Any]:
    """Return the file of a recorded event."""
    return {"event.json": content}


S3_RECORD = {
    "eventVersion": "2.1",
    "eventSource": "aws:s3",
    "awsRegion": "us-east-1",
    "eventTime": "2025-01-01T00:00:00.000Z",
    "eventName": "ObjectCreated:Put",
    "userIdentity": {"principalId": "AWS:X"},
    "requestParameters": {"sourceIPAddress": "127.0.0.1"},
    "responseElements": {"x-amz-request-id": "1", "x-amz-id-2": "2"},
    "s3": {
        "s3SchemaVersion": "1.0",
        "configurationId": "c",
        "bucket": {"name": "b", "ownerIdentity": {"principalId": "X"}, "arn": "arn:aws:s3:::b"},
        "object": {"key": "my+file%C3%A9.csv", "size": 1, "eTag": "e", "sequencer": "0"},
    },
}
S3_EVENT = {"Records": [S3_RECORD]}
S3_TEST = {
    "Service": "Amazon S3",
    "Event": "s3:TestEvent",
    "Time": "2025-01-01T00:00:00.000Z",
    "Bucket": "b",
    "RequestId": "1",
    "HostId": "2",
}
SQS_EVENT = {
    "Records": [
        {
            "messageId": "1",
            "receiptHandle": "r",
            "body": json.dumps(S3_EVENT),
            "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1", "SenderId": "A",
                           "ApproximateFirstReceiveTimestamp": "1"},
            "messageAttributes": {},
            "md5OfBody": "0" * 32,
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:q",
            "awsRegion": "us-east-1",
        }
    ]
}  # fmt: skip
SCHEDULE = {
    "version": "0",
    "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "123456789012",
    "time": "2025-01-01T00:00:00Z",
    "region": "us-east-1",
    "resources": ["arn:aws:events:us-east-1:123456789012:rule/tick"],
    "detail": {},
}

S3_CLIENT = """\
import urllib.parse

import boto3
from botocore.config import Config

s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
s3.put_object(Bucket="uploads", Key="my fileé.csv", Body=b"1")


"""


def fetching(key: str) -> str:
    """Return a module that fetches an object by the key in an event."""
    return (
        f'{S3_CLIENT}def handler(event, context):\n    for record in event["Records"]:\n        key = {key}  {MARK}\n'
        '        s3.get_object(Bucket="uploads", Key=key)\n    return {"statusCode": 200}\n'
    )


_NULL_SAFE = 'event.get("body") or "{}"'

TWINS = (
    Twin(code="E01", broken=reads(f'answer = event["x"]  {MARK}'),
         fixed=reads('answer = (json.loads(event["body"]) if "body" in event else event)["x"]'),
         contract=post("direct rest http-v2 alb"), place="/x"),
    Twin(code="E01", name="with get", broken=reads(f'answer = event.get("x")  {MARK}'),
         fixed=reads('answer = (json.loads(event["body"]) if "body" in event else event).get("x")'),
         contract=post("direct rest", more="body = 3")),
    Twin(code="E01", name="in a loop over keys", broken=reads(f'answer = [event[key] for key in ("x",)]  {MARK}'),
         fixed=reads('answer = [(json.loads(event["body"]) if "body" in event else event)[key] for key in ("x",)]'),
         contract=post("direct rest"), place="/x"),
    Twin(code="E02", broken=reads(f'answer = json.loads(event["body"])["x"]  {MARK}'),
         fixed=reads('answer = (json.loads(event["body"]) if "body" in event else event)["x"]'),
         contract=post("direct rest"), place="/body"),
    Twin(code="E03", broken=reads(f'answer = json.loads(event["body"])["x"]  {MARK}'),
         fixed=reads('body = event["body"]', 'answer = (json.loads(body) if isinstance(body, str) else body)["x"]'),
         contract=recorded(), events=event({"body": {"x": 3}}), place="/body"),
    Twin(code="E03", name="in two lines",
         broken=reads('body = event.get("body")', f"answer = json.loads(body)  {MARK}"),
         fixed=reads('body = event.get("body")', "answer = json.loads(body) if isinstance(body, str) else body"),
         contract=recorded(), events=event({"body": {"x": 3}}), place="/body"),
    Twin(code="E04", broken=reads(f'answer = event["body"]["x"]  {MARK}'),
         fixed=reads('answer = json.loads(event["body"])["x"]'),
         contract=post("rest http-v2 alb"), place="/body"),
    Twin(code="E04", name="with get", broken=reads('body = event["body"]', f'answer = body.get("x")  {MARK}'),
         fixed=reads('body = json.loads(event["body"])', 'answer = body.get("x")'),
         contract=post("rest"), place="/body"),
    Twin(code="E05", broken=reads(f'answer = json.loads(event["body"])  {MARK}'),
         fixed=reads(f"answer = json.loads({_NULL_SAFE})"), contract=raw("rest console-test"), place="/body"),
    Twin(code="E05", name="through a function of its own",
         broken=f'{HEAD}def payload(event):\n    text = event["body"]\n    return json.loads(text)  {MARK}\n\n\n'
         f"def handler(event, context):\n    answer = payload(event)\n{ANSWER}\n",
         fixed=f"{HEAD}def payload(event):\n    return json.loads({_NULL_SAFE})\n\n\n"
         f"def handler(event, context):\n    answer = payload(event)\n{ANSWER}\n",
         contract=raw("rest"), place="/body"),
    Twin(code="E06", broken=reads(f'answer = json.loads(event.get("body", "{{}}"))  {MARK}'),
         fixed=reads(f"answer = json.loads({_NULL_SAFE})"), contract=raw("rest console-test"), place="/body"),
    Twin(code="E07", broken=reads(f'answer = json.loads(event["body"] or "{{}}")  {MARK}'),
         fixed=reads(f"answer = json.loads({_NULL_SAFE})"), contract=raw("rest http-v2 function-url"), place="/body"),
    Twin(code="E08", broken=reads('body = event.get("body")', "answer = 1",
                                  "if body is not None:", f"    answer = json.loads(body)  {MARK}"),
         fixed=reads('body = event.get("body")', "answer = 1", "if body:", "    answer = json.loads(body)"),
         contract=raw("alb alb-multi"), place="/body"),
    Twin(code="E09", broken=reads(f'answer = json.loads(event["body"])  {MARK}'),
         fixed=reads('body = event["body"]',
                     'answer = json.loads(base64.b64decode(body) if event["isBase64Encoded"] else body)'),
         contract='[[route]]\nbinary_media_types = ["*/*"]\n' + post("rest console-template"), place="/body"),
    Twin(code="E10", broken=reads(f'answer = json.loads(base64.b64decode(event["body"]))  {MARK}'),
         fixed=reads('body = event["body"]',
                     'answer = json.loads(base64.b64decode(body) if event["isBase64Encoded"] else body)'),
         contract=post("rest http-v2"), place="/body"),
    Twin(code="E11", broken=reads(f'answer = json.loads(event["body"])["x"]  {MARK}'),
         fixed="from urllib.parse import parse_qs\n" + reads('answer = parse_qs(event["body"])["x"]'),
         contract=raw("rest console-test", "x=3&y=4",
                      'headers = { Content-Type = "application/x-www-form-urlencoded" }'),
         place="/body"),
    Twin(code="E12", broken=reads(f'answer = json.loads(event["body"]).get("x")  {MARK}'),
         fixed=reads('body = json.loads(event["body"])', "if isinstance(body, str):", "    body = json.loads(body)",
                     'answer = body.get("x")'),
         contract=post("rest http-v2", payload="'{\"x\": 3}'"), place="/body"),
    Twin(code="E13", broken=reads(f'answer = event["queryStringParameters"]["q"]  {MARK}'),
         fixed=reads('answer = (event.get("queryStringParameters") or {}).get("q")'),
         contract=get("rest console-test http-v2 function-url", "/items"), place="/queryStringParameters"),
    Twin(code="E13", name="a parameter left out",
         broken=reads('query = event.get("queryStringParameters") or {}', f'answer = query["q"]  {MARK}'),
         fixed=reads('query = event.get("queryStringParameters") or {}', 'answer = query.get("q")'),
         contract=get("rest", "/items?p=1"), place="/queryStringParameters/q"),
    Twin(code="E14", broken=reads(f'answer = event.get("queryStringParameters", {{}}).get("q")  {MARK}'),
         fixed=reads('answer = (event.get("queryStringParameters") or {}).get("q")'),
         contract=get("rest console-test", "/items"), place="/queryStringParameters"),
    Twin(code="E15", broken=reads(f'answer = event["pathParameters"]["id"]  {MARK}'),
         fixed=reads('answer = (event.get("pathParameters") or {}).get("id")'),
         contract=get("rest http-v2", "/items"), place="/pathParameters"),
    Twin(code="E15", name="stage variables",
         broken=reads(f'answer = event.get("stageVariables", {{}}).get("v")  {MARK}'),
         fixed=reads('answer = (event.get("stageVariables") or {}).get("v")'),
         contract=get("rest", "/items"), place="/stageVariables"),
    Twin(code="E16", broken=reads(f'answer = event["headers"].get("X-Id")  {MARK}'),
         fixed=reads('answer = (event.get("headers") or {}).get("X-Id")'),
         contract=recorded(), place="/headers",
         events=event({"resource": "/", "path": "/", "httpMethod": "GET", "headers": None, "multiValueHeaders": None,
                       "queryStringParameters": None, "multiValueQueryStringParameters": None, "pathParameters": None,
                       "stageVariables": None, "body": None, "isBase64Encoded": False,
                       "requestContext": {"stage": "test-invoke-stage", "path": "/", "httpMethod": "GET",
                                          "identity": {"sourceIp": "test-invoke-source-ip"}}})),
    Twin(code="E17", broken=reads(f'answer = event["multiValueHeaders"]  {MARK}', "answer = 1"),
         fixed=reads('answer = event.get("multiValueHeaders") or event.get("headers")', "answer = 1"),
         contract=post("rest http-v2 alb"), place="/multiValueHeaders"),
    Twin(code="E18", broken=reads(f'answer = event["headers"]["Content-Type"]  {MARK}'),
         fixed=reads("headers = {name.lower(): value for name, value in event['headers'].items()}",
                     'answer = headers["content-type"]'),
         contract=post("rest http-v2 alb"), place="/headers/Content-Type"),
    Twin(code="E18", name="with get",
         broken=f'{HEAD}def handler(event, context):\n    kind = event["headers"].get("Content-Type")  {MARK}\n'
         '    if kind != "application/json":\n        return {"statusCode": 415}\n    return {"statusCode": 200}\n',
         fixed=f"{HEAD}def handler(event, context):\n"
         '    kind = {name.lower(): value for name, value in event["headers"].items()}.get("content-type")\n'
         '    if kind != "application/json":\n        return {"statusCode": 415}\n    return {"statusCode": 200}\n',
         contract=post("rest http-v2")),
    Twin(code="E19", broken="import ipaddress\n" + reads(
             'found = event["requestContext"]["identity"]["sourceIp"]',
             f"answer = ipaddress.ip_address(found).is_private  {MARK}"),
         fixed="import ipaddress\n" + reads(
             "try:", '    answer = ipaddress.ip_address(event["requestContext"]["identity"]["sourceIp"]).is_private',
             "except ValueError:", "    answer = True"),
         contract=post("rest console-test"), place="/requestContext/identity/sourceIp"),
    Twin(code="E20", broken=reads(f'answer = event["httpMethod"] == "POST"  {MARK}'),
         fixed=reads('answer = (event.get("httpMethod") or event["requestContext"]["http"]["method"]) == "POST"'),
         contract=post("rest http-v2 function-url"), place="/httpMethod"),
    Twin(code="E20", name="with get",
         broken=f'{HEAD}def handler(event, context):\n    if event.get("httpMethod") == "POST":  {MARK}\n'
         '        return {"statusCode": 200}\n    return {"statusCode": 405}\n',
         fixed=f"{HEAD}def handler(event, context):\n"
         '    method = event.get("httpMethod") or event["requestContext"]["http"]["method"]\n'
         '    return {"statusCode": 200 if method == "POST" else 405}\n',
         contract=post("rest http-v2")),
    Twin(code="E21", broken=reads(f'answer = event["requestContext"]["http"]["method"]  {MARK}', "answer = 1"),
         fixed=reads('answer = event.get("httpMethod") or event["requestContext"]["http"]["method"]'),
         contract=post("http-v2 rest alb"), place="/requestContext/http"),
    Twin(code="E22", broken=reads(f'answer = event["requestContext"]["stage"]  {MARK}', "answer = 1"),
         fixed=reads('answer = (event.get("requestContext") or {}).get("stage")', "answer = 1"),
         contract=post("rest direct"), place="/requestContext"),
    Twin(code="E23", broken=reads(f'answer = event["path"]  {MARK}'),
         fixed=f'{HEAD}def handler(event, context):\n    if event.get("source") == "aws.events":\n        return {{}}\n'
         f'    answer = event["path"]\n{ANSWER}\n',
         contract=recorded(), events=event(SCHEDULE), place="/path"),
    Twin(code="E24",
         broken=f'{HEAD}def handler(event, context):\n    path = event.get("rawPath") or event["path"]  {MARK}\n'
         '    if path == "/items":\n        return {"statusCode": 200}\n    return {"statusCode": 404}\n',
         fixed=f'{HEAD}def handler(event, context):\n    path = event.get("rawPath") or event["path"]\n'
         '    if path.removeprefix("/" + event["requestContext"]["stage"]) == "/items":\n'
         '        return {"statusCode": 200}\n    return {"statusCode": 404}\n',
         contract=get("rest http-v2", "/items", more='stage = "prod"')),
    Twin(code="E25", broken=reads(f'answer = event["queryStringParameters"]["tag"].split(",")  {MARK}'),
         fixed=reads('several = event.get("multiValueQueryStringParameters")',
                     'answer = several["tag"] if several else event["queryStringParameters"]["tag"].split(",")'),
         contract=get("http-v2 rest", "/items?tag=a&tag=b", case='body = ["a", "b"]')),
    Twin(code="E26", broken=reads(f'answer = event["queryStringParameters"]["q"]  {MARK}'),
         fixed="from urllib.parse import unquote_plus\n" + reads(
             'answer = event["queryStringParameters"]["q"]', 'if "elb" in event["requestContext"]:',
             "    answer = unquote_plus(answer)"),
         contract=get("rest alb", "/items?q=a%20b+c", case='body = "a b c"')),
    Twin(code="E27", broken=reads(f'answer = event["headers"]  {MARK}', "answer = 1"),
         fixed=reads('answer = event.get("headers") or event["multiValueHeaders"]', "answer = 1"),
         contract=post("alb alb-multi"), place="/headers"),
    Twin(code="E27", name="with get", broken=reads(f'answer = event.get("queryStringParameters", {{}})["q"]  {MARK}'),
         fixed=reads('query = event.get("queryStringParameters")',
                     'answer = query["q"] if query else event["multiValueQueryStringParameters"]["q"][-1]'),
         contract=get("alb alb-multi", "/items?q=1"), place="/queryStringParameters/q"),
    Twin(code="E28", broken=reads(f'answer = event["requestContext"]["authorizer"]["claims"]  {MARK}'),
         fixed=reads('answer = (event["requestContext"].get("authorizer") or {}).get("claims")'),
         contract=post("rest http-v2"), place="/requestContext/authorizer"),
    Twin(code="E29", broken=reads('page = event["queryStringParameters"]["page"]', f"answer = page + 1  {MARK}"),
         fixed=reads('page = int(event["queryStringParameters"]["page"])', "answer = page + 1"),
         contract=get("rest http-v2", "/items?page=2"), place="/queryStringParameters/page"),
    Twin(code="E29", name="compared", broken=reads(f'answer = event["pathParameters"]["id"] == 7  {MARK}'),
         fixed=reads('answer = int(event["pathParameters"]["id"]) == 7'),
         contract=get("rest http-v2", "/items/7", route="/items/{id}", case="body = true")),
    Twin(code="E30", broken=reads(f'answer = event["body-json"]["x"]  {MARK}'),
         fixed=reads('answer = json.loads(event["body"])["x"]'), contract=post("rest"), place="/body-json"),
    Twin(code="E31", broken=fetching('record["s3"]["object"]["key"]'),
         fixed=fetching('urllib.parse.unquote_plus(record["s3"]["object"]["key"])'),
         contract='[setup]\nbuckets = ["uploads"]\n' + recorded(), events=event(S3_EVENT),
         place="/Records/0/s3/object/key"),
    Twin(code="E32", broken=reads(f'answer = len(event["Records"])  {MARK}'),
         fixed=reads('answer = len(event.get("Records", []))'),
         contract=recorded(), events=event(S3_TEST), place="/Records"),
    Twin(code="E32", name="in a queue",
         broken=reads("answer = []", 'for record in event["Records"]:', f'    answer.append(record["s3"])  {MARK}'),
         fixed=reads("answer = []", 'for record in event["Records"]:', '    answer.append(json.loads(record["body"]))'),
         contract=recorded(), events=event(SQS_EVENT), place="/Records/0/s3"),
    Twin(code="P01", broken=returns('{"prediction": 1}'),
         fixed=returns('{"statusCode": 200, "body": json.dumps({"prediction": 1})}'), contract=post("rest")),
    Twin(code="P02", broken=returns('{"statusCode": 200, "body": {"x": 1}}'),
         fixed=returns('{"statusCode": 200, "body": json.dumps({"x": 1})}'), contract=post("rest"), place="/body"),
    Twin(code="P03", broken=returns('{"statusCode": 200, "body": {1, 2}}'),
         fixed=returns('{"statusCode": 200, "body": json.dumps(sorted({1, 2}))}'), contract=post("rest")),
    Twin(code="P03", name="in json.dumps", broken=f"import datetime\n{reads('answer = 1')}".replace(
             "json.dumps(answer)", f"json.dumps(datetime.date(2025, 1, 1))  {MARK}"),
         fixed=f"import datetime\n{reads('answer = datetime.date(2025, 1, 1).isoformat()')}", contract=post("rest")),
    Twin(code="P04", broken=returns('{"statusCode": 200, "x": float("nan")}'),
         fixed=returns('{"statusCode": 200, "body": "null"}'), contract=post("rest")),
    Twin(code="P04", name="in the body", severity="warning",
         broken=returns('{"statusCode": 200, "body": json.dumps(float("nan"))}'),
         fixed=returns('{"statusCode": 200, "body": json.dumps(None)}'), contract=post("rest"), place="/body"),
    Twin(code="P05", broken=returns('{"statusCode": 200, "body": json.dumps({"price": Decimal("1.5")})}'),
         fixed=returns('{"statusCode": 200, "body": json.dumps({"price": Decimal("1.5")}, default=float)}'),
         contract=post("rest")),
    Twin(code="P06", broken=returns('{"statusCode": 200, "body": "x", "prediction": 1}'),
         fixed=returns('{"statusCode": 200, "body": "x"}'), contract=post("rest"), place="/prediction"),
    Twin(code="P07", severity="warning", broken=returns('{"statusCode": 200, "headers": {"X-Count": 3}, "body": "x"}'),
         fixed=returns('{"statusCode": 200, "headers": {"X-Count": "3"}, "body": "x"}'),
         contract=post("rest http-v2"), place="/headers/X-Count"),
    Twin(code="P08", broken=returns('{"statusCode": 200, "multiValueHeaders": {"X-A": "b"}, "body": "x"}'),
         fixed=returns('{"statusCode": 200, "multiValueHeaders": {"X-A": ["b"]}, "body": "x"}'),
         contract=post("rest http-v1"), place="/multiValueHeaders/X-A"),
    Twin(code="P09", severity="warning",
         broken=returns('{"statusCode": 200, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}, "body": "x"}'),
         fixed=returns('{"statusCode": 200, "cookies": ["a=1", "b=2"], "body": "x"}'),
         contract=post("http-v2 function-url"), place="/multiValueHeaders"),
    Twin(code="P10", severity="warning", broken=returns('{"statusCode": 200, "cookies": ["a=1"], "body": "x"}'),
         fixed=returns('{"statusCode": 200, "multiValueHeaders": {"Set-Cookie": ["a=1"]}, "body": "x"}'),
         contract=post("rest"), place="/cookies"),
    Twin(code="P11", severity="warning",
         broken=returns('{"statusCode": 200, "isBase64Encoded": True, "body": "AAEC"}'),
         fixed=returns('{"statusCode": 200, "isBase64Encoded": False, "body": "text"}'),
         contract=post("rest", more='headers = { Accept = "image/png" }'), place="/isBase64Encoded"),
    Twin(code="P12", broken=returns('{"body": "x"}'), fixed=returns('{"statusCode": 200, "body": "x"}'),
         contract=post("http-v1")),
    Twin(code="P13", severity="warning",
         broken=returns('{"statusCode": 200, "isBase64Encoded": False, "multiValueHeaders": {"X-A": ["b"]}}'),
         fixed=returns('{"statusCode": 200, "isBase64Encoded": False, "headers": {"X-A": "b"}}'),
         contract=post("alb"), place="/multiValueHeaders"),
    Twin(code="P14", broken=returns('json.loads(\'{"errorMessage": "x", "errorType": "KeyError"}\')'),
         fixed=returns('{"statusCode": 502, "body": "the model failed"}'),
         contract=post("rest http-v2", status=None)),
    Twin(code="P15", broken=returns('"done"'), fixed=returns('{"statusCode": 200, "body": "done"}'),
         contract=post("rest")),
)  # fmt: skip
"""Every twin, in the order of the codes."""
