"""LocalStack, managed: a process of an environment of its own, started on a free port and ended with its state.

The environment is made once of a lock with hashes (`localstack-requirements.txt`): LocalStack's dependencies clash with
moto's, and newer ones than those of its own days do not start.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from lambda_emulator import interpreters, orphans, rie
from lambda_emulator.aws.backend import Backend
from lambda_emulator.aws.endpoint import answers
from lambda_emulator.environments.base import stop
from lambda_emulator.errors import BackendUnavailable, InterpreterUnavailable
from lambda_emulator.files import write_whole
from lambda_emulator.logfile import LogFile

log = logging.getLogger(__name__)

LOCK = Path(__file__).with_name("localstack-requirements.txt")
PYTHONS = ((3, 13), (3, 12))
"""What LocalStack runs on and what its lock was made for, best first."""
START_SECONDS = 90.0
SERVICES = "s3,dynamodb,lambda,apigateway,iam,sts,events,logs,cloudformation,ssm,sqs,sns,secretsmanager"


_MAIN = """\
import sys
import localstack.services.s3.provider as s3
s3.DEFAULT_S3_TMP_DIR = sys.argv.pop()
import localstack.runtime.main as main
main.main()
"""
"""LocalStack keeps objects in one folder of /tmp, whoever runs it: two at once would have each other's."""


def version() -> str:
    """Return LocalStack's version, which the lock says."""
    found = re.search(r"(?m)^localstack-core(?:\[\w+\])?==(\S+)", LOCK.read_text(encoding="utf-8"))
    assert found is not None  # noqa: S101  # a test reads it
    return found[1]


def made(cache: Path) -> Path | None:
    """Return the interpreter of LocalStack's environment; None when it was not made yet, or of another lock."""
    target = _target(cache)
    return target / "bin" / "python" if interpreters.is_made(target) else None


def environment(cache: Path) -> Path:
    """Return the interpreter of LocalStack's environment, which is made when it is not there: about a minute.

    Raises InterpreterUnavailable without a Python that LocalStack runs on, and when its packages cannot be installed,
    or are not those of the lock.
    """
    found = made(cache)
    if found is not None:
        return found
    base = _base()
    log.info("Installing LocalStack %s (once, about a minute and 500 MB)", version())
    target = _target(cache)
    interpreters.make(
        target,
        base,
        ["--require-hashes", "-r", str(LOCK)],
        hint="Look at where your package index takes its files from, or choose --backend moto.",
    )
    return target / "bin" / "python"


def _target(cache: Path) -> Path:
    return cache / "localstack" / hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]


def _base() -> str:
    """Return a Python that LocalStack runs on: this one, one on PATH, pyenv's or uv's."""
    for candidate in _candidates():
        if interpreters.version_of(candidate) in PYTHONS:
            return candidate
    wanted = " or ".join("{}.{}".format(*one) for one in sorted(PYTHONS))
    raise InterpreterUnavailable(
        f"LocalStack needs Python {wanted}, and there is none on PATH, in pyenv or in uv.",
        hint="Type: uv python install 3.13 (or install it otherwise), or choose --backend moto or the URL of a "
        "LocalStack that runs in a container.",
    )


def _candidates() -> Iterator[str]:
    yield sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    uv = shutil.which("uv")
    for major, minor in PYTHONS:
        on_path = shutil.which(f"python{major}.{minor}")
        if on_path:
            yield on_path
        yield from map(str, sorted(pyenv.glob(f"{major}.{minor}.*/bin/python"), reverse=True))
        if uv:
            command = [uv, "python", "find", "--no-python-downloads", f"{major}.{minor}"]
            yield interpreters.run(command).stdout.strip() or sys.executable


class LocalStack(Backend):
    """LocalStack on a free port of the loopback address. Its state goes with it; its last log stays in the cache."""

    hints: ClassVar[Mapping[str, str]] = {
        "DynamoDB": "LocalStack downloads Java and DynamoDB Local for it: where it cannot, choose --backend moto."
    }

    def __init__(self, cache: Path, *, port: int | None = None) -> None:
        self._cache = cache
        self._log_kept = cache / "localstack" / "last.log"
        self._port = port or rie.free_ports(1)[0]
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """The URL of every service."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> LocalStack:
        for orphan in orphans.end():
            log.info("Removed %s, left behind by a run that was killed", orphan)
        python = environment(self._cache)
        log.info("Starting LocalStack %s", version())
        rie.require_free(self._port)
        self._folder = Path(tempfile.mkdtemp(prefix=orphans.scratch_prefix()))
        try:
            self._process = self._spawn(python, self._folder)
            self._wait(self._process, self._folder)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End it and everything below it, and remove its state."""
        if self._process is not None:
            stop(self._process)
        if self._folder is not None:
            orphans.end_at_home_in(self._folder)
            with contextlib.suppress(OSError):  # a full disk, say
                write_whole(self._log_kept, self._log().path.read_bytes())
            shutil.rmtree(self._folder, ignore_errors=True)
        self._process = self._folder = None

    def _spawn(self, python: Path, folder: Path) -> subprocess.Popen[bytes]:
        with (folder / "localstack.log").open("wb") as out:
            return subprocess.Popen(
                [python, "-c", _MAIN, str(folder / "s3")],
                cwd=folder,
                env=self._environ(folder),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is ours to handle, in order
            )

    def _environ(self, folder: Path) -> dict[str, str]:
        """Return its variables: the user's, which configure it too, but for Python's and AWS's."""
        users = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AWS_"))}
        downloads = self._cache / "localstack" / "downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        kept = folder / "var" / "lib" / "localstack" / "lib"  # Java and DynamoDB Local: downloaded on first use
        kept.parent.mkdir(parents=True)
        kept.symlink_to(downloads)
        return {
            "SERVICES": SERVICES,
            **users,
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "FILESYSTEM_ROOT": str(folder),
            "OVERRIDE_IN_DOCKER": "0",  # in a container it would take the folders of its own image
            "GATEWAY_LISTEN": f"127.0.0.1:{self._port}",
            "GATEWAY_SERVER": "hypercorn",  # its default listens on every address, whatever GATEWAY_LISTEN says
            "DNS_ADDRESS": "0",
            "DISABLE_EVENTS": "1",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
        }

    def _wait(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            if answers(self.endpoint, seconds=1.0):
                return
            time.sleep(0.05)
        ended = process.returncode is not None
        what = f"ended with exit status {process.returncode}" if ended else f"did not answer in {START_SECONDS:.0f} s"
        raise BackendUnavailable(
            f"LocalStack {version()} {what}:\n{LogFile(folder / 'localstack.log').tail()}",
            hint=f"Its whole log is {self._log_kept}.",
        )

    def _log(self) -> LogFile:
        assert self._folder is not None  # noqa: S101  # asked only while it runs
        return LogFile(self._folder / "localstack.log")
