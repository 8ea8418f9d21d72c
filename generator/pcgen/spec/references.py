"""Which parts of a document mean something, and which of them are references."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from pcgen.spec.document import Document, Node, Pointer, lookup, parse_pointer

# Below these keys the members are names of the author's choice, so a member `$ref` is a property.
NAMED = frozenset(
    (
        "$defs", "additionalOperations", "callbacks", "content", "definitions",
        "dependentSchemas", "encoding", "examples", "headers", "links", "mapping", "mediaTypes",
        "parameters", "pathItems", "paths", "patternProperties", "properties", "requestBodies",
        "responses", "schemas", "scopes", "securitySchemes", "variables", "webhooks",
    )
)  # fmt: skip
# Here stands, by the name of the file and of what it holds, what is in other files.
FILES = "x-pcgen-files"
# The values of these keys are data: what looks like a reference there is none.
_DATA = frozenset(("default", "example", "enum", "const", "value", "dataValue"))


def is_named_schema(pointer: Pointer) -> bool:
    """Whether a pointer names an entry of `components/schemas`."""
    return len(pointer) == 3 and pointer[:2] == ("components", "schemas")


def targets(top: Node) -> Iterator[Node]:
    """What the references and the mappings of discriminators below a node name."""
    for node in objects(top, _NAMING):
        if "$ref" in node.value:
            yield node.step()
        discriminator = node.get("discriminator")
        for _, target in discriminator.members("mapping") if discriminator else ():
            name = str(target.value)
            pointer = parse_pointer(name) or ("components", "schemas", name)
            found = lookup(node.document, pointer)
            if found is not None:  # Reported by whoever needs it.
                yield found


def objects(
    top: Node, keys: Collection[str] | None = None, seen: set[int] | None = None
) -> Iterator[Node]:
    """The objects below a node whose members have a meaning, in the order of the text.

    Args:
        top: Where to begin.
        keys: Those without any of these are left out.
        seen: The identities of values that are left out, to which the visited ones are added.
    """
    stack: list[_Below] = [(top.value, top.pointer, False)]
    while stack:
        value, pointer, named = stack.pop()
        if seen is not None:
            if id(value) in seen:
                continue
            seen.add(id(value))
        if isinstance(value, list):
            stack += reversed(_items(value, pointer))
        elif isinstance(value, dict):
            if not named and (keys is None or not value.keys().isdisjoint(keys)):
                yield Node(top.document, pointer, value)
            stack += reversed(_members(value, pointer, named))


# What names other places.
_NAMING = frozenset(("$ref", "discriminator"))
# A value that is no scalar, its pointer, and whether its keys are names.
_Below = tuple[Any, Pointer, bool]
_HOLDERS = frozenset((dict, list))


def _items(value: list[Any], pointer: Pointer) -> list[_Below]:
    """The items that may hold a meaning."""
    return [
        (item, (*pointer, str(index)), False)
        for index, item in enumerate(value)
        if type(item) in _HOLDERS
    ]


def _members(value: dict[str, Any], pointer: Pointer, named: bool) -> list[_Below]:
    """The members that may hold a meaning."""
    members = [
        (item, (*pointer, key), not named and key in NAMED and type(item) is dict)
        for key, item in value.items()
        if type(item) in _HOLDERS and (named or not _is_data(key, item))
    ]
    if not pointer:
        for file, mounted in value.get(FILES, {}).items():
            members += [(item, (FILES, file, name), False) for name, item in mounted.items()]
    return members


def _is_data(key: str, value: Any) -> bool:
    """Whether what looks like a reference below a key is none."""
    if key == "examples":  # In a schema, a list of data; elsewhere, objects by their names.
        return isinstance(value, list)
    return key in _DATA or key.startswith("x-")
