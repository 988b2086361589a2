"""moto, embedded: S3 in a thread of this process. The default backend, for state only: it runs no functions."""

from __future__ import annotations

import http.client
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from lambda_emulator.environments.variables import CREDENTIALS, REGION
from lambda_emulator.errors import ExtraMissing


class Moto:
    """A moto server on a free port of the loopback address; use it as a context manager."""

    def __init__(self) -> None:
        try:
            from moto.server import ThreadedMotoServer
        except ImportError:
            raise ExtraMissing("moto", "aws", "An S3 bucket for the handler") from None
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)

    def __enter__(self) -> Moto:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        connection = http.client.HTTPConnection(*self._server.get_host_and_port())
        connection.request("POST", "/moto-api/reset")  # moto's state is this process's, not the server's
        connection.getresponse().read()
        connection.close()
        self._server.stop()

    @property
    def endpoint(self) -> str:
        """The URL of every service."""
        host, port = self._server.get_host_and_port()
        return f"http://{host}:{port}"

    @property
    def variables(self) -> Mapping[str, str]:
        """What leads an AWS SDK here."""
        return {"AWS_ENDPOINT_URL": self.endpoint}

    def s3(self) -> Any:
        """Return a boto3 client of S3."""
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )

    def make_buckets(self, names: Sequence[str]) -> None:
        """Make empty S3 buckets, where they are not there yet."""
        client = self.s3()
        for name in names:
            client.create_bucket(Bucket=name)
