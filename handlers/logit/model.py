"""A logistic regression: eleven numbers, so that no library has to be shipped with it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FEATURES = tuple(f"G{number}" for number in range(1, 11))
FILE = Path(__file__).with_name("model.json")


@dataclass(frozen=True)
class Logit:
    """Its intercept, and a weight for each feature."""

    intercept: float
    weights: tuple[float, ...]

    @classmethod
    def load(cls, file: Path = FILE) -> Logit:
        """Read a model that was saved."""
        saved = json.loads(file.read_text(encoding="utf-8"))
        return cls(saved["intercept"], tuple(saved["weights"]))

    def save(self, file: Path = FILE) -> None:
        """Write the model, to be shipped beside the code."""
        file.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    def predict(self, features: Sequence[float]) -> float:
        """Return the probability of the label 1."""
        score = self.intercept + sum(weight * value for weight, value in zip(self.weights, features, strict=True))
        # exp of a large number overflows: of the two ways to write the curve, take the one that stays small.
        return 1 / (1 + math.exp(-score)) if score >= 0 else math.exp(score) / (1 + math.exp(score))


def fit(rows: Iterable[tuple[Sequence[float], int]], steps: int = 400, rate: float = 2.0) -> Logit:
    """Fit by gradient descent to features and labels of 0 or 1."""
    rows = list(rows)
    model = Logit(0.0, (0.0,) * len(rows[0][0]))
    for _ in range(steps):
        errors = [(label - model.predict(features), features) for features, label in rows]
        model = Logit(
            model.intercept + rate * sum(error for error, _ in errors) / len(rows),
            tuple(
                weight + rate * sum(error * features[index] for error, features in errors) / len(rows)
                for index, weight in enumerate(model.weights)
            ),
        )
    return Logit(round(model.intercept, 6), tuple(round(weight, 6) for weight in model.weights))
