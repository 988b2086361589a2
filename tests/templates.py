"""Templates as people write them, and a writer of them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from lambda_contracts import authorizing, cors, routing
from lambda_contracts.errors import TemplateError
from lambda_emulator.templates import Template, load

Load = Callable[..., Template]


def written(folder: Path, text: str, *, name: str = "template.yaml") -> Path:
    """Write a template into a folder."""
    file = folder / name
    file.write_text(textwrap.dedent(text))
    return file


def read(
    folder: Path, text: str, parameters: Mapping[str, str] | None = None, *, name: str = "template.yaml"
) -> Template:
    """Write a template into a folder, and load it; its APIs are such as a front can serve."""
    template = load(written(folder, text, name=name), parameters)
    for api in template.apis:
        routing.compile(api)
        authorizing.check(api)
        cors.check(api)
    return template


def refused(
    folder: Path, text: str, parameters: Mapping[str, str] | None = None, *, name: str = "template.yaml"
) -> TemplateError:
    """Return the error that a template is refused with."""
    with pytest.raises(TemplateError) as caught:
        read(folder, text, parameters, name=name)
    assert str(folder / name) in str(caught.value)
    return caught.value
