"""A resource of a configuration or of what `terraform show` says, and its attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lambda_emulator.templates.intrinsics import Unresolved
from lambda_emulator.templates.names import KINDS, made_up
from lambda_emulator.templates.reading import Map, Place
from lambda_emulator.templates.terraform.vocabulary import SYNONYMS, TYPES


@dataclass(frozen=True, slots=True)
class Resource:
    """One instance of a resource.

    `address` is Terraform's (`aws_lambda_function.iris`, `aws_lambda_function.one["a"]`), `label` its name there.
    `argument` gives the value of an argument, None for one that is not there; `values` all of them, whose blocks are
    lists of Maps.
    """

    address: str
    kind: str
    label: str
    place: Place
    argument: Callable[[str], Any]
    values: Callable[[], Map]

    @property
    def type(self) -> str:
        """Its type, in the provider's newer word where there are two."""
        return SYNONYMS.get(self.kind, self.kind)

    def attribute(self, name: str) -> Any:
        """Return an attribute: what AWS gives it as far as that is known, else the argument of that name."""
        known = TYPES.get(self.type)
        form = known.attributes.get(name) if known else None
        if known is not None and form is not None:
            return self._filled(known.kind, form)
        value = self.argument(name)
        if value is None and known and name == self.name_argument:
            return self.name
        return Unresolved(f"`{self.address}.{name}` is known when it is applied") if value is None else value

    @property
    def name(self) -> str:
        """Its physical name: the one it is given where that is known, else its label; its address if it has none."""
        argument = self.name_argument
        given = self.argument(argument) if argument else self.address
        return given if isinstance(given, str) else self.label

    @property
    def name_argument(self) -> str:
        """The argument that is the physical name; empty for a type without one."""
        known = TYPES.get(self.type)
        key = KINDS[known.kind].name if known and known.kind in KINDS else ""
        names = [argument for argument, word in known.arguments.items() if word == key] if known else []
        return names[0] if key and names else ""

    def _filled(self, kind: str, form: str) -> str:
        forms: Mapping[str, str] = {"ref": KINDS[kind].ref, **KINDS[kind].attributes}
        values = {key: one.format(name=self.name, id=made_up(self.address)) for key, one in forms.items()}
        return values[form] if form in values else form.format(**values)
