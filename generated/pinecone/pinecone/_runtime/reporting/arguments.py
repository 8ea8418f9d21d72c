"""Words the errors of arguments: the place of the wrong value, what is wrong, and what to give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from ..data.encoder import encode, to_native
from ..data.guards import is_mapping, is_sequence, is_set
from ..data.record import JSONObject, Record
from .nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

Place: TypeAlias = "str | tuple[Place, str | int]"
"""An argument, or the place of an array or mapping and the index or key in it."""

_WORDS: dict[type, str] = {
    str: "a string",
    int: "an integer",
    float: "a number",
    bool: "a boolean",
    Sequence: "a sequence",
    Mapping: "a mapping",
}
_MOST_CHOICES = 12
_LONGEST = 60


def place_text(place: Place) -> str:
    """Return a place as text, such as `documents[3]['text']`."""
    steps: list[str] = []
    while isinstance(place, tuple):
        place, step = place
        steps.append(f"[{_short(step)}]")
    return place + "".join(reversed(steps))


def type_error(place: Place, kinds: Sequence[type], value: object) -> TypeError:
    """Return the error for a value of the wrong type."""
    wanted = [kind for kind in kinds if kind in _WORDS and not (kind is int and float in kinds)]
    given = "None" if value is None else type(value).__name__
    return TypeError(
        f"{place_text(place)} must be {_either(dict.fromkeys(map(_WORDS.__getitem__, wanted)))}, "
        f"not {given}{_hint(place, kinds, value)}"
    )


def _hint(place: Place, kinds: Sequence[type], value: object) -> str:
    if isinstance(value, Record) and isinstance(place, str):
        words = [place, *reversed(place.split("_"))]
        names = [name for name in words if isinstance(getattr(value, name, None), str | int)]
        return f"; give its {names[0]!r}" if names else ""
    is_listable = isinstance(value, Iterable) and not isinstance(
        value, str | bytes | bytearray | memoryview | Mapping | Record | type
    )
    return "; give a list of its items" if Sequence in kinds and is_listable else ""


def choice_error(place: Place, choices: Sequence[object], value: object) -> ValueError:
    """Return the error for a value that is not one of the choices."""
    shown = [_short(choice) for choice in choices[:_MOST_CHOICES]]
    if len(choices) > len(shown):
        shown.append(f"{len(choices) - len(shown)} others")
    near = nearest(value, map(str, choices)) if isinstance(value, str) else ""
    return ValueError(f"{place_text(place)} must be {_either(shown)}, not {_short(value)}{near}")


def name_error(
    place: Place, missing: list[str], unknown: list[Any], names: Iterable[str]
) -> TypeError:
    """Return the error for a mapping that lacks a property, or has one that does not exist."""
    where = place_text(place)
    if not missing:
        names = list(names)
        known = nearest(str(unknown[0]), names) or f"; it may have {_either(map(_short, names))}"
        return TypeError(f"{where} has an unknown key {_short(unknown[0])}{known}")
    meant = next((key for key in unknown if nearest(str(key), missing)), None)
    if meant is None:
        return TypeError(f"{where} must have the key {_short(missing[0])}")
    return TypeError(f"{where} must have the key {_short(missing[0])}; it has {_short(meant)}")


def zone_error(place: Place) -> ValueError:
    """Return the error for a time without a time zone."""
    hint = "use value.astimezone() for local time or value.replace(tzinfo=UTC) for UTC"
    return ValueError(f"{place_text(place)} has no time zone; {hint}")


def encoding_error(name: str, value: object, error: Exception) -> Exception:
    """Return the error for an argument that cannot be written as JSON.

    Args:
        name: The argument.
        value: Its value.
        error: The error of the encoder.
    """
    found: tuple[str, object, Exception] | None = ("", value, error)
    place = name
    while found is not None:
        step, value, error = found
        place += step
        is_too_deep = isinstance(error.__context__, RecursionError)
        found = None if is_too_deep else next(_failures(value), None)
    if isinstance(value, float | Decimal):
        return ValueError(
            f"{place} is {str(value).replace('nan', 'NaN')}: JSON has finite numbers only"
        )
    if isinstance(error, UnicodeEncodeError):
        return ValueError(f"{place} must not contain unpaired surrogates")
    if isinstance(error, TypeError) and not is_mapping(value):
        return TypeError(f"{place}: {type(value).__name__} cannot be sent as JSON")
    kind = TypeError if isinstance(error, TypeError) else ValueError
    return kind(f"{place}: {error}")


def _failures(value: object) -> Iterator[tuple[str, object, Exception]]:
    """Yield what a value contains and cannot be encoded, with the step to it."""
    for step, item in _contents(value):
        try:
            encode(item)
        except (TypeError, ValueError) as error:
            yield step, item, error


def _contents(value: Any) -> Iterator[tuple[str, object]]:
    if isinstance(value, Record):
        yield from ((f".{name}", getattr(value, name)) for name in value.__struct_fields__)
        value = value.extra
    if isinstance(value, JSONObject):
        value = value.raw
    native = to_native(value)
    if is_mapping(native):
        yield from ((f"[{_short(key)}]", item) for key, item in native.items())
    elif is_sequence(native) or is_set(native):
        yield from ((f"[{index}]", item) for index, item in enumerate(native))


def _short(value: object) -> str:
    try:
        text = repr(value)
    except ValueError:  # Python does not print very long integers.
        return "a longer number"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _either(cases: Iterable[str]) -> str:
    *most, last = cases
    return f"{', '.join(most)} or {last}" if most else last
