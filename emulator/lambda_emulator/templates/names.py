"""What Ref and Fn::GetAtt give for a resource: a table over resource types.

Names that CloudFormation makes up are the logical ids here. Source: AWS docs, CloudFormation template reference, the
return values of each type.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lambda_contracts.route import Route

REGION, ACCOUNT = Route().region, Route().account_id
STACK = "lambdaproof"
PSEUDO: Mapping[str, str] = MappingProxyType(
    {
        "AWS::AccountId": ACCOUNT,
        "AWS::Partition": "aws",
        "AWS::Region": REGION,
        "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/00000000-0000-0000-0000-000000000000",
        "AWS::StackName": STACK,
        "AWS::URLSuffix": "amazonaws.com",
    }
)
"""The pseudo parameters, for the account and region that events are made for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a resource type gives: `{name}` is the value of its property `name`, else its logical id; `{id}` is made up.

    `ref` is what Ref gives, `attributes` what Fn::GetAtt does.
    """

    name: str = ""
    ref: str = "{name}"
    attributes: Mapping[str, str] = field(default_factory=dict)


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


_QUEUE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{{name}}"
_TABLE = _arn("dynamodb", "table/{name}")
_TOPIC = _arn("sns", "{name}")
_FUNCTION = Kind(name="FunctionName", attributes={"Arn": _arn("lambda", "function:{name}")})
_QUALIFIED = Kind(name="FunctionName", ref=_arn("lambda", "function:{name}:{id}"))
_LAYER = Kind(name="LayerName", ref=_arn("lambda", "layer:{name}:1"))
_DYNAMODB = Kind(name="TableName", attributes={"Arn": _TABLE, "StreamArn": f"{_TABLE}/stream/1970-01-01T00:00:00.000"})
_MACHINE = _arn("states", "stateMachine:{name}")
_REST = Kind(ref="{id}", attributes={"RestApiId": "{id}", "RootResourceId": "{id}"})
_HTTP = Kind(
    ref="{id}", attributes={"ApiId": "{id}", "ApiEndpoint": f"https://{{id}}.execute-api.{REGION}.amazonaws.com"}
)
_STATES = Kind(name="Name", ref=_MACHINE, attributes={"Arn": _MACHINE, "Name": "{name}"})

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "AWS::ApiGateway::Authorizer": Kind(ref="{id}", attributes={"AuthorizerId": "{id}"}),
        "AWS::ApiGateway::Resource": Kind(ref="{id}", attributes={"ResourceId": "{id}"}),
        "AWS::ApiGateway::RestApi": _REST,
        "AWS::ApiGateway::Stage": Kind(name="StageName"),
        "AWS::ApiGatewayV2::Api": _HTTP,
        "AWS::ApiGatewayV2::Authorizer": Kind(ref="{id}", attributes={"AuthorizerId": "{id}"}),
        "AWS::ApiGatewayV2::Integration": Kind(ref="{id}"),
        "AWS::ApiGatewayV2::Stage": Kind(name="StageName"),
        "AWS::DynamoDB::Table": _DYNAMODB,
        "AWS::ECR::Repository": Kind(
            name="RepositoryName",
            attributes={
                "Arn": _arn("ecr", "repository/{name}"),
                "RepositoryUri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{{name}}",
            },
        ),
        "AWS::ElasticLoadBalancingV2::Listener": Kind(
            ref=_arn("elasticloadbalancing", "listener/app/{name}"),
            attributes={"ListenerArn": _arn("elasticloadbalancing", "listener/app/{name}")},
        ),
        "AWS::ElasticLoadBalancingV2::TargetGroup": Kind(
            name="Name",
            ref=_arn("elasticloadbalancing", "targetgroup/{name}/{id}"),
            attributes={"TargetGroupArn": _arn("elasticloadbalancing", "targetgroup/{name}/{id}")},
        ),
        "AWS::Events::EventBus": Kind(
            name="Name", attributes={"Arn": _arn("events", "event-bus/{name}"), "Name": "{name}"}
        ),
        "AWS::IAM::Role": Kind(name="RoleName", attributes={"Arn": f"arn:aws:iam::{ACCOUNT}:role/{{name}}"}),
        "AWS::Kinesis::Stream": Kind(name="Name", attributes={"Arn": _arn("kinesis", "stream/{name}")}),
        "AWS::Lambda::Alias": _QUALIFIED,
        "AWS::Lambda::Function": _FUNCTION,
        "AWS::Lambda::LayerVersion": Kind(
            name="LayerName", ref=_LAYER.ref, attributes={"LayerVersionArn": _LAYER.ref}
        ),
        "AWS::Lambda::Version": _QUALIFIED,
        "AWS::Logs::LogGroup": Kind(
            name="LogGroupName", attributes={"Arn": _arn("logs", "log-group:{name}:*")}
        ),
        "AWS::S3::Bucket": Kind(
            name="BucketName",
            attributes={
                "Arn": "arn:aws:s3:::{name}",
                "DomainName": "{name}.s3.amazonaws.com",
                "RegionalDomainName": f"{{name}}.s3.{REGION}.amazonaws.com",
            },
        ),
        "AWS::SNS::Topic": Kind(name="TopicName", ref=_TOPIC, attributes={"TopicArn": _TOPIC, "TopicName": "{name}"}),
        "AWS::SQS::Queue": Kind(
            name="QueueName",
            ref=_QUEUE,
            attributes={"Arn": _arn("sqs", "{name}"), "QueueName": "{name}", "QueueUrl": _QUEUE},
        ),
        "AWS::SSM::Parameter": Kind(name="Name"),
        "AWS::Serverless::Api": _REST,
        "AWS::Serverless::Function": _FUNCTION,
        "AWS::Serverless::HttpApi": _HTTP,
        "AWS::Serverless::LayerVersion": _LAYER,
        "AWS::Serverless::SimpleTable": _DYNAMODB,
        "AWS::Serverless::StateMachine": _STATES,
        "AWS::StepFunctions::StateMachine": Kind(
            name="StateMachineName", ref=_MACHINE, attributes={"Arn": _MACHINE, "Name": "{name}"}
        ),
    }
)  # fmt: skip


def made_up(logical_id: str) -> str:
    """Return an id as AWS makes them up for APIs: ten characters, the same for the same logical id."""
    return hashlib.sha256(logical_id.encode()).hexdigest()[:10]
