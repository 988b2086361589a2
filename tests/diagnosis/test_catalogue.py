"""The catalogue of known failures is complete, and cites only rules that exist."""

from __future__ import annotations

import pytest
from lambda_contracts.diagnosis import CATALOGUE, Entry, reference
from lambda_contracts.rules import RULES

CODES = [*(f"E{number:02}" for number in range(1, 33)), *(f"P{number:02}" for number in range(1, 16))]


def test_every_code_has_its_entry_in_order() -> None:
    assert CODES == list(CATALOGUE)


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=list(CATALOGUE))
def test_an_entry_says_what_happens_and_what_to_write(entry: Entry) -> None:
    assert entry.why.endswith(".")
    assert not entry.fix.endswith(".")
    assert 40 < len(entry.why) < 400
    assert len(entry.title) < 70
    assert set() == set(entry.rules) - RULES.keys()


def test_titles_tell_the_entries_apart() -> None:
    assert len(CATALOGUE) == len({entry.title for entry in CATALOGUE.values()})


def test_the_reference_has_a_heading_for_each_code() -> None:
    headings = [line.partition(":")[0] for line in reference().splitlines() if line.startswith("## ")]
    assert [f"## {code}" for code in CODES] == headings
