"""Where the times and ids of a new event come from: the one impure thing, so it is an argument."""

from __future__ import annotations

import random
import time
from binascii import b2a_base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from lambda_contracts.ids import uuid

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Source:
    """A clock and a source of random bits.

    `clock` returns seconds since the epoch, as `time.time` does; `bits` returns that many random bits, as
    `random.getrandbits` does. AWS gives each request new ids and a time in milliseconds (R5, R41), hence the defaults.
    For events that repeat: `Source(clock=lambda: 1744668967.5, bits=random.Random(1).getrandbits)`.
    """

    clock: Callable[[], float] = time.time
    bits: Callable[[int], int] = random.getrandbits

    def uuid(self) -> str:
        """Return a new request id as REST APIs and function URLs write it: a version 4 UUID (R5)."""
        return uuid(self.bits)

    def short_id(self) -> str:
        """Return a new id as HTTP APIs write it, `JCJmXjUAPHcEP4w=`: eleven bytes in base64 (R5, R55)."""
        return b2a_base64(self.bits(88).to_bytes(11, "big"), newline=False).decode("ascii")

    def trace(self, now: float) -> str:
        """Return a new X-Ray trace header for that time, `Root=1-67fd895b-766061a83ad2b27b1782b470` (R10)."""
        return f"Root=1-{int(now):08x}-{self.bits(96):024x}"


FRESH = Source()
"""The real clock and random ids: every event is a new one."""


@lru_cache(maxsize=64)
def log_time(second: int) -> str:
    """Write seconds since the epoch as `14/Apr/2025:22:16:07 +0000`, whatever the locale (R5, R41)."""
    at = time.gmtime(second)
    clock = f"{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02}"
    return f"{at.tm_mday:02}/{_MONTHS[at.tm_mon - 1]}/{at.tm_year:04}:{clock} +0000"
