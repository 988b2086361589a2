"""Progress while `lambdaproof check` runs: on a real terminal, and nowhere else."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import RunTool, WriteFunction

SLOW = """
    import time
    def handler(event, context):
        if isinstance(event, dict) and (event.get("slow") == 1 or event.get("body") == '{"slow": 1}'):
            print("to stdout")
            time.sleep(0.5)
        return {"statusCode": 200, "body": "ok"}
"""
CASES = """
    [shapes]
    accept = ["direct", "rest"]
    [[case]]
    name = "quick \\u001b[31m [bold]"
    payload = { slow = 0 }
    [[case]]
    name = "slow"
    payload = { slow = 1 }
"""
ALONE = f"{CASES}    [checks]\n    bad-input = false\n    budget = false\n    state = false\n"


@dataclass
class Shown:
    """What a run wrote: to the terminal, byte for byte, and to stdout where that was a pipe."""

    returncode: int
    terminal: str
    stdout: str

    def frames(self) -> list[str]:
        """Return every text that the terminal's line had, without colours."""
        return [re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", part).strip() for part in re.split(r"[\r\n]+", self.terminal)]

    def left(self) -> list[str]:
        """Return the lines that are on the terminal in the end."""
        lines, row, column = [""], 0, 0
        for control, text in re.findall(r"(\x1b\[[\d;?]*[a-zA-Z]|[\r\n])|([^\x1b\r\n]+)", self.terminal):
            if control == "\r":
                column = 0
            elif control == "\n":
                row += 1
                lines += [""] * (row + 1 - len(lines))
            elif up := re.fullmatch(r"\x1b\[(\d*)A", control):
                row -= int(up[1] or 1)
            elif control == "\x1b[2K":
                lines[row] = ""
            elif text:
                lines[row] = lines[row][:column].ljust(column) + text + lines[row][column + len(text) :]
                column += len(text)
        return [line for line in lines if line.strip()]


Run = Callable[..., Shown]


@pytest.fixture
def terminal(tmp_path: Path) -> Run:
    """Return a runner of the command line whose stderr is a terminal, and stdout too unless it is to be a pipe."""

    def run(*arguments: str | Path, piped: bool = True, width: int = 100, **environ: str) -> Shown:
        ours, its = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-m", "lambda_emulator.cli", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "TERM": "xterm", "COLUMNS": str(width), **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if piped else its,
            stderr=its,
        ) as process:
            os.close(its)
            told: list[bytes] = []
            reading = threading.Thread(target=lambda: told.extend(_all_of(ours)))
            reading.start()
            out = process.stdout.read() if process.stdout else b""
            process.wait(120)
            reading.join(10)
        os.close(ours)
        return Shown(process.returncode, b"".join(told).decode(), out.decode())

    return run


def _all_of(terminal: int) -> list[bytes]:
    parts: list[bytes] = []
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # Linux says so when the other side is closed
            return parts
        if not part:
            return parts
        parts.append(part)


def test_a_terminal_shows_what_is_sent_and_how_far_it_is(terminal: Run, write_function: WriteFunction) -> None:
    done = terminal("check", write_function(SLOW, contract=CASES), "-E", "in_process")
    assert 0 == done.returncode, done.terminal
    assert any(re.search(r"0:00:0\d sample: slow\[direct\], 3 of 4$", frame) for frame in done.frames()), done.frames()
    assert any("sample: slow[rest], 4 of 4" in frame for frame in done.frames())
    assert any("sample: check state, 3 of 3" in frame for frame in done.frames())


def test_it_is_gone_when_it_is_done(terminal: Run, write_function: WriteFunction) -> None:
    done = terminal("check", write_function(SLOW, contract=ALONE), "-E", "in_process")
    assert [] == done.left()
    assert done.terminal.endswith("\x1b[2K") or "\x1b[?25h" in done.terminal[-40:]
    assert "4 events, all hold" in done.stdout
    assert "\x1b" not in done.stdout.replace(r"\x1b", "")


def test_nothing_but_the_answer_is_left_where_both_are_one_terminal(
    terminal: Run, write_function: WriteFunction
) -> None:
    done = terminal("check", write_function(SLOW, contract=ALONE), "-E", "process", "--trace", piped=False)
    assert 0 == done.returncode, done.terminal
    left = done.left()
    assert "sample reads" == left[0]
    assert left[-1].startswith("4 events, "), left
    assert not any("of 4" in line for line in left)
    assert any("slow[rest], traced, 4 of 4" in frame for frame in done.frames())


def test_a_name_cannot_colour_the_terminal_and_a_long_one_keeps_to_its_line(
    terminal: Run, write_function: WriteFunction
) -> None:
    code = SLOW.replace("0.5", "0").replace("    return", "    time.sleep(0.4)\n        return")
    long = ALONE.replace('name = "slow"', f'name = "slow {"and long " * 30}"')
    done = terminal("check", write_function(code, contract=long), "-E", "in_process", "--no-trace")
    assert 0 == done.returncode, done.terminal
    assert any(r"quick \x1b[31m [bold][direct], 1 of 4" in frame for frame in done.frames()), done.frames()
    assert {frame for frame in done.frames() if frame.endswith("…")}
    assert all(len(frame) <= 100 for frame in done.frames())
    assert [] == done.left()


def test_lines_of_json_reach_their_pipe_while_progress_is_shown(terminal: Run, write_function: WriteFunction) -> None:
    done = terminal("check", write_function(SLOW, contract=ALONE), "-E", "in_process", "--json")
    assert 4 <= len([json.loads(line) for line in done.stdout.splitlines()])
    assert any("slow[rest], 4 of 4" in frame for frame in done.frames())
    assert [] == done.left()


def test_lines_of_json_on_the_same_terminal_are_progress_enough(terminal: Run, write_function: WriteFunction) -> None:
    done = terminal("check", write_function(SLOW, contract=ALONE), "-E", "in_process", "--json", piped=False)
    assert "of 4" not in done.terminal
    told = [line for line in done.terminal.splitlines() if not line.startswith("lambdaproof: ")]
    assert 4 <= len([json.loads(line) for line in told])


def test_fuzzing_counts_its_events(terminal: Run, write_function: WriteFunction) -> None:
    done = terminal("check", write_function(SLOW, contract=ALONE), "-E", "in_process", "--fuzz", "2s", "--seed", "1")
    assert any(re.search(r"sample: fuzz until 2 s, [\d,]+ events$", frame) for frame in done.frames()), done.frames()


def test_what_went_wrong_stands_alone(terminal: Run, write_function: WriteFunction) -> None:
    done = terminal("check", write_function("import nothing_of_the_kind"), "-E", "in_process")
    assert 2 == done.returncode
    assert done.left()[0].startswith("error: sample does not load")
    assert not any("Starting" in line for line in done.left())


def test_no_colour_means_no_colour_and_not_no_progress(terminal: Run, write_function: WriteFunction) -> None:
    done = terminal("check", write_function(SLOW, contract=ALONE), "-E", "in_process", NO_COLOR="1")
    assert any("slow[direct], 3 of 4" in frame for frame in done.frames())
    assert not re.search(r"\x1b\[(\d+;)*(3[0-9]|4[0-9]|9[0-7])(;\d+)*m", done.terminal)


def test_a_pipe_gets_no_progress_and_costs_no_library_for_it(
    lambdaproof: RunTool, write_function: WriteFunction
) -> None:
    folder = write_function(SLOW, contract=ALONE)
    done = lambdaproof("check", folder, "-E", "in_process", environ={"PYTHONPROFILEIMPORTTIME": "1"})
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    told = [line for line in done.stderr.splitlines() if not line.startswith("import time:")]
    assert all(line.startswith("lambdaproof: ") for line in told), told
    assert not any("of 4" in line or "\x1b" in line for line in told)
    assert "click" in imported
    assert not {name for name in imported if name.partition(".")[0] == "rich"}
