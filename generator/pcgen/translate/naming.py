"""Unique names of declarations and of their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import names
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.spec import lookup
from pcgen.translate.keywords import without_prose
from pcgen.translate.renames import RENAME_HINT
from pcgen.translate.unions import labels_within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pcgen.names import Name
    from pcgen.spec import Node
    from pcgen.translate.renames import Renames

Pointer = tuple[str, ...]


class ClassNames:
    """Chooses a name for each schema that becomes a declaration."""

    def __init__(self, renames: Renames, diagnostics: Diagnostics) -> None:
        self._renames = renames
        self._diagnostics = diagnostics
        self._names: dict[Pointer, Name] = {}
        self._owners: dict[Name, Node] = {}
        self._taken: dict[str, Name] = {}

    def find(self, node: Node) -> Name | None:
        """The name of a schema; None if it has no name."""
        return self._names.get(node.pointer)

    def name_of(self, node: Node) -> Name:
        """The name of a schema that has one."""
        return self._names[node.pointer]

    def owner(self, name: Name) -> Node:
        """The schema that claimed a name first."""
        return self._owners[name]

    def claim_components(self, components: Mapping[str, Node], plain: Mapping[str, str]) -> None:
        """Name all components at once, so that their order does not matter.

        Args:
            components: The components, by key.
            plain: The `component_texts` of the document.
        """
        texts = {key: self._renames.text(node, plain[key]) for key, node in components.items()}
        chosen = names.unique(texts.values(), "model")
        for key, node in components.items():
            self._names[node.pointer] = self.take(node, chosen[texts[key]])

    def claim_inline(self, node: Node, name: str, kind: str) -> Name:
        """Name an inline schema, by the schema that contains it, `name`, or its JSON pointer.

        An equal inline schema with one of these names shares its name.
        """
        chosen = self._renames.text(node, "")
        # Under `properties`, the chosen name is that of the property.
        if chosen and node.pointer[-2:-1] != ("properties",):
            candidates = [names.name_of(chosen, "model")]
        else:
            nested = self._nested_name(node) or _component_name(node)
            detail = "item" if node.pointer[-1] == "items" else "details"
            texts = [*filter(None, [nested]), name]
            candidates = list(_inline_names(texts, kind, detail if kind == "object" else kind))
            candidates.append(names.name_in_full(names.path_words(node.pointer), "model"))
        taken = (self._taken[name.key] for name in candidates if name.key in self._taken)
        equal = (name for name in taken if _equal(self._owners[name], node))
        claimed = next(equal, None) or self.take(node, *candidates)
        self._names[node.pointer] = claimed
        return claimed

    def _nested_name(self, node: Node) -> str:
        """Derive a name from the named schema that contains a schema; empty if there is none.

        Such a name does not depend on which schemas refer to the schema or inherit it.
        """
        pointer = node.pointer
        if "&" in pointer and lookup(node.document, pointer) is None:  # Merged from two schemas.
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
            # Merged schemas are not in the document, so no path leads to them.
            name = "" if here is None else self._subschema_name(name, keyword, here)
        return name

    def _subschema_name(self, name: str, keyword: str, node: Node) -> str:
        """The name of a subschema at a keyword of a schema called `name`."""
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
        """Claim the first candidate that is free; report a collision if none is."""
        for name in candidates:
            if name.key not in self._taken:
                self._taken[name.key] = name
                self._owners[name] = node
                return name
        other = self._owners[self._taken[candidates[0].key]].address
        message = f"`{names.pascal(candidates[0])}` is also the name of {other}"
        self._diagnostics.error(Code.NAME_COLLISION, node.location, message, RENAME_HINT)
        return self._taken[candidates[0].key]


def _inline_names(texts: Sequence[str], kind: str, detail: str) -> Iterator[Name]:
    """Yield names for an inline schema, the best ones first.

    Args:
        texts: The words that describe the schema.
        kind: The word to append if a name is taken.
        detail: The word that replaces repeated words.
    """
    repeating = [text for text in texts if names.concise(text) != " ".join(names.words(text))]
    for text in texts:
        short = names.concise(text)
        yield names.name_of(short, "model")
        if text in repeating:
            yield names.name_of(names.concise(f"{short} {detail}"), "model")
        yield names.name_of(names.concise(f"{short} {kind}"), "model")
    for text in repeating:
        yield names.name_of(text, "model")
        yield names.name_of(f"{text} {kind}", "model")


def field_names(
    properties: Mapping[str, Node], renames: Renames, diagnostics: Diagnostics
) -> dict[str, Name]:
    """Name the properties of an object that can be fields; report the others."""
    texts: dict[str, str] = {}
    for wire_name, node in properties.items():
        if can_be_field(wire_name):
            texts[wire_name] = renames.text(node, wire_name)
            continue
        message = f"the property {shorten(wire_name)!a} is in `extra`, not a field"
        hint = "names of fields have no quotes, backslashes or control characters"
        diagnostics.warning(Code.UNSAFE_TEXT, node.location, message, hint)
    chosen = names.unique(texts.values(), "field")
    _check_renamed(properties, texts, chosen, diagnostics)
    return {wire_name: chosen[text] for wire_name, text in texts.items()}


def can_be_field(wire_name: str) -> bool:
    """Whether JSON needs no escapes for a wire name, as JSON libraries require of fields."""
    return names.is_plain(wire_name) and '"' not in wire_name and "\\" not in wire_name


def _check_renamed(
    properties: Mapping[str, Node],
    texts: dict[str, str],
    chosen: dict[str, Name],
    diagnostics: Diagnostics,
) -> None:
    """Report new names that are taken, as new names are never altered."""
    seen: dict[str, str] = {}
    for wire_name, text in sorted(texts.items(), key=lambda pair: pair[0] != pair[1]):
        name = chosen[text] if text == wire_name else names.name_of(text, "field")
        other = seen.setdefault(name.key, wire_name)
        if other != wire_name:
            message = f"the properties `{other}` and `{wire_name}` have the same name"
            message += f" `{names.snake(name)}`"
            location = properties[wire_name].location
            diagnostics.error(Code.NAME_COLLISION, location, message, RENAME_HINT)


def _equal(one: Node, other: Node) -> bool:
    return one.document is other.document and without_prose(one.value) == without_prose(other.value)


def item_name(name: str) -> str:
    """`EmbedRequest inputs` -> `EmbedRequest input`."""
    head, _, last = name.rpartition(" ")
    return f"{head} {names.singular(last)}" if head else f"{last} item"


def reference_name(target: Node) -> str:
    """Name the target of a reference that is not a component by its key or its operation.

    Empty if the target has neither.
    """
    *_, holder, key = target.pointer
    if holder in ("properties", "$defs", "definitions") or not (
        key.isdecimal() or key in ("additionalProperties", "items", "schema")
    ):
        return key
    operation = lookup(target.document, target.pointer[:3])
    name = "" if operation is None else operation.text("operationId")
    kind = "request" if "requestBody" in target.pointer[3:4] else "response"
    return f"{name} {kind}" if name and key == "schema" else ""


def _component_name(node: Node) -> str:
    """The key of the component, such as a response, whose content has a schema."""
    component, rest = node.pointer[:3], node.pointer[3:]
    while rest[-1:] == ("items",):
        rest = rest[:-1]
    is_content = rest == ("schema",) or (rest[:1] == ("content",) and rest[2:] == ("schema",))
    if component[:1] != ("components",) or component[1] == "schemas" or not is_content:
        return ""
    return component[2] if node.pointer[3:] == rest else f"{component[2]} item"
