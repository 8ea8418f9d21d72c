"""Server-sent events: the types of their data, by the names of the events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.translate import media
from pcgen.translate.shapes import shape
from pcgen.translate.unions import union

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcgen.spec import Node
    from pcgen.translate.schemas import Schemas

_STRING = ir.Scalar(ir.Kind.STRING)
_FIELDS = frozenset(("comment", "data", "event", "id", "retry"))
"""The properties of schemas that describe whole events."""

_Kind = dict[str, "Node"]  # The properties of a kind of event.


class Events(Struct, frozen=True):
    """What the events of a stream carry.

    Args:
        type: The type of their data.
        by_event: The types by the names of the events, where they differ.
        end: The data that ends the stream; empty if the schema describes none.
    """

    type: ir.Type
    by_event: tuple[tuple[str, ir.Type], ...] = ()
    end: str = ""


def events(schema: Node, schemas: Schemas, name: str, *, is_item: bool) -> Events:
    """What the events of a stream carry, by the schema of whole events or of their data.

    Args:
        schema: The schema.
        schemas: Translates schemas.
        name: The beginning of names of inline schemas.
        is_item: Whether it is an `itemSchema`, which should describe whole events.
    """
    every = _kinds(schema, {}, ())
    end = next((end for kind in every if (end := _end_of(kind))), "")
    kinds = [kind for kind in every if not _end_of(kind)]
    if not _are_events(kinds, is_item=is_item):
        return Events(_data_type(schema, schemas, name), end=end)
    by_event = _types_by_event(kinds, schemas, name)
    types = list(dict.fromkeys(by_event.values()))
    if len(types) == 1 or "" not in by_event:
        differing = tuple(sorted(by_event.items())) if len(types) > 1 else ()
        return Events(union(types), differing, end)
    return Events(_STRING if _STRING in types else union(types), end=end)


def _kinds(schema: Node, known: Mapping[str, Node], seen: tuple[object, ...]) -> list[_Kind]:
    """The properties of a schema, or of each member of its unions."""
    merged = shape(schema)
    properties = {**known, **merged.properties}
    if not merged.unions or merged.node.pointer in seen:
        return [{"data": schema} if _end_of({"data": schema}) else properties]
    inner = (*seen, merged.node.pointer)
    return [kind for group in merged.unions for m in group for kind in _kinds(m, properties, inner)]


def _end_of(kind: _Kind) -> str:
    """The data of an event that ends the stream, such as `[DONE]`; empty for other events."""
    values = shape(kind["data"]).values if "data" in kind else None
    sole = values[0] if values is not None and len(values) == 1 else None
    return sole if isinstance(sole, str) and sole.startswith("[") and sole.endswith("]") else ""


def _are_events(kinds: list[_Kind], *, is_item: bool) -> bool:
    """Whether the kinds describe whole events, and not their data.

    If some have other properties as well, all must have a known name.
    """
    data = [kind["data"] for kind in kinds if "data" in kind]
    if not data or not all(kinds):
        return False
    are_pure = [kind.keys() <= _FIELDS for kind in kinds]
    are_named = all("data" in kind and "" not in _event_names(kind) for kind in kinds)
    is_event = all(are_pure) or (any(are_pure) and are_named)
    return is_event or (is_item and any(map(_is_text, data)))


def _types_by_event(kinds: list[_Kind], schemas: Schemas, name: str) -> dict[str, ir.Type]:
    """The types of data by the names of events; those called `error` are raised instead."""
    found: dict[str, list[ir.Type]] = {}
    for kind in kinds:
        if "data" in kind:
            type_ = _data_type(kind["data"], schemas, name)
            for event in _event_names(kind):
                found.setdefault(event, []).append(type_)
    kept = {event: union(types) for event, types in found.items() if event != "error"}
    return kept or {event: union(types) for event, types in found.items()}


def _event_names(kind: _Kind) -> Iterator[str]:
    """Yield the names of a kind of event; an empty one if the document lists none."""
    values = shape(kind["event"]).values if "event" in kind else ("message",)
    yield from (str(value) for value in values or ("",))


def _is_text(node: Node) -> bool:
    """Whether data is described as text, or not at all; the text may be encoded JSON."""
    merged = shape(node)
    is_structured = merged.unions or merged.is_object or merged.is_array
    is_other = merged.values is not None and not merged.types
    return not is_structured and not is_other and set(merged.types) <= {"string", "null"}


def _data_type(node: Node, schemas: Schemas, name: str) -> ir.Type:
    """The type of data: that of its `contentSchema` if it is text that encodes JSON."""
    if not _is_text(node):
        type_ = schemas.type(node, name)
        return _STRING if type_ == ir.ANY else type_
    described = node.follow()
    schema = described.get("contentSchema")
    if schema is not None:
        return schemas.type(schema, name)
    return ir.ANY if media.is_json(described.text("contentMediaType")) else _STRING
