"""A function's code as it is shipped: its zip archive unpacked as /var/task, and its layers as /opt.

Archives are the user's, so they are not trusted: nothing is ever written outside the folder that they are unpacked to.
"""

from __future__ import annotations

import contextlib
import glob
import logging
import lzma
import os
import shlex
import shutil
import stat
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from lambda_contracts.contract import Contract
from lambda_contracts.limits import LIMITS

from lambda_emulator import interpreters
from lambda_emulator.errors import SetupFailed
from lambda_emulator.function_code import Code
from lambda_emulator.orphans import scratch_prefix
from lambda_emulator.package import Package

log = logging.getLogger(__name__)

LARGEST = 10 * LIMITS["package unzipped"].value
"""Bytes from which on an archive is no deployment package, not even one that is too large."""


def build(contract: Contract) -> None:
    """Run the commands that make a function's artefacts, beside its contract, with the variables of this process.

    `python` is one of the function's runtime. Raises SetupFailed with the end of what a command printed, and
    InterpreterUnavailable.
    """
    for command in contract.setup.build:
        log.info("Building: %s", command)
        argv = shlex.split(command)
        if argv[:1] in (["python"], ["python3"]):
            argv[0] = interpreters.base(contract.function.runtime)
        try:
            done = subprocess.run(
                argv, cwd=contract.folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
            )
        except OSError as error:
            raise SetupFailed(f"[setup] build: `{command}` cannot be run: {error.strerror}.") from error
        if done.returncode:
            tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
            raise SetupFailed(f"[setup] build: `{command}` ended with exit status {done.returncode}:\n{tail}")


@contextlib.contextmanager
def unpacked(contract: Contract) -> Iterator[Code]:
    """Unpack a function's archives for as long as it runs; code that is in a folder stays where it is.

    Raises ContractError for an archive that Lambda would refuse, or that has no handler.
    """
    function = contract.function
    if function.zip is None and not function.layers:
        yield Code.of(contract.code)
        return
    scratch = Path(tempfile.mkdtemp(prefix=scratch_prefix()))
    try:
        yield _unpack(contract, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _unpack(contract: Contract, scratch: Path) -> Code:
    function, task, opt = contract.function, contract.code, None
    parts: dict[str, int] = {}
    archives: list[tuple[str, Path, tuple[str, ...]]] = []
    if function.zip is not None:
        task = scratch / "var" / "task"  # so that a stack trace's paths are known for what they are
        archives.append((function.zip, task, ("function", "zip")))
    for index, name in enumerate(function.layers):
        opt = scratch / "opt"
        archives.append((name, opt, ("function", "layers", str(index))))
    for name, target, keys in archives:
        file = contract.folder / name
        target.mkdir(parents=True, exist_ok=True)
        target.chmod(0o755)
        try:
            sizes = _extract(file, target)
        except _Refused as refused:
            raise contract.mistake(f"{file} {refused}", *keys, hint=refused.hint) from None
        # The archive of the function is told part by part, a layer as a whole.
        parts |= sizes if target == task else {name: sum(sizes.values())}
    if function.zip is not None:
        _require_handler(contract, task, opt)
    # Each archive is uploaded on its own, so the largest counts.
    largest = max((contract.folder / name).stat().st_size for name, _, _ in archives)
    return Code(task=task, source=contract.code, opt=opt, package=Package(parts=parts, zipped=largest))


class _Refused(Exception):
    """What is wrong with an archive, and what to do."""

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.hint = hint


def _extract(file: Path, target: Path) -> dict[str, int]:
    """Unpack an archive; return the bytes of what lies directly in it, by name. Raises _Refused."""
    sizes: dict[str, int] = {}
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > LARGEST:
                raise _Refused(f"has more than {LARGEST:,.0f} bytes unpacked: that is no deployment package.")
            for member in members:
                top, *below = PurePosixPath(member.filename).parts or ("",)
                part = f"{top}/" if below or member.is_dir() else top
                sizes[part] = sizes.get(part, 0) + member.file_size
                _extract_member(archive, member, target)
    except FileNotFoundError:
        raise _Refused("is not there.", 'Make it: [setup] build = ["python build.py"], for example.') from None
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as error:
        raise _Refused(f"is not a zip archive that can be unpacked: {error}.", "Make it anew.") from error
    except (RuntimeError, NotImplementedError) as error:  # encrypted; compressed as zipfile cannot
        raise _Refused(f"cannot be unpacked by Lambda: {error}.", "Store or deflate it, without a password.") from error
    except OSError as error:
        raise _Refused(f"cannot be unpacked: {error.strerror or error}.") from error
    return sizes


def _extract_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    name = PurePosixPath(member.filename)
    if name.is_absolute() or ".." in name.parts or "\\" in member.filename:
        hint = "Name its entries relative to its root, with slashes."
        raise _Refused(f"has the entry {member.filename!r}, which leads out of it.", hint)
    path, mode = target / name, member.external_attr >> 16
    if not path.parent.resolve().is_relative_to(target.resolve()):
        raise _Refused(
            f"has the entry {member.filename!r}, which a link leads out of it.", "Pack the files themselves."
        )
    if member.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # a later layer's file takes an earlier one's place
    if stat.S_ISLNK(mode):
        leads = os.fsdecode(archive.read(member))
        if not (path.parent / leads).resolve().is_relative_to(target.resolve()):
            raise _Refused(f"has the link {member.filename!r}, which leads out of it.", "Pack the files themselves.")
        path.symlink_to(leads)
        return
    with archive.open(member) as source, path.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    if mode:
        path.chmod(stat.S_IMODE(mode) & 0o777)  # as on Lambda, where a file that only its owner may read stays so


def _require_handler(contract: Contract, task: Path, opt: Path | None) -> None:
    """Raise ContractError when the handler's module is in none of the archives."""
    handler = contract.function.handler or ""
    module = handler.rpartition(".")[0].replace(".", "/")
    if "PYTHONPATH" in contract.function.environment:  # leads anywhere
        return
    roots = [task] + ([opt / "python", *opt.glob("python/lib/python*/site-packages")] if opt else [])
    if any((root / module).is_dir() or any(root.glob(f"{glob.escape(module)}.*")) for root in roots):
        return
    deeper = next((found.relative_to(task) for found in sorted(task.rglob(f"{glob.escape(module)}.py"))), None)
    hint = f"It has {deeper}: pack what is in the folder, not the folder." if deeper else "Pack the handler's module."
    problem = f"it has no {module}.py, which the handler {handler} is in."
    raise contract.mistake(problem, "function", "zip", hint=hint)
