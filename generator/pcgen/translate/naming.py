"""The names of classes and of their fields, each different from its neighbours'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import names
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.spec import lookup
from pcgen.translate.keywords import structure
from pcgen.translate.renames import RENAME_HINT
from pcgen.translate.shapes import shape
from pcgen.translate.unions import labels_within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen.names import Name
    from pcgen.spec import Node
    from pcgen.translate.renames import Renames

Pointer = tuple[str, ...]


class ClassNames:
    """Gives every schema that needs one the name of a class or an alias."""

    def __init__(self, renames: Renames, diagnostics: Diagnostics) -> None:
        self._renames = renames
        self._diagnostics = diagnostics
        self._names: dict[Pointer, Name] = {}
        self._owners: dict[Name, Node] = {}
        self._taken: dict[str, Name] = {}

    def find(self, node: Node) -> Name | None:
        """The name of a schema, None when it has none."""
        return self._names.get(node.pointer)

    def of(self, node: Node) -> Name:
        """The name of a schema that has one."""
        return self._names[node.pointer]

    def owner(self, name: Name) -> Node:
        """The schema that was the first to have a name."""
        return self._owners[name]

    def claim_components(self, components: Mapping[str, Node]) -> None:
        """Names for all components at once, so that none depends on the order of the others."""
        texts = {key: self._renames.text(node, key) for key, node in components.items()}
        chosen = names.unique(texts.values(), "model")
        for key, node in components.items():
            self._names[node.pointer] = self.take(node, chosen[texts[key]])

    def claim_inline(self, node: Node, name: str, kind: str) -> Name:
        """A name for a schema without one: from what holds it, at last from the way to it.

        Where the same schema is written twice, the second takes the name of the first.
        """
        chosen = self._renames.text(node, "")
        holder = self.place(node) or _component_part(node)
        wanted = [holder, f"{holder} {kind}"] if holder else []
        wanted += [name, f"{name} {kind}", names.path_words(node.pointer)]
        if chosen and node.pointer[-2:-1] != ("properties",):  # That renames the property.
            wanted = [chosen]
        candidates = [names.name(text, "model") for text in wanted]
        known = (self._taken[name.key] for name in candidates if name.key in self._taken)
        same = (name for name in known if _equal(self._owners[name], node))
        found = next(same, None) or self.take(node, *candidates)
        self._names[node.pointer] = found
        return found

    def place(self, node: Node) -> str:
        """What a schema is called by the named schema that it stands in; empty if there is none.

        So its name does not depend on who else refers to it, or inherits it, and comes first.
        """
        pointer = node.pointer
        if "&" in pointer and lookup(node.document, pointer) is None:  # Two at once: the latter.
            pointer = pointer[: pointer.index("&")]
        starts = (n for n in range(len(pointer) - 1, 0, -1) if pointer[:n] in self._names)
        start = next(starts, None)
        if start is None:
            return ""
        name = names.pascal(self._names[pointer[:start]])
        while start < len(pointer) and name:
            keyword = pointer[start]
            start += 1 if keyword in ("additionalProperties", "items") else 2
            here = lookup(node.document, pointer[:start])
            # What is made of several schemas stands in none of them.
            name = "" if here is None else self._inner(name, keyword, here)
        return name

    def _inner(self, name: str, keyword: str, node: Node) -> str:
        """The name of a schema that stands at a keyword of a named one, or at a key of that."""
        key = node.pointer[-1]
        match keyword:
            case "properties":
                return f"{name} {self._renames.text(node, key)}"
            case "$defs" | "definitions":
                return self._renames.text(node, key)
            case "items":
                return item_name(name)
            case "prefixItems":
                return f"{item_name(name)} {int(key) + 1}"
            case "additionalProperties" | "patternProperties":
                return f"{name} value"
            case "oneOf" | "anyOf":
                union = lookup(node.document, node.pointer[:-1])
                label = "" if union is None else union.memoized(labels_within)[int(key)]
                return f"{name} {label}".strip()
            case "allOf":
                return name
            case _:
                return ""

    def take(self, node: Node, *candidates: Name) -> Name:
        """The first of some names that is free."""
        for name in candidates:
            if name.key not in self._taken:
                self._taken[name.key] = name
                self._owners[name] = node
                return name
        other = self._owners[self._taken[candidates[0].key]].address
        message = f"the name `{names.pascal(candidates[0])}` is also that of {other}"
        self._diagnostics.error(Code.NAME_COLLISION, node.location, message, RENAME_HINT)
        return self._taken[candidates[0].key]


def field_names(
    properties: Mapping[str, Node], renames: Renames, diagnostics: Diagnostics
) -> dict[str, Name]:
    """The names of the properties that a class can have as fields."""
    texts: dict[str, str] = {}
    for wire_name, node in properties.items():
        if can_be_field(wire_name):
            texts[wire_name] = renames.text(node, wire_name)
            continue
        message = f"the property {shorten(wire_name)!a} gets no field: it is in `extra`"
        hint = "the name of a field has no quotes, backslashes or control characters"
        diagnostics.warning(Code.UNSAFE_TEXT, node.location, message, hint)
    chosen = names.unique(texts.values(), "field")
    _check_renamed(properties, texts, chosen, diagnostics)
    return {wire_name: chosen[text] for wire_name, text in texts.items()}


def check_parts(schema: Node | None, diagnostics: Diagnostics) -> None:
    """A form has no `extra`: what gets no field there could not be sent at all."""
    properties = {} if schema is None else shape(schema).properties
    for wire_name, node in properties.items():
        if not can_be_field(wire_name):
            message = f"{shorten(wire_name)!a} is not a name that a part of a form can have"
            hint = "under a waiver, the part is left out"
            diagnostics.error(Code.UNSAFE_TEXT, node.location, message, hint)


def can_be_field(wire_name: str) -> bool:
    """JSON libraries cannot rename a field to a text that would need escaping."""
    return names.is_plain(wire_name) and '"' not in wire_name and "\\" not in wire_name


def _check_renamed(
    properties: Mapping[str, Node],
    texts: dict[str, str],
    chosen: dict[str, Name],
    diagnostics: Diagnostics,
) -> None:
    """A name that somebody chose is not made another one, so it must be free."""
    seen: dict[str, str] = {}
    for wire_name, text in sorted(texts.items(), key=lambda pair: pair[0] != pair[1]):
        name = chosen[text]
        if text != wire_name:
            name = names.name(text, "field")
        other = seen.setdefault(name.key, wire_name)
        if other != wire_name:
            message = f"the property `{wire_name}` gets the name `{names.snake(name)}` of `{other}`"
            place = properties[wire_name].location
            diagnostics.error(Code.NAME_COLLISION, place, message, RENAME_HINT)


def _equal(one: Node, other: Node) -> bool:
    return one.document is other.document and structure(one.value) == structure(other.value)


def item_name(name: str) -> str:
    """`EmbedRequest inputs` -> `EmbedRequest input`."""
    head, _, last = name.rpartition(" ")
    return f"{head} {names.singular(last)}" if head else f"{last} item"


def place_name(target: Node) -> str:
    """What a schema that stands in no component is called by where it stands, if that says it."""
    *_, holder, key = target.pointer
    if holder in ("properties", "$defs", "definitions") or not (
        key.isdecimal() or key in ("additionalProperties", "items", "schema")
    ):
        return key
    operation = lookup(target.document, target.pointer[:3])
    name = "" if operation is None else operation.text("operationId")
    kind = "request" if "requestBody" in target.pointer[3:4] else "response"
    return f"{name} {kind}" if name and key == "schema" else ""


def _component_part(node: Node) -> str:
    """The key of the component, such as a response, that a schema is the content of."""
    place, rest = node.pointer[:3], node.pointer[3:]
    while rest[-1:] == ("items",):
        rest = rest[:-1]
    is_content = rest == ("schema",) or (rest[:1] == ("content",) and rest[2:] == ("schema",))
    if place[:1] != ("components",) or place[1] == "schemas" or not is_content:
        return ""
    return place[2] if node.pointer[3:] == rest else f"{place[2]} item"
