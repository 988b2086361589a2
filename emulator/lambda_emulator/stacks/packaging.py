"""What `sam build` and `sam package` do of a template: images are built, folders zipped, and it says where they are.

Requirements are not installed into the zip: our executor installs a folder's `requirements.txt` beside its code.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lambda_contracts.errors import TemplateError

from lambda_emulator import engine, images
from lambda_emulator.files import snapshot
from lambda_emulator.settings import Settings
from lambda_emulator.templates import Function, Template, reading
from lambda_emulator.templates.functions import SAM_FUNCTION

BUCKET = "lambdaproof-deployments"
"""Where code lies for CloudFormation to fetch."""

Upload = Callable[[str, bytes], None]
"""Puts an object into BUCKET: its key and its content."""

_HTTP_APIS = ("AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::")
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""What archives have for the time of every file, so that the same files make the same archive."""


def images_of(template: Template, settings: Settings) -> dict[str, str | None]:
    """Build the images that a template can build, see that the others are there, and return their ids by logical id.

    Raises ImageNotFound, EngineNotFound and EngineFailed.
    """
    return {id_: _image(function, settings) for id_, function in template.functions.items() if function.image}


def _image(function: Function, settings: Settings) -> str | None:
    image, found = function.image, engine.find(settings.engine)
    assert image is not None  # noqa: S101  # the caller's
    if image.context is not None:
        dockerfile = image.context / image.dockerfile
        images.build(found, image.uri, dockerfile, settings, context=image.context, arguments=image.build_arguments)
    found.inspect_image(image.uri)
    return found.image_id(image.uri)


def packaged(template: Template, upload: Upload) -> dict[str, Any]:
    """Return a template as CloudFormation takes it: its images by name, and its code in S3. Raises TemplateError."""
    tree = reading.read(template.file)
    for function in template.functions.values():
        resource = tree["Resources"][function.id]
        properties = resource.setdefault("Properties", {})
        serverless = resource["Type"] == SAM_FUNCTION
        if function.image is not None:
            resource.pop("Metadata", None)
            _say_image(properties, function.image.uri, serverless=serverless)
        elif function.code is not None:
            content = zipped(function)
            key = f"{function.id}-{hashlib.sha256(content).hexdigest()[:16]}.zip"
            upload(key, content)
            place = {"Bucket": BUCKET, "Key": key} if serverless else {"S3Bucket": BUCKET, "S3Key": key}
            properties["CodeUri" if serverless else "Code"] = place
    return tree


def without_http_apis(tree: dict[str, Any]) -> list[str]:
    """Take HTTP APIs out of a template, with the events and outputs that name them; return the APIs' logical ids."""
    resources = tree["Resources"]
    gone = [id_ for id_, resource in resources.items() if str(resource.get("Type", "")).startswith(_HTTP_APIS)]
    for id_ in gone:
        del resources[id_]
    implied = False
    for resource in resources.values():
        events = resource.get("Properties", {}).get("Events", {})
        http = [name for name, event in events.items() if event.get("Type") == "HttpApi"]
        for name in http:
            del events[name]
        implied = implied or bool(http)
    outputs = tree.get("Outputs", {})
    named = {*gone, "ServerlessHttpApi"}
    for name in [name for name, output in outputs.items() if named & set(re.findall(r"\w+", json.dumps(output)))]:
        del outputs[name]
    if not outputs:
        tree.pop("Outputs", None)
    return gone or (["ServerlessHttpApi"] if implied else [])


def _say_image(properties: dict[str, Any], uri: str, *, serverless: bool) -> None:
    if serverless:
        properties["ImageUri"] = uri
    else:
        properties["Code"] = {"ImageUri": uri}


def zipped(function: Function) -> bytes:
    """Return a function's code as an archive, the same for the same files. Raises TemplateError for none."""
    code, place = function.code, function.place
    assert code is not None  # noqa: S101  # the caller's
    if code.is_file():
        return code.read_bytes()
    if not code.is_dir():
        hint = "Correct the path, which is relative to the template."
        raise TemplateError(place.file, f"{code} does not exist.", key=function.id, line=place.line, hint=hint)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for name in sorted(snapshot(code)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = Path(code, name).stat().st_mode << 16
            written.writestr(entry, Path(code, name).read_bytes(), zipfile.ZIP_DEFLATED)
    return archive.getvalue()
