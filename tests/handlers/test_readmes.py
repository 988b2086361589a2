"""The commands that the READMEs of handlers/ print, run as printed: they do what the README says they do.

A block of `console` has commands after `$`, run in the repository's root, and what they print. `...` stands for
anything in a line, and a line of it for any lines. A comment before a block names the marker of its test:
`<!-- container -->`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import HANDLERS, ROOT

BLOCK = re.compile(r"^(?:<!-- (?P<marker>\w+) -->\n)?```console\n(?P<text>.*?)^```", re.M | re.S)


def printed() -> Iterator[Any]:
    """Yield the commands of all READMEs, each with what it is said to print."""
    for page in sorted(HANDLERS.glob("**/README.md")):
        if any(part.startswith((".", "build")) for part in page.relative_to(HANDLERS).parts):
            continue
        for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
            marks = [getattr(pytest.mark, block["marker"])] if block["marker"] else []
            for step in re.split(r"^\$ ", block["text"], flags=re.M)[1:]:
                command, _, output = re.sub(r"\\\n\s*", "", step).partition("\n")
                yield pytest.param(command, output, id=f"{page.parent.name}: {command}", marks=marks)


def pattern(output: str) -> str:
    """Return the regular expression of an output: runs of blanks are alike, figures of time and size are any."""
    lines = [r"(?:.*\n)*?" if line.strip() == "..." else _line(line) for line in output.splitlines()]
    return "".join(lines)


def _line(line: str) -> str:
    words = re.escape(" ".join(line.split())).replace(r"\ ", r"\s+").replace(re.escape("..."), ".*")
    return rf"\s*{words}\s*\n"


@pytest.mark.parametrize(("command", "output"), list(printed()))
def test_every_command_prints_what_the_readme_says(command: str, output: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    told = f"{done.stdout}\n{done.stderr}"
    assert done.returncode in (0, 1), told
    assert re.fullmatch(pattern(output), done.stdout + "\n" * (not done.stdout.endswith("\n"))), told
