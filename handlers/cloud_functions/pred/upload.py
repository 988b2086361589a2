"""Put the model that handlers/logit trained on Cloud Storage: python upload.py."""

from __future__ import annotations

import os
from pathlib import Path

from google.cloud import storage

MODEL = Path(__file__).parents[2] / "logit" / "model.json"


def main() -> None:
    """Upload it."""
    storage.Client().bucket(os.environ["BUCKET"]).blob("logit.json").upload_from_filename(MODEL)


if __name__ == "__main__":
    main()
