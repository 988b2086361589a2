"""The plug-in `dynamodb:moto` of LocalStack: DynamoDB out of the moto that it brings.

LocalStack's own DynamoDB is AWS's DynamoDB Local, which it downloads on first use, with Java: 200 MB that no lock
holds, under terms of its own, and out of reach of many a CI. Chosen by `PROVIDER_OVERRIDE_DYNAMODB=moto`.
"""

from __future__ import annotations

from localstack.aws.api.dynamodb import DynamodbApi
from localstack.services.moto import MotoFallbackDispatcher
from localstack.services.plugins import Service, aws_provider


@aws_provider(api="dynamodb", name="moto")  # type: ignore[untyped-decorator]  # LocalStack's, which is not installed here
def dynamodb() -> Service:
    """Return the service, all of whose operations are moto's."""
    return Service.for_provider(DynamodbApi(), dispatch_table_factory=MotoFallbackDispatcher)
