"""What a check has to say: a finding, how bad it is and how sure we are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is. Only an error breaks a contract."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Confidence(StrEnum):
    """Where the knowledge behind a rule comes from, surest first."""

    RECORDED = "recorded"
    """Somebody recorded it from real AWS, or measured it on AWS's own binary."""
    DOCUMENTED = "documented"
    """AWS's documentation says so."""
    INFERRED = "inferred"
    """No one recorded or documented it: worth a warning, never a failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, or may be, and what to change.

    `code` is stable: a rule id (`R24`), a catalogue code (`E05`, `P02`) or the name of a check (`case.status`).
    `place` is a JSON pointer (RFC 6901) into the event or the response, `""` for the whole; `file` and `line` point
    into the handler or the contract when that is known, `excerpt` is the text of that line. `rule` is the rule of AWS
    behind it where `code` is not, `fault` what is wrong with a result (a `Fault`), `why` the paragraph of a known
    failure, and `diff` the change as a unified diff where one line is enough. `known` says that the baseline has it: it
    breaks nothing.
    """

    code: str
    severity: Severity
    message: str
    place: str = ""
    aws: str = ""
    fix: str = ""
    confidence: Confidence = Confidence.RECORDED
    file: str | None = None
    line: int | None = None
    excerpt: str = ""
    rule: str = ""
    fault: str = ""
    why: str = ""
    diff: str = ""
    known: bool = False

    @property
    def breaks(self) -> bool:
        """Whether it breaks a contract."""
        return self.severity is Severity.ERROR and not self.known
