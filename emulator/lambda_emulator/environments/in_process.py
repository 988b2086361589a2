"""awslambdaric without the RIE: in this interpreter where the handler imports here, else in a worker of its own.

Faster than the RIE and as real in what reaches the handler, but without its log and its memory of the process. What the
handler may do to its process (exit, endless loops, threads) it does to this one when it runs here.
"""

from __future__ import annotations

import io
import json
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.tracing.recorder import Tracer
from lambda_contracts.tracing.trace import Trace

from lambda_emulator import debugger, rie
from lambda_emulator.debugger import Debugger
from lambda_emulator.definition import Definition
from lambda_emulator.environments import variables
from lambda_emulator.environments.alarm import Alarm, TimeIsUp
from lambda_emulator.environments.base import Environment, Runner
from lambda_emulator.environments.interpreter import Guest
from lambda_emulator.injection import own_files
from lambda_emulator.logfile import split
from lambda_emulator.steps import Call, Steps


class InProcessRunner:
    """Runs a handler here, traced or not, when everything it imports is installed here, else through `worker`.

    `debug` is the debugger that waits for an editor when the handler is loaded.
    """

    def __init__(
        self,
        function: Definition,
        folder: Path,
        *,
        backend: Mapping[str, str],
        worker: Callable[[], Runner],
        trace: bool = False,
        debug: Debugger | None = None,
    ) -> None:
        self._function = function
        self._debug = debug
        self._folder = folder.resolve()
        self._backend = backend
        self._worker = worker
        self._trace = trace
        self.python: Path | None = None

    def start(self) -> tuple[Environment, Outcome]:
        """Import the handler here; start a worker if a module that it needs is not installed here."""
        environment = InterpreterEnvironment(self._function, self._folder, self._environ(), trace=self._trace)
        outcome = environment.initialise()
        if environment.lacks_module:
            environment.close()
            worker = self._worker()
            self.python = worker.python
            return worker.start()
        if self._debug is not None:  # only now: a worker would want the same port
            debugger.wait_here(self._debug)
        return environment, outcome

    def run(self, command: str) -> None:
        """Run a command in the handler's folder with the handler's interpreter."""
        self._worker().run(command)

    def _environ(self) -> dict[str, str]:
        lambdas = variables.of_lambda(
            self._function,
            execution_env="AWS_Lambda_python{}.{}".format(*sys.version_info),
            task_root=str(self._folder),
        )
        return variables.of_function(self._function, lambdas, self._backend)


class _Client:
    """Stands where awslambdaric's HTTP client does and keeps what the runtime would have posted."""

    def __init__(self) -> None:
        from awslambdaric import bootstrap
        from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller

        self.handle = bootstrap.handle_event_request
        self.log_sink = bootstrap.StandardLogSink()
        self.marshaller = LambdaMarshaller()
        self.error = False
        self.payload = b""

    def post_invocation_result(self, _invoke_id: str, result: str | bytes, *_: Any) -> None:
        self.error = False
        self.payload = result if isinstance(result, bytes) else result.encode()

    def post_invocation_error(self, _invoke_id: str, error: str, *_: Any) -> None:
        self.error = True
        self.payload = error.encode()


class InterpreterEnvironment(Environment):
    """A handler imported into this interpreter, whose guest it is only while it runs."""

    def __init__(self, function: Definition, folder: Path, environ: Mapping[str, str], *, trace: bool = False) -> None:
        self._function = function
        self._folder = folder
        self._arn = variables.function_arn(function.name)
        self._guest = Guest(folder, environ)
        self._alarm = Alarm(function.timeout)
        self._handler: Callable[[Any, Any], Any] | None = None
        self._init_failure: Outcome | None = None
        self._tracer = Tracer([str(folder)], own_files(folder)) if trace else None
        self.lacks_module = False
        self._open = True

    @property
    def alive(self) -> bool:
        """Whether it has not been closed."""
        return self._open

    def initialise(self) -> Outcome:
        """Import the handler's module the way awslambdaric does."""
        from awslambdaric import bootstrap
        from awslambdaric.lambda_runtime_exception import FaultException

        started = time.perf_counter()
        log = io.StringIO()
        error: dict[str, Any] = {}
        with self._guest.inside(log):
            self._client = _Client()
            try:
                self._handler = bootstrap._get_handler(self._function.handler)
            except FaultException as fault:
                error = bootstrap.make_error(fault.msg, fault.exception_type, fault.trace)
                self.lacks_module = self._is_foreign(fault.__context__)
            except SystemExit as exit_:
                error = json.loads(rie.exit_error("", f"exit status {_status(exit_)}"))
            except Exception:  # noqa: BLE001  # a handler's module may raise anything
                error = bootstrap.build_fault_result(sys.exc_info(), None)
        outcome = Outcome(
            kind=OutcomeKind.INIT_FAILURE if error else OutcomeKind.RESULT,
            payload=json.dumps(error).encode() if error else b"null",
            log=_lines(log),
            init_duration=time.perf_counter() - started,
        )
        if error:
            self._init_failure = outcome
        return outcome

    def _is_foreign(self, error: BaseException | None) -> bool:
        """Whether an import failed for a module that is not the handler's own."""
        if not isinstance(error, ModuleNotFoundError) or not error.name:
            return False
        top = error.name.partition(".")[0]
        return not (self._folder / top).exists() and not (self._folder / f"{top}.py").exists()

    def exchange(self, payload: bytes, request_id: str, client_context: str | None = None) -> Steps[Outcome]:
        """Handle one event in this interpreter, in the thread that asks for it or one that may block."""
        rie.require_size(payload)
        if self._init_failure is not None:
            return replace(self._init_failure, request_id=request_id)
        outcome: Outcome = yield Call(lambda: self._invoke(payload, request_id, client_context))
        return outcome

    def _invoke(self, payload: bytes, request_id: str, client_context: str | None) -> Outcome:
        log = io.StringIO()
        traces: list[Trace] = []
        started = time.perf_counter()
        with self._guest.inside(log):
            if self._tracer is None:
                kind, result = self._handle(payload, request_id, client_context, self._handler)
            else:
                handler = self._tracer.around(self._handler, lambda rows: traces.append(Trace.of(rows)))
                with self._tracer:
                    kind, result = self._handle(payload, request_id, client_context, handler)
        duration = time.perf_counter() - started
        if duration > self._function.timeout:
            kind, result = OutcomeKind.TIMEOUT, rie.timeout_error(request_id, self._function.timeout)
        return Outcome(
            kind=kind,
            payload=result,
            request_id=request_id,
            log=_lines(log),
            duration=duration,
            trace=traces[0] if traces else None,
        )

    def _handle(
        self, payload: bytes, request_id: str, client_context: str | None, handler: Any
    ) -> tuple[OutcomeKind, bytes]:
        """Have awslambdaric handle an event, and return what it would have posted."""
        client = self._client
        try:
            with self._alarm:
                client.handle(
                    lambda_runtime_client=client,
                    request_handler=handler,
                    invoke_id=request_id,
                    event_body=payload,
                    content_type="application/json",
                    client_context_json=client_context,
                    cognito_identity_json=None,
                    invoked_function_arn=self._arn,
                    epoch_deadline_time_in_ms=int((time.time() + self._function.timeout) * 1000),
                    tenant_id=None,
                    log_sink=client.log_sink,
                )
        except TimeIsUp:
            return OutcomeKind.TIMEOUT, rie.timeout_error(request_id, self._function.timeout)
        except SystemExit as exit_:
            return OutcomeKind.EXIT, rie.exit_error(request_id, f"exit status {_status(exit_)}")
        except Exception as failure:  # noqa: BLE001  # the runtime's own, which ends it: half a pair of surrogates
            print("".join(traceback.format_exception_only(failure)), end="", file=sys.stderr)  # noqa: T201  # its log
            return OutcomeKind.EXIT, rie.exit_error(request_id, "exit status 1")
        if len(client.payload) > rie.MAX_RESPONSE_BYTES:
            return OutcomeKind.FUNCTION_ERROR, rie.RESPONSE_TOO_LARGE
        return OutcomeKind.FUNCTION_ERROR if client.error else OutcomeKind.RESULT, client.payload

    def peak_memory(self) -> int | None:
        """Say nothing: the handler's memory is this interpreter's."""
        return None

    def close(self) -> None:
        """Forget the handler and its modules."""
        self._guest.forget()
        self._handler = None
        self._open = False


def _lines(log: io.StringIO) -> tuple[str, ...]:
    text = log.getvalue()
    return tuple(split(text.encode("utf-8", "replace"))) if text else ()


def _status(exit_: SystemExit) -> int:
    if exit_.code is None:
        return 0
    return exit_.code if isinstance(exit_.code, int) else 1
