"""Fit the network to games.csv and put it on either cloud: python train.py s3://BUCKET or gs://BUCKET.

OpenVINO only runs models, so Keras cannot fit here: the hidden layer is drawn, the last one fitted with NumPy.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from pathlib import Path

import numpy as np
from model import FEATURES, KEY, save

HIDDEN = 32


def main(url: str) -> None:
    """Train on all games and upload the model."""
    cloud, _, bucket = url.partition("://")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / KEY
        save(fitted(), str(file))
        if cloud == "s3":
            import boto3
            from botocore.config import Config

            s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
            s3.upload_file(str(file), bucket, KEY)
        else:
            from google.cloud import storage

            storage.Client().bucket(bucket).blob(KEY).upload_from_filename(file)


def fitted() -> list[np.ndarray]:
    """Return the weights and offsets of the two layers."""
    with Path(__file__).with_name("games.csv").open(encoding="utf-8", newline="") as file:
        games = [[float(row[name]) for name in (*FEATURES, "label")] for row in csv.DictReader(file)]
    features, labels = np.array(games)[:, :-1], np.array(games)[:, -1]
    random = np.random.default_rng(2025)
    hidden, offsets = random.standard_normal((len(FEATURES), HIDDEN)) / 3, random.standard_normal(HIDDEN) / 3
    seen = np.maximum(features @ hidden + offsets, 0)
    weights, bias = np.zeros(HIDDEN), 0.0
    for _ in range(3000):
        wrong = labels - 1 / (1 + np.exp(-(seen @ weights + bias)))
        weights += 0.5 * seen.T @ wrong / len(labels)
        bias += 0.5 * wrong.mean()
    return [hidden, offsets, weights[:, None], np.array([bias])]


if __name__ == "__main__":
    main(sys.argv[1])
