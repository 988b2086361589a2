"""A contract's function in the words of a SAM template: as it would be deployed behind a REST API."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lambda_contracts.contract import Contract
from lambda_contracts.shapes import Shape

from lambda_emulator.interpreters import runtime_version
from lambda_emulator.settings import Settings
from lambda_emulator.stacks.stack import Stack

STAGE = "test"


@contextlib.contextmanager
def stacked(contract: Contract, settings: Settings, *, image: bool, builds: bool = False) -> Iterator[Stack]:
    """Yield the stack of a contract's function, of its image or its code; with `builds` the image is built first."""
    with tempfile.TemporaryDirectory(prefix="lambdaproof-") as folder:
        file = Path(folder, "template.json")
        file.write_text(json.dumps(document(contract, image=image, builds=builds)), encoding="utf-8")
        yield Stack(file, settings, {}, name=contract.function.name)


def document(contract: Contract, *, image: bool, builds: bool = False) -> dict[str, Any]:
    """Return a template of a contract's function, its image or its code, and of its REST API if it accepts `rest`.

    Routes that an authorizer or an API key guards are left out.
    """
    function = contract.function
    open_ = [one for one in contract.endpoints if one.authorizer is None and not one.api_key_required]
    routes = [one.route for one in open_ if one.function == function.name and one.route.path.startswith("/")]
    properties: dict[str, Any] = {
        "FunctionName": function.name,
        "Timeout": function.timeout,
        "MemorySize": function.memory,
        "EphemeralStorage": {"Size": function.ephemeral_storage},
        "Environment": {"Variables": dict(function.environment)},
    }
    if image:
        properties |= {"PackageType": "Image", "ImageUri": function.image}
    else:
        code = contract.folder / function.zip if function.zip else contract.code
        runtime = f"python{runtime_version(function)}"
        properties |= {"Handler": function.handler, "Runtime": runtime, "CodeUri": str(code.resolve())}
    resources: dict[str, Any] = {"Function": {"Type": "AWS::Serverless::Function", "Properties": properties}}
    if image and builds and function.build is not None:
        context = str((contract.folder / function.build).resolve())
        resources["Function"]["Metadata"] = {"DockerContext": context, "Dockerfile": function.dockerfile}
    if Shape.REST in contract.accept and routes:
        binary = [kind.replace("/", "~1") for kind in routes[0].binary_media_types]
        resources["Api"] = {
            "Type": "AWS::Serverless::Api",
            "Properties": {"StageName": STAGE, "BinaryMediaTypes": binary},
        }
        properties["Events"] = {
            f"Route{number}": {
                "Type": "Api",
                "Properties": {"RestApiId": {"Ref": "Api"}, "Path": route.path, "Method": route.method},
            }
            for number, route in enumerate(routes)
        }
    return {"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}
