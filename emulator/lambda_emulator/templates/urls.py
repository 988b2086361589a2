"""Function URLs: `FunctionUrlConfig` of a SAM function, and AWS::Lambda::Url.

Source: AWS docs, AWS SAM, FunctionUrlConfig; CloudFormation template reference, AWS::Lambda::Url.
"""

from __future__ import annotations

from collections.abc import Iterator

from lambda_contracts.api import Endpoint
from lambda_contracts.shapes import Shape

from lambda_emulator.templates.drafts import DEFAULT_ROUTE, IAM, Draft, Targets, cors
from lambda_emulator.templates.functions import SAM_FUNCTION
from lambda_emulator.templates.source import Section, Source


def read(source: Source, targets: Targets) -> Iterator[Draft]:
    """Yield the function URLs, each an API of one route."""
    for resource in source.resources(SAM_FUNCTION):
        if "FunctionUrlConfig" in resource.properties:
            yield _url(f"{resource.id}Url", resource.id, resource.properties.section("FunctionUrlConfig"))
    for resource in source.resources("AWS::Lambda::Url"):
        if function := targets.function(resource.properties, "TargetFunctionArn"):
            yield _url(resource.id, function, resource.properties)


def _url(id_: str, function: str, section: Section) -> Draft:
    if section.text("AuthType") == IAM:
        section.note("AuthType", f"`{IAM}` is not asked here: every caller is let in.")
    if section.text("InvokeMode", "BUFFERED") != "BUFFERED":
        section.note("InvokeMode", "responses are not streamed here.")
    draft = Draft(id=id_, name=id_, front=Shape.FUNCTION_URL, cors=cors(section, "Cors"))
    draft.add(Endpoint(route=draft.route("ANY", DEFAULT_ROUTE), function=function))
    return draft
