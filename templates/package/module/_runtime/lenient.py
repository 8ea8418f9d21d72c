"""The road for answers that do not fit: keep what came, and say where it differs."""

from __future__ import annotations

from collections.abc import Callable
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

import msgspec.json
import msgspec.structs
from msgspec import Struct, UnsetType

from .codec import Drift, InvalidJSON, Mismatch, tag_of
from .kinds import is_array, is_object
from .models import Model, UnknownVariant

Path: TypeAlias = "tuple[Path | None, str]"
"""Where a value stands: the place around it, and the step from there."""

Reader: TypeAlias = "Callable[[Any, Path, Sink], Any]"
"""Turns a decoded JSON value into what a type has for it."""

DEEPEST = 150
"""How deep models may nest; what is deeper is kept as it came."""

_readers: dict[Any, Reader] = {}
_NAMES: dict[Any, str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    NoneType: "null",
}


class Sink:
    """Takes what differs, once for each place."""

    __slots__ = ("_seen", "_strict", "_tell", "count")

    def __init__(self, tell: Callable[[Drift], None] | None, *, strict: bool) -> None:
        self._tell = tell
        self._strict = strict
        self._seen: set[Drift] = set()
        self.count = 0

    def report(self, path: Path, kind: str, expected: str, found: object) -> None:
        """Note that a value differs from what was expected.

        Raises:
            Mismatch: Nothing may differ.
        """
        self.count += 1
        if self._strict:
            raise Mismatch(_text(path, "[0]"), expected, _describe(found))
        drift = Drift(_text(path, "[*]"), kind, expected, _describe(found))
        if self._tell is not None and drift not in self._seen:
            self._seen.add(drift)
            self._tell(drift)


def parse(data: bytes | str) -> Any:
    """Read JSON without a type.

    Raises:
        InvalidJSON: It is none, or nested too deeply.
    """
    try:
        return msgspec.json.decode(data)
    except RecursionError:
        raise InvalidJSON("JSON is nested too deeply") from None
    except ValueError as error:
        raise InvalidJSON(str(error)) from None


def walk(value: object, type_: Any, strict: bool, on_drift: Callable[[Drift], None] | None) -> Any:
    """Read a decoded value as a type; keep what does not fit, and tell where that is.

    Raises:
        Mismatch: Something does not fit, and `strict` is set.
    """
    return reader(type_)(value, (None, "$"), Sink(on_drift, strict=strict))


def reader(type_: Any) -> Reader:
    """Return what reads a type; it is worked out once."""
    try:
        return _readers[type_]
    except KeyError:
        pass
    except TypeError:  # A type that cannot be hashed.
        return _keep

    def later(value: Any, path: Path, sink: Sink) -> Any:
        return _readers[type_](value, path, sink)

    _readers[type_] = later  # A type that contains itself finds this while its reader is made.
    _readers[type_] = made = _make(type_)
    return made


def _make(type_: Any) -> Reader:
    origin, args = get_origin(type_), get_args(type_)
    if origin is Annotated:
        return reader(args[0])
    if type_ is Any:
        return _keep
    if origin in (Union, UnionType):
        return _union([case for case in args if case is not UnsetType])
    if isinstance(type_, type) and issubclass(type_, Model):
        return _model(type_)
    if origin is list:
        return _list(type_, args[0])
    if origin is dict:
        return _dict(type_, args[1])
    return _leaf(type_)


def _keep(value: Any, path: Path, sink: Sink) -> Any:
    del path, sink
    return value


def _leaf(type_: Any) -> Reader:
    """A scalar, or known values."""
    expected = _expected(type_)
    kind = "enum" if get_origin(type_) is Literal else "type"

    def read(value: Any, path: Path, sink: Sink) -> Any:
        try:
            return msgspec.convert(value, type_)
        except (ValueError, TypeError):
            sink.report(path, "null" if value is None else kind, expected, value)
            return value

    return read


def _list(type_: Any, item_type: Any) -> Reader:
    """An array: in C where it fits and holds no models, else one by one."""
    item = reader(item_type)
    plain = not _holds_model(item_type)

    def read(value: Any, path: Path, sink: Sink) -> Any:
        if not is_array(value):
            sink.report(path, "null" if value is None else "type", "an array", value)
            return value
        if plain:
            try:
                return msgspec.convert(value, type_)
            except (ValueError, TypeError):
                pass
        step: Path = (path, "[]")
        return [item(each, step, sink) for each in value]

    return read


def _dict(type_: Any, value_type: Any) -> Reader:
    """An object whose keys are data."""
    each = reader(value_type)
    plain = not _holds_model(value_type)

    def read(value: Any, path: Path, sink: Sink) -> Any:
        if not is_object(value):
            sink.report(path, "null" if value is None else "type", "an object", value)
            return value
        if plain:
            try:
                return msgspec.convert(value, type_)
            except (ValueError, TypeError):
                pass
        step: Path = (path, "[]")
        return {key: each(item, step, sink) for key, item in value.items()}

    return read


class _Field(Struct, frozen=True):
    """A field of a model, and what reads it."""

    name: str
    wire_name: str
    required: bool
    read: Reader
    expected: str


def _model(cls: type[Model]) -> Reader:
    """An object with known properties."""
    fields: list[_Field] = []
    known: set[str] = set(tag_of(cls))

    def prepare() -> None:
        """Look at the fields when the first object comes: types may name each other."""
        for info in msgspec.structs.fields(cls):
            known.add(info.encode_name)
            expected = _expected(info.type)
            made = reader(info.type)
            fields.append(_Field(info.name, info.encode_name, info.required, made, expected))

    def read(value: Any, path: Path, sink: Sink) -> Any:
        if not is_object(value):
            sink.report(path, "null" if value is None else "type", "an object", value)
            return value
        if _depth(path) > DEEPEST:
            sink.report(path, "depth", f"at most {DEEPEST} levels", value)
            return UnknownVariant(value)
        if not fields:
            prepare()
        return _build(cls, fields, known, value, path, sink)

    return read


def _build(
    cls: type[Model],
    fields: list[_Field],
    known: set[str],
    data: dict[str, Any],
    path: Path,
    sink: Sink,
) -> Model:
    given: dict[str, Any] = {}
    missing: set[str] = set()
    for field in fields:
        if field.wire_name in data:
            place: Path = (path, field.wire_name)
            given[field.name] = field.read(data[field.wire_name], place, sink)
        elif field.required:
            sink.report((path, field.wire_name), "missing", field.expected, Ellipsis)
            given[field.name] = None
            missing.add(field.name)
    made = cls(**given)
    for wire_name, tag in tag_of(cls).items():
        if data.get(wire_name, tag) != tag:
            sink.report((path, wire_name), "variant", repr(tag), data[wire_name])
    if missing:
        vars(made)["_missing"] = missing
    if not known.issuperset(data):
        extra = {key: item for key, item in data.items() if key not in known}
        for key, item in extra.items():
            sink.report((path, key), "unknown", "no such property", item)
        vars(made)["_extra"] = extra
    return made


def _union(cases: list[Any]) -> Reader:
    """One of several types: by tag, else the case that fits best."""
    optional = NoneType in cases
    cases = [case for case in cases if case is not NoneType]
    if len(cases) == 1:
        only = reader(cases[0])
        return lambda value, path, sink: (
            None if optional and value is None else only(value, path, sink)
        )
    models = [case for case in cases if _is_model(case)]
    others = [reader(case) for case in cases if not _is_model(case)]
    objects = _variant(models)
    expected = " or ".join(dict.fromkeys(map(_expected, cases)))

    def read(value: Any, path: Path, sink: Sink) -> Any:
        if value is None and optional:
            return None
        if objects is not None and isinstance(value, dict):
            return objects(value, path, sink)
        for other in others:
            silent = Sink(None, strict=False)
            found = other(value, path, silent)
            if not silent.count:
                return found
        sink.report(path, "null" if value is None else "type", expected, value)
        return value

    return read


def _variant(models: list[Any]) -> Reader | None:
    """An object that is one of several models."""
    if not models:
        return None
    tags = {tag: model for model in models for tag in tag_of(model).values()}
    fields = {name for model in models for name in tag_of(model)}
    if len(tags) == len(models) and len(fields) == 1:
        return _tagged(fields.pop(), {tag: reader(model) for tag, model in tags.items()})
    return _best(models)


def _tagged(field: str, readers: dict[Any, Reader]) -> Reader:
    expected = ", ".join(map(repr, readers))

    def read(value: Any, path: Path, sink: Sink) -> Any:
        tag = value.get(field)
        found = readers.get(tag) if isinstance(tag, str | int) else None
        if found is None:
            sink.report((path, field), "variant", expected, value.get(field, Ellipsis))
            return UnknownVariant(value)
        return found(value, path, sink)

    return read


def _best(models: list[Any]) -> Reader:
    """The model that an object differs least from, in the order of the description."""
    expected = " or ".join(model.__name__ for model in models)

    def read(value: Any, path: Path, sink: Sink) -> Any:
        ranks: list[tuple[int, int, int]] = []
        for index, model in enumerate(models):
            silent = Sink(None, strict=False)
            found = reader(model)(value, path, silent)
            if not silent.count:
                return found
            missing = len(vars(found).get("_missing", ())) if isinstance(found, Model) else 1
            ranks.append((missing, silent.count, index))
        missing, _, index = min(ranks)
        if missing:
            sink.report(path, "variant", expected, value)
            return UnknownVariant(value)
        return reader(models[index])(value, path, sink)

    return read


def _is_model(type_: Any) -> bool:
    return isinstance(type_, type) and issubclass(type_, Model)


def _holds_model(type_: Any) -> bool:
    return _is_model(type_) or any(map(_holds_model, get_args(type_)))


def _depth(path: Path) -> int:
    depth, place = 0, path[0]
    while place is not None:
        depth, place = depth + 1, place[0]
    return depth


def _text(path: Path, index: str) -> str:
    """Return a path as text, `index` standing for each step into an array or a map."""
    steps: list[str] = []
    place: Path | None = path
    while place is not None:
        place, step = place
        steps.append(step)
    first, *rest = reversed(steps)
    return first + "".join(index if step == "[]" else f".{step}" for step in rest)


def _describe(value: object) -> str:
    """Say what kind of JSON a value is, without the value."""
    return "nothing" if value is Ellipsis else _NAMES.get(type(value), "something else")


def _expected(type_: Any) -> str:
    """Say what a type expects, for people."""
    origin, args = get_origin(type_), get_args(type_)
    if origin is Annotated:
        return _expected(args[0])
    if origin is Literal:
        shown = ", ".join(map(repr, args[:8]))
        return f"one of {shown}, ..." if len(args) > 8 else f"one of {shown}"
    if origin in (Union, UnionType):
        cases = [_expected(case) for case in args if case is not UnsetType]
        return " or ".join(dict.fromkeys(cases))
    if origin in (list, dict):
        return _NAMES[origin]
    return _NAMES.get(type_) or str(getattr(type_, "__name__", type_))
