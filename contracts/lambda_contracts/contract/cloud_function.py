"""`[cloud_function]`: the same function on Google Cloud."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from lambda_contracts.contract.function import Environment, Runtime
from lambda_contracts.contract.table import Table

_Timeout = Annotated[int, Meta(ge=1, le=3600, description="Seconds, 1 to 3600.")]


class CloudFunction(Table, frozen=True, kw_only=True):
    """`[cloud_function]`: the same function on Google Cloud."""

    target: Annotated[str, Meta(pattern="^[A-Za-z_][A-Za-z0-9_]*$", description="The function that gets requests.")]
    source: Annotated[str, Meta(description="The file that has it, relative to the contract.")] = "main.py"
    requirements: Annotated[str, Meta(description="Its dependencies, a file for pip beside it.")] = "requirements.txt"
    runtime: Annotated[Runtime | None, Meta(description='As on Lambda: "python3.12".')] = None
    timeout: _Timeout = 60
    environment: Environment = field(default_factory=dict)
    buckets: Annotated[tuple[str, ...], Meta(description="Buckets of Cloud Storage to create.")] = ()
    run: Annotated[tuple[str, ...], Meta(description="Commands to run beside it, after that.")] = ()
