"""LocalStack, managed: the last release of its free line, with packages of its own days; newer ones do not start."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import lambda_contracts

import lambda_emulator
from lambda_emulator import interpreters
from lambda_emulator.aws.managed import Installation, Managed
from lambda_emulator.files import UNFINISHED, locked

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

_USERS = ("SERVICES", "PROVIDER_OVERRIDE_DYNAMODB", "LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT")
"""What is chosen here unless the user has chosen it."""

PLUG_INS = """\
[localstack.lambda.runtime_executor]
rie = lambda_emulator.aws.localstack_executor:RieExecutorPlugin
[localstack.aws.provider]
dynamodb:moto = lambda_emulator.aws.localstack_dynamodb:dynamodb
"""
"""The entry points of pyproject.toml that are LocalStack's; a test compares them."""

_CATALOG = """\
import sys
from localstack.aws import spec
spec.build_service_index_cache(f"{sys.argv[1]}/{spec._get_catalog_filename()}")
"""

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
    has_http_apis = False  # not in the free edition
    stop_seconds = 15.0  # it gives its functions five to end, and goes on then
    hints: ClassVar[Mapping[str, str]] = {
        "DynamoDB": "With PROVIDER_OVERRIDE_DYNAMODB=default LocalStack downloads Java and DynamoDB Local; unset it."
    }

    def _command(self, python: Path, folder: Path) -> list[str]:
        return [str(python), "-c", _MAIN, str(folder / "s3")]

    def _environ(self, folder: Path) -> dict[str, str]:
        self._link_what_is_kept(folder / "var" / "lib" / "localstack")
        chosen = {"ENGINE": self._settings.engine, "RIE": self._settings.rie, "CACHE": self._cache}
        return {
            "SERVICES": SERVICES,
            "PROVIDER_OVERRIDE_DYNAMODB": "moto",
            "LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT": "120",  # handlers may load models
            **{name: os.environ[name] for name in _USERS if os.environ.get(name)},
            **{f"LAMBDAPROOF_{name}": str(value) for name, value in chosen.items() if value},
            "LAMBDA_RUNTIME_EXECUTOR": "rie",
            "PYTHONPATH": str(_plug_ins(folder / "plug-ins")),
            "PATH": os.pathsep.join((os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent))),
            "FILESYSTEM_ROOT": str(folder),
            "OVERRIDE_IN_DOCKER": "0",  # in a container it would take the folders of its own image
            "GATEWAY_LISTEN": f"127.0.0.1:{self._port}",
            "GATEWAY_SERVER": "hypercorn",  # its default listens on every address, whatever GATEWAY_LISTEN says
            "DNS_ADDRESS": "0",
            "DISABLE_EVENTS": "1",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
        }

    def _link_what_is_kept(self, var: Path) -> None:
        """Lead LocalStack's own folder to what is kept in the cache: its index of operations, and downloads."""
        (var / "cache").mkdir(parents=True)
        for index in self._catalog().iterdir():
            (var / "cache" / index.name).symlink_to(index)
        downloads = self._cache / "localstack" / "downloads"  # Java and DynamoDB Local, on first use
        downloads.mkdir(parents=True, exist_ok=True)
        (var / "lib").symlink_to(downloads)

    def _catalog(self) -> Path:
        """Return the folder of LocalStack's index of AWS's operations, which is made when it is not there.

        Without it LocalStack makes one on the first request of every run, for ten seconds.
        """
        python = self.installation.environment(self._cache)
        folder = python.parent.parent / "catalog"
        with locked(folder.with_suffix(".lock")):
            if not folder.is_dir():
                unfinished = folder.with_suffix(UNFINISHED)
                unfinished.mkdir(exist_ok=True)
                interpreters.run([str(python), "-c", _CATALOG, str(unfinished)])
                unfinished.replace(folder)
        return folder


def _plug_ins(folder: Path) -> Path:
    """Fill a folder with what LocalStack's Python is to find of ours, and return it: packages, and their entry points.

    Not the folder that we are installed in: our dependencies lie there too, of another Python and of other versions.
    """
    folder.mkdir()
    for package in (lambda_emulator, lambda_contracts):
        source = Path(str(package.__file__)).parent
        (folder / source.name).symlink_to(source, target_is_directory=True)
    known = folder / "lambdaproof.dist-info"
    known.mkdir()
    (known / "METADATA").write_text("Metadata-Version: 2.1\nName: lambdaproof\nVersion: 0\n", encoding="utf-8")
    (known / "entry_points.txt").write_text(PLUG_INS, encoding="utf-8")
    return folder
