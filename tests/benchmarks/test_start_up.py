"""What starting costs: the command line, and pytest with the plug-in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from support import measure


def test_help_and_the_plug_in(tmp_path: Path) -> None:
    (tmp_path / "test_nothing.py").write_text("def test_nothing(): ...\n")

    def run(*arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], cwd=tmp_path, check=True, capture_output=True)

    pytest_ = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
    times = measure(
        15,
        python=lambda: run("-c", "pass"),
        help=lambda: run("-m", "lambda_emulator.cli", "--help"),
        pytest_without=lambda: run(*pytest_, "-p", "no:lambdaproof"),
        pytest_with=lambda: run(*pytest_),
    )
    for name, seconds in times.items():
        print(f"\n  {name.ljust(16)} {seconds * 1000:6.0f} ms   {seconds / times['python']:.1f} x python", end="")
    print(f"\n  the plug-in costs {(times['pytest_with'] - times['pytest_without']) * 1000:.0f} ms")
