"""Every `$ref` of a document, checked before anybody follows one."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.spec.document import Document, Node, Pointer, format_pointer, lookup, parse_pointer

# Below these keys the members are names of the author's choice, so a member `$ref` is a property.
_NAMED = frozenset(
    (
        "$defs", "callbacks", "content", "definitions", "dependentSchemas", "encoding", "examples",
        "headers", "links", "mapping", "parameters", "pathItems", "paths", "patternProperties",
        "properties", "requestBodies", "responses", "schemas", "scopes", "securitySchemes",
        "variables", "webhooks",
    )
)  # fmt: skip
# The values of these keys are data: what looks like a reference there is none.
_DATA = frozenset(("default", "example", "enum", "const", "value"))


def check_references(document: Document, diagnostics: Diagnostics) -> None:
    """Report references that leave the document, name nothing or lead back to themselves."""
    for node in references(document.node):
        fault = _fault(document, node.value["$ref"])
        if fault is not None:
            code, message, hint = fault
            diagnostics.error(code, document.location((*node.pointer, "$ref")), message, hint)


def _fault(document: Document, ref: object) -> tuple[Code, str, str] | None:
    """What is wrong with the text of a reference: code, message and hint."""
    if not isinstance(ref, str):
        return Code.REFERENCE_MISSING, "a reference must be a string", ""
    shown = ascii(shorten(ref))
    if not ref.startswith("#"):
        hint = "bundle the document into one file first"
        return Code.REFERENCE_EXTERNAL, f"the reference {shown} leaves the document", hint
    pointer = parse_pointer(ref)
    target = lookup(document, pointer) if pointer is not None else None
    if target is None:
        message = f"the reference {shown} names nothing in this document"
        return Code.REFERENCE_MISSING, message, _nearest(document, ref)
    if _circular(target):
        hint = "one of the schemas on the way must say what it is"
        return Code.REFERENCE_CYCLE, f"the reference {shown} leads back to itself", hint
    return None


def references(top: Node) -> Iterator[Node]:
    """Every object below a node that is a reference, in the order of the text."""
    return (node for node in _objects(top) if "$ref" in node.value)


def targets(top: Node) -> Iterator[Node]:
    """What the references and the mappings of discriminators below a node name."""
    for node in _objects(top):
        if "$ref" in node.value:
            yield node.step()
        discriminator = node.get("discriminator")
        for _, target in discriminator.members("mapping") if discriminator else ():
            name = str(target.value)
            pointer = parse_pointer(name) or ("components", "schemas", name)
            found = lookup(node.document, pointer)
            if found is not None:  # Reported by whoever needs it.
                yield found


def _objects(top: Node) -> Iterator[Node]:
    """Every object below a node whose members have a meaning, in the order of the text."""
    stack: list[tuple[Any, Pointer, bool]] = [(top.value, top.pointer, False)]
    while stack:
        value, pointer, named = stack.pop()
        if isinstance(value, list):
            items = [(item, (*pointer, str(i)), False) for i, item in enumerate(value)]
            stack.extend(reversed(items))
        elif isinstance(value, dict):
            if not named:
                yield Node(top.document, pointer, value)
            members = [
                (item, (*pointer, key), not named and key in _NAMED)
                for key, item in value.items()
                if named or not (key in _DATA or key.startswith("x-"))
            ]
            stack.extend(reversed(members))


def _circular(node: Node) -> bool:
    seen: set[Pointer] = set()
    while (ref := node.reference) is not None:
        pointer = parse_pointer(ref)
        target = lookup(node.document, pointer) if pointer is not None else None
        if target is None:
            return False  # Reported where that reference stands.
        if target.pointer in seen:
            return True
        seen.add(target.pointer)
        node = target
    return False


def _nearest(document: Document, ref: str) -> str:
    pointer = parse_pointer(ref)
    if not pointer:
        return ""
    parent = lookup(document, pointer[:-1])
    names = list(parent.value) if parent is not None and isinstance(parent.value, dict) else []
    close = get_close_matches(pointer[-1], names, n=1)
    return f"did you mean `{format_pointer((*pointer[:-1], close[0]))}`?" if close else ""
