"""From a stack trace to the line of the handler that it is about."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts.tracebacks import Place, handler_place

INSTALLED = '  File "/usr/lib/python3.12/site-packages/numpy/core.py", line 9, in dot\n    return a @ b\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a handler's folder, with a virtual environment in it."""
    for file in ("app.py", "wine/model.py", ".venv/lib/python3.12/site-packages/sklearn/base.py", "dist-packages/x.py"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("")
    return tmp_path


def frame(file: str, line: int = 4, code: str = "    return event['body']\n") -> str:
    return f'  File "{file}", line {line}, in handler\n{code}'


def test_a_frame_of_the_host_is_the_handlers(folder: Path) -> None:
    assert Place("app.py", 4, "return event['body']") == handler_place([frame(f"{folder}/app.py")], folder)


def test_a_frame_of_the_image_is_taken_for_the_folders(folder: Path) -> None:
    expected = Place("wine/model.py", 7, "return event['body']")
    assert expected == handler_place([frame("/var/task/wine/model.py", 7)], folder)


def test_the_innermost_frame_of_the_handlers_own_counts(folder: Path) -> None:
    trace = [frame("/var/task/app.py", 2), frame("/var/task/wine/model.py", 3), INSTALLED]
    assert Place("wine/model.py", 3, "return event['body']") == handler_place(trace, folder)


@pytest.mark.parametrize(
    "file",
    [
        "/usr/lib/python3.12/json/__init__.py",
        "/var/task/not/there.py",
        "/var/task/numpy/core.py",
        "/var/runtime/bootstrap.py",
        "/var/task/../etc/passwd",
        "/var/taskforce/app.py",
        "<frozen importlib._bootstrap>",
        "app.py",
        "{folder}/.venv/lib/python3.12/site-packages/sklearn/base.py",
        "{folder}/dist-packages/x.py",
        "{folder}/wine",
        "{folder}/nothing.py",
        "/var/task/" + "x" * 5_000,
        "/var/task/a\0b.py",
    ],
)
def test_what_is_not_the_handlers_own_is_not_blamed(folder: Path, file: str) -> None:
    assert handler_place([frame(file.format(folder=folder))], folder) is None


def test_dependencies_installed_in_the_folder_are_not_blamed_for_what_the_handler_called(folder: Path) -> None:
    dependency = frame(f"{folder}/.venv/lib/python3.12/site-packages/sklearn/base.py", 99)
    place = handler_place([frame(f"{folder}/app.py", 4), dependency], folder)
    assert Place("app.py", 4, "return event['body']") == place


def test_a_folder_reached_through_a_link_is_the_same_folder(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    link = tmp_path_factory.mktemp("links") / "wine"
    link.symlink_to(folder)
    for written in (link, folder):
        place = handler_place([frame(f"{written}/app.py")], link)
        assert place is not None
        assert "app.py" == place.file


def test_the_marks_that_python_puts_below_a_line_are_left_out(folder: Path) -> None:
    code = "    return event['body']\n           ~~~~~^^^^^^^^\n"
    assert Place("app.py", 4, "return event['body']") == handler_place([frame("/var/task/app.py", code=code)], folder)


def test_a_frame_without_its_line_of_code_is_still_a_place(folder: Path) -> None:
    assert Place("app.py", 4) == handler_place([frame("/var/task/app.py", code="")], folder)


def test_a_syntax_error_is_found_in_the_form_that_the_runtime_client_gives_it(folder: Path) -> None:
    trace = ['  File "/var/task/app.py" Line 3\n    def handler(event, context)\n']
    assert Place("app.py", 3, "def handler(event, context)") == handler_place(trace, folder)


def test_what_python_itself_formats_is_understood(folder: Path) -> None:
    (folder / "app.py").write_text("def handler(event):\n    return event['body']['x']\n")
    names: dict[str, object] = {}
    exec(compile((folder / "app.py").read_text(), f"{folder}/app.py", "exec"), names)  # noqa: S102
    try:
        names["handler"]({"body": "{}"})  # type: ignore[operator]  # it is the function of the line above
    except TypeError as error:
        trace = traceback.format_list(traceback.extract_tb(error.__traceback__))
    assert Place("app.py", 2, "return event['body']['x']") == handler_place(trace, folder)


@pytest.mark.parametrize("trace", [[], [""], ["no frame"], ['  File "', "{}"], [INSTALLED]])
def test_a_trace_that_names_no_line_of_the_handler_has_no_place(folder: Path, trace: list[str]) -> None:
    assert handler_place(trace, folder) is None


@given(st.lists(st.text() | st.builds('File "{}", line {}'.format, st.text(), st.integers(0, 10**400))))
def test_no_stack_trace_is_too_odd_to_be_read(trace: list[str]) -> None:
    assert handler_place(trace, Path("/handlers/wine")) is None
