"""Previous names of classes, methods and fields, as the configuration lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen import ir
from pcgen.diagnostics import Code, close, shorten
from pcgen.targets.python import names
from pcgen.targets.python.package import OldName, attribute_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.names import Name
    from pcgen.targets.protocol import Settings
    from pcgen.targets.python.package import PythonPackage


def with_old_names(package: PythonPackage, settings: Settings) -> PythonPackage:
    """Add the previous names that the configuration lists, and report the ones that are wrong."""
    current = set(_names(package))
    found: dict[str, list[OldName]] = {}
    for old, now in sorted(settings.aliases.items()):
        problem = _problem(old, now, current, package)
        if problem is not None:
            location = settings.location("aliases", old)
            settings.diagnostics.error(Code.CONFIG_INVALID, location, *problem)
        else:
            pair = OldName(*(names.known(text.rpartition(".")[2]) for text in (old, now)))
            found.setdefault(old.rpartition(".")[0], []).append(pair)
    if "" in found:
        found[""] = [twin for old in found[""] for twin in _twins(old, package.client)]
    by_owner = {owner: tuple(pairs) for owner, pairs in found.items()}
    return replace(package, old_names=by_owner) if by_owner else package


def _names(package: PythonPackage) -> Iterator[str]:
    """Yield the names that can have previous ones: `Pet`, `Pet.size`, `pets.list`."""
    yield package.client
    yield from package.declared
    for model in package.declarations:
        if isinstance(model, ir.Model):
            yield from (f"{model.name}.{field.name}" for field in model.fields)
    for resource in package.resources:
        path = attribute_path(resource)
        yield from (f"{path}.{operation.name}" for operation in resource.operations)


def _problem(
    old: str, now: str, current: set[str], package: PythonPackage
) -> tuple[str, str] | None:
    """Return what is wrong with a previous name and what to do, None if it is right."""
    if now not in current:
        return f"`aliases`: {shorten(now)!a} is not a current name", close(now, current)
    owner, _, name = old.rpartition(".")
    twins = {old, f"Async{old}"} if now == package.client else {old}
    resources = map(attribute_path, package.resources)
    if not twins.isdisjoint({*current, *resources, f"Async{package.client}"}):
        hint = "remove the alias, or change the current name under `rename`"
        return f"`aliases`: {shorten(old)!a} is still a current name", hint
    if owner != now.rpartition(".")[0]:
        hint = "write the same owner before the dot, as in `pets.list`"
        return f"`aliases`: {shorten(old)!a} and {shorten(now)!a} have different owners", hint
    reserved = names.FIELD_RESERVED if owner in package.declared else names.RESOURCE_MEMBERS
    if not names.is_public(name) or (owner and name in reserved):
        return f"`aliases`: {shorten(old)!a} is not a valid name", "write the name that callers use"
    return None


def _twins(old: OldName, client: Name) -> Iterator[OldName]:
    """Yield a previous name; for the client, also the previous name of the async client."""
    yield old
    if old.now == client:
        yield OldName(names.prefixed("Async", old.name), names.prefixed("Async", client))
