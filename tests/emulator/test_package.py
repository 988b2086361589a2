"""What a function's deployment package holds, and how large it is."""

from __future__ import annotations

import os
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from lambda_contracts.contract import Function
from lambda_emulator import interpreters, package
from lambda_emulator.files import snapshot
from support import RunTool, WriteFunction

MB = 1024 * 1024
ECHO = 'def handler(event, context):\n    return {"statusCode": 200, "body": "ok"}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a handler's folder, with bytecode and a hidden folder that are no part of a package."""
    found = tmp_path / "function"
    for name in ("app.py", "models/a/one.bin", "models/two.bin", "__pycache__/app.pyc", ".venv/x.py"):
        (found / name).parent.mkdir(parents=True, exist_ok=True)
        (found / name).write_bytes(b"x" * 100)
    return found


def grown(folder: Path, name: str, size: int) -> Path:
    """Make a file of zeros that takes no place on the disk."""
    with (folder / name).open("wb") as file:
        file.truncate(size)
    return folder / name


def measured(folder: Path, cache: Path, **requirements: Mapping[str, Path]) -> package.Package:
    return package.measure(folder, snapshot(folder), requirements, cache)


# --- what is in it ---------------------------------------------------------------------------------------------------


def test_a_package_has_the_folder_and_the_requirements(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    files = {"big/lib.so": grown(tmp_path / "site", "lib.so", 5000), "big/gone.py": tmp_path / "gone"}
    found = measured(folder, tmp_path / "cache", big=files)
    assert ({"app.py": 100, "models/": 200, "big": 5000}, 5300) == (found.parts, found.unzipped)


def wheel(folder: Path, name: str, *, requires: str = "", version: str = "1.0") -> Path:
    """Make a wheel that has a module of 1,000 bytes, a library of 500 and a program."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": "#" * 1000,
        f"{name}.libs/one.so": "x" * 500,
        f"{name}-{version}.data/scripts/{name}-tool": "#!python\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"])
    made = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for file, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(file, text)
    return made


def test_installed_requirements_are_counted_with_what_they_need_and_nothing_else(tmp_path: Path) -> None:
    needed = wheel(tmp_path, "test_needed")
    asked = wheel(tmp_path, "test_asked", requires=f"Requires-Dist: test-needed @ {needed.as_uri()}\n")
    (tmp_path / "requirements.txt").write_text(f"# a comment\n{asked}\n\n  SimpleJSON>=3  # comes with the client\n")
    function = Function(name="sample", handler="app.handler")
    python = interpreters.resolve(function, tmp_path, tmp_path / "cache")
    found = interpreters.installed(python, function, tmp_path)
    assert {"test-asked", "test-needed", "simplejson"} == set(found)
    assert {"test_asked.py", "test_asked.libs/one.so"} == {name for name in found["test-asked"] if "info" not in name}
    parts = package.measure(tmp_path, {}, found, tmp_path / "cache").parts
    assert 1500 < parts["test-asked"] < 5000
    assert 100_000 < parts["simplejson"]

    (tmp_path / "requirements.txt").unlink()
    assert {} == interpreters.installed(python, function, tmp_path)


def test_nothing_is_known_of_an_interpreter_that_the_contract_names(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("pytest\n")
    assert {} == interpreters.installed(Path(sys.executable), Function(name="sample"), tmp_path)


# --- how large it is as an archive -----------------------------------------------------------------------------------


def test_the_archive_is_as_large_as_a_zip_would_be(folder: Path, tmp_path: Path) -> None:
    grown(folder, "zeros.bin", 50 * MB)
    grown(folder, "ünicode.bin", 10 * MB)
    (folder / "random.bin").write_bytes(os.urandom(MB))
    (folder / "empty").touch()
    made = tmp_path / "made.zip"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in snapshot(folder):
            archive.write(folder / name, name)
    assert made.stat().st_size == measured(folder, tmp_path / "cache").zipped


@pytest.mark.parametrize(("size", "zipped"), [(49 * MB, False), (51 * MB, True), (250 * MB, False), (251 * MB, False)])
def test_an_archive_is_made_only_where_its_size_matters(folder: Path, tmp_path: Path, size: int, zipped: bool) -> None:
    grown(folder, "model.bin", size)
    assert zipped is (measured(folder, tmp_path / "cache").zipped is not None)


def test_a_size_is_kept_until_a_file_changes(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grown(folder, "model.bin", 51 * MB)
    first = measured(folder, tmp_path / "cache")
    with monkeypatch.context() as patch:
        patch.setattr(package, "_deflated", lambda _: pytest.fail("measured again"))
        assert first == measured(folder, tmp_path / "cache")
    (folder / "app.py").write_bytes(os.urandom(200))
    assert first.zipped
    again = measured(folder, tmp_path / "cache").zipped
    assert again
    assert first.zipped < again


# --- lambdaproof check -----------------------------------------------------------------------------------------------


def test_a_package_that_aws_refuses_breaks_the_contract(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    folder = write_function(ECHO)
    grown(folder, "model.bin", 251 * MB)
    done = lambdaproof("check", folder, "-E", "in_process", environ={"LAMBDAPROOF_CACHE": str(tmp_path / "cache")})
    assert 1 == done.returncode, done.stderr
    assert "error limit.package-unzipped at /package_unzipped: package unzipped is 263,1" in done.stdout
    assert "the largest parts are model.bin (251 MB), " in done.stdout
    assert "3 events, budget failed" in done.stdout


def test_a_package_that_cannot_be_uploaded_directly_is_warned_of(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    folder = write_function(ECHO)
    (folder / "model.bin").write_bytes(os.urandom(51 * MB))
    done = lambdaproof("check", folder, "-E", "in_process", environ={"LAMBDAPROOF_CACHE": str(tmp_path / "cache")})
    assert 0 == done.returncode, done.stderr
    assert "warning limit.package-zipped at /package_zipped: package zipped is 53," in done.stdout


@pytest.mark.parametrize("environment", ["process", "in_process"])
def test_what_is_installed_for_a_function_counts(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path, environment: str
) -> None:
    made = wheel(tmp_path, "test_big")
    folder = write_function(f"import test_big\n{ECHO}", contract=OWN_LIMIT, files={"requirements.txt": f"{made}\n"})
    (tmp_path / "own.py").write_text(OWN_CHECK)
    done = lambdaproof(
        "check", folder, "-E", environment,
        environ={"LAMBDAPROOF_CACHE": str(cache(tmp_path)), "LAMBDAPROOF_CHECKS": "own:parts"},
    )  # fmt: skip
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "warning parts: app.py, contract.toml, requirements.txt, test-big" in done.stdout


OWN_LIMIT = '[checks]\nparts = true\n[[case]]\nname = "one"\npayload = {}\n'
OWN_CHECK = """
from lambda_contracts.checks.registry import check
from lambda_contracts.finding import Finding, Severity

@check
def parts(contract, subject):
    told = ", ".join(sorted(subject.definition.package_parts))
    yield Finding(code="parts", severity=Severity.WARNING, message=told)
"""


def cache(tmp_path: Path) -> Path:
    """Return a cache of the test's own, but for the emulator, which is not downloaded again."""
    from lambda_emulator.settings import Settings

    found = tmp_path / "cache"
    found.mkdir()
    for entry in Settings().cache.iterdir():
        if entry.name not in ("venvs", "packages"):
            (found / entry.name).symlink_to(entry)
    return found
