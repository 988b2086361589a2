"""The end of an invocation's log, as Invoke answers with it (R89)."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from lambda_contracts.limits import LIMITS
from lambda_contracts.payloads import encoded
from lambda_contracts.platform_log import log_lines

if TYPE_CHECKING:
    from lambda_contracts.outcomes import Outcome

_TAIL = int(LIMITS["log tail"].value)


def log_tail(outcome: Outcome, *, memory: int, used: int | None, at: float) -> str:
    """Return the last 4 KB of an invocation's log as base64, which X-Amz-Log-Result is (R89).

    `memory` is the function's, in MB, `used` the most that it needed, in bytes, None where that is not known.
    `at` says when it ended, in seconds since the epoch.
    """
    text = "".join(f"{line}\n" for line in log_lines(outcome, memory=memory, used=used, at=at))
    return b64encode(encoded(text)[-_TAIL:]).decode("ascii")
