"""awslambdaric in a process of the handler's own interpreter, fed by our server of the Lambda Runtime API."""

from __future__ import annotations

import signal
import subprocess
import time
from dataclasses import replace

from lambda_contracts.outcomes import Outcome, OutcomeKind

from lambda_emulator import memory, rie
from lambda_emulator.definition import Definition
from lambda_emulator.environments import variables
from lambda_emulator.environments.base import Environment, Scratch, stop
from lambda_emulator.environments.host import HostFunction
from lambda_emulator.injection import Injection
from lambda_emulator.logfile import split
from lambda_emulator.runtime_api import Post, RuntimeApi, RuntimeGoneError
from lambda_emulator.steps import Steps, ended, run


class WorkerRunner:
    """Runs a function on this machine without the RIE."""

    def __init__(self, host: HostFunction) -> None:
        self._host = host
        self.run = host.run
        self.python = host.python

    def start(self) -> tuple[Environment, Outcome]:
        """Start the worker and wait until it asks for an event."""
        scratch, api = Scratch(), RuntimeApi()
        injection = self._host.inject(scratch.path)
        traced = injection.variables if injection else {}
        with scratch.logs.function.path.open("wb") as out:
            process = subprocess.Popen(
                self._host.runtime_client,
                cwd=self._host.folder,
                env={**self._host.environ(scratch.path), "AWS_LAMBDA_RUNTIME_API": api.address, **traced},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        environment = WorkerEnvironment(self._host.function, process, api, scratch, injection)
        try:
            return environment, environment.initialise()
        except BaseException:
            environment.close()
            raise


class WorkerEnvironment(Environment):
    """A process that runs awslambdaric against our Runtime API."""

    def __init__(
        self,
        function: Definition,
        process: subprocess.Popen[bytes],
        api: RuntimeApi,
        scratch: Scratch,
        injection: Injection | None = None,
    ) -> None:
        self._function = function
        self._process = process
        self._api = api
        self._scratch = scratch
        self._injection = injection
        self._arn = variables.function_arn(function.name)
        api.gone = lambda: process.poll() is not None

    @property
    def alive(self) -> bool:
        """Whether the worker still runs."""
        return self._process.poll() is None

    def initialise(self) -> Outcome:
        """Wait until the handler is loaded."""
        started = time.perf_counter()
        try:
            post = run(self._api.wait_for_next(max(rie.INIT_SECONDS, self._function.timeout)))
        except TimeoutError:
            self._process.kill()
            error = rie.timeout_error("", self._function.timeout)
            outcome = Outcome(kind=OutcomeKind.TIMEOUT, payload=error)
        except RuntimeGoneError:
            error = rie.exit_error("", run(self._exit_reason()))
            outcome = Outcome(kind=OutcomeKind.INIT_FAILURE, payload=error)
        else:
            outcome = Outcome(
                kind=OutcomeKind.INIT_FAILURE if post else OutcomeKind.RESULT, payload=post.body if post else b"null"
            )
        return replace(outcome, log=self._log(), init_duration=time.perf_counter() - started)

    def exchange(self, payload: bytes, request_id: str, client_context: str | None = None) -> Steps[Outcome]:
        """Give the worker one event and wait for what it posts."""
        rie.require_size(payload)
        timeout = self._function.timeout
        headers = {
            "Lambda-Runtime-Aws-Request-Id": request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + timeout) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": self._arn,
        }
        if client_context is not None:
            headers["Lambda-Runtime-Client-Context"] = client_context
        started = time.perf_counter()
        try:
            post = yield from self._api.next_event(headers, payload, timeout)
        except TimeoutError:
            self._process.kill()
            kind, answer = OutcomeKind.TIMEOUT, rie.timeout_error(request_id, timeout)
        except RuntimeGoneError:
            kind, answer = OutcomeKind.EXIT, rie.exit_error(request_id, (yield from self._exit_reason()))
        else:
            kind, answer = _read(post)
        return Outcome(
            kind=kind,
            payload=answer,
            request_id=request_id,
            duration=time.perf_counter() - started,
            log=self._log(),
            trace=self._injection.read(request_id) if self._injection else None,
        )

    def _exit_reason(self) -> Steps[str]:
        status = yield from ended(self._process, 2)
        if status is None:
            self._process.kill()
            status = self._process.wait()
        return f"exit status {status}" if status >= 0 else f"signal: {signal.strsignal(-status)}".lower()

    def _log(self) -> tuple[str, ...]:
        fresh = self._scratch.logs.function.read_new()
        return tuple(split(fresh)) if fresh else ()

    def peak_memory(self) -> int | None:
        """Add up what the kernel noted for the worker and each process below it."""
        return memory.peak_below(self._process.pid, itself=True)

    def close(self) -> None:
        """End the worker."""
        self._api.close()
        stop(self._process)
        self._scratch.close()


def _read(post: Post) -> tuple[OutcomeKind, bytes]:
    """Return what a runtime posted for an event, and its kind."""
    if post.too_large:
        return OutcomeKind.FUNCTION_ERROR, rie.RESPONSE_TOO_LARGE
    return (OutcomeKind.RESULT if post.path.endswith("/response") else OutcomeKind.FUNCTION_ERROR), post.body
