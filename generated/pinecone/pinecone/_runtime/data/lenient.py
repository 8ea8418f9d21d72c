"""Lenient decoding: values that do not match their type are kept and reported."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from math import isfinite
from types import NoneType, SimpleNamespace, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec.json
import msgspec.structs
from msgspec import Struct, UnsetType

from ..errors import InvalidJSON
from .any_of import build_decoder, union_of
from .differences import DEEPEST, ROOT, Note, Path, Reader, Sink, expected_of, is_deep
from .encoder import tag_of
from .guards import is_array, is_object, kind_of
from .mismatch import Drift
from .record import Extra, OpenRecord, Record
from .variants import UnknownVariant, Variants

_MISMATCHES = (ValueError, TypeError, RecursionError)

# The reader of each type. If two threads build the same one, either can be used.
_readers: dict[Any, Reader] = {}


def read(
    data: bytes | str, type_: Any, strict: bool, on_drift: Callable[[Drift], None] | None
) -> Any:
    """Decode JSON text as a type; arguments as in `walk`.

    Raises:
        InvalidJSON: The text is not JSON, or is nested too deeply.
        Mismatch: A value does not match, and `strict` is set.
    """
    try:
        try:
            value, bulk = msgspec.json.decode(data), True
        except ValueError as error:
            from .fallback import parse

            value, bulk = parse(data, error), False
    except RecursionError:
        raise InvalidJSON("JSON is nested too deeply") from None
    return walk(value, type_, strict, on_drift, bulk)


def walk(
    value: object,
    type_: Any,
    strict: bool,
    on_drift: Callable[[Drift], None] | None,
    bulk: bool,
) -> Any:
    """Convert a decoded value to a type; keep and report what does not match.

    Args:
        value: Decoded JSON; a `Decimal` for a number that no float can represent.
        type_: A model, or any type of a model's field.
        strict: Raise at the first value that does not match, instead of keeping it.
        on_drift: Called once for each JSON path that does not match.
        bulk: The value contains no `Decimal`, so that msgspec can build parts of it.

    Raises:
        Mismatch: A value does not match, and `strict` is set.
    """
    sink = Sink(on_drift, strict=strict, bulk=bulk)
    try:
        return reader(type_)(value, ROOT, sink)
    except RecursionError:  # The caller's stack is deep already.
        sink.report(ROOT, "depth", "fewer levels", value)
        return UnknownVariant(value) if is_object(value) else value


def read_any_of(type_: Any, value: Any) -> Any:
    """Read a decoded value as an `AnyOf`, for msgspec.

    Raises:
        Mismatch: The value does not fit exactly.
    """
    return walk(value, type_, strict=True, on_drift=None, bulk=True)


def reader(type_: Any) -> Reader:
    """Return the reader of a type; it is built once."""
    try:
        return _readers[type_]
    except KeyError:
        made = _readers[type_] = _make(type_)
        return made
    except TypeError:  # A type that cannot be hashed.
        return _make(type_)


def _make(type_: Any) -> Reader:
    type_ = union_of(type_)
    origin, args = get_origin(type_), get_args(type_)
    if origin is Annotated:
        variants = _variants(type_)
        return _union(_cases(args[0]), variants) if variants else reader(args[0])
    if type_ is Any:
        return _keep
    if type_ is None:
        return reader(NoneType)
    if origin in (Union, UnionType):
        return _union(_cases(type_))
    if isinstance(type_, type) and issubclass(type_, Record):
        return _model(type_)
    if origin is list:
        return _list(type_, args[0])
    if origin is tuple:
        return _tuple(type_, args)
    if origin is dict:
        return _dict(type_, args[1])
    return _leaf(type_)


def _keep(value: Any, path: Path, sink: Sink) -> Any:
    del path, sink
    return value


def _keep_mismatch(value: Any, path: Path, sink: Sink, expected: str, kind: str = "type") -> Any:
    sink.report(path, "null" if value is None else kind, expected, value)
    return value


def _builder(type_: Any) -> Callable[[Any], Any]:
    """Return the function by which msgspec converts a value, or raises one of `_MISMATCHES`."""
    # msgspec remembers how to convert to a struct, but not to other types.
    box: Any = msgspec.defstruct("Box", [("value", type_)], array_like=True)
    is_known = build_decoder(box, read_any_of) is not None

    def build(value: Any) -> Any:
        if not is_known:
            raise TypeError
        return msgspec.convert((value,), box, dec_hook=read_any_of).value

    return build


def _leaf(type_: Any) -> Reader:
    """Return the reader of a scalar or an enumeration."""
    expected = expected_of(type_)
    kind = "enum" if get_origin(type_) is Literal else "type"
    build = _builder(type_)
    numbers: list[float] = [known for known in get_args(type_) if type(known) is int]

    def read(value: Any, path: Path, sink: Sink) -> Any:
        if type(value) is type_:
            return value
        try:
            made = build(value)
        except _MISMATCHES:
            if isinstance(value, float) and value.is_integer():
                if type_ is int or value in numbers:
                    return int(value)  # 1.0 is an integer in JSON
            elif type_ in (datetime, date, time, timedelta) and isinstance(value, str):
                return _read_by_fallback(type_, value, path, sink)
        else:
            if not isinstance(made, float) or isfinite(made):
                return made
        return _keep_mismatch(value, path, sink, expected, kind)

    return read


def _read_by_fallback(type_: Any, value: str, path: Path, sink: Sink) -> Any:
    from .fallback import READERS

    try:
        return READERS[type_](value)
    except ValueError:
        return _keep_mismatch(value, path, sink, expected_of(type_))


def _list(type_: Any, item_type: Any) -> Reader:
    """Return the reader of an array."""
    item = reader(item_type)
    build = _builder(type_)

    def read(value: Any, path: Path, sink: Sink) -> Any:
        if not is_array(value):
            return _keep_mismatch(value, path, sink, "an array")
        if sink.bulk:
            try:
                return build(value)
            except _MISMATCHES:
                pass
        if sink.strict:
            return [item(each, (path, index), sink) for index, each in enumerate(value)]
        place: Path = (path, -1)
        return [item(each, place, sink) for each in value]

    return read


def _tuple(type_: Any, types: tuple[Any, ...]) -> Reader:
    """Return the reader of an array whose items have one type each."""
    readers = [reader(one) for one in types]
    expected = expected_of(type_)

    def read(value: Any, path: Path, sink: Sink) -> Any:
        if not is_array(value) or len(value) != len(readers):
            return _keep_mismatch(value, path, sink, expected)
        items = zip(readers, value, strict=True)
        return tuple(read_item(item, (path, -1), sink) for read_item, item in items)

    return read


def _dict(type_: Any, value_type: Any) -> Reader:
    """Return the reader of a map."""
    read_item = reader(value_type)
    build = _builder(type_)

    def read(value: Any, path: Path, sink: Sink) -> Any:
        if not is_object(value):
            return _keep_mismatch(value, path, sink, "an object")
        if sink.bulk:
            try:
                return build(value)
            except _MISMATCHES:
                pass
        place: Path = (path, -1)
        return {key: read_item(item, place, sink) for key, item in value.items()}

    return read


class _Field(Struct, frozen=True):
    """A field of a model, and its reader."""

    name: str
    wire_name: str
    required: bool
    read: Reader
    expected: str


class _Plan(Struct, frozen=True):
    """The data that the reader of a model needs."""

    cls: type[Record]
    fields: tuple[_Field, ...]
    tag: dict[str, Any]
    known: frozenset[str]
    read_extra: Reader | None
    build: Callable[[Any], Any]


def _plan(cls: type[Record]) -> _Plan:
    fields = tuple(
        _Field(
            info.name, info.encode_name, info.required, reader(info.type), expected_of(info.type)
        )
        for info in msgspec.structs.fields(cls)
    )
    tag = tag_of(cls)
    known = frozenset([*tag, *(field.wire_name for field in fields)])
    extra = reader(_extra(cls)) if issubclass(cls, OpenRecord) else None
    return _Plan(cls, fields, tag, known, extra, _builder(cls))


def _extra(cls: type[Record]) -> Any:
    """Return the type of the properties that an open model has besides its fields."""
    bases = (base for one in cls.__mro__ for base in vars(one).get("__orig_bases__", ()))
    extra_type = next((get_args(base)[0] for base in bases if get_origin(base) is Extra), Any)
    names = vars(sys.modules[cls.__module__])
    return get_type_hints(SimpleNamespace(__annotations__={"extra": extra_type}), names)["extra"]


def _model(cls: type[Record]) -> Reader:
    """Return the reader of a model."""
    plan: _Plan | None = None

    def read(value: Any, path: Path, sink: Sink) -> Any:
        nonlocal plan
        if not is_object(value):
            return _keep_mismatch(value, path, sink, "an object")
        if plan is None:  # Not before, as models can be recursive.
            plan = _plan(cls)
        if plan.known.issuperset(value):
            return _known(plan, value, path, sink)
        extra = {key: item for key, item in value.items() if key not in plan.known}
        rest = value.copy()
        for key in extra:
            del rest[key]
        made = _known(plan, rest, path, sink)
        if not isinstance(made, Record):
            return UnknownVariant(value)
        for key, item in extra.items():
            if plan.read_extra is None:
                sink.report((path, key), "unknown", "no such property", item)
            else:
                extra[key] = plan.read_extra(item, (path, -1), sink)
        vars(made)["_extra"] = vars(made).get("_extra", {}) | extra
        return made

    return read


def _known(plan: _Plan, data: dict[str, Any], path: Path, sink: Sink) -> Record | UnknownVariant:
    """Read an object that has no unknown properties."""
    if sink.bulk:
        try:
            made: Record = plan.build(data)
        except _MISMATCHES:
            pass
        else:
            return made
    return _keep_unread(data, path, sink) if is_deep(path) else _read_fields(plan, data, path, sink)


def _read_fields(plan: _Plan, data: dict[str, Any], path: Path, sink: Sink) -> Record:
    given: dict[str, Any] = {}
    missing: set[str] = set()
    for field in plan.fields:
        if field.wire_name in data:
            place: Path = (path, field.wire_name)
            given[field.name] = field.read(data[field.wire_name], place, sink)
        elif field.required:
            sink.report((path, field.wire_name), "missing", field.expected, Ellipsis)
            given[field.name] = None
            missing.add(field.name)
    made = plan.cls(**given)
    for wire_name, tag in plan.tag.items():
        if data.get(wire_name, tag) != tag:
            sink.report((path, wire_name), "variant", repr(tag), data[wire_name])
            vars(made)["_extra"] = {wire_name: data[wire_name]}
    if missing:
        vars(made)["_missing"] = missing
    return made


def _union(cases: list[Any], variants: Variants | None = None) -> Reader:
    """Return the reader of a union."""
    optional = NoneType in cases
    cases = [case for case in cases if case is not NoneType] or [NoneType]
    chosen = reader(cases[0]) if len(cases) == 1 else _one_of(cases, variants)
    if not optional:
        return chosen
    return lambda value, path, sink: None if value is None else chosen(value, path, sink)


def _one_of(cases: list[Any], variants: Variants | None) -> Reader:
    """Return the reader that picks the matching type, or else the one that differs least.

    Models take precedence over maps.
    """
    models = [case for case in cases if _is_model(case)]
    objects = _by_discriminator(models, variants) if variants else _variant(models)
    others = [case for case in cases if not _is_model(case)]
    readers: list[tuple[Any, Reader]] = [] if objects is None else [(dict, objects)]
    readers += [(_container(case), reader(case)) for case in others]
    if [shape for shape, _ in readers] == [dict]:
        return readers[0][1]
    build = None if any(map(_holds_model, others)) else _builder(_joined(others))
    scalars = {kind_of(value) for case in others for value in _values(case)}
    expected = " or ".join(dict.fromkeys(map(expected_of, cases)))
    numbers = [case for case in (int, float) if case in others]

    def read(value: Any, path: Path, sink: Sink) -> Any:
        if kind_of(value) in numbers:
            return value  # Else an integer would become a float where float is the first case.
        is_container = is_object(value) or is_array(value)
        if sink.bulk and build is not None and (objects is None or not is_object(value)):
            try:
                return build(value)
            except _MISMATCHES:
                pass  # It does not match, or msgspec does not support the union.
        attempts: list[tuple[Any, list[Note]]] = []
        for shape, read_case in readers:
            found, notes = sink.attempt(read_case, value, path)
            if not notes:
                return found
            if is_container and shape is kind_of(value):
                attempts.append((found, notes))
        if attempts:
            found, notes = min(attempts, key=lambda attempt: len(attempt[1]))
            sink.replay(notes)
            return found
        kind = "enum" if kind_of(value) in scalars else "type"
        return _keep_mismatch(value, path, sink, expected, kind)

    return read


def _joined(cases: list[Any]) -> Any:
    joined = cases[0]
    for case in cases[1:]:
        joined |= case
    return joined


def _values(case: Any) -> tuple[Any, ...]:
    """Return the known values of an enumeration."""
    return get_args(case) if get_origin(case) is Literal else ()


def _by_discriminator(models: list[Any], variants: Variants) -> Reader:
    """Return the reader of a union of models that has a discriminator of its own."""
    readers = {model.__name__: reader(model) for model in models}
    by_value = {value: readers[name] for value, name in variants.models.items()}
    return _tagged(variants.wire_name, by_value, readers.get(variants.default or ""))


def _variant(models: list[Any]) -> Reader | None:
    """Return the reader of a union of models, or None if there are no models."""
    if not models:
        return None
    tags = {tag: model for model in models for tag in tag_of(model).values()}
    fields = {name for model in models for name in tag_of(model)}
    if len(tags) == len(models) and len(fields) == 1:
        return _tagged(fields.pop(), {tag: reader(model) for tag, model in tags.items()})
    return reader(models[0]) if len(models) == 1 else _closest(models)


def _tagged(field: str, readers: dict[Any, Reader], default: Reader | None = None) -> Reader:
    expected = ", ".join(map(repr, readers))

    def read(value: Any, path: Path, sink: Sink) -> Any:
        if not is_object(value):
            return _keep_mismatch(value, path, sink, "an object")
        tag = value.get(field)
        found = readers.get(tag, default) if isinstance(tag, str | float | int) else default
        if found is None:
            sink.report((path, field), "variant", expected, value.get(field, Ellipsis))
            return UnknownVariant(value)
        return found(value, path, sink)

    return read


def _closest(models: list[Any]) -> Reader:
    """Return the reader that picks the model with the fewest differences."""
    expected = " or ".join(model.__name__ for model in models)
    readers = [reader(model) for model in models]

    def read(value: Any, path: Path, sink: Sink) -> Any:
        if not is_object(value):
            return _keep_mismatch(value, path, sink, "an object")
        if is_deep(path):
            return _keep_unread(value, path, sink)
        attempts: list[tuple[int, int, int, Any, list[Note]]] = []
        for index, read_case in enumerate(readers):
            found, notes = sink.attempt(read_case, value, path)
            if not notes:
                return found
            missing = len(vars(found).get("_missing", ())) if isinstance(found, Record) else 1
            attempts.append((missing, len(notes), index, found, notes))
        missing, *_, found, notes = min(attempts, key=lambda attempt: attempt[:3])
        if missing:
            sink.report(path, "variant", expected, value)
            return UnknownVariant(value)
        sink.replay(notes)
        return found

    return read


def _cases(type_: Any) -> list[Any]:
    """Return the types of a union, and of unions inside it that have no discriminator."""
    type_ = union_of(type_)
    origin, args = get_origin(type_), get_args(type_)
    if origin is Annotated:
        return [type_] if _variants(type_) else _cases(args[0])
    if origin in (Union, UnionType):
        return [case for arg in args if arg is not UnsetType for case in _cases(arg)]
    return [type_]


def _variants(annotated: Any) -> Variants | None:
    """Return the discriminator that a union is annotated with, if any."""
    return next((mark for mark in get_args(annotated)[1:] if isinstance(mark, Variants)), None)


def _container(case: Any) -> Any:
    """Return the class of the decoded JSON for a type, such as list for a tuple."""
    origin = get_origin(case)
    return dict if _variants(case) else list if origin is tuple else origin or case


def _is_model(type_: Any) -> bool:
    return isinstance(type_, type) and issubclass(type_, Record)


def _holds_model(type_: Any) -> bool:
    return _is_model(type_) or any(map(_holds_model, get_args(union_of(type_))))


def _keep_unread(value: dict[str, Any], path: Path, sink: Sink) -> UnknownVariant:
    sink.report(path, "depth", f"at most {DEEPEST} levels", value)
    return UnknownVariant(value)
