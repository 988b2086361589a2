"""Application load balancers whose targets are functions: an API for each listener.

Source: AWS docs, CloudFormation template reference, AWS::ElasticLoadBalancingV2; Elastic Load Balancing, Lambda
functions as targets.
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_contracts.api import Endpoint
from lambda_contracts.shapes import Shape

from lambda_emulator.templates.drafts import Draft, Targets, first
from lambda_emulator.templates.intrinsics import text
from lambda_emulator.templates.source import Resource, Section, Source

_KIND = "AWS::ElasticLoadBalancingV2::"
_MULTI = "lambda.multi_value_headers.enabled"


def read(source: Source, targets: Targets) -> Iterator[Draft]:
    """Yield the listeners that lead to functions; rules come first, by priority, then the default action."""
    groups = dict(_groups(source, targets))
    for listener in source.resources(f"{_KIND}Listener"):
        draft = Draft(id=listener.id, name=listener.id, front=Shape.ALB)
        arn = source.resolver.reference(listener.id)
        rules = [one for one in source.resources(f"{_KIND}ListenerRule") if one.properties.text("ListenerArn") == arn]
        for rule in sorted(rules, key=lambda one: one.properties.integer("Priority") or 0):
            for method, path in _conditions(rule.properties):
                _add(draft, rule, "Actions", groups, (method, path))
        _add(draft, listener, "DefaultActions", groups, ("ANY", "/{proxy+}"))
        if draft.endpoints:
            yield draft


def _groups(source: Source, targets: Targets) -> Iterator[tuple[str, tuple[str, Shape]]]:
    """Yield the ARNs of target groups that hold a function, with it and the front that the group is."""
    for group in source.resources(f"{_KIND}TargetGroup"):
        target = first(group.properties.sections("Targets"))
        if group.properties.text("TargetType") != "lambda" or target is None:
            continue
        function = targets.function(target, "Id")
        attributes = group.properties.sections("TargetGroupAttributes")
        multi = any(one.text("Key") == _MULTI and one.flag("Value") for one in attributes)
        if function:
            yield text(source.resolver.reference(group.id)), (function, Shape.ALB_MULTI if multi else Shape.ALB)


def _add(
    draft: Draft, resource: Resource, key: str, groups: dict[str, tuple[str, Shape]], place: tuple[str, str]
) -> None:
    for action in resource.properties.sections(key):
        function, front = groups.get(action.text("TargetGroupArn"), ("", draft.front))
        if not function:
            continue
        if draft.endpoints and front is not draft.front:
            action.note("TargetGroupArn", f"the listener's first target is {draft.front}; so is this one here.")
        else:
            draft.front = front
        draft.add(Endpoint(route=draft.route(*place), function=function))


def _conditions(properties: Section) -> Iterator[tuple[str, str]]:
    """Yield the methods and paths of a rule; a `*` at a path's end is `{proxy+}`, other wildcards are not read."""
    methods: tuple[str, ...] = ("ANY",)
    paths: tuple[str, ...] = ("/{proxy+}",)
    for condition in properties.sections("Conditions"):
        field = condition.text("Field")
        if field == "path-pattern":
            written = condition.section("PathPatternConfig").texts("Values") or condition.texts("Values")
            paths = tuple(_path(condition, one) for one in written)
        elif field == "http-request-method":
            methods = condition.section("HttpRequestMethodConfig").texts("Values")
        else:
            condition.note("Field", f"`{field}` is not read here: the rule is taken to match.")
    return ((method, path) for method in methods for path in paths)


def _path(condition: Section, pattern: str) -> str:
    whole = "{proxy+}" if pattern.endswith("*") else ""
    path = pattern.rstrip("*") + whole
    if "*" in path or "?" in path:
        condition.note("Values", f"`{pattern}` has wildcards inside, which match only themselves here.")
    return path if path.startswith("/") else f"/{path}"
