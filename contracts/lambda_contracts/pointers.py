"""JSON pointers (RFC 6901)."""

from __future__ import annotations


def escaped(key: str) -> str:
    """Escape a key for a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")
