"""MiniStack, managed: an emulator of AWS that is maintained, small, and starts in a second."""

from __future__ import annotations

from pathlib import Path

from lambda_contracts.route import Route

from lambda_emulator.aws.managed import Installation, Managed
from lambda_emulator.environments.variables import REGION

MINISTACK = Installation(
    name="ministack",
    title="MiniStack",
    lock=Path(__file__).with_name("ministack-requirements.txt"),
    distribution="ministack",
    pythons=((3, 13), (3, 12), (3, 11)),
    costs="a few seconds and 90 MB",
    alternative="--backend moto",
)


class MiniStack(Managed):
    """MiniStack on a free port of the loopback address."""

    installation = MINISTACK

    def _command(self, python: Path, folder: Path) -> list[str]:  # noqa: ARG002  # its variables name the folder
        return [str(python), "-m", "ministack"]

    def _environ(self, folder: Path) -> dict[str, str]:
        return {
            "BIND_HOST": "127.0.0.1",  # its default is every address
            "GATEWAY_PORT": str(self._port),
            "S3_DATA_DIR": str(folder / "s3"),
            "MINISTACK_ACCOUNT_ID": Route().account_id,
            "MINISTACK_REGION": REGION,
        }
