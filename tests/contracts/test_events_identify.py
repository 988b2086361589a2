"""What an event is: every shape by its signs, samples and emulators by theirs, and a clear answer for anything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lambda_contracts import strategies
from lambda_contracts.events import build, identify, sample
from lambda_contracts.http import Request
from lambda_contracts.route import Route
from lambda_contracts.shapes import HTTP_SHAPES, Shape

TRIGGERS = tuple(shape for shape in Shape if shape not in (*HTTP_SHAPES, Shape.DIRECT))


@pytest.mark.parametrize("shape", HTTP_SHAPES)
@settings(deadline=None)
@given(exchange=strategies.exchanges())
def test_what_build_makes_is_identified_with_certainty(shape: Shape, exchange: tuple[Request, Route]) -> None:
    found = identify(build(exchange[0], shape, exchange[1]))
    assert (shape, 1.0) == (found.shape, found.confidence)


@pytest.mark.parametrize("shape", TRIGGERS)
@settings(deadline=None)
@given(data=st.data())
def test_events_of_triggers_are_identified_with_certainty(shape: Shape, data: st.DataObject) -> None:
    found = identify(data.draw(strategies.events(shape)))
    assert (shape, 1.0) == (found.shape, found.confidence)


@pytest.mark.parametrize(
    "event",
    [
        {},
        [],
        [{}],
        1,
        1.5,
        True,
        None,
        "text",
        {"sepal_length": 5.9},
        {"body": {}},
        {"version": "1.0", "features": [1]},
        {"source": "web", "time": "now", "features": [1]},
        {"warmer": True},
        {"Records": []},
        {"Records": [{"eventSource": "aws:ses"}]},
        {"Records": {"eventSource": "aws:s3"}},
        {"awslogs": {"data": "H4sI"}},
    ],
)
def test_what_no_front_sends_is_direct_with_little_certainty(event: Any) -> None:
    found = identify(event)
    assert found.shape == Shape.DIRECT
    assert found.confidence < 0.5
    assert found.why


FRAGMENTS: list[tuple[Shape, dict[str, Any]]] = [
    (Shape.REST, {"httpMethod": "GET", "path": "/hello"}),
    (Shape.REST, {"httpMethod": "GET", "path": "/", "headers": {}, "queryStringParameters": None, "body": None}),
    (Shape.REST, {"httpMethod": "POST", "body": "{}", "requestContext": {"stage": "dev"}, "resource": "/x"}),
    (Shape.HTTP_V1, {"version": "1.0", "httpMethod": "GET", "path": "/", "headers": {}}),
    (Shape.HTTP_V2, {"version": "2.0", "rawPath": "/", "headers": {}}),
    (Shape.HTTP_V2, {"requestContext": {"http": {"method": "GET", "path": "/"}}, "body": "{}"}),
    (
        Shape.FUNCTION_URL,
        {
            "version": "2.0",
            "rawPath": "/",
            "requestContext": {"domainName": "abc.lambda-url.eu-west-1.on.aws", "http": {"method": "GET"}},
        },
    ),
    (Shape.ALB, {"requestContext": {"elb": {}}, "httpMethod": "GET", "path": "/", "headers": {}, "body": ""}),
    (Shape.ALB_MULTI, {"requestContext": {"elb": {}}, "path": "/", "multiValueHeaders": {"host": ["x"]}}),
    (
        Shape.CONSOLE_TEST,
        {"httpMethod": "GET", "path": "/", "headers": None, "requestContext": {"stage": "test-invoke-stage"}},
    ),
    (Shape.WEBSOCKET, {"requestContext": {"connectionId": "a=", "routeKey": "$connect", "messageDirection": "IN"}}),
    (Shape.AUTHORIZER_TOKEN, {"type": "TOKEN", "methodArn": "arn:aws:execute-api:x"}),
    (Shape.S3, {"Records": [{"s3": {"bucket": {"name": "b"}, "object": {"key": "k"}}}]}),
    (Shape.SQS, {"Records": [{"messageId": "1", "body": "{}", "eventSource": "aws:sqs"}]}),
    (Shape.SNS, {"Records": [{"Sns": {"Message": "hello"}}]}),
    (Shape.DYNAMODB, {"Records": [{"eventName": "INSERT", "dynamodb": {"Keys": {}}}]}),
    (Shape.KINESIS, {"Records": [{"kinesis": {"data": "e30="}}]}),
    (Shape.SCHEDULE, {"source": "aws.events"}),
    (Shape.SCHEDULE, {"source": "aws.scheduler", "detail-type": "Scheduled Event", "detail": "{}"}),
    (Shape.EVENTBRIDGE, {"source": "aws.s3", "detail-type": "Object Created", "detail": {}}),
]


@pytest.mark.parametrize(("shape", "event"), FRAGMENTS)
def test_a_fragment_made_by_hand_is_named_with_reasons_and_less_certainty(shape: Shape, event: dict[str, Any]) -> None:
    found = identify(event)
    assert shape == found.shape
    assert 0 < found.confidence < 1
    assert found.why


def _console_get() -> dict[str, Any]:
    return {
        "resource": "/wines",
        "path": "/wines",
        "httpMethod": "GET",
        "headers": None,
        "multiValueHeaders": None,
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "resourceId": "kf23a1",
            "resourcePath": "/wines",
            "httpMethod": "GET",
            "extendedRequestId": "Zm9vYmFyYmF6cXU=",
            "requestTime": "02/Mar/2023:10:11:12 +0000",
            "path": "/wines",
            "accountId": "111122223333",
            "protocol": "HTTP/1.1",
            "stage": "test-invoke-stage",
            "domainPrefix": "testPrefix",
            "requestTimeEpoch": 1677751872000,
            "requestId": "0a1b2c3d-0000-4000-8000-000000000000",
            "identity": {
                "cognitoIdentityPoolId": None,
                "cognitoIdentityId": None,
                "apiKey": "test-invoke-api-key",
                "principalOrgId": None,
                "cognitoAuthenticationType": None,
                "userArn": "arn:aws:iam::111122223333:root",
                "apiKeyId": "test-invoke-api-key-id",
                "userAgent": "Mozilla/5.0",
                "accountId": "111122223333",
                "caller": "111122223333",
                "sourceIp": "test-invoke-source-ip",
                "accessKey": "ASIAXXXXXXXXXXXXXXXX",
                "cognitoAuthenticationProvider": None,
                "user": "111122223333",
            },
            "domainName": "testPrefix.testDomainName",
            "apiId": "x1y2z3",
        },
        "body": None,
        "isBase64Encoded": False,
    }


def _documented_payload_1() -> dict[str, Any]:
    """Return payload 1.0 as AWS's documentation shows it: no resource id, an authorizer that says nothing."""
    return {
        "version": "1.0",
        "resource": "/my/path",
        "path": "/my/path",
        "httpMethod": "GET",
        "headers": {"header1": "value1", "header2": "value2"},
        "multiValueHeaders": {"header1": ["value1"], "header2": ["value1", "value2"]},
        "queryStringParameters": {"parameter1": "value1"},
        "multiValueQueryStringParameters": {"parameter1": ["value1", "value2"]},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "id",
            "authorizer": {"claims": None, "scopes": None},
            "httpMethod": "GET",
            "identity": {"sourceIp": "192.0.2.1", "userAgent": "user-agent"},
            "path": "/my/path",
            "protocol": "HTTP/1.1",
            "requestId": "id=",
            "resourceId": None,
            "resourcePath": "/my/path",
            "stage": "$default",
        },
        "pathParameters": None,
        "stageVariables": None,
        "body": "Hello",
        "isBase64Encoded": False,
    }


def _recorded_socket_authorizer() -> dict[str, Any]:
    return {
        "type": "REQUEST",
        "methodArn": "arn:aws:execute-api:us-east-1:111122223333:abc/production/$connect",
        "headers": {"Connection": "upgrade", "Host": "abc.execute-api.us-east-1.amazonaws.com"},
        "multiValueHeaders": {"Connection": ["upgrade"], "Host": ["abc.execute-api.us-east-1.amazonaws.com"]},
        "queryStringParameters": {},
        "multiValueQueryStringParameters": {},
        "stageVariables": {},
        "requestContext": {
            "routeKey": "$connect",
            "eventType": "CONNECT",
            "messageDirection": "IN",
            "stage": "production",
            "connectionId": "AbCdEfGhIAMCIQg=",
            "apiId": "abc",
        },
    }


def _console_free_json() -> dict[str, Any]:
    return {"key1": "value1", "key2": "value2", "key3": "value3"}


@pytest.mark.parametrize(
    ("shape", "event"),
    [
        (Shape.HTTP_V1, _documented_payload_1()),
        (Shape.AUTHORIZER_REQUEST, _recorded_socket_authorizer()),
        (Shape.DIRECT, _console_free_json()),
        (Shape.DIRECT, {"records": [{"recordId": "1", "data": "e30="}], "deliveryStreamArn": "arn:aws:firehose:x"}),
        (Shape.DIRECT, {"RequestType": "Create", "ResponseURL": "https://x", "StackId": "arn:x", "RequestId": "1"}),
        (Shape.DIRECT, {"triggerSource": "PreSignUp_SignUp", "version": "1", "region": "x", "request": {}}),
    ],
)
def test_events_that_others_recorded_are_identified(shape: Shape, event: dict[str, Any]) -> None:
    assert shape == identify(event).shape


def _changed(shape: Shape, **context: Any) -> dict[str, Any]:
    event: dict[str, Any] = sample(shape)
    event["requestContext"] |= context
    return event


def _first(shape: Shape, **record: Any) -> dict[str, Any]:
    event: dict[str, Any] = sample(shape)
    event["Records"][0] |= record
    return event


ORIGINS: list[tuple[Shape, str, bool, Any]] = [
    (Shape.CONSOLE_TEST, "test-button", False, _console_get()),
    (Shape.CONSOLE_TEMPLATE, "sam-template", False, sample(Shape.CONSOLE_TEMPLATE)),
    (Shape.HTTP_V2, "sam-template", False, _changed(Shape.HTTP_V2, time="12/Mar/2020:19:03:58 +0000")),
    (Shape.REST, "serverless-offline", True, _changed(Shape.REST, apiId="offlineContext_apiId")),
    (
        Shape.HTTP_V2,
        "localstack",
        True,
        _changed(Shape.HTTP_V2, domainName="a.execute-api.localhost.localstack.cloud"),
    ),
    (Shape.HTTP_V1, "local-server", True, _changed(Shape.HTTP_V1, domainName="127.0.0.1:3000")),
    (Shape.S3, "s3-test-event", False, {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}),
    (Shape.SCHEDULE, "eventbridge-scheduler", False, sample(Shape.SCHEDULE) | {"source": "aws.scheduler"}),
    (Shape.SQS, "sam-template", False, _first(Shape.SQS, receiptHandle="MessageReceiptHandle")),
    (Shape.SNS, "sam-template", False, _first(Shape.SNS, Sns={"Message": "", "Signature": "EXAMPLE"})),
    (Shape.KINESIS, "sam-template", False, _first(Shape.KINESIS, invokeIdentityArn="arn:aws:iam::EXAMPLE")),
    (Shape.DYNAMODB, "sam-template", False, _first(Shape.DYNAMODB, eventID="c4ca4238a0b923820dcc509a6f75849b")),
    (Shape.S3, "sam-template", False, _first(Shape.S3, responseElements={"x-amz-request-id": "EXAMPLE123456789"})),
    (Shape.DIRECT, "body-only", False, {"body": {"features": [1]}}),
]


@pytest.mark.parametrize(("shape", "variant", "emulator", "event"), ORIGINS)
def test_a_known_origin_is_told(shape: Shape, variant: str, emulator: bool, event: Any) -> None:
    found = identify(event)
    assert (shape, variant, emulator) == (found.shape, found.variant, found.emulator)


@pytest.mark.parametrize("outer", [Shape.SQS, Shape.SNS])
def test_an_event_wrapped_in_a_message_is_told(outer: Shape) -> None:
    event = sample(outer)
    holder, key = (event["Records"][0], "body") if outer is Shape.SQS else (event["Records"][0]["Sns"], "Message")
    holder[key] = json.dumps(sample(Shape.S3))
    assert identify(event).variant == "wraps-s3"


def test_a_topic_in_a_queue_is_told() -> None:
    event = sample(Shape.SQS)
    event["Records"][0]["body"] = json.dumps({"Type": "Notification", "TopicArn": "arn:aws:sns:x", "Message": "{}"})
    assert identify(event).variant == "wraps-sns"


_KEYS = st.sampled_from(("requestContext", "http", "Records", "body", "version", "headers", "s3", "elb", "source"))


@given(st.recursive(strategies.JSON_VALUES, lambda inner: st.dictionaries(_KEYS, inner), max_leaves=12))
def test_any_json_gets_an_answer(event: Any) -> None:
    found = identify(event)
    assert 0 <= found.confidence <= 1
    assert found.why


@pytest.mark.timeout(20)
def test_ten_thousand_levels_are_looked_at_in_bounded_time() -> None:
    nested: Any = {}
    for _ in range(10_000):
        nested = {"requestContext": nested, "Records": [nested], "body": None}
    identify(nested)


@pytest.mark.timeout(20)
def test_fifty_megabytes_are_looked_at_in_bounded_time() -> None:
    event = sample(Shape.REST) | {"body": "x" * 50_000_000}
    assert identify(event).shape == Shape.REST
