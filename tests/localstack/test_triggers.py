"""What invokes a function besides its callers, end to end: S3, schedules; and DynamoDB from inside its container."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from deployed import Made, Make
from lambda_emulator.aws.backend import Backend

pytestmark = pytest.mark.localstack

CODE = """
import json, os, uuid
from urllib.parse import unquote_plus
import boto3

scores = boto3.resource("dynamodb").Table("scores")
s3 = boto3.client("s3")

def keep(key, **about):
    scores.put_item(Item={"id": str(uuid.uuid4()), "key": key, **about})

def handler(event, context):
    for record in event.get("Records", []):
        if "body" in record:
            told = json.loads(record["body"])
            keep(told.get("Event", "no test"), bucket=told.get("Bucket"))
            continue
        bucket, key = record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
        keep(key, size=s3.head_object(Bucket=bucket, Key=key)["ContentLength"])
    if event.get("source") == "aws.events":
        keep(event["detail-type"])
    return [item["key"] for item in scores.scan()["Items"]]
"""


@pytest.fixture
def scores(backend: Backend) -> Iterator[Callable[..., list[dict[str, Any]]]]:
    """Make the table that functions write to, and return a reader that waits for some number of its items."""
    dynamodb = backend.client("dynamodb")
    dynamodb.create_table(
        TableName="scores",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def read(key: str = "", *, count: int = 1, seconds: float = 60) -> list[dict[str, Any]]:
        deadline = time.monotonic() + seconds
        found: list[dict[str, Any]] = []
        while len(found) < count and time.monotonic() < deadline:
            time.sleep(0.2)
            items = dynamodb.scan(TableName="scores")["Items"]
            found = [{name: next(iter(value.values())) for name, value in item.items()} for item in items]
            found = [item for item in found if not key or item["key"] == key]
        return found

    yield read
    dynamodb.delete_table(TableName="scores")


@pytest.fixture
def function(make: Make, image: Callable[[str], str]) -> Made:
    return make(PackageType="Image", Code={"ImageUri": image(CODE)}, Timeout=30, MemorySize=512)


@pytest.fixture
def bucket(backend: Backend, function: Made) -> Iterator[str]:
    """Make a bucket whose objects invoke the function."""
    s3 = backend.client("s3")
    s3.create_bucket(Bucket="videos")
    permission = {"Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com", "StatementId": "s3"}
    function.client.add_permission(FunctionName=function.name, SourceArn="arn:aws:s3:::videos", **permission)
    notified = {"LambdaFunctionArn": function.arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="videos", NotificationConfiguration={"LambdaFunctionConfigurations": [notified]}
    )
    yield "videos"
    for found in s3.list_objects_v2(Bucket="videos").get("Contents", []):
        s3.delete_object(Bucket="videos", Key=found["Key"])
    s3.delete_bucket(Bucket="videos")


@pytest.mark.parametrize("key", ["a b/c+d.mp4", "größe/日本.mp4"])
def test_an_object_invokes_an_image_once_whatever_its_key(
    backend: Backend, bucket: str, scores: Callable[..., list[dict[str, Any]]], key: str
) -> None:
    """LocalStack writes a space as %20 where AWS writes a plus; unquote_plus reads both."""
    backend.client("s3").put_object(Bucket=bucket, Key=key, Body=b"12345")
    assert ["5"] == [item["size"] for item in scores(key)]
    time.sleep(1)
    assert 1 == len(scores(key))


def test_a_video_is_uploaded_by_a_presigned_url_and_its_score_is_found_by_asking(
    backend: Backend, bucket: str, function: Made, scores: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    """200 MB, past every API; the function runs once, writes to DynamoDB from its container, and reads it there."""
    video = tmp_path / "video.mp4"
    with video.open("wb") as written:
        written.truncate(200 * 1024 * 1024)
    url = backend.client("s3").generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "videos/dive.mp4"})
    with video.open("rb") as body:
        request = Request(url, data=body, method="PUT", headers={"Content-Length": str(video.stat().st_size)})
        assert 200 == urlopen(request).status
    (score,) = scores("videos/dive.mp4")
    assert str(200 * 1024 * 1024) == score["size"]
    assert "videos/dive.mp4" in function.invoke({})[1]


def test_a_schedule_invokes_a_function(
    backend: Backend, function: Made, scores: Callable[..., list[dict[str, Any]]]
) -> None:
    events = backend.client("events")
    rule = events.put_rule(Name="often", ScheduleExpression="rate(1 minute)")["RuleArn"]
    permission = {"Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com", "StatementId": "often"}
    function.client.add_permission(FunctionName=function.name, SourceArn=rule, **permission)
    events.put_targets(Rule="often", Targets=[{"Id": "function", "Arn": function.arn}])
    try:
        assert scores("Scheduled Event", seconds=100)
    finally:
        events.remove_targets(Rule="often", Ids=["function"])
        events.delete_rule(Name="often")


def test_a_queue_between_brings_the_test_event_that_a_bucket_sends_first(
    backend: Backend, function: Made, scores: Callable[..., list[dict[str, Any]]]
) -> None:
    """AWS sends s3:TestEvent to queues and topics alone: of a function it looks at the permission."""
    sqs, s3 = backend.client("sqs"), backend.client("s3")
    queue = sqs.create_queue(QueueName="uploads")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    mapping = function.client.create_event_source_mapping(EventSourceArn=arn, FunctionName=function.name)["UUID"]
    s3.create_bucket(Bucket="queued")
    notified = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="queued", NotificationConfiguration={"QueueConfigurations": [notified]}
    )
    try:
        assert ["queued"] == [item["bucket"] for item in scores("s3:TestEvent")]
    finally:
        function.client.delete_event_source_mapping(UUID=mapping)
        s3.delete_bucket(Bucket="queued")
        sqs.delete_queue(QueueUrl=queue)
