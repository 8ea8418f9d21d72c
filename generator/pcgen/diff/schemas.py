"""Two schemas compared, as part of what is sent or of what is answered."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pcgen.diagnostics import Diagnostics
from pcgen.diff.values import canonical, compare_conditions, compare_limits, compare_values
from pcgen.spec import Node, format_pointer
from pcgen.translate.keywords import CONDITIONS, CONSTRAINTS, says
from pcgen.translate.shapes import Shape, besides_null, refines_reference, shape, sole_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.diff.findings import Findings
    from pcgen.spec.document import Pointer

    _Pointers = tuple[Pointer, ...]

# Formats whose values are also values of the one named.
_WIDER_FORMATS = {"int32": "int64", "float": "double"}
# The flag that keeps a property from travelling, and what its coming and going is called.
_HIDING = {
    "request": ("readOnly", "property-became-read-only", "property-became-writable"),
    "response": ("writeOnly", "property-became-write-only", "property-became-readable"),
}
_DEPRECATION = ("deprecated", "property-deprecated", "property-undeprecated")
# What says nothing about which values there are.
_PROSE = frozenset(
    ("$comment", "deprecated", "description", "example", "examples", "externalDocs", "title", "xml")
)


@dataclass(frozen=True, slots=True)
class Pair:
    """The same thing in two documents: where it is, which way it travels, and what it is there.

    Args:
        direction: `request` or `response`.
        place: What findings call it.
        old: What its schema in the old document says.
        new: The same for the new document.
    """

    direction: str
    place: str
    old: Shape
    new: Shape

    def add(self, findings: Findings, fact: str, key: str = "", /, **values: Any) -> None:
        """Note a finding at the keyword or, where it is absent, at the schema."""
        old, new = (
            (side.node.get(key) or side.node).location if key else side.node.location
            for side in (self.old, self.new)
        )
        findings.add(f"{self.direction}-{fact}", self.place, old, new, **values)


@dataclass(slots=True)
class Schemas:
    """Compares schemas; each pair of them once for each direction, so that recursion ends."""

    findings: Findings
    _seen: set[tuple[_Pointers, _Pointers, str]] = field(default_factory=set)

    def compare(self, direction: str, place: str, old: Node, new: Node) -> None:
        """Compare the schemas of something called `place`, and all that they hold."""
        pair = Pair(direction, place, _side(old), _side(new))
        names = component_name(pair.old.node), component_name(pair.new.node)
        if all(names):
            pair = replace(pair, place=names[1])
        self._compare_use(pair, old, new)
        key = tuple(_limiting(pair.old)), tuple(_limiting(pair.new)), direction
        if key in self._seen:
            return
        self._seen.add(key)
        if bool(_cases(pair.old)[1:]) or bool(_cases(pair.new)[1:]):
            if not self._unions(pair):
                return
        elif not _types(pair, self.findings):
            return
        compare_values(pair, self.findings)
        compare_limits(pair, self.findings)
        compare_conditions(pair, self.findings)
        self._properties(pair)
        self._additional(pair)
        self._patterns(pair)
        self._items(pair)

    def _compare_use(self, pair: Pair, old: Node, new: Node) -> None:
        """What may be said beside a reference, and so differ from one use to another."""
        null_before, null_now = pair.old.nullable, pair.new.nullable
        if null_before is not null_now and not (_is_any(pair.old) or _is_any(pair.new)):
            pair.add(
                self.findings, "became-nullable" if null_now else "became-not-nullable", "type"
            )
        before, now = _default(old), _default(new)
        if canonical(before) != canonical(now):
            fact = "added" if before is None else "removed" if now is None else "changed"
            values = {"old": json.dumps(before), "new": json.dumps(now)}  # "1" is not 1.
            pair.add(self.findings, f"default-{fact}", "default", **values)

    # --- Objects -------------------------------------------------------------------------------

    def _properties(self, pair: Pair) -> None:
        old, new = pair.old.properties, pair.new.properties
        for name in sorted(old.keys() | new.keys()):
            if name not in new:
                if not _hidden(old[name], pair.direction):
                    self._note(pair, "property-removed", name, old[name], pair.new.node)
            elif name not in old:
                if not _hidden(new[name], pair.direction):
                    required = "required-" * (name in pair.new.required)
                    fact = f"{required}property-added"
                    self._note(pair, fact, name, pair.old.node, new[name])
            elif self._both(pair, name, old[name], new[name]):
                place = f"{pair.place}.{name}"
                self.compare(pair.direction, place, old[name], new[name])
        for name in sorted(pair.old.required ^ pair.new.required):
            if name not in old and name not in new:  # Whatever it is, it has to be there, or had.
                became = "required" if name in pair.new.required else "optional"
                values = {"name": name}
                pair.add(self.findings, f"property-became-{became}", "required", **values)

    def _both(self, pair: Pair, name: str, old: Node, new: Node) -> bool:
        """What became of a property that stayed; whether it travels in both documents."""
        for key, set_, unset in (_HIDING[pair.direction], _DEPRECATION):
            if flag(old, key) is not flag(new, key):
                self._note(pair, set_ if flag(new, key) else unset, name, old, new)
        if _hidden(old, pair.direction) or _hidden(new, pair.direction):
            return False
        if (name in pair.old.required) is not (name in pair.new.required):
            became = "required" if name in pair.new.required else "optional"
            self._note(pair, f"property-became-{became}", name, old, new)
        return True

    def _note(self, pair: Pair, fact: str, name: str, old: Node, new: Node) -> None:
        id_ = f"{pair.direction}-{fact}"
        self.findings.add(id_, pair.place, old.location, new.location, name=name)

    def _additional(self, pair: Pair) -> None:
        """What other properties an object may have: any, those of a schema, or none."""
        old, new = _additional(pair.old), _additional(pair.new)
        if not (pair.old.is_object and pair.new.is_object):
            return
        if old and new:
            self.compare(pair.direction, f"{pair.place}.*", old, new)
            return
        ranks = {True: 2, None: 2, False: 0}
        before = 1 if old else ranks[_is_open(pair.old)]
        after = 1 if new else ranks[_is_open(pair.new)]
        if before != after:
            fact = f"additional-properties-{'narrowed' if after < before else 'widened'}"
            words = ("none", "of one type", "any")
            pair.add(
                self.findings, fact, "additionalProperties", old=words[before], new=words[after]
            )

    def _patterns(self, pair: Pair) -> None:
        """Compare the properties whose names have a pattern."""
        old, new = _patterns(pair.old), _patterns(pair.new)
        for name in sorted(old.keys() | new.keys()):
            if name in old and name in new:
                self.compare(pair.direction, f"{pair.place}.{name}", old[name], new[name])
                continue
            fact = f"condition-{'added' if name in new else 'removed'}"
            values = {"old": name, "new": name}
            pair.add(self.findings, fact, "patternProperties", name="patternProperties", **values)

    def _items(self, pair: Pair) -> None:
        """Compare the items of arrays, those that have a place of their own first."""
        if not (pair.old.is_array or pair.new.is_array):
            return
        for index in range(max(len(pair.old.prefix), len(pair.new.prefix))):
            self._item(pair, f"[{index}]", _item(pair.old, index), _item(pair.new, index))
        self._item(pair, "[]", _rest(pair.old), _rest(pair.new))

    def _item(self, pair: Pair, where: str, old: Node, new: Node) -> None:
        if old.value is not False and new.value is not False:  # Else there are none; limits tell.
            self.compare(pair.direction, f"{pair.place}{where}", old, new)

    # --- Unions --------------------------------------------------------------------------------

    def _unions(self, pair: Pair) -> bool:
        """Compare the cases; whether the rest of the schemas is comparable as well."""
        old, new = _cases(pair.old), _cases(pair.new)
        pairs, gone, come = _matched(old, new)
        if not pairs:
            values = {"old": _type_text(pair.old), "new": _type_text(pair.new)}
            pair.add(self.findings, "type-changed", **values)
            return False
        for before, after in pairs:
            if before.pointer != pair.old.node.pointer and after.pointer != pair.new.node.pointer:
                self.compare(pair.direction, f"{pair.place}({_case_text(after)})", before, after)
        for case in gone:
            self._note_case(pair, "union-case-removed", case, pair.new.node, old=_case_text(case))
        for case in come:
            self._note_case(pair, "union-case-added", pair.old.node, case, new=_case_text(case))
        self._discriminator(pair)
        return len(old) > 1 and len(new) > 1

    def _note_case(self, pair: Pair, fact: str, old: Node, new: Node, /, **values: str) -> None:
        id_ = f"{pair.direction}-{fact}"
        self.findings.add(id_, pair.place, old.location, new.location, **values)

    def _discriminator(self, pair: Pair) -> None:
        old, new = pair.old.discriminator, pair.new.discriminator
        before = old.text("propertyName") if old else ""
        after = new.text("propertyName") if new else ""
        if before != after:
            fact = "changed" if before and after else "added" if after else "removed"
            pair.add(self.findings, f"discriminator-{fact}", "discriminator", old=before, new=after)
        if old is None or new is None:
            return
        mapped = [_mapping(side) for side in (pair.old, pair.new)]
        for name in sorted(mapped[0].keys() | mapped[1].keys()):
            values = {"old": mapped[0].get(name), "new": mapped[1].get(name)}
            if values["old"] != values["new"]:
                fact = (
                    "changed" if all(values.values()) else "added" if values["new"] else "removed"
                )
                fact = f"discriminator-value-{fact}"
                pair.add(self.findings, fact, "discriminator", name=name, **values)


# --- Types and values ---------------------------------------------------------------------------


def _types(pair: Pair, findings: Findings) -> bool:
    """Compare the types and formats; whether the rest of the schemas is comparable as well."""
    old, new = _type_names(pair.old), _type_names(pair.new)
    values = {"old": _type_text(pair.old), "new": _type_text(pair.new)}
    if old != new:
        wider, narrower = _holds(new, old), _holds(old, new)
        fact = "widened" if wider else "narrowed" if narrower else "changed"
        pair.add(findings, f"type-{fact}", "type", **values)
        return bool(old & new) or (fact != "changed" and bool(old and new))
    before, after = pair.old.format, pair.new.format
    if before != after:
        if not after or _WIDER_FORMATS.get(before) == after:
            fact = "widened"
        elif not before or _WIDER_FORMATS.get(after) == before:
            fact = "narrowed"
        else:
            fact = "changed"
        pair.add(findings, f"format-{fact}", "format", old=before or "any", new=after or "any")
    return True


def _type_names(side: Shape) -> frozenset[str]:
    """The JSON types of the values but for null; empty when it may be any."""
    if side.types:
        names = frozenset(side.types)
        names -= {"integer"} if "number" in names else set()
        return frozenset() if side.nullable and names >= _EVERY else names
    if side.values:
        kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
        return frozenset(kinds.get(type(value), "object") for value in side.values)
    if side.is_object:
        return frozenset(("object",))
    return frozenset(("array",)) if side.items is not None else frozenset()


_EVERY = frozenset(("array", "boolean", "number", "object", "string"))


def _is_any(side: Shape) -> bool:
    """Whether a schema says nothing of the types of values, and so lets null in."""
    return not _type_names(side) and not side.unions and side.values is None


def _holds(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    if not wide or not narrow:
        return not wide
    return all(name in wide or (name == "integer" and "number" in wide) for name in narrow)


def _type_text(side: Shape) -> str:
    cases = _cases(side)
    if len(cases) > 1:
        return " or ".join(_case_text(case) for case in cases)
    return " or ".join(sorted(_type_names(side))) or "any"


# --- What schemas are made of -------------------------------------------------------------------


def component_name(node: Node) -> str:
    """The name of a schema among the components, empty when it stands elsewhere."""
    here = node.pointer[:2] == ("components", "schemas") and len(node.pointer) == 3
    return node.pointer[2] if here else ""


def flag(node: Node, key: str) -> bool:
    """Whether a schema, or what it refers to, sets a keyword to true."""
    return any(
        isinstance(each.value, dict) and each.value.get(key) is True
        for each in (node, node.follow())
    )


def _hidden(node: Node, direction: str) -> bool:
    """Whether a property does not travel this way."""
    return flag(node, _HIDING[direction][0])


def _additional(side: Shape) -> Node | None:
    """The schema of other properties, None when there is none that says anything."""
    found = side.additional
    return None if found is None or isinstance(found, bool) or not found.value else found


def _is_open(side: Shape) -> bool:
    return side.additional is not False


def _patterns(side: Shape) -> dict[str, Node]:
    return {node.pointer[-1]: node for node in side.patterns}


def _item(side: Shape, index: int) -> Node:
    """The schema of one item of an array."""
    return side.prefix[index] if index < len(side.prefix) else _rest(side)


def _rest(side: Shape) -> Node:
    """The schema of the items that have no place of their own; where nothing is said, any may."""
    if side.is_tuple:
        return Node(side.node.document, (*side.node.pointer, "items"), value=False)
    return side.items or absent(side.node, "items")


def is_single(node: Node) -> bool:
    """Whether every value of a schema is a single one: no array, no object, not anything."""
    side = _side(node)
    names = _type_names(side)
    return bool(names) and names.isdisjoint(("array", "object")) and not side.unions


def absent(holder: Node, key: str) -> Node:
    """A schema that is not there, and so lets every value pass."""
    return Node(holder.document, (*holder.pointer, key), {})


def _side(node: Node, seen: tuple[Pointer, ...] = ()) -> Shape:
    """What a schema says, behind its references and whatever only wraps another schema."""
    node = node if refines_reference(node) else node.follow()
    inner = sole_part(node)
    side = shape(node, Diagnostics())
    nullable = side.nullable or _has_null(side)
    cases = _cases(side)
    if inner is None and side.unions and len(cases) == 1:
        inner = cases[0]
    if inner is not None and node.pointer not in seen:
        within = _side(inner, (*seen, node.pointer))
        side = replace(within, parts=side.parts | within.parts)  # What it adds counts, too.
    return _flat(replace(side, nullable=side.nullable or nullable))


def _flat(side: Shape) -> Shape:
    """What a union of bare types, or of lists of values, says: several types, or one list."""
    cases = [shape(case, Diagnostics()) for case in _cases(side)]
    if len(cases) < 2 or not all(map(_is_bare, cases)):
        return side
    lists = [case for case in cases if case.values is not None]
    others = {name for case in cases if case.values is None for name in case.types}
    if lists and not set().union(*map(_type_names, lists)) >= others:
        return side
    types = tuple(sorted(set().union(*map(_type_names, cases))))
    if any(case.constraints for case in cases):  # They count for one type each.
        if lists or len(types) < len(cases):
            return side
        side = replace(side, parts=dict(item for case in cases for item in case.parts.items()))
    if not lists:
        return replace(side, types=types, unions=[])
    every = {canonical(value): value for case in lists for value in case.values or ()}
    is_open = bool(others) or any(case.open_values for case in lists)
    values = tuple(every.values())
    return replace(side, types=types, values=values, open_values=is_open, unions=[])


def _is_bare(case: Shape) -> bool:
    """Whether a schema names types or values, and nothing else but limits."""
    more = (case.format, case.properties, case.patterns, case.unions)
    return (
        not any(more)
        and not case.is_array
        and case.additional is None
        and (case.values is not None or bool(case.types))
        and all(CONDITIONS.isdisjoint(part.value) for part in case.parts.values())
    )


def _default(node: Node) -> Any:
    """The default of a schema, or of what it refers to."""
    while isinstance(node.value, dict) and "default" not in node.value:
        inner = node.step() if node.reference is not None else sole_part(node)
        if inner is None:
            return None
        node = inner
    return node.value["default"] if isinstance(node.value, dict) else None


def _limiting(side: Shape) -> Iterator[Pointer]:
    """A schema, and what around it says more than a reference to it would."""
    yield side.node.pointer
    for place, part in side.parts.items():
        if isinstance(part.value, dict) and not _MORE.isdisjoint(part.value):
            yield place


def _has_null(side: Shape) -> bool:
    unfolded = [list(_unfolded(cases)) for cases in side.unions]
    return any(len(besides_null(cases)) < len(cases) for cases in unfolded)


def _cases(side: Shape) -> list[Node]:
    """The cases of a union but for null; a schema that is no union is its own only case."""
    return besides_null(_unfolded(side.unions[0] if side.unions else ())) or [side.node]


def _mapping(side: Shape) -> dict[str, str]:
    """What each value of the discriminator means; other cases are meant by their own names."""
    targets = side.discriminator.members("mapping") if side.discriminator else ()
    said = {value: str(target.value).rpartition("/")[2] for value, target in targets}
    names = [component_name(case.follow()) for case in _cases(side)]
    return {name: name for name in names if name and name not in said.values()} | said


def _unfolded(cases: Iterable[Node]) -> Iterator[Node]:
    """The cases of a union, and those of unions within it that are nothing else."""
    for case in cases:
        [keyword] = found if len(found := says(case)) == 1 else [""]
        if keyword in ("anyOf", "oneOf") and _MORE.isdisjoint(case.value):
            yield from _unfolded(case.entries(keyword))
        else:
            yield case


_MORE = CONDITIONS.union(CONSTRAINTS)


def _matched(
    old: list[Node], new: list[Node]
) -> tuple[list[tuple[Node, Node]], list[Node], list[Node]]:
    """Cases that are the same thing in both, those that are gone, and those that are new."""
    by_name = {_case_key(case): case for case in new}
    pairs = [(case, by_name.pop(key)) for case in old if (key := _case_key(case)) in by_name]
    gone, come = [], list(by_name.values())
    for before in old:
        if all(before is not one for one, _ in pairs):
            like = next((i for i, after in enumerate(come) if _alike(before, after)), None)
            if like is None:
                gone.append(before)
            else:
                pairs.append((before, come.pop(like)))
    return pairs, gone, come


def _case_key(case: Node) -> str:
    case = case.follow()
    return component_name(case) or json.dumps(_bare(case.value), sort_keys=True)


def _bare(value: Any) -> Any:
    """A schema without its prose."""
    if isinstance(value, dict):
        return {key: _bare(member) for key, member in value.items() if key not in _PROSE}
    return [_bare(item) for item in value] if isinstance(value, list) else value


def _alike(old: Node, new: Node) -> bool:
    """Whether one case may have become the other: an inline one, of the same types."""
    old, new = old.follow(), new.follow()
    if component_name(old) and component_name(new):
        return False
    sides = shape(old, Diagnostics()), shape(new, Diagnostics())
    return _type_names(sides[0]) == _type_names(sides[1])


def _case_text(case: Node) -> str:
    case = case.follow()
    side = shape(case, Diagnostics())
    text = " or ".join(sorted(_type_names(side))) or format_pointer(case.pointer)
    if side.properties:  # What tells it from other cases, most likely.
        text += f" of {', '.join(sorted(side.properties))}"
    return component_name(case) or text
