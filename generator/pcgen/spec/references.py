"""Distinguishes objects and references of OpenAPI from the names and data of authors."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from pcgen.spec.document import Node, Pointer, lookup, parse_pointer

# The author chooses the keys of these objects, so a member `$ref` is a name there.
NAMED = frozenset(
    (
        "$defs", "additionalOperations", "callbacks", "content", "definitions",
        "dependentSchemas", "encoding", "examples", "headers", "links", "mapping", "mediaTypes",
        "parameters", "pathItems", "paths", "patternProperties", "properties", "requestBodies",
        "responses", "schemas", "scopes", "securitySchemes", "variables", "webhooks",
    )
)  # fmt: skip
# The key for the content of other files, by the file and the name that `link` gives it.
FILES = "x-pcgen-files"
# The values of these keys are data, in which `$ref` is not a reference.
_DATA = frozenset(("default", "example", "enum", "const", "value", "dataValue"))


def is_named_schema(pointer: Pointer) -> bool:
    """Whether a pointer names an entry of `components/schemas`."""
    return len(pointer) == 3 and pointer[:2] == ("components", "schemas")


def targets(top: Node) -> Iterator[Node]:
    """The targets of the references and discriminator mappings below a node."""
    for node in objects(top, _NAMING):
        if "$ref" in node.value:
            yield node.step()
        discriminator = node.get("discriminator")
        for _, target in discriminator.members("mapping") if discriminator else ():
            name = str(target.value)
            pointer = parse_pointer(name) or ("components", "schemas", name)
            found = lookup(node.document, pointer)
            if found is not None:  # `translate` reports mappings without a target.
                yield found


def objects(
    top: Node, keys: Collection[str] | None = None, seen: set[int] | None = None
) -> Iterator[Node]:
    """The objects of OpenAPI and JSON Schema below a node, in the order of the text.

    Args:
        top: The node to start at.
        keys: If given, only objects with one of these keys.
        seen: The identities of values to skip; visited ones are added.
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


# The keys of references and discriminator mappings.
_NAMING = frozenset(("$ref", "discriminator"))
# An object or a list, its pointer, and whether its keys are names.
_Below = tuple[Any, Pointer, bool]
_HOLDERS = frozenset((dict, list))


def _items(value: list[Any], pointer: Pointer) -> list[_Below]:
    """The objects and lists in a list."""
    return [
        (item, (*pointer, str(index)), False)
        for index, item in enumerate(value)
        if type(item) in _HOLDERS
    ]


def _members(value: dict[str, Any], pointer: Pointer, named: bool) -> list[_Below]:
    """The objects and lists in an object, without data."""
    members = [
        (item, (*pointer, key), not named and key in NAMED and type(item) is dict)
        for key, item in value.items()
        if type(item) in _HOLDERS
        and not (_is_extension(key, pointer) if named else _is_data(key, item))
    ]
    if not pointer:
        for file, mounted in value.get(FILES, {}).items():
            members += [(item, (FILES, file, name), False) for name, item in mounted.items()]
    return members


def _is_extension(key: str, pointer: Pointer) -> bool:
    """Whether a key beside names is no name: paths and the responses of an operation have such."""
    return (
        key.startswith("x-")
        and pointer[-1] in ("paths", "responses")
        and pointer[0] != "components"
    )


def _is_data(key: str, value: Any) -> bool:
    """Whether the value of a key is data."""
    if key == "examples":  # In a schema, a list of data; elsewhere, objects by their names.
        return isinstance(value, list)
    return key in _DATA or key.startswith("x-")
