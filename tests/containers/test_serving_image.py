"""Images behind a front: recorded, replayed, changed, and over their memory."""

from __future__ import annotations

import contextlib
import functools
import http.client
import json
import os
from pathlib import Path

import pytest
from lambda_contracts.shapes import Shape
from lambda_emulator.loading import target
from lambda_emulator.recording import Recorder
from lambda_emulator.serving import Options, serve
from lambda_emulator.settings import Settings
from support import RunTool, WriteFunction

pytestmark = pytest.mark.container
ENGINES = os.environ.get("LAMBDAPROOF_TEST_ENGINES", "podman").split(",")
BASE = "localhost/lambdaproof-python:3.11"
CODE = """
    import json
    def handler(event, context):
        sent = json.loads(event["body"])
        return {"statusCode": 200, "body": json.dumps({"bytes": len(bytearray(sent["megabytes"] * 1024 * 1024))})}
"""
CONTRACT = '[shapes]\naccept = ["rest", "http-v2"]\n\n[[case]]\nname = "one"\npayload = {}\n'
IMAGE = 'image = "localhost/lambdaproof-served"\nbuild = "."\nmemory = 128\ntimeout = 20'
DOCKERFILE = 'ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY app.py ./\nCMD ["app.handler"]\n'


def post(port: int, value: object) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        headers = {"Content-Type": "application/json", "Authorization": "S3CRET"}
        connection.request("POST", "/", json.dumps(value), headers)
        response = connection.getresponse()
        return response.status, response.read()


@pytest.mark.parametrize("engine", ENGINES)
def test_an_image_is_served_recorded_and_replayed(
    engine: str, lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    folder = write_function(CODE, function=IMAGE, contract=CONTRACT, files={"Dockerfile": DOCKERFILE})
    recordings = tmp_path / "recorded"
    settings = Settings(environment="container", engine=engine, base_image=BASE)
    with contextlib.closing(Recorder(recordings)) as recorder:
        options = Options(port=0, reload=False, concurrency=1, listeners=(recorder,))
        with serve([functools.partial(target, folder)], settings, options) as served:
            ports = {one.api.front: one.port for one in served if one.api}
            for front in (Shape.REST, Shape.HTTP_V2):
                assert (200, b'{"bytes": 1048576}') == post(ports[front], {"megabytes": 1})
            assert (502, b'{"message": "Internal server error"}') == post(ports[Shape.REST], {"megabytes": 600})
            assert 200 == post(ports[Shape.REST], {"megabytes": 1})[0], "the next request after one over its memory"
    assert not [file for file in recordings.rglob("*.json") if "S3CRET" in file.read_text()]

    again = ("replay", folder, recordings, "-E", "container", "--engine", engine)
    same = lambdaproof(*again, environ={"LAMBDAPROOF_BASE_IMAGE": BASE})
    assert (0, 4) == (same.returncode, same.stdout.count("as recorded")), same.stdout + same.stderr
    (folder / "app.py").write_text((folder / "app.py").read_text().replace('"bytes"', '"octets"'))
    other = lambdaproof(*again, environ={"LAMBDAPROOF_BASE_IMAGE": BASE})
    assert (1, 3) == (other.returncode, other.stdout.count("/response/body/octets  is new")), other.stdout
