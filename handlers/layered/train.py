"""Fit the model to the irises and put it on S3: python train.py."""

from __future__ import annotations

import io
import os

import boto3
from botocore.config import Config
from model import trained

if __name__ == "__main__":
    artefact = io.BytesIO()
    trained().save(artefact)
    s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
    s3.put_object(Bucket=os.environ["BUCKET_NAME"], Key=os.environ["MODEL_KEY"], Body=artefact.getvalue())
