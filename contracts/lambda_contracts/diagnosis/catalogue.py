"""The catalogue of known failures, by code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lambda_contracts.diagnosis.entry import Entry
from lambda_contracts.diagnosis.event_codes import EVENT_CODES
from lambda_contracts.diagnosis.response_codes import RESPONSE_CODES

CATALOGUE: Mapping[str, Entry] = MappingProxyType({entry.code: entry for entry in (*EVENT_CODES, *RESPONSE_CODES)})
"""Every entry by its code, E01 first."""


def reference() -> str:
    """Return the catalogue as Markdown, a heading a code."""
    return "\n".join(_section(entry) for entry in CATALOGUE.values())


def _section(entry: Entry) -> str:
    rules = f"Rules: {', '.join(entry.rules)}. " if entry.rules else ""
    evidence = f"Seen in: {', '.join(entry.evidence)}." if entry.evidence else ""
    told = f"{rules}{evidence}".strip()
    return f"## {entry.code}: {entry.title}\n\n{entry.why}\n\nChange: {entry.fix}.\n" + (f"\n{told}\n" if told else "")
