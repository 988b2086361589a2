"""Functions that tests have made in a LocalStack."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambda_emulator.aws.backend import Backend
from support import MARK

ROLE = "arn:aws:iam::000000000000:role/functions"

Make = Callable[..., "Made"]


@dataclass(frozen=True)
class Made:
    """A function that LocalStack has."""

    name: str
    client: Any

    def invoke(self, event: object, **options: Any) -> tuple[str | None, Any, dict[str, Any]]:
        """Invoke it, and return its error's kind, its payload and the whole answer."""
        answer = self.client.invoke(FunctionName=self.name, Payload=json.dumps(event), **options)
        return answer.get("FunctionError"), json.load(answer["Payload"]), answer

    @property
    def arn(self) -> str:
        return str(self.client.get_function_configuration(FunctionName=self.name)["FunctionArn"])


def make_function(backend: Backend, code: str | None = None, **options: Any) -> Made:
    """Make a function of some code, or of an image, and wait until it can be invoked."""
    client = backend.client("lambda")
    if code is not None:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as written:
            written.writestr("app.py", code)
        given = {"Runtime": f"python3.{sys.version_info[1]}", "Handler": "app.handler"}
        options = {"Code": {"ZipFile": archive.getvalue()}, **given, **options}
    name = options.pop("FunctionName", "sample")
    client.create_function(FunctionName=name, Role=ROLE, **options)
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
    return Made(name, client)


TINY = "localhost/lambdaproof-tests-tiny"
PROGRAMS = (b"localstack.runtime.main", b"-m\0ministack")


def of_these_tests() -> list[int]:
    """Return the ids of the stand-ins' processes that these tests started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, environ = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        if any(program in command for program in PROGRAMS) and MARK.encode() in environ:
            found.append(int(folder.name))
    return found
