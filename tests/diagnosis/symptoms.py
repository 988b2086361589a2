"""What people reported in public threads, rebuilt: a handler of the kind that they had, and the event that broke it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from diagnosis.twins import MARK, SCHEDULE
from lambda_contracts.events import build
from lambda_contracts.http import Request
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape

FLOWER = {"features": [5.9, 3.0, 5.1, 1.8]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """One report: `thread` is where, `body` are the lines of the handler; the marked one is to be named, with `place`.

    `told` is the error that the reporter saw, empty where there was none.
    """

    thread: str
    code: str
    body: tuple[str, ...]
    event: Any
    told: str
    place: str | None = None

    @property
    def source(self) -> str:
        """The handler's module."""
        return "import json\nimport datetime\n\n\ndef handler(event, context):\n" + "".join(
            f"    {line}\n" for line in self.body
        )


def sent(shape: Shape, method: str = "POST", path: str = "/predict", payload: Any = None, **more: Any) -> Any:
    """Return the event of a request; `stage` and `authorizer` are its route's, `headers` and `query` its own."""
    headers = {"Content-Type": "application/json"} if payload is not None else {}
    route = Route(method=method, path=path, stage=more.pop("stage", ""), authorizer=more.pop("authorizer", None))
    request = Request(
        method=method,
        path=path,
        query=more.pop("query", ""),
        headers=tuple({**headers, **more.pop("headers", {})}.items()),
        body=b"" if payload is None else json.dumps(payload).encode(),
    )
    return build(request, shape, route)


SYMPTOMS = (
    Symptom(
        thread="py4u.org/questions/63471529",
        code="E01",
        body=(f'total = sum(event["features"])  {MARK}', 'return {"statusCode": 200, "body": str(total)}'),
        event=sent(Shape.REST, payload=FLOWER),
        told="KeyError: 'features'",
        place="/features",
    ),
    Symptom(
        thread="lambci/docker-lambda#101",
        code="E02",
        body=(f'sent = json.loads(event["body"])  {MARK}', 'return {"statusCode": 200, "body": json.dumps(sent)}'),
        event=FLOWER,
        told="KeyError: 'body'",
        place="/body",
    ),
    Symptom(
        thread="serverless#2833",
        code="E03",
        body=(f'sent = json.loads(event["body"])  {MARK}', 'return {"statusCode": 200, "body": json.dumps(sent)}'),
        event={"body": FLOWER},
        told="TypeError: the JSON object must be str, bytes or bytearray, not dict",
        place="/body",
    ),
    Symptom(
        thread="sam-cli-app-templates PR #283",
        code="E04",
        body=(f'total = sum(event["body"]["features"])  {MARK}', 'return {"statusCode": 200, "body": str(total)}'),
        event=sent(Shape.FUNCTION_URL, payload=FLOWER),
        told="TypeError: string indices must be integers",
        place="/body",
    ),
    Symptom(
        thread="powertools-python#881",
        code="E05",
        body=(f'sent = json.loads(event["body"])  {MARK}', 'return {"statusCode": 200, "body": json.dumps(sent)}'),
        event=sent(Shape.REST, "GET", "/health"),
        told="TypeError: the JSON object must be str, bytes or bytearray, not NoneType",
        place="/body",
    ),
    Symptom(
        thread="serverless-express#64",
        code="E09",
        body=(f'sent = json.loads(event["body"])  {MARK}', 'return {"statusCode": 200, "body": json.dumps(sent)}'),
        event=sent(Shape.CONSOLE_TEMPLATE, payload=FLOWER),
        told="JSONDecodeError: Expecting value",
        place="/body",
    ),
    Symptom(
        thread="serverless#2833",
        code="E12",
        body=(
            'sent = json.loads(event["body"])',
            f'total = sum(sent["features"])  {MARK}',
            'return {"statusCode": 200, "body": str(total)}',
        ),
        event=sent(Shape.REST, payload=json.dumps(FLOWER)),
        told="TypeError: string indices must be integers",
        place="/body",
    ),
    Symptom(
        thread="aws-sam-cli#338",
        code="E13",
        body=(
            f'name = event["queryStringParameters"]["name"]  {MARK}',
            'return {"statusCode": 200, "body": f"hello {name}"}',
        ),
        event=sent(Shape.REST, "GET", "/hello"),
        told="TypeError: 'NoneType' object is not subscriptable",
        place="/queryStringParameters",
    ),
    Symptom(
        thread="Zappa PR #735",
        code="E16",
        body=(f'kind = event["headers"].get("Accept")  {MARK}', 'return {"statusCode": 200, "body": str(kind)}'),
        event=sent(Shape.CONSOLE_TEST, "GET", "/"),
        told="AttributeError: 'NoneType' object has no attribute 'get'",
        place="/headers",
    ),
    Symptom(
        thread="grammY PR #900",
        code="E18",
        body=(
            f'token = event["headers"].get("X-Telegram-Bot-Api-Secret-Token")  {MARK}',
            'return {"statusCode": 200 if token == "s3cret" else 401}',
        ),
        event=sent(Shape.HTTP_V2, payload={"update_id": 1}, headers={"X-Telegram-Bot-Api-Secret-Token": "s3cret"}),
        told="",
    ),
    Symptom(
        thread="awsgi#73",
        code="E20",
        body=(f'method = event["httpMethod"]  {MARK}', 'return {"statusCode": 200, "body": method}'),
        event=sent(Shape.HTTP_V2, "GET", "/"),
        told="KeyError: 'httpMethod'",
        place="/httpMethod",
    ),
    Symptom(
        thread="aws-samples/llm-apps-workshop#5",
        code="E22",
        body=(f'path = event["requestContext"]["path"]  {MARK}', 'return {"statusCode": 200, "body": path}'),
        event={"question": "what is a petal?"},
        told="KeyError: 'requestContext'",
        place="/requestContext",
    ),
    Symptom(
        thread="serverless-wsgi#54",
        code="E23",
        body=(f'path = event["path"]  {MARK}', 'return {"statusCode": 200, "body": path}'),
        event=SCHEDULE,
        told="KeyError: 'path'",
        place="/path",
    ),
    Symptom(
        thread="powertools#621",
        code="E24",
        body=(
            f'known = event["rawPath"] == "/items"  {MARK}',
            'return {"statusCode": 200 if known else 404}',
        ),
        event=sent(Shape.HTTP_V2, "GET", "/items", stage="prod"),
        told="",
    ),
    Symptom(
        thread="serverless-express#392",
        code="E27",
        body=(f'host = event["headers"]["host"]  {MARK}', 'return {"statusCode": 200, "body": host}'),
        event=sent(Shape.ALB_MULTI, "GET", "/"),
        told="KeyError: 'headers'",
        place="/headers",
    ),
    Symptom(
        thread="floci#2010",
        code="E28",
        body=(
            f'user = event["requestContext"]["authorizer"]["claims"]["sub"]  {MARK}',
            'return {"statusCode": 200, "body": user}',
        ),
        event=sent(Shape.HTTP_V2, "GET", "/me", authorizer={"jwt": {"claims": {"sub": "u1"}, "scopes": None}}),
        told="KeyError: 'claims'",
        place="/requestContext/authorizer/claims",
    ),
    Symptom(
        thread="StackOverflow 43708017",
        code="P02",
        body=(f'return {{"statusCode": 200, "body": {{"label": "virginica"}}}}  {MARK}',),
        event=sent(Shape.REST, payload=FLOWER),
        told="",
        place="/body",
    ),
    Symptom(
        thread="boto3#2533",
        code="P03",
        body=(
            f'when = json.dumps({{"at": datetime.datetime(2025, 1, 1)}})  {MARK}',
            'return {"statusCode": 200, "body": when}',
        ),
        event=sent(Shape.REST, payload=FLOWER),
        told="TypeError: Object of type datetime is not JSON serializable",
    ),
    Symptom(
        thread="mangum#215",
        code="P09",
        body=(f'return {{"statusCode": 200, "multiValueHeaders": {{"Set-Cookie": ["a=1"]}}, "body": "in"}}  {MARK}',),
        event=sent(Shape.HTTP_V2, payload={"user": "u1"}),
        told="",
        place="/multiValueHeaders",
    ),
)
"""Every symptom, in the order of the codes."""
