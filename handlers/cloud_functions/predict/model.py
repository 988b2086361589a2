"""A Keras network, the same on both clouds, run by OpenVINO: of Keras' backends the smallest that runs a model.

With it and Keras an environment has 460 MB, with JAX 660; PyTorch and TensorFlow are larger, and Keras' NumPy backend
wants JAX too.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "openvino")  # read by Keras when it is imported

import keras
import numpy as np

FEATURES = tuple(f"G{number}" for number in range(1, 11))
KEY = "games.keras"


class BadFeatures(ValueError):
    """The caller's mistake; `field` is the feature."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class Model:
    """A network from ten features to the probability that a player comes back."""

    def __init__(self, file: str) -> None:
        """Read a model that `train.py` saved."""
        self._network = keras.saving.load_model(file, compile=False)

    def predict(self, given: Mapping[str, Any]) -> float:
        """Return the probability, to four places. Raises BadFeatures."""
        for name in FEATURES:
            if isinstance(given.get(name), bool) or given.get(name) not in (0, 1):
                raise BadFeatures(f"{name} must be 0 or 1.", name)
        row = np.array([[given[name] for name in FEATURES]], np.float32)
        return round(float(self._network.predict(row, verbose=0)[0, 0]), 4)


def save(weights: Sequence[np.ndarray], file: str) -> None:
    """Write a network with a hidden layer: its weights and offsets, and those of the probability."""
    inputs, hidden = weights[0].shape
    layers = [keras.layers.Dense(hidden, activation="relu"), keras.layers.Dense(1, activation="sigmoid")]
    network = keras.Sequential([keras.Input((inputs,)), *layers])
    network.set_weights(list(weights))
    network.save(file)
