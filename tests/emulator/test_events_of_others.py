"""Events that nobody here wrote: the samples in the wheel that the emulator comes from, which SAM prints."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile

import pytest
from lambda_contracts.events import identify
from lambda_contracts.shapes import Shape
from lambda_emulator import rie
from lambda_emulator.rie import binary

FOLDER = "samcli/lib/generated_sample_events/events"


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [*binary._pip(), "download", "--quiet", "--no-deps", "--dest", str(folder), "==".join(rie.WHEEL)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return zipfile.ZipFile(wheel)


@pytest.mark.parametrize(
    ("file", "shape", "variant"),
    [
        ("apigateway/AwsProxy", Shape.CONSOLE_TEMPLATE, "sam-template"),
        ("apigateway/HttpApi", Shape.HTTP_V2, "sam-template"),
        ("apigateway/ApiGatewayAuthorizer", Shape.AUTHORIZER_TOKEN, ""),
        ("apigateway/ApiGatewayRestRequestAuthorizer", Shape.AUTHORIZER_REQUEST, ""),
        ("alb/ALBRequest", Shape.ALB, "sam-template"),
        ("s3/S3Put", Shape.S3, "sam-template"),
        ("s3/S3Delete", Shape.S3, "sam-template"),
        ("sqs/Sqs", Shape.SQS, "sam-template"),
        ("sns/Sns", Shape.SNS, "sam-template"),
        ("dynamodb/DynamoDBUpdate", Shape.DYNAMODB, "sam-template"),
        ("kinesis/Kinesis", Shape.KINESIS, "sam-template"),
        ("cloudwatch/ScheduledEvent", Shape.SCHEDULE, "sam-template"),
        ("s3/S3BatchInvocation", Shape.DIRECT, ""),
        ("kinesis/KinesisFirehose", Shape.DIRECT, ""),
        ("cloudwatch/CloudwatchLogs", Shape.DIRECT, ""),
    ],
)
def test_a_sample_of_sams_is_recognised(samples: zipfile.ZipFile, file: str, shape: Shape, variant: str) -> None:
    text = samples.read(f"{FOLDER}/{file}.json").decode()
    found = identify(json.loads(re.sub(r"\{\{\{.*?\}\}\}", "filled-in", text)))
    assert (shape, variant) == (found.shape, found.variant)
    assert (found.confidence >= 0.9) == (shape is not Shape.DIRECT)
