"""As much of a JSON value as anybody reads, without secrets, as lines.

What is long is cut before it is looked at: redaction takes seconds a megabyte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lambda_contracts.http import Headers
from lambda_contracts.payloads import parse
from lambda_contracts.redaction import Redactor
from lambda_contracts.reports.sides import cut, json_lines

_LONGEST = 20_000
"""Characters of a string."""
_MOST_TEXT = 100_000
"""Characters of all strings of a value."""
_MOST = 2_000
"""Objects, lists and their members."""
_DEEPEST = 200
_OF_WORDS = "".join(map(chr, range(0x21, 0x7F))).translate(str.maketrans("", "", "\"'<>(){}[],;:\\"))
"""What a token or a key may be written with."""
_LONGEST_WORD = 4_000


@dataclass(slots=True)
class _Left:
    """How much more of a value is taken."""

    members: int = _MOST
    characters: int = _MOST_TEXT


def excerpt(value: Any) -> Any:
    """Return a JSON value with long strings cut, and the rest of long lists and objects left out."""
    return _excerpt(value, _Left(), 0)


def _excerpt(value: Any, left: _Left, depth: int) -> Any:
    left.members -= 1
    if isinstance(value, str):
        return _text(value, left)
    if not isinstance(value, dict | list):
        return value
    if depth > _DEEPEST:
        return "... (nested deeper)"
    if isinstance(value, list):
        items: list[Any] = []
        for item in value:
            if left.members <= 0:
                return [*items, f"... ({len(value):,} in all)"]
            items.append(_excerpt(item, left, depth + 1))
        return items
    members: dict[str, Any] = {}
    for key, item in value.items():
        if left.members <= 0:
            return {**members, "...": f"({len(value):,} in all)"}
        members[_text(key, left)] = _excerpt(item, left, depth + 1)
    return members


def _text(text: str, left: _Left) -> str:
    most = min(_LONGEST, max(left.characters, 100))
    left.characters -= min(len(text), most)
    if len(text) <= most:
        return text
    # No half of a word: it could be that of a secret that only shows by its whole look.
    sure = max(0, most - _LONGEST_WORD)
    return f"{text[:sure]}{text[sure:most].rstrip(_OF_WORDS)}... ({len(text):,} characters)"


class Shown:
    """What is shown of one invocation: excerpts, without the secrets that its `values` (JSON, or bytes) have."""

    def __init__(self, *values: Any, redact: bool) -> None:
        self._known = Redactor(*(excerpt(_value(value)) for value in values)) if redact else None

    def value(self, value: Any) -> Any:
        """Return an excerpt of a JSON value."""
        short = excerpt(value)
        return self._known.value(short) if self._known else short

    def lines(self, value: Any) -> list[str]:
        """Return a JSON value, or bytes that may hold one, as lines to read."""
        if not isinstance(value, bytes):
            return json_lines(self.value(value))
        if not value:
            return []
        inner = _value(value)
        return cut(self.text(inner).split("\n")) if isinstance(inner, str) else json_lines(self.value(inner))

    def text(self, text: str) -> str:
        """Return an excerpt of a text."""
        short = _text(text, _Left())
        return self._known.text(short) if self._known else short

    def texts(self, texts: Sequence[str]) -> list[str]:
        """Return the end of a log as lines to read."""
        return cut([self.text(text) for text in texts[-100:]])

    def headers(self, headers: Headers) -> Headers:
        """Return headers."""
        return self._known.headers(headers) if self._known else headers

    def payload(self, payload: bytes) -> bytes:
        """Return a short body, whole."""
        return self._known.payload(payload) if self._known else payload


def _value(value: Any) -> Any:
    """Return what bytes hold: JSON, else text."""
    if not isinstance(value, bytes):
        return value
    try:
        return parse(value)
    except (ValueError, RecursionError):
        return value.decode("utf-8", "replace")
