"""Changed code, taken up while a function is served."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from lambda_contracts.contract import Contract
from lambda_contracts.errors import ContractsError

from lambda_emulator.deployment import Deployment
from lambda_emulator.errors import LambdaproofError
from lambda_emulator.files import Snapshot, changed, snapshot
from lambda_emulator.loading import load

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5


@contextlib.contextmanager
def reloading(
    deployments: Sequence[Deployment], take_up: Callable[[Contract], None], *, ignored: Sequence[Path] = ()
) -> Iterator[None]:
    """Watch the folders of functions; after a change, replace their environments and hand on the contract read anew.

    Events that are being handled finish on the old code. A contract that is wrong, or an image that does not build, is
    told, and the old ones stay. Images that nobody builds here are replaced when their name means another one.
    """
    ended = threading.Event()
    watches = [_Watch(deployment, take_up, [folder.resolve() for folder in ignored]) for deployment in deployments]

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
    """One function's folder, and its image."""

    def __init__(self, deployment: Deployment, take_up: Callable[[Contract], None], ignored: Sequence[Path]) -> None:
        self._deployment = deployment
        self._take_up = take_up
        self._ignored = ignored
        self._seen = self._snapshot()
        self._image = deployment.image_id()

    def look(self) -> None:
        """Take up what changed since the last look."""
        seen = self._snapshot()
        names = changed(self._seen, seen)
        if not names and (self._deployment.contract.function.build or self._image == self._deployment.image_id()):
            return
        self._seen = seen
        self._image = self._deployment.image_id()
        what = f"{names[0]}{f' and {len(names) - 1} more' if len(names) > 1 else ''}" if names else "the image"
        try:
            contract = load(self._deployment.contract.file)
            self._deployment.renew(contract)
            self._take_up(contract)
        except (ContractsError, LambdaproofError) as error:
            log.warning("%s changed and cannot be taken up: %s", what, error)
        else:
            log.warning("%s changed: %s is new from the next event on", what, contract.function.name)

    def _snapshot(self) -> Snapshot:
        folder = self._deployment.contract.folder.resolve()
        found = snapshot(folder)
        return {
            name: stat
            for name, stat in found.items()
            if not any((folder / name).is_relative_to(ignored) for ignored in self._ignored)
        }
