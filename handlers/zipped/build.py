"""Make what is shipped: build/function.zip of the code, the model and the requirements. python build.py.

Run it with the Python of the runtime, which the bytecode is for: Lambda cannot keep any that it compiles itself.
The same requirements and code always make the same archive, byte for byte.
"""

from __future__ import annotations

import compileall
import os
import py_compile
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = HERE / "build"
REQUIREMENTS = HERE / "requirements.txt"
CODE = [HERE / name for name in ("app.py", "model.npz", "model.py", "proxy.py")]
VERSION = "{}.{}".format(*sys.version_info)


def main() -> None:
    """Make the archive, unless it is younger than all that it is made of."""
    if not is_fresh(BUILD / "function.zip", [REQUIREMENTS, *CODE]):
        with tempfile.TemporaryDirectory() as folder:
            install(Path(folder))
            for file in CODE:
                shutil.copy(file, folder)
            pack(Path(folder), BUILD / "function.zip", root="/var/task")


def is_fresh(archive: Path, sources: Iterable[Path]) -> bool:
    """Whether an archive is younger than all that it is made of."""
    made_of = [*sources, Path(__file__)]
    return archive.exists() and all(archive.stat().st_mtime > file.stat().st_mtime for file in made_of)


def install(target: Path) -> None:
    """Install the requirements into a folder, as wheels for Lambda's Linux whatever this machine is."""
    uv = shutil.which("uv")
    pip = [uv, "pip", "install"] if uv else [sys.executable, "-m", "pip", "install"]
    platform = ["--python-platform", "x86_64-manylinux_2_28"] if uv else ["--platform", "manylinux_2_28_x86_64"]
    wheels = ["--only-binary", ":all:", "--python-version", VERSION, *platform]
    subprocess.run([*pip, "--quiet", *wheels, "--target", str(target), "-r", str(REQUIREMENTS)], check=True)
    for name in ("tests", "bin", "__pycache__"):  # a function never runs them
        for folder in list(target.glob(f"**/{name}")):
            shutil.rmtree(folder)


def pack(folder: Path, archive: Path, *, root: str) -> None:
    """Compile a folder for its place on Lambda, and put it into an archive, in one step."""
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH  # no times in the bytecode, and none are compared
    compileall.compile_dir(folder, quiet=1, stripdir=folder, prependdir=root, invalidation_mode=unchecked)
    archive.parent.mkdir(exist_ok=True)
    beside = archive.with_name(f".{archive.name}.{os.getpid()}")
    with zipfile.ZipFile(beside, "w") as packed:
        for file in sorted(found for found in folder.rglob("*") if found.is_file()):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix())  # of 1980, so that no time is in it
            entry.external_attr = 0o644 << 16  # Lambda's user is another one, who must be able to read it
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, file.read_bytes())
    beside.replace(archive)


if __name__ == "__main__":
    main()
