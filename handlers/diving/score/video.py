"""Videos in YUV4MPEG2, frames one after the other without compression: what the model sees of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

import numpy as np

GRID = (32, 64)
"""Rows and columns that each frame is reduced to."""
_KINDS = ("420", "422", "444", "mono")


class NotAVideoError(ValueError):
    """The file is not in YUV4MPEG2, or ends before its second frame."""


def motion(file: BinaryIO) -> np.ndarray:
    """Return how much each cell of the grid changes from frame to frame, 0 to 1, flat. Raises NotAVideoError.

    One frame at a time is in memory, whatever the video's length.
    """
    total, count = np.zeros(GRID), 0
    for before, after in pairwise(_reduced(file)):
        total += np.abs(after - before)
        count += 1
    if not count:
        raise NotAVideoError("The video has fewer than two frames.")
    return (total / count / 255).astype(np.float32).ravel()


def _reduced(file: BinaryIO) -> Iterator[np.ndarray]:
    """Yield each frame, reduced to the mean brightness of the grid's cells."""
    rows = columns = np.empty((0, 0))
    for frame in _frames(file):
        if not rows.size:
            rows, columns = _means(GRID[0], frame.shape[0]), _means(GRID[1], frame.shape[1])
        yield rows @ frame.astype(np.float32) @ columns.T


def _frames(file: BinaryIO) -> Iterator[np.ndarray]:
    """Yield the brightness of each whole frame."""
    width, height, size = _header(file.readline(200))
    while file.readline(200).startswith(b"FRAME"):
        data = file.read(size)
        if len(data) < size:
            return
        yield np.frombuffer(data, np.uint8, width * height).reshape(height, width)


def _header(line: bytes) -> tuple[int, int, int]:
    """Return the width, the height and the bytes of a frame that the first line tells of."""
    magic, *fields = line.decode("latin-1").split() or [""]
    told = {field[0]: field[1:] for field in fields}
    kind = next((kind for kind in _KINDS if told.get("C", "420").startswith(kind)), None)
    try:
        width, height = int(told["W"]), int(told["H"])
    except (KeyError, ValueError):
        width = height = 0
    if magic != "YUV4MPEG2" or kind is None or width < GRID[1] or height < GRID[0] or "p1" in told.get("C", ""):
        raise NotAVideoError(f"The file is no YUV4MPEG2 of 8 bits and {GRID[1]} by {GRID[0]} pixels or more.")
    half = ((width + 1) // 2, (height + 1) // 2)
    chroma = {"420": 2 * half[0] * half[1], "422": 2 * half[0] * height, "444": 2 * width * height, "mono": 0}[kind]
    return width, height, width * height + chroma


def _means(cells: int, length: int) -> np.ndarray:
    """Return the matrix (cells x length) that takes pixels in a row to the means of as many equal parts."""
    edges = np.linspace(0, length, cells + 1).astype(int)
    inside = (edges[:-1, None] <= np.arange(length)) & (np.arange(length) < edges[1:, None])
    return (inside / inside.sum(axis=1, keepdims=True)).astype(np.float32)
