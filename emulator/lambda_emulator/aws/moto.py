"""moto, embedded: AWS in a thread of this process. The default backend, for state only: it runs no functions."""

from __future__ import annotations

import http.client
import logging

from lambda_emulator.aws.backend import Backend
from lambda_emulator.errors import ExtraMissing


class Moto(Backend):
    """A moto server on a free port of the loopback address."""

    def __init__(self) -> None:
        try:
            from moto.server import ThreadedMotoServer
        except ImportError:
            raise ExtraMissing("moto", "aws", "AWS for the handler (S3, DynamoDB)") from None
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
