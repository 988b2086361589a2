"""The real image under the RIE, shut in as Lambda shuts it in: read-only, a limited /tmp and memory, not as root."""

from __future__ import annotations

import functools
import itertools
import os
import secrets
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from lambda_contracts.outcomes import Outcome
from lambda_contracts.tracebacks import TASK_ROOT

from lambda_emulator import debugger, rie
from lambda_emulator.debugger import Debugger
from lambda_emulator.definition import Definition
from lambda_emulator.engine import Engine, Image
from lambda_emulator.environments import variables
from lambda_emulator.environments.base import EmulatedEnvironment, Scratch, Spawned, start_under_rie
from lambda_emulator.environments.host import require_success
from lambda_emulator.errors import EngineFailed
from lambda_emulator.function_code import Code
from lambda_emulator.injection import Injection, inject
from lambda_emulator.interpreters import runtime_version

_RIE_PATH = "/usr/local/bin/lambdaproof-rie"
_SOURCE = "/var/source"
_USER = "993:990"
"""Lambda runs functions as a user of its own, sbx_user1051, who owns nothing in the image."""
_count = itertools.count(1)


class ContainerRunner:
    """Runs a function's image. `emulator` is the RIE's binary for the image's architecture, mounted into it.

    `backend` holds the variables that lead to AWS's stand-in, `lambdas` those of Lambda's own that it chooses. `code`
    is what it runs of archives, mounted over the image's own, None for what the image brings. `traced` is the folder of
    the handler if what it reads of its events is to be recorded, `debug` the debugger that is to wait for an editor.
    """

    python: Path | None = None

    def __init__(
        self,
        function: Definition,
        image: Image,
        *,
        engine: Engine,
        emulator: Path,
        backend: Mapping[str, str],
        lambdas: Mapping[str, str] = MappingProxyType({}),
        port: int | None = None,
        traced: Path | None = None,
        debug: Debugger | None = None,
        code: Code | None = None,
    ) -> None:
        self._function = function
        self._image = image
        self.image_size = image.size
        self._engine = engine
        self._emulator = emulator
        self._backend = backend
        self._lambdas = lambdas
        self._port = port
        self._traced = traced
        self._debug = debug
        self._code = code
        self._command = image.command if code is None else (function.handler or "",)

    def image_id(self) -> str | None:
        """Return the id of the image that the function's name for it means now, None when it means none."""
        return self._engine.image_id(self._image.name)

    def start(self) -> tuple[EmulatedEnvironment, Outcome]:
        """Start a container and load the handler. Raises PortInUse and NotStarted."""
        return start_under_rie(self._spawn, timeout=self._function.timeout, port=self._port)

    def _spawn(self, scratch: Scratch, ports: tuple[int, int], timeout: int) -> Spawned:
        name = _name(self._function.name)
        injection = self._inject(scratch)
        command = self._engine.run_command(
            self._image.name,
            [*self._emulator_arguments(ports), *_without_rie(self._image.entrypoint), *self._command],
            name=name,
            options=[
                *self._options({**rie.variables(timeout), **(injection.variables if injection else {})}),
                *(injection.volumes if injection else ()),
                *self._network(ports[0]),
                "--volume",
                f"{self._emulator}:{_RIE_PATH}:ro",
                "--entrypoint",
                _RIE_PATH,
            ],
        )
        with scratch.logs.function.path.open("wb") as out, scratch.logs.emulator.path.open("wb") as err:
            # Attached: the client's output is the container's, and so is its end.
            process = subprocess.Popen(
                command,
                cwd=scratch.path,  # where podman's monitor leaves a file when the memory runs out
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        return Spawned(
            process,
            remove=lambda: self._engine.remove(name),
            emulator=functools.cache(lambda: self._engine.process_of(name)),
            injection=injection,
        )

    def _inject(self, scratch: Scratch) -> Injection | None:
        environ = {**self._image.environment, **self._function.environment, **self._layers()}
        return inject(
            scratch.path,
            environ,
            trace=self._traced,
            debug=self._debug,
            container=True,
            address="127.0.0.1" if self._engine.shares_host_network else "0.0.0.0",  # noqa: S104  # inside the container
        )

    def run(self, command: str) -> None:
        """Run a command in the image, in its working folder. Raises SetupFailed."""
        program, *arguments = shlex.split(command)
        name = _name(self._function.name)
        options = [*self._options(self._beside()), "--network", "host", "--entrypoint", program]
        if self._code is not None:
            options += ["--volume", f"{self._code.source.resolve()}:{_SOURCE}:ro", "--workdir", _SOURCE]
        line = self._engine.run_command(self._image.name, arguments, name=name, options=options)
        try:
            done = subprocess.run(line, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        except BaseException:
            self._engine.remove(name)
            raise
        if done.returncode in (125, 126):
            raise EngineFailed(f"{self._engine.name} could not run `{command}` in {self._image.name}:", log=done.stderr)
        require_success(f"[setup] `{command}`", done)

    def _emulator_arguments(self, ports: tuple[int, int]) -> list[str]:
        if self._engine.shares_host_network:
            return rie.arguments(*ports)
        return rie.arguments(8080, 9001, host="0.0.0.0")  # noqa: S104  # inside the container

    def _network(self, port: int) -> list[str]:
        """Share this machine's network where there is one to share: the loopback address then reaches S3's stand-in."""
        if self._engine.shares_host_network:
            return ["--network", "host"]
        published = [f"{port}:8080", *([f"{self._debug.port}:{self._debug.port}"] if self._debug else [])]
        return [part for pair in published for part in ("--publish", f"127.0.0.1:{pair}")]

    def _options(self, extra: Mapping[str, str]) -> list[str]:
        function = self._function
        kind = "Image" if self._code is None else f"python{runtime_version(function)}"
        lambdas = variables.of_lambda(
            function, execution_env=f"AWS_Lambda_{kind}", task_root=TASK_ROOT, known=self._lambdas
        )
        environ = {**variables.of_function(function, lambdas, self._backend), **self._layers(), **extra}
        options = [
            "--read-only",
            "--tmpfs",
            f"/tmp:rw,size={function.ephemeral_storage}m,mode=1777",  # noqa: S108  # the container's
            "--memory",
            f"{function.memory + (debugger.MEMORY if self._debug else 0)}m",
            "--user",
            _USER,
        ]
        if self._image.working_directory:
            options += ["--workdir", self._image.working_directory]
        for name, value in environ.items():
            options += ["--env", f"{name}={value}"]
        if self._code is not None:
            options += ["--volume", f"{self._code.task.resolve()}:{TASK_ROOT}:ro"]
            options += ["--volume", f"{self._code.opt}:/opt:ro"] if self._code.opt else []
        return options

    def _layers(self) -> dict[str, str]:
        """Return the variables that lead to the function's layers."""
        if self._code is None:
            return {}
        own = {**self._image.environment, **self._function.environment}
        return self._code.variables(runtime_version(self._function), own, container=True)

    def _beside(self) -> dict[str, str]:
        """Return the variables of a command that runs beside the function's source, and imports what it ships."""
        return {"PYTHONPATH": self._code.importable(self._layers(), task=TASK_ROOT)} if self._code else {}


def _name(function: str) -> str:
    return f"lambdaproof-{function}-{os.getpid()}-{next(_count)}-{secrets.token_hex(3)}"


def _without_rie(entrypoint: tuple[str, ...]) -> tuple[str, ...]:
    """Drop an emulator that the image itself starts with; ours takes its place."""
    if entrypoint and Path(entrypoint[0]).name == "aws-lambda-rie":
        return entrypoint[1:]
    return entrypoint
