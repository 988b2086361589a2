"""Requests and responses keep what was sent, and are asked for headers whatever their case."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts.http import Headers, Request, Response, last_value

HEADERS: Headers = (("Accept", "text/html"), ("X-A", "1"), ("ACCEPT", "image/png"), ("x-a", ""))
_names = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
_headers = st.lists(st.tuples(_names, st.text())).map(tuple)


@pytest.mark.parametrize(
    ("name", "value"),
    [("accept", "image/png"), ("Accept", "image/png"), ("X-A", ""), ("x-b", None), ("", None)],
)
@pytest.mark.parametrize("message", [Request(headers=HEADERS), Response(status=200, headers=HEADERS)])
def test_the_last_value_of_a_header_is_found_whatever_its_case(
    message: Request | Response, name: str, value: str | None
) -> None:
    assert value == message.header(name)


@given(_headers, _names, st.text())
def test_a_header_added_at_the_end_is_the_one_found(headers: Headers, name: str, value: str) -> None:
    added = (*headers, (name, value))
    assert value == last_value(added, name.upper())
    assert added == Request(headers=added).headers


@given(_headers, _names)
def test_a_header_is_found_exactly_when_it_is_there(headers: Headers, name: str) -> None:
    there = name.lower() in [key.lower() for key, _ in headers]
    assert there == (last_value(headers, name) is not None)


@pytest.mark.parametrize("message", [Request(), Response(status=200)])
def test_messages_do_not_change_and_can_be_keys(message: Request | Response) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        message.body = b"x"  # type: ignore[misc]  # that it is refused is the point
    assert message in {message}
