"""CloudFormation's intrinsic functions, as far as they can be known without a stack.

Source: AWS docs, CloudFormation template reference, intrinsic functions and condition functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lambda_contracts.errors import TemplateError

from lambda_emulator.templates.names import KINDS, PSEUDO, Kind, made_up
from lambda_emulator.templates.reading import Map

IMPLICIT = {"ServerlessRestApi": "AWS::Serverless::Api", "ServerlessHttpApi": "AWS::Serverless::HttpApi"}
"""The APIs that SAM makes for events that name none."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A value that is not known before the stack is there; `why` says what is missing."""

    why: str


class _Nothing:
    """What AWS::NoValue stands for: the key is left out."""


NOTHING = _Nothing()


class Resolver:
    """Resolves the values of one template.

    `parameters` are the values that are given for it; the template's defaults stand in for the others. Raises
    TemplateError for a function that CloudFormation would refuse.
    """

    def __init__(self, template: Map, parameters: Mapping[str, str]) -> None:
        self._parameters = _section(template, "Parameters")
        self._mappings = _section(template, "Mappings")
        self._conditions = _section(template, "Conditions")
        self._resources = _section(template, "Resources")
        self._given = parameters
        self._active: list[str] = []
        for name, value in parameters.items():
            self._check_given(template, name, value)

    def resolve(self, raw: Any) -> Any:
        """Return a value with every function in it carried out; what cannot be known is Unresolved, where it stands."""
        if isinstance(raw, list):
            return [value for value in map(self.resolve, raw) if value is not NOTHING]
        if isinstance(raw, str) and "{{resolve:" in raw:
            return Unresolved(f"`{raw}` is looked up when the stack is made")
        if not isinstance(raw, Map):
            return raw
        if len(raw) == 1:
            (name,) = raw
            if name in _FUNCTIONS:
                return _FUNCTIONS[name](self, raw[name], raw)
            if name.startswith("Fn::"):
                return Unresolved(f"`{name}` is not read here")
        values = {key: value for key, each in raw.items() if (value := self.resolve(each)) is not NOTHING}
        return Map(values, raw.place, raw.places)

    def holds(self, condition: str, at: Map) -> bool | Unresolved:
        """Return whether one of the template's conditions holds."""
        if condition not in self._conditions:
            raise _mistake(at, "Condition", f"there is no condition `{condition}`.")
        with self._once(f"condition {condition}", at):
            return self._truth(self._conditions[condition], at)

    def reference(self, name: str) -> Any:
        """Return what Ref gives for a parameter, a pseudo parameter or a resource."""
        if name == "AWS::NoValue":
            return NOTHING
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self._parameters:
            return self._parameter(name)
        resource, dot, _ = name.partition(".")
        if (
            dot and name not in self._resources
        ):  # SAM's for what it makes of a resource: `Function.Alias`, `Function.Version`, `Api.Stage`
            return self.attribute(resource, "Arn")
        kind = self._kind(name)
        if kind is None:
            return Unresolved(f"what `{name}` is called is known when the stack is made")
        return self._filled(kind.ref, name)

    def attribute(self, name: str, attribute: str) -> Any:
        """Return what Fn::GetAtt gives for a resource."""
        kind = self._kind(name)
        form = kind.attributes.get(attribute) if kind else None
        if kind is None or form is None:
            return Unresolved(f"`{name}.{attribute}` is known when the stack is made")
        return self._filled(form, name)

    def name_of(self, logical_id: str) -> str:
        """Return a resource's physical name: the one it is given, else its logical id."""
        resource = self._resources.get(logical_id)
        kind = self._kind(logical_id)
        properties = resource.get("Properties") if isinstance(resource, Map) else None
        if not isinstance(properties, Map) or kind is None or kind.name not in properties:
            return logical_id
        with self._once(f"resource {logical_id}", properties):
            name = self.resolve(properties[kind.name])
        return name if isinstance(name, str) else logical_id

    def _kind(self, name: str) -> Kind | None:
        resource = self._resources.get(name)
        found = resource.get("Type") if isinstance(resource, Map) else IMPLICIT.get(name)
        return KINDS.get(str(found))

    def _filled(self, form: str, name: str) -> str:
        return form.format(name=self.name_of(name), id=made_up(name))

    def _parameter(self, name: str) -> Any:
        declared = self._parameters[name] if isinstance(self._parameters[name], Map) else {}
        kind = str(declared.get("Type", "String"))
        if kind.startswith("AWS::SSM::Parameter::Value") and name not in self._given:
            return Unresolved(f"parameter `{name}` is looked up in Systems Manager")
        value = self._given.get(name, declared.get("Default"))
        if value is None:
            return Unresolved(f"parameter `{name}` has no default and is not given")
        if kind == "CommaDelimitedList" or kind.startswith("List<"):
            return [part.strip() for part in text(value).split(",")]
        return value

    def _check_given(self, template: Map, name: str, value: str) -> None:
        declared = self._parameters.get(name)
        if declared is None:
            known = ", ".join(self._parameters) or "none"
            problem = f"it has no parameter `{name}`."
            raise TemplateError(template.place.file, problem, hint=f"Its parameters: {known}.")
        allowed = declared.get("AllowedValues") if isinstance(declared, Map) else None
        if isinstance(allowed, list) and value not in map(text, allowed):
            hint = f"Allowed: {', '.join(map(text, allowed))}."
            raise _mistake(self._parameters, name, f"it cannot be `{value}`.", hint)

    @contextmanager
    def _once(self, what: str, at: Map) -> Iterator[None]:
        """Refuse what leads back to itself."""
        if what in self._active:
            raise TemplateError(at.place.file, f"{what} leads back to itself.", line=at.place.line)
        self._active.append(what)
        try:
            yield
        finally:
            self._active.pop()

    def _truth(self, raw: Any, at: Map) -> bool | Unresolved:
        if isinstance(raw, Map) and list(raw) == ["Condition"]:
            return self.holds(text(raw["Condition"]), at)
        value = self.resolve(raw)
        if isinstance(value, bool | Unresolved):
            return value
        if text(value) in ("true", "false"):
            return text(value) == "true"
        raise _mistake(at, "Conditions", "a condition has to be Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition.")

    # --- functions: each takes its argument as it is written, and the object that it stands in ----------------------

    def _ref(self, raw: Any, _at: Map) -> Any:
        return self.reference(text(raw))

    def _get_att(self, raw: Any, at: Map) -> Any:
        parts = raw.split(".", 1) if isinstance(raw, str) else self.resolve(raw)
        if not isinstance(parts, list) or len(parts) < 2:
            raise _mistake(at, "Fn::GetAtt", "it needs a resource and an attribute.", "Write !GetAtt Function.Arn.")
        unknown = _unresolved(parts)
        return unknown or self.attribute(text(parts[0]), ".".join(map(text, parts[1:])))

    def _sub(self, raw: Any, at: Map) -> Any:
        written, variables = (raw[0], raw[1]) if isinstance(raw, list) and len(raw) == 2 else (raw, {})
        if not isinstance(written, str) or not isinstance(variables, dict):
            raise _mistake(at, "Fn::Sub", "it needs a text, or a list of a text and an object.")
        unknown: list[Unresolved] = []

        def replaced(match: re.Match[str]) -> str:
            if match[1].startswith("!"):
                return "${" + match[1][1:] + "}"
            name = match[1].strip()
            value = self._variable(name, variables)
            if isinstance(value, Unresolved):
                unknown.append(value)
            return text(value)

        done = re.sub(r"\$\{([^{}]+)\}", replaced, written)
        return unknown[0] if unknown else self.resolve(done)

    def _variable(self, name: str, variables: Mapping[str, Any]) -> Any:
        if name in variables:
            return self.resolve(variables[name])
        resource, dot, attribute = name.partition(".")
        return self.attribute(resource, attribute) if dot else self.reference(name)

    def _join(self, raw: Any, at: Map) -> Any:
        separator, values = self._pair(raw, at, "Fn::Join")
        unknown = _unresolved([separator, values])
        if unknown:
            return unknown
        if not isinstance(values, list):
            raise _mistake(at, "Fn::Join", "what it joins has to be a list.")
        return _unresolved(values) or text(separator).join(map(text, values))

    def _split(self, raw: Any, at: Map) -> Any:
        separator, value = self._pair(raw, at, "Fn::Split")
        return _unresolved([separator, value]) or text(value).split(text(separator))

    def _select(self, raw: Any, at: Map) -> Any:
        index, values = self._pair(raw, at, "Fn::Select")
        unknown = _unresolved([index, values])
        if unknown:
            return unknown
        if not isinstance(values, list) or not text(index).isdecimal() or int(text(index)) >= len(values):
            raise _mistake(at, "Fn::Select", f"there is no value {text(index)} in what it selects from.")
        return values[int(text(index))]

    def _pair(self, raw: Any, at: Map, function: str) -> tuple[Any, Any]:
        if not isinstance(raw, list) or len(raw) != 2:
            raise _mistake(at, function, "it needs a list of two values.")
        return self.resolve(raw[0]), self.resolve(raw[1])

    def _find_in_map(self, raw: Any, at: Map) -> Any:
        keys = self.resolve(raw)
        if not isinstance(keys, list) or len(keys) < 3:
            raise _mistake(at, "Fn::FindInMap", "it needs a list: the mapping and two keys.")
        unknown = _unresolved(keys[:3])
        if unknown:
            return unknown
        found: Any = self._mappings
        for key in map(text, keys[:3]):
            found = found.get(key) if isinstance(found, dict) else None
        if found is None and len(keys) == 4 and isinstance(keys[3], dict):
            found = keys[3].get("DefaultValue")
        if found is None:
            raise _mistake(at, "Fn::FindInMap", f"there is no {' / '.join(map(text, keys[:3]))} under Mappings.")
        return self.resolve(found)

    def _if(self, raw: Any, at: Map) -> Any:
        if not isinstance(raw, list) or len(raw) != 3:
            raise _mistake(at, "Fn::If", "it needs a list: a condition and two values.")
        held = self.holds(text(raw[0]), at)
        return held if isinstance(held, Unresolved) else self.resolve(raw[1] if held else raw[2])

    def _equals(self, raw: Any, at: Map) -> Any:
        left, right = self._pair(raw, at, "Fn::Equals")
        return _unresolved([left, right]) or text(left) == text(right)

    def _truths(self, raw: Any, at: Map, function: str) -> list[bool | Unresolved]:
        if not isinstance(raw, list):
            raise _mistake(at, function, "it needs a list of conditions.")
        return [self._truth(each, at) for each in raw]

    def _and(self, raw: Any, at: Map) -> Any:
        held = self._truths(raw, at, "Fn::And")
        return False if False in held else _unresolved(held) or True

    def _or(self, raw: Any, at: Map) -> Any:
        held = self._truths(raw, at, "Fn::Or")
        return True if True in held else _unresolved(held) or False

    def _not(self, raw: Any, at: Map) -> Any:
        held = self._truths(raw, at, "Fn::Not")
        return held[0] if isinstance(held[0], Unresolved) else not held[0]

    def _import(self, raw: Any, _at: Map) -> Any:
        name = self.resolve(raw)
        return name if isinstance(name, Unresolved) else Unresolved(f"`{text(name)}` is exported by another stack")


_FUNCTIONS: Mapping[str, Callable[[Resolver, Any, Map], Any]] = {
    "Ref": Resolver._ref,
    "Fn::And": Resolver._and,
    "Fn::Equals": Resolver._equals,
    "Fn::FindInMap": Resolver._find_in_map,
    "Fn::GetAtt": Resolver._get_att,
    "Fn::If": Resolver._if,
    "Fn::ImportValue": Resolver._import,
    "Fn::Join": Resolver._join,
    "Fn::Not": Resolver._not,
    "Fn::Or": Resolver._or,
    "Fn::Select": Resolver._select,
    "Fn::Split": Resolver._split,
    "Fn::Sub": Resolver._sub,
}


def is_function(value: Any) -> bool:
    """Whether a value as it is written is an intrinsic function."""
    return (
        isinstance(value, Map) and len(value) == 1 and (next(iter(value)) in _FUNCTIONS or "Fn::" in next(iter(value)))
    )


def text(value: Any) -> str:
    """Return a scalar as CloudFormation passes it on, where a text is wanted."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _unresolved(values: list[Any]) -> Unresolved | None:
    return next((value for value in values if isinstance(value, Unresolved)), None)


def _section(template: Map, name: str) -> Map:
    found = template.get(name)
    if found is None:
        return Map({}, template.place_of(name), {})
    if not isinstance(found, Map):
        raise _mistake(template, name, "it has to be an object.")
    return found


def _mistake(at: Map, key: str, problem: str, hint: str = "") -> TemplateError:
    place = at.place_of(key)
    return TemplateError(place.file, problem, key=key, line=place.line, hint=hint)
