"""What is put into a handler's own interpreter: tracing of its events, a debugger, and what comes back.

Python imports `sitecustomize` from PYTHONPATH before anything else, whatever starts it: our command, an image's entry
point, AWS's /lambda-entrypoint.sh or a wrapper. `shim` takes that place, waits for awslambdaric, and then traces the
events that its loop gives to the handler, or waits for an editor to attach before the handler is loaded; nothing of it
is left in the handler's environment, and of its module path only what debugpy needs. The traces come back in a file of
their own, so that neither the function's log nor its answer changes.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambda_contracts.tracing import recorder, values
from lambda_contracts.tracing.trace import Trace

from lambda_emulator.debugger import Debugger
from lambda_emulator.injection import shim
from lambda_emulator.logfile import LogFile

_IN_CONTAINER = "/var/lambdaproof"
_NOT_OWN = {"site-packages", "dist-packages", "node_modules", "__pycache__"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """What goes into one execution environment: `variables` for it, `volumes` of a container, and its traces."""

    variables: Mapping[str, str]
    volumes: tuple[str, ...] = ()
    traces: LogFile | None = None

    def read(self, request_id: str) -> Trace | None:
        """Return what the handler read of an event; None when it did not come to an end, or is not traced."""
        trace = None
        for line in self.traces.read_new().splitlines() if self.traces else ():
            with contextlib.suppress(ValueError, TypeError, KeyError):
                said = json.loads(line)
                if said["request_id"] == request_id:
                    trace = Trace.of(said["rows"])
        return trace


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the things to put in: what `shim` is told of it, and the volumes that it needs."""

    config: Mapping[str, Any]
    volumes: tuple[str, ...] = ()


def inject(
    scratch: Path,
    environ: Mapping[str, str],
    *,
    trace: Path | None = None,
    debug: Debugger | None = None,
    container: bool = False,
    address: str = "127.0.0.1",
) -> Injection | None:
    """Prepare one environment with these variables, in its scratch folder; None when there is nothing to put in.

    `trace` is the folder of the handler whose reads are to be recorded. `debug` is the debugger that is to listen at
    its port of an `address`.
    """
    if trace is None and debug is None:
        return None
    modules = scratch / "shim"
    _write_modules(modules / shim.PACKAGE)
    shutil.copyfile(str(shim.__file__), modules / "sitecustomize.py")
    seen = f"{_IN_CONTAINER}/{modules.name}" if container else str(modules)
    written = LogFile(_made(scratch / "traces") / "traces") if trace else None
    parts = {
        "trace": _tracing(trace, written.path, container=container) if trace and written else None,
        "debug": _debugging(debug, modules, seen, address, container=container) if debug else None,
    }
    config = {name: part.config for name, part in parts.items() if part}
    (modules / shim.CONFIG).write_text(json.dumps(config), encoding="utf-8")
    volumes = tuple(volume for part in parts.values() if part for volume in part.volumes)
    if container:
        volumes = ("--volume", f"{modules}:{seen}:ro", *volumes)
    path = os.pathsep.join(filter(None, (seen, environ.get("PYTHONPATH"))))
    return Injection(variables={"PYTHONPATH": path}, volumes=volumes, traces=written)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _tracing(folder: Path, traces: Path, *, container: bool) -> _Part:
    seen = f"{_IN_CONTAINER}/{traces.parent.name}" if container else str(traces.parent)
    config = {
        "roots": [] if container else [str(folder.resolve())],
        "files": sorted(own_files(folder)),
        "traces": f"{seen}/{traces.name}",
    }
    if not container:
        return _Part(config)
    traces.chmod(0o666)  # the handler's user is another one there
    return _Part(config, ("--volume", f"{traces.parent}:{seen}"))


def _debugging(debug: Debugger, modules: Path, seen: str, address: str, *, container: bool) -> _Part:
    """Make debugpy, and nothing else of our packages, importable from a folder of its own."""
    holder = _made(modules / shim.DEBUGGER)
    config = {"path": f"{seen}/{holder.name}", "address": [address, debug.port]}
    package = holder / debug.package.name
    if not container:
        package.symlink_to(debug.package)
        return _Part(config)
    package.mkdir()  # a mount needs a place, which a read-only one cannot make
    return _Part(config, ("--volume", f"{debug.package}:{seen}/{holder.name}/{package.name}:ro"))


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
