"""Two schemas compared, as part of what is sent or of what is answered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from pcgen.diff.contract.sides import (
    additional_of,
    case_key,
    case_text,
    cases_of,
    component_name,
    default_of,
    flag,
    holds,
    is_any,
    is_open,
    item_of,
    limiting,
    mapping_of,
    matched,
    patterns_of,
    rest_of,
    side_of,
    type_names,
    type_text,
)
from pcgen.diff.contract.values import canonical, compare_conditions, compare_limits, compare_values
from pcgen.spec import Node
from pcgen.translate.shapes import Shape

if TYPE_CHECKING:

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


class Pair(Struct, frozen=True):
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


class Schemas(Struct):
    """Compares schemas; each pair of them once for each direction, so that recursion ends."""

    findings: Findings
    _seen: set[tuple[_Pointers, _Pointers, str]] = field(default_factory=set)

    def compare(self, direction: str, place: str, old: Node, new: Node) -> None:
        """Compare the schemas of something called `place`, and all that they hold."""
        pair = Pair(direction, place, side_of(old), side_of(new))
        names = component_name(pair.old.node), component_name(pair.new.node)
        if all(names):
            pair = replace(pair, place=names[1])
        self._compare_use(pair, old, new)
        key = tuple(limiting(pair.old)), tuple(limiting(pair.new)), direction
        if key in self._seen:
            return
        self._seen.add(key)
        if bool(cases_of(pair.old)[1:]) or bool(cases_of(pair.new)[1:]):
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
        if null_before is not null_now and not (is_any(pair.old) or is_any(pair.new)):
            pair.add(
                self.findings, "became-nullable" if null_now else "became-not-nullable", "type"
            )
        before, now = default_of(old), default_of(new)
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
        holds = [side.is_object or is_any(side) for side in (pair.old, pair.new)]
        for name in sorted(pair.old.required ^ pair.new.required if any(holds) else ()):
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
        old, new = additional_of(pair.old), additional_of(pair.new)
        if not (pair.old.is_object and pair.new.is_object):
            return
        if old and new:
            self.compare(pair.direction, f"{pair.place}.*", old, new)
            return
        ranks = {True: 2, None: 2, False: 0}
        before = 1 if old else ranks[is_open(pair.old)]
        after = 1 if new else ranks[is_open(pair.new)]
        if before != after:
            fact = f"additional-properties-{'narrowed' if after < before else 'widened'}"
            words = ("none", "of one type", "any")
            pair.add(
                self.findings, fact, "additionalProperties", old=words[before], new=words[after]
            )

    def _patterns(self, pair: Pair) -> None:
        """Compare the properties whose names have a pattern."""
        old, new = patterns_of(pair.old), patterns_of(pair.new)
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
            self._item(pair, f"[{index}]", item_of(pair.old, index), item_of(pair.new, index))
        self._item(pair, "[]", rest_of(pair.old), rest_of(pair.new))

    def _item(self, pair: Pair, where: str, old: Node, new: Node) -> None:
        if old.value is not False and new.value is not False:  # Else there are none; limits tell.
            self.compare(pair.direction, f"{pair.place}{where}", old, new)

    # --- Unions --------------------------------------------------------------------------------

    def _unions(self, pair: Pair) -> bool:
        """Compare the cases; whether the rest of the schemas is comparable as well."""
        old, new = cases_of(pair.old), cases_of(pair.new)
        if (len(old) > 1) is not (len(new) > 1) and self._split(pair, old, new):
            return False
        pairs, gone, come = matched(old, new)
        if not pairs:
            values = {"old": type_text(pair.old), "new": type_text(pair.new)}
            pair.add(self.findings, "type-changed", **values)
            return False
        for before, after in pairs:
            self.compare(pair.direction, f"{pair.place}({case_text(after)})", before, after)
        for case in gone:
            self._note_case(pair, "union-case-removed", case, pair.new.node, old=case_text(case))
        for case in come:
            self._note_case(pair, "union-case-added", pair.old.node, case, new=case_text(case))
        self._discriminator(pair)
        return len(old) > 1 and len(new) > 1

    def _split(self, pair: Pair, old: list[Node], new: list[Node]) -> bool:
        """Compare an object with a union of objects with no other properties, if that is so."""
        narrowed = len(old) == 1
        single, cases = (pair.old, new) if narrowed else (pair.new, old)
        sides = [side_of(case) for case in cases]
        known = single.properties.keys()
        if case_key(single.node) in map(case_key, cases) or not all(
            side.properties and type_names(side) == {"object"} and side.properties.keys() <= known
            for side in (single, *sides)
        ):
            return False
        values = {"old": type_text(pair.old), "new": type_text(pair.new)}
        pair.add(self.findings, f"type-{'narrowed' if narrowed else 'widened'}", **values)
        for side in sides:
            for name in sorted(single.required - side.required):
                became = "optional" if narrowed else "required"
                pair.add(self.findings, f"property-became-{became}", "required", name=name)
            for name, node in side.properties.items():
                ends = (single.properties[name], node)
                if not any(_hidden(end, pair.direction) for end in ends):
                    ends = ends if narrowed else ends[::-1]
                    self.compare(pair.direction, f"{pair.place}.{name}", *ends)
        return True

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
        mapped = [mapping_of(side) for side in (pair.old, pair.new)]
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
    old, new = type_names(pair.old), type_names(pair.new)
    values = {"old": type_text(pair.old), "new": type_text(pair.new)}
    if old != new:
        wider, narrower = holds(new, old), holds(old, new)
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


def _hidden(node: Node, direction: str) -> bool:
    """Whether a property does not travel this way."""
    return flag(node, _HIDING[direction][0])
