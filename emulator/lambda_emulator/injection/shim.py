"""The `sitecustomize` of a handler's interpreter, Python 3.9 or newer: it waits for awslambdaric, and traces or debugs.

It is copied beside the recorder and debugpy; nothing else of lambdaproof is there.
"""
# ruff: noqa: PTH100, PTH109, PTH118, PTH120, PTH123 - pathlib would be one more import on every cold start

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import os
import sys
import time
from typing import Any

PACKAGE = "lambdaproof_tracing"
CONFIG = "injection.json"
DEBUGGER = "debugger"
_RUNTIME = "awslambdaric.bootstrap"
_HERE = os.path.dirname(os.path.abspath(__file__))


class _Finder(importlib.abc.MetaPathFinder):
    """Waits for the runtime client's module and instruments it as soon as it is loaded."""

    def find_spec(self, name: str, *_: Any) -> Any:
        if name != _RUNTIME:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        loader: Any = spec.loader if spec else None
        if loader is not None:
            load = loader.exec_module

            def exec_module(module: Any) -> None:
                load(module)
                _instrument(module)

            loader.exec_module = exec_module
        return spec


def _instrument(runtime: Any) -> None:
    """Have the runtime client's loop give the handler traced events, and an editor attach before it loads it."""
    import json

    with open(os.path.join(_HERE, CONFIG), encoding="utf-8") as stream:
        config = json.load(stream)
    _clear_environment()
    if "debug" in config:
        _wait_for_debugger(config["debug"])
    if "trace" in config:
        _trace(runtime, config["trace"])


def _wait_for_debugger(config: Any) -> None:
    """Listen for an editor, and wait until one has attached."""
    quiet = "PYDEVD_DISABLE_FILE_VALIDATION"  # it would write into the function's log
    given = quiet in os.environ
    os.environ.setdefault(quiet, "1")
    sys.path.append(config["path"])
    debugpy = importlib.import_module("debugpy")
    listening = _listen(debugpy, tuple(config["address"]))
    if not given:
        del os.environ[quiet]
    if listening:
        debugpy.wait_for_client()


def _listen(debugpy: Any, address: Any) -> bool:
    """Listen where the runtime before this one may still be letting go; without a port the handler runs on its own."""
    for _ in range(50):
        try:
            debugpy.listen(address)
        except (OSError, RuntimeError) as error:
            problem = error
            time.sleep(0.1)
        else:
            return True
    sys.stderr.write("no debugger can attach to {}:{}: {}\n".format(*address, problem))
    return False


def _trace(runtime: Any, config: Any) -> None:
    import json

    sys.path.append(_HERE)
    try:
        recorder = importlib.import_module(PACKAGE + ".recorder")
    finally:
        sys.path.remove(_HERE)
    roots = config["roots"] or [os.environ.get("LAMBDA_TASK_ROOT", "/var/task"), os.getcwd()]
    tracer = recorder.Tracer(roots, config["files"])
    tracer.install()
    original = runtime.handle_event_request

    def handle_event_request(client: Any, handler: Any, request_id: Any, *args: Any, **kwargs: Any) -> Any:
        def done(rows: Any) -> None:
            line = json.dumps({"request_id": request_id, "rows": rows}) + "\n"
            _append(config["traces"], line.encode("utf-8"))

        return original(client, tracer.around(handler, done), request_id, *args, **kwargs)

    runtime.handle_event_request = handle_event_request


def _append(file: str, line: bytes) -> None:
    """Write a trace before the answer goes out. Without it the event is only untraced."""
    try:
        number = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(number, line)
        finally:
            os.close(number)
    except OSError:
        pass


def _clear_environment() -> None:
    """Give the handler, and what it starts, the PYTHONPATH that it would have had."""
    left = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path != _HERE]
    if left:
        os.environ["PYTHONPATH"] = os.pathsep.join(left)
    else:
        os.environ.pop("PYTHONPATH", None)


def _start() -> None:
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != _HERE]
    sys.meta_path.insert(0, _Finder())
    ours = sys.modules.pop(__name__)
    try:
        importlib.import_module(__name__)  # the one that this one stands in front of
    except ImportError:
        sys.modules[__name__] = ours


if __name__ == "sitecustomize":
    _start()
