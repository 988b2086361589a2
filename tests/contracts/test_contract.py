"""contract.toml: what is read from it, and what every mistake in it is told as."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts import contract
from lambda_contracts.contract import ACCEPTED, Contract, line_of
from lambda_contracts.errors import ContractError, ContractsError
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape

FILE = Path("/handlers/wine/contract.toml")
FUNCTION = '[function]\nname = "wine"\nhandler = "app.handler"\n'
CASE = '[[case]]\nname = "one"\npayload = {}\n'
SMALLEST = FUNCTION + CASE
FULL = """
[function]
name = "wine"
handler = "app.handler"
runtime = "python3.12"
image = "localhost/wine"
build = "."
timeout = 10
memory = 1024
environment = { BUCKET_NAME = "models" }

[setup]
buckets = ["models"]
run = ["python train.py"]

[[route]]
method = "POST"
path = "/predict"

[[route]]
method = "ANY"
path = "/wines/{id}"
stage = "prod"
binary_media_types = ["image/png"]

[shapes]
accept = ["http-v2", "direct", "alb"]

[[case]]
name = "red"
payload = { alcohol = 14.2, tags = ["a", 1, true] }
path = "/wines/7?full=1"
headers = { Accept = "application/json" }
shapes = ["http-v2"]
status = 200
body.prediction = { label = "red", probability = { "$gte" = 0.9 } }

[[case]]
name = "cut off"
text = '{"alcohol": '
status = 400

[[case]]
name = "recorded"
event = "events/rest.json"
"""


def parse(text: str) -> Contract:
    return contract.parse(text, FILE)


def refused(text: str) -> ContractError:
    with pytest.raises(ContractError) as caught:
        parse(text)
    assert FILE == caught.value.file
    return caught.value


# --- what is read ----------------------------------------------------------------------------------------------------


def test_the_smallest_contract_gets_lambdas_own_defaults() -> None:
    read = parse(SMALLEST)
    assert (3, 128, 512) == (read.function.timeout, read.function.memory, read.function.ephemeral_storage)
    assert (Shape.DIRECT, Shape.CONSOLE_TEST, Shape.REST) == read.accept
    assert (Route(method="POST", path="/"),) == read.routes
    assert FILE.parent == read.folder
    assert {} == read.cases[0].payload


def test_everything_that_a_contract_can_say_is_read() -> None:
    read = parse(FULL)
    assert {"BUCKET_NAME": "models"} == read.function.environment
    assert (("models",), ("python train.py",)) == (read.setup.buckets, read.setup.run)
    assert Route(method="ANY", path="/wines/{id}", stage="prod", binary_media_types=("image/png",)) == read.routes[1]
    red, cut_off, recorded = read.cases
    assert {"alcohol": 14.2, "tags": ["a", 1, True]} == red.payload
    assert {"prediction": {"label": "red", "probability": {"$gte": 0.9}}} == red.body
    assert ('{"alcohol": ', "events/rest.json") == (cut_off.text, recorded.event)
    assert msgspec.UNSET is cut_off.payload


@pytest.mark.parametrize(
    ("accept", "front"),
    [
        (["direct", "http-v2", "rest"], Shape.HTTP_V2),
        (["alb"], Shape.ALB),
        (["direct", "console-test"], Shape.REST),
    ],
)
def test_the_first_accepted_front_reads_what_direct_returns(accept: list[str], front: Shape) -> None:
    assert front is parse(f"{FUNCTION}[shapes]\naccept = {accept}\n{CASE}").front


def test_a_contract_is_loaded_by_its_file_or_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "contract.toml"
    file.write_text(SMALLEST)
    assert contract.load(file) == contract.load(tmp_path)
    assert file == contract.load(tmp_path).file


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "contract.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SMALLEST.replace("\n", "\r\n").encode())
    assert "wine" == contract.load(file).function.name


# --- files that cannot be read ---------------------------------------------------------------------------------------


def test_a_missing_file_is_named_with_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"there is no such file\. Write contract\.toml beside") as caught:
        contract.load(tmp_path / "contract.toml")
    assert tmp_path / "contract.toml" == caught.value.file


def test_a_folder_without_a_contract_is_told_the_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="no such file") as caught:
        contract.load(tmp_path)
    assert tmp_path / "contract.toml" == caught.value.file


def test_the_schema_of_payloads_is_read_from_beside_the_contract(tmp_path: Path) -> None:
    (tmp_path / "contract.toml").write_text(SMALLEST + '[fuzz]\nschema = "payload.schema.json"\n')
    (tmp_path / "payload.schema.json").write_text('{"type": "object"}')
    schema = contract.load(tmp_path).schema
    assert schema is not None
    assert ({"type": "object"}, tmp_path / "payload.schema.json") == (schema.document, schema.file)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "nosuch.json",
            "",
            r"contract.toml:8: fuzz.schema: \S+nosuch.json: there is no such file\. Name the JSON",
        ),
        ("folder", "", r"contract.toml:8: fuzz.schema: \S+folder cannot be read: "),
        ("schema.json", "{oops", r"schema.json: it is not JSON: "),
        ("schema.json", '{"properties": {"a": {"type": 1}}}', r"schema.json: /properties/a/type: `type` takes a type"),
    ],
)
def test_a_schema_of_payloads_that_is_none_is_named(tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / "contract.toml").write_text(SMALLEST + f'[fuzz]\nschema = "{name}"\n')
    (tmp_path / "folder").mkdir()
    (tmp_path / "schema.json").write_text(text)
    with pytest.raises(ContractsError, match=told):
        contract.load(tmp_path)


def test_a_file_in_another_encoding_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "contract.toml").write_bytes(SMALLEST.encode("utf-16"))
    with pytest.raises(ContractError, match=r"it is not UTF-8: .*Save it as UTF-8"):
        contract.load(tmp_path)


def test_a_folder_called_contract_toml_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "contract.toml").mkdir()
    with pytest.raises(ContractError, match="it cannot be read"):
        contract.load(tmp_path)


@pytest.mark.parametrize(
    "value",
    ["[" * 5_000 + "]" * 5_000, "{ a = " * 5_000 + "1" + " }" * 5_000],
    ids=["lists", "tables"],
)
def test_values_nested_too_deeply_are_refused(value: str) -> None:
    assert "nested too deeply" in refused(f"{FUNCTION}[[case]]\nname = 'one'\npayload = {value}\n").problem


def test_a_dotted_key_nested_deeply_is_read_or_refused() -> None:
    """How deep is too deep differs between versions of Python; none may end in a RecursionError."""
    key = ".".join(["a"] * 3_000)
    try:
        read = parse(f"{FUNCTION}[[case]]\nname = 'one'\npayload.{key} = 1\n")
    except ContractError:
        return
    assert {"a"} == set(read.cases[0].payload)


# --- mistakes --------------------------------------------------------------------------------------------------------

TABLE = '[[setup.tables]]\nname = "orders"\n# so many\npartition_key = { name = "id" }\n'
MISTAKES: list[tuple[str, str, str, int | None, str, str]] = [
    # what it is, the file, key, line, the problem, the hint
    ("a table misspelt", f"{FUNCTION}[shape]\n{CASE}", "shape", 4, "no such key", "Did you mean `shapes`?"),
    ("a key misspelt", f"{FUNCTION}tiemout = 3\n{CASE}",
     "function.tiemout", 4, "no such key", "Did you mean `timeout`?"),
    ("a key of a case", f"{SMALLEST}statu = 1\n", "case.0.statu", 7, "no such key", "Did you mean `status`?"),
    ("a key of the second case", f"{SMALLEST}{CASE}stats = 1\n", "case.1.stats", 10, "no such key", "`status`"),
    ("a key of nothing", f"{SMALLEST}zzz = 1\n", "case.0.zzz", 7, "no such key", "Known here: name, payload, text"),
    ("a key of setup", f"{FUNCTION}[setup]\nbucket = []\n{CASE}", "setup.bucket", 5, "no such key", "`buckets`"),
    ("a key of a table", f"{FUNCTION}{TABLE}nmae = 1\n{CASE}", "setup.tables.0.nmae", 8, "no such key", "`name`"),
    ("a key of a table's key", f"{FUNCTION}{TABLE}sort_key = {{ nam = 'n' }}\n{CASE}",
     "setup.tables.0.sort_key.nam", 8, "no such key", "`name`"),
    ("a type of a table's key", f"{FUNCTION}{TABLE}sort_key = {{ name = 'n', type = 'X' }}\n{CASE}",
     "setup.tables.0.sort_key.type", 8, "no type of a key `X`", "Known here: S, N, B"),
    ("a table without a key", f"{FUNCTION}[[setup.tables]]\nname = 'orders'\n{CASE}",
     "setup.tables.0.partition_key", 4, "it is missing", "An attribute"),
    ("two tables of a name", f"{FUNCTION}{TABLE}{TABLE}{CASE}",
     "setup.tables.1.name", 9, "two tables called `orders`", ""),
    ("one key twice", f"{FUNCTION}{TABLE}sort_key = {{ name = 'id' }}\n{CASE}",
     "setup.tables.0.sort_key", 8, "the partition key already", ""),
    ("an item without its key", f"{FUNCTION}{TABLE}items = [{{ id = 'a' }}, {{ total = 1 }}]\n{CASE}",
     "setup.tables.0.items.1", 8, "no `id`, a key of the table `orders`", ""),
    ("an item whose key is another", f"{FUNCTION}{TABLE}[[setup.tables.items]]\nid = 'a'\n"
     f"[[setup.tables.items]]\nid = true\n{CASE}", "setup.tables.0.items.1.id", 11, "has to be a string", ""),
    ("an item of the second table", f"{FUNCTION}{TABLE}{TABLE.replace('orders', 'others')}"
     f"[[setup.tables.items]]\nid = 7\n{CASE}", "setup.tables.1.items.0.id", 13, "has to be a string", ""),
    ("an item that is no JSON", f"{FUNCTION}{TABLE}items = [{{ id = 'a', day = 2025-01-01 }}]\n{CASE}",
     "setup.tables.0.items.0", 8, "not JSON", ""),
    ("a key of a route", f"{FUNCTION}[[route]]\nverb = ''\n{CASE}",
     "route.0.verb", 5, "no such key", "Known here: method"),
    ("an inline case", f"case = [{{nam = 'x'}}]\n{FUNCTION}", "case.0.nam", 1, "no such key", "Did you mean `name`?"),
    ("no function", CASE, "function", None, "it is missing", "a handler or an image"),
    ("an empty file", "", "function", None, "it is missing", "a handler or an image"),
    ("no name", f'[function]\nhandler = "a.b"\n{CASE}', "function.name", 1, "it is missing", "as on Lambda"),
    ("no name of a case", f"{SMALLEST}[[case]]\npayload = 1\n", "case.1.name", 7, "it is missing", "reports"),
    ("no case", FUNCTION, "case", None, "it is missing", "with a name and a payload"),
    ("an empty list of cases", f"case = []\n{FUNCTION}", "case", 1, "a list of length >= 1", "[[case]]"),
    ("an empty list of routes", f"route = []\n{SMALLEST}", "route", 1, "a list of length >= 1", "[[route]]"),
    ("a text for a number", f'{FUNCTION}timeout = "3"\n{CASE}',
     "function.timeout", 4, "integer, not a string", "Seconds"),
    ("a dotted key", f'function.name = 3\n{CASE}', "function.name", 1, "a string, not an integer", "as on Lambda"),
    ("a quoted table", f'["function"]\n"name" = 3\n{CASE}', "function.name", 2, "a string, not an integer", "Lambda"),
    ("a number as a variable", f"{FUNCTION}environment = {{ A = 1 }}\n{CASE}", "function.environment", 4,
     "a string, not an integer", 'every value is a string: A = "1"'),
    ("a number in a table of variables", f"{FUNCTION}[function.environment]\nA = 1\n{CASE}", "function.environment", 4,
     "a string, not an integer", 'every value is a string: A = "1"'),
    ("a table for a list", f"{FUNCTION}[case]\nname = 'one'\n", "case", 4, "a list, not a table", "[[case]]"),
    ("a list for a table", f"function = []\n{CASE}", "function", 1, "a table, not a list", "a handler or an image"),
    ("a timeout over 15 minutes", f"{FUNCTION}timeout = 901\n{CASE}", "function.timeout", 4, "<= 900", "1 to 900"),
    ("no timeout", f"{FUNCTION}timeout = 0\n{CASE}", "function.timeout", 4, ">= 1", "Seconds, 1 to 900"),
    ("too little memory", f"{FUNCTION}memory = 64\n{CASE}", "function.memory", 4, ">= 128", "MB, 128 to 10240"),
    ("a status of two digits", f"{SMALLEST}status = 99\n", "case.0.status", 7, ">= 100", "100 to 599"),
    ("a status as text", f'{SMALLEST}status = "200"\n', "case.0.status", 7, "an integer, not a string", "100 to 599"),
    ("a name Lambda refuses", f'[function]\nname = "a b"\nhandler = "a.b"\n{CASE}',
     "function.name", 2, "regex", "Lambda"),
    ("another runtime", f'{FUNCTION}runtime = "nodejs22.x"\n{CASE}', "function.runtime", 4, "regex", '"python3.12"'),
    ("a path without a slash", f'{FUNCTION}[[route]]\npath = "p"\n{CASE}', "route.0.path", 5, "regex", '"/items/{id}"'),
    ("a method in small letters", f'{FUNCTION}[[route]]\nmethod = "get"\n{CASE}', "route.0.method", 5, "regex", "GET"),
    ("an empty name of a case", f"{FUNCTION}[[case]]\nname = ''\npayload = 1\n",
     "case.0.name", 5, "length >= 1", "reports"),
    ("a shape misspelt", f'{FUNCTION}[shapes]\naccept = ["direct", "retst"]\n{CASE}', "shapes.accept.1", 5,
     "there is no shape `retst`", "Did you mean `rest`?"),
    ("a shape on a later line", f'{FUNCTION}[shapes]\naccept = [\n "direct",\n "lambda",\n]\n{CASE}',
     "shapes.accept.1", 5, "there is no shape `lambda`", "Known here: direct, console-test"),
    ("a socket as a shape", f'{FUNCTION}[shapes]\naccept = ["websocket"]\n{CASE}', "shapes.accept", 5,
     "a case cannot be sent as `websocket`", "Known here: direct"),
    ("a trigger as a case's shape", f'{SMALLEST}shapes = ["sqs"]\n', "case.0.shapes", 7,
     "a case cannot be sent as `sqs`", "Known here: direct"),
    ("a shape twice", f'{FUNCTION}[shapes]\naccept = ["rest", "rest"]\n{CASE}',
     "shapes.accept", 5, "`rest` is listed twice", ""),
    ("no shape", f"{FUNCTION}[shapes]\naccept = []\n{CASE}", "shapes.accept", 5, "a list of length >= 1", "sent in"),
    ("no TOML", f"{FUNCTION}timeout =\n{CASE}", "", 4, "it is not TOML: Invalid value", ""),
    ("a key twice", f'{FUNCTION}name = "x"\n{CASE}', "", 4, "it is not TOML: Cannot overwrite", ""),
    ("TOML that just ends", f"{FUNCTION}environment = {{", "", None, "it is not TOML", ""),
    ("two cases of a name", SMALLEST + CASE, "case.1.name", 8, "two cases called `one`", ""),
    ("nothing to run", f'[function]\nname = "wine"\n{CASE}',
     "function", 1, "neither `handler` nor `image`", "app.handler"),
    ("a build of no image", f'{FUNCTION}build = "."\n{CASE}', "function.build", 4, "it needs `image`", ""),
    ("nothing to send", f"{FUNCTION}[[case]]\nname = 'one'\n",
     "case.0", 4, "exactly one of payload, text and event; it has none", ""),
    ("two things to send", f"{SMALLEST}text = 'x'\n", "case.0", 4, "it has payload and text", ""),
    ("three things to send", f"{SMALLEST}text = 'x'\nevent = 'x'\n",
     "case.0", 4, "it has payload and text and event", ""),
    ("a recorded event in a shape", f"{FUNCTION}[[case]]\nname = 'a'\nevent = 'e.json'\nshapes = ['rest']\n",
     "case.0.shapes", 7, "a recorded event is sent as it is", ""),
    ("a recorded event on a path", f"{FUNCTION}[[case]]\nname = 'a'\nevent = 'e.json'\npath = '/'\n",
     "case.0.path", 7, "a recorded event is sent as it is", ""),
    ("a date as payload", f"{FUNCTION}[[case]]\nname = 'a'\npayload = {{ day = 2024-05-01 }}\n", "case.0.payload", 6,
     "it is not JSON: Object of type date", ""),
    ("nan as payload", f"{FUNCTION}[[case]]\nname = 'a'\npayload.x = nan\n", "case.0.payload", 6, "it is not JSON", ""),
    ("inf in the body", f"{SMALLEST}body = [inf]\n", "case.0.body", 7, "it is not JSON", ""),
    ("an unknown matcher", f'{SMALLEST}body = {{ p = {{ "$gtee" = 1 }} }}\n', "case.0.body", 7,
     "there is no matcher `$gtee`", "Known here: $gt, $gte"),
    ("an unknown matcher in a table below", f'{SMALLEST}[case.body.p]\n"$near" = 1\n', "case.0.body", 7,
     "there is no matcher `$near`", "Known here: $gt"),
    ("a matcher's bound", f'{SMALLEST}body = {{ "$gte" = "1" }}\n', "case.0.body", 7, "`$gte` takes a number", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key", "line", "problem", "hint"), [pytest.param(*row[1:], id=row[0]) for row in MISTAKES]
)
def test_a_mistake_is_told_with_file_line_and_key_and_what_to_write(
    text: str, key: str, line: int | None, problem: str, hint: str
) -> None:
    error = refused(text)
    assert (key, line) == (error.key, error.line)
    assert problem in error.problem
    assert hint in error.hint
    where = f"{FILE}:{line}: " if line else f"{FILE}: "
    assert str(error).startswith(where + (f"{key}: " if key else ""))


@pytest.mark.parametrize("text", [row[1] for row in MISTAKES], ids=[row[0] for row in MISTAKES])
def test_no_mistake_is_told_in_words_of_python_or_json(text: str) -> None:
    words = str(refused(text))
    for word in ("`int`", "`str`", "`object`", "`array`", "null", "NoneType", "Object missing", "UnsetType"):
        assert word not in words.replace("Object of type date", "")


@given(names=st.lists(st.text(st.characters(categories=("L", "N")), min_size=1), min_size=2, max_size=6, unique=True))
def test_a_mistake_in_the_last_of_many_cases_is_found_there(names: list[str]) -> None:
    cases = [f'\n# {name}\n[[case]]\nname = "{name}"\ntext = """\n[[case]]\nstatus = 1\n"""\n' for name in names]
    text = f"{FUNCTION}{''.join(cases)}status = 9\n"
    error = refused(text)
    assert f"case.{len(names) - 1}.status" == error.key
    assert "status = 9" == text.split("\n")[(error.line or 0) - 1]


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (["function", "timeout"], 8),
        (["setup"], 12),
        (["setup", "nothing"], 12),
        (["route", "1", "path"], 22),
        (["case", "0", "body", "prediction"], 36),
        (["case", "0", "body"], 36),
        (["case", "2", "event"], 45),
        (["nothing"], None),
        ([], None),
    ],
)
def test_a_key_path_leads_to_its_line_or_the_nearest_above(keys: list[str], line: int | None) -> None:
    assert line == line_of(FULL, keys)


@given(st.text())
def test_any_text_is_a_contract_or_a_contract_error(text: str) -> None:
    with pytest.raises(ContractError):
        parse(text)


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from(["function", "setup", "route", "shapes", "case", "cases"]), _values),
    st.dictionaries(st.sampled_from(["name", "payload", "text", "event", "status", "body", "shapes"]), _values),
)
def test_values_of_any_kind_anywhere_are_a_contract_or_a_contract_error(
    tables: dict[str, Any], case: dict[str, Any]
) -> None:
    text = "\n".join(f"{key} = {_toml(value)}" for key, value in tables.items() if key != "case")
    keys = "\n".join(f"{key} = {_toml(value)}" for key, value in case.items())
    try:
        cases = parse(f"{text}\n[[case]]\n{keys}\n").cases
    except ContractError:
        return
    assert 1 == len(cases)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(below)}" for key, below in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    if value is None or isinstance(value, bool | int | str):
        return json.dumps(value) if value is not None else '""'
    return str(value)


# --- the JSON Schema -------------------------------------------------------------------------------------------------

SCHEMA_FILE = Path(contract.__file__).parent.with_name("contract.schema.json")


@pytest.fixture(scope="module")
def validate() -> Callable[[str], None]:
    """Return a validator of a contract's text by the file that ships."""
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text()))

    def valid(text: str) -> None:
        validator.validate(tomllib.loads(text))

    return valid


def test_the_schema_that_ships_is_that_of_the_types() -> None:
    """To write it again, put `json.dumps(contract.json_schema(), indent=2)` and a line end into it."""
    assert json.dumps(contract.json_schema(), indent=2) + "\n" == SCHEMA_FILE.read_text()


def test_the_schema_is_a_schema_and_describes_every_key_and_table() -> None:
    schema = json.loads(SCHEMA_FILE.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    for table in schema["$defs"].values():
        assert table["description"]
        for key, property_ in table.get("properties", {}).items():
            assert property_.get("description") or "$ref" in property_, key


def test_the_schema_offers_only_shapes_that_a_handler_can_accept() -> None:
    shapes = contract.json_schema()["$defs"]["Shapes"]["properties"]["accept"]["items"]["enum"]
    assert [shape.value for shape in ACCEPTED] == shapes


TABLES = f"""{FUNCTION}{TABLE}sort_key = {{ name = "placed", type = "N" }}
items = [{{ id = "a", placed = 1.5 }}]
{CASE}"""


def test_a_table_of_dynamodb_has_its_keys_and_items() -> None:
    setup = parse(TABLES).setup
    (table,) = setup.tables
    assert [("id", "S"), ("placed", "N")] == [(key.name, key.type) for key in table.keys]
    assert ({"id": "a", "placed": 1.5},) == table.items
    assert setup.needs_aws
    assert not parse(SMALLEST).setup.needs_aws


@pytest.mark.parametrize("text", [SMALLEST, FULL, TABLES], ids=["the smallest", "everything", "tables"])
def test_a_contract_that_loads_is_valid_by_the_schema(validate: Callable[[str], None], text: str) -> None:
    assert parse(text).cases
    validate(text)


BEYOND_THE_SCHEMA = {
    "two cases of a name", "a build of no image", "a recorded event in a shape", "a recorded event on a path",
    "a date as payload", "nan as payload", "inf in the body", "an unknown matcher",
    "an unknown matcher in a table below", "a matcher's bound", "a shape twice",
    "two tables of a name", "one key twice", "an item without its key", "an item whose key is another",
    "an item of the second table", "an item that is no JSON",
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(row[1], id=row[0])
        for row in MISTAKES
        if row[0] not in BEYOND_THE_SCHEMA and "not TOML" not in row[4]
    ],
)
def test_what_does_not_load_is_not_valid_by_the_schema_either(validate: Callable[[str], None], text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        validate(text)
