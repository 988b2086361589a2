"""moto, embedded: AWS in a thread of this process. The default backend, for state only: it runs no functions."""

from __future__ import annotations

import contextlib
import http.client
import logging
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lambda_contracts.contract import DynamoTable

from lambda_emulator.environments.variables import CREDENTIALS, REGION
from lambda_emulator.errors import ExtraMissing, SetupFailed


class Moto:
    """A moto server on a free port of the loopback address; use it as a context manager."""

    def __init__(self) -> None:
        try:
            from moto.server import ThreadedMotoServer
        except ImportError:
            raise ExtraMissing("moto", "aws", "AWS for the handler (S3, DynamoDB)") from None
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)

    def __enter__(self) -> Moto:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        connection = http.client.HTTPConnection(*self._server.get_host_and_port())
        connection.request("POST", "/moto-api/reset")  # moto's state is this process's, not the server's
        connection.getresponse().read()
        connection.close()
        self._server.stop()

    @property
    def endpoint(self) -> str:
        """The URL of every service."""
        host, port = self._server.get_host_and_port()
        return f"http://{host}:{port}"

    @property
    def variables(self) -> Mapping[str, str]:
        """What leads an AWS SDK here."""
        return {"AWS_ENDPOINT_URL": self.endpoint}

    def client(self, service: str) -> Any:
        """Return a boto3 client of a service, such as `s3` or `dynamodb`."""
        import boto3

        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )

    def make_buckets(self, names: Sequence[str]) -> None:
        """Make empty S3 buckets, where they are not there yet."""
        with contextlib.closing(self.client("s3")) as s3:
            for name in names:
                s3.create_bucket(Bucket=name)

    def make_tables(self, tables: Sequence[DynamoTable]) -> None:
        """Make DynamoDB tables, where they are not there yet, and put their items into them.

        Raises SetupFailed for one that is there with other keys, and for an item that DynamoDB does not take.
        """
        from botocore.exceptions import ClientError

        with contextlib.closing(self.client("dynamodb")) as dynamodb:
            for table in tables:
                _make_table(dynamodb, table)
                for item in table.items:
                    try:
                        dynamodb.put_item(TableName=table.name, Item=_attributes(item))
                    except (ClientError, ArithmeticError) as error:  # a number's size is checked before it is sent
                        raise SetupFailed(f"The table {table.name} does not take {item}: {error!r}.") from error


def _make_table(dynamodb: Any, table: DynamoTable) -> None:
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
