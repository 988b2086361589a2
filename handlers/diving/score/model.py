"""A ridge regression over random features of a video's motion: more than 512 MB of weights, read as they are needed."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from video import GRID

FOLDER = Path(os.environ.get("MODEL_DIR", Path(__file__).with_name("model")))
INPUTS = GRID[0] * GRID[1]
BLOCK = 4096
"""Features at a time: 32 MB of weights."""


class Model:
    """`directions` (features x inputs, float32) is mapped into memory, not read; `readout` has a number a feature."""

    def __init__(self, directions: np.ndarray, readout: np.ndarray) -> None:
        self.directions = directions
        self.readout = readout

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Model:
        """Open a model that `train.py` saved. Costs next to nothing: the first prediction reads the weights."""
        return cls(np.load(folder / "directions.npy", mmap_mode="r"), np.load(folder / "readout.npy"))

    def score(self, motion: np.ndarray) -> float:
        """Return the score of a dive, 0 to 10, in half points as judges give it."""
        raw = sum(
            float(features(self.directions[start : start + BLOCK], motion) @ self.readout[start : start + BLOCK])
            for start in range(0, len(self.readout), BLOCK)
        )
        return min(10.0, max(0.0, round(2 * raw) / 2))


def features(directions: np.ndarray, motion: np.ndarray) -> np.ndarray:
    """Return how far motions (one, or a column each) go in each direction, nothing where they go against it.

    The 1 tells a video in which nothing moves from nothing at all.
    """
    return np.maximum(directions @ motion + 1, 0)
