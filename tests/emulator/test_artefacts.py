"""Functions run from their archives as these are shipped, and archives that Lambda would not take."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from lambda_contracts.contract import load
from lambda_contracts.errors import ContractError
from lambda_emulator.artefacts import unpacked
from lambda_emulator.deployment import deploy
from lambda_emulator.function_code import Code
from lambda_emulator.settings import Settings
from support import RunTool, WriteFunction

APP = """
import os, sys
from helper import said

def handler(event, context):
    where = {"task": os.environ["LAMBDA_TASK_ROOT"], "cwd": os.getcwd(), "said": said(), "path": sys.path[:4]}
    if event.get("fail"):
        raise ValueError("failed")
    return where
"""
HELPER = 'def said():\n    return "{}"\n'
FUNCTION = 'runtime = "python3.11"\nzip = "function.zip"\n'


def archive(file: Path, entries: Mapping[str, str | bytes], *, mode: int = 0o644) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            made.writestr(entry, content)
    return file


@pytest.fixture
def shipped(write_function: WriteFunction) -> Path:
    """Return a function of an archive and two layers, both of which have what it imports."""
    folder = write_function(APP, function=FUNCTION + 'layers = ["one.zip", "two.zip"]')
    archive(folder / "function.zip", {"app.py": (folder / "app.py").read_text(), "data/": b"", "data/x": "x" * 100})
    archive(folder / "one.zip", {"python/helper.py": HELPER.format("one"), "python/only.py": ""})
    archive(folder / "two.zip", {"python/helper.py": HELPER.format("two"), "bin/tool": "#!/bin/sh\n"})
    return folder


# --- run as shipped --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("environment", ["process", "in_process"])
def test_a_function_runs_from_its_archives_and_later_layers_cover_earlier_ones(shipped: Path, environment: str) -> None:
    with deploy(load(shipped), Settings(environment=environment)) as deployment:
        found = deployment.function.invoke({}).value()
        task = Path(found["task"])
        assert "two" == found["said"]
        assert str(task) == found["cwd"]
        assert ["app.py", "data"] == sorted(path.name for path in task.iterdir())
        opt = task.parent.parent / "opt"
        own = [path for path in found["path"] if path.startswith((str(task), str(opt)))]
        assert [str(task), f"{opt}/python/lib/python3.11/site-packages", f"{opt}/python"] == own
    assert not task.exists()


def test_a_failure_is_told_at_the_line_of_the_source(shipped: Path, lambdaproof: RunTool) -> None:
    contract = (shipped / "contract.toml").read_text().replace("payload = {}", "payload = { fail = true }")
    (shipped / "contract.toml").write_text(contract)
    done = lambdaproof("check", shipped, "-E", "in_process")
    assert 1 == done.returncode, done.stderr
    assert "app.py:8  raise ValueError" in done.stdout


def test_a_bucket_of_layers_is_found_at_the_functions_own_path_first(tmp_path: Path) -> None:
    code = Code(task=tmp_path, source=tmp_path, opt=Path("/scratch/opt"))
    found = code.variables("3.12", {"PYTHONPATH": "/mnt/efs"}, container=True)
    assert "/mnt/efs:/opt/python/lib/python3.12/site-packages:/opt/python" == found["PYTHONPATH"]
    assert "/opt/lib" == found["LD_LIBRARY_PATH"]
    assert {} == Code.of(tmp_path).variables("3.12", {})


def test_archives_are_built_first_by_a_python_of_the_runtime(write_function: WriteFunction) -> None:
    build = 'import sys, zipfile\nwith zipfile.ZipFile("made.zip", "w") as made:\n    made.write("app.py")\n'
    folder = write_function(
        "import sys\ndef handler(event, context):\n    return sys.version_info[:2]\n",
        function='runtime = "python3.11"\nzip = "made.zip"\n[setup]\nbuild = ["python build.py"]\n',
        files={"build.py": build + "assert sys.version_info[:2] == (3, 11)\n"},
    )
    with deploy(load(folder), Settings()) as deployment:
        assert [3, 11] == deployment.function.invoke({}).value()


def test_layers_alone_go_with_the_code_of_the_folder(write_function: WriteFunction) -> None:
    folder = write_function(APP, function='runtime = "python3.11"\nlayers = ["one.zip"]')
    archive(folder / "one.zip", {"python/helper.py": HELPER.format("one")})
    (folder / "one.bin").write_bytes(b"x" * 1000)
    with deploy(load(folder), Settings(environment="worker")) as deployment:
        assert "one" == deployment.function.invoke({}).value()["said"]
        package = deployment.package()
    assert package is not None
    assert {"one.bin", "one.zip", "app.py", "contract.toml"} <= set(package.parts)


# --- what is measured ------------------------------------------------------------------------------------------------


def test_the_package_is_measured_with_its_layers(shipped: Path) -> None:
    with unpacked(load(shipped)) as code:
        package = code.package
    assert package is not None
    assert {"app.py", "data/", "one.zip", "two.zip"} == set(package.parts)
    assert 100 == package.parts["data/"]
    assert max((shipped / name).stat().st_size for name in ("function.zip", "one.zip", "two.zip")) == package.zipped


def test_too_large_a_package_and_too_many_layers_break_the_contract(shipped: Path, lambdaproof: RunTool) -> None:
    archive(shipped / "two.zip", {"python/helper.py": HELPER.format("two"), "zeros": bytes(251 * 1024 * 1024)})
    text = (shipped / "contract.toml").read_text()
    (shipped / "contract.toml").write_text(
        text.replace('["one.zip",', '["one.zip", "one.zip", "one.zip", "one.zip", "one.zip",')
    )
    done = lambdaproof("check", shipped, "-E", "in_process")
    assert 1 == done.returncode, done.stderr
    assert "error limit.package-unzipped at /package_unzipped" in done.stdout
    assert "two.zip (251 MB)" in done.stdout
    assert "error limit.layers at /layers: layers is 6, more than 5" in done.stdout


# --- what is refused -------------------------------------------------------------------------------------------------


def refusal(folder: Path) -> str:
    with pytest.raises(ContractError) as caught, unpacked(load(folder)):
        pass
    return str(caught.value)


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "..\\x"])
def test_an_entry_never_leads_out_of_the_archive(shipped: Path, name: str) -> None:
    archive(shipped / "one.zip", {name: "x"})
    assert f"has the entry {name!r}, which leads out of it" in refusal(shipped)


def test_a_link_never_leads_out_of_the_archive(shipped: Path) -> None:
    archive(shipped / "one.zip", {"python/passwd": "/etc/passwd"}, mode=stat.S_IFLNK | 0o777)
    told = refusal(shipped)
    assert "contract.toml:6: function.layers.0: " in told
    assert "has the link 'python/passwd', which leads out of it. Pack the files themselves." in told


def test_a_link_within_the_archive_is_kept(shipped: Path) -> None:
    archive(shipped / "two.zip", {"python/linked.py": "helper.py"}, mode=stat.S_IFLNK | 0o777)
    with unpacked(load(shipped)) as code:
        assert code.opt is not None
        assert HELPER.format("one") == (code.opt / "python" / "linked.py").read_text()


def test_modes_are_kept_as_on_lambda(shipped: Path) -> None:
    archive(shipped / "two.zip", {"bin/tool": "#!/bin/sh\n"}, mode=0o750)
    with unpacked(load(shipped)) as code:
        assert code.opt is not None
        assert 0o750 == stat.S_IMODE((code.opt / "bin" / "tool").stat().st_mode)


def test_an_archive_that_is_not_there_says_how_to_make_it(shipped: Path) -> None:
    (shipped / "function.zip").unlink()
    assert 'function.zip is not there. Make it: [setup] build = ["python build.py"]' in refusal(shipped)


@pytest.mark.parametrize("cut", [0, 10, 200])
def test_a_file_that_is_no_archive_is_refused(shipped: Path, cut: int) -> None:
    file = shipped / "function.zip"
    file.write_bytes(file.read_bytes()[:-cut] if cut else b"no archive")
    assert "is not a zip archive that can be unpacked" in refusal(shipped)


def test_damage_within_an_archive_is_found(shipped: Path) -> None:
    file = shipped / "function.zip"
    content = bytearray(file.read_bytes())
    content[60] ^= 0xFF
    file.write_bytes(content)
    assert "is not a zip archive that can be unpacked" in refusal(shipped)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"main.py": ""}, "it has no app.py, which the handler app.handler is in. Pack the handler's module."),
        ({"sample/app.py": ""}, "It has sample/app.py: pack what is in the folder, not the folder."),
    ],
)
def test_an_archive_without_the_handler_is_refused(shipped: Path, entries: Mapping[str, str], said: str) -> None:
    archive(shipped / "function.zip", entries)
    assert said in refusal(shipped)


@pytest.mark.parametrize("name", ["app.pyc", "app.cpython-311-x86_64-linux-gnu.so", "app/__init__.py"])
def test_a_handler_need_not_be_source(shipped: Path, name: str) -> None:
    archive(shipped / "function.zip", {name: ""})
    with unpacked(load(shipped)) as code:
        assert (code.task / name).is_file()


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_damage_is_found_whatever_the_compression(shipped: Path, compression: int) -> None:
    file = shipped / "function.zip"
    with zipfile.ZipFile(file, "w", compression) as made:
        made.writestr("app.py", "x = 1\n" * 1000)
    content = bytearray(file.read_bytes())
    for place in range(50, 80):
        content[place] ^= 0xFF
    file.write_bytes(content)
    assert "unpacked" in refusal(shipped)


def test_an_image_and_an_archive_do_not_go_together(write_function: WriteFunction) -> None:
    folder = write_function(APP, function=FUNCTION + 'image = "localhost/sample"')
    with pytest.raises(ContractError, match=r"function\.zip: an image brings all of its code\."):
        load(folder)


def test_a_build_that_fails_is_told_with_its_end(shipped: Path, lambdaproof: RunTool) -> None:
    (shipped / "build.py").write_text('raise SystemExit("no wheels")')
    text = (shipped / "contract.toml").read_text()
    (shipped / "contract.toml").write_text(text.replace("[[case]]", '[setup]\nbuild = ["python build.py"]\n[[case]]'))
    done = lambdaproof("check", shipped)
    assert 2 == done.returncode
    assert "[setup] build: `python build.py` ended with exit status 1:\nno wheels" in done.stderr
    assert not done.stdout
