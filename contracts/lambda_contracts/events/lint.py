"""Lint of the event files that users keep beside their tests: what no AWS service would have sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

from lambda_contracts.events import fields, paths
from lambda_contracts.events.identify import Identification, identify
from lambda_contracts.events.lint_bodies import LINTS as BODY_LINTS
from lambda_contracts.events.lint_texts import unrendered
from lambda_contracts.finding import Confidence, Finding, Severity
from lambda_contracts.pointers import escaped
from lambda_contracts.shapes import TABLE, Shape, validate
from lambda_contracts.shapes.table import tree

Event = dict[str, Any]

_LOWER_CASE = {Shape.HTTP_V2: "R45", Shape.FUNCTION_URL: "R60", Shape.ALB: "R72", Shape.ALB_MULTI: "R72"}
_MOST_FINDINGS = 100
_OFFLINE = "isOffline"
_TITLED = {"authorization": "Authorization", "user-agent": "User-Agent"}
_FIRST_MILLISECONDS = 10**11
"""Times below are seconds: as milliseconds they would lie in the year 1973."""


def lint(event: Any) -> tuple[Finding, ...]:
    """Say what is wrong with an event that somebody wrote, copied or took from an emulator, with place and fix.

    Takes any parsed JSON and raises nothing. Holds the event against the table of the shape that `identify` finds, and
    its parts against each other: base64 flags, header case, the two header maps, path parameters, times, keys of other
    shapes, values of emulators and templates that were never rendered. An event that only resembles a shape is not
    blamed for the keys it lacks. Returns a hundred findings at most.
    """
    found = identify(event)
    checks = (*_LINTS, *BODY_LINTS) if isinstance(event, dict) else ()
    findings = chain(
        *(check(event, found.shape) for check in checks),
        _origin(found),
        _against_table(event, found),
        unrendered(event),
    )
    return tuple(islice(findings, _MOST_FINDINGS))


def _against_table(event: Any, found: Identification) -> Iterator[Finding]:
    """Validate, but leave out what other checks say better, and what a fragment lacks."""
    known = tree(found.shape).children
    fragment = found.confidence < 0.5
    for finding in validate(event, found.shape):
        top_key = finding.place[1:] if finding.place.count("/") == 1 else ""
        unknown = bool(top_key) and top_key not in known
        missing = finding.message.endswith(": missing")
        object_body = top_key == "body" and finding.message.endswith("not string")
        if not (unknown or object_body or (fragment and missing)):
            yield finding


def _keys(event: Event, shape: Shape) -> Iterator[Finding]:
    if shape is Shape.DIRECT:
        return
    known = tree(shape).children
    for key in event:
        if key in known or key == _OFFLINE:
            continue
        others = [other for other in TABLE if key in tree(other).children]
        owner = f"a key of {', '.join(others)}" if others else "a key of no shape"
        yield Finding(
            code=tree(shape).row.rule,
            severity=Severity.WARNING,
            message=f"/{escaped(key)} is {owner}, not of {shape}",
            place=f"/{escaped(key)}",
            aws=f"a {shape} event has no such key",
            fix=f"remove it, or write the event with `lambdaproof event {others[0] if others else shape}`",
        )


def _header_case(event: Event, shape: Shape) -> Iterator[Finding]:
    lower_rule = _LOWER_CASE.get(shape)
    for holder in ("headers", "multiValueHeaders"):
        for name in fields.mapping(event.get(holder)):
            place = f"/{holder}/{escaped(name)}"
            if lower_rule and name != name.lower():
                documented = lower_rule == "R72"
                yield Finding(
                    code=lower_rule,
                    severity=Severity.WARNING if documented else Severity.ERROR,
                    message=f"{place}: header names of a {shape} event are in lower case",
                    place=place,
                    aws=f"the handler finds `{name.lower()}`, and `{name}` raises KeyError (E18)",
                    fix=f"write `{name.lower()}`",
                    confidence=Confidence.DOCUMENTED if documented else Confidence.RECORDED,
                )
            elif shape is Shape.REST and name in _TITLED:
                yield Finding(
                    code="R10",
                    severity=Severity.WARNING,
                    message=f"{place}: a REST API writes this name with capitals, whatever the client sent",
                    place=place,
                    aws=f"the handler finds `{_TITLED[name]}`",
                    fix=f"write `{_TITLED[name]}`",
                )


def _two_maps(event: Event, shape: Shape) -> Iterator[Finding]:
    if shape not in (Shape.REST, Shape.HTTP_V1, Shape.CONSOLE_TEST, Shape.CONSOLE_TEMPLATE):
        return
    for single, multi, rule in (
        ("headers", "multiValueHeaders", "R10"),
        ("queryStringParameters", "multiValueQueryStringParameters", "R9"),
    ):
        if single not in event or multi not in event:
            continue
        lasts, lists = fields.texts(event[single]), fields.text_lists(event[multi])
        for name in sorted(lasts.keys() | lists.keys()):
            values = lists.get(name, [])
            if name not in lasts or not values or lasts[name] not in (values[-1], ",".join(values), ", ".join(values)):
                yield Finding(
                    code=rule,
                    severity=Severity.WARNING,
                    message=f"{single} and {multi} disagree about `{name}`",
                    place=f"/{single}/{escaped(name)}",
                    aws=f"{multi} has every value, {single} the last of them",
                    fix=f"give `{name}` the same value in both",
                )


def _path_parameters(event: Event, shape: Shape) -> Iterator[Finding]:
    if shape not in (Shape.REST, Shape.HTTP_V1):
        return
    path, template = fields.text(event.get("path"), "/"), fields.text(event.get("resource"))
    expected = paths.path_parameters(template, path)
    known = paths.filled(template, fields.texts(event.get("pathParameters")))
    shown = path.removesuffix("/")
    if shape is Shape.HTTP_V1:
        expected, shown = paths.decoded(expected), paths.unquoted(shown)
    if expected is not None and (known is None or not shown.endswith(known)):
        yield Finding(
            code="R8" if shape is Shape.REST else "R55",
            severity=Severity.WARNING,
            message=f"/pathParameters is not what `{template}` takes out of `{path}`",
            place="/pathParameters",
            aws=f"AWS sends {expected}",
            fix="take the parameters from the path, " + ("encoded" if shape is Shape.REST else "decoded"),
        )


def _context_path(event: Event, shape: Shape) -> Iterator[Finding]:
    if shape is not Shape.REST:
        return
    whole = fields.at(event, "requestContext", "path")
    path = fields.text(event.get("path"))
    if isinstance(whole, str) and path and not paths.collapse(whole).endswith(path) and "//" not in whole:
        yield Finding(
            code="R6",
            severity=Severity.WARNING,
            message="/requestContext/path does not end in /path",
            place="/requestContext/path",
            aws="it is the stage, or the base path of a custom domain, followed by the client's path",
            fix=f"write `/{fields.text(fields.at(event, 'requestContext', 'stage'), 'stage')}{path}`",
        )


def _times(event: Event, shape: Shape) -> Iterator[Finding]:
    for key, rule in (("requestTimeEpoch", "R5"), ("timeEpoch", "R41")):
        value = fields.at(event, "requestContext", key)
        if isinstance(value, int) and 0 < value < _FIRST_MILLISECONDS:
            yield Finding(
                code=rule,
                severity=Severity.WARNING,
                message=f"/requestContext/{key} is in seconds",
                place=f"/requestContext/{key}",
                aws=f"a {shape} event has milliseconds; emulators are known to send seconds",
                fix=f"write {value * 1000}",
            )


def _origin(found: Identification) -> Iterator[Finding]:
    if found.emulator:
        yield Finding(
            code="event.emulator",
            severity=Severity.WARNING,
            message=f"recorded from an emulator, {found.variant}, not from AWS",
            aws="emulators differ from AWS in ids, paths, header case and empty values",
            fix="record the event on AWS, or let `lambdaproof event --from` rewrite it",
        )
    elif found.variant == "sam-template" and found.shape is not Shape.CONSOLE_TEMPLATE:
        yield Finding(
            code="event.sample",
            severity=Severity.NOTE,
            message="a sample of the console or of `sam local generate-event`, not a recorded event",
            fix="let `lambdaproof event` write one with the request that you mean",
        )


def _offline_flag(event: Event, shape: Shape) -> Iterator[Finding]:
    if _OFFLINE in event and shape is not Shape.DIRECT:
        yield Finding(
            code="event.emulator",
            severity=Severity.WARNING,
            message="/isOffline is a key of serverless-offline",
            place="/isOffline",
            aws="AWS never sends it, so code that looks at it does something else there",
            fix="remove it",
        )


_LINTS: tuple[Callable[[Event, Shape], Iterator[Finding]], ...] = (
    _keys,
    _header_case,
    _two_maps,
    _path_parameters,
    _context_path,
    _times,
    _offline_flag,
)
