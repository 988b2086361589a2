"""One running emulator: how to start it, talk to it and understand it."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lambda_contracts.errors import EventError
from lambda_contracts.outcomes import Outcome, OutcomeKind

from lambda_emulator.errors import NotReached, NotStarted, PortInUse
from lambda_emulator.logfile import LogFile, split
from lambda_emulator.rie.answer import Answer, AnswerError
from lambda_emulator.steps import Channel, Steps, ended, receive, run, send

MAX_EVENT_BYTES = 6 * 1024 * 1024
"""Lambda's limit of a synchronous invocation's payload (R33, R87)."""
MAX_RESPONSE_BYTES = MAX_EVENT_BYTES + 100
"""The longest result that Lambda takes from a runtime (R86)."""
RESPONSE_TOO_LARGE = (
    b'{"errorType":"Function.ResponseSizeTooLarge","errorMessage":'
    b'"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}'
)
INIT_SECONDS = 10
"""What Lambda allows for loading a handler before it takes the time off the function's timeout."""
INVOKE_PATH = "/2015-03-31/functions/function/invocations"


def arguments(port: int, runtime_port: int, *, host: str = "127.0.0.1") -> list[str]:
    """Return the flags that let several emulators run on one machine (the default ports collide)."""
    return [
        "--runtime-interface-emulator-address",
        f"{host}:{port}",
        "--runtime-api-address",
        f"127.0.0.1:{runtime_port}",
    ]


def variables(timeout: int) -> dict[str, str]:
    """Return what configures the emulator itself; the timeout is in seconds."""
    return {"AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout)}


ONE_CORE = {"GOMAXPROCS": "1"}
"""Keeps the emulator on one core: with one event at a time, threads on more only wake each other."""


def apart(command: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """Return a command for the emulator to run without what configures the emulator, as Lambda sets none of it.

    What `environ`, the function's own variables, has of it stays.
    """
    names = {**variables(0), **ONE_CORE}
    unset = [part for name in names if name not in environ for part in ("-u", name)]
    kept = [f"{name}={environ[name]}" for name in names if name in environ]
    if "=" in command[0]:  # which `env` would take for one more variable
        command = ["/bin/sh", "-c", 'exec "$0" "$@"', *command]
    return ["/usr/bin/env", *unset, *kept, *command]


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback address that nobody listens on just now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def require_free(port: int) -> None:
    """Raise PortInUse when somebody listens on a port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortInUse(
                f"Port {port} of 127.0.0.1 cannot be used: {error.strerror}.",
                hint="Choose another with --port, or leave it out for a free one.",
            ) from error


@dataclass(frozen=True, slots=True)
class Logs:
    """The two logs of an emulator: the function's, on its stdout, and its own, on stderr."""

    function: LogFile
    emulator: LogFile

    def tail(self) -> str:
        """Return the end of both."""
        return f"{self.function.tail()}\n{self.emulator.tail()}".strip()


class Emulator:
    """One running RIE, one event at a time: its process, its port and its logs. Close it with the process.

    `timeout` is the function's, in seconds. The RIE was started with `allowance` seconds more than that: 0, or
    INIT_SECONDS for a handler that loads longer than its timeout; then the deadline is kept here.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], port: int, logs: Logs, *, timeout: int, allowance: int = 0
    ) -> None:
        self._process = process
        self._port = port
        self._logs = logs
        self._timeout = timeout
        self._allowance = allowance
        self._channel: Channel | None = None
        self._loaded = False

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def wait_until_listening(self, seconds: float = 60.0) -> None:
        """Return when the RIE accepts connections. Raises NotStarted, or PortInUse when its port was taken."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self.alive:
                break
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                time.sleep(0.002)
            else:
                return
        tail = self._logs.tail()
        if "address already in use" in tail:
            raise PortInUse(f"Port {self._port} was taken before the emulator could listen on it.", hint="Try again.")
        raise NotStarted(f"The emulator did not start (exit status {self._process.poll()}):\n{tail}")

    def initialise(self, seconds: float) -> Outcome:
        """Load the handler's module without an event, in at most some seconds.

        Returns a result when it loaded, an init failure or a timeout when not. Lambda does this before the first
        event, outside the function's timeout.
        """
        outcome = run(self._exchange(b"not JSON: initialise only", _INIT_ID, seconds))
        if outcome.error is not None and outcome.error.type == "Runtime.UnmarshalError":
            refused = next(i for i, line in enumerate(outcome.log) if "Runtime.UnmarshalError" in line)
            return replace(outcome, kind=OutcomeKind.RESULT, payload=b"null", log=outcome.log[:refused])
        return outcome

    def exchange(self, payload: bytes, request_id: str, client_context: str | None = None) -> Steps[Outcome]:
        """Send one event (JSON text) and say what became of it. One at a time: two at once end the emulator.

        Raises EventError for an event that Lambda would not take, over 6 MB, and NotReached when the emulator or its
        runtime had ended before.
        """
        require_size(payload)
        seconds = self._timeout + (0 if self._allowance else INIT_SECONDS)
        return self._exchange(payload, request_id, seconds, client_context)

    def close(self) -> None:
        """Let the connection go. The process is its starter's to end."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    def _exchange(
        self, payload: bytes, request_id: str, seconds: float, client_context: str | None = None
    ) -> Steps[Outcome]:
        started, status = time.perf_counter(), 0
        try:
            status, body = yield from self._post(payload, request_id, seconds, client_context)
        except TimeoutError:
            self._process.terminate()
            kind, body = OutcomeKind.TIMEOUT, timeout_error(request_id, self._timeout)
        except (EOFError, AnswerError):
            kind, body = yield from self._died(request_id)
        else:
            kind, body = classify(status, body, request_id, timeout=self._timeout)
        duration = time.perf_counter() - started
        handled = kind is OutcomeKind.RESULT or kind is OutcomeKind.FUNCTION_ERROR
        log = yield from self._read_log(request_id, handled=handled)
        # What the emulator writes into its own log matters only where it loads the handler, or where that ended.
        emulator_log = b"" if handled and self._loaded else self._logs.emulator.read_new()
        self._loaded = handled and status == 200  # else it starts the runtime anew
        if kind is OutcomeKind.EXIT and _exited_before(emulator_log, request_id):
            raise NotReached("The runtime had ended before an event reached it.")
        if kind is OutcomeKind.INIT_FAILURE and not body:
            body = exit_error(request_id, _exit_reason(emulator_log))
        return Outcome(
            kind=kind,
            payload=body,
            request_id=request_id,
            log=log,
            duration=duration,
            init_duration=_init_seconds(emulator_log) if emulator_log else None,
        )

    def _post(
        self, payload: bytes, request_id: str, seconds: float, client_context: str | None
    ) -> Steps[tuple[int, bytes]]:
        """Return the status and the body of the emulator's answer.

        Raises TimeoutError, EOFError when the emulator ended after it had read all of the event, and NotReached when
        it ended before: then the system resets the connection.
        """
        deadline = time.monotonic() + seconds
        context = f"X-Amz-Client-Context: {b64encode(client_context.encode()).decode()}\r\n" if client_context else ""
        head = (
            f"POST {INVOKE_PATH} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nX-Amzn-RequestId: {request_id}\r\n"
            f"{context}Content-Length: {len(payload)}\r\n\r\n"
        )
        answer = Answer()
        try:
            channel = self._connected()
            yield from send(channel, head.encode() + payload, deadline)
            while not answer.complete:
                answer.feed((yield from receive(channel, deadline)))
        except (ConnectionResetError, BrokenPipeError, ConnectionRefusedError) as error:
            self.close()
            raise NotReached("The emulator ended before an event reached it.") from error
        except BaseException:
            self.close()
            raise
        if not answer.keep_alive:
            self.close()
        return answer.status, bytes(answer.body)

    def _connected(self) -> Channel:
        if self._channel is None:
            connection = socket.create_connection(("127.0.0.1", self._port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._channel = Channel(connection)
        return self._channel

    def _died(self, request_id: str) -> Steps[tuple[OutcomeKind, bytes]]:
        """Tell of an emulator that went away with the request, as when its container ran out of memory."""
        status = yield from ended(self._process, 2)
        if status is None:
            self._process.kill()
            status = self._process.wait()
        reason = "signal: killed" if status in (137, -9) else f"exit status {status}"
        return OutcomeKind.EXIT, exit_error(request_id, reason)

    def _read_log(self, request_id: str, *, handled: bool) -> Steps[tuple[str, ...]]:
        """Return what the function printed since the last event, after a short wait for the line that ends it."""
        log = self._logs.function
        if handled:
            fresh = yield from log.read_until(f"END RequestId: {request_id}".encode())
        else:
            fresh = log.read_new()
        return tuple(line for line in split(fresh) if not line.startswith(_PLATFORM_LINES))


def _init_seconds(emulator_log: bytes) -> float | None:
    """Return how long the handler took to load, if it did."""
    inits = [float(duration) / 1000 for duration in re.findall(rb"INIT REPORT\(durationMs: ([\d.]+)\)", emulator_log)]
    return max(inits, default=None)


def _exit_reason(emulator_log: bytes) -> str:
    reason = re.search(rb"Runtime exited with error: ((?:exit status|signal:) \w+)", emulator_log)
    return reason[1].decode() if reason else "without providing a reason"


def _exited_before(emulator_log: bytes, request_id: str) -> bool:
    """Whether the runtime had ended when the emulator began with an event, which it then answers without a runtime."""
    start = emulator_log.find(f"INVOKE START(requestId: {request_id})".encode())
    return start >= 0 and re.search(rb"Process runtime-\d+ exited", emulator_log[:start]) is not None


def require_size(payload: bytes) -> None:
    """Raise EventError for an event over Lambda's limit, which the RIE would cut in silence (R33)."""
    if len(payload) > MAX_EVENT_BYTES:
        raise EventError(f"The event has {len(payload):,} bytes; Lambda takes {MAX_EVENT_BYTES:,}.", status=413)


_INIT_ID = "lambdaproof-initialise"
_PLATFORM_LINES = ("START RequestId: ", "END RequestId: ", "REPORT RequestId: ")


_ERROR_KEYS = {"errorMessage", "errorType"}
_TIMEOUT = re.compile(rb"Task timed out after \d+\.00 seconds")


def classify(status: int, body: bytes, request_id: str, *, timeout: int) -> tuple[OutcomeKind, bytes]:
    """Tell what an answer of the RIE means, and what Lambda's would be.

    A function error is known by the request id that the runtime client writes into its error object: a handler that
    returns `errorMessage` and `errorType` itself has a result. The payload of a timeout is rewritten to what Lambda
    answers (R83). An exit while loading leaves the payload empty: the emulator says no more.
    """
    if status == 200 and _TIMEOUT.fullmatch(body):
        return OutcomeKind.TIMEOUT, timeout_error(request_id, timeout)
    error = _error_object(body)
    if status == 200:
        raised = error.get("requestId") == request_id and "stackTrace" in error
        kind = OutcomeKind.FUNCTION_ERROR if raised else OutcomeKind.RESULT
    else:
        kind = _FAILURES.get(str(error.get("errorType")), OutcomeKind.INIT_FAILURE)
    return kind, body


_FAILURES = {
    "Runtime.ExitError": OutcomeKind.EXIT,
    "Function.ResponseSizeTooLarge": OutcomeKind.FUNCTION_ERROR,
}


def _error_object(body: bytes) -> dict[str, Any]:
    if b"errorType" not in body:
        return {}
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) and value.keys() >= _ERROR_KEYS else {}


def timeout_error(request_id: str, timeout: int) -> bytes:
    """Return Lambda's error object for an event that took longer than the function's timeout, in seconds (R83)."""
    error = {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {request_id} Error: Task timed out after {timeout}.00 seconds",
    }
    return json.dumps(error).encode()


def exit_error(request_id: str, reason: str) -> bytes:
    """Return Lambda's error object for a runtime that ended: `exit status 3`, `signal: killed` or without a reason."""
    reason = reason if reason.startswith("without") else f"with error: {reason}"
    error = {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id} Error: Runtime exited {reason}",
    }
    return json.dumps(error).encode()
