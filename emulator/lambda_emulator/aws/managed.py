"""A stand-in for AWS that lambdaproof installs, starts on a free port, and ends with its state.

Each has an environment of its own, made once of a lock with hashes: what it needs clashes with the others' packages.
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
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

from lambda_emulator import engine, interpreters, orphans, rie
from lambda_emulator.aws.backend import Backend
from lambda_emulator.aws.endpoint import answers
from lambda_emulator.environments.base import stop
from lambda_emulator.errors import BackendUnavailable, EngineNotFound, InterpreterUnavailable
from lambda_emulator.files import write_whole
from lambda_emulator.logfile import LogFile
from lambda_emulator.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What is installed of a stand-in, and how.

    `name` is that of `--backend` and of its folder in the cache, `lock` the file that says every package with hashes,
    `distribution` its own there, `pythons` what it runs on, best first. `costs` says what installing takes,
    `alternative` what to choose without such a Python.
    """

    name: str
    title: str
    lock: Path
    distribution: str
    pythons: tuple[tuple[int, int], ...]
    costs: str
    alternative: str

    def version(self) -> str:
        """Return its version, which the lock says."""
        found = re.search(rf"(?m)^{self.distribution}(?:\[\w+\])?==(\S+)", self.lock.read_text(encoding="utf-8"))
        assert found is not None  # noqa: S101  # a test reads it
        return found[1]

    def made(self, cache: Path) -> Path | None:
        """Return the interpreter of its environment; None when it was not made yet, or of another lock."""
        target = self._target(cache)
        return target / "bin" / "python" if interpreters.is_made(target) else None

    def environment(self, cache: Path) -> Path:
        """Return the interpreter of its environment, which is made when it is not there.

        Raises InterpreterUnavailable without a Python that it runs on, and when its packages cannot be installed, or
        are not those of the lock.
        """
        found = self.made(cache)
        if found is not None:
            return found
        base = self._base()
        log.info("Installing %s %s (once, %s)", self.title, self.version(), self.costs)
        target = self._target(cache)
        interpreters.make(
            target,
            base,
            ["--require-hashes", "-r", str(self.lock)],
            hint="Look at where your package index takes its files from, or choose --backend moto.",
        )
        return target / "bin" / "python"

    def _target(self, cache: Path) -> Path:
        return cache / self.name / hashlib.sha256(self.lock.read_bytes()).hexdigest()[:16]

    def _base(self) -> str:
        """Return a Python that it runs on: this one, one on PATH, pyenv's or uv's."""
        for candidate in self._candidates():
            if interpreters.version_of(candidate) in self.pythons:
                return candidate
        wanted = " or ".join("{}.{}".format(*one) for one in sorted(self.pythons))
        raise InterpreterUnavailable(
            f"{self.title} needs Python {wanted}, and there is none on PATH, in pyenv or in uv.",
            hint=f"Type: uv python install {'{}.{}'.format(*self.pythons[0])} (or install it otherwise), "
            f"or choose {self.alternative}.",
        )

    def _candidates(self) -> Iterator[str]:
        yield sys.executable
        for major, minor in self.pythons:
            yield from interpreters.candidates(f"{major}.{minor}")


class Managed(Backend):
    """A stand-in on a free port of the loopback address. Its state goes with it; its last log stays in the cache."""

    installation: ClassVar[Installation]
    start_seconds: ClassVar[float] = 90.0
    """Within how long it has to answer."""

    stop_seconds: ClassVar[float] = 5.0
    """How long it may take to end what it has started."""

    def __init__(self, settings: Settings, *, port: int | None = None) -> None:
        self._settings = settings
        self._cache = settings.cache
        self._log_kept = self._cache / self.installation.name / "last.log"
        self._port = port or rie.free_ports(1)[0]
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """The URL of every service."""
        return f"http://127.0.0.1:{self._port}"

    @abstractmethod
    def _command(self, python: Path, folder: Path) -> list[str]:
        """Return what runs it; `folder` is for its state."""

    @abstractmethod
    def _environ(self, folder: Path) -> dict[str, str]:
        """Return its own variables, which say where it listens and where its state is."""

    def __enter__(self) -> Self:
        for orphan in orphans.end():
            log.info("Removed %s, left behind by a run that was killed", orphan)
        python = self.installation.environment(self._cache)
        log.info("Starting %s %s", self.installation.title, self.installation.version())
        rie.require_free(self._port)
        self._folder = Path(tempfile.mkdtemp(prefix=orphans.scratch_prefix()))
        try:
            self._process = self._spawn(python, self._folder)
            self._wait(self._process)
        except BaseException:
            self.__exit__()
            raise
        return self

    def require_alive(self) -> None:
        """Raise BackendUnavailable, with the end of its log, when it has ended."""
        if self._process is not None and self._process.poll() is not None:
            raise self._unavailable(f"ended with exit status {self._process.returncode}")

    def __exit__(self, *_: object) -> None:
        """End it and everything below it, and remove its state."""
        if self._process is not None:
            stop(self._process, self.stop_seconds)
        if self._folder is not None:
            orphans.end_at_home_in(self._folder)
            if any(self._folder.glob(f"{orphans.PREFIX}*")):  # it was killed, and could not end its functions
                with contextlib.suppress(EngineNotFound):
                    engine.find(self._settings.engine).remove_orphans()
            with contextlib.suppress(OSError):  # a full disk, say
                write_whole(self._log_kept, self._log().path.read_bytes())
            shutil.rmtree(self._folder, ignore_errors=True)
        self._process = self._folder = None

    def _spawn(self, python: Path, folder: Path) -> subprocess.Popen[bytes]:
        users = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AWS_"))}
        with self._log().path.open("wb") as out:
            return subprocess.Popen(
                self._command(python, folder),
                cwd=folder,
                # The user's variables configure it too, but for Python's and AWS's.
                env={**users, "HOME": str(folder), "TMPDIR": str(folder), **self._environ(folder)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is ours to handle, in order
            )

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + self.start_seconds
        while process.poll() is None and time.monotonic() < deadline:
            if answers(self.endpoint, seconds=1.0):
                return
            time.sleep(0.05)
        ended = process.returncode is not None
        what = (
            f"ended with exit status {process.returncode}" if ended else f"did not answer in {self.start_seconds:.0f} s"
        )
        raise self._unavailable(what)

    def _unavailable(self, what: str) -> BackendUnavailable:
        return BackendUnavailable(
            f"{self.installation.title} {self.installation.version()} {what}:\n{self._log().tail()}",
            hint=f"Its whole log is {self._log_kept}.",
        )

    def _log(self) -> LogFile:
        assert self._folder is not None  # noqa: S101  # asked only while it runs
        return LogFile(self._folder / f"{self.installation.name}.log")
