"""A template's text as a tree of plain values, whose objects know where each of their keys stands."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_contracts.errors import TemplateError

from lambda_emulator.errors import ExtraMissing

if TYPE_CHECKING:
    import yaml

TAGS = {
    "Ref": "Ref",
    "Condition": "Condition",
    **{
        name: f"Fn::{name}"
        for name in (
            "And", "Base64", "Cidr", "Equals", "FindInMap", "GetAtt", "GetAZs", "If", "ImportValue", "Join", "Length",
            "Not", "Or", "Select", "Split", "Sub", "ToJsonString", "Transform",
        )
    },
}  # fmt: skip
"""CloudFormation's short tags, and the functions that they stand for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; `line` is 1-based."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Map(dict[str, Any]):
    """An object of a template. `place` is its own, `places` has that of each key.

    `spelled` is what a key is called in the file, where that is another word; an empty one is not there at all.
    """

    def __init__(
        self,
        values: Mapping[str, Any],
        place: Place,
        places: Mapping[str, Place] | None = None,
        spelled: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(values)
        self.place = place
        self.places = dict(places or {})
        self.spelled = dict(spelled or {})

    def place_of(self, key: str) -> Place:
        """Return where a key stands; the object itself when it has no such key."""
        return self.places.get(key, self.place)

    def spell(self, key: str) -> str:
        """Return what a key is called in the file."""
        return self.spelled.get(key, key)


def read(file: Path) -> Map:
    """Read a template, YAML or JSON. Raises TemplateError with file and line, ExtraMissing without PyYAML."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise TemplateError(file, "there is no such file.", hint="Name the template: template.yaml.") from None
    except UnicodeDecodeError as error:
        raise TemplateError(file, f"it is not UTF-8: {error}.", hint="Save it as UTF-8.") from error
    except OSError as error:
        raise TemplateError(file, f"it cannot be read: {error.strerror}.") from error
    return parse(text, file)


def parse(text: str, file: Path) -> Map:
    """Make a tree of a template's text. Raises TemplateError with file and line, ExtraMissing without PyYAML."""
    if text.lstrip().startswith("{") and file.suffix not in (".yaml", ".yml"):
        text = _checked_json(text, file)
    tree = _parse_yaml(text, file)
    if not isinstance(tree, Map):
        raise TemplateError(file, "it is no template: it holds no object.", hint="Write `Resources:` and what it has.")
    return tree


def _checked_json(text: str, file: Path) -> str:
    """Return JSON as YAML reads it; what is not JSON is told as such, with its line."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise TemplateError(file, f"it is not JSON: {error.msg} at column {error.colno}.", line=error.lineno) from error
    except RecursionError:
        raise TemplateError(file, _DEEP) from None
    return text.replace("\t", " ")  # no string of JSON holds a tab as it is


_DEEP = "its values are nested too deeply to be read."


def _parse_yaml(text: str, file: Path) -> Any:
    try:
        import yaml
    except ImportError as error:
        raise ExtraMissing("pyyaml", "templates", f"{file}: reading a template") from error
    try:
        return yaml.load(text, Loader=_loader(file))  # noqa: S506  # a safe loader of our own
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or str(error)
        line = mark.line + 1 if mark else None
        raise TemplateError(file, f"it is not YAML: {problem}.", line=line, hint=_hint(text, line)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise TemplateError(file, f"it is not YAML: {error.reason}.", line=line) from error
    except RecursionError:
        raise TemplateError(file, _DEEP) from None


def _hint(text: str, line: int | None) -> str:
    """Say what is wrong with a line that YAML does not take, where that is known."""
    lines = text.splitlines()
    written = lines[line - 1] if line and line <= len(lines) else ""
    indent = written[: len(written) - len(written.lstrip())]
    if "\t" in indent or written.startswith("\t"):
        return "Indent with spaces: YAML takes no tabs."
    return ""


def _loader(file: Path) -> type[yaml.SafeLoader]:
    """Make a safe loader that knows CloudFormation's tags and keeps lines, of libyaml's where there is one."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]  # which of two is known at run time
        """Knows which file it reads."""

    def at(node: yaml.Node) -> Place:
        return Place(file, node.start_mark.line + 1)

    def mapping(loader: Any, node: yaml.MappingNode) -> Map:
        seen: dict[str, int] = {}
        for key, _ in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if key.id != "scalar":
                raise TemplateError(file, "a key has to be text.", line=line, hint="Quote what begins with { or [.")
            if name in seen and name != "<<":
                hint = "Keep one of them."
                raise TemplateError(file, f"`{name}` is there twice, first on line {seen[name]}.", line=line, hint=hint)
            seen[name] = line
        loader.flatten_mapping(node)
        values, places = {}, {}
        for key, value in node.value:
            # A key is the text as it was written: `on` is no boolean here, and an account's id no number.
            values[str(key.value)] = loader.construct_object(value, deep=True)
            places[str(key.value)] = at(key)
        return Map(values, at(node), places)

    def sequence(loader: Any, node: yaml.SequenceNode) -> list[Any]:
        return [loader.construct_object(item, deep=True) for item in node.value]

    def short(loader: Any, suffix: str, node: yaml.Node) -> Map:
        if suffix not in TAGS:
            near = difflib.get_close_matches(suffix, TAGS, n=1)
            hint = (
                f"Did you mean `!{near[0]}`?"
                if near
                else f"CloudFormation has: {', '.join(f'!{tag}' for tag in TAGS)}."
            )
            raise TemplateError(file, f"there is no tag `!{suffix}`.", line=at(node).line, hint=hint)
        return Map({TAGS[suffix]: _argument(loader, suffix, node, mapping)}, at(node), {TAGS[suffix]: at(node)})

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    Loader.add_constructor("tag:yaml.org,2002:seq", sequence)
    Loader.add_constructor("tag:yaml.org,2002:timestamp", base.construct_yaml_str)  # 2012-10-17 is a policy's version
    Loader.add_multi_constructor("!", short)
    return Loader


def _argument(loader: Any, tag: str, node: Any, mapping: Any) -> Any:
    """Return what stands after a short tag, as its function takes it."""
    if node.id == "mapping":
        return mapping(loader, node)
    if node.id == "sequence":
        return [loader.construct_object(item, deep=True) for item in node.value]
    return node.value.split(".", 1) if tag == "GetAtt" else node.value
