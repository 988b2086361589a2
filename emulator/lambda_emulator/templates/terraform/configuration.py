"""A folder of `.tf` files: variables, locals, modules and resources, each evaluated when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

from lambda_contracts.errors import TemplateError

from lambda_emulator.templates import reading
from lambda_emulator.templates.intrinsics import Unresolved
from lambda_emulator.templates.names import ACCOUNT, REGION
from lambda_emulator.templates.reading import Map, Place
from lambda_emulator.templates.source import Note
from lambda_emulator.templates.terraform import hcl
from lambda_emulator.templates.terraform.expressions import Named, Scope, evaluate
from lambda_emulator.templates.terraform.hcl import Block, Expression
from lambda_emulator.templates.terraform.resources import Resource

_MOST = 1000
"""How many instances of a resource are believed."""
_META = ("source", "version", "providers", "depends_on")
"""What a module's block has besides values for its variables."""
_DATA: Mapping[tuple[str, str], str] = {
    ("aws_caller_identity", "account_id"): ACCOUNT,
    ("aws_caller_identity", "id"): ACCOUNT,
    ("aws_region", "name"): REGION,
    ("aws_region", "region"): REGION,
    ("aws_region", "id"): REGION,
    ("aws_partition", "partition"): "aws",
    ("aws_partition", "dns_suffix"): "amazonaws.com",
}
"""What data sources give, for the account and region that events are made for."""


class Configuration:
    """One folder's files, as one module. `given` are values for its variables, or what returns one.

    A module below the first is called by one `above` it, and knows its own `address`. Raises TemplateError for what
    Terraform would refuse, as far as it is read, and ExtraMissing without python-hcl2.
    """

    def __init__(
        self, folder: Path, given: Mapping[str, Any], *, address: str = "", above: Configuration | None = None
    ) -> None:
        self.folder = folder
        self._address = address
        self._above = above
        self._notes: list[Note] = []
        self._blocks = [block for file in sorted(folder.glob("*.tf")) for block in hcl.read(file).blocks]
        self._variables = {block.labels[0]: block for block in self._of("variable", 1)}
        self._locals = {name: one for block in self._of("locals", 0) for name, one in block.arguments.items()}
        self._data = {(block.labels[0], block.labels[1]): block for block in self._of("data", 2)}
        self._outputs = {block.labels[0]: block for block in self._of("output", 1)}
        self._values = {**({} if above else _tfvars(folder)), **self._checked(given)}
        self._active: list[str] = []
        self._resources = {(block.labels[0], block.labels[1]): block for block in self._of("resource", 2)}
        self._local = cache(self._evaluated_local)
        self._expanded = cache(self._instances_of)
        self._modules: dict[str, Configuration] = {}
        for block in self._of("module", 1):
            if (module := self._called(block)) is not None:
                self._modules[block.labels[0]] = module

    @property
    def notes(self) -> list[Note]:
        """What is not known, of the modules that it calls too."""
        return self._notes + [note for module in self._modules.values() for note in module.notes]

    def instances(self) -> Iterator[Resource]:
        """Yield every resource, one for each of `count` and `for_each`, as they are written."""
        for key in self._resources:
            found = self._expanded(key)
            yield from found if isinstance(found, list) else found.values() if isinstance(found, dict) else [found]
        for module in self._modules.values():
            yield from module.instances()

    def archive(self, path: str) -> str | None:
        """Return what an archive is made of, where an archive_file makes it: a folder; None for another archive."""
        for (kind, _), block in self._data.items():
            scope = self._scope(block.place)
            made, folder, file = (
                self._argument(block, scope, key) for key in ("output_path", "source_dir", "source_file")
            )
            if kind == "archive_file" and made == path:
                return folder if isinstance(folder, str) else str(Path(file).parent) if isinstance(file, str) else None
        return next(filter(None, (module.archive(path) for module in self._modules.values())), None)

    def _of(self, kind: str, labels: int) -> Iterator[Block]:
        for block in self._blocks:
            if block.kind == kind:
                if len(block.labels) != labels:
                    problem = f"a block `{kind}` has {labels} labels, not {len(block.labels)}."
                    raise TemplateError(block.place.file, problem, line=block.place.line)
                yield block

    def _checked(self, given: Mapping[str, str]) -> dict[str, Any]:
        for name in given:
            if name not in self._variables:
                known = ", ".join(self._variables) or "none"
                raise TemplateError(self.folder, f"it has no variable `{name}`.", hint=f"Its variables: {known}.")
        return dict(given)

    # --- modules --------------------------------------------------------------------------------------------------

    def _called(self, block: Block) -> Configuration | None:
        """Return the module of a block; None, and noted, for one that is not in a folder here."""
        name = f"{self._address}module.{block.labels[0]}"
        source = self._argument(block, self._scope(block.place), "source")
        folder = (self.folder / source).resolve() if isinstance(source, str) and source.startswith(".") else None
        if folder is None or not folder.is_dir():
            told = "its source is not in a folder here, so it is not read; `terraform show -json` has what is in it."
            self._note(block, name, told)
            return None
        if "count" in block.arguments or "for_each" in block.arguments:
            told = "a module with count or for_each is not read; `terraform show -json` has what is in it."
            self._note(block, name, told)
            return None
        if folder in self._folders():
            raise TemplateError(block.place.file, f"{name} leads back to itself.", line=block.place.line)
        scope = self._scope(block.place)
        given = {key: partial(evaluate, one, scope) for key, one in block.arguments.items() if key not in _META}
        return Configuration(folder, given, address=f"{name}.", above=self)

    def _folders(self) -> list[Path]:
        return [self.folder.resolve(), *(self._above._folders() if self._above else ())]

    def _output(self, module: str, name: str) -> Any:
        """Return what a module that is called gives."""
        if module not in self._modules:
            return Unresolved(f"the module `{module}` is not read")
        return self._modules[module].output(name)

    def output(self, name: str) -> Any:
        """Return one of the module's outputs."""
        block = self._outputs.get(name)
        if block is None:
            return Unresolved(f"the module has no output `{name}`")
        with self._once(f"output.{name}", block.place):
            return self._argument(block, self._scope(block.place), "value")

    # --- scopes ---------------------------------------------------------------------------------------------------

    def _scope(self, place: Place, **names: Any) -> Scope:
        places = {"module": str(self.folder) if self._above else ".", "root": ".", "cwd": "."}
        known = {
            "var": Named(self.variable),
            "local": Named(lambda name: self._local(name)),
            "path": Named(lambda name: places.get(name, Unresolved(f"there is no path.{name}"))),
            "terraform": Named(lambda name: "default" if name == "workspace" else Unresolved(f"terraform.{name}")),
            "data": Named(lambda kind: Named(lambda name: Named(partial(self._data_attribute, kind, name)))),
            "module": Named(lambda module: Named(partial(self._output, module))),
        }
        return Scope({**known, **names}, place, self._of_type)

    def _of_type(self, kind: str) -> Any:
        """Return what a name means that is none of Terraform's own: resources of a type."""
        if not any(key[0] == kind for key in self._resources):
            return Unresolved(f"there is no `{kind}` in this folder")
        return Named(lambda name: self._reference(kind, name))

    def _reference(self, kind: str, name: str) -> Any:
        if (kind, name) not in self._resources:
            return Unresolved(f"there is no `{kind}.{name}` in this folder")
        found = self._expanded((kind, name))
        if isinstance(found, list):
            return [Named(one.attribute) for one in found]
        if isinstance(found, dict):
            return {key: Named(one.attribute) for key, one in found.items()}
        return Named(found.attribute)

    def variable(self, name: str) -> Any:
        """Return a variable's value: the one that is given, else its default."""
        block = self._variables.get(name)
        if block is None:
            return Unresolved(f"there is no variable `{name}`")
        value = self._values.get(name, block.arguments.get("default"))
        if name not in self._values and value is None:
            return Unresolved(f"variable `{name}` has no default and is not given")
        with self._once(f"var.{name}", block.place):
            if isinstance(value, partial):
                return value()
            return evaluate(value, self._scope(value.place)) if isinstance(value, Expression) else value

    def _evaluated_local(self, name: str) -> Any:
        if name not in self._locals:
            return Unresolved(f"there is no local `{name}`")
        expression = self._locals[name]
        with self._once(f"local.{name}", expression.place):
            return evaluate(expression, self._scope(expression.place))

    def _data_attribute(self, kind: str, name: str, attribute: str) -> Any:
        if (kind, attribute) in _DATA:
            return _DATA[kind, attribute]
        block, value = self._data.get((kind, name)), None
        if block is not None:
            with self._once(f"data.{kind}.{name}.{attribute}", block.place):
                value = self._argument(block, self._scope(block.place), attribute)
        why = f"`data.{kind}.{name}.{attribute}` is looked up when it is applied"
        return Unresolved(why) if value is None else value

    @contextmanager
    def _once(self, what: str, place: Place) -> Iterator[None]:
        """Refuse what leads back to itself."""
        if what in self._active:
            raise TemplateError(place.file, f"{what} leads back to itself.", line=place.line)
        self._active.append(what)
        try:
            yield
        finally:
            self._active.pop()

    # --- resources ------------------------------------------------------------------------------------------------

    def _instances_of(self, key: tuple[str, str]) -> Resource | list[Resource] | dict[str, Resource]:
        """Return a resource, or what `count` or `for_each` make of it."""
        block = self._resources[key]
        with self._once(".".join(key), block.place):
            count, values = (
                evaluate(block.arguments[name], self._scope(block.place)) if name in block.arguments else None
                for name in ("count", "for_each")
            )
        if count is not None:
            if not str(count).isdecimal() or int(count) > _MOST:
                self._unsure(block, "count", count, "it is read as if it were 1")
                count = 1
            each = range(int(count))
            return [self._resource(block, f"[{index}]", count=Named(partial(_index, index))) for index in each]
        if values is not None:
            if not isinstance(values, list | dict):
                self._unsure(block, "for_each", values, "the resource is left out")
                values = {}
            pairs = values if isinstance(values, dict) else {str(one): one for one in values}
            return {
                one: self._resource(block, f'["{one}"]', each=Named(partial(_each, one, value)))
                for one, value in pairs.items()
            }
        return self._resource(block, "")

    def _resource(self, block: Block, index: str, **names: Any) -> Resource:
        kind, label = block.labels
        address = f"{self._address}{kind}.{label}{index}"
        scope = self._scope(block.place, **names)

        @cache
        def argument(name: str) -> Any:
            with self._once(f"{address}.{name}", block.place):
                return self._argument(block, scope, name)

        plain = "".join(letter if letter.isalnum() else "-" for letter in index.strip('[]"'))
        return Resource(
            address=address,
            kind=kind,
            label=f"{label}-{plain}" if plain else label,
            place=block.place,
            argument=argument,
            values=lambda: self._whole(block, scope, argument),
        )

    def _argument(self, block: Block, scope: Scope, name: str) -> Any:
        if name in block.arguments:
            return evaluate(block.arguments[name], scope)
        found = [self._whole(one, scope) for one in block.blocks if one.kind == name]
        return found or None

    def _whole(self, block: Block, scope: Scope, argument: Callable[[str], Any] | None = None) -> Map:
        """Return all arguments of a block; the blocks inside are lists, as `terraform show` has them."""
        values: dict[str, Any] = {}
        places: dict[str, Place] = {}
        for name, expression in block.arguments.items():
            values[name] = argument(name) if argument else evaluate(expression, scope)
            places[name] = expression.place
        for inside in block.blocks:
            name = inside.labels[0] if inside.kind == "dynamic" and inside.labels else inside.kind
            places.setdefault(name, inside.place)
            if inside.kind == "dynamic":
                values[name] = Unresolved(f"the dynamic block `{name}` is not evaluated here")
            elif not isinstance(values.get(name), Unresolved):
                values.setdefault(name, []).append(self._whole(inside, scope))
        return Map(values, block.place, places)

    def _unsure(self, block: Block, key: str, value: Any, so: str) -> None:
        why = value.why if isinstance(value, Unresolved) else "its value is not one that Terraform takes"
        self._note(block, f"{self._address}{'.'.join(block.labels)}.{key}", f"{why}; {so}.")

    def _note(self, block: Block, key: str, told: str) -> None:
        self._notes.append(Note(block.place, key, told))


def _index(index: int, name: str) -> Any:
    return index if name == "index" else Unresolved(f"there is no count.{name}")


def _each(key: str, value: Any, name: str) -> Any:
    return {"key": key, "value": value}.get(name, Unresolved(f"there is no each.{name}"))


def _tfvars(folder: Path) -> dict[str, Any]:
    """Return the values of the files that Terraform reads by itself, in its order: expressions, or JSON's values."""
    names = ["terraform.tfvars", "terraform.tfvars.json"]
    names += sorted(file.name for file in folder.glob("*.auto.tfvars*") if file.suffix in (".tfvars", ".json"))
    found: dict[str, Any] = {}
    for file in (folder / name for name in names):
        if file.is_file():
            found |= reading.read(file) if file.suffix == ".json" else hcl.read(file).arguments
    return found
