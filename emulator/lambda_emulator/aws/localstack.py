"""LocalStack, managed: the last release of its free line, with packages of its own days; newer ones do not start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from lambda_emulator.aws.managed import Installation, Managed

LOCALSTACK = Installation(
    name="localstack",
    title="LocalStack",
    lock=Path(__file__).with_name("localstack-requirements.txt"),
    distribution="localstack-core",
    pythons=((3, 13), (3, 12)),
    costs="about a minute and 500 MB",
    alternative="--backend moto or the URL of a LocalStack that runs in a container",
)
SERVICES = "s3,dynamodb,lambda,apigateway,iam,sts,events,logs,cloudformation,ssm,sqs,sns,secretsmanager"

_MAIN = """\
import sys
import localstack.services.s3.provider as s3
s3.DEFAULT_S3_TMP_DIR = sys.argv.pop()
import localstack.runtime.main as main
main.main()
"""
"""LocalStack keeps objects in one folder of /tmp, whoever runs it: two at once would have each other's."""


class LocalStack(Managed):
    """LocalStack on a free port of the loopback address."""

    installation = LOCALSTACK
    hints: ClassVar[Mapping[str, str]] = {
        "DynamoDB": "LocalStack downloads Java and DynamoDB Local for it: where it cannot, choose --backend moto."
    }

    def _command(self, python: Path, folder: Path) -> list[str]:
        return [str(python), "-c", _MAIN, str(folder / "s3")]

    def _environ(self, folder: Path) -> dict[str, str]:
        downloads = self._cache / "localstack" / "downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        kept = folder / "var" / "lib" / "localstack" / "lib"  # Java and DynamoDB Local: downloaded on first use
        kept.parent.mkdir(parents=True)
        kept.symlink_to(downloads)
        return {
            "SERVICES": os.environ.get("SERVICES", SERVICES),
            "FILESYSTEM_ROOT": str(folder),
            "OVERRIDE_IN_DOCKER": "0",  # in a container it would take the folders of its own image
            "GATEWAY_LISTEN": f"127.0.0.1:{self._port}",
            "GATEWAY_SERVER": "hypercorn",  # its default listens on every address, whatever GATEWAY_LISTEN says
            "DNS_ADDRESS": "0",
            "DISABLE_EVENTS": "1",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
        }
