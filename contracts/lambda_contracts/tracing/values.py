"""Objects and lists that note what is read of them. For any Python from 3.9: they also run beside the handler.

They are dicts and lists to `isinstance`, json, copy, pickle and `match`, and are called `dict` and `list`. `type(event)
is dict` can tell, and so can what reads a dict's storage in C, past its methods: that reads untraced.
"""

from __future__ import annotations

import copy
import sys
from typing import Any

ABSENT = object()
"""Stands for the value of a path that is not there."""


def kind_of(value: Any) -> str:
    """Return a value's type in JSON's words."""
    for kind, types in _KINDS:
        if isinstance(value, types):
            return kind
    return "null"


_KINDS: tuple[tuple[str, Any], ...] = (
    ("string", str),
    ("object", dict),
    ("array", list),
    ("boolean", bool),
    ("number", (int, float)),
)


def below(path: str, key: Any) -> str:
    """Extend a JSON pointer. `#` stands for what a text was parsed into, so a key's own is escaped too."""
    text = str(key)
    if "~" in text or "/" in text or "#" in text:
        text = text.replace("~", "~0").replace("/", "~1").replace("#", "~2")
    return path + "/" + text


def _is_traceable(value: Any) -> bool:
    """Whether a value is an object, or a list of objects by the look of its first element."""
    while type(value) is list and value:
        value = list.__getitem__(value, 0)
    return type(value) is dict


def traced(tracer: Any, path: str, value: Any) -> Any:
    """Return a value that records its accesses where it is one that can, else the value."""
    if not _is_traceable(value):
        return value
    node: Any = _Dict.blank() if type(value) is dict else _List.blank()
    if type(value) is dict:
        dict.update(node, value)
    else:
        list.extend(node, value)
    node._tracer, node._path, node._own = tracer, path, None
    return node


class _Dict(dict):  # type: ignore[type-arg]  # at run time it is no generic
    """A dict that notes what is read of it. `_own` are the keys that the handler wrote itself."""

    __slots__ = ("_own", "_path", "_tracer")
    _own: Any
    _path: str
    _tracer: Any

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return dict(*args, **kwargs)  # what a handler makes of an event's type is its own

    @classmethod
    def blank(cls) -> Any:
        return dict.__new__(cls)

    def _child(self, key: Any, value: Any) -> Any:
        if (self._own is None or key not in self._own) and _is_traceable(value):
            value = traced(self._tracer, below(self._path, key), value)
            dict.__setitem__(self, key, value)
        return value

    def _children(self) -> None:
        for key, value in list(dict.items(self)):
            self._child(key, value)

    def _note(self, key: Any, operation: Any, value: Any, frame: Any) -> None:
        tracer = self._tracer
        if tracer.active and isinstance(key, (str, int)) and (self._own is None or key not in self._own):
            if tracer.in_bulk(self._path, frame):
                tracer.note(self._path, "copy", self, frame)
            else:
                tracer.note(below(self._path, key), operation, value, frame)

    def _note_whole(self, operation: Any, frame: Any) -> None:
        if self._tracer.active:
            self._tracer.note(self._path, operation, self, frame)

    def _note_bulk(self, operation: Any, frame: Any) -> None:
        if self._tracer.active:
            self._tracer.note_bulk(self._path, operation, self, frame)

    def _wrote(self, *keys: Any) -> None:
        self._own = (self._own or frozenset()).union(keys)

    def __getitem__(self, key: Any) -> Any:
        try:
            value = dict.__getitem__(self, key)
        except KeyError:
            self._note(key, "getitem", ABSENT, sys._getframe(1))
            raise
        value = self._child(key, value)
        self._note(key, "getitem", value, sys._getframe(1))
        return value

    def get(self, *args: Any, **kwargs: Any) -> Any:
        found = dict.get(self, *args, **kwargs)
        value = dict.get(self, args[0], ABSENT)
        if value is not ABSENT:
            found = value = self._child(args[0], value)
        self._note(args[0], "get", value, sys._getframe(1))
        return found

    def __contains__(self, key: Any) -> bool:
        value = dict.get(self, key, ABSENT)
        self._note(key, "in", value, sys._getframe(1))
        return value is not ABSENT

    def setdefault(self, *args: Any, **kwargs: Any) -> Any:
        value = dict.get(self, args[0], ABSENT) if args else ABSENT
        found = dict.setdefault(self, *args, **kwargs)
        self._note(args[0], "setdefault", value, sys._getframe(1))
        if value is not ABSENT:
            return self._child(args[0], value)
        self._wrote(args[0])
        return found

    def pop(self, *args: Any, **kwargs: Any) -> Any:
        value = dict.get(self, args[0], ABSENT) if args else ABSENT
        if value is not ABSENT:
            self._child(args[0], value)
        try:
            found = dict.pop(self, *args, **kwargs)
        except KeyError:
            self._note(args[0], "pop", ABSENT, sys._getframe(1))
            raise
        self._note(args[0], "pop", value, sys._getframe(1))
        self._wrote(args[0])
        return found

    def popitem(self) -> Any:
        self._children()
        key, value = dict.popitem(self)
        self._note(key, "pop", value, sys._getframe(1))
        self._wrote(key)
        return key, value

    def __setitem__(self, key: Any, value: Any) -> None:
        dict.__setitem__(self, key, value)
        self._wrote(key)

    def __delitem__(self, key: Any) -> None:
        dict.__delitem__(self, key)
        self._wrote(key)

    def clear(self) -> None:
        self._wrote(*dict.keys(self))
        dict.clear(self)

    def update(self, *args: Any, **kwargs: Any) -> None:
        before = dict(dict.items(self))
        try:
            dict.update(self, *args, **kwargs)
        finally:
            self._wrote(*(key for key, value in dict.items(self) if before.get(key, ABSENT) is not value))

    def __ior__(self, other: Any) -> Any:
        self.update(other)
        return self

    def __or__(self, other: Any) -> Any:
        if not isinstance(other, dict):
            return NotImplemented
        self._note_whole("copy", sys._getframe(1))
        result = self._copy()
        result.update(other)
        return result

    def keys(self) -> Any:
        self._note_bulk("keys", sys._getframe(1))
        return dict.keys(self)

    def items(self) -> Any:
        self._note_whole("items", sys._getframe(1))
        self._children()
        return dict.items(self)

    def values(self) -> Any:
        self._note_whole("values", sys._getframe(1))
        self._children()
        return dict.values(self)

    def __iter__(self) -> Any:
        self._note_bulk("iterate", sys._getframe(1))
        return dict.__iter__(self)

    def __reversed__(self) -> Any:
        self._note_whole("iterate", sys._getframe(1))
        return dict.__reversed__(self)

    def __len__(self) -> int:
        if not self._tracer.in_bulk(self._path, sys._getframe(1)):  # list(event) asks for it too
            self._note_bulk("len", sys._getframe(1))
        return dict.__len__(self)

    def __eq__(self, other: Any) -> bool:
        self._note_whole("compare", sys._getframe(1))
        return dict.__eq__(self, other)

    def __ne__(self, other: Any) -> bool:
        self._note_whole("compare", sys._getframe(1))
        return dict.__ne__(self, other)

    __hash__ = None

    def _copy(self) -> Any:
        self._children()
        node = traced(self._tracer, self._path, dict(dict.items(self)))
        node._own = self._own
        return node

    def copy(self) -> Any:
        self._note_whole("copy", sys._getframe(1))
        return self._copy()

    def __copy__(self) -> Any:
        self._note_whole("copy", sys._getframe(1))
        return self._copy()

    def __deepcopy__(self, memo: Any) -> Any:
        self._note_whole("copy", sys._getframe(1))
        node = traced(self._tracer, self._path, {})
        node._own = self._own
        memo[id(self)] = node
        self._children()
        for key, value in dict.items(self):
            dict.__setitem__(node, copy.deepcopy(key, memo), copy.deepcopy(value, memo))
        return node

    def __reduce_ex__(self, _: Any) -> Any:
        self._note_whole("copy", sys._getframe(1))
        return dict, (), None, None, iter(dict.items(self))


class _List(list):  # type: ignore[type-arg]  # as above
    """A list of objects that notes what is read of it, until the handler changes it."""

    __slots__ = ("_own", "_path", "_tracer")
    _own: Any
    _path: str
    _tracer: Any

    def __new__(cls, *args: Any) -> Any:
        return list(*args)

    @classmethod
    def blank(cls) -> Any:
        return list.__new__(cls)

    def _children(self) -> None:
        if self._own is None:
            for index, value in enumerate(list.__iter__(self)):
                if _is_traceable(value):
                    list.__setitem__(self, index, traced(self._tracer, below(self._path, index), value))

    def _note(self, operation: Any, frame: Any) -> None:
        if self._tracer.active and self._own is None:
            self._tracer.note(self._path, operation, self, frame)

    def _note_bulk(self, operation: Any, frame: Any) -> None:
        if self._tracer.active and self._own is None:
            self._tracer.note_bulk(self._path, operation, self, frame)

    def _change(self) -> None:
        self._children()
        self._own = True

    def __getitem__(self, index: Any) -> Any:
        self._children()
        if self._own is not None or not self._tracer.active:
            return list.__getitem__(self, index)
        try:
            value = list.__getitem__(self, index)
        except IndexError:
            self._tracer.note(below(self._path, index), "getitem", ABSENT, sys._getframe(1))
            raise
        if isinstance(index, slice):
            self._note("iterate", sys._getframe(1))
        else:
            at = index.__index__()
            path = below(self._path, at + list.__len__(self) if at < 0 else at)
            self._tracer.note(path, "getitem", value, sys._getframe(1))
        return value

    def __iter__(self) -> Any:
        self._children()
        self._note_bulk("iterate", sys._getframe(1))
        return list.__iter__(self)

    def __len__(self) -> int:
        if not self._tracer.in_bulk(self._path, sys._getframe(1)):
            self._note_bulk("len", sys._getframe(1))
        return list.__len__(self)

    def __copy__(self) -> Any:
        return self.copy()

    def __deepcopy__(self, memo: Any) -> Any:
        self._note("copy", sys._getframe(1))
        node = traced(self._tracer, self._path, [{}])
        list.clear(node)
        node._own = self._own
        memo[id(self)] = node
        self._children()
        for value in list.__iter__(self):
            list.append(node, copy.deepcopy(value, memo))
        return node

    def __reduce_ex__(self, _: Any) -> Any:
        self._note("copy", sys._getframe(1))
        return list, (), None, list.__iter__(self)

    __hash__ = None


def _reading(name: str, operation: str) -> Any:
    """Return a list's method that reads all of it, and notes that."""
    plain = getattr(list, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        self._children()
        self._note(operation, sys._getframe(1))
        return plain(self, *args, **kwargs)

    return method


def _changing(name: str) -> Any:
    """Return a list's method that changes it."""
    plain = getattr(list, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        self._change()
        return plain(self, *args, **kwargs)

    return method


_READING = {
    "in": ("__contains__", "count", "index"),
    "compare": ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"),
    "copy": ("__add__", "__mul__", "__rmul__", "copy"),
    "iterate": ("__reversed__",),
}
_CHANGING = ("__delitem__", "__iadd__", "__imul__", "__setitem__", "append", "clear", "extend", "insert", "pop")
for _operation, _names in _READING.items():
    for _name in _names:
        setattr(_List, _name, _reading(_name, _operation))
for _name in (*_CHANGING, "remove", "reverse", "sort"):
    setattr(_List, _name, _changing(_name))
for _class, _plain in ((_Dict, dict), (_List, list)):  # error messages name a value's type
    _class.__name__ = _class.__qualname__ = _plain.__name__
    _class.__module__ = "builtins"
