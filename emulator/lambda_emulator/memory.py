"""How much memory processes needed, as the kernel keeps it. Linux only."""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from pathlib import Path

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def peak_below(process: int, *, itself: bool = False) -> int | None:
    """Return the peaks of the resident memory, in bytes, of the processes below one, added up.

    `itself` counts that one too. None when nothing is known of any of them.
    """
    children: dict[int, list[int]] = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = stat.read_text(errors="replace").rpartition(")")[2].split()[1]
            children[int(parent)].append(int(stat.parent.name))
    found, waiting = [process] if itself else [], [process]
    while waiting:
        below = children[waiting.pop()]
        found += below
        waiting += below
    peaks = [peak for peak in map(_peak, found) if peak]
    return sum(peaks) or None


def _peak(process: int) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text(errors="replace")
    except OSError:  # it ended meanwhile
        return 0
    kilobytes = _PEAK.search(status)
    return int(kilobytes[1]) * 1024 if kilobytes else 0
