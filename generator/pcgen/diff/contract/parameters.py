"""Compares the parameters of two versions of an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pcgen.diff.contract.encodings import parameter_style, schema_of
from pcgen.diff.contract.shapes import is_object
from pcgen.translate.parameters import constant_value, parameters_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen.diff.contract.pairs import Pair
    from pcgen.diff.contract.schemas import Schemas
    from pcgen.spec import Node
    from pcgen.translate.selection import Entry


def compare_parameters(
    operation: Pair, old: Entry, new: Entry, path_names: Mapping[str, str], schemas: Schemas
) -> None:
    """Compare parameters; `path_names` has the new names of path parameters by the old ones."""
    before = {_identity(p, path_names): p for p in parameters_of(old) if is_object(p)}
    after = {_identity(p, {}): p for p in parameters_of(new) if is_object(p)}
    pairs = [
        replace(operation, old=before.pop(key), new=after.pop(key))
        for key in [*before]
        if key in after
    ]
    for parameter in before.values():
        name = parameter.text("name")
        moved = next((key for key, p in after.items() if p.text("name") == name), None)
        if moved is not None:
            pair = replace(operation, old=parameter, new=after.pop(moved))
            _report(pair, "parameter-moved", old=parameter.text("in"), new=pair.new.text("in"))
            pairs.append(pair)
        else:
            what = "parameter" if constant_value(parameter) is None else "header-constant"
            _report(replace(operation, old=parameter), f"{what}-removed")
    for parameter in after.values():
        _report_added(replace(operation, new=parameter))
    for pair in pairs:
        _compare_parameter(pair, schemas)


def _identity(parameter: Node, path_names: Mapping[str, str]) -> tuple[str, str]:
    """`in` and name; HTTP ignores the case of header names."""
    location, name = parameter.text("in"), parameter.text("name")
    if location == "path":
        name = path_names.get(name, name)
    return location, name.lower() if location == "header" else name


def _report(pair: Pair, change: str, /, **values: Any) -> None:
    """Report a change of a parameter; if only one document has it, the other node is its parent."""
    parameter = pair.new if "in" in pair.new.value else pair.old
    names = {"name": parameter.text("name"), "where": parameter.text("in")}
    pair.report(change, **names, **values)


def _report_added(pair: Pair) -> None:
    value = constant_value(pair.new)
    if value is not None:
        _report(pair, "header-constant-added", new=value)
    else:
        required = "required-" * pair.new.is_true("required")
        _report(pair, f"{required}parameter-added")


def _compare_parameter(pair: Pair, schemas: Schemas) -> None:
    location, name = pair.new.text("in"), pair.new.text("name")
    values = {"name": name, "where": location}
    if location == "path":
        pair.report_text("path-parameter-renamed", pair.old.text("name"), name)
    before, after = constant_value(pair.old), constant_value(pair.new)
    if before and after:
        pair.report_text("header-constant-changed", before, after, **values)
        return
    if not before and not after:
        changes = "parameter-became-required", "parameter-became-optional"
        pair.report_flag("required", *changes, **values)
    changes = "parameter-deprecated", "parameter-undeprecated"
    pair.report_flag("deprecated", *changes, **values)
    if pair.old.text("in") == location:
        styles = parameter_style(pair.old), parameter_style(pair.new)
        pair.report_text("parameter-style-changed", *styles, **values)
    subject = pair.named(f"{pair.subject} {location} parameter {name}").subject
    schemas.compare("request", subject, schema_of(pair.old), schema_of(pair.new))
