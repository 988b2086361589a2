"""A template as it is read: its resources, key by key, with every function resolved and every mistake told by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambda_contracts.errors import TemplateError

from lambda_emulator.templates.intrinsics import NOTHING, Resolver, Unresolved, is_function, text
from lambda_emulator.templates.reading import Map, Place


@dataclass(frozen=True, slots=True)
class Note:
    """Something of a template that is not known or not done here. `key` is dotted; `place` has file and line."""

    place: Place
    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.key}: {self.text}"


class Section:
    """An object of a template. Keys are read by what they have to be; what is not known is noted and left out."""

    def __init__(self, source: Source, values: Map, path: tuple[str, ...]) -> None:
        self.source = source
        self.values = values
        self.path = path

    def __bool__(self) -> bool:
        return bool(self.values)

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def get(self, key: str) -> Any:
        """Return a value with its functions resolved; None when it is absent, or noted as not known."""
        value = self.source.resolver.resolve(self.values.get(key))
        if isinstance(value, Unresolved):
            self.note(key, f"{value.why}; it is read as if it were not there.")
            return None
        return None if value is NOTHING else value

    def text(self, key: str, default: str = "") -> str:
        """Return a text; numbers and booleans are told as CloudFormation passes them on."""
        value = self.get(key)
        if value is None:
            return default
        if isinstance(value, list | dict):
            raise self.mistake(key, "it has to be a text.")
        return text(value)

    def integer(
        self, key: str, default: int | None = None, *, between: tuple[float, float] | None = None
    ) -> int | None:
        """Return a whole number, within what AWS takes."""
        written = self.text(key)
        if not written:
            return default
        if not written.lstrip("-").isdecimal():
            raise self.mistake(key, f"it has to be a whole number, not `{written}`.")
        if between is not None and not between[0] <= int(written) <= between[1]:
            raise self.mistake(key, f"it cannot be {written}.", hint=f"AWS takes {between[0]:g} to {between[1]:g}.")
        return int(written)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return a boolean."""
        written = self.text(key)
        if written.lower() not in ("", "true", "false"):
            raise self.mistake(key, f"it has to be true or false, not `{written}`.")
        return written.lower() == "true" if written else default

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one. Those that are not known are noted and left out."""
        value = self.get(key)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        for item in items:
            if isinstance(item, Unresolved):
                self.note(key, f"{item.why}; it is left out.")
            elif isinstance(item, list | dict):
                raise self.mistake(key, "it has to be a list of texts.")
        return tuple(text(item) for item in items if not isinstance(item, Unresolved))

    def section(self, key: str) -> Section:
        """Return an object; an empty one when it is absent."""
        value = self.values.get(key)
        if is_function(value) or isinstance(value, Unresolved):
            value = self.get(key)
        if value is None:
            value = Map({}, self.values.place_of(key), {})
        if not isinstance(value, Map):
            raise self.mistake(key, "it has to be an object.")
        return Section(self.source, value, (*self.path, self.values.spell(key)))

    def sections(self, key: str) -> list[Section]:
        """Return a list of objects."""
        value = self.values.get(key)
        items = self.get(key) if is_function(value) or isinstance(value, Unresolved) else value
        if items is None:
            return []
        if not isinstance(items, list):
            raise self.mistake(key, "it has to be a list.")
        found = []
        for index, item in enumerate(items):
            if not isinstance(item, Map):
                raise self.mistake(key, "it has to be a list of objects.")
            found.append(Section(self.source, item, (*self.path, self.values.spell(key), str(index))))
        return found

    def variables(self, key: str) -> dict[str, str]:
        """Return an object of texts; those that are not known are noted and left out."""
        inside = self.section(key)
        return {name: inside.text(name) for name in inside if inside.get_known(name)}

    def get_known(self, key: str) -> bool:
        """Whether a value is there and known; what is not known is noted."""
        return self.get(key) is not None

    def mistake(self, key: str, problem: str, hint: str = "") -> TemplateError:
        """Return the error that says what is wrong with a key."""
        place = self.values.place_of(key)
        return TemplateError(place.file, problem, key=self._dotted(key), line=place.line, hint=hint)

    def note(self, key: str, told: str) -> None:
        """Note something about a key, once."""
        self.source.note(Note(self.values.place_of(key), self._dotted(key), told))

    def _dotted(self, key: str) -> str:
        return ".".join(filter(None, (*self.path, self.values.spell(key))))


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource: its logical id and type, its properties (with Globals), and its metadata."""

    id: str
    kind: str
    properties: Section
    metadata: Section
    place: Place


class Source:
    """One template: its tree, its functions' resolver, and what was noted while it was read.

    `file` may be a folder, as Terraform has them. `notes` are those of whoever made the tree.
    """

    def __init__(self, file: Path, tree: Map, parameters: Mapping[str, str], notes: Iterable[Note] = ()) -> None:
        self.file = file
        self.folder = file if file.is_dir() else file.parent
        self.tree = tree
        self.resolver = Resolver(self.tree, parameters)
        self._notes: dict[Note, None] = dict.fromkeys(notes)
        self.globals = self._object(self.tree, "Globals")
        self.all = [self._resource(id_, raw, place) for id_, raw, place in self._declared()]

    @property
    def notes(self) -> tuple[Note, ...]:
        """Return what was noted, in the order of the file."""
        return tuple(sorted(self._notes, key=lambda note: (str(note.place.file), note.place.line)))

    def note(self, note: Note) -> None:
        """Keep a note, once."""
        self._notes[note] = None

    def resources(self, *kinds: str) -> list[Resource]:
        """Return the resources of some types, as they are written; those whose condition does not hold are left out."""
        return [resource for resource in self.all if resource.kind in kinds]

    def _declared(self) -> Iterator[tuple[str, Map, Place]]:
        resources = self._object(self.tree, "Resources")
        if not resources:
            hint = "A template has its functions under `Resources:`."
            raise TemplateError(self.file, "it has no resources.", key="Resources", hint=hint)
        for id_ in resources:
            raw = self._object(resources, id_, "Resources")
            if not isinstance(raw.get("Type"), str):
                place = resources.place_of(id_)
                key = f"Resources.{id_}.Type"
                raise TemplateError(place.file, "it is missing.", key=key, line=place.line, hint="Write the type.")
            if self._is_made(id_, raw):
                yield id_, raw, resources.place_of(id_)

    def _is_made(self, id_: str, raw: Map) -> bool:
        if not isinstance(raw.get("Condition"), str):
            return True
        held = self.resolver.holds(raw["Condition"], raw)
        if isinstance(held, Unresolved):
            told = f"{held.why}; the resource is read as if the condition held."
            self.note(Note(raw.place_of("Condition"), f"Resources.{id_}.Condition", told))
        return bool(held)

    def _resource(self, id_: str, raw: Map, place: Place) -> Resource:
        path = (self.tree.spell("Resources"), id_)
        kind = raw["Type"]
        properties = self._object(raw, "Properties", *path)
        if kind.startswith("AWS::Serverless::"):
            properties = self.with_globals(kind.rpartition("::")[2], properties)
        return Resource(
            id=id_,
            kind=kind,
            properties=Section(self, properties, (*path, raw.spell("Properties"))),
            metadata=Section(self, self._object(raw, "Metadata", *path), (*path, "Metadata")),
            place=place,
        )

    def with_globals(self, kind: str, properties: Map) -> Map:
        """Return a SAM resource's properties with those of the Globals section for its type."""
        return _merged(self._object(self.globals, kind, "Globals"), properties)

    def _object(self, parent: Map, key: str, *path: str) -> Map:
        value = parent.get(key)
        place = parent.place_of(key)
        if value is None:
            return Map({}, place, {})
        if not isinstance(value, Map):
            raise TemplateError(place.file, "it has to be an object.", key=".".join((*path, key)), line=place.line)
        return value


def _merged(general: Map, own: Map) -> Map:
    """Merge as SAM does: objects key by key, lists one after the other, of anything else the resource's own.

    Source: AWS docs, AWS SAM, Globals section.
    """
    if is_function(general) or is_function(own):
        return own
    values: dict[str, Any] = dict(general)
    for key, value in own.items():
        before = values.get(key)
        if isinstance(before, Map) and isinstance(value, Map):
            values[key] = _merged(before, value)
        elif isinstance(before, list) and isinstance(value, list):
            values[key] = [*before, *value]
        else:
            values[key] = value
    return Map(values, own.place, {**general.places, **own.places})
