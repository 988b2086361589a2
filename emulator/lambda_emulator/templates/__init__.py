"""SAM and CloudFormation templates, read into functions, APIs and triggers. Nothing is started, and nothing is fetched.

Everything of `load` is frozen. PyYAML is imported when a template is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from lambda_contracts.api import Api

from lambda_emulator.templates import balancers, functions, gateway_apis, sam_apis, triggers, urls
from lambda_emulator.templates.drafts import Targets
from lambda_emulator.templates.functions import AsynchronousInvocation, Function, Image, ImageConfig
from lambda_emulator.templates.source import Note, Source
from lambda_emulator.templates.triggers import Trigger

__all__ = ["AsynchronousInvocation", "Function", "Image", "ImageConfig", "Note", "Template", "Trigger", "load"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What a template has: `functions` by logical id, `apis`, `triggers`, and `notes` on what is not known.

    An API's endpoints and authorizers name functions by their logical ids.
    """

    file: Path
    functions: Mapping[str, Function]
    apis: tuple[Api, ...]
    triggers: tuple[Trigger, ...]
    notes: tuple[Note, ...]


def load(path: Path, parameters: Mapping[str, str] | None = None) -> Template:
    """Read a template, YAML or JSON; `parameters` are values for its parameters, whose defaults are read else.

    Raises TemplateError with file, line and key for a template that CloudFormation or SAM would refuse, as far as it
    is read; ExtraMissing without PyYAML.
    """
    source = Source(path, parameters or {})
    found = {function.id: function for function in functions.read(source)}
    targets = Targets(source)
    readers = (sam_apis.read, gateway_apis.read, urls.read, balancers.read)
    apis = tuple(draft.api() for read in readers for draft in read(source, targets) if draft.endpoints)
    others = tuple(triggers.read(source, targets))
    return Template(file=path, functions=MappingProxyType(found), apis=apis, triggers=others, notes=source.notes)
