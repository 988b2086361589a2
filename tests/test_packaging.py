"""What is shipped."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from support import ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, check=True, capture_output=True
    )
    return folder


def test_the_wheel_holds_the_two_packages_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {"lambda_contracts", "lambda_emulator", "lambdaproof-0.1.0.dist-info"} == {
        name.partition("/")[0] for name in names
    }
    assert {"lambda_contracts/py.typed", "lambda_emulator/py.typed", "lambda_contracts/contract.schema.json"} | {
        f"lambda_contracts/reports/templates/{name}" for name in ("report.html", "style.css")
    } <= set(names)
    assert {f"lambda_emulator/aws/{name}-requirements.txt" for name in ("localstack", "ministack")} <= set(names)
    page = ROOT / "emulator" / "lambda_emulator" / "inspector" / "page"
    assert {f"lambda_emulator/inspector/page/{file.name}" for file in page.iterdir()} <= set(names)
    assert not [name for name in names if name.endswith((".pyc", ".lock"))]


def test_the_source_distribution_can_be_tested_and_built_from(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    assert {
        "tox.ini",
        "README.md",
        "LICENSE",
        "docker/build.py",
        "docker/base/Dockerfile",
        "docs/contract.md",
        "handlers/iris/contract.toml",
        "handlers/iris/events/rest.json",
        "requirements/constraints.txt",
        "tests/conftest.py",
        ".ci/run",
    } <= names


def test_the_base_distribution_needs_no_server_and_no_engine_library() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    base = {requirement.partition(">")[0] for requirement in project["dependencies"]}
    assert {"awslambdaric", "click", "filelock", "httptools", "msgspec", "platformdirs", "rich"} == base


def test_the_folders_of_packages_hold_nothing_else() -> None:
    for folder, package in (("emulator", "lambda_emulator"), ("contracts", "lambda_contracts")):
        tracked = subprocess.run(
            ["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split()
        assert {package} == {Path(name).parts[1] for name in tracked}
