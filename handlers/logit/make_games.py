"""Invent games.csv: ten yes-or-no features of a game, and whether its player came back. python make_games.py."""

from __future__ import annotations

import csv
import math
import random
from pathlib import Path

from model import FEATURES

GAMES = Path(__file__).with_name("games.csv")
WEIGHTS = (1.6, -0.8, 0.4, 2.1, -1.9, 0.2, -0.5, 1.1, -2.4, 0.7)


def main(rows: int = 400) -> None:
    """Draw every feature by a coin, and the label by a logistic curve, always the same."""
    draw = random.Random(2025)  # noqa: S311 - data, no secret
    with GAMES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*FEATURES, "label"])
        for _ in range(rows):
            game = [draw.randint(0, 1) for _ in FEATURES]
            curve = 1 / (1 + math.exp(0.5 - sum(weight * value for weight, value in zip(WEIGHTS, game, strict=True))))
            writer.writerow([*game, int(draw.random() < curve)])


if __name__ == "__main__":
    main()
