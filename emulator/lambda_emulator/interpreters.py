"""A Python with a handler's requirements: one virtual environment per requirements and version, made once and kept.

A handler's dependencies are never installed beside lambdaproof. uv makes the environment when it is there, venv and pip
when not; either way it is byte-compiled, which is most of an ML handler's cold start.
"""

from __future__ import annotations

import csv
import hashlib
import logging
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from lambda_emulator.definition import Definition
from lambda_emulator.errors import InterpreterUnavailable
from lambda_emulator.files import locked

log = logging.getLogger(__name__)

RUNTIME_CLIENT = "awslambdaric==4.2.2"
"""What answers the Runtime API in every environment that is made here: the version that was measured."""

BROUGHT = frozenset({"pip", "setuptools", "wheel", "awslambdaric", "snapshot-restore-py", "simplejson"})
"""What an environment has besides the requirements: what installs them, and the runtime client with what that needs."""
_READY = "lambdaproof-ready"


RUNTIME_SDK = "boto3==1.44.5"
"""What AWS's Python runtime brings besides: for functions that ship the rest themselves, in archives."""


def runtime_version(function: Definition) -> str:
    """Return the version of a function's Python, `3.12`: its runtime's, else of the one that runs this."""
    return (function.runtime or "python{}.{}".format(*sys.version_info)).removeprefix("python")


def resolve(function: Definition, folder: Path, cache: Path, *, shipped: bool = False) -> Path:
    """Return the interpreter to run a function's handler with.

    That is the one that the contract names (`python`), else one for its `runtime` (default: the version that runs this)
    with the requirements installed, or, when all that it imports is `shipped` with it, with what AWS's runtime brings.
    Raises InterpreterUnavailable.
    """
    if function.python:
        return _named(function.python, folder)
    requirements = folder / function.requirements
    text = requirements.read_text(encoding="utf-8") if requirements.is_file() and not shipped else ""
    wanted = [RUNTIME_SDK] if shipped else ["-r", str(requirements)] if text else []
    hint = 'Correct the requirements, or name an interpreter that has them: [function] python = "...".'
    return having([RUNTIME_CLIENT, *wanted], text, function.runtime, cache, function.name, hint=hint)


def having(wanted: Sequence[str], text: str, runtime: str | None, cache: Path, name: str, *, hint: str) -> Path:
    """Return an interpreter of a runtime's version that has what pip's arguments name, the first of them a client.

    `text` is that of the requirements file among them, `name` what they are for. Raises InterpreterUnavailable.
    """
    python = base(runtime)
    client, *more = wanted
    text = text or " ".join(more)
    key = hashlib.sha256("\0".join([text, client, _identity(python), platform.machine()]).encode()).hexdigest()
    target = cache / "venvs" / key[:16]
    if not is_made(target):
        log.info("Installing %s for %s (once)", " ".join(wanted), name)
        make(target, python, wanted, hint=hint)
    return target / "bin" / "python"


def is_made(target: Path) -> bool:
    """Whether an environment is there, whole."""
    return (target / _READY).is_file()


def make(target: Path, base: str, wanted: Sequence[str], *, hint: str) -> None:
    """Make an environment of a Python, with what pip's arguments name, unless another process has made it meanwhile.

    Raises InterpreterUnavailable, with the end of what was printed, and leaves nothing behind then.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with locked(target.with_suffix(".lock")):
        if is_made(target):
            return
        try:
            _make(target, base, wanted, hint)
            (target / _READY).touch()
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)
            raise


def version_of(python: str) -> tuple[int, int] | None:
    """Return an interpreter's version, `(3, 12)`; None for what is none."""
    done = run([python, "-c", "import sys; print(*sys.version_info[:2])"])
    parts = done.stdout.split()
    return (int(parts[0]), int(parts[1])) if done.returncode == 0 and len(parts) == 2 else None


def installed(python: Path, function: Definition, folder: Path) -> dict[str, dict[str, Path]]:
    """Return the files of a function's installed requirements, by distribution and by their names in site-packages.

    Bytecode and programs are left out, as `pip install --target` and a zip have no use for them. What an environment
    brings of its own counts only where the requirements name it. Empty for an interpreter that was not made here.
    """
    environment = python.parent.parent
    requirements = folder / function.requirements
    if not (environment / _READY).is_file() or not requirements.is_file():
        return {}
    named = {_normal(name) for name in re.findall(r"(?m)^\s*([A-Za-z0-9][\w.-]*)", requirements.read_text("utf-8"))}
    found: dict[str, dict[str, Path]] = {}
    for record in sorted(environment.glob("lib/python*/site-packages/*.dist-info/RECORD")):
        name = _normal(record.parent.name.partition("-")[0])
        if name in BROUGHT - named:
            continue
        with record.open(encoding="utf-8", newline="") as lines:
            names = [row[0] for row in csv.reader(lines) if row]
        kept = [file for file in names if not file.startswith(("..", "/")) and "__pycache__" not in file]
        found[name] = {file: record.parent.parent / file for file in kept}
    return found


def _normal(name: str) -> str:
    """Return a distribution's name as all its spellings have it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _named(name: str, folder: Path) -> Path:
    """Return the interpreter of a path, relative to the handler's folder, or of a name on PATH."""
    python = folder / name if "/" in name else Path(shutil.which(name) or name)
    done = run([str(python), "-c", "import awslambdaric"], cwd=folder)
    if done.returncode:
        raise InterpreterUnavailable(
            f"function.python is {name}, which cannot import awslambdaric: {_last_line(done)}",
            hint=f"Type: {python} -m pip install {RUNTIME_CLIENT}",
        )
    return python


def base(runtime: str | None) -> str:
    """Return a Python of the runtime's version (`python3.12`) to make environments from."""
    own = "python{}.{}".format(*sys.version_info)
    if runtime in (None, own):
        return sys.executable
    for found in candidates(str(runtime).removeprefix("python")):
        if run([found, "-c", "pass"]).returncode == 0:
            return found
    raise InterpreterUnavailable(
        f"function.runtime is {runtime}, and there is no {runtime} on PATH, in pyenv or in uv.",
        hint=f'Install it, or write runtime = "{own}" to use the Python that runs this.',
    )


def candidates(version: str) -> Iterator[str]:
    """Yield where a Python of a version such as `3.12` may be: on PATH, in pyenv, in uv."""
    on_path = shutil.which(f"python{version}")
    if on_path:
        yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    yield from map(str, sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True))
    uv = shutil.which("uv")
    if uv:
        found = run([uv, "python", "find", "--no-python-downloads", version])
        if found.returncode == 0:
            yield found.stdout.strip()


def _identity(python: str) -> str:
    done = run([python, "-c", "import sys; print(sys.version, sys.base_prefix)"])
    return done.stdout


def _make(target: Path, base: str, wanted: Sequence[str], hint: str) -> None:
    shutil.rmtree(target, ignore_errors=True)
    python = str(target / "bin" / "python")
    uv = shutil.which("uv")
    if uv:
        steps = [
            [uv, "venv", "--quiet", "--python", base, str(target)],
            [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python, *wanted],
        ]
    else:
        steps = [
            [base, "-m", "venv", str(target)],
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted],
        ]
    for step in steps:
        done = run(step)
        if done.returncode:
            raise InterpreterUnavailable(
                f"`{' '.join(step)}` failed:\n{(done.stderr or done.stdout)[-1500:].strip()}",
                hint=hint,
            )


def run(command: list[str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; one that cannot be run ends with exit status 127."""
    try:
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", f"{command[0]}: {error.strerror}")


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    return (done.stderr.strip().splitlines() or ["no message"])[-1]
