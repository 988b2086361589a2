"""Tracing in a handler's own interpreter: what is put on its module path, and what comes back.

Python imports `sitecustomize` from PYTHONPATH before anything else, whatever starts it: our command, an image's entry
point, AWS's /lambda-entrypoint.sh or a wrapper. `shim` takes that place, waits for awslambdaric, and traces the events
that its loop gives to the handler; nothing of it is left in the handler's environment or module path. The traces come
back in a file of their own, so that neither the function's log nor its answer changes.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lambda_contracts.tracing import recorder, values
from lambda_contracts.tracing.trace import Trace

from lambda_emulator.logfile import LogFile
from lambda_emulator.tracing import shim

_IN_CONTAINER = "/var/lambdaproof"
_NOT_OWN = {"site-packages", "dist-packages", "node_modules", "__pycache__"}


@dataclass(frozen=True, slots=True)
class Injection:
    """What makes one execution environment trace: `variables` for it, `volumes` of a container, and its traces."""

    variables: Mapping[str, str]
    volumes: tuple[str, ...]
    _traces: LogFile

    def read(self, request_id: str) -> Trace | None:
        """Return what the handler read of an event; None when it did not come to an end, or is not traced."""
        trace = None
        for line in self._traces.read_new().splitlines():
            with contextlib.suppress(ValueError, TypeError, KeyError):
                said = json.loads(line)
                if said["request_id"] == request_id:
                    trace = Trace.of(said["rows"])
        return trace


def inject(scratch: Path, folder: Path, environ: Mapping[str, str], *, container: bool = False) -> Injection:
    """Prepare tracing of the handler in a folder, for one environment with these variables, in its scratch folder."""
    modules, traces = scratch / "shim", scratch / "traces"
    _write_modules(modules / shim.PACKAGE)
    shutil.copyfile(str(shim.__file__), modules / "sitecustomize.py")
    traces.mkdir()
    written = LogFile(traces / "traces")
    seen_modules, seen_traces = (
        f"{_IN_CONTAINER}/{part.name}" if container else str(part) for part in (modules, traces)
    )
    config = {
        "roots": [] if container else [str(folder.resolve())],
        "files": sorted(own_files(folder)),
        "traces": f"{seen_traces}/{written.path.name}",
    }
    (modules / shim.CONFIG).write_text(json.dumps(config), encoding="utf-8")
    volumes: tuple[str, ...] = ()
    if container:
        written.path.chmod(0o666)  # the handler's user is another one there
        volumes = ("--volume", f"{modules}:{seen_modules}:ro", "--volume", f"{traces}:{seen_traces}")
    path = os.pathsep.join(filter(None, (seen_modules, environ.get("PYTHONPATH"))))
    return Injection({"PYTHONPATH": path}, volumes, written)


def _write_modules(package: Path) -> None:
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    for module in (recorder, values):
        source = Path(str(module.__file__))
        shutil.copyfile(source, package / source.name)


def own_files(folder: Path) -> Iterator[str]:
    """Yield the Python files of a handler's own, relative to its folder: not what is installed there."""
    for parent, folders, files in os.walk(folder):
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and name not in _NOT_OWN and not Path(parent, name, "pyvenv.cfg").exists()
        ]
        for name in files:
            if name.endswith(".py"):
                yield Path(parent, name).relative_to(folder).as_posix()
