"""The model, and its way to S3 and back."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import boto3
import joblib
from botocore.config import Config
from botocore.exceptions import ClientError
from sklearn.ensemble import GradientBoostingClassifier


class ModelNotFound(RuntimeError):
    """Nothing was trained yet, or it was saved elsewhere."""


class ModelWrapper:
    """A classifier together with the names that its class numbers stand for."""

    def __init__(self, labels: Sequence[str], classifier: Any = None) -> None:
        self.labels = [str(label) for label in labels]
        self.classifier = classifier or GradientBoostingClassifier(random_state=0)

    def train(self, data: Any, target: Any) -> None:
        """Fit on rows of features and their class numbers."""
        self.classifier.fit(data, target)

    def predict(self, features: Sequence[float]) -> tuple[str, float]:
        """Return the likeliest label and its probability, as plain Python values that JSON can hold."""
        probabilities = self.classifier.predict_proba([features])[0]
        likeliest = int(probabilities.argmax())
        return self.labels[likeliest], float(probabilities[likeliest])

    def save(self, bucket: str, key: str) -> None:
        """Store the model on S3."""
        artefact = BytesIO()
        # Not this object itself: an artefact must load after this class was renamed or moved.
        joblib.dump({"labels": self.labels, "classifier": self.classifier}, artefact)
        _s3().put_object(Bucket=bucket, Key=key, Body=artefact.getvalue())

    @classmethod
    def load(cls, bucket: str, key: str) -> ModelWrapper:
        """Read a saved model, which runs as code: load only your own. Raise ModelNotFound when there is none."""
        try:
            stored = _s3().get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"NoSuchKey", "NoSuchBucket", "404"}:
                raise
            raise ModelNotFound(f"There is no model at s3://{bucket}/{key}: run `python train.py` first.") from error
        return cls(**joblib.load(BytesIO(stored["Body"].read())))


def _s3() -> Any:
    # Path style, because an emulator behind AWS_ENDPOINT_URL has no host name for each bucket.
    return boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
