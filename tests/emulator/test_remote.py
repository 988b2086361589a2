"""A contract against a function that is deployed already: the Invoke API and the fronts of `serve` are the account."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from lambda_contracts.shapes import Shape
from lambda_emulator.loading import target
from lambda_emulator.rie import free_ports
from lambda_emulator.serving import Options, serve
from lambda_emulator.settings import Settings
from support import RunTool, WriteFunction

HANDLER = """
import json, os

def handler(event, context):
    with open(os.environ["SEEN"], "a") as seen:
        print(json.dumps(event), file=seen)
    payload = json.loads(event["body"]) if "body" in event else event
    if payload.get("number") == 13:
        raise ValueError("unlucky")
    return {"statusCode": 200, "body": json.dumps({"twice": payload["number"] * 2})}
"""
CONTRACT = """
[[route]]
method = "POST"
path = "/double"
stage = "dev"

[shapes]
accept = ["direct", "rest", "http-v2"]

[budget]
warm_p99 = 10.0

[[case]]
name = "safe"
safe = true
payload = {{ number = 2 }}
status = 200
body = {{ twice = {twice} }}

[[case]]
name = "sends mail"
payload = {{ number = 5 }}
status = 200
"""
ACCOUNT = {
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class Account:
    """Where the function is deployed: the ports of its fronts, and the events that it has got."""

    def __init__(self, folder: Path, seen: Path, ports: Mapping[Shape, int]) -> None:
        self.folder = folder
        self.ports = ports
        self._seen = seen
        self.environ = {**ACCOUNT, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports[Shape.REST]}"}

    def events(self) -> list[object]:
        return [json.loads(line) for line in self._seen.read_text().splitlines()] if self._seen.exists() else []

    def contract(self, text: str) -> Path:
        """Write another contract for it, in a folder of its own."""
        folder = self.folder.with_name("checked")
        folder.mkdir()
        (folder / "contract.toml").write_text('[function]\nname = "double"\nhandler = "app.handler"\n' + text)
        return folder


@pytest.fixture
def account(write_function: WriteFunction, tmp_path: Path, settings: Settings) -> Iterator[Account]:
    seen = tmp_path / "seen.jsonl"
    variables = f'environment = {{ SEEN = "{seen}" }}'
    folder = write_function(HANDLER, name="double", function=variables, contract=CONTRACT.format(twice=4))
    worker = Settings(environment="worker", cache=settings.cache)
    options = Options(port=0, reload=False, concurrency=1)
    with serve([functools.partial(target, folder)], worker, options) as served:
        yield Account(folder, seen, {one.api.front: one.port for one in served if one.api})


def test_the_safe_cases_are_invoked_once_each_and_nothing_else_is(account: Account, lambdaproof: RunTool) -> None:
    done = lambdaproof("check", account.folder, "--remote", "double", environ=account.environ)
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "safe" in done.stdout
    assert "sends mail" not in done.stdout
    assert 3 == len(account.events())
    assert {"number": 2} in account.events()


def test_a_broken_promise_is_told_without_any_further_event(account: Account, lambdaproof: RunTool) -> None:
    """Elsewhere it would be sent again with one thing changed at a time, to find out why."""
    folder = account.contract(CONTRACT.format(twice=5))
    arn = "arn:aws:lambda:us-east-1:123456789012:function:double"
    done = lambdaproof("check", folder, "--remote", arn, "--json", environ=account.environ)
    assert 1 == done.returncode, done.stderr
    assert "case.body" in done.stdout
    assert 3 == len(account.events())


def test_a_function_error_has_its_type_and_its_time(account: Account, lambdaproof: RunTool) -> None:
    folder = account.contract('[[case]]\nname = "a"\nsafe = true\npayload = { number = 13 }\nshapes = ["direct"]\n')
    done = lambdaproof("check", folder, "--remote", "double", environ=account.environ)
    assert 1 == done.returncode, done.stderr
    assert "ValueError: unlucky" in done.stdout


@pytest.mark.parametrize("front", [Shape.REST, Shape.HTTP_V2], ids=str)
def test_an_api_is_asked_by_its_url(account: Account, lambdaproof: RunTool, front: Shape) -> None:
    url = f"http://127.0.0.1:{account.ports[front]}/dev"
    done = lambdaproof("check", account.folder, "--remote", url, "--front", front)
    assert 0 == done.returncode, done.stdout + done.stderr
    (event,) = account.events()
    assert isinstance(event, dict)
    assert ("2.0" if front is Shape.HTTP_V2 else None) == event.get("version")
    done = lambdaproof("check", account.folder, "--remote", url.replace("/dev", "/prod"), "--front", front)
    assert (1, 1) == (done.returncode, len(account.events()))
    assert f"the client gets status {404 if front is Shape.HTTP_V2 else 403}, the case says 200" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("double", "--fuzz"), "--remote sends the safe cases alone, and each once."),
        (("double", "--update-observed"), "--remote sends the safe cases alone, and each once."),
        (("my function",), "--remote cannot be 'my function'."),
        (("http://localhost:1", "--front", "graphql"), "--front cannot be 'graphql'."),
        (("http://localhost:1", "--front", "alb"), "no safe case is sent in the shape alb."),
        (("nobody",), "There is no function nobody"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_sent(
    account: Account, lambdaproof: RunTool, arguments: tuple[str, ...], told: str
) -> None:
    done = lambdaproof("check", account.folder, "--remote", *arguments, environ=account.environ)
    assert 2 == done.returncode, done.stdout
    assert told in " ".join(done.stderr.split())
    assert [] == account.events()


def test_without_a_safe_case_nothing_is_sent(account: Account, lambdaproof: RunTool) -> None:
    folder = account.contract('[[case]]\nname = "one"\npayload = { number = 2 }\n')
    done = lambdaproof("check", folder, "--remote", "double", environ=account.environ)
    assert 2 == done.returncode
    assert "no case is marked safe, so nothing is sent to double. Write safe = true" in " ".join(done.stderr.split())
    assert [] == account.events()


def test_an_account_that_does_not_answer_is_told(account: Account, lambdaproof: RunTool) -> None:
    nowhere = {**ACCOUNT, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_ports(1)[0]}"}
    done = lambdaproof("check", account.folder, "--remote", "double", environ=nowhere)
    assert 3 == done.returncode
    assert "double cannot be invoked" in done.stderr
