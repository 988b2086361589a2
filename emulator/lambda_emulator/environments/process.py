"""The embedded default: the real RIE and the real runtime client on this machine, with no container."""

from __future__ import annotations

import subprocess
from pathlib import Path

from lambda_contracts.outcomes import Outcome, OutcomeKind

from lambda_emulator import rie
from lambda_emulator.environments.base import EmulatedEnvironment, Scratch
from lambda_emulator.environments.host import HostFunction


class ProcessRunner:
    """Runs a function on this machine under the RIE. `port` is the emulator's, None for a free one."""

    def __init__(self, host: HostFunction, *, emulator: Path, port: int | None = None) -> None:
        self._host = host
        self._emulator = emulator
        self._port = port
        self.run = host.run

    def start(self) -> tuple[EmulatedEnvironment, Outcome]:
        """Start the RIE and load the handler.

        A handler that takes longer to load than the function's timeout would time out under the RIE, but not on Lambda,
        which gives it ten seconds. It is started again with that much more; only then the remaining time that it sees
        in its context is too long.
        """
        timeout = self._host.function.timeout
        environment, outcome = self._start(allowance=0)
        if outcome.kind is OutcomeKind.TIMEOUT and timeout < rie.INIT_SECONDS:
            environment.close()
            environment, outcome = self._start(allowance=rie.INIT_SECONDS)
        return environment, outcome

    def _start(self, *, allowance: int) -> tuple[EmulatedEnvironment, Outcome]:
        timeout = self._host.function.timeout
        if self._port is not None:
            rie.require_free(self._port)
        free = rie.free_ports(2)
        port = self._port or free[0]
        scratch = Scratch()
        with scratch.logs.function.path.open("wb") as out, scratch.logs.emulator.path.open("wb") as err:
            process = subprocess.Popen(
                [self._emulator, *rie.arguments(port, free[1]), *self._host.runtime_client],
                cwd=self._host.folder,
                env=self._host.environ(scratch.path) | rie.variables(timeout + allowance),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,  # Ctrl-C is ours to handle, in order
            )
        emulator = rie.Emulator(process, port, scratch.logs, timeout=timeout, allowance=allowance)
        environment = EmulatedEnvironment(process, emulator, scratch)
        try:
            emulator.wait_until_listening()
            return environment, environment.initialise(max(rie.INIT_SECONDS, timeout))
        except BaseException:
            environment.close()
            raise
