"""A stand-in for AWS that the user runs: LocalStack in a container, MiniStack, a moto server."""

from __future__ import annotations

import contextlib
import http.client
import logging
from collections.abc import Sequence
from urllib.parse import urlsplit

from lambda_contracts.contract import DynamoTable

from lambda_emulator.aws.backend import Backend
from lambda_emulator.errors import BackendUnavailable

log = logging.getLogger(__name__)

HEALTH = "/_localstack/health"


def answers(endpoint: str, *, seconds: float = 5.0) -> bool:
    """Whether a stand-in for AWS answers at a URL: LocalStack with its health, others with 404."""
    url = urlsplit(endpoint)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    try:
        connection = kind(url.hostname or "", url.port, timeout=seconds)
        with contextlib.closing(connection):
            connection.request("GET", HEALTH)
            return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False


class Endpoint(Backend):
    """An endpoint that somebody else started, and that goes on afterwards.

    Buckets and tables that it did not have are removed at the end, with everything in them. Those that were there
    stay, with what the run put into them.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._buckets: list[str] = []
        self._tables: list[str] = []

    @property
    def endpoint(self) -> str:
        """The URL of every service."""
        return self._url

    def __enter__(self) -> Endpoint:
        if not answers(self._url):
            raise BackendUnavailable(
                f"Nothing that could be AWS answers at {self._url}.",
                hint="Start it (docs/localstack.md says how), or choose --backend localstack or moto.",
            )
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._remove()
        except Exception as error:  # noqa: BLE001  # whatever boto3 raises: the run's own result counts
            log.warning("%s: buckets or tables of this run may be left: %s", self._url, error)

    def make_buckets(self, names: Sequence[str]) -> list[str]:
        """Make buckets as every backend does, and remember which."""
        made = super().make_buckets(names)
        self._buckets += made
        return made

    def make_tables(self, tables: Sequence[DynamoTable]) -> list[str]:
        """Make tables as every backend does, and remember which."""
        made = super().make_tables(tables)
        self._tables += made
        return made

    def _remove(self) -> None:
        if self._buckets:
            with contextlib.closing(self.client("s3")) as s3:
                for bucket in self._buckets:
                    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                        for found in page.get("Contents", []):
                            s3.delete_object(Bucket=bucket, Key=found["Key"])
                    s3.delete_bucket(Bucket=bucket)
        if self._tables:
            with contextlib.closing(self.client("dynamodb")) as dynamodb:
                for table in self._tables:
                    dynamodb.delete_table(TableName=table)
