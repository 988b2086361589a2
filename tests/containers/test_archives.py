"""A function of a zip and a layer on the base image: at the places, and with the rights, that Lambda gives them."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile

import pytest
from lambda_contracts.contract import load
from lambda_emulator import engine
from lambda_emulator.deployment import deploy
from lambda_emulator.engine import Engine
from lambda_emulator.settings import Settings
from support import HANDLERS, ROOT, WriteFunction

pytestmark = pytest.mark.container
BASE = "localhost/lambdaproof-python:3.11"

APP = """
import os, sys, helper

def handler(event, context):
    try:
        open("/var/task/written", "w")
    except OSError as error:
        refused = error.strerror
    return {
        "refused": refused,
        "helper": helper.__file__,
        "path": [name for name in sys.path if name.startswith(("/var/task", "/opt"))],
        "tool": os.access("/opt/bin/tool", os.X_OK),
        "secret": os.access("/opt/secret", os.R_OK),
        "kind": os.environ["AWS_EXECUTION_ENV"],
    }
"""


@pytest.fixture(scope="module", params=os.environ.get("LAMBDAPROOF_TEST_ENGINES", "podman").split(","))
def container_engine(request: pytest.FixtureRequest) -> Engine:
    """Build the base image by way of the smallest image on it, and return the engine that has it."""
    command = [sys.executable, str(ROOT / "docker" / "build.py"), "--engine", request.param, str(HANDLERS / "echo")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return engine.find(request.param)


def test_archives_lie_where_lambda_puts_them(container_engine: Engine, write_function: WriteFunction) -> None:
    folder = write_function(
        APP,
        function="""
            runtime = "python3.11"
            zip = "function.zip"
            layers = ["layer.zip"]
            [setup]
            run = ["python3 -c 'import helper, app, os; assert os.path.exists(\\"contract.toml\\")'"]
        """,
    )
    with zipfile.ZipFile(folder / "function.zip", "w") as made:
        made.write(folder / "app.py", "app.py")
    with zipfile.ZipFile(folder / "layer.zip", "w") as made:
        for name, mode in (("python/helper.py", 0o644), ("bin/tool", 0o755), ("secret", 0o600)):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            made.writestr(entry, "")
    settings = Settings(environment="container", engine=container_engine.name, base_image=BASE)
    with deploy(load(folder), settings) as deployment:
        found = deployment.function.invoke({}).value()
    assert {
        "refused": "Read-only file system",
        "helper": "/opt/python/helper.py",
        "path": ["/var/task", "/opt/python/lib/python3.11/site-packages", "/opt/python"],
        "tool": True,
        "secret": False,
        "kind": "AWS_Lambda_python3.11",
    } == found
    assert [] == list(container_engine.containers())
