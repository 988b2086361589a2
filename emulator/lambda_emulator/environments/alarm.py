"""An alarm that interrupts a handler in this interpreter when its time is up."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType

from lambda_emulator.environments.interpreter import LOANS


class TimeIsUp(BaseException):
    """Raised into a handler that runs too long; not an Exception, so that handlers do not swallow it."""


class Alarm:
    """Interrupts what runs longer than some seconds: in the main thread; elsewhere the time is looked at afterwards.

    Another alarm that was set, as tests have, goes off when it would have.
    """

    __slots__ = ("_active", "_other", "_previous", "_seconds", "_started")

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._active = False

    def __enter__(self) -> None:
        self._active = _in_main_thread()
        if self._active:
            if self._reset not in LOANS:
                self._previous = signal.signal(signal.SIGALRM, _interrupt)
            self._other, _ = signal.setitimer(signal.ITIMER_REAL, self._seconds)
            self._started = time.monotonic()

    def __exit__(self, *_: object) -> None:
        if not self._active:
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        if self._other:
            self._reset()
            left = self._other - (time.monotonic() - self._started)
            signal.setitimer(signal.ITIMER_REAL, max(left, 0.001))
        elif not LOANS.keep(self._reset):
            self._reset()

    def _reset(self) -> None:
        if _in_main_thread():  # elsewhere it cannot be, and no timer runs
            signal.signal(signal.SIGALRM, self._previous)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise TimeIsUp
