"""New ids, as AWS writes them."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

_RANDOM = random.Random()  # noqa: S311  # ids, no secrets; and not the one that tests seed
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_RANDOM.seed)  # else parent and child would go on with the same ids


def uuid(bits: Callable[[int], int] = _RANDOM.getrandbits) -> str:
    """Return a version 4 UUID of random bits, as `random.getrandbits` gives them: the form of most request ids (R5)."""
    digits = f"{bits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
