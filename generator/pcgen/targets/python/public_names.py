"""A line for each public name of a package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.targets.code import literal
from pcgen.targets.python.package import attribute_path
from pcgen.targets.python.types import Imports, Types
from pcgen.targets.python.views.attributes import variable_code, variables
from pcgen.targets.python.views.methods import returned, signature
from pcgen.targets.python.views.package import RUNTIME_ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.targets.python.package import PythonPackage
    from pcgen.targets.python.views.declarations import DeclarationView


def public_names(
    package: PythonPackage, declarations: Iterable[DeclarationView]
) -> tuple[str, ...]:
    """Write a line for each public name, in the order of the names."""
    lines = {
        *_client_lines(package),
        *(line for resource in package.resources for line in _method_lines(resource, package)),
        *(line for declaration in declarations for line in _declaration_lines(declaration)),
        *_old_lines(package),
        *_hand_written_lines(package),
    }
    return (*sorted(lines), *sorted(f"errors.{name}" for name in RUNTIME_ERRORS))


def _client_lines(package: PythonPackage) -> Iterator[str]:
    for prefix in ("", "Async"):
        secrets = [secret for scheme in package.service.schemes for secret in scheme.secrets]
        given = "".join(f"{secret.name}=None, " for secret in secrets)
        grants = [s.grant for s in package.service.schemes if s.grant is not None]
        asked = "".join(f"{variable_code(v, Imports())}, " for v in package.service.variables)
        fetched = "".join(f"{secret.name}=None, " for g in grants for secret in g.secrets)
        rest = "base_url=None, timeout=60, max_retries=2, default_headers=None, http_client=None"
        yield f"{prefix}{package.client}({given}*, {asked}{fetched}{rest}, **options)"
        yield from _attribute_lines(package, prefix)


def _attribute_lines(package: PythonPackage, prefix: str) -> Iterator[str]:
    use = Imports()
    for resource in package.resources:
        name = f"{prefix}{resource.class_name}"
        parent = package.by_path.get(resource.parents)
        owner = f"{prefix}{parent.class_name if parent else package.client}"
        given = ", ".join(variable_code(v, use) for v in variables(resource))
        yield (
            f"{owner}.{resource.name}({given}) -> {name}"
            if given
            else (f"{owner}.{resource.name}: {name}")
        )


def _method_lines(resource: ir.Resource, package: PythonPackage) -> Iterator[str]:
    """The lines of a resource's methods."""
    types = Types(package.declared, Imports(), ".models")
    name = resource.class_name
    for operation in resource.operations:
        returns = returned(operation, types)
        parts = ", ".join([*signature(operation, types), "**options"])
        note = "  # deprecated" if operation.deprecated else ""
        for prefix in ("", "Async"):
            yield f"{prefix}{name}.{operation.name}({parts}) -> {returns}{note}"
            yield from _selected_lines(f"{prefix}{name}.{operation.name}", operation, types)


def _selected_lines(method: str, operation: ir.Operation, types: Types) -> Iterator[str]:
    """The results that values of an argument select."""
    selector = operation.selector
    if selector is None:
        return
    for value, type_ in selector.cases:
        yield f"{method}({selector.argument}={literal(value)}) -> {types.output(type_)}"


def _old_lines(package: PythonPackage) -> Iterator[str]:
    for old in package.old_names_of(""):
        yield f"{old.name} = {old.now}  # deprecated"
    for model in package.declarations:
        if isinstance(model, ir.Model):
            of = model.name
            yield from (
                f"{of}.{old.name} = {of}.{old.now}  # deprecated"
                for old in package.old_names_of(of)
            )
    for resource in package.resources:
        name = resource.class_name
        for old in package.old_names_of(attribute_path(resource)):
            for prefix in ("", "Async"):
                yield f"{prefix}{name}.{old.name} = {prefix}{name}.{old.now}  # deprecated"


def _hand_written_lines(package: PythonPackage) -> Iterator[str]:
    for module in package.modules:
        yield from (f"{name}  # hand-written in {module.name}" for name in module.exports)
    for mixin in package.mixins:
        extends = mixin.target in package.declared
        for class_, members in mixin.members.items():
            owner = mixin.target if extends else class_
            yield from (f"{owner}.{name}  # hand-written in {mixin.module}" for name in members)


def _declaration_lines(view: DeclarationView) -> Iterator[str]:
    """The lines of a model or an alias."""
    if view.type:
        yield f"{view.name} = {view.type}"
        return
    yield f"{view.name}({_bases(view.bases)})"
    for field in view.fields:
        if not field.name.startswith("_"):
            yield f"{view.name}.{field.name}: {field.annotation}{field.default}"


def _bases(bases: str) -> str:
    return bases.replace(", kw_only=True", "")
