"""What `terraform show -json` says of a plan or a state: resources of all modules, with their values.

In a plan, what AWS makes up is not known yet: the configuration in it says what such a value refers to. In a state it
is AWS's own, and is taken back to what it is called here. Source: Terraform's documentation, JSON output format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from lambda_emulator.templates.intrinsics import Unresolved
from lambda_emulator.templates.reading import Map
from lambda_emulator.templates.terraform.resources import Resource
from lambda_emulator.templates.terraform.vocabulary import TYPES


def is_one(tree: Map) -> bool:
    """Whether a tree is what `terraform show -json` writes."""
    return "format_version" in tree and ("planned_values" in tree or "values" in tree)


def archives(tree: Map) -> dict[str, str]:
    """Return what archives are made of, where an archive_file makes them: their folders by their names."""
    found = {}
    for said in (tree.get("values"), tree.get("prior_state", {}).get("values")):
        for one in _modules((said or {}).get("root_module", {})):
            values = one.get("values", {})
            if one.get("type") == "archive_file" and values.get("output_path"):
                file = Path(values.get("source_file") or "")
                found[values["output_path"]] = values.get("source_dir") or str(file.parent)
    return found


def resources(tree: Map) -> list[Resource]:
    """Return the resources of a plan or a state."""
    root = (tree.get("planned_values") or tree.get("values") or {}).get("root_module", {})
    expressions = dict(_expressions(tree.get("configuration", {}).get("root_module", {}), ""))
    shown = _Shown(expressions)
    for one in _modules(root):
        if one.get("mode") == "managed":
            shown.add(one)
    shown.learn()
    return list(shown.resources.values())


def _modules(module: Mapping[str, Any]) -> Iterator[Map]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _modules(child)


def _expressions(module: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what a plan's configuration says of each resource, by its address without indices."""
    for one in module.get("resources", []):
        yield f"{prefix}{one['address']}", one.get("expressions", {})
    for name, call in module.get("module_calls", {}).items():
        yield from _expressions(call.get("module", {}), f"{prefix}module.{name}.")


class _Shown:
    """The resources of one output, and what AWS's values in it are called here."""

    def __init__(self, expressions: Mapping[str, Mapping[str, Any]]) -> None:
        self.resources: dict[str, Resource] = {}
        self._expressions = expressions
        self._ours: dict[str, str] = {}
        self._written: dict[str, Map] = {}

    def add(self, one: Map) -> None:
        """Take in a resource."""
        address, index = one["address"], one.get("index")
        label = one["name"] if index is None else f"{one['name']}-{re.sub(r'[^0-9A-Za-z]', '-', str(index))}"
        self._written[address] = one.get("values") or Map({}, one.place)
        self.resources[address] = Resource(
            address=address,
            kind=one["type"],
            label=label,
            place=one.place,
            argument=partial(self._argument, address),
            values=partial(self._values, address),
        )

    def learn(self) -> None:
        """Find out what the attributes that AWS made up are called here."""
        for address, resource in self.resources.items():
            known = TYPES.get(resource.type)
            for name in known.attributes if known else ():
                theirs, ours = self._written[address].get(name), resource.attribute(name)
                if isinstance(theirs, str) and theirs != ours:
                    self._ours[theirs] = ours

    def _argument(self, address: str, name: str) -> Any:
        value = self._written[address].get(name)
        if value is None:
            return self._referred(address, name)
        return self._known(value)

    def _values(self, address: str) -> Map:
        written = self._written[address]
        asked = self._expressions.get(_without_indices(address), {})
        values = {name: self._argument(address, name) for name in {**written, **asked}}
        return Map(values, written.place, written.places)

    def _known(self, value: Any) -> Any:
        if isinstance(value, Map):
            return Map({key: self._known(one) for key, one in value.items()}, value.place, value.places)
        if isinstance(value, list):
            return [self._known(one) for one in value]
        if isinstance(value, str) and value.startswith("integrations/"):
            return self._ours.get(value.removeprefix("integrations/"), value)
        return self._ours.get(value, value) if isinstance(value, str) else value

    def _referred(self, address: str, name: str) -> Any:
        """Return what an argument refers to, that a plan does not know yet: one attribute of one resource."""
        asked = self._expressions.get(_without_indices(address), {}).get(name)
        if isinstance(asked, list):  # blocks
            return None
        references = asked.get("references", []) if isinstance(asked, dict) else []
        if not references:
            return None
        whole = [one for one in references if not any(other.startswith((f"{one}.", f"{one}[")) for other in references)]
        prefix = re.match(r"(?:module\.[^.]+\.)*", address)
        found = [self._attribute((prefix[0] if prefix else "") + one) for one in whole]
        if len(found) == 1 and found[0] is not None:
            return found[0]
        return Unresolved(f"`{', '.join(whole)}` is known when it is applied")

    def _attribute(self, reference: str) -> Any:
        address, _, name = reference.rpartition(".")
        return self.resources[address].attribute(name) if address in self.resources else None


def _without_indices(address: str) -> str:
    return re.sub(r"\[[^\]]*\]", "", address)
