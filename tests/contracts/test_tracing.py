"""A traced event is the plain one to its handler, and says what was read of it."""
# ruff: noqa: ARG005 - the steps of a table take the same arguments

from __future__ import annotations

import ast
import base64
import copy
import json
import logging
import pickle
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts.tracing import Access, Operation, Trace, recorder, values
from lambda_contracts.tracing.recorder import Tracer

FLOWER = {"petal": 1.8, "name": "iris", "tags": ["a", "b"], "leaves": [{"n": 1}, {"n": 2}]}
EVENT = {
    "body": json.dumps(FLOWER),
    "encoded": base64.b64encode(json.dumps(FLOWER | {"name": "rose"}).encode()).decode(),
    "headers": {"Accept": "*/*", "a/b": "1", "c#d~": "2"},
    "queryStringParameters": None,
    "isBase64Encoded": False,
    "matrix": [[1, 2], [3, 4]],
    "Records": [{"body": json.dumps({"Message": json.dumps({"id": 7})})}, {"body": "text"}],
}


def trace(handler: Callable[[Any], object], event: Any = EVENT) -> list[str]:
    tracer = Tracer([str(Path(__file__).parent)])
    with tracer:
        tracer.around(lambda event, context: handler(event))(copy.deepcopy(event), None)
    return [
        f"{access.operation} {access.path or 'whole'} {access.kind or 'missing'}"
        for access in Trace.of(tracer.rows).accesses
    ]


# --- the same behaviour ----------------------------------------------------------------------------------------------

KEYS = ["a", "b", "body", "Records", "x/y#~"]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "a", '{"a": 1}']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=15,
)
Step = Callable[[Any, str, Any], object]


def _delete(node: Any, key: str) -> None:
    del node[key]


def _set(node: Any, key: Any, value: Any) -> Any:
    node[key] = value
    return node[key]


def _match(node: Any) -> object:
    match node:
        case {"a": 1}:
            return "one"
        case {"a": [first, *_]}:
            return first
        case [{"a": a}, *_]:
            return a
        case {"b": b, **others}:
            return b, others
        case [first, *rest]:
            return first, rest
    return "other"


def _in_place_or(node: Any, other: Any) -> Any:
    node |= other
    return node


def _in_place_add(node: Any, other: Any) -> Any:
    node += other
    return node


OF_ANY: dict[str, Step] = {
    "isinstance": lambda n, k, v: (isinstance(n, dict), isinstance(n, list), isinstance(n, Mapping)),
    "bool": lambda n, k, v: bool(n),
    "len": lambda n, k, v: len(n),
    "list": lambda n, k, v: list(n),
    "for": lambda n, k, v: [item for item in n],  # noqa: C416  # another instruction than list()
    "unpack": lambda n, k, v: [*n],
    "reversed": lambda n, k, v: list(reversed(n)),
    "sorted": lambda n, k, v: sorted(n),
    "in": lambda n, k, v: k in n,
    "value in": lambda n, k, v: v in n,
    "getitem": lambda n, k, v: n[k],
    "getitem 0": lambda n, k, v: n[0],
    "eq": lambda n, k, v: (n == v, v == n, n != v),
    "eq plain": lambda n, k, v: n == json.loads(json.dumps(n)),
    "lt": lambda n, k, v: n < v,
    "repr": lambda n, k, v: (repr(n), str(n), f"{n}"),
    "type": lambda n, k, v: (type(n).__name__, repr(type(n))),
    "hash": lambda n, k, v: hash(n),
    "json": lambda n, k, v: json.dumps(n),
    "json indented": lambda n, k, v: json.dumps(n, indent=1, sort_keys=True),
    "copy": lambda n, k, v: copy.copy(n),
    "deepcopy": lambda n, k, v: copy.deepcopy(n),
    "pickle": lambda n, k, v: (type(pickle.loads(pickle.dumps(n))) in (dict, list), pickle.loads(pickle.dumps(n))),  # noqa: S301
    "type of it": lambda n, k, v: type(n)(n),
    "match": lambda n, k, v: _match(n),
    "clear": lambda n, k, v: n.clear(),
    "attribute": lambda n, k, v: n.nothing,
    "set": lambda n, k, v: _set(n, k, v),
    "delete": lambda n, k, v: _delete(n, k),
    "pop": lambda n, k, v: n.pop(),
    "pop key": lambda n, k, v: n.pop(k),
    "json.loads": lambda n, k, v: json.loads(n),
    "identity": lambda n, k, v: n[k] is n[k],
}
OF_DICTS: dict[str, Step] = {
    "get": lambda n, k, v: n.get(k),
    "get default": lambda n, k, v: n.get(k, v),
    "get wrongly": lambda n, k, v: n.get(),
    "get by name": lambda n, k, v: n.get(key=k),
    "setdefault wrongly": lambda n, k, v: n.setdefault(),
    "pop wrongly": lambda n, k, v: n.pop(k, k, k),
    "unhashable": lambda n, k, v: n[[k]],
    "setdefault": lambda n, k, v: n.setdefault(k, v),
    "pop default": lambda n, k, v: n.pop(k, v),
    "popitem": lambda n, k, v: n.popitem(),
    "keys": lambda n, k, v: (list(n.keys()), k in n.keys()),  # noqa: SIM118  # the view
    "items": lambda n, k, v: list(n.items()),
    "values": lambda n, k, v: list(n.values()),
    "dict": lambda n, k, v: dict(n),
    "dict with": lambda n, k, v: dict(n, a=v),
    "star star": lambda n, k, v: {**n, "z": v},
    "call": lambda n, k, v: (lambda **given: given)(**n),
    "or": lambda n, k, v: n | {k: v},
    "ror": lambda n, k, v: {k: v} | n,
    "or list": lambda n, k, v: n | [v],
    "ior": lambda n, k, v: _in_place_or(n, {k: v}),
    "update": lambda n, k, v: n.update({k: v}, b=v),
    "update wrongly": lambda n, k, v: n.update(v),
    "format": lambda n, k, v: "{a}".format(**n),
    "percent": lambda n, k, v: "%(a)s" % n,  # noqa: UP031  # it reads the event by itself
    "copy method": lambda n, k, v: n.copy(),
    "fromkeys": lambda n, k, v: n.fromkeys([k], v),
}
OF_LISTS: dict[str, Step] = {
    "negative": lambda n, k, v: n[-1],
    "slice": lambda n, k, v: n[1:],
    "first, rest": lambda n, k, v: [(first, rest) for first, *rest in [n]],
    "set 0": lambda n, k, v: _set(n, 0, v),
    "append": lambda n, k, v: n.append(v),
    "insert": lambda n, k, v: n.insert(0, v),
    "extend": lambda n, k, v: n.extend([v, v]),
    "remove": lambda n, k, v: n.remove(v),
    "reverse": lambda n, k, v: n.reverse(),
    "sort": lambda n, k, v: n.sort(key=str),
    "count": lambda n, k, v: n.count(v),
    "index": lambda n, k, v: n.index(v),
    "add": lambda n, k, v: n + [v],  # noqa: RUF005  # the operator is what is tested
    "radd": lambda n, k, v: [v] + n,  # noqa: RUF005
    "iadd": lambda n, k, v: _in_place_add(n, [v]),
    "times": lambda n, k, v: (n * 2, 2 * n),
    "copy method": lambda n, k, v: n.copy(),
    "tuple": lambda n, k, v: tuple(n),
    "join": lambda n, k, v: ",".join(n),
    "enumerate": lambda n, k, v: list(enumerate(n)),
}
STEPS = [*OF_ANY.items(), *OF_DICTS.items(), *OF_LISTS.items()]


def containers(value: Any) -> Iterator[Any]:
    """Yield the containers of a value, breadth first, by the methods that a handler would use."""
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from containers(child)
    elif isinstance(value, list):
        yield value
        for child in value:
            yield from containers(child)


def told(step: Step, node: Any, key: str, value: Any) -> tuple[str, str]:
    try:
        result = step(node, key, copy.deepcopy(value))
    except Exception as error:  # noqa: BLE001  # whatever it is, it has to be the same
        return type(error).__name__, str(error)
    return "returned", repr(result)


@given(
    event=st.dictionaries(st.sampled_from(KEYS), JSON, max_size=4),
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 20), st.sampled_from(KEYS), JSON), max_size=6),
)
def test_whatever_is_done_with_a_traced_event_comes_to_the_same(event: Any, steps: list[Any]) -> None:
    plain = copy.deepcopy(event)
    tracer = Tracer([str(Path(__file__).parent)])
    with tracer:
        traced = tracer.begin(event)
        for (name, step), where, key, value in steps:
            nodes, traced_nodes = list(containers(plain)), list(containers(traced))
            assert len(nodes) == len(traced_nodes)
            index = where % len(nodes)
            assert told(step, nodes[index], key, value) == told(step, traced_nodes[index], key, value), name
            assert repr(plain) == repr(traced), name
        assert json.dumps(plain) == json.dumps(traced)
        assert plain == traced
        assert traced == plain
    Trace.of(tracer.rows)


def test_what_is_no_object_is_left_as_it_is() -> None:
    """Lists of plain values too: numpy and its like take them at full speed, and check for `list` itself."""
    seen: list[type] = []
    trace(lambda event: seen.extend(type(event[key]) for key in ("body", "matrix", "isBase64Encoded")))
    assert [str, list, bool] == seen
    for event in ("text", 7, None, [1, 2]):
        assert event is Tracer([]).begin(event)


def test_an_error_and_a_log_read_as_if_nothing_traced() -> None:
    def handler(event: Any) -> str:
        try:
            return str(event["headers"]["missing"])
        except KeyError:
            record = logging.LogRecord("", 0, "", 0, "", None, sys.exc_info())
            return traceback.format_exc() + logging.Formatter().format(record)

    tracer = Tracer([])
    with tracer:
        assert handler(copy.deepcopy(EVENT)) == handler(tracer.begin(EVENT))


def test_json_and_traceback_are_put_back() -> None:
    before = json.JSONDecoder.decode, traceback.walk_tb
    with Tracer([]):
        assert before[0] is not json.JSONDecoder.decode
    assert before == (json.JSONDecoder.decode, traceback.walk_tb)


def test_a_key_that_the_handler_wrote_stays_its_own() -> None:
    def handler(event: Any) -> None:
        own: dict[str, Any] = {"deep": {"x": 1}}
        event["own"] = own
        assert event["own"] is own
        assert type(event["own"]["deep"]) is dict

    assert [] == trace(handler)


# --- what is recorded ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (lambda e: e["isBase64Encoded"], ["getitem /isBase64Encoded boolean"]),
        (lambda e: e.get("queryStringParameters", {}), ["get /queryStringParameters null"]),
        (lambda e: e.get("path", "/"), ["get /path missing"]),
        (lambda e: "body" in e, ["in /body string"]),
        (lambda e: "nothing" in e, ["in /nothing missing"]),
        (lambda e: e.pop("nothing", 1), ["pop /nothing missing"]),
        (lambda e: [key for key in e], ["iterate whole object"]),  # noqa: C416
        (lambda e: list(e), ["iterate whole object"]),
        (lambda e: list(e.items()), ["items whole object"]),
        (lambda e: list(e.values()), ["values whole object"]),
        (lambda e: e == {}, ["compare whole object"]),
        (lambda e: len(e), ["len whole object"]),
        (lambda e: json.dumps(e["headers"]), ["getitem /headers object", "json.dumps /headers object"]),
        (lambda e: dict(e), ["keys whole object", "copy whole object"]),
        (lambda e: e.copy()["isBase64Encoded"], ["copy whole object", "getitem /isBase64Encoded boolean"]),
        (lambda e: e["headers"]["a/b"], ["getitem /headers object", "getitem /headers/a~1b string"]),
        (lambda e: e["headers"].get("c#d~"), ["getitem /headers object", "get /headers/c~2d~0 string"]),
        (
            lambda e: e["Records"][-1]["body"],
            ["getitem /Records array", "getitem /Records/1 object", "getitem /Records/1/body string"],
        ),
        (
            lambda e: [r.get("x") for r in e["Records"]],
            [
                "getitem /Records array",
                "iterate /Records array",
                "get /Records/0/x missing",
                "get /Records/1/x missing",
            ],
        ),
        (lambda e: e["matrix"][0][1], ["getitem /matrix array"]),
        (
            lambda e: json.loads(e["body"])["petal"],
            ["getitem /body string", "json.loads /body string", "getitem /body#/petal number"],
        ),
        (
            lambda e: json.loads(base64.b64decode(e["encoded"])).get("tags"),
            [
                "getitem /encoded string",
                "base64 /encoded string",
                "json.loads /encoded string",
                "get /encoded#/tags array",
            ],
        ),
        (
            lambda e: json.JSONDecoder().decode(e["body"].strip() + "\n")["leaves"][0]["n"],
            [
                "getitem /body string",
                "json.loads /body string",
                "getitem /body#/leaves array",
                "getitem /body#/leaves/0 object",
                "getitem /body#/leaves/0/n number",
            ],
        ),
        (lambda e: json.loads('{"a": 1}')["a"], []),
    ],
)
def test_an_access_is_recorded(handler: Callable[[Any], object], expected: list[str]) -> None:
    assert expected == trace(handler)


def test_json_in_json_is_followed() -> None:
    """As a notification in a queue's message."""
    read = trace(lambda e: json.loads(json.loads(e["Records"][0]["body"])["Message"])["id"])
    assert "getitem /Records/0/body#/Message#/id number" == read[-1]


def test_a_twice_encoded_text_is_followed() -> None:
    read = trace(lambda e: json.loads(json.loads(e["body"]))["a"], {"body": json.dumps(json.dumps({"a": 1}))})
    assert "getitem /body##/a number" == read[-1]


def test_what_the_handler_wrote_over_is_not_the_events() -> None:
    def handler(event: Any) -> None:
        event["body"] = {"mine": 1}
        event["body"]["mine"]
        event["added"] = 1
        del event["isBase64Encoded"]
        event.get("isBase64Encoded")
        event["added"]
        event["Records"].append({})
        event["Records"][2].get("own")

    assert ["getitem /Records array"] == trace(handler)


def test_an_event_is_not_traced_after_its_handler_came_to_an_end() -> None:
    tracer = Tracer([])
    kept = tracer.around(lambda event, context: event)({"a": 1}, None)
    assert 1 == kept["a"]
    assert [] == tracer.rows


def test_the_line_is_the_handlers_own_innermost_one() -> None:
    """Not that of a package that lies in its folder; that of its caller."""
    sources = {
        "/fn/app.py": "from_package = None\ndef handler(event, context):\n    return (\n        from_package(event))",
        "/fn/package/code.py": "def read(event):\n    return event['a']",
        "/fn/utils.py": "def read(event):\n    return package(event)",
    }
    spaces: dict[str, dict[str, Any]] = {file: {} for file in sources}
    for file, code in sources.items():
        exec(compile(code, file, "exec"), spaces[file])  # noqa: S102
    spaces["/fn/utils.py"]["package"] = spaces["/fn/package/code.py"]["read"]
    spaces["/fn/app.py"]["from_package"] = spaces["/fn/utils.py"]["read"]

    def places(**options: Any) -> list[tuple[str, int]]:
        tracer = Tracer(["/fn"], **options)
        tracer.around(spaces["/fn/app.py"]["handler"])({"a": 1}, None)
        return [(access.file, access.line) for access in Trace.of(tracer.rows).accesses]

    assert [("utils.py", 2)] == places(files=["app.py", "utils.py"])
    assert [("app.py", 4)] == places(files=["src/other.py"])


def test_a_library_that_reads_for_the_handler_has_no_line() -> None:
    tracer = Tracer(["/fn"], ["app.py"])
    tracer.around(lambda event, context: event["a"])({"a": 1}, None)
    assert (Access("/a", Operation.GETITEM, "number", False, "", 0),) == Trace.of(tracer.rows).accesses


# --- any Python ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", [recorder, values])
def test_what_is_injected_is_python_3_9_and_needs_nothing_else(module: Any) -> None:
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"), feature_version=(3, 9))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            assert str(node.module).partition(".")[0] in sys.stdlib_module_names
        elif isinstance(node, ast.Import):
            assert {name.name.partition(".")[0] for name in node.names} <= sys.stdlib_module_names


PYTHONS = sorted(Path.home().glob(".pyenv/versions/3.*/bin/python3"))
OLD = [python for python in PYTHONS if int(python.parents[1].name.split(".")[1]) >= 9]


@pytest.mark.parametrize("python", OLD, ids=lambda python: python.parents[1].name)
def test_it_records_the_same_in_every_python(python: Path, tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").touch()
    for module in (recorder, values):
        (package / Path(str(module.__file__)).name).write_text(Path(str(module.__file__)).read_text())
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1])\n"
        "from package.recorder import Tracer\n"
        "def handler(e, c):\n"
        "    b = json.loads(e['body']); b['petal']; dict(e); list(b); {**e}; json.dumps(b['leaves']); b.get('x')\n"
        "t = Tracer([])\n"
        "with t: t.around(handler)(json.loads(sys.argv[2]), None)\n"
        "print(json.dumps([row[:4] for row in t.rows]))\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code)
    results = [
        subprocess.run([executable, script, tmp_path, json.dumps(EVENT)], capture_output=True, text=True, check=True)
        for executable in (python, sys.executable)
    ]
    assert results[1].stdout == results[0].stdout
    assert "/body#/petal" in results[0].stdout
