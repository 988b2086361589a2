"""AWS's quotas, and what they say about a function's definition."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from lambda_contracts.finding import Confidence, Finding, Severity
from lambda_contracts.markdown import table
from lambda_contracts.payloads import json_text
from lambda_contracts.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Unit(StrEnum):
    """What a limit counts."""

    BYTES = "bytes"
    MEGABYTES = "MB"
    SECONDS = "s"
    COUNT = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One quota. `adjustable` says that AWS raises it on request; `rule` is the rule that tells what happens beyond."""

    name: str
    value: float
    unit: Unit
    source: str
    confidence: Confidence = Confidence.DOCUMENTED
    adjustable: bool = False
    rule: str = ""

    def __str__(self) -> str:
        return f"{self.value:,.10g} {self.unit}".rstrip()


_LAMBDA = "AWS docs: Lambda quotas"
_REST = "AWS docs: API Gateway quotas for REST APIs"
_HTTP = "AWS docs: API Gateway quotas for HTTP APIs"
_ALB = "AWS docs: Elastic Load Balancing, Lambda functions as targets"
_ALB_QUOTAS = "AWS docs: Elastic Load Balancing, quotas"
_INVOKE = "AWS docs: Lambda API, Invoke"
_RECORDED = "LocalStack AWS-validated test_lambda.py"
_MB = 1024 * 1024

_TABLE = (
    Limit(name="sync request", value=6 * _MB, unit=Unit.BYTES, source=_INVOKE, rule="R87d"),
    Limit(
        name="sync response",
        value=6 * _MB + 100,
        unit=Unit.BYTES,
        source=_RECORDED,
        confidence=Confidence.RECORDED,
        rule="R86",
    ),
    Limit(name="async request", value=_MB, unit=Unit.BYTES, source=_INVOKE, rule="R87d"),
    Limit(name="streamed response", value=200 * _MB, unit=Unit.BYTES, source=_LAMBDA, adjustable=True),
    Limit(name="api gateway payload", value=10 * _MB, unit=Unit.BYTES, source=_REST, rule="R33"),
    Limit(name="api gateway headers", value=10_240, unit=Unit.BYTES, source=_REST, rule="R116"),
    Limit(name="rest timeout", value=29, unit=Unit.SECONDS, source=_REST, adjustable=True, rule="R30"),
    Limit(name="rest timeout minimum", value=0.05, unit=Unit.SECONDS, source=_REST, rule="R30"),
    Limit(name="http api timeout", value=30, unit=Unit.SECONDS, source=_HTTP, rule="R57"),
    Limit(name="http api timeout minimum", value=0.05, unit=Unit.SECONDS, source=_HTTP, rule="R57"),
    Limit(name="alb request", value=_MB, unit=Unit.BYTES, source=_ALB, rule="R75"),
    Limit(name="alb response", value=_MB, unit=Unit.BYTES, source=_ALB, rule="R75"),
    Limit(name="alb request line", value=16 * 1024, unit=Unit.BYTES, source=_ALB_QUOTAS, rule="R117"),
    Limit(name="alb header", value=16 * 1024, unit=Unit.BYTES, source=_ALB_QUOTAS, rule="R117"),
    Limit(name="alb headers", value=64 * 1024, unit=Unit.BYTES, source=_ALB_QUOTAS, rule="R117"),
    Limit(
        name="package zipped",
        value=50 * _MB,
        unit=Unit.BYTES,
        source=f"{_LAMBDA}; AWS error quoted in serverless issue 10179",
    ),
    Limit(
        name="package unzipped",
        value=250 * _MB,
        unit=Unit.BYTES,
        source=f"{_LAMBDA}; AWS error quoted in serverless-layers issue 138",
    ),
    Limit(name="image", value=10 * 1024 * _MB, unit=Unit.BYTES, source=_LAMBDA),
    Limit(name="layers", value=5, unit=Unit.COUNT, source=_LAMBDA),
    Limit(name="memory minimum", value=128, unit=Unit.MEGABYTES, source=_LAMBDA),
    Limit(name="memory", value=10_240, unit=Unit.MEGABYTES, source=_LAMBDA),
    Limit(name="timeout minimum", value=1, unit=Unit.SECONDS, source=_LAMBDA),
    Limit(name="timeout", value=900, unit=Unit.SECONDS, source=_LAMBDA),
    Limit(name="init", value=10, unit=Unit.SECONDS, source="AWS docs: Lambda execution environment lifecycle"),
    Limit(name="tmp minimum", value=512, unit=Unit.MEGABYTES, source=_LAMBDA),
    Limit(name="tmp", value=10_240, unit=Unit.MEGABYTES, source=_LAMBDA),
    Limit(
        name="environment",
        value=4096,
        unit=Unit.BYTES,
        source=f"{_LAMBDA}; AWS error quoted in terraform-aws-github-runner issue 3594",
    ),
    Limit(name="resource policy", value=20 * 1024, unit=Unit.BYTES, source=_LAMBDA),
    Limit(name="client context", value=3583, unit=Unit.BYTES, source=_INVOKE, rule="R90"),
    Limit(name="log tail", value=4096, unit=Unit.BYTES, source=_INVOKE, rule="R89"),
    Limit(name="file descriptors", value=1024, unit=Unit.COUNT, source=_LAMBDA, rule="R91"),
    Limit(name="processes and threads", value=1024, unit=Unit.COUNT, source=_LAMBDA, rule="R91"),
    Limit(name="concurrency", value=1000, unit=Unit.COUNT, source=_LAMBDA, adjustable=True),
)

LIMITS: Mapping[str, Limit] = MappingProxyType({limit.name: limit for limit in _TABLE})
"""Every quota by its name; a name that ends in `minimum` is a lower bound."""


def reference() -> str:
    """Return the quotas as a Markdown table, for the documentation."""
    rows = (
        (limit.name, str(limit), "yes" if limit.adjustable else "", limit.rule, limit.source, limit.confidence)
        for limit in LIMITS.values()
    )
    return table(("quota", "value", "adjustable", "rule", "source", "confidence"), rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What is known of a function's definition; None is what is not known, and is not checked.

    `memory` and `ephemeral_storage` are MB, times seconds, sizes bytes (`package_unzipped` with all layers;
    `package_parts` says what it is made of, by name). `layers` is how many there are. `integration_timeouts` names the
    fronts before the function, each with its configured integration timeout, or None for the front's default.
    """

    memory: int | None = None
    timeout: float | None = None
    init_duration: float | None = None
    ephemeral_storage: int | None = None
    layers: int | None = None
    environment: Mapping[str, str] | None = None
    package_zipped: int | None = None
    package_unzipped: int | None = None
    package_parts: Mapping[str, int] = field(default_factory=dict)
    image_size: int | None = None
    integration_timeouts: Mapping[Shape, float | None] = field(default_factory=dict)

    @property
    def environment_size(self) -> int | None:
        """The size in bytes that Lambda measures: that of the variables as one JSON object without spaces."""
        return None if self.environment is None else len(json_text(dict(self.environment)).encode("utf-8", "replace"))


_REFUSES = "AWS refuses to create or update the function."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bound:
    """A field of a definition and the limits on it."""

    attribute: str
    limit: str
    fix: str
    place: str = ""
    severity: Severity = Severity.ERROR
    consequence: str = _REFUSES


_BOUNDS = (
    _Bound(attribute="memory", limit="memory", fix="set a memory size within the limits"),
    _Bound(attribute="timeout", limit="timeout", fix="set a timeout within the limits, and split longer work"),
    _Bound(
        attribute="ephemeral_storage",
        limit="tmp",
        fix="set a size for /tmp within the limits, or use EFS or S3",
    ),
    _Bound(attribute="layers", limit="layers", fix="merge layers, or deploy a container image"),
    _Bound(
        attribute="environment_size",
        limit="environment",
        place="/environment",
        fix="keep long values in SSM Parameter Store, Secrets Manager or the package",
    ),
    _Bound(
        attribute="package_zipped",
        limit="package zipped",
        fix="upload the package through S3, or deploy a container image",
        severity=Severity.WARNING,
        consequence="AWS refuses the package when it is uploaded directly (RequestEntityTooLargeException: Request "
        "must be smaller than 69905067 bytes, 50 MB in base64); from S3 it may be larger.",
    ),
    _Bound(
        attribute="package_unzipped",
        limit="package unzipped",
        fix="deploy a container image, or leave out what is not used",
        consequence=f"{_REFUSES} (Unzipped size must be smaller than 262144000 bytes.)",
    ),
    _Bound(attribute="image_size", limit="image", fix="leave out what is not used, or load models from S3 or EFS"),
    _Bound(
        attribute="init_duration",
        limit="init",
        fix="load less at import time, or load it on the first event",
        severity=Severity.WARNING,
        consequence="Lambda aborts the init phase and runs it again within the first invocation and its timeout.",
    ),
)

_TIMEOUTS: Mapping[Shape, str] = MappingProxyType(
    {Shape.REST: "rest timeout", Shape.HTTP_V1: "http api timeout", Shape.HTTP_V2: "http api timeout"}
)
_TIMEOUT_FIX = "set an integration timeout within the limits"


def check(definition: Definition) -> tuple[Finding, ...]:
    """Compare a definition with AWS's quotas.

    What AWS refuses is an error; what deploys and then surprises is a warning. Sources are in `LIMITS`.
    """
    findings = [finding for bound in _BOUNDS for finding in _outside(definition, bound)]
    for front, configured in definition.integration_timeouts.items():
        findings += _integration_timeout(front, configured, definition.timeout)
    return tuple(findings)


def _outside(definition: Definition, bound: _Bound) -> Iterator[Finding]:
    value = getattr(definition, bound.attribute)
    if value is None:
        return
    upper = LIMITS[bound.limit]
    lower = LIMITS.get(f"{bound.limit} minimum")
    for limit, word in ((upper, "more"), (lower, "less")):
        if limit is not None and (value > limit.value if word == "more" else value < limit.value):
            name = bound.attribute.replace("_", " ")
            shown = f"{value:,.10g} {limit.unit}".rstrip()
            yield Finding(
                code=f"limit.{bound.limit.replace(' ', '-')}",
                severity=bound.severity,
                message=f"{name} is {shown}, {word} than {limit}",
                place=bound.place or f"/{bound.attribute}",
                aws=f"{bound.consequence} ({limit.source})",
                fix=bound.fix + (_largest(definition) if bound.attribute.startswith("package") else ""),
                confidence=limit.confidence,
            )


def _largest(definition: Definition, count: int = 3) -> str:
    """Name the largest parts of a package."""
    parts = sorted(definition.package_parts.items(), key=lambda part: -part[1])[:count]
    told = ", ".join(f"{name} ({size / _MB:,.0f} MB)" for name, size in parts)
    return f"; the largest parts are {told}" if told else ""


def _integration_timeout(front: Shape, configured: float | None, timeout: float | None) -> Iterator[Finding]:
    name = _TIMEOUTS.get(front)
    if name is None:
        return
    limit, least = LIMITS[name], LIMITS[f"{name} minimum"]
    place = f"/integration_timeouts/{front}"
    if configured is not None and not least.value <= configured <= limit.value:
        raisable = limit.adjustable and configured > limit.value
        yield Finding(
            code=f"limit.{name.replace(' ', '-')}",
            severity=Severity.WARNING if raisable else Severity.ERROR,
            message=f"the integration timeout of {configured:g} s is outside {least} to {limit}",
            place=place,
            aws=f"AWS refuses it{' unless the quota is raised for a regional or private API' * raisable}. "
            f"({limit.source})",
            fix="ask for a higher quota, or " + _TIMEOUT_FIX if raisable else _TIMEOUT_FIX,
            confidence=limit.confidence,
        )
    waits = limit.value if configured is None else configured
    if timeout is not None and timeout > waits:
        yield Finding(
            code="limit.front-timeout",
            severity=Severity.WARNING,
            message=f"the front {front} waits {waits:g} s, the function may run for {timeout:g} s",
            place=place,
            aws="The client gets an error when the front stops waiting; the function runs on, is paid for, and its "
            f"answer is lost. ({limit.source})",
            fix=f"set the function's timeout below {waits:g} s, or let the client ask for the result later",
            confidence=limit.confidence,
        )
