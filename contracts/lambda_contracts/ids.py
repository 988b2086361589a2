"""New ids, as AWS writes them."""

from __future__ import annotations

import random
from collections.abc import Callable

_BITS = random.Random().getrandbits  # noqa: S311  # ids, no secrets; and not the one that tests seed


def uuid(bits: Callable[[int], int] = _BITS) -> str:
    """Return a version 4 UUID of random bits, as `random.getrandbits` gives them: the form of most request ids (R5)."""
    digits = f"{bits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
