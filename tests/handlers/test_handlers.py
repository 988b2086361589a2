"""What all folders of handlers/ have in common."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import lambda_contracts
import pytest
from lambda_emulator import loading
from support import HANDLERS, IRIS

COPIES = sorted(
    file for depth in ("*", "*/*") for file in HANDLERS.glob(f"{depth}/proxy.py") if "build" not in file.parts
)


@pytest.mark.parametrize("file", COPIES, ids=lambda file: str(file.parent.relative_to(HANDLERS)))
def test_every_handler_reads_events_by_the_same_file(file: Path) -> None:
    assert (IRIS / "proxy.py").read_text(encoding="utf-8") == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["model.py", "irises.csv"])
def test_zipped_and_layered_ship_the_same_model(name: str) -> None:
    assert (HANDLERS / "zipped" / name).read_bytes() == (HANDLERS / "layered" / name).read_bytes()


@pytest.mark.parametrize("file", sorted(HANDLERS.glob("*/contract.toml")), ids=lambda file: file.parent.name)
def test_every_handler_has_a_readme_of_a_screen_and_recorded_events(file: Path) -> None:
    assert 50 > len((file.parent / "README.md").read_text(encoding="utf-8").splitlines())
    assert list((file.parent / "events").glob("*.json"))


CONTRACTS = sorted(
    file
    for file in HANDLERS.rglob("contract.toml")
    if not any(part.startswith((".", "build")) for part in file.relative_to(HANDLERS).parts)
)


@pytest.mark.parametrize("file", CONTRACTS, ids=lambda file: str(file.parent.relative_to(HANDLERS)))
def test_every_contract_loads_and_is_valid_by_the_schema_that_ships(file: Path) -> None:
    assert loading.load(file).cases
    schema = Path(lambda_contracts.__file__).with_name("contract.schema.json")
    jsonschema.validate(tomllib.loads(file.read_text(encoding="utf-8")), json.loads(schema.read_text()))
