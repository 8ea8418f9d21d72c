"""Short English for constraints and statuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcgen.python import literal

if TYPE_CHECKING:
    from collections.abc import Iterable

_STATUS = {
    "400": "BadRequestError",
    "401": "AuthenticationError",
    "403": "PermissionDeniedError",
    "404": "NotFoundError",
    "409": "ConflictError",
    "422": "UnprocessableEntityError",
    "429": "RateLimitError",
}


def status_words(status: str) -> str:
    """The exception class for a documented status, as the runtime chooses it."""
    if status.startswith("5"):
        return "InternalServerError"
    return _STATUS.get(status, "APIStatusError")


def constraint_words(constraints: Iterable[tuple[str, Any]]) -> str:
    """One sentence for each constraint, such as `Between 1 and 20000.`"""
    known = dict(constraints)
    if not known:
        return ""
    # In OpenAPI 3.0 an exclusive bound is a flag beside the bound.
    above = known.get("exclusiveMinimum")
    below = known.get("exclusiveMaximum")
    sentences = [
        _range(
            "", known.get("minimum"), known.get("maximum"), above=above is True, below=below is True
        ),
        _range("", _number(above), _number(below), above=True, below=True),
        _range("Length ", known.get("minLength"), known.get("maxLength")),
        _range("Items: ", known.get("minItems"), known.get("maxItems")),
        _range("Properties: ", known.get("minProperties"), known.get("maxProperties")),
    ]
    if "multipleOf" in known:
        sentences.append(f"A multiple of {literal(known['multipleOf'])}.")
    if known.get("uniqueItems") is True:
        sentences.append("No item twice.")
    if "pattern" in known:
        sentences.append(f"Matches `{known['pattern']}`.")
    return " ".join(sentence for sentence in sentences if sentence)


def _number(value: Any) -> Any:
    return None if isinstance(value, bool) else value


def _range(what: str, low: Any, high: Any, *, above: bool = False, below: bool = False) -> str:
    if low is None and high is None:
        return ""
    if low is not None and low == high:
        text = f"exactly {literal(low)}"
    elif low is None:
        text = f"{'below' if below else 'at most'} {literal(high)}"
    elif high is None:
        text = f"{'above' if above else 'at least'} {literal(low)}"
    else:
        text = f"{'above' if above else 'from'} {literal(low)} {'and below' if below else 'to'} "
        text += literal(high)
    text = f"{what}{text}."
    return text[0].upper() + text[1:]
