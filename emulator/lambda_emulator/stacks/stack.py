"""One template as a stack of CloudFormation's: made, changed when its files have changed, and what came of it."""

from __future__ import annotations

import contextlib
import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambda_emulator import templates
from lambda_emulator.aws.backend import Backend
from lambda_emulator.errors import BackendUnavailable, StackFailed
from lambda_emulator.files import Snapshot, snapshot
from lambda_emulator.settings import Settings
from lambda_emulator.stacks import packaging

log = logging.getLogger(__name__)

_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What a REST API answers, and where; path parameters are in braces. `method` may be ANY."""

    method: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """What a stack has made: its functions' names, its REST APIs' routes, and its outputs."""

    stack: str
    endpoint: str
    functions: tuple[str, ...]
    routes: tuple[Route, ...]
    outputs: Mapping[str, str]


class Stack:
    """A template with values of its parameters. Its folder names the stack, unless `name` does.

    Raises TemplateError for one that cannot be read.
    """

    def __init__(
        self, file: Path, settings: Settings, parameters: Mapping[str, str], *, name: str | None = None
    ) -> None:
        given = name or file.resolve().parent.name
        self.name = "".join(letter if letter.isalnum() else "-" for letter in given).strip("-") or "stack"
        self._file = file
        self._settings = settings
        self._parameters = parameters
        self._images: dict[str, str | None] = {}
        self._template = templates.load(file, parameters)

    def build(self) -> None:
        """Read the template, build its images, and see that those are there that it cannot build.

        Raises TemplateError, ImageNotFound, EngineNotFound and EngineFailed.
        """
        self._template = templates.load(self._file, self._parameters)
        self._images = packaging.images_of(self._template, self._settings)

    def deploy(self, backend: Backend) -> Deployed:
        """Have CloudFormation make the stack, or change the one that is there.

        Raises StackFailed with what CloudFormation says of it, and BackendUnavailable when nobody answers.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            with contextlib.closing(backend.client("cloudformation")) as cloudformation:
                before = dict(_resources(cloudformation, self.name))
                self._put(cloudformation, json.dumps(self._packaged(backend)), there=bool(before))
                made = dict(_resources(cloudformation, self.name))
                self._take_up_images(backend, before)
                return self._deployed(backend, cloudformation, made)
        except (BotoCoreError, ClientError) as error:
            raise BackendUnavailable(
                f"{backend.endpoint} does not deploy {self._file}: {error}",
                hint="It has to be LocalStack, with cloudformation among its services.",
            ) from error

    def files(self) -> Snapshot:
        """Take down the template and all files that it deploys, to see what changes."""
        found = dict(snapshot(self._file.parent))
        for function in self._template.functions.values():
            folder = function.image.context if function.image else function.code
            if folder is not None and not folder.resolve().is_relative_to(self._file.parent.resolve()):
                found.update((str(folder / name), stat) for name, stat in snapshot(folder).items())
        return found

    def _packaged(self, backend: Backend) -> dict[str, Any]:
        with contextlib.closing(backend.client("s3")) as s3:

            def upload(key: str, content: bytes) -> None:
                s3.create_bucket(Bucket=packaging.BUCKET)
                s3.put_object(Bucket=packaging.BUCKET, Key=key, Body=content)

            tree = packaging.packaged(self._template, upload)
        if not backend.has_http_apis and (gone := packaging.without_http_apis(tree)):
            log.warning(
                "LocalStack's free edition has no HTTP API, so %s is left out; type: lambdaproof serve %s --backend %s",
                ", ".join(gone),
                self._file,
                backend.endpoint,
            )
        return tree

    def _put(self, cloudformation: Any, body: str, *, there: bool) -> None:
        """Make the stack, or change it, and wait for the end of that."""
        from botocore.exceptions import ClientError, WaiterError

        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in self._parameters.items()]
        asked = {"StackName": self.name, "TemplateBody": body, "Parameters": given, "Capabilities": _CAPABILITIES}
        log.info("Deploying %s", self.name)
        try:
            (cloudformation.update_stack if there else cloudformation.create_stack)(**asked)
        except ClientError as error:
            if "No updates are to be performed" in str(error):
                return
            raise
        waiter = cloudformation.get_waiter("stack_update_complete" if there else "stack_create_complete")
        try:
            waiter.wait(StackName=self.name, WaiterConfig={"Delay": 1, "MaxAttempts": 600})
        except WaiterError as error:
            raise self._failed(cloudformation) from error

    def _failed(self, cloudformation: Any) -> StackFailed:
        """Return the error that says which resources could not be made."""
        events = cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
        told = dict.fromkeys(
            f"  {event['LogicalResourceId']} ({event['ResourceType']}): {event['ResourceStatusReason']}"
            for event in reversed(events)
            if event.get("ResourceStatusReason") and re.search("FAILED|ROLLBACK", event["ResourceStatus"])
        )
        return StackFailed(
            f"{self._file}: CloudFormation could not make the stack {self.name}:\n" + "\n".join(told),
            hint="LocalStack's own log is localstack/last.log in the cache, which lambdaproof doctor names.",
        )

    def _take_up_images(self, backend: Backend, before: Mapping[str, tuple[str, str]]) -> None:
        """Have functions that were there run the image that its name means now: CloudFormation sees no change in it."""
        with contextlib.closing(backend.client("lambda")) as client:
            for id_ in self._images.keys() & before.keys():
                image = self._template.functions[id_].image
                assert image is not None  # noqa: S101  # it is one of the images
                client.update_function_code(FunctionName=before[id_][1], ImageUri=image.uri)
                client.get_waiter("function_updated_v2").wait(FunctionName=before[id_][1], WaiterConfig={"Delay": 1})

    def _deployed(self, backend: Backend, cloudformation: Any, made: Mapping[str, tuple[str, str]]) -> Deployed:
        outputs = cloudformation.describe_stacks(StackName=self.name)["Stacks"][0].get("Outputs", [])
        with contextlib.closing(backend.client("apigateway")) as gateway:
            routes = [
                route
                for kind, id_ in made.values()
                if kind == "AWS::ApiGateway::RestApi"
                for route in _routes(gateway, f"{backend.endpoint}/_aws/execute-api", id_)
            ]
        return Deployed(
            stack=self.name,
            endpoint=backend.endpoint,
            functions=tuple(id_ for kind, id_ in made.values() if kind == "AWS::Lambda::Function"),
            routes=tuple(routes),
            outputs={output["OutputKey"]: output["OutputValue"] for output in outputs},
        )


def _resources(cloudformation: Any, stack: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the resources of a stack by their logical ids, with type and physical id; none when it is not there."""
    from botocore.exceptions import ClientError

    try:
        found = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    except ClientError:
        return
    for resource in found:
        if resource.get("PhysicalResourceId"):
            yield resource["LogicalResourceId"], (resource["ResourceType"], resource["PhysicalResourceId"])


def _routes(gateway: Any, base: str, api: str) -> Iterator[Route]:
    """Yield the routes of a REST API in each of its stages."""
    stages: Sequence[Mapping[str, Any]] = gateway.get_stages(restApiId=api)["item"]
    resources = [
        resource
        for page in gateway.get_paginator("get_resources").paginate(restApiId=api)
        for resource in page["items"]
        if "resourceMethods" in resource
    ]
    for stage in stages:
        if stage["stageName"] == "Stage" and len(stages) > 1:  # which SAM makes beside the one that is asked for
            continue
        for resource in resources:
            for method in resource["resourceMethods"]:
                yield Route(method=method, url=f"{base}/{api}/{stage['stageName']}{resource['path']}")
