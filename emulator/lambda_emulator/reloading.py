"""Changed code, taken up while functions are served."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lambda_contracts.contract import Contract
from lambda_contracts.errors import ContractsError

from lambda_emulator.deployment import Deployment
from lambda_emulator.errors import LambdaproofError
from lambda_emulator.files import Snapshot, changed, snapshot
from lambda_emulator.loading import Target

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Watched:
    """A target, and how to read it again."""

    read: Callable[[], Target]
    target: Target


@contextlib.contextmanager
def reloading(
    watched: Sequence[Watched],
    deployments: Mapping[str, Deployment],
    take_up: Callable[[Target], None],
    *,
    ignored: Sequence[Path] = (),
) -> Iterator[None]:
    """Watch the files of targets; after a change, replace the environments of its functions and hand on the new target.

    Events that are being handled finish on the old code. What is wrong with changed files is told, and the old ones
    stay. An image that nobody builds here is replaced when its name means another one.
    """
    ended = threading.Event()
    watches = [_Watch(one, deployments, take_up, [folder.resolve() for folder in ignored]) for one in watched]

    def look() -> None:
        while not ended.wait(_LOOK_SECONDS):
            for watch in watches:
                watch.look()

    thread = threading.Thread(target=look, name="lambdaproof-reloading", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


class _Watch:
    """One target: its file, the folder of each function's code, and images."""

    def __init__(
        self,
        watched: Watched,
        deployments: Mapping[str, Deployment],
        take_up: Callable[[Target], None],
        ignored: Sequence[Path],
    ) -> None:
        self._read = watched.read
        self._file = watched.target.file
        self._contracts = {contract.function.name: contract for contract in watched.target.contracts}
        self._deployments = deployments
        self._take_up = take_up
        self._ignored = ignored
        self._seen = self._look_at_all()

    def look(self) -> None:
        """Take up what changed since the last look."""
        seen = self._look_at_all()
        names = {name: files for name in seen if (files := changed(self._seen[name], seen[name]))}
        self._seen = seen
        if not names:
            return
        first = next(iter(names.values()))[0]
        try:
            target = self._read()
            for contract in target.contracts:
                if contract.function.name in names:
                    self._deployments[contract.function.name].renew(contract)
            self._take_up(target)
        except (ContractsError, LambdaproofError) as error:
            log.warning("%s changed and cannot be taken up: %s", first, error)
        else:
            log.warning("%s changed: %s is new from the next event on", first, ", ".join(names))

    def _look_at_all(self) -> dict[str, Snapshot]:
        return {name: self._look_at(name, contract) for name, contract in self._contracts.items()}

    def _look_at(self, name: str, contract: Contract) -> Snapshot:
        """Take down the files that a function is made of; its image counts as one."""
        folder = contract.code.resolve()
        seen = {
            file: stat
            for file, stat in snapshot(folder).items()
            if not any((folder / file).is_relative_to(ignored) for ignored in self._ignored)
        }
        for file in self._file.glob("*.tf*") if self._file.is_dir() else [self._file]:  # a folder is Terraform's
            with contextlib.suppress(OSError):
                stat = file.stat()
                seen[file.name] = (stat.st_size, stat.st_mtime_ns)
        if contract.function.build is None and (image := self._deployments[name].image_id()):
            seen[image] = (0, 0)
        return seen
