"""Texts drawn of a schema's formats and patterns, with Hypothesis."""

from __future__ import annotations

import math
import re
import string
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from lambda_contracts.schemas.words import regex

Strategy = st.SearchStrategy[Any]

_LABEL = r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?"
_HOST = rf"{_LABEL}(\.{_LABEL}){{1,2}}"
_PATH = r"(/([a-z0-9._~-]|%20){0,6}){1,3}(\?[a-z]=[a-z0-9]{0,4})?"
FORMATS: Mapping[str, Strategy] = MappingProxyType(
    {
        "date": st.dates().map(str),
        "time": st.times().map(lambda time: f"{time.isoformat()}Z"),
        "date-time": st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
        "duration": st.from_regex(r"P([1-9]\d?D|T[1-9]\d?[HMS]|[1-9]\d?W)", fullmatch=True),
        "email": st.emails(),
        "hostname": st.from_regex(_HOST, fullmatch=True),
        "ipv4": st.ip_addresses(v=4).map(str),
        "ipv6": st.ip_addresses(v=6).map(str),
        "uri": st.from_regex(
            rf"https?://{_HOST}(/[a-z0-9._~%20-]{{0,6}}){{0,3}}(\?[a-z]=[a-z0-9]{{0,4}})?", fullmatch=True
        ),
        "uri-reference": st.from_regex(r"(/[a-z0-9._~-]{0,6}){1,3}(\?[a-z]=[a-z0-9]{0,4})?", fullmatch=True),
        "uuid": st.uuids().map(str),
        "json-pointer": st.from_regex(r"(/[a-z0-9]{0,4}){0,3}", fullmatch=True),
        "byte": st.from_regex(r"([A-Za-z0-9+/]{4}){0,4}", fullmatch=True),  # OpenAPI's base64
    }
)
"""How texts of a format look. Any text will do for another format."""


def texts(words: Mapping[str, Any]) -> Strategy:
    """Draw texts of the length, pattern or format that a schema's words ask for."""
    least, most = int(words.get("minLength", 0)), words.get("maxLength")
    if most is not None and least > most:
        return st.nothing()
    if "pattern" in words:
        drawn = matching(words["pattern"], words)
    elif words.get("format") in FORMATS:
        drawn = FORMATS[words["format"]]
    else:
        return st.text(min_size=least, max_size=None if most is None else int(most))
    if "minLength" not in words and most is None:
        return drawn
    return drawn.filter(lambda text: least <= len(text) <= (math.inf if most is None else most))


def matching(pattern: str, words: Mapping[str, Any]) -> Strategy:
    """Draw texts in which a pattern is found, of the length that the words ask for where it only repeats something."""
    repeated = _REPEATED.fullmatch(pattern)
    if repeated and ("minLength" in words or "maxLength" in words):
        least = max(int(words.get("minLength", 0)), int(repeated[2] == "+"))
        pattern = f"^{repeated[1]}{{{least},{int(words.get('maxLength', least + 8))}}}$"
    # Dialects differ over which characters are digits, letters and spaces, but not over those of ASCII.
    ascii_ = "\\" in pattern and pattern.isascii()
    return st.from_regex(regex(pattern), alphabet=_ASCII if ascii_ else None)


_REPEATED = re.compile(r"\^(\[(?:\\.|[^\]\\])+\]|\\[dws])([+*])\$")
_ASCII = st.sampled_from(string.printable[:95] + "\t\n")
