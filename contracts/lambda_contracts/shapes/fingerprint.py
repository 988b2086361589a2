"""What tells a shape from the others: the rows marked as signs, and the habits of samples and emulators."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from lambda_contracts.shapes.kinds import fits
from lambda_contracts.shapes.names import Shape
from lambda_contracts.shapes.rows import Row
from lambda_contracts.shapes.table import TABLE, steps

_MISSING = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A known origin of an event, told by one value: a sample, a console, an emulator.

    `values` are patterns as in `Row`. `shape`, when given, is what such an event is, whatever else it lacks; `shapes`
    are those that it may be.
    """

    name: str
    path: str
    values: tuple[str, ...]
    text: str
    shapes: tuple[Shape, ...] = ()
    emulator: bool = False
    decides: bool = False


_V1 = (Shape.REST, Shape.HTTP_V1, Shape.CONSOLE_TEST, Shape.CONSOLE_TEMPLATE)
_HTTP = (*_V1, Shape.HTTP_V2, Shape.FUNCTION_URL)
_SAM_TEMPLATE = "a sample of `sam local generate-event` or of the Lambda console"

VARIANTS = (
    Variant(
        name="s3-test-event",
        path="/Event",
        values=("s3:TestEvent",),
        text="what S3 sends once, when a notification is configured: it has no Records (E32)",
        shapes=(Shape.S3,),
        decides=True,
    ),
    Variant(
        name="test-button",
        path="/requestContext/stage",
        values=("test-invoke-stage",),
        text="API Gateway's Test button (R16)",
        shapes=(Shape.CONSOLE_TEST,),
    ),
    Variant(
        name="sam-template",
        path="/requestContext/requestId",
        values=("c6af9ac6-7b61-11e6-9a41-93e8deadbeef",),
        text=_SAM_TEMPLATE,
        shapes=(Shape.CONSOLE_TEMPLATE, Shape.REST, Shape.AUTHORIZER_REQUEST),
    ),
    Variant(
        name="sam-template",
        path="/requestContext/time",
        values=("12/Mar/2020:19:03:58 +0000",),
        text=_SAM_TEMPLATE,
        shapes=(Shape.HTTP_V2, Shape.FUNCTION_URL, Shape.AUTHORIZER_V2),
    ),
    Variant(
        name="sam-template",
        path="/requestContext/elb/targetGroupArn",
        values=("*:targetgroup/lambda-279XGJDqGZ5rsrHC2Fjr/49e9d65c45c6791a",),
        text=_SAM_TEMPLATE,
        shapes=(Shape.ALB, Shape.ALB_MULTI),
    ),
    Variant(
        name="sam-template",
        path="/Records/*/receiptHandle",
        values=("MessageReceiptHandle",),
        text=_SAM_TEMPLATE,
        shapes=(Shape.SQS,),
    ),
    Variant(
        name="sam-template",
        path="/Records/*/Sns/Signature",
        values=("EXAMPLE",),
        text=_SAM_TEMPLATE,
        shapes=(Shape.SNS,),
    ),
    Variant(
        name="sam-template",
        path="/Records/*/responseElements/x-amz-request-id",
        values=("EXAMPLE123456789",),
        text=_SAM_TEMPLATE,
        shapes=(Shape.S3,),
    ),
    Variant(
        name="sam-template",
        path="/Records/*/eventID",
        values=("c4ca4238a0b923820dcc509a6f75849b",),
        text=_SAM_TEMPLATE,
        shapes=(Shape.DYNAMODB,),
    ),
    Variant(
        name="sam-template",
        path="/Records/*/invokeIdentityArn",
        values=("*:iam::EXAMPLE",),
        text=_SAM_TEMPLATE,
        shapes=(Shape.KINESIS,),
    ),
    Variant(
        name="sam-template",
        path="/id",
        values=("cdc73f9d-aea9-11e3-9d5a-835b769c0d9c",),
        text=_SAM_TEMPLATE,
        shapes=(Shape.SCHEDULE, Shape.EVENTBRIDGE),
    ),
    Variant(
        name="eventbridge-scheduler",
        path="/source",
        values=("aws.scheduler",),
        text="EventBridge Scheduler: its detail is a string",
        shapes=(Shape.SCHEDULE,),
    ),
    Variant(
        name="sam-local",
        path="/requestContext/identity/userAgent",
        values=("Custom User Agent String",),
        text="`sam local start-api`",
        shapes=_V1,
        emulator=True,
    ),
    Variant(
        name="sam-local",
        path="/requestContext/http/userAgent",
        values=("Custom User Agent String",),
        text="`sam local start-api`",
        shapes=_HTTP,
        emulator=True,
    ),
    Variant(
        name="serverless-offline",
        path="/requestContext/apiId",
        values=("offlineContext_*",),
        text="serverless-offline",
        shapes=(*_HTTP, Shape.AUTHORIZER_REQUEST),
        emulator=True,
    ),
    Variant(
        name="serverless-offline",
        path="/requestContext/accountId",
        values=("offlineContext_*",),
        text="serverless-offline",
        shapes=(*_HTTP, Shape.AUTHORIZER_REQUEST),
        emulator=True,
    ),
    Variant(
        name="localstack",
        path="/requestContext/domainName",
        values=("*.localhost.localstack.cloud*",),
        text="LocalStack",
        shapes=_HTTP,
        emulator=True,
    ),
    Variant(
        name="local-server",
        path="/requestContext/domainName",
        values=("localhost*", "127.0.0.1*"),
        text="a server on this machine",
        shapes=_HTTP,
        emulator=True,
    ),
)
"""Origins by their tell-tale value; the first that holds names the variant."""


@cache
def signs(shape: Shape) -> tuple[Row, ...]:
    """Return the rows that tell this shape from others."""
    return tuple(row for row in TABLE[shape] if row.sign)


def weight(row: Row) -> int:
    """Return how much a sign says: one value out of a few says more than a key."""
    return 2 if row.values else 1


def shows(event: Any, row: Row) -> bool:
    """Say whether an event carries a sign."""
    value = at(event, row.path)
    return value is not _MISSING and fits(value, row.kind) and like(value, row.values)


def variant_of(event: Any, shape: Shape) -> Variant | None:
    """Return the known origin of an event of this shape, if its tell-tale is there."""
    return next((known for known in VARIANTS if shape in known.shapes and told_by(event, known)), None)


def told_by(event: Any, variant: Variant) -> bool:
    """Say whether an event carries the tell-tale of a variant."""
    value = at(event, variant.path)
    return isinstance(value, str) and like(value, variant.values)


def at(event: Any, path: str) -> Any:
    """Return what stands at a row's path, of a list's first item; a private marker when nothing does."""
    for step in steps(path):
        if step == "*" and isinstance(event, list) and event:
            event = event[0]
        elif isinstance(event, dict) and step in event:
            event = event[step]
        else:
            return _MISSING
    return event


def like(value: Any, patterns: tuple[str, ...]) -> bool:
    """Say whether a value is one of a row's values; a `*` at either end stands for anything."""
    return not patterns or (isinstance(value, str) and any(_matches(value, pattern) for pattern in patterns))


def _matches(value: str, pattern: str) -> bool:
    inner = pattern.strip("*")
    if pattern.startswith("*"):
        return inner in value if pattern.endswith("*") else value.endswith(inner)
    return value.startswith(inner) if pattern.endswith("*") else value == pattern
