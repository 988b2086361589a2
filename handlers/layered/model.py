"""Softmax regression in numpy: small enough to be shipped with what it needs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

FEATURES = ("sepal_length", "sepal_width", "petal_length", "petal_width")
IRISES = Path(__file__).with_name("irises.csv")  # Fisher's, 1936: four measures in centimetres, and the species


class Model:
    """Weights, a row for each feature and one for the intercept, and the labels of their columns."""

    def __init__(self, weights: Any, labels: Sequence[str]) -> None:
        self.weights = weights
        self.labels = [str(label) for label in labels]

    def predict(self, features: Sequence[float]) -> tuple[str, float]:
        """Return the likeliest label and its probability."""
        probabilities = _softmax(np.array([[*features, 1.0]]) @ self.weights)[0]
        likeliest = int(probabilities.argmax())
        return self.labels[likeliest], float(probabilities[likeliest])

    def save(self, file: str | Path | IO[bytes]) -> None:
        """Write the model, as numbers and text and nothing that runs."""
        np.savez(file, weights=self.weights, labels=np.array(self.labels))

    @classmethod
    def load(cls, file: str | Path | IO[bytes]) -> Model:
        """Read a saved model."""
        with np.load(file, allow_pickle=False) as saved:
            return cls(saved["weights"], saved["labels"].tolist())


def fit(rows: Iterable[Mapping[str, str]], steps: int = 4000, rate: float = 0.1) -> Model:
    """Fit by gradient descent to rows of features with their `species`."""
    rows = list(rows)
    labels = sorted({row["species"] for row in rows})
    features = np.array([[*(float(row[name]) for name in FEATURES), 1.0] for row in rows])
    wanted = np.array([[row["species"] == label for label in labels] for row in rows], dtype=float)
    weights = np.zeros((features.shape[1], len(labels)))
    for _ in range(steps):
        weights += rate * features.T @ (wanted - _softmax(features @ weights)) / len(rows)
    return Model(weights, labels)


def trained() -> Model:
    """Return a model of all irises."""
    with IRISES.open(encoding="utf-8", newline="") as file:
        return fit(csv.DictReader(file))


def _softmax(scores: Any) -> Any:
    # The largest score is taken off, which changes nothing but that exp cannot overflow.
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
