"""Terraform's resource types of AWS, in CloudFormation's words: a table over types.

`arguments` says what each argument is called there; those that are not in it are of no matter to functions, APIs and
triggers. Source: the documentation of Terraform's AWS provider, version 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lambda_emulator.templates.names import REGION


@dataclass(frozen=True, slots=True)
class Nested:
    """Blocks inside a resource: an object of CloudFormation's, or a list of them."""

    key: str
    arguments: Mapping[str, str | Nested]
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """One type. `kind` is CloudFormation's.

    `attributes` says which of `names.Kind` an attribute is: `ref`, the name of one for Fn::GetAtt, or a form in which
    that stands in braces. `defaults` are the provider's where they are not CloudFormation's.
    """

    kind: str
    arguments: Mapping[str, str | Nested]
    attributes: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A type whose resources are a part of another's: those that have equal values under the arguments of `matching`.

    `key` is where in the other they stand, in a list when `many`.
    """

    of: str
    matching: Mapping[str, str]
    key: str
    arguments: Mapping[str, str | Nested]
    many: bool = True


_INVOKE_URI = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{{}}/invocations"
_CORS = {
    "allow_origins": "AllowOrigins",
    "allow_methods": "AllowMethods",
    "allow_headers": "AllowHeaders",
    "expose_headers": "ExposeHeaders",
    "allow_credentials": "AllowCredentials",
    "max_age": "MaxAge",
}
_ID = {"id": "ref"}
_ID_AND_ARN = {"id": "ref", "arn": "Arn"}

TYPES: Mapping[str, Type] = MappingProxyType(
    {
        "aws_lambda_function": Type(
            kind="AWS::Lambda::Function",
            arguments={
                "function_name": "FunctionName",
                "handler": "Handler",
                "runtime": "Runtime",
                "package_type": "PackageType",
                "timeout": "Timeout",
                "memory_size": "MemorySize",
                "architectures": "Architectures",
                "layers": "Layers",
                "reserved_concurrent_executions": "ReservedConcurrentExecutions",
                "environment": Nested("Environment", {"variables": "Variables"}),
                "ephemeral_storage": Nested("EphemeralStorage", {"size": "Size"}),
                "dead_letter_config": Nested("DeadLetterConfig", {"target_arn": "TargetArn"}),
                "image_config": Nested(
                    "ImageConfig",
                    {"command": "Command", "entry_point": "EntryPoint", "working_directory": "WorkingDirectory"},
                ),
            },
            attributes={
                "arn": "Arn",
                "id": "ref",
                "invoke_arn": _INVOKE_URI.format("{Arn}"),
                "qualified_arn": "{Arn}:1",
                "qualified_invoke_arn": _INVOKE_URI.format("{Arn}:1"),
                "version": "1",
            },
        ),
        "aws_lambda_alias": Type(
            kind="AWS::Lambda::Alias",
            arguments={"function_name": "FunctionName", "name": "Name"},
            attributes={"arn": "ref", "invoke_arn": _INVOKE_URI.format("{ref}")},
        ),
        "aws_lambda_layer_version": Type(
            kind="AWS::Lambda::LayerVersion",
            arguments={"layer_name": "LayerName"},
            attributes={"arn": "LayerVersionArn", "id": "LayerVersionArn"},
        ),
        "aws_lambda_function_url": Type(
            kind="AWS::Lambda::Url",
            arguments={
                "function_name": "TargetFunctionArn",
                "authorization_type": "AuthType",
                "invoke_mode": "InvokeMode",
                "cors": Nested("Cors", _CORS),
            },
        ),
        "aws_lambda_function_event_invoke_config": Type(
            kind="AWS::Lambda::EventInvokeConfig",
            arguments={
                "function_name": "FunctionName",
                "maximum_retry_attempts": "MaximumRetryAttempts",
                "maximum_event_age_in_seconds": "MaximumEventAgeInSeconds",
                "destination_config": Nested(
                    "DestinationConfig",
                    {
                        "on_success": Nested("OnSuccess", {"destination": "Destination"}),
                        "on_failure": Nested("OnFailure", {"destination": "Destination"}),
                    },
                ),
            },
        ),
        "aws_lambda_event_source_mapping": Type(
            kind="AWS::Lambda::EventSourceMapping",
            arguments={
                "event_source_arn": "EventSourceArn",
                "function_name": "FunctionName",
                "batch_size": "BatchSize",
                "enabled": "Enabled",
            },
        ),
        "aws_apigatewayv2_api": Type(
            kind="AWS::ApiGatewayV2::Api",
            arguments={
                "name": "Name",
                "protocol_type": "ProtocolType",
                "target": "Target",
                "route_key": "RouteKey",
                "body": "Body",
                "cors_configuration": Nested("CorsConfiguration", _CORS),
            },
            attributes={"id": "ref", "api_endpoint": "ApiEndpoint"},
        ),
        "aws_apigatewayv2_stage": Type(
            kind="AWS::ApiGatewayV2::Stage",
            arguments={"api_id": "ApiId", "name": "StageName", "stage_variables": "StageVariables"},
        ),
        "aws_apigatewayv2_integration": Type(
            kind="AWS::ApiGatewayV2::Integration",
            arguments={
                "api_id": "ApiId",
                "integration_type": "IntegrationType",
                "integration_subtype": "IntegrationSubtype",
                "integration_uri": "IntegrationUri",
                "payload_format_version": "PayloadFormatVersion",
                "timeout_milliseconds": "TimeoutInMillis",
            },
            attributes=_ID,
            defaults={"payload_format_version": "1.0"},
        ),
        "aws_apigatewayv2_route": Type(
            kind="AWS::ApiGatewayV2::Route",
            arguments={
                "api_id": "ApiId",
                "route_key": "RouteKey",
                "target": "Target",
                "authorization_type": "AuthorizationType",
                "authorizer_id": "AuthorizerId",
                "authorization_scopes": "AuthorizationScopes",
            },
        ),
        "aws_apigatewayv2_authorizer": Type(
            kind="AWS::ApiGatewayV2::Authorizer",
            arguments={
                "api_id": "ApiId",
                "name": "Name",
                "authorizer_type": "AuthorizerType",
                "authorizer_uri": "AuthorizerUri",
                "identity_sources": "IdentitySource",
                "authorizer_payload_format_version": "AuthorizerPayloadFormatVersion",
                "enable_simple_responses": "EnableSimpleResponses",
                "jwt_configuration": Nested("JwtConfiguration", {"issuer": "Issuer", "audience": "Audience"}),
            },
            attributes=_ID,
        ),
        "aws_api_gateway_rest_api": Type(
            kind="AWS::ApiGateway::RestApi",
            arguments={"name": "Name", "body": "Body", "binary_media_types": "BinaryMediaTypes"},
            attributes={"id": "ref", "root_resource_id": "RootResourceId"},
        ),
        "aws_api_gateway_resource": Type(
            kind="AWS::ApiGateway::Resource",
            arguments={"rest_api_id": "RestApiId", "parent_id": "ParentId", "path_part": "PathPart"},
            attributes=_ID,
        ),
        "aws_api_gateway_method": Type(
            kind="AWS::ApiGateway::Method",
            arguments={
                "rest_api_id": "RestApiId",
                "resource_id": "ResourceId",
                "http_method": "HttpMethod",
                "authorization": "AuthorizationType",
                "authorizer_id": "AuthorizerId",
                "authorization_scopes": "AuthorizationScopes",
                "api_key_required": "ApiKeyRequired",
            },
        ),
        "aws_api_gateway_deployment": Type(
            kind="AWS::ApiGateway::Deployment",
            arguments={"rest_api_id": "RestApiId", "stage_name": "StageName"},
        ),
        "aws_api_gateway_stage": Type(
            kind="AWS::ApiGateway::Stage",
            arguments={"rest_api_id": "RestApiId", "stage_name": "StageName", "variables": "Variables"},
        ),
        "aws_api_gateway_authorizer": Type(
            kind="AWS::ApiGateway::Authorizer",
            arguments={
                "rest_api_id": "RestApiId",
                "name": "Name",
                "type": "Type",
                "authorizer_uri": "AuthorizerUri",
                "identity_source": "IdentitySource",
                "identity_validation_expression": "IdentityValidationExpression",
            },
            attributes=_ID,
            defaults={"type": "TOKEN", "identity_source": "method.request.header.Authorization"},
        ),
        "aws_api_gateway_api_key": Type(kind="AWS::ApiGateway::ApiKey", arguments={"name": "Name", "value": "Value"}),
        "aws_lb_target_group": Type(
            kind="AWS::ElasticLoadBalancingV2::TargetGroup",
            arguments={"name": "Name", "target_type": "TargetType"},
            attributes={"arn": "ref", "id": "ref"},
        ),
        "aws_lb_listener": Type(
            kind="AWS::ElasticLoadBalancingV2::Listener",
            arguments={
                "default_action": Nested(
                    "DefaultActions", {"type": "Type", "target_group_arn": "TargetGroupArn"}, many=True
                ),
            },
            attributes={"arn": "ref", "id": "ref"},
        ),
        "aws_lb_listener_rule": Type(
            kind="AWS::ElasticLoadBalancingV2::ListenerRule",
            arguments={
                "listener_arn": "ListenerArn",
                "priority": "Priority",
                "action": Nested("Actions", {"type": "Type", "target_group_arn": "TargetGroupArn"}, many=True),
            },
        ),
        "aws_s3_bucket": Type(
            kind="AWS::S3::Bucket",
            arguments={"bucket": "BucketName"},
            attributes={
                "id": "ref",
                "arn": "Arn",
                "bucket_domain_name": "DomainName",
                "bucket_regional_domain_name": "RegionalDomainName",
            },
        ),
        "aws_cloudwatch_event_rule": Type(
            kind="AWS::Events::Rule",
            arguments={
                "name": "Name",
                "schedule_expression": "ScheduleExpression",
                "event_bus_name": "EventBusName",
                "state": "State",
            },
        ),
        "aws_scheduler_schedule": Type(
            kind="AWS::Scheduler::Schedule",
            arguments={
                "name": "Name",
                "schedule_expression": "ScheduleExpression",
                "state": "State",
                "target": Nested("Target", {"arn": "Arn"}),
            },
        ),
        "aws_sns_topic_subscription": Type(
            kind="AWS::SNS::Subscription",
            arguments={"topic_arn": "TopicArn", "protocol": "Protocol", "endpoint": "Endpoint"},
        ),
        "aws_sns_topic": Type(
            kind="AWS::SNS::Topic", arguments={"name": "TopicName"}, attributes={"arn": "ref", "id": "ref"}
        ),
        "aws_sqs_queue": Type(
            kind="AWS::SQS::Queue",
            arguments={"name": "QueueName"},
            attributes={"arn": "Arn", "id": "QueueUrl", "url": "QueueUrl"},
        ),
        "aws_dynamodb_table": Type(
            kind="AWS::DynamoDB::Table",
            arguments={"name": "TableName"},
            attributes={**_ID_AND_ARN, "stream_arn": "StreamArn"},
        ),
        "aws_kinesis_stream": Type(
            kind="AWS::Kinesis::Stream", arguments={"name": "Name"}, attributes={"arn": "Arn", "id": "Arn"}
        ),
        "aws_cloudwatch_event_bus": Type(
            kind="AWS::Events::EventBus", arguments={"name": "Name"}, attributes=_ID_AND_ARN
        ),
        "aws_cloudwatch_log_group": Type(
            kind="AWS::Logs::LogGroup", arguments={"name": "LogGroupName"}, attributes=_ID_AND_ARN
        ),
        "aws_ecr_repository": Type(
            kind="AWS::ECR::Repository",
            arguments={"name": "RepositoryName"},
            attributes={"arn": "Arn", "id": "ref", "repository_url": "RepositoryUri"},
        ),
        "aws_iam_role": Type(kind="AWS::IAM::Role", arguments={"name": "RoleName"}, attributes=_ID_AND_ARN),
        "aws_sfn_state_machine": Type(
            kind="AWS::StepFunctions::StateMachine",
            arguments={"name": "StateMachineName"},
            attributes={"arn": "Arn", "id": "ref"},
        ),
    }
)
"""The types that are read."""

PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "aws_api_gateway_integration": Part(
            of="aws_api_gateway_method",
            matching={"rest_api_id": "rest_api_id", "resource_id": "resource_id", "http_method": "http_method"},
            key="Integration",
            arguments={
                "type": "Type",
                "uri": "Uri",
                "integration_http_method": "IntegrationHttpMethod",
                "timeout_milliseconds": "TimeoutInMillis",
            },
            many=False,
        ),
        "aws_lb_target_group_attachment": Part(
            of="aws_lb_target_group",
            matching={"target_group_arn": "arn"},
            key="Targets",
            arguments={"target_id": "Id"},
        ),
        "aws_s3_bucket_notification": Part(
            of="aws_s3_bucket",
            matching={"bucket": "id"},
            key="NotificationConfiguration",
            arguments={
                "lambda_function": Nested("LambdaConfigurations", {"lambda_function_arn": "Function"}, many=True)
            },
            many=False,
        ),
        "aws_cloudwatch_event_target": Part(
            of="aws_cloudwatch_event_rule",
            matching={"rule": "name"},
            key="Targets",
            arguments={"arn": "Arn"},
        ),
    }
)
"""The types that are a part of another resource."""

SYNONYMS: Mapping[str, str] = MappingProxyType(
    {
        f"aws_alb_{rest}": f"aws_lb_{rest}"
        for rest in ("target_group", "target_group_attachment", "listener", "listener_rule")
    }
)
"""Older names of types."""
