"""An image that was changed, deployed anew into LocalStack by the commands that one types for AWS."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from deployed import Make
from lambda_emulator.aws.backend import Backend
from lambda_emulator.engine import Engine
from lambda_emulator.environments import variables

pytestmark = pytest.mark.localstack

TAG = "localhost/lambdaproof-tests-redeployed"
CODE = "def handler(event, context):\n    return {version}\n"


@pytest.fixture
def images(podman: Engine, tmp_path: Path) -> tuple[str, str]:
    """Build the same function twice, as tags that answer 1 and 2."""
    (tmp_path / "Dockerfile").write_text("FROM localhost/lambdaproof-iris\nCOPY --chmod=0644 app.py ./\n")
    for version in (1, 2):
        (tmp_path / "app.py").write_text(CODE.format(version=version))
        podman.build(tmp_path, f"{TAG}:{version}")
    return f"{TAG}:1", f"{TAG}:2"


def test_the_next_event_after_update_function_code_is_the_new_images(
    make: Make, images: tuple[str, str], backend: Backend
) -> None:
    def aws(*arguments: str) -> None:
        command = [sys.executable, "-m", "awscli", "--endpoint-url", str(backend.endpoint), "lambda", *arguments]
        environ = {**os.environ, **variables.CREDENTIALS, "AWS_DEFAULT_REGION": variables.REGION}
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        assert 0 == done.returncode, done.stderr

    first, second = images
    function = make(PackageType="Image", Code={"ImageUri": first}, Timeout=10)
    assert (None, 1) == function.invoke({})[:2]
    aws("update-function-code", "--function-name", function.name, "--image-uri", second)
    aws("wait", "function-updated-v2", "--function-name", function.name)
    assert (None, 2) == function.invoke({})[:2]
