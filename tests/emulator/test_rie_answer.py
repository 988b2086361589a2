"""The emulator's answers, as their bytes come in."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_emulator.rie.answer import Answer, AnswerError

BODY = bytes(range(256)) * 3
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
DATE = b"Date: Mon, 14 Apr 2025 09:03:58 GMT\r\n"
SHORT = b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\nContent-Type: text/plain\r\n\r\n%b" % (DATE, len(BODY), BODY)
CHUNKED = (
    b"HTTP/1.1 502 Bad Gateway\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    b"200\r\n%b\r\n100\r\n%b\r\n0\r\n\r\n" % (BODY[:512], BODY[512:])
)


@given(
    st.sampled_from([(WHOLE, 200, True), (SHORT, 200, True), (CHUNKED, 502, False)]),
    st.lists(st.integers(0, 1000), max_size=20),
)
def test_an_answer_is_read_however_it_is_cut(expected: tuple[bytes, int, bool], cuts: list[int]) -> None:
    data, status, keep_alive = expected
    answer = Answer()
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    for start, end in itertools.pairwise(places):
        assert start == len(data) or not answer.complete
        answer.feed(data[start:end])
    assert (True, status, BODY, keep_alive) == (answer.complete, answer.status, bytes(answer.body), answer.keep_alive)


@pytest.mark.parametrize("data", [WHOLE[:-1], SHORT[:-1], CHUNKED[:-1], WHOLE[:20]])
def test_a_part_of_an_answer_is_not_complete(data: bytes) -> None:
    answer = Answer()
    answer.feed(data)
    assert not answer.complete


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_answer_is_refused(data: bytes) -> None:
    with pytest.raises(AnswerError):
        Answer().feed(data)
