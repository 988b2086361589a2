"""The embedded default: the real RIE and the real runtime client on this machine, with no container."""

from __future__ import annotations

import subprocess
from pathlib import Path

from lambda_contracts.outcomes import Outcome

from lambda_emulator import rie
from lambda_emulator.environments.base import EmulatedEnvironment, Scratch, Spawned, start_under_rie
from lambda_emulator.environments.host import HostFunction


class ProcessRunner:
    """Runs a function on this machine under the RIE. `port` is the emulator's, None for a free one."""

    def __init__(self, host: HostFunction, *, emulator: Path, port: int | None = None) -> None:
        self._host = host
        self._emulator = emulator
        self._port = port
        self.run = host.run
        self.python = host.python

    def start(self) -> tuple[EmulatedEnvironment, Outcome]:
        """Start the RIE and load the handler. Raises PortInUse and NotStarted."""
        return start_under_rie(self._spawn, timeout=self._host.function.timeout, port=self._port)

    def _spawn(self, scratch: Scratch, ports: tuple[int, int], timeout: int) -> Spawned:
        injection = self._host.inject(scratch.path)
        environ = {**self._host.environ(scratch.path), **(injection.variables if injection else {})}
        with scratch.logs.function.path.open("wb") as out, scratch.logs.emulator.path.open("wb") as err:
            process = subprocess.Popen(
                [self._emulator, *rie.arguments(*ports), *rie.apart(self._host.runtime_client, environ)],
                cwd=self._host.folder,
                env={**environ, **rie.variables(timeout), **rie.ONE_CORE},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,  # Ctrl-C is ours to handle, in order
            )
        return Spawned(process, injection=injection)
