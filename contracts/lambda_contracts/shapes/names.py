"""The names of the forms an event can have."""

from __future__ import annotations

from enum import StrEnum


class Shape(StrEnum):
    """The form of an event: who sent it, and in what words."""

    REST = "rest"
    HTTP_V1 = "http-v1"
    HTTP_V2 = "http-v2"
    FUNCTION_URL = "function-url"
    ALB = "alb"
    ALB_MULTI = "alb-multi"
    DIRECT = "direct"
    CONSOLE_TEST = "console-test"
    CONSOLE_TEMPLATE = "console-template"
    WEBSOCKET = "websocket"
    AUTHORIZER_REQUEST = "authorizer-request"
    AUTHORIZER_TOKEN = "authorizer-token"  # a name, no secret
    AUTHORIZER_V2 = "authorizer-v2"
    S3 = "s3"
    SCHEDULE = "schedule"
    EVENTBRIDGE = "eventbridge"
    SQS = "sqs"
    SNS = "sns"
    DYNAMODB = "dynamodb"
    KINESIS = "kinesis"
    CLOUD_FUNCTION = "cloud-function"


FRONTS = (Shape.REST, Shape.HTTP_V1, Shape.HTTP_V2, Shape.FUNCTION_URL, Shape.ALB, Shape.ALB_MULTI)
"""The shapes that are also fronts: what turns a request into an event, and a result into a response."""

TRIGGERS = (Shape.S3, Shape.SCHEDULE, Shape.EVENTBRIDGE, Shape.SQS, Shape.SNS, Shape.DYNAMODB, Shape.KINESIS)
"""The shapes of what invokes a function and has no client wait for its result."""

HTTP_SHAPES = (*FRONTS, Shape.CONSOLE_TEST, Shape.CONSOLE_TEMPLATE)
"""The shapes that stand for one HTTP request, method and path and all."""
