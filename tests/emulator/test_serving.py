"""What is given to `lambdaproof serve`: contracts, templates and flags, and what cannot be served."""

from __future__ import annotations

import functools
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from lambda_contracts.shapes import FRONTS as SHAPES_OF_FRONTS
from lambda_contracts.shapes import Shape
from lambda_emulator.cli.serve import FRONTS
from lambda_emulator.loading import target
from lambda_emulator.serving import Options, Served, serve
from lambda_emulator.settings import Settings
from support import RunTool, WriteFunction

HANDLER = """
    import json
    def handler(event, context):
        return {"statusCode": 200, "body": json.dumps({"path": event.get("path") or event.get("rawPath")})}
"""
ROUTES = """
[[route]]
method = "POST"
path = "/predict"

[shapes]
accept = ["rest", "http-v2"]

[[case]]
name = "one"
payload = {}
"""
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: python3.11, Handler: app.handler, Timeout: 10}
Resources:
  Classify:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: classifier
      CodeUri: classify/
      Events:
        Post: {Type: Api, Properties: {Path: /classify, Method: post}}
  Score:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: score/
      Events:
        Get: {Type: HttpApi, Properties: {Path: "/scores/{id}", Method: get}}
        Post: {Type: Api, Properties: {Path: /score, Method: post}}
"""


@contextmanager
def served(*files: Path, **options: Any) -> Iterator[tuple[Served, ...]]:
    chosen = Options(port=0, reload=False, **options)
    readers = [functools.partial(target, file) for file in files]
    with serve(readers, Settings(environment="worker"), chosen) as found:
        yield found


def ask(method: str, port: int, path: str, body: bytes | None = None) -> tuple[int, Any]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, method=method)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def sdk(port: int) -> Any:
    return boto3.client(
        "lambda",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )


def test_the_fronts_of_the_command_line_are_all_there_are() -> None:
    assert set(FRONTS) == {front.value for front in SHAPES_OF_FRONTS}


def test_each_front_of_a_contract_has_a_port(write_function: WriteFunction) -> None:
    with served(write_function(HANDLER, contract=ROUTES)) as (rest, http):
        assert (200, {"path": "/predict"}) == ask("POST", rest.port, "/predict", b"{}")
        assert (200, {"path": "/predict"}) == ask("POST", http.port, "/predict", b"{}")
        assert (403, {"message": "Missing Authentication Token"}) == ask("POST", rest.port, "/other")
        assert (404, {"message": "Not Found"}) == ask("POST", http.port, "/other")


def test_the_functions_and_apis_of_a_template_are_served(tmp_path: Path, write_function: WriteFunction) -> None:
    for name in ("classify", "score"):
        write_function(HANDLER, name=name)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    with served(tmp_path / "template.yaml") as found:
        ports = {one.api.front: one.port for one in found if one.api}
        assert (200, {"path": "/classify"}) == ask("POST", ports[Shape.REST], "/Prod/classify")
        assert (200, {"path": "/score"}) == ask("POST", ports[Shape.REST], "/Prod/score")
        assert (200, {"path": "/scores/7"}) == ask("GET", ports[Shape.HTTP_V2], "/scores/7")
        functions = sdk(found[0].port)
        assert {"classifier", "Score"} == {one["FunctionName"] for one in functions.list_functions()["Functions"]}


def test_a_function_without_a_front_is_served_to_sdks(write_function: WriteFunction) -> None:
    contract = '[shapes]\naccept = ["direct"]\n[[case]]\nname = "one"\npayload = {}\n'
    with served(write_function("def handler(event, context):\n    return event", contract=contract)) as (only,):
        functions = sdk(only.port)
        assert b'{"a": 1}' == functions.invoke(FunctionName="sample", Payload=b'{"a": 1}')["Payload"].read()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{only.port}/")


def test_a_handler_is_served_by_flags_alone(tmp_path: Path, write_function: WriteFunction) -> None:
    folder = write_function(HANDLER)
    (folder / "contract.toml").unlink()
    with command(
        tmp_path, str(folder), "--handler", "app.handler", "--route", "GET /a/{id}", "--front", "http-v2"
    ) as lines:
        port = next(line for line in lines if "/a/{id}" in line).rpartition(":")[2].partition("/")[0]
        assert (200, {"path": "/a/7"}) == ask("GET", int(port), "/a/7")


@contextmanager
def command(folder: Path, *arguments: str) -> Iterator[list[str]]:
    """Run `lambdaproof serve` and yield what it printed once it listens; it ends on SIGTERM, and leaves nothing."""
    line = [sys.executable, "-m", "lambda_emulator.cli", "serve", "--port", "0", "-E", "worker", *arguments]
    out = folder / "out"
    with (
        out.open("w") as stdout,
        subprocess.Popen(line, cwd=folder, stdout=stdout, stderr=subprocess.STDOUT) as process,
    ):
        while "Ctrl-C ends it." not in out.read_text():
            assert process.poll() is None, out.read_text()
            time.sleep(0.05)
        yield out.read_text().splitlines()
        process.terminate()
        assert 143 == process.wait(20)


def test_requests_and_what_functions_print_are_shown(tmp_path: Path, write_function: WriteFunction) -> None:
    code = "def handler(event, context):\n    print('seen', event['path'])\n    raise KeyError('body')"
    with command(tmp_path, str(write_function(code, contract=ROUTES))) as lines:
        port = next(line for line in lines if "POST" in line).rpartition(":")[2].partition("/")[0]
        assert 502 == ask("POST", int(port), "/predict")[0]
    shown = (tmp_path / "out").read_text()
    assert "sample: seen /predict\n" in shown
    assert "sample: function error: KeyError: 'body'\n" in shown
    assert "rest POST /predict 502 " in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--route", "GET /"], "--route and --front say what leads to --handler"),
        (["--handler", "app.handler", "--front", "grpc"], "'grpc' is not one of 'rest', 'http-v1'"),
        (["--handler", "app.handler", "--route", "GET /a", "--route", "GET /a"], "another route answers GET /a too"),
        (["nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_served_is_said(
    lambdaproof: RunTool, write_function: WriteFunction, arguments: list[str], says: str
) -> None:
    folder = [] if "nowhere" in arguments else [str(write_function(HANDLER, contract=ROUTES))]
    done = lambdaproof("serve", *folder, *arguments)
    assert 2 == done.returncode, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_template_without_routes_is_no_api(lambdaproof: RunTool, tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(
        "Resources:\n  F:\n    Type: AWS::Serverless::Function\n"
        "    Properties: {Runtime: python3.11, Handler: app.handler, CodeUri: .}\n"
    )
    done = lambdaproof("serve", tmp_path / "template.yaml")
    assert (2, True) == (done.returncode, "no route" in done.stderr), done.stderr


def test_a_port_that_is_taken_is_named(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    folder = write_function(HANDLER, contract=ROUTES)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = lambdaproof("serve", folder, "--port", str(port), "--environment", "worker")
    assert (3, True) == (done.returncode, str(port) in done.stderr), done.stderr


def test_two_functions_of_one_name_are_refused(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    first, second = write_function(HANDLER, contract=ROUTES), write_function(HANDLER, name="other", contract=ROUTES)
    text = (second / "contract.toml").read_text().replace('"other"', '"sample"')
    (second / "contract.toml").write_text(text)
    done = lambdaproof("serve", first, second, "--environment", "worker")
    assert (2, True) == (done.returncode, "sample" in done.stderr), done.stderr
