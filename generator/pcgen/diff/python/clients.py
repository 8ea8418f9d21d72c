"""The clients of two packages compared: what they take, and the attributes that they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pcgen import ir
from pcgen.diff.python.old_names import all_old_names, note_renamed, old_classes
from pcgen.targets.python.package import attribute_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.diff.findings import Findings
    from pcgen.diff.python.annotations import Side
    from pcgen.targets.python.package import PythonPackage


class Clients(Struct, frozen=True):
    """Compares clients."""

    old: Side
    new: Side
    findings: Findings

    def compare(self) -> None:
        """Compare the clients of both packages, and the old names that these keep."""
        old, new = self.old.package, self.new.package
        if old.module != new.module:
            self._note("package-renamed", old=old.module, new=new.module)
        if old.client != new.client:
            note_renamed(self._note, "client", old.client, new.client, old_classes(new))
        self._secrets(old.service, new.service)
        if not any(resource.service for resource in (*old.resources, *new.resources)):
            self._address(new.client, old.service, new.service)
        self._attributes({attribute_path(r): r for r in old.resources}, new.resources)
        for name in sorted({*all_old_names(old)} - {*all_old_names(new)} - {*_names(new)}):
            self._note("old-name-removed", old=name)

    def _note(self, id_: str, place: str = "", /, **values: Any) -> None:
        places = self.old.locate("#/info"), self.new.locate("#/info")
        self.findings.add(id_, place or self.new.package.client, *places, **values)

    # --- What they take ------------------------------------------------------------------------

    def _secrets(self, old: ir.Service, new: ir.Service) -> None:
        """Compare the credentials: the secrets by position, what fetches tokens by name."""
        was, is_ = _arguments(old), _arguments(new)
        for name in sorted(set(was) - set(is_)):
            self._note("client-argument-removed", old=name)
        for name in sorted(set(is_) - set(was)):
            self._note("client-argument-added", new=name)
        orders = _by_position(old), _by_position(new)
        common = [name for name in orders[0] if name in orders[1]]
        if common != orders[1][: len(common)]:
            values = {"old": ", ".join(orders[0]), "new": ", ".join(orders[1])}
            self._note("client-arguments-reordered", **values)

    def _address(self, place: str, old: ir.Service, new: ir.Service) -> None:
        """Compare what has to be said of where the service is."""
        if old.names_host is not new.names_host:
            became = "optional" if new.names_host else "required"
            self._note(f"client-argument-became-{became}", place, name="base_url")
        was, is_ = ({v.name: v for v in service.variables} for service in (old, new))
        for name in sorted(was.keys() - is_.keys()):
            self._note("client-argument-removed", place, old=name)
        for name in sorted(is_.keys() - was.keys()):
            required = "-required" * isinstance(is_[name].presence, ir.Required)
            self._note(f"client-argument-added{required}", place, new=name)
        for name in sorted(was.keys() & is_.keys()):
            self._variable(place, was[name], is_[name])

    def _variable(self, place: str, old: ir.Variable, new: ir.Variable) -> None:
        needed = [isinstance(side.presence, ir.Required) for side in (old, new)]
        if needed[0] is not needed[1]:
            became = "required" if needed[1] else "optional"
            self._note(f"client-argument-became-{became}", place, name=new.name)
        if set(old.values) != set(new.values):
            broken = new.values and not (old.values and set(old.values) <= set(new.values))
            id_ = f"client-argument-retyped{'' if broken else '-compatibly'}"
            self._note(id_, place, name=new.name, old=_told(old), new=_told(new))

    # --- What they have ------------------------------------------------------------------------

    def _attributes(self, was: dict[str, ir.Resource], new: tuple[ir.Resource, ...]) -> None:
        is_ = {attribute_path(resource): resource for resource in new}
        for name in sorted(was.keys() - is_.keys()):
            self._note("resource-removed", old=name)
        for name in sorted(is_.keys() - was.keys()):
            self._note("resource-added", new=name)
        for name in (name for name in was if name in is_):
            classes = was[name].class_name, is_[name].class_name
            if classes[0] != classes[1]:
                values = {"old": classes[0], "new": classes[1]}
                self._note("resource-class-renamed", name=name, **values)
            services = was[name].service, is_[name].service
            self._resource(name, *services)

    def _resource(self, name: str, old: ir.Service | None, new: ir.Service | None) -> None:
        """Compare how an attribute is had: one whose address has variables is called."""
        forms = [bool(service and service.variables) for service in (old, new)]
        if forms[0] is not forms[1]:
            words = [f"{name}{'()' * called}" for called in forms]
            self._note("resource-remade", name, old=words[0], new=words[1])
        elif old is not None and new is not None:
            self._address(f"{name}()" if forms[0] else name, old, new)


def _arguments(service: ir.Service) -> list[str]:
    return [secret.name for scheme in service.schemes for secret in scheme.arguments]


def _by_position(service: ir.Service) -> list[str]:
    return [secret.name for scheme in service.schemes for secret in scheme.secrets]


def _told(variable: ir.Variable) -> str:
    """The annotation of a variable."""
    return " or ".join(variable.values) if variable.values else "str"


def _names(package: PythonPackage) -> Iterator[str]:
    """What callers may write today, whatever else may have been called so."""
    yield from package.declared
    yield from (package.client, f"Async{package.client}")
    for resource in package.resources:
        path = attribute_path(resource)
        yield from (f"{path}.{operation.name}" for operation in resource.operations)
