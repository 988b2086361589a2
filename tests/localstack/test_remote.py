"""A contract against a function that is deployed in MiniStack, by its Invoke API and by its gateway."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lambda_contracts.shapes import Shape
from lambda_emulator.conformance.gateways import NAME, made
from lambda_emulator.settings import Settings
from support import RunTool

pytestmark = pytest.mark.localstack

CONTRACT = f"""
[function]
name = "{NAME}"
handler = "app.handler"

[[route]]
method = "ANY"
path = "/echo/{{proxy+}}"

[[case]]
name = "invoked"
safe = true
payload = {{ hello = "there" }}
path = "/echo/greeting"
shapes = ["direct"]
status = 200
body = {{ hello = "there" }}

[[case]]
name = "asked"
safe = true
payload = {{ hello = "there" }}
path = "/echo/greeting"
shapes = ["rest"]
status = 200
body = {{ httpMethod = "POST" }}
"""


def test_a_function_in_ministack_keeps_its_contract(tmp_path: Path, settings: Settings, lambdaproof: RunTool) -> None:
    (tmp_path / "contract.toml").write_text(CONTRACT)
    with made("ministack", settings) as gateways:
        url = next(gateway.url for gateway in gateways if gateway.front is Shape.REST)
        environ = {
            "AWS_ENDPOINT_URL": f"http://{urlsplit(url).netloc}",
            "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        for remote in (NAME, url):
            done = lambdaproof("check", tmp_path, "--remote", remote, environ=environ)
            assert 0 == done.returncode, done.stdout + done.stderr
