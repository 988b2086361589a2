"""What every kind of execution environment can do, and what they share."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from lambda_contracts.outcomes import Outcome, OutcomeKind

from lambda_emulator import memory, rie
from lambda_emulator.injection import Injection
from lambda_emulator.logfile import LogFile
from lambda_emulator.orphans import scratch_prefix
from lambda_emulator.steps import Steps, run


class Environment(ABC):
    """One running copy of a function. It handles one event at a time."""

    @property
    @abstractmethod
    def alive(self) -> bool:
        """Whether it can take another event."""

    @abstractmethod
    def exchange(self, payload: bytes, request_id: str, client_context: str | None = None) -> Steps[Outcome]:
        """Handle one event (JSON text; so is the client context), step by step.

        Raises EventError for an event that Lambda would not take, and NotReached when the environment ended before
        the event reached it.
        """

    @abstractmethod
    def peak_memory(self) -> int | None:
        """Return the most memory that the function's processes had, in bytes; None where that is not known."""

    @abstractmethod
    def close(self) -> None:
        """End it and everything that it started. May be called twice."""

    def invoke(self, payload: bytes, request_id: str) -> Outcome:
        """Handle one event, waiting for it in this thread."""
        return run(self.exchange(payload, request_id))


class Runner(Protocol):
    """Starts environments of one function, all alike."""

    @property
    def python(self) -> Path | None:
        """The interpreter that has the function's requirements; None in an image, and where this one has them."""

    def start(self) -> tuple[Environment, Outcome]:
        """Start one and load the handler; the outcome says whether it loaded and how long that took.

        Raises a LambdaproofError when the environment itself does not come up.
        """

    def run(self, command: str) -> None:
        """Run a command where the handler would run, with its variables. Raises SetupFailed."""


class Scratch:
    """A temporary folder that is missed when nobody closes it: a leak is a ResourceWarning."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=scratch_prefix()))
        self.logs = rie.Logs(LogFile(self.path / "function.log"), LogFile(self.path / "emulator.log"))
        self._open = True

    def close(self) -> None:
        """Remove the folder."""
        self._open = False
        shutil.rmtree(self.path, ignore_errors=True)

    def __del__(self) -> None:
        if getattr(self, "_open", False):
            warnings.warn(f"unclosed execution environment in {self.path}", ResourceWarning, source=self, stacklevel=2)


class EmulatedEnvironment(Environment):
    """A process whose RIE serves one function: on this machine, or a container seen through its client.

    `remove` is called before the process is ended.
    """

    def __init__(self, spawned: Spawned, emulator: rie.Emulator, scratch: Scratch) -> None:
        self._spawned = spawned
        self._emulator = emulator
        self._scratch = scratch

    @property
    def alive(self) -> bool:
        """Whether the RIE still runs."""
        return self._emulator.alive

    def exchange(self, payload: bytes, request_id: str, client_context: str | None = None) -> Steps[Outcome]:
        """Send one event through the RIE."""
        outcome = yield from self._emulator.exchange(payload, request_id, client_context)
        injection = self._spawned.injection
        return replace(outcome, trace=injection.read(request_id)) if injection else outcome

    def peak_memory(self) -> int | None:
        """Add up what the kernel noted for each process below the RIE; None where that is not known."""
        emulator = self._spawned.emulator() if self._spawned.emulator else self._spawned.process.pid
        return None if emulator is None else memory.peak_below(emulator)

    def close(self) -> None:
        """Ask the RIE to end, which ends the runtime with it, and wait for it."""
        self._emulator.close()
        self._spawned.remove()
        stop(self._spawned.process)
        self._scratch.close()


@dataclass(frozen=True, slots=True)
class Spawned:
    """A process that was just started, and what has to be removed before it ends.

    `emulator` returns the RIE's process id where that is another process; `injection` is what traces the
    handler.
    """

    process: subprocess.Popen[bytes]
    remove: Callable[[], None] = lambda: None
    emulator: Callable[[], int | None] | None = None
    injection: Injection | None = None


Spawn = Callable[[Scratch, tuple[int, int], int], Spawned]
"""Starts an RIE: (folder for its logs, its port and the Runtime API's, its timeout in seconds)."""


def start_under_rie(spawn: Spawn, *, timeout: int, port: int | None) -> tuple[EmulatedEnvironment, Outcome]:
    """Start an RIE and load the handler. `port` is the one to serve on, None for a free one.

    A handler that takes longer to load than the function's timeout would time out under the RIE, but not on Lambda,
    which gives it ten seconds. It is started again with that much more; only then the remaining time that it sees in
    its context is too long. Raises PortInUse and NotStarted.
    """
    environment, outcome = _start(spawn, timeout, port, allowance=0)
    if outcome.kind is OutcomeKind.TIMEOUT and timeout < rie.INIT_SECONDS:
        environment.close()
        environment, outcome = _start(spawn, timeout, port, allowance=rie.INIT_SECONDS)
    return environment, outcome


def _start(spawn: Spawn, timeout: int, port: int | None, *, allowance: int) -> tuple[EmulatedEnvironment, Outcome]:
    if port is not None:
        rie.require_free(port)
    free = rie.free_ports(2)
    ports = (port or free[0], free[1])
    scratch = Scratch()
    spawned = spawn(scratch, ports, timeout + allowance)
    emulator = rie.Emulator(spawned.process, ports[0], scratch.logs, timeout=timeout, allowance=allowance)
    environment = EmulatedEnvironment(spawned, emulator, scratch)
    try:
        emulator.wait_until_listening()
        return environment, emulator.initialise(max(rie.INIT_SECONDS, timeout))
    except BaseException:
        environment.close()
        raise


def stop(process: subprocess.Popen[Any], seconds: float = 5.0) -> None:
    """End a process that leads a session of its own: politely, then not, and then whatever it left in that session.

    An RIE that dies leaves its runtime, and a handler may leave processes of its own.
    """
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()
    for left in _session_members(process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(left, signal.SIGKILL)


def _session_members(session: int) -> Iterator[int]:
    """Yield the ids of the processes of a session, where the system has /proc to look in."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
            if int(fields[3]) == session:
                yield int(stat.parent.name)
