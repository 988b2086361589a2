"""The probes of gateways, and what is told of an answer that is not AWS's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from lambda_contracts import conformance, routing
from lambda_contracts.conformance import Departure, Probe
from lambda_contracts.events import build
from lambda_contracts.finding import Confidence
from lambda_contracts.http import Response
from lambda_contracts.outcomes import returned
from lambda_contracts.refusals import Reason, Refusal, refusal
from lambda_contracts.results import respond
from lambda_contracts.rules import RULES
from lambda_contracts.shapes import FRONTS, Shape

STAGE = "dev"


def router(front: Shape) -> routing.Router:
    return routing.compile(conformance.reference_api(front, STAGE))


def probe_of(rule: str, name: str) -> Probe:
    return next(one for one in conformance.PROBES if (one.rule, one.name) == (rule, name))


def judged(probe: Probe, response: Response, front: Shape = Shape.REST) -> list[Departure]:
    request = conformance.sent(probe, "api.example")
    return list(conformance.judge(probe, router(front), request, STAGE, response))


@pytest.mark.parametrize("front", FRONTS, ids=str)
def test_every_probe_reaches_the_function_or_is_one_that_the_front_refuses(front: Shape) -> None:
    probes = conformance.probes_of(front)
    assert probes
    for probe in probes:
        request = replace(probe.request, path=f"/{STAGE}{probe.request.path}")
        assert isinstance(router(front).find(request), Refusal) == (probe.gives == {}), probe


def test_every_probe_shows_a_rule_that_is_known_and_each_is_there_once() -> None:
    rows = [(probe.rule, probe.name, json.dumps(probe.gives)) for probe in conformance.PROBES]
    assert len(set(rows)) == len(rows)
    assert {probe.rule for probe in conformance.PROBES} <= RULES.keys()


def test_an_event_that_is_awss_departs_nowhere_and_a_changed_one_under_its_rule() -> None:
    probe = probe_of("R8", "an encoded path")
    found = router(Shape.REST).find(replace(conformance.sent(probe, "api.example"), path=f"/dev{probe.request.path}"))
    assert isinstance(found, routing.Match)
    event = build(found.request, Shape.REST, found.route)
    assert [] == judged(probe, Response(status=200, body=json.dumps(event).encode()))
    event["path"] = "/echo/café/a b"
    del event["requestContext"]["domainName"]
    event["version"] = "1.0"
    departures = judged(probe, Response(status=200, body=json.dumps(event).encode()))
    assert [("R8", "/path"), ("R3", "/requestContext/domainName"), ("R1", "/version")] == [
        (one.rule, one.part) for one in departures
    ]
    assert ('"/echo/caf%C3%A9/a%20b"', '"/echo/café/a b"') == (departures[0].expected, departures[0].got)


def test_an_answer_is_compared_part_by_part() -> None:
    probe = probe_of("R27", "both header maps")
    assert probe.gives is not None
    aws = respond(returned(probe.gives["return"]), Shape.REST).response
    assert [] == judged(probe, aws)
    (departure,) = judged(probe, replace(aws, headers=(("X-A", "1"), ("X-A", "2"))))
    assert ("R27", "header x-a", "1, 2, 3", "1, 2") == (
        departure.rule,
        departure.part,
        departure.expected,
        departure.got,
    )


def test_a_route_that_is_not_there_is_compared_with_the_fronts_own_answer() -> None:
    probe = probe_of("R15", "a path without a resource")
    assert [] == judged(probe, refusal(Shape.REST, Reason.NO_ROUTE).response)
    departures = judged(probe, Response(status=404, headers=(("Content-Type", "text/html"),), body=b"no"))
    assert ["status", "body", "header content-type", "header x-amzn-errortype"] == [one.part for one in departures]


def test_an_answer_without_the_event_is_told_as_it_is() -> None:
    (departure,) = judged(probe_of("R12", "a binary body"), Response(status=500, body=b"\xff boom"))
    assert ("the answer", r'500 "\\xff boom"') == (departure.part, departure.got)


def test_only_what_is_recorded_departs_the_rest_differs() -> None:
    def departure(rule: str, confidence: Confidence) -> Departure:
        return Departure(rule=rule, confidence=confidence, probe="p", part="status", expected="1", got="2")

    found = conformance.conformity(
        ["R8", "R9", "R9d", "R3"],
        [
            departure("R9d", Confidence.DOCUMENTED),
            departure("R9", Confidence.RECORDED),
            departure("R9", Confidence.RECORDED),
            departure("R3", Confidence.INFERRED),
        ],
    )
    assert {"R3": "differs", "R8": "holds", "R9": "departs", "R9d": "differs"} == {
        one.rule.id: one.status for one in found
    }
    assert [0, 1, 1, 1] == sorted(len(one.departures) for one in found)
