"""Diving in LocalStack: S3 itself invokes the image when a video has arrived."""

from __future__ import annotations

import subprocess
import sys

import pytest
from deployed import Make
from diving import DIVING, apis, score_of, video
from lambda_emulator.aws.backend import Backend
from lambda_emulator.settings import Settings
from support import ROOT

pytestmark = pytest.mark.localstack
LARGEST = 200 * 1024 * 1024
BUCKET, TABLE = "diving-videos", "diving-scores"


def test_a_video_of_200_mb_is_scored_by_the_image_that_s3_invokes(backend: Backend, make: Make) -> None:
    """The model of 573 MB lies in the image, which is built by the project's own command."""
    command = [sys.executable, str(ROOT / "docker" / "build.py"), str(DIVING / "score")]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == built.returncode, built.stderr
    with apis(Settings(environment="worker", backend=backend.endpoint)) as served:
        function = make(
            PackageType="Image",
            Code={"ImageUri": built.stdout.strip()},
            MemorySize=2048,
            Timeout=300,
            Environment={"Variables": {"BUCKET": BUCKET, "TABLE": TABLE}},
        )
        backend.client("s3").put_bucket_notification_configuration(
            Bucket=BUCKET,
            NotificationConfiguration={
                "LambdaFunctionConfigurations": [{"LambdaFunctionArn": function.arn, "Events": ["s3:ObjectCreated:*"]}]
            },
        )
        assert 8 <= score_of(served, video(2, 10_000_000)) <= 10, "a clean dive"
        largest = video(50, LARGEST)
        assert LARGEST - 400_000 < len(largest) <= LARGEST
        assert 0 <= score_of(served, largest) <= 3, "a belly flop"
