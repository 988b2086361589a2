"""`[function]`: what is deployed."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from lambda_contracts.contract.table import Count, Table

Runtime = Annotated[str, Meta(pattern=r"^python3\.[0-9]+$")]
_Parameters = Annotated[dict[str, str], Meta(description="Values for the template's parameters.")]
Environment = Annotated[dict[str, str], Meta(description='Variables; every value is a string: A = "1".')]


class Function(Table, frozen=True, kw_only=True):
    """`[function]`: what is deployed."""

    name: Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{1,64}$", description="The function's name, as on Lambda.")] = ""
    template: Annotated[str | None, Meta(description="The template that has the function, or Terraform's folder.")] = (
        None
    )
    resource: Annotated[str | None, Meta(description="Its logical id there, if there are several functions.")] = None
    parameters: _Parameters = field(default_factory=dict)
    code: Annotated[str, Meta(description="The folder of the handler's code, relative to the contract.")] = "."
    handler: Annotated[str | None, Meta(description='Module and function: "app.handler".')] = None
    runtime: Annotated[Runtime | None, Meta(description='As on Lambda: "python3.12".')] = None
    python: Annotated[str | None, Meta(description="The interpreter that has the handler's dependencies.")] = None
    requirements: Annotated[str, Meta(description="The handler's dependencies, a file for pip.")] = "requirements.txt"
    zip: Annotated[str | None, Meta(description="The deployment package, a zip archive, to run as it is.")] = None
    layers: Annotated[tuple[str, ...], Meta(description="Layers, zip archives; a later one covers earlier ones.")] = ()
    image: Annotated[str | None, Meta(description="The container image to run.")] = None
    build: Annotated[str | None, Meta(description="The folder to build the image from, first.")] = None
    dockerfile: Annotated[str, Meta(description="The Dockerfile, relative to `build`.")] = "Dockerfile"
    timeout: Annotated[int, Meta(ge=1, le=900, description="Seconds, 1 to 900.")] = 3
    memory: Annotated[int, Meta(ge=128, le=10240, description="MB, 128 to 10240.")] = 128
    ephemeral_storage: Annotated[int, Meta(ge=512, le=10240, description="MB under /tmp, 512 to 10240.")] = 512
    reserved_concurrency: Annotated[Count | None, Meta(description="Events at once; one more is throttled.")] = None
    environment: Environment = field(default_factory=dict)
