"""What a schema says once its `allOf` parts are put together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from pcgen.diagnostics import Code, Diagnostics
from pcgen.spec import Node, format_pointer, lookup
from pcgen.translate.keywords import (
    CONSTRAINTS,
    combines,
    format_of,
    is_condition,
    remark_keywords,
    says,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


Pointer = tuple[str, ...]


class Shape(Struct):
    """One schema with its `allOf` parts merged in; members are nodes of the document.

    `parts` has the schemas that it was merged from, by their place; `count` says how many shapes
    there are like it, made of one case each of the unions around it.
    """

    node: Node
    types: tuple[str, ...] = ()
    nullable: bool = False
    format: str = ""
    properties: dict[str, Node] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    additional: Node | bool | None = None
    patterns: list[Node] = field(default_factory=list)
    names: Node | None = None
    items: Node | None = None
    prefix: list[Node] = field(default_factory=list)
    most_items: int | None = None
    values: tuple[Any, ...] | None = None
    open_values: bool = False
    unions: list[list[Node]] = field(default_factory=list)
    discriminator: Node | None = None
    constraints: dict[str, Any] = field(default_factory=dict)
    parts: dict[Pointer, Node] = field(default_factory=dict)
    count: int = 1
    is_outline: bool = False
    findings: Diagnostics = field(default_factory=Diagnostics)

    @property
    def is_object(self) -> bool:
        """Whether values are objects."""
        return (
            "object" in self.types
            or bool(self.properties or self.patterns)
            or self.additional is not None
        )

    @property
    def value_schemas(self) -> list[Node]:
        """The schemas of values whose keys are data."""
        own = [] if isinstance(self.additional, bool | None) else [self.additional]
        return [*self.patterns, *own]

    @property
    def is_open(self) -> bool:
        """Whether it says that there may be properties that it does not know."""
        return self.additional is True or bool(self.value_schemas)

    @property
    def is_array(self) -> bool:
        """Whether the keywords of arrays are there."""
        return self.items is not None or bool(self.prefix)

    @property
    def is_tuple(self) -> bool:
        """Whether it is an array that ends where its `prefixItems` do."""
        ends = self.items is not None and self.items.value is False
        return bool(self.prefix) and (ends or self.most_items == len(self.prefix))

    @property
    def is_model(self) -> bool:
        """Whether this is an object with known properties, or without any, and nothing else."""
        only = set(self.types) <= {"object"}
        is_known = bool(self.properties) or (self.additional is False and not self.patterns)
        return is_known and only and not self.unions and self.values is None

    @property
    def is_enum(self) -> bool:
        """Whether there are several known values."""
        return self.values is not None and len(self.values) > 1

    @property
    def refines_unions(self) -> bool:
        """Whether something besides a union says what its cases are."""
        return len(self.unions) > 1 or bool(
            self.properties
            or self.is_array
            or self.values
            or self.format
            or self.value_schemas
            or (self.types and any(map(_lacks_type, self.unions[0])))
        )


def shape(node: Node) -> Shape:
    """Merge a schema with its `allOf` parts; callers must not change the result."""
    return node.follow_bare().memoized(_merged)


def _merged(node: Node) -> Shape:
    result = Shape(node)
    _merge(result, node)
    return result


def combined(base: Shape, cases: Iterable[Node]) -> Shape:
    """Merge the keywords beside unions with one case of each union."""
    result = replace(
        base,
        properties=dict(base.properties),
        required=set(base.required),
        patterns=list(base.patterns),
        unions=[],
        constraints=dict(base.constraints),
        parts=dict(base.parts),
        findings=Diagnostics(),
    )
    for case in cases:
        _merge(result, case)
    return result


def sole_part(node: Node) -> Node | None:
    """The one schema that this one only wraps, as in `allOf: [{$ref: ...}]` beside prose."""
    found = says(node) - {"nullable", "type"} if combines(node) else frozenset[str]()
    for keyword in ("allOf", "oneOf", "anyOf"):
        if found == {keyword}:
            parts = [part for part in node.entries(keyword) if keyword != "allOf" or says(part)]
            return parts[0] if len(parts) == 1 else None
    return None


def is_nothing_else(node: Node) -> bool:
    """Whether a schema means itself, by way of its only part, and nothing else."""
    seen, here = set[Pointer](), sole_part(node)
    while here is not None and here.pointer not in seen:
        seen.add(here.pointer)
        here = sole_part(here.follow())
    return here is not None


def sole_case(node: Node) -> Node | None:
    """The one case of a union beside null, as in `anyOf: [{...}, {type: "null"}]`."""
    found = says(node) - {"nullable"} if combines(node) else frozenset[str]()
    for keyword in ("oneOf", "anyOf"):
        if found == {keyword}:
            cases = besides_null(node.entries(keyword))
            return cases[0] if len(cases) == 1 else None
    return None


def besides_null(cases: Iterable[Node]) -> list[Node]:
    """The cases of a union but for null."""
    return [case for case in cases if not is_null(case)]


def is_null(case: Node) -> bool:
    """Whether a schema lets nothing in but null, as its type or as its only value."""
    known = listed(case)
    return _types(case) == ("null",) or (known is not None and known[0] == [None])


def _has_siblings(node: Node) -> bool:
    """Whether something beside a reference counts, as it does since OpenAPI 3.1."""
    return len(node.value) > 1 and node.document.version >= (3, 1)


def refines_reference(node: Node) -> bool:
    """Whether a reference has siblings that say what a value is, as OpenAPI 3.1 allows."""
    return (
        node.reference is not None
        and node.document.version >= (3, 1)
        and bool(says(node) - {"$ref", "nullable", "discriminator"})
    )


def _lacks_type(case: Node) -> bool:
    return says(case).isdisjoint(("$ref", "allOf", "anyOf", "oneOf", "type"))


def json_key(value: object) -> object:
    """What two JSON values have in common when they are equal; true is not 1."""
    # Enumerations of thousands of texts are read once for each use.
    return value if isinstance(value, str) else (json.dumps(value, sort_keys=True),)


# --- Merging -----------------------------------------------------------------------------------

_CONSTRAINTS = frozenset(CONSTRAINTS)


def _merge(into: Shape, node: Node) -> None:
    open_parts: set[Pointer] = set()
    for part in _parts(node, into.parts, open_parts, into.findings):
        if not isinstance(part.value, dict):
            continue  # True allows everything; what false would allow never comes.
        _merge_type(into, part)
        _merge_object(into, part)
        _merge_array(into, part)
        _merge_values(into, part)
        _merge_unions(into, part, open_parts)
        into.format = format_of(part) or into.format
        remark_keywords(part, into.properties, into.findings)
        if not _CONSTRAINTS.isdisjoint(part.value):
            into.constraints |= {key: part.value[key] for key in CONSTRAINTS if key in part.value}


def _parts(
    root: Node, done: dict[Pointer, Node], open_parts: set[Pointer], diagnostics: Diagnostics
) -> Iterator[Node]:
    """Every schema that a schema is made of, what it is made of first.

    Args:
        root: The schema.
        done: Those that have been merged already; each is merged once.
        open_parts: Holds, whenever a part is yielded, the schemas that it is a part of.
        diagnostics: Where findings go.
    """
    stack = [(root, False)]
    while stack:
        node, is_ready = stack.pop()
        if is_ready:
            if node.reference is None or _has_siblings(node):
                yield node
            open_parts.discard(node.pointer)
        elif node.pointer in open_parts:
            message = "the parts of `allOf` lead back to this schema"
            diagnostics.error(Code.REFERENCE_CYCLE, node.location, message)
        elif node.pointer not in done:
            done[node.pointer] = node
            open_parts.add(node.pointer)
            inner = list(node.entries("allOf"))
            if not inner and node.reference is None:
                yield node
                open_parts.discard(node.pointer)
                continue
            if node.reference is not None:
                target = node.step()
                if target.pointer in open_parts:
                    message = "the parts of `allOf` lead back to this schema"
                    place = node.child("$ref").location
                    diagnostics.error(Code.REFERENCE_CYCLE, place, message)
                    open_parts.discard(node.pointer)
                    continue
                inner = [target, *(inner if refines_reference(node) else ())]
            stack += [(node, True), *((part, False) for part in reversed(inner))]


def says_null(node: Node) -> bool:
    """Whether a schema itself lets null in besides other values."""
    types = _types(node)
    return ("null" in types and len(types) > 1) or node.is_true("nullable")


def _types(node: Node) -> tuple[str, ...]:
    declared = node.value.get("type") if isinstance(node.value, dict) else None
    if isinstance(declared, str) and declared:
        return (declared,)
    types = tuple(declared) if isinstance(declared, list) else (declared,) if declared else ()
    return tuple("null" if t is None else str(t) for t in types)


def _merge_type(into: Shape, node: Node) -> None:
    types = _types(node)
    if node.is_true("nullable"):
        into.nullable = True
    elif types:
        into.nullable = says_null(node) and (into.nullable or not into.types)
    types = tuple(t for t in types if t != "null") or types
    common = _common_types(into.types, types) if into.types and types else into.types or types
    if types and not common:
        asked = " and ".join(map(str, (*into.types, *types)))
        others = ", ".join(
            part.address
            for part in into.parts.values()
            if part is not node and "type" in says(part)
        )
        message = f"the parts of this schema ask for {asked} at once"
        hint = f"no value is both; see {others}"
        if node.reference is None:
            into.findings.error(Code.UNSUPPORTED, node.location, message, hint)
            into.types = ()  # Under a waiver anything goes.
        else:  # What is beside a reference was long to be ignored.
            into.findings.warning(Code.UNSUPPORTED, node.location, message, hint)
    into.types = common or into.types


def _common_types(ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    common = tuple(t for t in ours if t in theirs)
    narrow = "integer" in (*ours, *theirs) and "integer" not in common
    if narrow and not _NUMBERS.isdisjoint(ours) and not _NUMBERS.isdisjoint(theirs):
        return (*(t for t in common if t != "number"), "integer")
    return common


_NUMBERS = frozenset(("integer", "number"))


def _merge_object(into: Shape, node: Node) -> None:
    for name, prop in node.members("properties"):
        known = into.properties.get(name)
        into.properties[name] = _together(into, known, prop)
    required = node.value.get("required")
    if isinstance(required, list):
        into.required.update(name for name in required if isinstance(name, str))
    additional = node.get("additionalProperties") or node.get("unevaluatedProperties")
    if additional is not None and isinstance(additional.value, dict | bool):
        into.additional = _both_additional(into, additional)
    into.patterns += [value for _, value in node.members("patternProperties")]
    names = node.get("propertyNames")
    if names is not None:
        into.names = _together(into, into.names, names)


def _both_additional(into: Shape, other: Node) -> Node | bool:
    """What two parts say of all other properties: false is the most, and true nothing."""
    known = into.additional
    if known is False or other.value is False:
        return False
    if other.value is True:
        return True if known is None else known
    return _together(into, known if isinstance(known, Node) else None, other)


def _together(into: Shape, known: Node | None, other: Node) -> Node:
    return other if known is None or into.is_outline else _both(known, other)


def _both(known: Node, other: Node) -> Node:
    """One schema for what two parts describe: the one that says more, or both together.

    Where it is both, its place is made of theirs alone: whoever meets the two again, as schemas
    that name each other do, means the same schema.
    """
    if known.value == other.value or known.value is True or other.value is False:
        return other
    if not (isinstance(known.value, dict) and isinstance(other.value, dict)):
        return known  # False: it never comes; or other has nothing to say.
    if not says(other) - {"nullable"}:
        parts = [known]
    else:
        parts = [other] if _implies(other, known, set()) else [known, other]
    prose = _prose(known) | _prose(other)
    if len(parts) == 1 and prose.items() == _prose(parts[0]).items():
        return parts[0]
    place = (*other.pointer, "&", *known.pointer)
    return Node(other.document, place, {**prose, "allOf": [_quoted(part) for part in parts]})


def _prose(node: Node) -> dict[str, Any]:
    """What a schema says besides the type of a value; but nullable means something anywhere."""
    shaping = says(node) - {"nullable"}
    return {key: value for key, value in node.value.items() if key not in shaping}


def _quoted(part: Node) -> Any:
    """A schema that means another; a reference to it, if it stands in the document."""
    found = lookup(part.document, part.pointer)
    return part.value if found is None else {"$ref": format_pointer(part.pointer)}


def _implies(narrow: Node, wide: Node, seen: set[tuple[Pointer, Pointer]]) -> bool:
    """Whether the first of two schemas says all that the second says of the type of a value."""
    pair = (narrow.pointer, wide.pointer)
    if narrow.value == wide.value or pair in seen:
        return True
    seen.add(pair)
    ours, theirs = _outline(narrow), _outline(wide)
    if wide.follow().pointer in ours.parts:
        return True
    inner = [(ours.properties.get(name), node) for name, node in theirs.properties.items()]
    inner += [(ours.items, theirs.items)] if theirs.items is not None else []
    if isinstance(theirs.additional, Node) and not ours.properties:
        rest = ours.additional if isinstance(ours.additional, Node) else None
        inner.append((rest, theirs.additional))
    return (
        set(theirs.types) <= set(ours.types) | ({"number"} & set(theirs.types))
        and theirs.format in ("", ours.format)
        and (theirs.values is None or ours.values is not None)
        and not (theirs.patterns or theirs.prefix)
        and all(one is not None and _implies(one, other, seen) for one, other in inner)
        and all(any(_implies(narrow, case, seen) for case in cases) for cases in theirs.unions)
    )


def _outline(node: Node) -> Shape:
    """As `shape`, but of what is within it, the last part that describes it is right."""
    result = Shape(node, is_outline=True)
    _merge(result, node)
    return result


def _merge_array(into: Shape, node: Node) -> None:
    most = node.value.get("maxItems")
    into.most_items = most if isinstance(most, int) else into.most_items
    into.prefix = list(node.entries("prefixItems")) or into.prefix
    items = node.get("items")
    if items is None or not isinstance(items.value, dict | bool):
        return
    into.items = _together(into, into.items, items)


def _merge_values(into: Shape, node: Node) -> None:
    for values, opened in _listings(node):
        into.nullable |= None in values and into.values is None
        unique = {json_key(value): value for value in values if value is not None}
        if into.values is not None:
            known = set(map(json_key, into.values))
            common = {key: value for key, value in unique.items() if key in known}
            if not common and unique and known:
                message = "the parts of this schema have enumerations without a common value"
                into.findings.error(Code.UNSUPPORTED, node.location, message, "no value is in both")
            unique, opened = common or unique, opened and into.open_values
        into.values, into.open_values = tuple(unique.values()), opened


def _listings(node: Node) -> Iterator[tuple[list[Any], bool]]:
    """Known values that a schema lists, each time with whether there may be others."""
    found = listed(node)
    if found is not None:
        yield found
    for cases in _unions(node):
        found = _listed_by_cases(cases)
        if found is not None:
            yield found


def _unions(node: Node) -> Iterator[list[Node]]:
    """The cases of each union that a schema, an object, holds itself."""
    for keyword in ("oneOf", "anyOf"):
        if keyword in node.value:
            yield list(node.entries(keyword))


def listed(node: Node) -> tuple[list[Any], bool] | None:
    """The known values of a schema, as it says itself, and whether there may be others."""
    told = node.value if isinstance(node.value, dict) else {}
    if "const" in told:
        return [told["const"]], False
    for keyword in ("enum", "x-enum"):
        if isinstance(told.get(keyword), list):
            return told[keyword], keyword != "enum"
    return None


def _listed_by_cases(cases: list[Node]) -> tuple[list[Any], bool] | None:
    """The values of a union that only lists some; a case that is their type lets in others."""
    values: list[Any] = []
    opened, wide = False, set[str]()
    if len(besides_null(cases)) < 2:
        return None
    for case in cases:
        types, found = _types(case), listed(case)
        if not says(case) <= {"const", "enum", "type", "x-enum"} or len(types) > 1:
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


_KINDS = {str: "string", int: "integer", bool: "boolean"}


def _merge_unions(into: Shape, node: Node, open_parts: set[Pointer]) -> None:
    into.discriminator = node.get("discriminator") or into.discriminator
    for cases in _unions(node):
        if not cases or _listed_by_cases(cases) is not None:
            continue
        if all(map(is_condition, cases)):
            if not into.types and any("type" in case.value for case in cases):
                into.types = ("object",)
        elif not any(case.follow().pointer in open_parts - {node.pointer} for case in cases):
            into.unions.append(cases)
