"""What every stand-in for AWS gives: an endpoint, clients of it, and the buckets and tables of a contract."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from lambda_contracts.contract import DynamoTable

from lambda_emulator.environments.variables import CREDENTIALS, REGION
from lambda_emulator.errors import BackendUnavailable, ExtraMissing, SetupFailed


class Backend(ABC):
    """A stand-in for AWS that answers at one URL; use it as a context manager."""

    hints: ClassVar[Mapping[str, str]] = {}
    """What to do when a service does not work."""

    has_http_apis: ClassVar[bool] = True
    """Whether API Gateway's HTTP APIs can be made there."""

    @property
    @abstractmethod
    def endpoint(self) -> str:
        """The URL of every service."""

    @property
    def variables(self) -> Mapping[str, str]:
        """What leads an AWS SDK here."""
        return {"AWS_ENDPOINT_URL": self.endpoint}

    def __enter__(self) -> Backend:
        return self

    @abstractmethod
    def __exit__(self, *_: object) -> None:
        """End it."""

    def require_alive(self) -> None:  # noqa: B027  # what was not started here is somebody else's to watch
        """Raise BackendUnavailable when it was started here and has ended."""

    def client(self, service: str) -> Any:
        """Return a boto3 client of a service, such as `s3` or `dynamodb`. Raises ExtraMissing."""
        try:
            import boto3
        except ImportError:
            raise ExtraMissing("boto3", "aws", "AWS for the handler (S3, DynamoDB)") from None

        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )

    def make_buckets(self, names: Sequence[str]) -> list[str]:
        """Make empty S3 buckets, where they are not there yet, and return those. Raises BackendUnavailable."""
        if not names:
            return []
        with self._told("S3"), contextlib.closing(self.client("s3")) as s3:
            there = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
            missing = [name for name in dict.fromkeys(names) if name not in there]
            for name in missing:
                s3.create_bucket(Bucket=name)
        return missing

    def make_tables(self, tables: Sequence[DynamoTable]) -> list[str]:
        """Make DynamoDB tables, where they are not there yet, put their items into them, and return those made.

        Raises SetupFailed for one that is there with other keys, and for an item that DynamoDB does not take;
        BackendUnavailable when DynamoDB does not answer.
        """
        from botocore.exceptions import ClientError

        if not tables:
            return []
        with self._told("DynamoDB"), contextlib.closing(self.client("dynamodb")) as dynamodb:
            made = [table.name for table in tables if _make_table(dynamodb, table)]
            for table in tables:
                for item in table.items:
                    try:
                        dynamodb.put_item(TableName=table.name, Item=_attributes(item))
                    except (ClientError, ArithmeticError) as error:  # a number's size is checked before it is sent
                        raise SetupFailed(f"The table {table.name} does not take {item}: {error!r}.") from error
        return made

    @contextlib.contextmanager
    def _told(self, service: str) -> Iterator[None]:
        """Say in our words that a service of the stand-in does not work."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except (BotoCoreError, ClientError) as error:
            problem = f"{service} at {self.endpoint} does not work: {error}"
            raise BackendUnavailable(problem, hint=self.hints.get(service, "")) from error


def _make_table(dynamodb: Any, table: DynamoTable) -> bool:
    """Make a table; return False when it is there already."""
    names = [key.name for key in table.keys]
    schema = [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]
    definitions = [{"AttributeName": key.name, "AttributeType": key.type} for key in table.keys]
    try:
        dynamodb.create_table(
            TableName=table.name,
            KeySchema=schema,
            AttributeDefinitions=definitions,
            BillingMode="PAY_PER_REQUEST",
        )
    except dynamodb.exceptions.ResourceInUseException:
        found = dynamodb.describe_table(TableName=table.name)["Table"]
        if (found["KeySchema"], found["AttributeDefinitions"]) != (schema, definitions):
            problem = f"There is a table {table.name} with other keys already: {found['KeySchema']}."
            raise SetupFailed(problem, hint="Call one of them something else.") from None
        return False
    return True


def _attributes(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item as DynamoDB writes it: `{"id": {"S": "a"}}`."""
    from boto3.dynamodb.types import TypeSerializer

    serialize = TypeSerializer().serialize
    return {name: serialize(_exact(value)) for name, value in item.items()}


def _exact(value: Any) -> Any:
    """Return a value with decimals in place of floats, which DynamoDB's numbers are."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {name: _exact(below) for name, below in value.items()}
    return [_exact(below) for below in value] if isinstance(value, list) else value
