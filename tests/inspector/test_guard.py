"""Who may use the inspector."""

from __future__ import annotations

import pytest
from lambda_contracts.http import Request
from lambda_emulator.inspector.guard import HEADER, refusal, token_for

OWN = {"Host": "127.0.0.1:3000", HEADER: "none"}


def refused(token: str = "", *, call: bool = True, **headers: str) -> bool:
    named = {**OWN, **{name.replace("_", "-"): value for name, value in headers.items()}}
    pairs = tuple((name, value) for name, value in named.items() if value)
    return bool(refusal(Request(headers=pairs), token, call=call))


@pytest.mark.parametrize("host", ["127.0.0.1:3000", "localhost:3000", "LOCALHOST", "[::1]:3000", "127.0.0.2"])
def test_names_of_this_machine_are_answered(host: str) -> None:
    assert not refused(Host=host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:3000",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil@127.0.0.1",
        "127.0.0.1/",
        "10.0.0.1",
        "[::1",
    ],
)
@pytest.mark.parametrize("call", [True, False])
def test_other_names_that_lead_here_are_refused(host: str, call: bool) -> None:
    assert refused(Host=host, call=call)


def test_a_request_without_a_host_or_with_two_is_refused() -> None:
    assert refused(Host="")
    twice = (("Host", "127.0.0.1"), ("host", "evil.example"), (HEADER, "none"))
    assert refusal(Request(headers=twice), "", call=True)


@pytest.mark.parametrize(
    "origin", ["null", "http://evil.example", "http://127.0.0.1:3001", "http://localhost:3000", "http://["]
)
def test_pages_of_other_origins_are_refused(origin: str) -> None:
    assert refused(Origin=origin)


def test_the_page_itself_is_answered() -> None:
    assert not refused(Origin="http://127.0.0.1:3000", Sec_Fetch_Site="same-origin")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_browser_that_says_it_comes_from_elsewhere_is_refused(site: str) -> None:
    assert refused(Sec_Fetch_Site=site)
    assert not refused(Sec_Fetch_Site=site, call=False)  # a link may lead to the page


def test_what_a_form_or_an_image_can_send_is_no_call() -> None:
    assert refused(X_Lambdaproof_Token="")


def test_whoever_comes_from_another_machine_needs_the_token() -> None:
    assert refused("secret", Host="build.example:3000")
    assert not refused("secret", Host="build.example:3000", X_Lambdaproof_Token="secret")
    assert not refused("secret", Host="build.example:3000", call=False, X_Lambdaproof_Token="")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_no_token_is_asked_for_on_a_loopback_address(host: str) -> None:
    assert "" == token_for(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "build.example"])
def test_each_server_that_others_reach_has_a_token_of_its_own(host: str) -> None:
    assert token_for(host) != token_for(host)
    assert len(token_for(host)) >= 20
