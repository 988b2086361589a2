"""Terraform: folders of `.tf` files, and what `terraform show -json` says, as templates in CloudFormation's words.

Terraform itself is not needed. python-hcl2 is imported when a `.tf` file is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lambda_contracts.errors import TemplateError

from lambda_emulator.templates.reading import Map, Place
from lambda_emulator.templates.source import Note
from lambda_emulator.templates.terraform import shown, translation
from lambda_emulator.templates.terraform.configuration import Configuration

__all__ = ["is_configuration", "of_configuration", "of_output", "shown"]


def is_configuration(path: Path) -> bool:
    """Whether a path is a `.tf` file or a folder that has some."""
    return path.suffix == ".tf" or (path.is_dir() and any(path.glob("*.tf")))


def of_configuration(path: Path, variables: Mapping[str, str]) -> tuple[Map, list[Note]]:
    """Read a folder, or that of a file, and return its template and what is not known of it. Raises TemplateError."""
    folder = path if path.is_dir() else path.parent
    configuration = Configuration(folder, variables)
    try:
        found = list(configuration.instances())
        tree, notes = translation.template(found, configuration.archive, Place(path, 1))
    except RecursionError:
        raise TemplateError(path, "its values are nested too deeply to be read.") from None
    return tree, [*configuration.notes, *notes]


def of_output(tree: Map, variables: Mapping[str, str]) -> tuple[Map, list[Note]]:
    """Return the template of what `terraform show -json` said, and what is not known of it. Raises TemplateError."""
    if variables:
        hint = "Leave the parameters out: the values are in it."
        raise TemplateError(tree.place.file, "a plan or state has no variables left.", hint=hint)
    try:
        return translation.template(shown.resources(tree), shown.archives(tree).get, tree.place)
    except (AttributeError, KeyError, TypeError) as error:
        problem = f"it is not what `terraform show -json` writes: {error!r}."
        raise TemplateError(tree.place.file, problem, hint="Write it anew.") from error
