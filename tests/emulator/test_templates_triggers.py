"""What invokes a template's functions besides APIs."""

from __future__ import annotations

from pathlib import Path

from lambda_contracts.shapes import Shape
from lambda_emulator.templates import Template
from templates import read

QUEUE = "arn:aws:sqs:us-east-1:123456789012:Late"
STREAM = "arn:aws:dynamodb:us-east-1:123456789012:table/Wines/stream/1970-01-01T00:00:00.000"
TOPIC = "arn:aws:sns:us-east-1:123456789012:News"


def seen(template: Template) -> list[tuple[str, str, Shape, str]]:
    return [(one.name, one.function, one.shape, one.source) for one in template.triggers]


def test_events_of_sam_functions_are_triggers_and_those_of_apis_are_not(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        """
        Resources:
          F:
            Type: AWS::Serverless::Function
            Properties:
              Handler: app.handler
              Events:
                Web: {Type: Api, Properties: {Path: /, Method: get}}
                Upload: {Type: S3, Properties: {Bucket: !Ref Models, Events: s3:ObjectCreated:*}}
                Work: {Type: SQS, Properties: {Queue: !GetAtt Late.Arn, BatchSize: 5, Enabled: false}}
                Told: {Type: SNS, Properties: {Topic: !Ref News}}
                Changed: {Type: DynamoDB, Properties: {Stream: !GetAtt Wines.StreamArn, StartingPosition: LATEST}}
                Nightly: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
                Hourly: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 hour), State: DISABLED}}
                Rule: {Type: EventBridgeRule, Properties: {Pattern: {source: [wine]}}}
                Said: {Type: AlexaSkill}
          Models: {Type: AWS::S3::Bucket}
          Late: {Type: AWS::SQS::Queue}
          News: {Type: AWS::SNS::Topic}
          Wines: {Type: AWS::DynamoDB::Table}
        """,
    )
    assert [
        ("Upload", "F", Shape.S3, "Models"),
        ("Work", "F", Shape.SQS, QUEUE),
        ("Told", "F", Shape.SNS, TOPIC),
        ("Changed", "F", Shape.DYNAMODB, STREAM),
        ("Nightly", "F", Shape.SCHEDULE, "rate(1 day)"),
        ("Hourly", "F", Shape.SCHEDULE, "rate(1 hour)"),
        ("Rule", "F", Shape.EVENTBRIDGE, ""),
    ] == seen(template)
    assert [None, 5, None, None, None, None, None] == [one.batch_size for one in template.triggers]
    assert [True, False, True, True, True, False, True] == [one.enabled for one in template.triggers]
    assert ["events of type AlexaSkill are not read here."] == [note.text for note in template.notes]


def test_cloudformations_own_resources_are_triggers(tmp_path: Path) -> None:
    template = read(
        tmp_path,
        """
        Resources:
          F: {Type: AWS::Lambda::Function, Properties: {Handler: app.handler}}
          Late: {Type: AWS::SQS::Queue}
          News: {Type: AWS::SNS::Topic}
          Work:
            Type: AWS::Lambda::EventSourceMapping
            Properties: {EventSourceArn: !GetAtt Late.Arn, FunctionName: !Ref F, BatchSize: 10}
          Nightly:
            Type: AWS::Events::Rule
            Properties:
              ScheduleExpression: rate(1 day)
              Targets: [{Id: f, Arn: !GetAtt F.Arn}, {Id: q, Arn: !GetAtt Late.Arn}]
          Rule:
            Type: AWS::Events::Rule
            Properties: {EventBusName: wines, Targets: [{Id: f, Arn: !GetAtt F.Arn}]}
          Hourly:
            Type: AWS::Scheduler::Schedule
            Properties: {ScheduleExpression: rate(1 hour), Target: {Arn: !GetAtt F.Arn}}
          Told:
            Type: AWS::SNS::Subscription
            Properties: {Protocol: lambda, Endpoint: !GetAtt F.Arn, TopicArn: !Ref News}
          Mailed:
            Type: AWS::SNS::Subscription
            Properties: {Protocol: email, Endpoint: a@example.com, TopicArn: !Ref News}
          Models:
            Type: AWS::S3::Bucket
            Properties:
              NotificationConfiguration:
                LambdaConfigurations: [{Event: s3:ObjectCreated:*, Function: !GetAtt F.Arn}]
        """,
    )
    assert [
        ("Work", "F", Shape.SQS, QUEUE),
        ("Nightly", "F", Shape.SCHEDULE, "rate(1 day)"),
        ("Rule", "F", Shape.EVENTBRIDGE, "wines"),
        ("Hourly", "F", Shape.SCHEDULE, "rate(1 hour)"),
        ("Told", "F", Shape.SNS, TOPIC),
        ("Models", "F", Shape.S3, "Models"),
    ] == seen(template)
    assert () == template.notes
