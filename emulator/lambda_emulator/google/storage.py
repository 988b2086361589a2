"""Cloud Storage's stand-in, managed: gcp-storage-emulator, maintained, small, and of its own environment."""

from __future__ import annotations

import contextlib
import http.client
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from lambda_emulator.aws.managed import Installation, Managed
from lambda_emulator.errors import BackendUnavailable

PROJECT = "lambdaproof"
EMULATOR = Installation(
    name="gcp-storage-emulator",
    title="gcp-storage-emulator",
    lock=Path(__file__).with_name("storage-requirements.txt"),
    distribution="gcp-storage-emulator",
    pythons=((3, 13), (3, 12), (3, 11)),
    costs="a second and 1 MB",
    alternative="a contract without cloud_function.buckets",
)


class CloudStorage(Managed):
    """Cloud Storage on a free port of the loopback address, in memory."""

    installation = EMULATOR

    @property
    def variables(self) -> Mapping[str, str]:
        """What leads Google's clients here, without anybody's credentials."""
        return {"STORAGE_EMULATOR_HOST": self.endpoint, "GOOGLE_CLOUD_PROJECT": PROJECT}

    def make_buckets(self, names: Sequence[str]) -> list[str]:
        """Make empty buckets and return their names. Raises BackendUnavailable."""
        for name in names:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
            with contextlib.closing(connection):
                body, kind = json.dumps({"name": name}), {"Content-Type": "application/json"}
                connection.request("POST", f"/storage/v1/b?project={PROJECT}", body, kind)
                status = connection.getresponse().status
            if status != http.client.OK:
                raise BackendUnavailable(f"Cloud Storage's stand-in answers {status} to a new bucket, {name}.")
        return list(names)

    def _command(self, python: Path, folder: Path) -> list[str]:  # noqa: ARG002  # its state is in memory
        where = ["--host", "127.0.0.1", "--port", str(self._port)]
        return [str(python), "-m", "gcp_storage_emulator", "start", *where, "--in-memory"]

    def _environ(self, folder: Path) -> dict[str, str]:  # noqa: ARG002
        return {}
