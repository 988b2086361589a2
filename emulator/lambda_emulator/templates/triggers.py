"""What invokes the functions of a template besides APIs: events of SAM functions, and CloudFormation's own resources.

Source: AWS docs, AWS SAM, event sources of AWS::Serverless::Function; CloudFormation template reference of each type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lambda_contracts.shapes import Shape

from lambda_emulator.templates.drafts import Targets
from lambda_emulator.templates.functions import SAM_FUNCTION
from lambda_emulator.templates.reading import Place
from lambda_emulator.templates.source import Section, Source

_EVENTS: Mapping[str, tuple[Shape, str]] = {
    "S3": (Shape.S3, "Bucket"),
    "SQS": (Shape.SQS, "Queue"),
    "SNS": (Shape.SNS, "Topic"),
    "DynamoDB": (Shape.DYNAMODB, "Stream"),
    "Kinesis": (Shape.KINESIS, "Stream"),
    "Schedule": (Shape.SCHEDULE, "Schedule"),
    "ScheduleV2": (Shape.SCHEDULE, "ScheduleExpression"),
    "EventBridgeRule": (Shape.EVENTBRIDGE, "EventBusName"),
    "CloudWatchEvent": (Shape.EVENTBRIDGE, "EventBusName"),
}
"""SAM's types of events: the shape of what they send, and the key that says where from."""
_HTTP = ("Api", "HttpApi")
_SERVICES = {"sqs": Shape.SQS, "dynamodb": Shape.DYNAMODB, "kinesis": Shape.KINESIS}
"""The service in the ARN of an event source mapping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One thing that invokes a function.

    `function` is a logical id, `shape` that of the events. `source` is what they come from: an ARN, a bucket's or an
    event bus's name, a schedule's expression; empty for the default bus. `batch_size` is None for AWS's default.
    """

    name: str
    function: str
    shape: Shape
    source: str
    place: Place
    batch_size: int | None = None
    enabled: bool = True


def read(source: Source, targets: Targets) -> Iterator[Trigger]:
    """Yield the triggers of a template: events of SAM functions, then mappings, rules, subscriptions, notifications."""
    for resource in source.resources(SAM_FUNCTION):
        events = resource.properties.section("Events")
        for name in events:
            yield from _event(resource.id, name, events.section(name))
    for resource in source.resources("AWS::Lambda::EventSourceMapping"):
        arn = resource.properties.text("EventSourceArn")
        shape = _SERVICES.get(":".join(arn.split(":")[2:3]))
        function = targets.function(resource.properties, "FunctionName")
        if shape is None:
            resource.properties.note("EventSourceArn", "events of this source are not read here.")
        elif function:
            yield _trigger(resource.id, function, shape, arn, resource.properties)
    yield from _rules(source, targets)
    yield from _pushed(source, targets)


def _event(function: str, name: str, event: Section) -> Iterator[Trigger]:
    kind = event.text("Type")
    if kind in _EVENTS:
        shape, key = _EVENTS[kind]
        properties = event.section("Properties")
        yield _trigger(name, function, shape, properties.text(key), properties)
    elif kind not in _HTTP:
        event.note("Type", f"events of type {kind or 'nothing'} are not read here.")


def _trigger(name: str, function: str, shape: Shape, source: str, properties: Section) -> Trigger:
    return Trigger(
        name=name,
        function=function,
        shape=shape,
        source=source,
        place=properties.values.place,
        batch_size=properties.integer("BatchSize"),
        enabled=properties.flag("Enabled", default=True) and properties.text("State") != "DISABLED",
    )


def _rules(source: Source, targets: Targets) -> Iterator[Trigger]:
    """Yield EventBridge rules and schedules: a rule with an expression is a schedule."""
    for resource in source.resources("AWS::Events::Rule"):
        properties = resource.properties
        schedule = properties.text("ScheduleExpression")
        shape = Shape.SCHEDULE if schedule else Shape.EVENTBRIDGE
        for target in properties.sections("Targets"):
            if function := _function(target, "Arn", targets):
                yield _trigger(resource.id, function, shape, schedule or properties.text("EventBusName"), properties)
    for resource in source.resources("AWS::Scheduler::Schedule"):
        if function := _function(resource.properties.section("Target"), "Arn", targets):
            schedule = resource.properties.text("ScheduleExpression")
            yield _trigger(resource.id, function, Shape.SCHEDULE, schedule, resource.properties)


def _pushed(source: Source, targets: Targets) -> Iterator[Trigger]:
    """Yield subscriptions of topics, and notifications of buckets."""
    for resource in source.resources("AWS::SNS::Subscription"):
        properties = resource.properties
        if properties.text("Protocol") == "lambda" and (function := targets.function(properties, "Endpoint")):
            yield _trigger(resource.id, function, Shape.SNS, properties.text("TopicArn"), properties)
    for resource in source.resources("AWS::S3::Bucket"):
        configuration = resource.properties.section("NotificationConfiguration")
        for notified in configuration.sections("LambdaConfigurations"):
            if function := targets.function(notified, "Function"):
                yield _trigger(resource.id, function, Shape.S3, source.resolver.name_of(resource.id), notified)


def _function(section: Section, key: str, targets: Targets) -> str:
    """Return the function that a target is; rules and schedules may have targets of other kinds, which are no fault."""
    return targets.function(section, key) if ":lambda:" in section.text(key) else ""
