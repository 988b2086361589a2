"""Fit the model to games.csv and save it as model.json: python train.py."""

from __future__ import annotations

import csv
from pathlib import Path

from model import FEATURES, FILE, fit


def main() -> None:
    """Train on all games."""
    with Path(__file__).with_name("games.csv").open(encoding="utf-8", newline="") as file:
        games = [([float(row[name]) for name in FEATURES], int(row["label"])) for row in csv.DictReader(file)]
    model = fit(games)
    right = sum((model.predict(features) > 0.5) == bool(label) for features, label in games)
    model.save()
    print(f"{right} of {len(games)} games are told rightly; the model is in {FILE.name}.")


if __name__ == "__main__":
    main()
