"""Templates deployed into LocalStack by the command line, and what is left of them: nothing."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from deployed import TINY, of_these_tests
from lambda_emulator.aws.localstack import LocalStack
from lambda_emulator.engine import Engine
from lambda_emulator.rie import free_ports
from lambda_emulator.settings import Settings
from support import RunTool, WriteFunction, leaked_processes

pytestmark = pytest.mark.localstack

CODE = """
import os

def handler(event, context):
    return {"statusCode": 200, "body": f"{os.environ['GREETING']} {event['pathParameters']['who']}, first"}
"""
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Greeting: { Type: String, Default: Hello }
Globals:
  Function: { Timeout: 10, Environment: { Variables: { GREETING: !Ref Greeting } } }
Resources:
  Zip:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Runtime: python3.%d
      Events:
        Get: { Type: Api, Properties: { Path: "/zip/{who}", Method: get } }
  Image:
    Type: AWS::Serverless::Function
    Metadata: { DockerContext: src, Dockerfile: Dockerfile }
    Properties:
      PackageType: Image
      ImageUri: %s
      Events:
        Get: { Type: Api, Properties: { Path: "/image/{who}", Method: get } }
Outputs:
  Api: { Value: !Ref ServerlessRestApi }
"""


@pytest.fixture
def template(tmp_path: Path, podman: Engine) -> Path:
    source = tmp_path / "greeting" / "src"
    source.mkdir(parents=True)
    (source / "app.py").write_text(CODE)
    (source / "Dockerfile").write_text("FROM localhost/lambdaproof-iris\nCOPY --chmod=0644 app.py ./\n")
    file = source.parent / "template.yaml"
    file.write_text(TEMPLATE % (sys.version_info[1], TINY))
    return file


@contextlib.contextmanager
def deploying(*arguments: str | Path) -> Iterator[tuple[subprocess.Popen[str], Callable[[], dict[str, Any]]]]:
    """Run `lambdaproof deploy --json`, and yield it with a reader of what it deploys next."""
    command = [sys.executable, "-m", "lambda_emulator.cli", "deploy", "--json", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = process.stdout

        def following() -> dict[str, Any]:
            return dict(json.loads(lines.readline()))

        try:
            yield process, following
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)


def answers(deployed: dict[str, Any], who: str) -> dict[str, str]:
    """Return what each route answers, by the name of its path."""
    urls = [route["url"] for route in deployed["routes"]]
    return {url.split("/")[-2]: urlopen(url.replace("{who}", who)).read().decode() for url in urls}


def test_a_template_is_up_until_it_is_ended_and_taken_up_anew_when_its_files_change(
    template: Path, podman: Engine
) -> None:
    with deploying(template, "--watch", "-p", "Greeting=Hi") as (process, following):
        deployed = following()
        assert ("greeting", ["Api"]) == (deployed["stack"], list(deployed["outputs"]))
        assert {"zip": "Hi you, first", "image": "Hi you, first"} == answers(deployed, "you")
        source = template.parent / "src" / "app.py"
        source.write_text(CODE.replace("first", "second"))
        assert {"zip": "Hi you, second", "image": "Hi you, second"} == answers(following(), "you")
    assert 128 + signal.SIGTERM == process.returncode
    assert ([], []) == (of_these_tests(), leaked_processes())
    assert [] == [pid for _, pid in podman.containers() if not Path("/proc", str(pid)).exists()]
    assert [] == list(Path(tempfile.gettempdir()).glob(f"lambdaproof-{process.pid}-*"))


def test_localstack_that_runs_keeps_what_is_deployed(lambdaproof: RunTool, template: Path) -> None:
    with LocalStack(Settings()) as running:
        for greeting in ("Hello", "Bye"):
            done = lambdaproof(
                "deploy", template, "--backend", running.endpoint, "--json", "-p", f"Greeting={greeting}"
            )
            assert 0 == done.returncode, done.stderr
            assert f"{greeting} you, first" == answers(json.loads(done.stdout), "you")["zip"]


def test_localstack_that_is_killed_is_told_and_takes_its_functions_along(template: Path) -> None:
    before = set(of_these_tests())
    with deploying(template) as (process, following):
        assert "Hello you, first" == answers(following(), "you")["image"]
        (localstack,) = set(of_these_tests()) - before
        os.kill(localstack, signal.SIGKILL)
        assert 3 == process.wait(60)
    deadline = time.monotonic() + 10
    while leaked_processes() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [] == leaked_processes()
    assert [] == list(Path(tempfile.gettempdir()).glob(f"lambdaproof-{process.pid}-*"))


def test_a_template_that_cannot_be_made_says_which_resource_and_why(lambdaproof: RunTool, template: Path) -> None:
    template.write_text(
        'Resources: { Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "not a name!" } } }\n'
        "# and no function\n"
    )
    done = lambdaproof("deploy", template)
    assert 3 == done.returncode
    assert "could not make the stack greeting:\n  Queue (AWS::SQS::Queue): " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("change", "arguments", "status", "told"),
    [
        ((f"ImageUri: {TINY}", "ImageUri: localhost/missing:1"), [], 3, "has no image localhost/missing:1"),
        (("src/", "missing/"), ["--backend", "http://127.0.0.1:9"], 3, "Nothing that could be AWS answers"),
        (("", ""), ["--backend", "moto"], 2, "has no CloudFormation"),
        (("", ""), ["-p", "Greeting"], 2, "--parameter is NAME=VALUE"),
        (("", ""), ["--port", "1", "--backend", "http://127.0.0.1:9"], 2, "--port is that of a LocalStack"),
        (("Resources", "Resource"), [], 2, "it has no resources"),
    ],
)
def test_what_cannot_be_deployed_is_told_before_anything_is_started(
    lambdaproof: RunTool, template: Path, change: tuple[str, str], arguments: list[str], status: int, told: str
) -> None:
    without = template.read_text().replace("    Metadata: { DockerContext: src, Dockerfile: Dockerfile }\n", "")
    template.write_text(without.replace(*change))
    done = lambdaproof("deploy", template, *arguments)
    assert (status, "") == (done.returncode, done.stdout)
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert "Starting LocalStack" not in done.stderr


def test_a_port_that_is_taken_is_told(lambdaproof: RunTool, template: Path) -> None:
    (port,) = free_ports(1)
    with deploying(template, "--port", str(port)) as (_, following):
        assert f"http://127.0.0.1:{port}" == following()["endpoint"]
        done = lambdaproof("deploy", template, "--port", str(port))
    assert 3 == done.returncode
    assert f"Port {port} of 127.0.0.1 cannot be used" in done.stderr


STORED = """
import os

import boto3

def handler(event, context):
    found = boto3.client("s3").get_object(Bucket=os.environ["BUCKET"], Key="greeting")
    return {"statusCode": 200, "body": found["Body"].read().decode()}
"""
WITH_SETUP = """
[setup]
buckets = ["greetings"]
run = ["python put.py"]

[[route]]
method = "GET"
path = "/greeting"

[[case]]
name = "one"
payload = {}
"""


def test_a_contract_is_deployed_with_what_its_setup_makes(write_function: WriteFunction) -> None:
    put = 'import boto3\nboto3.client("s3").put_object(Bucket="greetings", Key="greeting", Body=b"Hello from S3")\n'
    folder = write_function(
        STORED,
        function='environment = { BUCKET = "greetings" }\ntimeout = 30',
        contract=WITH_SETUP,
        files={"put.py": put, "requirements.txt": "boto3\n"},
    )
    with deploying(folder) as (_, following):
        deployed = following()
        (route,) = deployed["routes"]
        with urlopen(route["url"]) as answer:
            assert b"Hello from S3" == answer.read()
