"""A cloud function under Google's functions-framework, in a process of an interpreter of its own."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lambda_contracts import cloud_functions, events
from lambda_contracts.contract import CloudFunction
from lambda_contracts.http import Request, Response
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.shapes import Shape

from lambda_emulator import memory, rie
from lambda_emulator.environments.base import Environment, Scratch, stop
from lambda_emulator.environments.host import run_beside
from lambda_emulator.errors import NotReached
from lambda_emulator.logfile import split
from lambda_emulator.steps import Call, Steps

FRAMEWORK = "functions-framework==3.10.2"
"""What Google's build installs where the requirements do not name it (R135): the version that was measured."""
START_SECONDS = 120.0
_CRASH = ("X-Google-Status", "crash")


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudFunctionRunner:
    """Starts instances of one cloud function.

    `source` is the file that has it, `python` the interpreter that has its requirements and the framework, `storage`
    holds the variables that lead to Cloud Storage's stand-in.
    """

    name: str
    function: CloudFunction
    source: Path
    python: Path
    storage: Mapping[str, str]

    def start(self) -> tuple[Environment, Outcome]:
        """Start one, and wait until the function is loaded."""
        scratch, port = Scratch(), rie.free_ports(1)[0]
        command = [str(self.python), "-B", "-m", "functions_framework", "--signature-type", "http"]
        command += ["--target", self.function.target, "--source", str(self.source), "--host", "127.0.0.1"]
        with scratch.logs.function.path.open("wb") as out:
            process = subprocess.Popen(
                [*command, "--port", str(port)],
                cwd=self.source.parent,
                env=self._environ(scratch.path, port),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        instance = Instance(process, port, self.function.timeout, scratch)
        try:
            return instance, instance.initialise()
        except BaseException:
            instance.close()
            raise

    def run(self, command: str) -> None:
        """Run a command beside the function's source, with its interpreter and variables. Raises SetupFailed."""
        label = f"[cloud_function] `{command}`"
        run_beside(label, command, self.python, self.source.parent, lambda home: self._environ(home, 8080))

    def _environ(self, home: Path, port: int) -> dict[str, str]:
        """Return all of its variables: its own, Cloud Run's, and none of the developer's."""
        return {
            "PATH": f"{self.python.parent}:{os.environ.get('PATH', os.defpath)}",
            "HOME": str(home),
            "TMPDIR": str(home),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",  # what it prints is in the log of the request that it was printed for
            **self.storage,
            **self.function.environment,
            "PORT": str(port),
            "K_SERVICE": self.name,
            "K_CONFIGURATION": self.name,
            "K_REVISION": f"{self.name}-00001",
            "FUNCTION_TARGET": self.function.target,
            "FUNCTION_SIGNATURE_TYPE": "http",
        }


class Instance(Environment):
    """One running copy, which gets one request at a time."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, timeout: int, scratch: Scratch) -> None:
        self._process = process
        self._port = port
        self._timeout = timeout
        self._scratch = scratch

    @property
    def alive(self) -> bool:
        """Whether the framework still runs."""
        return self._process.poll() is None

    def initialise(self) -> Outcome:
        """Wait until the framework listens, which it does once it has loaded the function."""
        started = time.perf_counter()
        while self.alive and time.perf_counter() - started < START_SECONDS:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
                took = time.perf_counter() - started
                return Outcome(kind=OutcomeKind.RESULT, payload=b"null", init_duration=took, log=self._log())
            time.sleep(0.02)
        took, log = time.perf_counter() - started, self._log()
        if self.alive:
            stop(self._process)
            log += (f"TimeoutError: the function was not loaded within {START_SECONDS:g} s",)
        return Outcome(kind=OutcomeKind.INIT_FAILURE, payload=_error(log), log=log, init_duration=took)

    def exchange(self, payload: bytes, request_id: str, client_context: str | None = None) -> Steps[Outcome]:  # noqa: ARG002
        """Send one request, written as an event of the shape `cloud-function`. Raises NotReached."""
        request = events.read(json.loads(payload), Shape.CLOUD_FUNCTION)
        started = time.perf_counter()
        outcome: Outcome = yield Call(lambda: self._send(request))
        log = self._log()
        if outcome.kind is OutcomeKind.FUNCTION_ERROR:
            outcome = replace(outcome, payload=_error(log))
        return replace(outcome, request_id=request_id, log=log, duration=time.perf_counter() - started)

    def _send(self, request: Request) -> Outcome:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
        with contextlib.closing(connection):
            try:
                connection.connect()
            except OSError as error:
                raise NotReached("The cloud function's instance ended before the request reached it.") from error
            try:
                response = _exchanged(connection, request)
            except TimeoutError:
                self._end()
                message = f"The function did not answer within {self._timeout} s."
                return Outcome(kind=OutcomeKind.TIMEOUT, payload=_object("Timeout", message, []))
            except (OSError, http.client.HTTPException):
                self._end()
                message = "The function's process ended while it handled the request."
                return Outcome(kind=OutcomeKind.EXIT, payload=_object("ProcessExit", message, []))
        if _CRASH in response.headers:
            return Outcome(kind=OutcomeKind.FUNCTION_ERROR, payload=b"")
        return Outcome(kind=OutcomeKind.RESULT, payload=cloud_functions.payload(response))

    def _end(self) -> None:
        """End it at once: what it does with a request that nobody waits for any more is not to reach the next one."""
        self._process.kill()
        stop(self._process)

    def _log(self) -> tuple[str, ...]:
        return tuple(split(self._scratch.logs.function.read_new()))

    def peak_memory(self) -> int | None:
        """Add up what the kernel noted for the framework and each process below it."""
        return memory.peak_below(self._process.pid, itself=True)

    def close(self) -> None:
        """End it."""
        stop(self._process)
        self._scratch.close()


def _exchanged(connection: http.client.HTTPConnection, request: Request) -> Response:
    """Send a request as it is, and return what comes back."""
    url = f"{request.path}?{request.query}" if request.query else request.path
    connection.putrequest(request.method, url, skip_host=request.header("host") is not None, skip_accept_encoding=True)
    for name, value in request.headers:
        if name.lower() not in ("content-length", "connection", "transfer-encoding"):
            connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(request.body)))
    connection.putheader("Connection", "close")
    connection.endheaders(request.body)
    answer = connection.getresponse()
    return Response(status=answer.status, headers=tuple(answer.getheaders()), body=answer.read())


def _error(log: tuple[str, ...]) -> bytes:
    """Return the error object of the last traceback in a log, else of its last line."""
    begins = [index for index, line in enumerate(log) if line.startswith("Traceback (most recent call last)")]
    told = list(log[begins[-1] + 1 :]) if begins else []
    frames = [line for line in told if line.startswith("  ")]
    last = next((line for line in told if line and not line.startswith(" ")), next(reversed(log), ""))
    kind, _, message = last.partition(": ")
    return _object(kind, message, frames)


def _object(kind: str, message: str, frames: list[str]) -> bytes:
    told: dict[str, Any] = {"errorType": kind, "errorMessage": message, "stackTrace": frames}
    return json.dumps(told).encode()
