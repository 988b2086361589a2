"""The logit's model: what was trained is what is shipped."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import HANDLERS, handler_modules

LOGIT = HANDLERS / "logit"
(model,) = handler_modules(LOGIT, "model")


def test_training_makes_the_model_that_is_shipped_of_the_data_that_is_made(tmp_path: Path) -> None:
    folder = shutil.copytree(LOGIT, tmp_path / "logit")
    for made in ("games.csv", "model.json"):
        (folder / made).unlink()
    for program in ("make_games.py", "train.py"):
        done = subprocess.run([sys.executable, program], cwd=folder, capture_output=True, text=True, check=True)
    assert "334 of 400 games are told rightly" in done.stdout
    assert (LOGIT / "games.csv").read_bytes() == (folder / "games.csv").read_bytes()
    assert (LOGIT / "model.json").read_bytes() == (folder / "model.json").read_bytes()


@pytest.mark.parametrize(("intercept", "probability"), [(0, 0.5), (800, 1), (-800, 0)])
def test_no_score_is_too_large_for_the_curve(intercept: float, probability: float) -> None:
    assert probability == model.Logit(intercept, ()).predict([])
