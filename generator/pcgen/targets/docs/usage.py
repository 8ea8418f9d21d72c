"""Finds where each model is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen.targets.docs.links import method_page, model_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcgen.targets.docs.links import Links
    from pcgen.targets.reference import Method, Reference


class Usage(Struct, frozen=True):
    """The methods and models that use each model, as pairs of their name and page."""

    users: Mapping[str, tuple[tuple[str, str], ...]]

    @classmethod
    def of(cls, reference: Reference, links: Links) -> Usage:
        """Read the types of all methods and models."""
        found: dict[str, dict[tuple[str, str], None]] = {}
        for user, types in _types(reference):
            for name in sorted(set().union(*map(links.mentioned, types))):
                found.setdefault(name, {})[user] = None
        return cls({name: tuple(users) for name, users in found.items()})

    def of_model(self, name: str) -> list[tuple[str, str]]:
        """The names and pages of the users of a model, without the model itself."""
        return [user for user in self.users.get(name, ()) if user[0] != name]


def _types(reference: Reference) -> Iterator[tuple[tuple[str, str], list[str]]]:
    for resource in reference.resources:
        for method in resource.methods:
            yield (method.call, method_page(method.path)), _types_of(method)
    for model in reference.models:
        types = [model.type, *(field.type for field in model.fields)]
        yield (model.name, model_page(model.name)), types


def _types_of(method: Method) -> list[str]:
    errors = [error.type for error in method.errors]
    callbacks = [callback.type for callback in method.callbacks]
    return [method.type, *(p.type for p in method.parameters), *errors, *callbacks]
