"""One entry of the catalogue: a way in which handlers break on an event, or responses on a front."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A known failure.

    `code` is stable: `E..` for what a handler gets wrong in reading an event, `P..` in answering. `why` says what
    happens, `fix` what to write instead. `evidence` are public threads in which it happened to somebody, `rules` the
    ids of the rules of AWS behind it.
    """

    code: str
    title: str
    why: str
    fix: str
    evidence: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


Row = tuple[str, str, str, str, str, str]


def entries(*rows: Row) -> tuple[Entry, ...]:
    """Read a table of (code, title, why, fix, evidence with `; ` between, rules with spaces between)."""
    return tuple(
        Entry(
            code=code,
            title=title,
            why=why,
            fix=fix,
            evidence=tuple(evidence.split("; ")) if evidence else (),
            rules=tuple(rules.split()),
        )
        for code, title, why, fix, evidence, rules in rows
    )
