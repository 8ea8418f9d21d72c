"""The road for answers that do not fit: keep what came, and say where it differs."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

import msgspec.json
import msgspec.structs
from msgspec import Struct, UnsetType

from .codec import Drift, InvalidJSON, Mismatch, tag_of
from .kinds import is_array, is_object, kind_of
from .models import Model, UnknownVariant

Path: TypeAlias = "tuple[Path | None, str | int]"
"""Where a value stands: the place around it, and the step from there.

A step is the name of a property, an index, or -1 for any key of a map.
"""

Reader: TypeAlias = "Callable[[Any, Path, Sink], Any]"
"""Turns a decoded JSON value into what a type has for it."""

Note: TypeAlias = tuple[Path, str, str, object]
"""The arguments of one `Sink.report`."""

DEEPEST = 100
"""How deep models may nest; what is deeper is kept as it came."""

_ROOT: Path = (None, "$")
_NAME = re.compile(r"[\w$@:+-]+")

# The reader of each type. Two threads may make the same one, and either is as good.
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

    __slots__ = ("_seen", "_strict", "_tell", "memo")

    def __init__(self, tell: Callable[[Drift], None] | None, *, strict: bool) -> None:
        self._tell = tell
        self._strict = strict
        self._seen: set[Drift] = set()
        self.memo: dict[tuple[int, int], tuple[Any, list[Note]]] = {}

    def report(self, path: Path, kind: str, expected: str, found: object) -> None:
        """Note that a value differs from what was expected.

        Raises:
            Mismatch: Nothing may differ.
        """
        if self._strict:
            raise Mismatch(_text(path, collapsed=False), expected, _describe(found))
        if self._tell is None:
            return
        drift = Drift(_text(path, collapsed=True), kind, expected, _describe(found))
        if drift not in self._seen:
            self._seen.add(drift)
            self._tell(drift)

    def replay(self, notes: list[Note]) -> None:
        """Report what a trial noted."""
        for note in notes:
            self.report(*note)

    def attempt(self, read: Reader, value: object, path: Path) -> tuple[Any, list[Note]]:
        """Read without reporting; return what was read, and what there would be to report.

        An object within objects of several candidates is read once for all of them: else the
        time would double with every level.
        """
        key = (id(read), id(value))
        known = self.memo.get(key)
        if known is None:
            trial = _Trial(self.memo)
            known = read(value, path, trial), trial.notes
            if is_object(value) or is_array(value):
                self.memo[key] = known
        return known


class _Trial(Sink):
    """Notes what differs, for the case that the reading is kept."""

    __slots__ = ("notes",)

    def __init__(self, memo: dict[tuple[int, int], tuple[Any, list[Note]]]) -> None:
        super().__init__(None, strict=False)
        self.memo = memo
        self.notes: list[Note] = []

    def report(self, path: Path, kind: str, expected: str, found: object) -> None:
        self.notes.append((path, kind, expected, found))


def parse(data: bytes | str) -> Any:
    """Read JSON without a type.

    Raises:
        InvalidJSON: It is none, or nested too deeply.
    """
    try:
        try:
            return msgspec.json.decode(data)
        except ValueError as error:
            from .rare import parse as parse_rare

            return parse_rare(data, error)
    except RecursionError:
        raise InvalidJSON("JSON is nested too deeply") from None


def walk(value: object, type_: Any, strict: bool, on_drift: Callable[[Drift], None] | None) -> Any:
    """Read a decoded value as a type; keep what does not fit, and tell where that is.

    Raises:
        Mismatch: Something does not fit, and `strict` is set.
    """
    sink = Sink(on_drift, strict=strict)
    try:
        return reader(type_)(value, _ROOT, sink)
    except RecursionError:  # The caller itself stands deep in the stack.
        sink.report(_ROOT, "depth", "fewer levels", value)
        return UnknownVariant(value) if is_object(value) else value


def reader(type_: Any) -> Reader:
    """Return what reads a type; it is worked out once."""
    try:
        return _readers[type_]
    except KeyError:
        made = _readers[type_] = _make(type_)
        return made
    except TypeError:  # A type that cannot be hashed.
        return _make(type_)


def _make(type_: Any) -> Reader:
    origin, args = get_origin(type_), get_args(type_)
    if origin is Annotated:
        return reader(args[0])
    if type_ is Any:
        return _keep
    if origin in (Union, UnionType):
        return _union(_cases(type_))
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
        return [item(each, (path, index), sink) for index, each in enumerate(value)]

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
        step: Path = (path, -1)
        return {key: each(item, step, sink) for key, item in value.items()}

    return read


class _Field(Struct, frozen=True):
    """A field of a model, and what reads it."""

    name: str
    wire_name: str
    required: bool
    read: Reader
    expected: str


class _Plan(Struct, frozen=True):
    """What there is to know of a model."""

    cls: type[Model]
    fields: tuple[_Field, ...]
    tag: dict[str, Any]
    known: frozenset[str]


def _plan(cls: type[Model]) -> _Plan:
    fields = tuple(
        _Field(info.name, info.encode_name, info.required, reader(info.type), _expected(info.type))
        for info in msgspec.structs.fields(cls)
    )
    tag = tag_of(cls)
    return _Plan(cls, fields, tag, frozenset([*tag, *(field.wire_name for field in fields)]))


def _model(cls: type[Model]) -> Reader:
    """An object with known properties."""
    plan: _Plan | None = None

    def read(value: Any, path: Path, sink: Sink) -> Any:
        nonlocal plan
        if not is_object(value):
            sink.report(path, "null" if value is None else "type", "an object", value)
            return value
        if _is_deep(path):
            return _cut(value, path, sink)
        if plan is None:  # Only now, as types may name each other.
            plan = _plan(cls)
        return _build(plan, value, path, sink)

    return read


def _build(plan: _Plan, data: dict[str, Any], path: Path, sink: Sink) -> Model:
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
    if missing:
        vars(made)["_missing"] = missing
    if not plan.known.issuperset(data):
        extra = {key: item for key, item in data.items() if key not in plan.known}
        for key, item in extra.items():
            sink.report((path, key), "unknown", "no such property", item)
        vars(made)["_extra"] = extra
    return made


def _union(cases: list[Any]) -> Reader:
    """One of several types."""
    optional = NoneType in cases
    cases = [case for case in cases if case is not NoneType]
    chosen = reader(cases[0]) if len(cases) == 1 else _one_of(cases)
    if not optional:
        return chosen
    return lambda value, path, sink: None if value is None else chosen(value, path, sink)


def _one_of(cases: list[Any]) -> Reader:
    """What fits, or else differs least; objects of models come before other objects."""
    models = [case for case in cases if _is_model(case)]
    objects = _variant(models)
    others = [case for case in cases if not _is_model(case)]
    readers: list[tuple[Any, Reader]] = [] if objects is None else [(dict, objects)]
    readers += [(get_origin(case) or case, reader(case)) for case in others]
    if [shape for shape, _ in readers] == [dict]:
        return readers[0][1]
    whole = None if any(map(_holds_model, others)) else _joined(others)
    scalars = {kind_of(value) for case in others for value in _values(case)}
    expected = " or ".join(dict.fromkeys(map(_expected, cases)))

    def read(value: Any, path: Path, sink: Sink) -> Any:
        is_container = is_object(value) or is_array(value)
        if whole is not None and (objects is None or not is_object(value)):
            try:
                return msgspec.convert(value, whole)
            except (ValueError, TypeError):
                pass  # it does not fit, or no union of these types can be told apart by msgspec
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
        sink.report(path, "null" if value is None else kind, expected, value)
        return value

    return read


def _joined(cases: list[Any]) -> Any:
    joined = cases[0]
    for case in cases[1:]:
        joined |= case
    return joined


def _values(case: Any) -> tuple[Any, ...]:
    """Return the known values of an enumeration."""
    return get_args(case) if get_origin(case) is Literal else ()


def _variant(models: list[Any]) -> Reader | None:
    """An object that is one of several models."""
    if not models:
        return None
    tags = {tag: model for model in models for tag in tag_of(model).values()}
    fields = {name for model in models for name in tag_of(model)}
    if len(tags) == len(models) and len(fields) == 1:
        return _tagged(fields.pop(), {tag: reader(model) for tag, model in tags.items()})
    return reader(models[0]) if len(models) == 1 else _best(models)


def _tagged(field: str, readers: dict[Any, Reader]) -> Reader:
    expected = ", ".join(map(repr, readers))

    def read(value: Any, path: Path, sink: Sink) -> Any:
        if not is_object(value):
            sink.report(path, "null" if value is None else "type", "an object", value)
            return value
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
    readers = [reader(model) for model in models]

    def read(value: Any, path: Path, sink: Sink) -> Any:
        if not is_object(value):
            sink.report(path, "null" if value is None else "type", "an object", value)
            return value
        if _is_deep(path):
            return _cut(value, path, sink)
        attempts: list[tuple[int, int, int, Any, list[Note]]] = []
        for index, read_case in enumerate(readers):
            found, notes = sink.attempt(read_case, value, path)
            if not notes:
                return found
            missing = len(vars(found).get("_missing", ())) if isinstance(found, Model) else 1
            attempts.append((missing, len(notes), index, found, notes))
        missing, *_, found, notes = min(attempts, key=lambda attempt: attempt[:3])
        if missing:
            sink.report(path, "variant", expected, value)
            return UnknownVariant(value)
        sink.replay(notes)
        return found

    return read


def _cases(type_: Any) -> list[Any]:
    """Return the types of a union, and of unions within."""
    origin, args = get_origin(type_), get_args(type_)
    if origin is Annotated:
        return _cases(args[0])
    if origin in (Union, UnionType):
        return [case for arg in args if arg is not UnsetType for case in _cases(arg)]
    return [type_]


def _is_model(type_: Any) -> bool:
    return isinstance(type_, type) and issubclass(type_, Model)


def _holds_model(type_: Any) -> bool:
    return _is_model(type_) or any(map(_holds_model, get_args(type_)))


def _is_deep(path: Path) -> bool:
    depth, place = 0, path[0]
    while place is not None:
        depth, place = depth + 1, place[0]
    return depth > DEEPEST


def _cut(value: dict[str, Any], path: Path, sink: Sink) -> UnknownVariant:
    sink.report(path, "depth", f"at most {DEEPEST} levels", value)
    return UnknownVariant(value)


def _text(path: Path, *, collapsed: bool) -> str:
    """Return a path as text; `[*]` for a key of a map and, if `collapsed`, for every index."""
    steps: list[str | int] = []
    place: Path | None = path
    while place is not None:
        place, step = place
        steps.append(step)
    first, *rest = reversed(steps)
    return str(first) + "".join(_step(step, collapsed) for step in rest)


def _step(step: str | int, collapsed: bool) -> str:
    if isinstance(step, int):
        return "[*]" if collapsed or step < 0 else f"[{step}]"
    # Whatever an answer calls a property, a path is one line and not long.
    plain = len(step) <= 80 and (step.isidentifier() or _NAME.fullmatch(step) is not None)
    return f".{step}" if plain else f"[{step[:80]!r}]"


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
