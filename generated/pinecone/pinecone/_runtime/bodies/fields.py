"""The fields of forms, encoded as OpenAPI's Encoding Object describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from msgspec import UNSET, Struct

from ..call.operation import Part
from ..data.arguments import build_body, naming
from ..data.encoder import encode, tag_of, to_builtins, to_native
from ..data.guards import is_array, is_mapping, is_object, is_sequence
from ..data.models import Model, UnknownVariant
from ..data.parameters import text_of
from ..data.record import defaults_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..call.operation import Operation
    from ..data.arguments import ExtraBody

PLAIN = Part()
_BETWEEN = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


class Entry(Struct, frozen=True):
    """A form field: its name, and one text or several that a delimiter joins."""

    name: str
    texts: tuple[str, ...]
    between: str = ""


def properties(operation: Operation[Any], body: object, extra: ExtraBody) -> dict[str, object]:
    """Return the values of a form by their names on the wire; absent ones are left out.

    Raises:
        TypeError: The body is not an object, an argument is missing or of the wrong kind.
        ValueError: A required argument is empty.
    """
    built = build_body(operation.body, {} if body is None else body, operation.limits, is_text=True)
    if isinstance(built, Model):
        data = _of_model(built)
    elif is_mapping(built):
        data = dict(cast("Mapping[str, object]", built))
    else:
        raise TypeError(f"body must be a mapping, not {type(built).__name__}")
    data |= extra or {}
    return {
        str(name): value for name, value in data.items() if value is not None and value is not UNSET
    }


def entries(name: str, value: object, part: Part) -> Iterator[Entry]:
    """Yield the form fields of a property; none if it is empty.

    Raises:
        TypeError: A value has no text form.
        ValueError: A number is not finite.
    """
    if part.base64:
        value = to_base64(name, value)
    if part.style or part.explode is not None:
        with naming(name, value):
            plain = to_builtins(value)
        yield from _styled(name, plain, part)
    elif is_json(part.content_type):
        yield Entry(name, (_json(name, value),))
    else:
        native = cast("object", to_native(value))
        for item in items_of(native) if is_list(native) else (native,):
            if item is not None:
                yield Entry(name, (_text(name, item),))


def to_base64(name: str, value: object) -> object:
    """Return a value in which bytes are base64 text."""
    with naming(name, value):
        return cast("object", to_builtins(value))


def is_json(content_type: str) -> bool:
    """Whether a media type is JSON."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def is_json_object(value: object) -> bool:
    """Whether a value can only be sent as JSON."""
    return isinstance(value, Model | UnknownVariant) or is_mapping(value)


def is_list(value: object) -> bool:
    """Whether a value is a list or a set."""
    return is_sequence(value) or isinstance(value, set | frozenset)


def items_of(value: object) -> Iterable[object]:
    """Return the items of a list or a set."""
    return cast("Iterable[object]", value)


def _of_model(model: Model) -> dict[str, object]:
    data: dict[str, object] = tag_of(type(model))
    for name, wire, default in zip(
        model.__struct_fields__,
        model.__struct_encode_fields__,
        defaults_of(type(model)),
        strict=True,
    ):
        value = getattr(model, name)
        if value is not default:
            data[wire] = value
    return {**model.extra, **data}


def _styled(name: str, plain: object, part: Part) -> Iterator[Entry]:
    style = part.style or "form"
    explode = style == "form" if part.explode is None else part.explode
    if style == "deepObject":
        yield from _deep(name, plain)
    elif is_object(plain):
        pairs = [(key, _text(key, item)) for key, item in plain.items() if item is not None]
        if explode:
            yield from (Entry(key, (text,)) for key, text in pairs)
        elif pairs:
            yield Entry(name, tuple(text for pair in pairs for text in pair), _BETWEEN[style])
    elif is_array(plain):
        texts = tuple(_text(name, item) for item in plain if item is not None)
        if explode:
            yield from (Entry(name, (text,)) for text in texts)
        elif texts:
            yield Entry(name, texts, _BETWEEN[style])
    else:
        yield Entry(name, (text_of(name, plain),))


def _deep(name: str, plain: object) -> Iterator[Entry]:
    """Yield `name[key]`, and `name[0]` for items of arrays, as most services expect."""
    if is_object(plain):
        for key, item in plain.items():
            yield from _deep(f"{name}[{key}]", item)
    elif is_array(plain):
        for index, item in enumerate(plain):
            yield from _deep(f"{name}[{index}]", item)
    elif plain is not None:
        yield Entry(name, (text_of(name, plain),))


def _text(name: str, value: object) -> str:
    if is_json_object(value) or is_list(value):
        return _json(name, value)
    return text_of(name, value)


def _json(name: str, value: object) -> str:
    with naming(name, value):
        return encode(value).decode()
