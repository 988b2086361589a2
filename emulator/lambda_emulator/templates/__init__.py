"""SAM, CloudFormation and Terraform, read into functions, APIs and triggers. Nothing is started or fetched.

Everything of `load` is frozen. PyYAML and python-hcl2 are imported when a template is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from lambda_contracts.api import Api

from lambda_emulator.templates import balancers, functions, gateway_apis, reading, sam_apis, terraform, triggers, urls
from lambda_emulator.templates.drafts import Targets
from lambda_emulator.templates.functions import AsynchronousInvocation, Function, Image, ImageConfig
from lambda_emulator.templates.source import Note, Source
from lambda_emulator.templates.triggers import Trigger

__all__ = [
    "AsynchronousInvocation",
    "Function",
    "Image",
    "ImageConfig",
    "Note",
    "Template",
    "Trigger",
    "is_template",
    "load",
]

SUFFIXES = (".yaml", ".yml", ".json", ".template", ".tf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What a template has: `functions` by logical id, `apis`, `triggers`, and `notes` on what is not known.

    An API's endpoints and authorizers name functions by their logical ids, Terraform's by their addresses. `folder` is
    what its paths are relative to: that of the file, or the file itself where that is a folder.
    """

    file: Path
    folder: Path
    functions: Mapping[str, Function]
    apis: tuple[Api, ...]
    triggers: tuple[Trigger, ...]
    notes: tuple[Note, ...]


def load(path: Path, parameters: Mapping[str, str] | None = None) -> Template:
    """Read a template: YAML or JSON, a folder of Terraform's or what `terraform show -json` says.

    `parameters` are values for its parameters or variables, whose defaults are read else. Raises TemplateError with
    file, line and key for what CloudFormation, SAM or Terraform would refuse, as far as it is read; ExtraMissing
    without PyYAML or python-hcl2.
    """
    source = _source(path, parameters or {})
    found = {function.id: function for function in functions.read(source)}
    targets = Targets(source)
    readers = (sam_apis.read, gateway_apis.read, urls.read, balancers.read)
    apis = tuple(draft.api() for read in readers for draft in read(source, targets) if draft.endpoints)
    others = tuple(triggers.read(source, targets))
    return Template(
        file=path,
        folder=source.folder,
        functions=MappingProxyType(found),
        apis=apis,
        triggers=others,
        notes=source.notes,
    )


def is_template(path: Path) -> bool:
    """Whether a path is taken for a template, by its name or by what a folder has."""
    return path.suffix in SUFFIXES or terraform.is_configuration(path)


def _source(path: Path, parameters: Mapping[str, str]) -> Source:
    if terraform.is_configuration(path):
        tree, notes = terraform.of_configuration(path, parameters)
        return Source(path, tree, {}, notes)
    tree = reading.read(path)
    if terraform.shown.is_one(tree):
        tree, notes = terraform.of_output(tree, parameters)
        return Source(path, tree, {}, notes)
    return Source(path, tree, parameters)
