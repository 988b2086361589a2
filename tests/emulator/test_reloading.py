"""Changed code and contracts are taken up while requests go on."""

from __future__ import annotations

import contextlib
import functools
import itertools
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from lambda_emulator.loading import target
from lambda_emulator.serving import Options, serve
from lambda_emulator.settings import Settings
from raw_http import Answer, Client, ask, request
from support import WriteFunction

CONTRACT = """
    [[route]]
    method = "GET"
    path = "/{proxy+}"
    [shapes]
    accept = ["rest", "http-v2"]
    [[case]]
    name = "one"
    payload = {}
"""
ENVIRONMENTS = ["worker", "process"]


def code(answer: str) -> str:
    """Write a handler that answers so; asked for /wait, only when the file `go-on` is there."""
    return textwrap.dedent(
        f"""
        import os, pathlib, time

        def handler(event, context):
            folder = pathlib.Path(__file__).resolve().parent.parent
            if "wait" in (event.get("path") or event["rawPath"]):
                (folder / "began").touch()
                while not (folder / "go-on").exists():
                    time.sleep(0.01)
            return {{"statusCode": 200, "body": "{answer}"}}
        """
    )


@dataclass(frozen=True)
class Reloaded:
    """A function that is served and changed; `folder` is its, `rest` and `http` are ports."""

    folder: Path
    rest: int
    http: int

    def get(self, path: str = "/now") -> Answer:
        return ask(self.rest, request("GET", path))

    def answers(self, body: bytes) -> bool:
        return self.get().body == body

    def write(self, text: str, file: str = "app.py") -> None:
        (self.folder / file).write_text(text)

    def until(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end
            time.sleep(0.02)


@contextlib.contextmanager
def reloaded(folder: Path, environment: str = "worker", *ignored: Path, concurrency: int = 2) -> Iterator[Reloaded]:
    options = Options(port=0, concurrency=concurrency, ignored=ignored)
    with serve([functools.partial(target, folder)], Settings(environment=environment), options) as (rest, http):
        yield Reloaded(folder, rest.port, http.port)


@pytest.fixture
def folder(write_function: WriteFunction) -> Path:
    return write_function(code("old"), function="timeout = 20", contract=CONTRACT)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_what_is_being_handled_finishes_on_the_old_code_and_what_comes_gets_the_new(
    folder: Path, environment: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")
    with reloaded(folder, environment) as served, Client(served.rest) as old:
        assert b"old" == served.get().body
        old.send(request("GET", "/wait"))
        served.until((folder.parent / "began").exists)
        served.write(code("new"))
        served.until(lambda: "is new" in caplog.text)
        assert b"new" == served.get().body == ask(served.http, request("GET", "/now")).body
        (folder.parent / "go-on").touch()
        assert b"old" == old.answer().body
        assert [b"new"] * 5 == [served.get().body for _ in range(5)]


TERRAFORM = """
resource "aws_lambda_function" "one" {
  function_name = "one"
  handler       = "app.handler"
  filename      = "."
  environment {
    variables = { ANSWER = "old" }
  }
}
resource "aws_lambda_function_url" "one" {
  function_name      = aws_lambda_function.one.function_name
  authorization_type = "NONE"
}
"""


def test_a_folder_of_terraforms_is_read_again_when_one_of_its_files_changes(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text('import os\n\ndef handler(event, context):\n    return os.environ["ANSWER"]\n')
    (tmp_path / "main.tf").write_text(TERRAFORM)
    options = Options(port=0, concurrency=1)
    with serve([functools.partial(target, tmp_path)], Settings(environment="worker"), options) as (url,):
        served = Reloaded(tmp_path, url.port, url.port)
        assert b"old" == served.get().body
        served.write(TERRAFORM.replace("old", "new"), "main.tf")
        served.until(lambda: b"new" == served.get().body)


def test_requests_that_wait_for_the_only_environment_get_the_new_code(folder: Path) -> None:
    with (
        reloaded(folder, concurrency=1) as served,
        Client(served.rest) as old,
        ThreadPoolExecutor(1) as threads,
    ):
        old.send(request("GET", "/wait"))
        served.until((folder.parent / "began").exists)
        waiting = threads.submit(served.get)
        served.write(code("new"))
        time.sleep(1.5)
        assert not waiting.done()
        (folder.parent / "go-on").touch()
        assert (b"old", b"new") == (old.answer().body, waiting.result().body)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize(
    "broken", ["def handler(event, context:", "import nothing_of_this_name", "raise SystemExit(3)", ""]
)
def test_code_that_does_not_load_answers_as_on_aws_until_it_does(folder: Path, environment: str, broken: str) -> None:
    """R82: an init failure is the front's 502."""
    with reloaded(folder, environment) as served:
        served.write(broken)
        served.until(lambda: served.get().status == 502)
        assert [502, 502] == [served.get().status, served.get().status]
        assert 500 == ask(served.http, request("GET", "/now")).status
        served.write(code("new"))
        served.until(lambda: served.get().body == b"new")


def test_no_request_is_lost_while_code_changes_again_and_again(folder: Path) -> None:
    """An environment that starts between a change and its being noticed has the new code before the others have."""
    versions = [b"old", *(f"version {number:03}".encode() for number in range(6))]
    ended = threading.Event()
    with reloaded(folder) as served, ThreadPoolExecutor(4) as threads:

        def talk(_: int) -> list[bytes]:
            bodies = []
            with Client(served.rest) as client:
                while not ended.is_set():
                    client.send(request("GET", "/now"))
                    answer = client.answer()
                    assert 200 == answer.status, answer
                    bodies.append(answer.body)
            return bodies

        talks = [threads.submit(talk, number) for number in range(4)]
        try:
            for version in versions[1:]:
                served.write(code(version.decode()))
                served.until(functools.partial(served.answers, version))
        finally:
            ended.set()
        for one in talks:
            seen = [versions.index(body) for body in one.result()]
            newest = itertools.accumulate(seen, max)
            assert all(number >= new - 1 for number, new in zip(seen, newest, strict=True)), seen
            assert len(set(seen)) >= 3


def test_routes_and_variables_of_a_changed_contract_count(folder: Path) -> None:
    with reloaded(folder) as served:
        text = (folder / "contract.toml").read_text()
        served.write(text.replace("/{proxy+}", "/other"), "contract.toml")
        served.until(lambda: served.get().status == 403)
        assert 200 == served.get("/other").status
        served.write('import os\ndef handler(event, context):\n    return {"body": os.environ["GREETING"]}\n')
        more = '[function]\nenvironment = { GREETING = "hello" }'
        served.write(text.replace("[function]", more), "contract.toml")
        served.until(lambda: served.get().body == b"hello")


MISTAKES = {
    "no TOML": ("[[route]]", "[[route", "contract.toml"),
    "an unknown key": ("[[route]]", 'nmae = "x"\n[[route]]', "nmae"),
    "two routes alike": ("[[route]]", '[[route]]\nmethod = "GET"\npath = "/{proxy+}"\n[[route]]', "another route"),
    "an authorizer that nobody knows": ("[shapes]", 'authorizer = "nobody"\n[shapes]', "nobody"),
}


@pytest.mark.parametrize(("old", "new", "told"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_in_the_contract_is_told_and_everything_stays(
    folder: Path, caplog: pytest.LogCaptureFixture, old: str, new: str, told: str
) -> None:
    with reloaded(folder) as served:
        text = (folder / "contract.toml").read_text()
        served.write(text.replace(old, new), "contract.toml")
        served.until(lambda: "cannot be taken up" in caplog.text)
        assert told in caplog.text
        assert b"old" == served.get().body
        served.write(text.replace("/{proxy+}", "/mended"), "contract.toml")
        served.until(lambda: served.get().status == 403)
        assert b"old" == served.get("/mended").body


def test_a_contract_that_is_gone_for_a_while_is_waited_for(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """As some editors write files."""
    with reloaded(folder) as served:
        text = (folder / "contract.toml").read_text()
        (folder / "contract.toml").unlink()
        served.until(lambda: "cannot be taken up" in caplog.text)
        assert b"old" == served.get().body
        served.write(text.replace("/{proxy+}", "/back"), "contract.toml")
        served.until(lambda: served.get().status == 403)
        assert b"old" == served.get("/back").body


def test_what_is_not_code_is_taken_up_and_what_is_ignored_is_not(folder: Path) -> None:
    (folder / "records").mkdir()
    (folder / "data.txt").write_text("old data")
    text = (
        'DATA = open("data.txt").read()\ndef handler(event, context):\n    return {"statusCode": 200, "body": DATA}\n'
    )
    (folder / "app.py").write_text(text)
    with reloaded(folder, "worker", folder / "records") as served:
        started = served.get()
        (folder / "records" / "one.json").write_text("{}")
        time.sleep(1.2)
        assert b"old data" == started.body == served.get().body
        (folder / "data.txt").write_text("new data")
        served.until(lambda: served.get().body == b"new data")


def test_a_reload_leaves_no_process_of_the_old_code(folder: Path) -> None:
    """The fixture looks for processes left; here for those while the server runs."""
    text = 'import os\ndef handler(event, context):\n    return {"statusCode": 200, "body": str(os.getpid())}\n'
    (folder / "app.py").write_text(text)
    with reloaded(folder) as served:
        first = served.get().body
        served.write(text + "# changed\n")
        served.until(lambda: served.get().body != first)
        served.until(lambda: not Path(f"/proc/{first.decode()}").exists())
