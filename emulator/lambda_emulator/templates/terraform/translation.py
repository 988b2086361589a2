"""Resources of Terraform as a template's resources: in the words of CloudFormation, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lambda_emulator.templates import reading
from lambda_emulator.templates.intrinsics import Unresolved
from lambda_emulator.templates.names import KINDS
from lambda_emulator.templates.reading import Map, Place
from lambda_emulator.templates.source import Note
from lambda_emulator.templates.terraform.resources import Resource
from lambda_emulator.templates.terraform.vocabulary import PARTS, TYPES, Nested, Part

Archive = Callable[[str], str | None]
"""What folder an archive is made of, None when that is not known."""


def template(resources: Iterable[Resource], archive: Archive, place: Place) -> tuple[Map, list[Note]]:
    """Return a template of resources, but for types that are of no matter to functions, and what is to be noted."""
    found = list(resources)
    parts, notes = _parts(found)
    known = [one for one in found if one.type in TYPES]
    translated = {one.address: _resource(one, parts.get(one.address, []), archive) for one in known}
    notes += [note for one in known if (note := _name_note(one)) is not None]
    places = {one.address: one.place for one in found}
    return Map({"Resources": Map(translated, place, places)}, place, spelled={"Resources": ""}), notes


_Parts = dict[str, list[tuple[Part, Resource]]]


def _parts(found: list[Resource]) -> tuple[_Parts, list[Note]]:
    """Return the parts of each resource by its address, and a note on those that belong to none."""
    wholes: dict[tuple[str, ...], list[str]] = {}
    for kind, part in PARTS.items():
        for one in found:
            if one.type == part.of:
                values = (repr(one.attribute(name)) for name in part.matching.values())
                wholes.setdefault((kind, *values), []).append(one.address)
    parts: _Parts = {}
    notes = []
    for one in found:
        if one.type in PARTS:
            part = PARTS[one.type]
            addresses = wholes.get((one.type, *(repr(one.argument(name)) for name in part.matching)), ())
            for address in addresses:
                parts.setdefault(address, []).append((part, one))
            if not addresses:
                told = f"the {part.of} that it belongs to is not here; it is left out."
                notes.append(Note(one.place, one.address, told))
    return parts, notes


def _name_note(resource: Resource) -> Note | None:
    """Note a name that is given, and not known."""
    given = resource.argument(resource.name_argument) if resource.name_argument else None
    if not isinstance(given, Unresolved):
        return None
    told = f"{given.why}; it is called `{resource.name}` here."
    return Note(resource.place, f"{resource.address}.{resource.name_argument}", told)


def _resource(resource: Resource, parts: list[tuple[Part, Resource]], archive: Archive) -> Map:
    known = TYPES[resource.type]
    written = resource.values()
    properties = _translated(written, known.arguments)
    for argument, default in known.defaults.items():
        if written.get(argument) is None:
            properties[str(known.arguments[argument])] = default
    name = KINDS[known.kind].name if known.kind in KINDS else ""
    if name and not isinstance(properties.get(name), str):
        properties[name] = resource.name
    for part, one in parts:
        _add_part(properties, part, one)
    for finish in _FINISH.get(resource.type, ()):
        finish(written, properties, archive)
    return Map({"Type": known.kind, "Properties": properties}, resource.place, spelled={"Properties": ""})


def _add_part(properties: Map, part: Part, resource: Resource) -> None:
    values = _translated(resource.values(), part.arguments)
    properties.places.setdefault(part.key, resource.place)
    if part.many:
        properties.setdefault(part.key, []).append(values)
    else:
        properties[part.key] = values


def _translated(written: Map, arguments: Mapping[str, str | Nested]) -> Map:
    """Return values under CloudFormation's words, with the places and names that they were written under."""
    values: dict[str, Any] = {}
    places: dict[str, Place] = {}
    spelled: dict[str, str] = {}
    for argument, word in arguments.items():
        value = written.get(argument)
        if value is None or value == []:
            continue
        key = word if isinstance(word, str) else word.key
        values[key] = value if isinstance(word, str) else _nested(value, word)
        places[key], spelled[key] = written.place_of(argument), argument
    return Map(values, written.place, places, spelled)


def _nested(value: Any, word: Nested) -> Any:
    if isinstance(value, Unresolved):
        return value
    blocks = [_translated(one, word.arguments) for one in value if isinstance(one, Map)]
    return blocks if word.many else blocks[0]


# --- what is more than another word ----------------------------------------------------------------------------------


def _code(written: Map, properties: Map, archive: Archive) -> None:
    """Say where a function's code is: an image, an archive here or what it is made of, or S3."""
    key = next((key for key in ("image_uri", "filename", "s3_bucket") if written.get(key) is not None), "filename")
    value = written.get(key)
    if key == "filename":
        properties["Code"] = archive(value) or value if isinstance(value, str) else value
    else:
        word = {"image_uri": "ImageUri", "s3_bucket": "S3Bucket"}[key]
        properties["Code"] = Map({word: value}, written.place_of(key), spelled={word: key})
        if key == "image_uri":
            properties.setdefault("PackageType", "Image")
    properties.places["Code"], properties.spelled["Code"] = written.place_of(key), key


def _content(written: Map, properties: Map, archive: Archive) -> None:
    file = written.get("filename")
    if isinstance(file, str):
        properties["Content"] = archive(file) or file


def _body(written: Map, properties: Map, _: Archive) -> None:
    """Read an API's definition, which is a text here."""
    text = properties.get("Body")
    if isinstance(text, str):
        place = written.place_of("body")
        properties["Body"] = _at(reading.parse(text, place.file), place)


def _at(value: Any, place: Place) -> Any:
    """Return a value whose objects all stand at one place: that of the text that they were read from."""
    if isinstance(value, Map):
        return Map({key: _at(one, place) for key, one in value.items()}, place)
    return [_at(one, place) for one in value] if isinstance(value, list) else value


def _headers(written: Map, properties: Map, _: Archive) -> None:
    multi = written.get("lambda_multi_value_headers_enabled")
    if multi is not None:
        place = written.place_of("lambda_multi_value_headers_enabled")
        row = Map({"Key": "lambda.multi_value_headers.enabled", "Value": multi}, place)
        properties["TargetGroupAttributes"] = [row]


_CONDITIONS = {
    "path_pattern": ("path-pattern", "PathPatternConfig"),
    "http_request_method": ("http-request-method", "HttpRequestMethodConfig"),
}


def _conditions(written: Map, properties: Map, _: Archive) -> None:
    found = []
    for condition in written.get("condition") or []:
        for argument in condition:
            field, key = _CONDITIONS.get(argument, (argument, ""))
            values = condition[argument][0].get("values") if condition[argument] and key else None
            inside = {key: Map({"Values": values}, condition.place)} if key else {}
            found.append(Map({"Field": field, **inside}, condition.place))
    properties["Conditions"] = found


def _enabled(written: Map, properties: Map, _: Archive) -> None:
    if written.get("is_enabled") is False:
        properties["State"] = "DISABLED"


_FINISH: Mapping[str, tuple[Callable[[Map, Map, Archive], None], ...]] = {
    "aws_lambda_function": (_code,),
    "aws_lambda_layer_version": (_content,),
    "aws_apigatewayv2_api": (_body,),
    "aws_api_gateway_rest_api": (_body,),
    "aws_lb_target_group": (_headers,),
    "aws_lb_listener_rule": (_conditions,),
    "aws_cloudwatch_event_rule": (_enabled,),
}
"""What is done with a resource of some types beside the table."""
