"""The functions of a template, and the layers that they use.

Sources: AWS docs, AWS::Serverless::Function, AWS::Lambda::Function and their properties; for images and CDK's assets
the metadata that `sam build` reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from lambda_contracts.limits import LIMITS

from lambda_emulator.templates.reading import Place
from lambda_emulator.templates.source import Resource, Section, Source

SAM_FUNCTION, LAMBDA_FUNCTION = "AWS::Serverless::Function", "AWS::Lambda::Function"
_LAYERS = {"AWS::Serverless::LayerVersion": "ContentUri", "AWS::Lambda::LayerVersion": "Content"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A function's container image: `uri` is its name, `context` the folder it is built from, None without one."""

    uri: str
    context: Path | None = None
    dockerfile: str = "Dockerfile"
    target: str = ""
    build_arguments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageConfig:
    """What is said anew of an image: its command, entry point and working folder."""

    command: tuple[str, ...] = ()
    entry_point: tuple[str, ...] = ()
    working_directory: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsynchronousInvocation:
    """What becomes of an event that nobody waits for: retries, age in seconds, and where its outcome is sent (ARNs)."""

    retries: int = 2
    maximum_age: int = 21_600
    on_success: str = ""
    on_failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function of a template.

    `id` is logical, `name` physical (the logical id when none is given). `code` is a folder or an archive here,
    `inline` a program in the template; both are absent for an image, and for code that lies in S3. `timeout` is in
    seconds, `memory` and `ephemeral_storage` in MB. `dead_letter` is an ARN. `layers` are the folders of those layers
    that the template has itself.
    """

    id: str
    name: str
    place: Place
    handler: str = ""
    runtime: str = ""
    code: Path | None = None
    inline: str = ""
    image: Image | None = None
    image_config: ImageConfig = ImageConfig()
    timeout: int = 3
    memory: int = 128
    ephemeral_storage: int = 512
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    architecture: str = "x86_64"
    layers: tuple[Path, ...] = ()
    reserved_concurrency: int | None = None
    asynchronous: AsynchronousInvocation = AsynchronousInvocation()
    dead_letter: str = ""


def read(source: Source) -> Iterator[Function]:
    """Yield a template's functions, as they are written."""
    layers = dict(_layers(source))
    for resource in source.resources(SAM_FUNCTION, LAMBDA_FUNCTION):
        yield _function(source, resource, layers)


def _function(source: Source, resource: Resource, layers: Mapping[str, Path | None]) -> Function:
    properties = resource.properties
    packaged = properties.text("PackageType", "Zip")
    image = _image(source, resource) if packaged == "Image" else None
    return Function(
        id=resource.id,
        name=source.resolver.name_of(resource.id),
        place=resource.place,
        handler=properties.text("Handler"),
        runtime=properties.text("Runtime"),
        code=None if image else _code(source, resource),
        inline=properties.text("InlineCode") or _code_object(properties).text("ZipFile"),
        image=image,
        image_config=_image_config(properties.section("ImageConfig")),
        timeout=_sized(properties, "Timeout", "timeout"),
        memory=_sized(properties, "MemorySize", "memory"),
        ephemeral_storage=_sized(properties.section("EphemeralStorage"), "Size", "tmp"),
        environment=properties.section("Environment").variables("Variables"),
        architecture=next(iter(properties.texts("Architectures")), "x86_64"),
        layers=tuple(_used_layers(properties, layers)),
        reserved_concurrency=properties.integer("ReservedConcurrentExecutions"),
        asynchronous=_asynchronous(source, resource),
        dead_letter=properties.section("DeadLetterQueue").text("TargetArn")
        or properties.section("DeadLetterConfig").text("TargetArn"),
    )


_DEFAULTS = {"timeout": 3, "memory": 128, "tmp": 512}


def _sized(section: Section, key: str, limit: str) -> int:
    """Return a number that AWS has a quota and a default for."""
    between = (LIMITS[f"{limit} minimum"].value, LIMITS[limit].value)
    return section.integer(key, between=between) or _DEFAULTS[limit]


def _code_object(properties: Section) -> Section:
    """Return the `Code` of an AWS::Lambda::Function where it is an object."""
    written = properties.values.get("Code")
    return properties.section("Code" if isinstance(written, dict) else "")


def _code(source: Source, resource: Resource) -> Path | None:
    """Return the folder or archive of a function's code, None when it is not on this machine."""
    properties = resource.properties
    if "aws:asset:path" in resource.metadata:  # CDK puts the code's folder here, and a made-up bucket under Code
        return source.folder / resource.metadata.text("aws:asset:path")
    if "InlineCode" in properties or "ZipFile" in _code_object(properties):
        return None
    key = "CodeUri" if resource.kind == SAM_FUNCTION else "Code"
    if key not in properties:
        return source.folder
    written = properties.get(key)
    if isinstance(written, str) and not written.startswith("s3://"):
        return source.folder / written
    if written is not None:
        properties.note(key, "the code lies in S3, not on this machine.")
    return None


def _image(source: Source, resource: Resource) -> Image:
    """Return the image of a function: what Metadata says of building it, as `sam build` and CDK write it."""
    properties, metadata = resource.properties, resource.metadata
    tag = metadata.text("DockerTag", "latest")
    uri = properties.text("ImageUri") or _code_object(properties).text("ImageUri")
    context = metadata.text("DockerContext") or metadata.text("aws:asset:path")
    return Image(
        uri=uri or f"{resource.id.lower()}:{tag}",
        context=source.folder / context if context else None,
        dockerfile=metadata.text("Dockerfile") or metadata.text("aws:asset:dockerfile-path") or "Dockerfile",
        target=metadata.text("DockerBuildTarget"),
        build_arguments=metadata.variables("DockerBuildArgs"),
    )


def _image_config(section: Section) -> ImageConfig:
    return ImageConfig(
        command=section.texts("Command"),
        entry_point=section.texts("EntryPoint"),
        working_directory=section.text("WorkingDirectory"),
    )


def _layers(source: Source) -> Iterator[tuple[str, Path | None]]:
    """Yield the template's own layers: the name, and the folder of its content, None when that is not here."""
    for resource in source.resources(*_LAYERS):
        name = source.resolver.name_of(resource.id)
        content = resource.properties.get(_LAYERS[resource.kind])
        here = isinstance(content, str) and not content.startswith("s3://")
        asset = resource.metadata.text("aws:asset:path")
        yield name, source.folder / (asset or str(content)) if asset or here else None


def _used_layers(properties: Section, layers: Mapping[str, Path | None]) -> Iterator[Path]:
    for arn in properties.texts("Layers"):
        parts = arn.split(":")
        folder = layers.get(parts[6]) if len(parts) > 6 else None
        if folder is None:
            properties.note("Layers", f"the layer {arn} is not on this machine; it is left out.")
        else:
            yield folder


def _asynchronous(source: Source, resource: Resource) -> AsynchronousInvocation:
    section, destinations = resource.properties.section("EventInvokeConfig"), "DestinationConfig"
    for other in source.resources("AWS::Lambda::EventInvokeConfig"):
        if other.properties.text("FunctionName") == source.resolver.name_of(resource.id):
            section = other.properties
    retries = section.integer("MaximumRetryAttempts", between=(0, 2))
    return AsynchronousInvocation(
        retries=2 if retries is None else retries,
        maximum_age=section.integer("MaximumEventAgeInSeconds", between=(60, 21_600)) or 21_600,
        on_success=section.section(destinations).section("OnSuccess").text("Destination"),
        on_failure=section.section(destinations).section("OnFailure").text("Destination"),
    )
