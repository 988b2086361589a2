"""Fit the model to the irises and save it beside the code, to be packed with it: python train.py."""

from __future__ import annotations

from pathlib import Path

from model import trained

if __name__ == "__main__":
    trained().save(Path(__file__).with_name("model.npz"))
