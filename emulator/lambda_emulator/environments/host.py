"""A handler's folder on this machine: its interpreter, its variables, and commands run beside it."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lambda_emulator.debugger import Debugger
from lambda_emulator.definition import Definition
from lambda_emulator.environments import variables
from lambda_emulator.errors import SetupFailed
from lambda_emulator.function_code import Code
from lambda_emulator.injection import Injection, inject


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFunction:
    """One function as it runs without a container.

    `code` is where its code lies. `python` is the interpreter that has its requirements and awslambdaric. `backend`
    holds the variables that lead to AWS's stand-in, `lambdas` those of Lambda's own that it chooses. `trace` says that
    what the handler reads of its events is recorded; `debug` is the debugger that is to wait for an editor.
    """

    function: Definition
    code: Code
    python: Path
    backend: Mapping[str, str]
    lambdas: Mapping[str, str] = field(default_factory=dict)
    trace: bool = False
    debug: Debugger | None = None

    @property
    def folder(self) -> Path:
        """The handler's folder."""
        return self.code.task

    @property
    def runtime_client(self) -> list[str]:
        """The command that runs the handler: it asks the Runtime API for events until it is ended.

        It writes no bytecode, as on Lambda, where it cannot: bytecode of code that changed within the same second, to
        the same length, would be taken for that of the new code.
        """
        return [str(self.python), "-B", "-m", "awslambdaric", self.function.handler or ""]

    def environ(self, home: Path) -> dict[str, str]:
        """Return the handler's whole environment: Lambda's, and no more of ours than it needs.

        `home` stands in for the home folder, so that neither ~/.aws nor a cache of the developer's reaches the handler.
        """
        version = python_version(self.python)
        lambdas = variables.of_lambda(
            self.function,
            execution_env=f"AWS_Lambda_python{version}",
            task_root=str(self.folder.resolve()),
            known=self.lambdas,
        )
        host = {
            "PATH": f"{self.python.parent}:{os.environ.get('PATH', os.defpath)}",
            "HOME": str(home),
            "TMPDIR": str(home),
        }
        if self.code.opt is not None:
            host["PATH"] += f":{self.code.opt}/bin"
        layers = self.code.variables(version, self.function.environment)
        return {**host, **variables.of_function(self.function, lambdas, self.backend), **layers}

    def inject(self, scratch: Path) -> Injection | None:
        """Prepare tracing or debugging of the handler in one environment, if it is to be."""
        layers = self.code.variables(python_version(self.python), self.function.environment)
        trace = self.folder if self.trace else None
        return inject(scratch, {**self.function.environment, **layers}, trace=trace, debug=self.debug)

    def run(self, command: str) -> None:
        """Run a `[setup]` command in the folder of the handler's source, where `python` is the handler's interpreter.

        Raises SetupFailed with the end of what it printed.
        """

        def environ(home: Path) -> dict[str, str]:
            found = self.environ(home)
            return {**found, "PYTHONPATH": self.code.importable(found)} if self.code.shipped else found

        run_beside(f"[setup] `{command}`", command, self.python, self.code.source, environ)


def run_beside(
    label: str, command: str, python: Path, folder: Path, environ: Callable[[Path], Mapping[str, str]]
) -> None:
    """Run a command in a folder, where `python` is this interpreter; `environ` takes a home folder for it.

    Raises SetupFailed, which calls it `label`, with the end of what it printed.
    """
    argv = shlex.split(command)
    if argv[:1] in (["python"], ["python3"]):
        argv[0] = str(python)
    with tempfile.TemporaryDirectory(prefix="lambdaproof-") as home:
        try:
            done = subprocess.run(
                argv,
                cwd=folder,
                env=environ(Path(home)),
                capture_output=True,
                text=True,
                check=False,
                stdin=subprocess.DEVNULL,
            )
        except OSError as error:
            raise SetupFailed(f"{label} cannot be run: {error.strerror}.") from error
    require_success(label, done)


def require_success(label: str, done: subprocess.CompletedProcess[str]) -> None:
    """Raise SetupFailed, with the end of what a command printed, when it failed."""
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise SetupFailed(f"{label} ended with exit status {done.returncode}:\n{tail}")


@cache
def python_version(python: Path) -> str:
    """Return an interpreter's version as Lambda writes it, `3.12`."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
