"""A typical event of every shape: what `lambdaproof event SHAPE` prints, and what the strategies vary."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from lambda_contracts.events.build import build
from lambda_contracts.events.source import FRESH, Source
from lambda_contracts.http import Request
from lambda_contracts.route import Route
from lambda_contracts.shapes import HTTP_SHAPES, Shape

Event = dict[str, Any]

_ACCOUNT = "123456789012"
_REGION = "us-east-1"
_REQUEST = Request(
    method="POST",
    path="/orders/1",
    query="page=2",
    headers=(("Accept", "application/json"), ("Content-Type", "application/json"), ("User-Agent", "curl/8.5.0")),
    body=b'{"quantity": 1}',
    source_ip="203.0.113.7",
)
_ROUTE = Route(path="/orders/{id}")


def sample(shape: Shape, *, source: Source = FRESH) -> Any:
    """Return a typical event of a shape, with new ids and times from `source`."""
    if shape is Shape.DIRECT:
        return {"quantity": 1}
    if shape in HTTP_SHAPES:
        return build(_REQUEST, shape, _ROUTE, source=source)
    return _SAMPLES[shape](source)


def _stamp(source: Source, digits: str = ".000Z") -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(source.clock())) + digits


def _hexadecimal(source: Source, digits: int) -> str:
    return f"{source.bits(4 * digits):0{digits}x}"


def _records(record: Event) -> Event:
    return {"Records": [record]}


def _s3(source: Source) -> Event:
    bucket = "uploads"
    return _records(
        {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": _REGION,
            "eventTime": _stamp(source),
            "eventName": "ObjectCreated:Put",
            "userIdentity": {"principalId": f"AWS:{_ACCOUNT}"},
            "requestParameters": {"sourceIPAddress": "203.0.113.7"},
            "responseElements": {
                "x-amz-request-id": _hexadecimal(source, 16).upper(),
                "x-amz-id-2": source.short_id(),
            },
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": source.uuid(),
                "bucket": {
                    "name": bucket,
                    "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                    "arn": f"arn:aws:s3:::{bucket}",
                },
                "object": {
                    "key": "summer+photos/caf%C3%A9.png",
                    "size": 1024,
                    "eTag": _hexadecimal(source, 32),
                    "versionId": _hexadecimal(source, 32),
                    "sequencer": _hexadecimal(source, 18).upper(),
                },
            },
        }
    )


def _bus_event(source: Source, detail_type: str, origin: str, resources: list[str], detail: Any) -> Event:
    return {
        "version": "0",
        "id": source.uuid(),
        "detail-type": detail_type,
        "source": origin,
        "account": _ACCOUNT,
        "time": _stamp(source, "Z"),
        "region": _REGION,
        "resources": resources,
        "detail": detail,
    }


def _eventbridge(source: Source) -> Event:
    return _bus_event(source, "OrderPlaced", "shop.orders", [], {"order": 1})


def _schedule(source: Source) -> Event:
    rule = f"arn:aws:events:{_REGION}:{_ACCOUNT}:rule/every-hour"
    return _bus_event(source, "Scheduled Event", "aws.events", [rule], {})


def _sqs(source: Source) -> Event:
    milliseconds = str(int(source.clock() * 1000))
    return _records(
        {
            "messageId": source.uuid(),
            "receiptHandle": _hexadecimal(source, 64),
            "body": '{"quantity": 1}',
            "attributes": {
                "ApproximateReceiveCount": "1",
                "SentTimestamp": milliseconds,
                "SenderId": "AIDACKCEVSQ6C2EXAMPLE",
                "ApproximateFirstReceiveTimestamp": milliseconds,
            },
            "messageAttributes": {"kind": {"stringValue": "order", "dataType": "String"}},
            "md5OfMessageAttributes": _hexadecimal(source, 32),
            "md5OfBody": _hexadecimal(source, 32),
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{_REGION}:{_ACCOUNT}:orders",
            "awsRegion": _REGION,
        }
    )


def _sns(source: Source) -> Event:
    topic = f"arn:aws:sns:{_REGION}:{_ACCOUNT}:orders"
    subscription = f"{topic}:{source.uuid()}"
    host = f"https://sns.{_REGION}.amazonaws.com"
    return _records(
        {
            "EventSource": "aws:sns",
            "EventVersion": "1.0",
            "EventSubscriptionArn": subscription,
            "Sns": {
                "Type": "Notification",
                "MessageId": source.uuid(),
                "TopicArn": topic,
                "Subject": "an order",
                "Message": '{"quantity": 1}',
                "Timestamp": _stamp(source),
                "SignatureVersion": "1",
                "Signature": source.short_id(),
                "SigningCertUrl": f"{host}/SimpleNotificationService.pem",
                "UnsubscribeUrl": f"{host}/?Action=Unsubscribe&SubscriptionArn={subscription}",
                "MessageAttributes": {"kind": {"Type": "String", "Value": "order"}},
            },
        }
    )


def _dynamodb(source: Source) -> Event:
    table = f"arn:aws:dynamodb:{_REGION}:{_ACCOUNT}:table/orders/stream/2025-04-14T00:00:00.000"
    return _records(
        {
            "eventID": _hexadecimal(source, 32),
            "eventName": "MODIFY",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": _REGION,
            "dynamodb": {
                "ApproximateCreationDateTime": int(source.clock()),
                "Keys": {"id": {"N": "1"}},
                "NewImage": {"id": {"N": "1"}, "quantity": {"N": "2"}},
                "OldImage": {"id": {"N": "1"}, "quantity": {"N": "1"}},
                "SequenceNumber": str(source.bits(64)),
                "SizeBytes": 26,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
            "eventSourceARN": table,
        }
    )


def _kinesis(source: Source) -> Event:
    sequence = str(source.bits(180))
    return _records(
        {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": "1",
                "sequenceNumber": sequence,
                "data": b64encode(b'{"quantity": 1}').decode("ascii"),
                "approximateArrivalTimestamp": round(source.clock(), 3),
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"shardId-000000000006:{sequence}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": f"arn:aws:iam::{_ACCOUNT}:role/orders",
            "awsRegion": _REGION,
            "eventSourceARN": f"arn:aws:kinesis:{_REGION}:{_ACCOUNT}:stream/orders",
        }
    )


def _websocket(source: Source) -> Event:
    built = build(_REQUEST, Shape.REST, _ROUTE, source=source)["requestContext"]
    milliseconds = built["requestTimeEpoch"]
    connection = source.short_id()
    shared = ("extendedRequestId", "requestTime", "stage", "requestTimeEpoch", "domainName", "apiId")
    return {
        "requestContext": {
            "routeKey": "$default",
            "messageId": source.short_id(),
            "eventType": "MESSAGE",
            "messageDirection": "IN",
            "connectedAt": milliseconds - 1000,
            "identity": {"sourceIp": _REQUEST.source_ip},
            "requestId": built["extendedRequestId"],
            "connectionId": connection,
            **{key: built[key] for key in shared},
        },
        "body": '{"action": "order"}',
        "isBase64Encoded": False,
    }


def _method_arn(route: str) -> str:
    return f"arn:aws:execute-api:{_REGION}:{_ACCOUNT}:{_ROUTE.api_id}/{route}"


def _authorizer_token(_source: Source) -> Event:
    return {"type": "TOKEN", "methodArn": _method_arn("prod/POST/orders/1"), "authorizationToken": "Bearer token"}


def _authorizer_request(source: Source) -> Event:
    event = build(_REQUEST, Shape.REST, _ROUTE, source=source)
    del event["body"], event["isBase64Encoded"]
    return {"type": "REQUEST", "methodArn": _method_arn("prod/POST/orders/1"), **event}


def _authorizer_v2(source: Source) -> Event:
    event = build(_REQUEST, Shape.HTTP_V2, _ROUTE, source=source)
    del event["body"], event["isBase64Encoded"]
    arn = _method_arn("$default/POST/orders/1")
    return {"version": "2.0", "type": "REQUEST", "routeArn": arn, "identitySource": ["user1"], **event}


def _cloud_function(source: Source) -> Event:
    event: Event = build(_REQUEST, Shape.CLOUD_FUNCTION, _ROUTE, source=source)
    return event


_SAMPLES: dict[Shape, Callable[[Source], Event]] = {
    Shape.CLOUD_FUNCTION: _cloud_function,
    Shape.S3: _s3,
    Shape.SCHEDULE: _schedule,
    Shape.EVENTBRIDGE: _eventbridge,
    Shape.SQS: _sqs,
    Shape.SNS: _sns,
    Shape.DYNAMODB: _dynamodb,
    Shape.KINESIS: _kinesis,
    Shape.WEBSOCKET: _websocket,
    Shape.AUTHORIZER_TOKEN: _authorizer_token,
    Shape.AUTHORIZER_REQUEST: _authorizer_request,
    Shape.AUTHORIZER_V2: _authorizer_v2,
}
