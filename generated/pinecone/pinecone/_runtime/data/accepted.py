"""What a type accepts as an argument, and checks that name the place of a wrong value.

`reporting.arguments` words the errors, so that a right call never imports it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
from itertools import chain
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, cast, get_args, get_origin
from uuid import UUID

import msgspec.structs
from msgspec import Struct, UnsetType
from msgspec.structs import replace

from .any_of import union_of
from .encoder import to_native
from .guards import is_mapping, is_sequence, is_set, kind_of
from .models import ClosedModel, Model, TextKey, UnknownVariant
from .record import JSONObject

if TYPE_CHECKING:
    from ..reporting.arguments import Place


class Accepted(Struct, frozen=True):
    """What a type accepts.

    Args:
        kinds: The accepted Python types; () = dates and other scalars with several forms.
        plain: The classes whose values need no further check.
        nullable: Whether None is accepted.
        choices: The accepted strings or integers; () = all.
        items: What the items of an array may be; None = anything.
        values: What the values of a mapping may be; None = anything.
        models: The models that a mapping may stand for.
        is_text: Whether it is sent as text, in which numbers, booleans and strings are alike.
    """

    kinds: tuple[type, ...]
    plain: frozenset[type] = frozenset()
    nullable: bool = False
    choices: tuple[Any, ...] = ()
    items: Accepted | None = None
    values: Accepted | None = None
    models: tuple[type[Model], ...] = ()
    is_text: bool = False


class Properties(Struct, frozen=True):
    """The properties of a model by their names on the wire.

    Args:
        accepted: What each accepts; None = anything.
        plain: The classes whose values need no further check, whatever the property.
        required: The names of the required ones.
        closed: Whether there can be no others.
        tag: The name of the discriminator property, which is not among them; None = none.
    """

    accepted: dict[str, Accepted | None]
    plain: frozenset[type]
    required: frozenset[str]
    closed: bool
    tag: str | None


_properties: dict[bool, dict[type[Model], Properties]] = {False: {}, True: {}}
"""The properties of models by whether they are sent as text."""
_SCALARS: dict[Any, tuple[type, ...]] = {
    str: (str,),
    int: (int,),
    float: (float, int, Decimal),
    bool: (bool,),
}
_TEXT_KINDS: tuple[type, ...] = (float, int, bool)
_TEXTS = (dt.date, dt.time, dt.timedelta, UUID)
_LOOSE = (*_TEXTS, Decimal, bytes, Enum)
_BINARY = (bytes, bytearray, memoryview)
_OBJECTS = (Struct, UnknownVariant, JSONObject)
_FIELDS = ("__dataclass_fields__", "__attrs_attrs__")
"""The attributes of other classes whose instances are sent as objects."""
_values = dict[Any, Any].values
_MAPPING, _SEQUENCE = cast("type", Mapping), cast("type", Sequence)


def accepts(*types: Any) -> Accepted | None:
    """Return what a union of types accepts, or None if it accepts anything."""
    cases = [case for type_ in types for case in cases_of(type_)]
    known = [case for case in cases if case not in (NoneType, UnsetType)]
    if any(isinstance(case, type) and issubclass(case, _LOOSE) for case in known):
        return Accepted(())
    kinds = [_kinds(case) for case in known]
    if not all(kinds):
        return None
    scalars = {kind for case in known for kind in _SCALARS.get(case, ())}
    choices = [value for case in known if get_origin(case) is Literal for value in get_args(case)]
    arrays = [case for case in known if get_origin(case) in (list, tuple)]
    maps = [case for case in known if get_origin(case) is dict]
    models = [case for case in known if is_model(case)]
    items = accepts(*map(_item, arrays)) if arrays else None
    values = accepts(get_args(maps[0])[1]) if len(maps) == 1 and not models else None
    anything: list[type] = [list] if arrays and items is None else []
    anything += [dict] if maps and values is None else []
    return Accepted(
        kinds=tuple(dict.fromkeys(kind for case in kinds for kind in case)),
        plain=frozenset([*scalars, *anything, *models]),
        nullable=NoneType in cases,
        choices=tuple(value for value in choices if type(value) not in scalars),
        items=items,
        values=values,
        models=() if maps else tuple(models),
    )


def or_text(accepted: Accepted) -> Accepted:
    """Return what is accepted where plain text may replace an object or an array of one."""
    kinds = tuple(dict.fromkeys((str, *accepted.kinds)))
    return replace(accepted, kinds=kinds, plain=accepted.plain | {str})


def as_text(accepted: Accepted | None) -> Accepted | None:
    """Return what is accepted where values are sent as text, as in forms."""
    if accepted is None:
        return None
    anything = _TEXT_KINDS if str in accepted.kinds else ()
    return replace(
        accepted,
        kinds=tuple(dict.fromkeys((*accepted.kinds, *anything))),
        plain=accepted.plain.union(anything if str in accepted.plain else ()),
        items=as_text(accepted.items),
        values=as_text(accepted.values),
        is_text=True,
    )


def verify(accepted: Accepted, value: Any, place: Place) -> None:
    """Check a value, and what it contains as far as its type is declared.

    Models are not checked inside: callers send back what they received.

    Raises:
        TypeError: A value is of the wrong type; the message names its place.
        ValueError: A value is not one of the choices, or a time has no time zone.
    """
    kind = kind_of(value)
    if kind in accepted.plain:
        return
    if kind is dict and _MAPPING in accepted.kinds:
        _verify_members(accepted, value, place)
        return
    if issubclass(kind, dt.datetime) and value.tzinfo is None:
        from ..reporting.arguments import zone_error

        raise zone_error(place)
    if accepted.kinds and not _fits(accepted, value, place):
        from ..reporting.arguments import type_error

        raise type_error(place, accepted.kinds, value)


def _fits(accepted: Accepted, value: Any, place: Place) -> bool:
    """Whether a value is of an accepted type; raises if something in it is wrong."""
    kinds = accepted.kinds
    if isinstance(value, Enum):
        return _fits(accepted, value.value, place)
    if value is None:
        return accepted.nullable
    if isinstance(value, bool):
        return bool in kinds and _is_choice(accepted, value, place)
    if isinstance(value, str):
        if accepted.is_text and str not in kinds:
            return _is_text_of(kinds, value)
        return str in kinds and _is_choice(accepted, value, place)
    if isinstance(value, _BINARY):
        return False  # JSON would contain them as base64.
    if isinstance(value, _OBJECTS) or any(hasattr(kind_of(value), name) for name in _FIELDS):
        return _MAPPING in kinds
    if is_mapping(value):
        if _MAPPING in kinds:
            _verify_members(accepted, value, place)
        return _MAPPING in kinds
    if is_sequence(value) or is_set(value):
        if _SEQUENCE in kinds:
            _verify_items(accepted, value, place)
        return _SEQUENCE in kinds
    if is_array_like(value):
        return _SEQUENCE in kinds
    return _fits_scalar(accepted, to_native(value), place)


def _fits_scalar(accepted: Accepted, value: Any, place: Place) -> bool:
    kinds = accepted.kinds
    if isinstance(value, bool):
        return bool in kinds
    if isinstance(value, int):
        return int in kinds and _is_choice(accepted, value, place)
    if isinstance(value, float | Decimal):
        return float in kinds or (int in kinds and is_whole(value))
    return str in kinds and isinstance(value, _TEXTS)


def is_whole(value: float | Decimal) -> bool:
    """Whether a number is an integer, as JSON Schema has it: 10.0 is one."""
    try:
        return value.as_integer_ratio()[1] == 1
    except (OverflowError, ValueError):  # Infinity or NaN.
        return False


def is_number(text: str, *, is_integer: bool) -> bool:
    """Whether a text is that of a number."""
    try:
        number = Decimal(text)
    except ArithmeticError:
        return False
    return not is_integer or is_whole(number)


def _is_text_of(kinds: tuple[type, ...], text: str) -> bool:
    """Whether a text is that of a boolean or a number."""
    if bool in kinds:
        return True  # Services differ in how they read booleans.
    is_numeric = int in kinds or float in kinds
    return is_numeric and is_number(text, is_integer=float not in kinds)


def is_array_like(value: object) -> bool:
    """Whether a value is an array of numpy's kind."""
    return hasattr(value, "tolist") and hasattr(value, "__len__")


def _is_choice(accepted: Accepted, value: Any, place: Place) -> bool:
    alike = [choice for choice in accepted.choices if isinstance(value, type(choice))]
    if alike and value not in alike and type(value) not in accepted.plain:
        from ..reporting.arguments import choice_error

        raise choice_error(place, accepted.choices, value)
    return True


def _verify_items(accepted: Accepted, items: Any, place: Place) -> None:
    """Check the items of an array; the usual long lists, of numbers or records, are fast."""
    inner = accepted.items
    if inner is None or _are_records(inner, items):
        return
    if float in inner.plain:
        try:
            sum(items)
        except TypeError:
            pass  # Perhaps not all of them are numbers.
        except OverflowError:
            return
        else:
            return
    elif inner.plain.issuperset(map(type, items)):
        return
    for index, item in enumerate(items):
        if type(item) not in inner.plain:
            verify(inner, item, (place, index))


def _are_records(accepted: Accepted, items: Any) -> bool:
    """Whether all items are dicts whose values need no further check."""
    if len(accepted.models) != 1 or set(map(type, items)) != {dict}:
        return False
    known = properties_of(accepted.models[0], is_text=accepted.is_text)
    return (
        not known.closed
        and all(map(known.required.issubset, items))
        and known.plain.issuperset(map(type, chain.from_iterable(map(_values, items))))
    )


def _verify_members(accepted: Accepted, value: Mapping[Any, Any], place: Place) -> None:
    """Check a mapping. A null may stand for an absent property: services differ."""
    inner = accepted.values
    if inner is not None:
        for key, item in value.items():
            if type(item) not in inner.plain and item is not None:
                verify(inner, item, (place, key))
    model = _model_of(accepted.models, value) if accepted.models else None
    if model is None:
        return
    known = properties_of(model, is_text=accepted.is_text)
    if known.closed or (known.required and not known.required <= value.keys()):
        _verify_names(known, value, place)
    for key, item in value.items():
        about = known.accepted.get(key)
        if about is None or type(item) in about.plain:
            continue
        if item is not None or key in known.required:
            verify(about, item, (place, key))


def _verify_names(known: Properties, value: Mapping[Any, Any], place: Place) -> None:
    unknown = [key for key in value if key not in known.accepted and key != known.tag]
    missing = [name for name in known.accepted if name in known.required and name not in value]
    if missing or (unknown and known.closed):
        from ..reporting.arguments import name_error

        names = [*known.accepted, *((known.tag,) if known.tag else ())]
        raise name_error(place, missing, unknown, names)


def _model_of(models: tuple[type[Model], ...], value: Mapping[Any, Any]) -> type[Model] | None:
    """Return the model that a mapping stands for; None if that is unknown."""
    if len(models) == 1:
        return models[0]
    configs = [(model, model.__struct_config__) for model in models]
    found = [
        model
        for model, config in configs
        if config.tag_field is None or value.get(config.tag_field) == config.tag
    ]
    return found[0] if len(found) == 1 and found[0].__struct_config__.tag_field else None


def properties_of(model: type[Model], *, is_text: bool = False) -> Properties:
    """Return what the properties of a model accept; `is_text` as of `Accepted`."""
    known = _properties[is_text].get(model)
    if known is None:
        fields = msgspec.structs.fields(model)
        accepted = {info.encode_name: accepts(info.type) for info in fields}
        if is_text:
            accepted = {name: as_text(one) for name, one in accepted.items()}
        plain = [one.plain for one in accepted.values() if one is not None]
        known = _properties[is_text][model] = Properties(
            accepted,
            plain[0].intersection(*plain) if plain else frozenset(),
            frozenset(info.encode_name for info in fields if info.required),
            issubclass(model, ClosedModel),
            model.__struct_config__.tag_field,
        )
    return known


def cases_of(type_: Any) -> tuple[Any, ...]:
    """Return the members of a union, or else the type alone."""
    type_ = union_of(type_)
    origin, args = get_origin(type_), get_args(type_)
    if origin is Annotated:
        return cases_of(args[0])
    if origin in (Union, UnionType):
        return tuple(case for arg in args for case in cases_of(arg))
    return (type_,)


def without_none(type_: Any) -> Any:
    """Return a type without None, if there is one other case."""
    while get_origin(type_) in (Union, UnionType):
        cases = [case for case in get_args(type_) if case not in (NoneType, UnsetType)]
        if len(cases) != 1:
            break
        type_ = cases[0]
    return type_


def text_key(type_: Any) -> str | None:
    """Return the property that plain text is short for: the marked one, or the only one."""
    if get_origin(type_) is Annotated:
        keys = [mark.key for mark in get_args(type_)[1:] if isinstance(mark, TextKey)]
        return keys[0] if keys else text_key(get_args(type_)[0])
    if not is_model(type_) or type_.__struct_config__.tag is not None:
        return None
    fields = msgspec.structs.fields(type_)
    sole = fields[0] if len(fields) == 1 else None
    is_text = sole is not None and set(cases_of(sole.type)) - {NoneType, UnsetType} == {str}
    return sole.encode_name if sole is not None and is_text else None


def is_model(type_: Any) -> bool:
    """Whether a type is a model."""
    return isinstance(type_, type) and issubclass(type_, Model)


def _item(array: Any) -> Any:
    """Return the type of an array's items; positions of a tuple are not told apart."""
    args = get_args(array)
    return args[0] if get_origin(array) is list and args else Any


def _kinds(case: Any) -> tuple[type, ...]:
    """Return the Python types that a value may have; () = any."""
    origin = get_origin(case)
    if origin in (list, tuple):
        return (_SEQUENCE,)
    if origin is dict or is_model(case):
        return (_MAPPING,)
    if origin is Literal:
        return tuple(map(kind_of, get_args(case)))
    return _SCALARS.get(case, ())
