"""How long it takes to find that a large event has no secret but the one in its headers."""

from __future__ import annotations

import base64
import json
import random
import re
from collections.abc import Callable

import pytest
from lambda_contracts.redaction import Redactor
from support import measure

MEGABYTE = 1_000_000
RANDOM = random.Random(1)
IMAGE = base64.b64encode(RANDOM.randbytes(MEGABYTE * 3 // 4)).decode()
NUMBERS = [RANDOM.random() for _ in range(MEGABYTE // 20)]
WORD = re.compile(r"(?<!\w)password(?!\w)")


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("image", {"body": IMAGE, "isBase64Encoded": True}),
        ("image in JSON", {"body": json.dumps({"image": IMAGE})}),
        ("numbers", {"body": json.dumps({"instances": NUMBERS})}),
        ("lines", {"body": "\n".join(map(str, NUMBERS))}),
    ],
)
def test_a_megabyte(name: str, fields: dict[str, object]) -> None:
    event = {"headers": {"Authorization": "Bearer 0123456789abcdefghij"}, **fields}
    text = json.dumps(event)
    redact: Callable[[], object] = lambda: Redactor().value(event)  # noqa: E731
    times = measure(5, redact=redact, search=lambda: WORD.search(text))
    told = (
        f"{times['redact'] * 1e3:5.0f} ms a megabyte, {times['redact'] / times['search']:4.1f} x one search for a word"
    )
    print(f"\n  {name.ljust(14)} {told}", end="")
