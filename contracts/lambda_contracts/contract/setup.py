"""`[setup]`: what has to be there before the first event."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from lambda_contracts.contract.table import Table

_KeyName = Annotated[str, Meta(min_length=1, max_length=255, description="The attribute's name.")]
KEY_VALUES: dict[str, tuple[str, tuple[type, ...]]] = {
    "S": ("a string", (str,)),
    "N": ("a number", (int, float)),
    "B": ("binary, which only a command of setup.run can write", ()),
}


class TableKey(Table, frozen=True, kw_only=True):
    """`partition_key` and `sort_key` of a DynamoDB table."""

    name: _KeyName
    type: Annotated[Literal["S", "N", "B"], Meta(description="S for string, N for number, B for binary.")] = "S"


class DynamoTable(Table, frozen=True, kw_only=True):
    """`[[setup.tables]]`: one DynamoDB table."""

    name: Annotated[str, Meta(pattern="^[A-Za-z0-9_.-]{3,255}$", description="The table's name, as on AWS.")]
    partition_key: Annotated[TableKey, Meta(description='An attribute: { name = "id", type = "S" }.')]
    sort_key: Annotated[TableKey | None, Meta(description='An attribute: { name = "placed", type = "N" }.')] = None
    items: Annotated[tuple[dict[str, Any], ...], Meta(description="What is in it, as plain values.")] = ()

    @property
    def keys(self) -> tuple[TableKey, ...]:
        """Its partition key, and its sort key if it has one."""
        return (self.partition_key,) if self.sort_key is None else (self.partition_key, self.sort_key)


class Setup(Table, frozen=True, kw_only=True):
    """`[setup]`: what has to be there before the first event."""

    buckets: Annotated[tuple[str, ...], Meta(description="S3 buckets to create.")] = ()
    tables: Annotated[tuple[DynamoTable, ...], Meta(description="DynamoDB tables to create.")] = ()
    build: Annotated[tuple[str, ...], Meta(description="Commands that make what [function] ships, beside it.")] = ()
    run: Annotated[tuple[str, ...], Meta(description="Commands to run beside the handler, after that.")] = ()

    @property
    def needs_aws(self) -> bool:
        """Whether a stand-in for AWS has to be there."""
        return bool(self.buckets or self.tables)
