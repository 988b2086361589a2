"""The peer that every benchmark has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from peers import ECHO, bare_emulator
from support import WriteFunction


@pytest.fixture
def bare_rie(write_function: WriteFunction) -> Iterator[int]:
    """The emulator alone; its port."""
    with bare_emulator(write_function(ECHO, name="bare")) as port:
        yield port
