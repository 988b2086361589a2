"""AWS's quotas, and what they say of a function's definition."""

from __future__ import annotations

import pytest
from lambda_contracts.finding import Confidence, Finding
from lambda_contracts.limits import LIMITS, Definition, check
from lambda_contracts.shapes import Shape

MB = 1024 * 1024


def told(definition: Definition) -> list[tuple[str, str, str]]:
    return [(finding.code, finding.severity.value, finding.place) for finding in check(definition)]


def test_nothing_known_is_nothing_wrong() -> None:
    assert () == check(Definition())


def test_a_usual_function_is_within_all_limits() -> None:
    usual = Definition(
        memory=1024,
        timeout=10,
        init_duration=2.5,
        ephemeral_storage=512,
        layers=2,
        environment={"BUCKET_NAME": "models"},
        package_zipped=20 * MB,
        package_unzipped=80 * MB,
        integration_timeouts={Shape.REST: None, Shape.HTTP_V2: 20.0, Shape.ALB: None},
    )
    assert () == check(usual)


BOUNDS = [
    ("memory", 128, 127, "limit.memory", "error"),
    ("memory", 10_240, 10_241, "limit.memory", "error"),
    ("timeout", 1, 0, "limit.timeout", "error"),
    ("timeout", 900, 901, "limit.timeout", "error"),
    ("ephemeral_storage", 512, 511, "limit.tmp", "error"),
    ("ephemeral_storage", 10_240, 10_241, "limit.tmp", "error"),
    ("layers", 5, 6, "limit.layers", "error"),
    ("package_zipped", 50 * MB, 50 * MB + 1, "limit.package-zipped", "warning"),
    ("package_unzipped", 250 * MB, 250 * MB + 1, "limit.package-unzipped", "error"),
    ("image_size", 10_240 * MB, 10_240 * MB + 1, "limit.image", "error"),
    ("init_duration", 10.0, 10.1, "limit.init", "warning"),
]


@pytest.mark.parametrize(("attribute", "within", "beyond", "code", "severity"), BOUNDS)
def test_a_limit_is_told_of_beyond_and_not_at_its_value(
    attribute: str, within: float, beyond: float, code: str, severity: str
) -> None:
    assert [] == told(Definition(**{attribute: within}))  # type: ignore[arg-type]  # the field is the case's parameter
    assert [(code, severity, f"/{attribute}")] == told(Definition(**{attribute: beyond}))  # type: ignore[arg-type]


@pytest.mark.parametrize(("value_size", "findings"), [(4096 - len('{"A":""}'), []), (4097 - len('{"A":""}'), 1)])
def test_the_environment_is_measured_as_json(value_size: int, findings: object) -> None:
    told_of = told(Definition(environment={"A": "x" * value_size}))
    assert ([("limit.environment", "error", "/environment")] if findings else []) == told_of


def test_the_environment_is_measured_in_bytes() -> None:
    assert len('{"A":"éé"}') + 2 == Definition(environment={"A": "éé"}).environment_size


@pytest.mark.parametrize(
    ("front", "configured", "timeout", "expected"),
    [
        (Shape.REST, None, 29, []),
        (Shape.REST, None, 30, [("limit.front-timeout", "warning")]),
        (Shape.REST, 60.0, 30, [("limit.rest-timeout", "warning")]),
        (Shape.REST, 0.01, None, [("limit.rest-timeout", "error")]),
        (Shape.HTTP_V2, None, 30, []),
        (Shape.HTTP_V2, None, 31, [("limit.front-timeout", "warning")]),
        (Shape.HTTP_V2, 5.0, 6, [("limit.front-timeout", "warning")]),
        (Shape.HTTP_V1, 31.0, None, [("limit.http-api-timeout", "error")]),
        (Shape.FUNCTION_URL, None, 900, []),
        (Shape.ALB, None, 900, []),
    ],
)
def test_a_front_that_waits_less_than_the_function_runs_is_warned_about(
    front: Shape, configured: float | None, timeout: float | None, expected: list[tuple[str, str]]
) -> None:
    definition = Definition(timeout=timeout, integration_timeouts={front: configured})
    assert expected == [entry[:2] for entry in told(definition)]


@pytest.mark.parametrize(
    ("attribute", "size", "advice", "aws"),
    [
        ("package_zipped", 51, "upload the package through S3, or deploy a container image", "69905067 bytes"),
        ("package_unzipped", 251, "deploy a container image, or leave out what is not used", "262144000 bytes"),
    ],
)
def test_a_package_that_is_too_large_names_its_three_largest_parts(
    attribute: str, size: int, advice: str, aws: str
) -> None:
    parts = {"numpy": 30 * MB, "tiny": 1, "scipy": 90 * MB + 1, "model.bin": 120 * MB}
    [finding] = check(Definition(**{attribute: size * MB}, package_parts=parts))  # type: ignore[arg-type]  # as above
    assert f"{advice}; the largest parts are model.bin (120 MB), scipy (90 MB), numpy (30 MB)" == finding.fix
    assert aws in finding.aws


def test_every_fault_of_a_definition_is_told() -> None:
    assert 3 == len(check(Definition(memory=64, timeout=1000, layers=6)))


def test_a_finding_names_the_value_the_limit_and_the_source() -> None:
    [finding] = check(Definition(memory=64))
    assert "memory is 64 MB, less than 128 MB" == finding.message
    assert "AWS docs: Lambda quotas" in finding.aws
    assert Confidence.DOCUMENTED is finding.confidence
    assert isinstance(finding, Finding)


def test_a_front_timeout_finding_says_what_happens() -> None:
    [finding] = check(Definition(timeout=60, integration_timeouts={Shape.REST: None}))
    assert "the front rest waits 29 s, the function may run for 60 s" == finding.message
    assert "runs on" in finding.aws


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sync request", 6_291_456),
        ("sync response", 6_291_556),
        ("async request", 1_048_576),
        ("api gateway payload", 10_485_760),
        ("api gateway headers", 10_240),
        ("rest timeout", 29),
        ("http api timeout", 30),
        ("alb request", 1_048_576),
        ("package zipped", 52_428_800),
        ("package unzipped", 262_144_000),
        ("image", 10_737_418_240),
        ("environment", 4096),
        ("init", 10),
    ],
)
def test_a_quota_has_its_value_and_a_source(name: str, value: int) -> None:
    assert value == LIMITS[name].value
    assert LIMITS[name].source


def test_a_minimum_is_below_its_limit() -> None:
    for name, limit in LIMITS.items():
        if name.endswith(" minimum"):
            assert limit.value < LIMITS[name.removesuffix(" minimum")].value
