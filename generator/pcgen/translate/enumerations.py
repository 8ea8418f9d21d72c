"""The types and enumerations that a schema itself declares, without its `allOf` parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcgen.translate.keywords import type_keywords

if TYPE_CHECKING:
    from pcgen.spec import Node

_KINDS = {str: "string", int: "integer", bool: "boolean"}


def listed(node: Node) -> tuple[list[Any], bool] | None:
    """The values that a schema itself lists, and whether it allows others."""
    keywords = node.value if isinstance(node.value, dict) else {}
    if "const" in keywords:
        return [keywords["const"]], False
    for keyword in ("enum", "x-enum"):
        if isinstance(keywords.get(keyword), list) and keywords[keyword]:
            return keywords[keyword], keyword != "enum"
    return None


def listed_by_members(members: list[Node]) -> tuple[list[Any], bool] | None:
    """The values of a union of enumerations, and whether a member allows their whole type."""
    values: list[Any] = []
    opened, wide = False, set[str]()
    if sum(not is_null(member) for member in members) < 2:
        return None
    for member in members:
        types, found = types_of(member), listed(member)
        if not type_keywords(member) <= {"const", "enum", "type", "x-enum"} or len(types) > 1:
            return None
        if found is not None:
            values += found[0]
            opened |= found[1]
        elif types == ("null",):
            values.append(None)
        else:
            wide.update(types or ("any",))
    kinds = {_KINDS.get(type(value), "any") for value in values if value is not None}
    return (values, opened or bool(wide)) if kinds and wide <= kinds <= (wide or kinds) else None


def types_of(node: Node) -> tuple[str, ...]:
    """The JSON types of a schema; empty if it does not restrict them."""
    declared = node.value.get("type") if isinstance(node.value, dict) else None
    if isinstance(declared, str) and declared:
        return (declared,)
    types = tuple(declared) if isinstance(declared, list) else (declared,) if declared else ()
    return tuple("null" if t is None else str(t) for t in types)


def says_null(node: Node) -> bool:
    """Whether a schema itself allows null besides other values."""
    types = types_of(node)
    return ("null" in types and len(types) > 1) or node.is_true("nullable")


def is_null(node: Node) -> bool:
    """Whether a union member means only null, by its type, by its values, or by `nullable`."""
    found = listed(node)
    return (
        types_of(node) == ("null",)
        or (found is not None and found[0] == [None])
        or is_bare_nullable(node)
    )


def is_bare_nullable(node: Node) -> bool:
    """Whether a schema has no keyword but `nullable`, which in a union stands for null."""
    return node.is_true("nullable") and type_keywords(node) == {"nullable"}


def is_impossible(node: Node) -> bool:
    """Whether no value is valid: `false`, or `{not: {}}`."""
    excluded = node.value.get("not") if isinstance(node.value, dict) else None
    return node.value is False or excluded is True or excluded == {}
