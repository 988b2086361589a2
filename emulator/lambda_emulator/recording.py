"""Recording what functions are given, while they serve: `Recorder` is told, and a process of its own writes.

Redaction takes milliseconds an event, and seconds for a body of megabytes: in this process it would hold up the event
loop. The writer outlives a kill of this process by what it was told before.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_contracts.records import Record, recognised
from lambda_contracts.shapes import Shape

from lambda_emulator.errors import UsageError
from lambda_emulator.recordings import Recordings

if TYPE_CHECKING:  # the process that writes needs no server
    from lambda_emulator.fronts.invocations import Invocation

log = logging.getLogger(__name__)

_MOST_RECORDS = 4096
_MOST_BYTES = 64 * 1024 * 1024
"""What may wait for the writer. More is not recorded: the server's memory is for its requests."""


class Recorder:
    """A listener of invocations that records each, without its secrets unless asked otherwise.

    A call takes microseconds and raises nothing. What cannot be recorded (the disk is full, events come faster than
    they are written) is told once and counted: after `close`, `written` and `lost` are how many are in the folder and
    how many are not. Raises UsageError for a folder that cannot be written, or that another process records into.
    """

    def __init__(self, folder: Path, *, redact: bool = True) -> None:
        self.folder = folder
        self.written = 0
        self._taken = 0
        self._told = False
        self._lock = threading.Lock()
        self._waiting = 0
        self._queue: queue.SimpleQueue[Record | None] = queue.SimpleQueue()
        self._writer = _Writer(folder, redact=redact)
        self._threads = [
            threading.Thread(target=target, name=f"lambdaproof-recorder-{target.__name__}", daemon=True)
            for target in (self._feed, self._listen)
        ]
        for thread in self._threads:
            thread.start()

    def __call__(self, invocation: Invocation) -> None:
        """Take an invocation down, to be written soon."""
        record = Record(
            function=invocation.function,
            shape=invocation.shape,
            route=invocation.route,
            event=invocation.event,
            outcome=replace(invocation.outcome, log=(), trace=None),
            response=invocation.response,
        )
        with self._lock:
            self._taken += 1
            fits = self._queue.qsize() < _MOST_RECORDS and self._waiting + record.size <= _MOST_BYTES
            if fits:
                self._waiting += record.size
                self._queue.put(record)
        if not fits:
            self._tell("events come faster than they can be written")

    @property
    def lost(self) -> int:
        """How many invocations are not recorded, or not yet."""
        return self._taken - self.written

    def close(self) -> None:
        """Write what waits, and end. May be called twice."""
        self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._writer.close()
        if self.lost:
            log.warning("%d of %d events were not recorded into %s", self.lost, self._taken, self.folder)

    def _tell(self, problem: str) -> None:
        """Tell of the first event that was lost; `close` tells of how many there were."""
        with self._lock:
            told, self._told = self._told, True
        if not told:
            log.warning("An event was not recorded into %s: %s", self.folder, problem)

    def _feed(self) -> None:
        """Hand records to the writer, until there are no more."""
        while (record := self._queue.get()) is not None:
            try:
                self._writer.write(record)
            except OSError:
                self._tell("the process that writes has ended")
            with self._lock:
                self._waiting -= record.size
        self._writer.end()

    def _listen(self) -> None:
        """Hear from the writer what became of each record."""
        for problem in self._writer.heard():
            if problem:
                self._tell(problem)
            else:
                self.written += 1


class _Writer:
    """The process that writes: records go in as pickles, and what became of each comes out, a line of JSON each."""

    def __init__(self, folder: Path, *, redact: bool) -> None:
        command = [sys.executable, "-m", __name__, str(folder), *([] if redact else ["--no-redact"])]
        # In a session of its own, Ctrl-C does not reach it: it ends when there is no more to write.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, text=False
        )
        ready = self._process.stdout.readline() if self._process.stdout else b""
        refused = json.loads(ready or '["The process that records did not start.", ""]')
        if refused:
            self.end()
            self.close()
            raise UsageError(refused[0], hint=refused[1])

    def write(self, record: Record) -> None:
        """Hand over a record; waits while the writer has enough to do. Raises OSError when it has ended."""
        if self._process.stdin:
            pickle.dump(record, self._process.stdin)
            self._process.stdin.flush()

    def end(self) -> None:
        """Say that there is no more."""
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def heard(self) -> Iterator[str]:
        """Yield for each record why it could not be written, or nothing, until the writer ends."""
        for line in self._process.stdout or ():
            yield json.loads(line)

    def close(self) -> None:
        """Wait for its end."""
        if self._process.stdout:
            self._process.stdout.close()
        self._process.wait()


def main(folder: str, *options: str) -> None:
    """Write the records that come in on standard input into a folder, until there are no more."""
    os.nice(10)  # requests first
    try:
        recordings = Recordings(Path(folder))
    except UsageError as error:
        _say([error.problem, error.hint])
        return
    _say(None)
    with recordings:
        for record in _records():
            _say(_problem(recordings, record, redact="--no-redact" not in options))


def _records() -> Iterator[Record]:
    while True:
        try:
            yield pickle.load(sys.stdin.buffer)  # noqa: S301  # this pipe's other end is Recorder's
        except (EOFError, pickle.UnpicklingError):  # the last one may have been cut by a kill
            return


def _problem(recordings: Recordings, record: Record, *, redact: bool) -> str:
    """Write a record, and return why that could not be done, or nothing."""
    try:
        recordings.add(recognised(record) if record.shape is Shape.DIRECT else record, redact=redact)
    except OSError as error:
        return str(error.strerror)
    except Exception as error:  # noqa: BLE001  # what no other record need suffer from
        return f"{type(error).__name__}: {error}"
    return ""


def _say(value: Any) -> None:
    with contextlib.suppress(BrokenPipeError):  # nobody listens any more; what was handed over is written
        sys.stdout.write(f"{json.dumps(value)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
