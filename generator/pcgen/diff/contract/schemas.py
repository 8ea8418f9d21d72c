"""Compares schemas of requests and responses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from pcgen.diff.contract.equality import canonical
from pcgen.diff.contract.limits import compare_limits
from pcgen.diff.contract.pairs import SchemaPair, flag
from pcgen.diff.contract.shapes import (
    cases_of,
    component_name,
    default_of,
    item_of,
    resolve,
    rest_of,
    restricting,
)
from pcgen.diff.contract.types import includes, is_any, type_names
from pcgen.diff.contract.unions import (
    case_key,
    case_text,
    discriminator_mapping,
    match_cases,
    type_text,
)
from pcgen.diff.contract.values import change_of, compare_conditions, compare_values
from pcgen.spec import Node

if TYPE_CHECKING:
    from pcgen.diff.findings import Findings
    from pcgen.spec.document import Pointer

    _Pointers = tuple[Pointer, ...]

# Formats, and the formats that include all their values.
_WIDER_FORMATS = {"int32": "int64", "float": "double"}
# The keyword that excludes a property from requests or responses, and the changes that report it.
_HIDING = {
    "request": ("readOnly", "property-became-read-only", "property-became-writable"),
    "response": ("writeOnly", "property-became-write-only", "property-became-readable"),
}
_DEPRECATION = ("deprecated", "property-deprecated", "property-undeprecated")


class Schemas(Struct):
    """Compares schemas, each pair once for requests and once for responses."""

    findings: Findings
    _seen: set[tuple[_Pointers, _Pointers, str]] = field(default_factory=set)

    def compare(self, direction: str, subject: str, old: Node, new: Node) -> None:
        """Compare two schemas and the schemas inside them.

        Args:
            direction: `request` or `response`.
            subject: The name in findings, unless both schemas are components.
            old: The schema in the old document.
            new: The schema in the new document.
        """
        pair = SchemaPair(self.findings, direction, subject, resolve(old), resolve(new))
        names = component_name(pair.old.node), component_name(pair.new.node)
        if all(names):
            pair = replace(pair, subject=names[1])
        _compare_siblings(pair, old, new)
        key = restricting(pair.old), restricting(pair.new), direction
        if key in self._seen:
            return
        self._seen.add(key)
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
        old, new = pair.old.properties, pair.new.properties
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
        if not (pair.old.is_object and pair.new.is_object):
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

    def _compare_unions(self, pair: SchemaPair) -> bool:
        """Compare the members of unions; return whether the other keywords are comparable."""
        old, new = cases_of(pair.old), cases_of(pair.new)
        if (len(old) > 1) is not (len(new) > 1) and self._compare_split(pair, old, new):
            return False
        pairs, removed, added = match_cases(old, new)
        if not pairs:
            pair.report("type-changed", old=type_text(pair.old), new=type_text(pair.new))
            return False
        for before, after in pairs:
            self._compare_inner(pair, f"({case_text(after)})", before, after)
        for case in removed:
            pair.report_at("union-case-removed", case, None, old=case_text(case))
        for case in added:
            pair.report_at("union-case-added", None, case, new=case_text(case))
        _compare_discriminators(pair)
        return len(old) > 1 and len(new) > 1

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


def _compare_siblings(pair: SchemaPair, old: Node, new: Node) -> None:
    """Compare the keywords that may stand beside a reference, and so differ for each use."""
    null_before, null_now = pair.old.nullable, pair.new.nullable
    if null_before is not null_now and not (is_any(pair.old) or is_any(pair.new)):
        pair.report("became-nullable" if null_now else "became-not-nullable", "type")
    before, now = default_of(old), default_of(new)
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
    before, after = pair.old.format, pair.new.format
    if before != after:
        is_wider = not after or _WIDER_FORMATS.get(before) == after
        is_narrower = not before or _WIDER_FORMATS.get(after) == before
        change = "widened" if is_wider else "narrowed" if is_narrower else "changed"
        pair.report(f"format-{change}", "format", old=before or "any", new=after or "any")
    return True


def _compare_flags(pair: SchemaPair, name: str, old: Node, new: Node) -> bool:
    """Compare the flags of a property; return whether both versions have it."""
    for key, turned_on, turned_off in (_HIDING[pair.direction], _DEPRECATION):
        if flag(old, key) is not flag(new, key):
            pair.report_at(turned_on if flag(new, key) else turned_off, old, new, name=name)
    if _is_hidden(old, pair) or _is_hidden(new, pair):
        return False
    if (name in pair.old.required) is not (name in pair.new.required):
        pair.report_at(_required_change(name in pair.new.required), old, new, name=name)
    return True


def _required_change(is_required: bool) -> str:
    return f"property-became-{'required' if is_required else 'optional'}"


def _is_hidden(property_: Node, pair: SchemaPair) -> bool:
    """Whether a flag excludes a property from requests or from responses."""
    return flag(property_, _HIDING[pair.direction][0])


def _openness(additional: Node | bool | None) -> int:
    """0 if objects have no additional properties, 1 if a schema describes them, 2 for any."""
    if isinstance(additional, Node) and additional.value:
        return 1
    return 0 if additional is False else 2


def _compare_discriminators(pair: SchemaPair) -> None:
    old, new = pair.old.discriminator, pair.new.discriminator
    key = "discriminator"
    before, after = (node.text("propertyName") if node else "" for node in (old, new))
    if before != after:
        change = change_of(before or None, after or None)
        pair.report(f"discriminator-{change}", key, old=before, new=after)
    if old is None or new is None:
        return
    was, is_ = discriminator_mapping(pair.old), discriminator_mapping(pair.new)
    for name in sorted(was.keys() | is_.keys()):
        values = {"old": was.get(name), "new": is_.get(name)}
        if values["old"] != values["new"]:
            change = change_of(values["old"], values["new"])
            pair.report(f"discriminator-value-{change}", key, name=name, **values)
