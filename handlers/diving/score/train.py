"""Train the model and save it where model.py looks for it: python train.py [FEATURES].

70,000 features make 573 MB, the model of the image. Fewer score about the same, and are enough to try the code.
"""

from __future__ import annotations

import sys

import numpy as np
from model import BLOCK, FOLDER, INPUTS, features
from video import GRID

DIVES = 256
RIDGE = 1e-3


def main(count: int = 70_000) -> None:
    """Draw the features' directions, and fit what is read out of them to invented dives; nothing if that was done."""
    directions, readout = FOLDER / "directions.npy", FOLDER / "readout.npy"
    if readout.is_file():
        print(f"The model is in {FOLDER} already.")
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(2025)
    motions, scores = dives(random)
    drawn = np.lib.format.open_memmap(directions, "w+", np.float32, (count, INPUTS))
    seen = np.empty((count, DIVES), np.float32)
    for start in range(0, count, BLOCK):
        block = random.standard_normal((min(BLOCK, count - start), INPUTS), np.float32)
        drawn[start : start + BLOCK] = block
        seen[start : start + BLOCK] = features(block, motions.T)
    drawn.flush()
    # As many unknowns as dives, not as features.
    kernel = seen.T @ seen
    weights = np.linalg.solve(kernel + RIDGE * np.trace(kernel) / DIVES * np.eye(DIVES), scores)
    np.save(readout, (seen @ weights).astype(np.float32))
    print(f"Trained on {DIVES} dives: {directions.stat().st_size / 1e6:,.0f} MB in {FOLDER}.")


def dives(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Invent motions, one a row, and their scores: a diver falls down the middle, and the less water moves the better.

    The water is the lower quarter of the picture.
    """
    splash = random.uniform(0, 1, DIVES)
    motions = random.uniform(0, 0.01, (DIVES, *GRID))
    for dive, moves in enumerate(random.uniform(0.02, 0.15, DIVES)):
        half = random.integers(1, 5)
        motions[dive, :, GRID[1] // 2 - half : GRID[1] // 2 + half] += moves
    motions[:, GRID[0] * 3 // 4 :] += 0.2 * splash[:, None, None]
    return motions.reshape(DIVES, INPUTS).astype(np.float32), 10 * (1 - splash)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
