"""An editor attaches to a handler inside its real image: read-only, another user, its own Python."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from dap import editing
from lambda_contracts.contract import load
from lambda_emulator import engine
from lambda_emulator.deployment import deploy
from lambda_emulator.rie import free_ports
from lambda_emulator.settings import Settings
from support import ROOT, WriteFunction

pytestmark = pytest.mark.container
BASE = "localhost/lambdaproof-python:3.11"
CODE = """
def handler(event, context):
    doubled = event["number"] * 2
    return {"statusCode": 200, "body": str(doubled)}
"""
LINE = 4  # the return statement


@pytest.mark.parametrize("name", os.environ.get("LAMBDAPROOF_TEST_ENGINES", "podman").split(","))
def test_a_breakpoint_in_the_container_stops_and_the_invocation_then_completes(
    write_function: WriteFunction, name: str
) -> None:
    command = [sys.executable, str(ROOT / "docker" / "build.py"), "--engine", name, str(ROOT / "handlers" / "echo")]
    done = subprocess.run(command, check=False)  # the base image is what is needed: all handlers would take minutes
    assert 0 == done.returncode
    folder = write_function(
        CODE,
        name="debugged",
        function='timeout = 1\nimage = "localhost/lambdaproof-debugged"\nbuild = "."',
        files={"Dockerfile": 'ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY app.py ./\nCMD ["app.handler"]\n'},
    )
    (port,) = free_ports(1)
    settings = Settings(environment="container", engine=name, base_image=BASE, debug_port=port)
    with (
        editing(folder / "app.py", LINE, port, mapped="/var/task", pause=1.5) as seen,
        deploy(load(folder), settings) as deployment,
    ):
        outcome = deployment.function.invoke({"number": 21})
    assert (LINE, "handler", "42") == (seen[0]["line"], seen[0]["name"], seen[0]["variables"]["doubled"])
    assert str(folder / "app.py") == seen[0]["source"]["path"]
    assert {"statusCode": 200, "body": "42"} == outcome.value()
    assert [] == list(engine.find(name).containers())
