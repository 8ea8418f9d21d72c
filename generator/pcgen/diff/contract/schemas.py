"""Compares schemas of requests and responses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from pcgen.diff.contract.equality import canonical
from pcgen.diff.contract.limits import compare_limits
from pcgen.diff.contract.pairs import SchemaPair
from pcgen.diff.contract.shapes import (
    cases_of,
    common_component,
    component_name,
    default_of,
    item_of,
    resolve,
    rest_of,
    restrictions,
    split_types,
)
from pcgen.diff.contract.types import includes, is_any, type_names
from pcgen.diff.contract.unions import (
    case_key,
    case_text,
    discriminator_mapping,
    is_exclusive,
    match_cases,
    may_overlap,
    type_text,
    variants,
)
from pcgen.diff.contract.values import (
    change_of,
    compare_conditions,
    compare_values,
    format_text,
    report_exclusive,
    report_refinement,
)
from pcgen.spec import Node
from pcgen.translate.annotations import layers

if TYPE_CHECKING:
    from pcgen.diff.findings import Findings, Message
    from pcgen.spec.document import Pointer
    from pcgen.translate.annotations import Layer
    from pcgen.translate.inheritance import Inheritance

    _Key = tuple[Pointer, Pointer, str]

# Formats, and the formats that include all their values.
_WIDER_FORMATS = {"int32": "int64", "float": "double"}
# The keyword that excludes a property from requests or responses, and the changes that report it.
_HIDING = {
    "request": ("readOnly", "property-became-read-only", "property-became-writable"),
    "response": ("writeOnly", "property-became-write-only", "property-became-readable"),
}
_DEPRECATION = ("deprecated", "property-deprecated", "property-undeprecated")


class Schemas(Struct):
    """Compares schemas, each pair once for requests and once for responses.

    A schema that refers to a component is compared in two steps: the component under its own name,
    then what stands around the reference, under the name of the use.
    """

    findings: Findings
    inheritances: tuple[Inheritance, Inheritance]
    _seen: set[_Key] = field(default_factory=set)
    _active: set[_Key] = field(default_factory=set)

    def compare(self, direction: str, subject: str, old: Node, new: Node) -> None:
        """Compare two schemas and the schemas inside them.

        Args:
            direction: `request` or `response`.
            subject: The name in findings, unless both schemas are the same component.
            old: The schema in the old document.
            new: The schema in the new document.
        """
        chains = layers(old), layers(new)
        known = self._compare_common(direction, *chains)
        if known is None or not self._is_new(direction, old, new):
            return
        ends = chains[0][-1].node.pointer, chains[1][-1].node.pointer, direction
        if ends not in self._active:
            self._active.add(ends)
            shapes = resolve(old), resolve(new)
            pair = SchemaPair(self.findings, direction, subject, (old, new), *shapes, known)
            self._compare_whole(pair)
            self._active.discard(ends)

    def _compare_common(
        self, direction: str, old: list[Layer], new: list[Layer], start: int = 0
    ) -> frozenset[Message] | None:
        """Compare the component that two schemas refer to, if there is one.

        Args:
            direction: `request` or `response`.
            old: The layers of the old schema.
            new: The layers of the new schema.
            start: The first layer that may be the component.

        Returns:
            The changes of the component; None if nothing else can have changed.
        """
        common = common_component(old[start:], new[start:])
        if common is None:
            return frozenset()
        before, after = start + common[0], start + common[1]
        self._compare_component(direction, old[before].node, new[after].node)
        if restrictions(old[:before]) == restrictions(new[:after]):
            return None
        return self.findings.about(component_name(new[after].node))

    def _compare_component(
        self, direction: str, old: Node, new: Node, known: frozenset[Message] = frozenset()
    ) -> None:
        """Compare two components; `known` are the changes of a parent of theirs."""
        if not self._is_new(direction, old, new):
            return
        more = self._compare_common(direction, layers(old), layers(new), start=1)
        if more is None:
            return
        name, shapes = component_name(new), (resolve(old), resolve(new))
        pair = SchemaPair(self.findings, direction, name, (old, new), *shapes, known | more)
        before, after = (
            variants(node, inheritance)
            for node, inheritance in zip((old, new), self.inheritances, strict=True)
        )
        if (pair.old.unions and after) or (before and pair.new.unions):
            self._compare_cases(pair, before or cases_of(pair.old), after or cases_of(pair.new))
        else:
            self._compare_whole(pair)
            if before or after:
                self._compare_variants(pair, before, after)

    def _is_new(self, direction: str, old: Node, new: Node) -> bool:
        """Whether a pair has not been compared yet; it then counts as compared."""
        key = old.pointer, new.pointer, direction
        is_new = key not in self._seen
        self._seen.add(key)
        return is_new

    def _compare_whole(self, pair: SchemaPair) -> None:
        """Compare all keywords of two schemas."""
        _compare_annotations(pair)
        if bool(pair.old.unions) is not bool(pair.new.unions):
            pair = replace(pair, old=split_types(pair.old), new=split_types(pair.new))
        if len(cases_of(pair.old)) > 1 or len(cases_of(pair.new)) > 1:
            is_comparable = self._compare_unions(pair)
        else:
            is_comparable = _compare_types(pair)
        if is_comparable:
            compare_values(pair)
            compare_limits(pair)
            compare_conditions(pair)
            self._compare_properties(pair)
            self._compare_additional(pair)
            self._compare_patterns(pair)
            self._compare_items(pair)

    def _compare_inner(self, pair: SchemaPair, suffix: str, old: Node, new: Node) -> None:
        self.compare(pair.direction, f"{pair.subject}{suffix}", old, new)

    # --- Objects and arrays --------------------------------------------------------------------

    def _compare_properties(self, pair: SchemaPair) -> None:
        old, new = (
            {name: node for name, node in shape.properties.items() if node.value is not False}
            for shape in (pair.old, pair.new)
        )
        for name in sorted(old.keys() | new.keys()):
            if name not in new:
                if not _is_hidden(old[name], pair):
                    pair.report_at("property-removed", old[name], None, name=name)
            elif name not in old:
                if not _is_hidden(new[name], pair):
                    required = "required-" * (name in pair.new.required)
                    pair.report_at(f"{required}property-added", None, new[name], name=name)
            elif _compare_flags(pair, name, old[name], new[name]):
                self._compare_inner(pair, f".{name}", old[name], new[name])
        if any(shape.is_object or is_any(shape) for shape in (pair.old, pair.new)):
            undescribed = (pair.old.required ^ pair.new.required) - old.keys() - new.keys()
            for name in sorted(undescribed):
                change = _required_change(name in pair.new.required)
                pair.report(change, "required", name=name)

    def _compare_additional(self, pair: SchemaPair) -> None:
        """Compare which properties objects may have besides the described ones."""
        if not all(shape.is_object or shape.unions for shape in (pair.old, pair.new)):
            return
        old, new = pair.old.additional, pair.new.additional
        before, after = _openness(old), _openness(new)
        if isinstance(old, Node) and isinstance(new, Node) and before == after == 1:
            self._compare_inner(pair, ".*", old, new)
        elif before != after:
            change = f"additional-properties-{'narrowed' if after < before else 'widened'}"
            texts = ("none", "of one type", "any")
            pair.report(change, "additionalProperties", old=texts[before], new=texts[after])

    def _compare_patterns(self, pair: SchemaPair) -> None:
        """Compare the schemas of `patternProperties`."""
        old, new = (
            {node.pointer[-1]: node for node in shape.patterns} for shape in (pair.old, pair.new)
        )
        key = "patternProperties"
        for name in sorted(old.keys() | new.keys()):
            if name in old and name in new:
                self._compare_inner(pair, f".{name}", old[name], new[name])
            else:
                change = "condition-added" if name in new else "condition-removed"
                pair.report(change, key, name=key, old=name, new=name)

    def _compare_items(self, pair: SchemaPair) -> None:
        """Compare the items of arrays: those of `prefixItems`, then the rest."""
        old, new = pair.old, pair.new
        if not (old.is_array or new.is_array):
            return
        count = max(len(old.prefix), len(new.prefix))
        items = [(f"[{i}]", item_of(old, i), item_of(new, i)) for i in range(count)]
        for suffix, before, after in [*items, ("[]", rest_of(old), rest_of(new))]:
            if before.value is not False and after.value is not False:  # `maxItems` reports false.
                self._compare_inner(pair, suffix, before, after)

    # --- Unions --------------------------------------------------------------------------------

    def _compare_variants(self, pair: SchemaPair, old: list[Node], new: list[Node]) -> None:
        """Compare what the variants of two parents add to them."""
        if pair.old.discriminator is None or pair.new.discriminator is None:
            _compare_discriminators(pair, [], [])
            return
        names = {component_name(case): case for case in old}
        known = self.findings.about(pair.subject)
        for case in new:
            before = names.get(component_name(case))
            if before is not None:
                self._compare_component(pair.direction, before, case, known)
        self._compare_cases(pair, old, new)

    def _compare_unions(self, pair: SchemaPair) -> bool:
        """Compare the members of unions; return whether the other keywords are comparable."""
        old, new = cases_of(pair.old), cases_of(pair.new)
        if (len(old) > 1) is not (len(new) > 1):
            if report_refinement(pair):
                return True
            if self._compare_split(pair, old, new):
                return False
        if not match_cases(old, new)[0]:
            pair.report("type-changed", old=type_text(pair.old), new=type_text(pair.new))
            return False
        self._compare_cases(pair, old, new)
        for before, after in zip(pair.old.unions[1:], pair.new.unions[1:], strict=False):
            self._compare_cases(pair, before, after)
        are_unions = len(old) > 1 and len(new) > 1
        if are_unions and is_exclusive(pair.old) is not is_exclusive(pair.new) and may_overlap(new):
            report_exclusive(pair, is_exclusive(pair.new))
        return are_unions

    def _compare_cases(self, pair: SchemaPair, old: list[Node], new: list[Node]) -> None:
        """Compare the members of two unions, or the variants of two parents."""
        pairs, removed, added = match_cases(old, new)
        for before, after in pairs:
            self._compare_inner(pair, f"({case_text(after)})", before, after)
        for case in removed:
            pair.report_at("union-case-removed", case, None, old=case_text(case))
        for case in added:
            pair.report_at("union-case-added", None, case, new=case_text(case))
        _compare_discriminators(pair, old, new)

    def _compare_split(self, pair: SchemaPair, old: list[Node], new: list[Node]) -> bool:
        """Compare an object with a union of objects that have no other properties.

        Returns:
            Whether the schemas are such an object and such a union.
        """
        is_narrowed = len(old) == 1
        single, cases = (pair.old, new) if is_narrowed else (pair.new, old)
        shapes = [resolve(case) for case in cases]
        if case_key(single.node) in map(case_key, cases) or not all(
            shape.properties
            and type_names(shape) == {"object"}
            and shape.properties.keys() <= single.properties.keys()
            for shape in (single, *shapes)
        ):
            return False
        change = "type-narrowed" if is_narrowed else "type-widened"
        pair.report(change, old=type_text(pair.old), new=type_text(pair.new))
        for shape in shapes:
            for name in sorted(single.required - shape.required):
                pair.report(_required_change(not is_narrowed), "required", name=name)
            for name, node in shape.properties.items():
                ends = single.properties[name], node
                if not any(_is_hidden(end, pair) for end in ends):
                    self._compare_inner(pair, f".{name}", *(ends if is_narrowed else ends[::-1]))
        return True


def _compare_annotations(pair: SchemaPair) -> None:
    """Compare whether null is allowed, and the defaults."""
    null_before, null_now = pair.old.nullable, pair.new.nullable
    if null_before is not null_now and not (is_any(pair.old) or is_any(pair.new)):
        pair.report("became-nullable" if null_now else "became-not-nullable", "type")
    before, now = map(default_of, pair.uses)
    if canonical(before) != canonical(now):
        values = {"old": json.dumps(before), "new": json.dumps(now)}  # Shows that "1" is not 1.
        pair.report(f"default-{change_of(before, now)}", "default", **values)


def _compare_types(pair: SchemaPair) -> bool:
    """Compare types and formats; return whether the other keywords are comparable."""
    old, new = type_names(pair.old), type_names(pair.new)
    if old != new:
        is_wider, is_narrower = includes(new, old), includes(old, new)
        change = "widened" if is_wider else "narrowed" if is_narrower else "changed"
        values = {"old": type_text(pair.old), "new": type_text(pair.new)}
        pair.report(f"type-{change}", "type", **values)
        return bool(old & new) or (change != "changed" and bool(old and new))
    before, after = format_text(pair.old), format_text(pair.new)
    if before != after:
        is_wider = not after or _WIDER_FORMATS.get(before) == after
        is_narrower = not before or _WIDER_FORMATS.get(after) == before
        change = "widened" if is_wider else "narrowed" if is_narrower else "changed"
        pair.report(f"format-{change}", "format", old=before or "any", new=after or "any")
    return True


def _compare_flags(pair: SchemaPair, name: str, old: Node, new: Node) -> bool:
    """Compare the flags of a property; return whether both versions have it."""
    for key, turned_on, turned_off in (_HIDING[pair.direction], _DEPRECATION):
        was, is_ = _has_flag(old, key), _has_flag(new, key)
        if was is not is_:
            pair.report_at(turned_on if is_ else turned_off, old, new, name=name)
    if _is_hidden(old, pair) or _is_hidden(new, pair):
        return False
    if (name in pair.old.required) is not (name in pair.new.required):
        pair.report_at(_required_change(name in pair.new.required), old, new, name=name)
    return True


def _required_change(is_required: bool) -> str:
    return f"property-became-{'required' if is_required else 'optional'}"


def _is_hidden(property_: Node, pair: SchemaPair) -> bool:
    """Whether a flag excludes a property from requests or from responses."""
    return _has_flag(property_, _HIDING[pair.direction][0])


def _has_flag(property_: Node, key: str) -> bool:
    """Whether a flag is true for a property, or for a schema that it refers to."""
    return any(layer.node.is_true(key) for layer in layers(property_))


def _openness(additional: Node | bool | None) -> int:
    """0 if objects have no additional properties, 1 if a schema describes them, 2 for any."""
    if isinstance(additional, Node) and additional.value:
        return 1
    return 0 if additional is False else 2


def _compare_discriminators(pair: SchemaPair, old_cases: list[Node], new_cases: list[Node]) -> None:
    old, new = pair.old.discriminator, pair.new.discriminator
    key = "discriminator"
    before, after = (node.text("propertyName") if node else "" for node in (old, new))
    if before != after:
        change = change_of(before or None, after or None)
        pair.report(f"discriminator-{change}", key, old=before, new=after)
    if old is None or new is None:
        return
    was, is_ = discriminator_mapping(old, old_cases), discriminator_mapping(new, new_cases)
    for name in sorted(was.keys() | is_.keys()):
        values = {"old": was.get(name), "new": is_.get(name)}
        if values["old"] != values["new"]:
            change = change_of(values["old"], values["new"])
            pair.report(f"discriminator-value-{change}", key, name=name, **values)
