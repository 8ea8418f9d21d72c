"""Describes constraints of schemas in English."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pcgen.targets.code import code_span, literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcgen import ir


def constraint_text(constraints: ir.Constraints) -> str:
    """Return a sentence for each constraint, such as `From 1 to 20000.`"""
    if not constraints:
        return ""
    known = dict(constraints)
    clauses = list(_clauses(known))
    for key, noun in (
        ("items", "item"),
        ("propertyNames", "name"),
        ("additionalProperties", "value"),
    ):
        if key in known:
            clauses.append(f"each {noun}: {', '.join(_clauses(dict(known[key])))}")
    if "patternProperties" in known:
        clauses.append(f"names match {' or '.join(map(code_span, known['patternProperties']))}")
    return " ".join(f"{clause[0].upper()}{clause[1:]}." for clause in clauses if clause)


def _clauses(known: Mapping[str, Any]) -> Iterator[str]:
    # In OpenAPI 3.0 an exclusive bound is a flag beside the bound.
    above = known.get("exclusiveMinimum")
    below = known.get("exclusiveMaximum")
    yield from _range(
        "", known.get("minimum"), known.get("maximum"), above=above is True, below=below is True
    )
    yield from _range("", _number(above), _number(below), above=True, below=True)
    yield from _range("length ", known.get("minLength"), known.get("maxLength"))
    yield from _range("items: ", known.get("minItems"), known.get("maxItems"))
    yield from _range("properties: ", known.get("minProperties"), known.get("maxProperties"))
    if "enum" in known:
        values = [code_span(json.dumps(value)) for value in known["enum"]]
        yield f"one of {', '.join(values)}" if len(values) > 1 else f"always {values[0]}"
    if "multipleOf" in known:
        yield f"a multiple of {literal(known['multipleOf'])}"
    if known.get("uniqueItems") is True:
        yield "items are unique"
    if "pattern" in known:
        yield f"matches {code_span(known['pattern'])}"


def _number(value: Any) -> Any:
    return None if isinstance(value, bool) else value


def _range(
    what: str, low: Any, high: Any, *, above: bool = False, below: bool = False
) -> Iterator[str]:
    if low is None and high is None:
        return
    if low is not None and low == high:
        text = f"exactly {literal(low)}"
    elif low is None:
        text = f"{'below' if below else 'at most'} {literal(high)}"
    elif high is None:
        text = f"{'above' if above else 'at least'} {literal(low)}"
    else:
        text = f"{'above' if above else 'from'} {literal(low)} {'and below' if below else 'to'} "
        text += literal(high)
    yield f"{what}{text}"
