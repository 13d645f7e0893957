"""Frozen dataclasses as JSON text and back, by type hints: for columns read and written whole.

Knows what the model uses: dataclasses, enums, NewTypes, tuples, frozensets, dicts with enum keys,
optional and tagged unions (classes with a ``kind``), bytes (base64), Secret, time of day. A field
missing in the text takes its default and an unknown one is ignored, so that a document from an
older version still reads.
"""

import base64
import dataclasses
import functools
import json
from collections.abc import Callable, Mapping
from datetime import time
from enum import Enum
from typing import Any, NewType, TypeVar, get_args, get_origin, get_type_hints

from consentry.model.errors import ConsentryError, IntegrityError
from consentry.model.secret import Secret

T = TypeVar("T")

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def dump(value: object) -> str:
    """Return the value as compact JSON."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def load(kind: Callable[..., T], text: str) -> T:
    """Return the value of type ``kind`` that ``dump`` wrote; IntegrityError when it is none."""
    try:
        value: T = _typed(kind, json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, ConsentryError) as error:
        name = getattr(kind, "__name__", str(kind))
        message = f"A stored {name} cannot be read: {error}."
        raise IntegrityError(message) from error
    return value


def _plain(value: object) -> Json:  # noqa: PLR0911 - one line a type
    match value:
        case Secret():
            return value.reveal()
        case Enum():
            return _plain(value.value)
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case time():
            return value.isoformat()
        case tuple() | list():
            return [_plain(item) for item in value]
        case frozenset():
            return sorted((_plain(item) for item in value), key=str)
        case Mapping():
            return {str(_plain(key)): _plain(item) for key, item in value.items()}
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
            tag = getattr(type(value), "kind", None)
            return {"kind": tag, **fields} if isinstance(tag, str) else fields
    message = f"{type(value).__name__} has no place in a document"
    raise TypeError(message)


def _typed(kind: Any, plain: Json) -> Any:  # noqa: ANN401 - any type of the model
    if isinstance(kind, NewType):
        return _typed(kind.__supertype__, plain)
    if get_origin(kind) is not None:
        return _generic(kind, plain)
    if dataclasses.is_dataclass(kind) and kind is not Secret:
        return _dataclass(kind, _dict(plain))
    reader = _SPECIAL.get(kind)
    if reader is not None:
        return reader(_scalar(str, plain))
    if issubclass(kind, Enum):
        return kind(plain)
    return _scalar(kind, plain)


_SPECIAL: dict[Any, Callable[[Any], object]] = {
    Secret: Secret,
    bytes: functools.partial(base64.b64decode, validate=True),
    time: time.fromisoformat,
}


def _generic(kind: Any, plain: Json) -> Any:  # noqa: ANN401 - any type of the model
    arguments = get_args(kind)
    origin = get_origin(kind)
    if origin is tuple:
        return _tuple(arguments, _list(plain))
    if origin is frozenset:
        return frozenset(_typed(arguments[0], item) for item in _list(plain))
    if origin is dict:
        key, value = arguments
        return {_typed(key, k): _typed(value, v) for k, v in _dict(plain).items()}
    return _member(arguments, plain)


def _scalar(kind: type[Any], plain: Json) -> Json:
    if kind is float and isinstance(plain, int) and not isinstance(plain, bool):
        return float(plain)
    if type(plain) is not kind:
        message = f"{kind.__name__} expected, {type(plain).__name__} found"
        raise TypeError(message)
    return plain


def _tuple(kinds: tuple[Any, ...], items: list[Json]) -> tuple[Any, ...]:
    if kinds[-1] is Ellipsis:
        return tuple(_typed(kinds[0], item) for item in items)
    return tuple(_typed(kind, item) for kind, item in zip(kinds, items, strict=True))


def _member(kinds: tuple[Any, ...], plain: Json) -> Any:  # noqa: ANN401 - any type of the model
    if plain is None and type(None) in kinds:
        return None
    kinds = tuple(kind for kind in kinds if kind is not type(None))
    if len(kinds) == 1:
        return _typed(kinds[0], plain)
    tag = _dict(plain).get("kind")
    for kind in kinds:
        if getattr(kind, "kind", None) == tag:
            return _typed(kind, plain)
    message = f"unknown kind {tag!r}"
    raise ValueError(message)


def _dataclass(kind: Any, plain: dict[str, Json]) -> Any:  # noqa: ANN401 - any type of the model
    hints = get_type_hints(kind)
    known = {f.name for f in dataclasses.fields(kind)} & plain.keys()
    return kind(**{name: _typed(hints[name], plain[name]) for name in known})


def _list(plain: Json) -> list[Json]:
    if not isinstance(plain, list):
        message = f"list expected, {type(plain).__name__} found"
        raise TypeError(message)
    return plain


def _dict(plain: Json) -> dict[str, Json]:
    if not isinstance(plain, dict):
        message = f"object expected, {type(plain).__name__} found"
        raise TypeError(message)
    return plain
