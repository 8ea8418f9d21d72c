"""Merges the translations of several documents: shared schemas, unique names, one client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir, names
from pcgen.diagnostics import Code, Diagnostics
from pcgen.names import Name
from pcgen.spec import parse_pointer
from pcgen.translate.renames import RENAME_HINT
from pcgen.translate.security import ARGUMENT_HINT
from pcgen.translate.translation import Translation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pcgen import config

T = TypeVar("T")

# Differences that do not matter between equal declarations. `items` depends on how a model is used.
_PROSE = frozenset(("deprecated", "doc", "example", "given", "origin"))
_LIST = ("done", "item_name", "items", "more")
_IGNORED = {ir.Model: {*_LIST, "wire_name"}, ir.Alias: {"wire_name"}}
# Structs in which a `Name` is the name of a declaration, not of a field or a method.
_REFERRING = (ir.Ref, ir.Discriminator, ir.Model, ir.Alias)
_PATHS = frozenset(("done", "more"))  # Fields of models that name properties.
_Originated = TypeVar("_Originated", bound=ir.Declaration | ir.Operation)
_Key = tuple[int, Name]  # A declaration: the index of its translation, its name there.


def merge(
    translations: Sequence[Translation], settings: config.Package, diagnostics: Diagnostics
) -> Translation:
    """Merge translations; no resource has the operations of two documents."""
    shared: list[Translation] = []
    for one in translations:
        shared.append(_with_shared_schemes(one, shared, settings))
    schemes: dict[str, ir.Scheme] = {}
    for one in shared:
        for scheme in one.service.schemes:
            schemes.setdefault(scheme.wire_name, scheme)
    _check_secrets(list(schemes.values()), settings, diagnostics)
    chosen = _names(shared, _classes(shared), diagnostics)
    resources = _Resources(shared, diagnostics)
    declarations: dict[Name, ir.Declaration] = {}
    webhooks: list[ir.Payload] = []
    for index, one in enumerate(shared):
        new = {name: chosen[index, name] for name in _declared(one)}
        for resource in one.resources:
            resources.add(_resource(_renamed(resource, new), one))
        webhooks += (_renamed(webhook, new) for webhook in one.webhooks)
        for declaration in one.declarations:
            own = _with_document(_renamed(declaration, new), one)
            declarations[own.name] = _united(declarations.get(own.name, own), own)
    return Translation(
        document=shared[0].document,
        spec=shared[0].spec,
        service=_service(shared, tuple(schemes[name] for name in sorted(schemes))),
        resources=resources.all(),
        declarations=tuple(declarations[name] for name in sorted(declarations, key=names.pascal)),
        webhooks=tuple(webhooks),
    )


class _Resources:
    """The resources of all documents, which may have parents in common."""

    def __init__(self, translations: Sequence[Translation], diagnostics: Diagnostics) -> None:
        self._documents = {one.spec.key: one.document for one in translations}
        self._diagnostics = diagnostics
        self._known: dict[tuple[str, ...], ir.Resource] = {}

    def add(self, resource: ir.Resource) -> None:
        """Add a resource; the operations of one with the same path must be of the same document."""
        key = tuple(name.key for name in resource.path)
        other = self._known.get(key)
        if other is None:
            parents = (self._known[key[:depth]].name for depth in range(1, len(key)))
            self._known[key] = replace(resource, parents=tuple(parents))
        elif not other.operations:
            kept = {"name": other.name, "parents": other.parents, "wire_name": other.wire_name}
            self._known[key] = replace(resource, **kept)
        elif resource.operations:
            self._report(resource, other.operations[0], resource.operations[0])

    def all(self) -> tuple[ir.Resource, ...]:
        """List the resources; reports those that have the name of a method beside them."""
        for key, resource in self._known.items():
            parent = self._known.get(key[:-1])
            for operation in parent.operations if parent else ():
                if operation.name.key == key[-1]:
                    within = (
                        o
                        for k, r in self._known.items()
                        if k[: len(key)] == key
                        for o in r.operations
                    )
                    self._report(resource, operation, next(within))
        found = self._known.values()
        return tuple(sorted(found, key=lambda r: (r.wire_name.casefold(), r.wire_name)))

    def _report(self, resource: ir.Resource, one: ir.Operation, other: ir.Operation) -> None:
        key, _, origin = one.origin.partition(":")
        message = (
            f"`{resource.wire_name}` is also a name for {origin} in {self._documents[key].file}"
        )
        key, _, origin = other.origin.partition(":")
        location = self._documents[key].location(parse_pointer(origin) or ())
        hint = "give one document a `namespace`, or rename one of the two under its `rename`"
        self._diagnostics.error(Code.NAME_COLLISION, location, message, hint)


def _resource(resource: ir.Resource, owner: Translation) -> ir.Resource:
    if not resource.operations:
        return resource
    operations = tuple(_with_document(operation, owner) for operation in resource.operations)
    return replace(resource, operations=operations, service=replace(owner.service, schemes=()))


def _with_document(value: _Originated, owner: Translation) -> _Originated:
    """Add the key of the document to the origin."""
    return replace(value, origin=f"{owner.spec.key}:{value.origin}")


def _service(translations: Sequence[Translation], schemes: tuple[ir.Scheme, ...]) -> ir.Service:
    """The service of the client, which each resource overrides.

    It requires one of the credentials, unless some document needs none.
    """
    services = [one.service for one in translations]
    fixed = [s.base_url for s in services if not s.variables and not s.base_url.startswith("/")]
    security = dict.fromkeys(required for service in services for required in service.security)
    is_public = any(() in service.security or not service.security for service in services)
    return ir.Service(
        base_url=next(filter(None, fixed), ""),
        base_url_env="",
        headers=(),
        schemes=schemes,
        security=() if is_public else tuple(security),
    )


# --- Security schemes --------------------------------------------------------------------------


def _with_shared_schemes(
    translation: Translation, earlier: Sequence[Translation], settings: config.Package
) -> Translation:
    """Rename schemes like equal ones in earlier translations, or else by their document."""
    known = {s.wire_name: s for other in earlier for s in other.service.schemes}
    new: dict[str, str] = {}
    for scheme in translation.service.schemes:
        own = scheme.wire_name
        unique = f"{translation.spec.key}.{own}" if own in known else own
        is_configured = unique in settings.credentials
        equal = (n for n, s in known.items() if _is_equal(s, scheme, is_configured=is_configured))
        new[own] = next(equal, unique)

    def security(alternatives: ir.Security) -> ir.Security:
        return tuple(tuple(new.get(name, name) for name in names_) for names_ in alternatives)

    service = replace(
        translation.service,
        schemes=tuple(replace(s, wire_name=new[s.wire_name]) for s in translation.service.schemes),
        security=security(translation.service.security),
    )
    resources = tuple(
        replace(
            resource,
            operations=tuple(
                o if o.security is None else replace(o, security=security(o.security))
                for o in resource.operations
            ),
        )
        for resource in translation.resources
    )
    return replace(translation, service=service, resources=resources)


def _is_equal(earlier: ir.Scheme, other: ir.Scheme, *, is_configured: bool) -> bool:
    """Whether two schemes can share their arguments; configured arguments must be equal."""
    secrets = other.secrets if is_configured else earlier.secrets
    return earlier == replace(other, wire_name=earlier.wire_name, doc=earlier.doc, secrets=secrets)


def _check_secrets(
    schemes: Sequence[ir.Scheme], settings: config.Package, diagnostics: Diagnostics
) -> None:
    owners: dict[str, str] = {}
    for scheme in schemes:
        for secret in scheme.arguments:
            other = owners.setdefault(secret.name.key, scheme.wire_name)
            if other != scheme.wire_name:
                message = f"the different credentials of `{other}` and `{scheme.wire_name}`"
                message += f" get the name `{names.snake(secret.name)}`"
                location = settings.source.location("credentials")
                diagnostics.error(Code.NAME_COLLISION, location, message, ARGUMENT_HINT)


# --- Schemas -----------------------------------------------------------------------------------


def _declared(translation: Translation) -> dict[Name, ir.Declaration]:
    return {declaration.name: declaration for declaration in translation.declarations}


def _classes(translations: Sequence[Translation]) -> dict[_Key, int]:
    """Number declarations by equivalence: the same number means the same name and structure.

    This is partition refinement: classes of declarations that are equal themselves are split by
    the classes of the declarations that they refer to, until no class is split any more.
    """
    declared = {
        (index, name): declaration
        for index, translation in enumerate(translations)
        for name, declaration in _declared(translation).items()
    }
    referenced = {
        (index, name): [(index, other) for other in _references(declaration)]
        for (index, name), declaration in declared.items()
    }
    classes = _numbered({key: (key[1], _comparable(value)) for key, value in declared.items()})
    while True:
        finer = _numbered({k: (classes[k], *(classes[o] for o in referenced[k])) for k in classes})
        if len(set(finer.values())) == len(set(classes.values())):
            return finer
        classes = finer


def _numbered(values: Mapping[_Key, Any]) -> dict[_Key, int]:
    """Number values; equal values get the same number."""
    numbers: dict[str, int] = {}
    return {key: numbers.setdefault(repr(value), len(numbers)) for key, value in values.items()}


def _comparable(value: Any) -> Any:
    """A value of the IR without prose, examples and the values of open enumerations."""
    if isinstance(value, Struct):
        skipped = _PROSE | _IGNORED.get(type(value), set())
        if isinstance(value, ir.Choice) and value.open:
            skipped |= {"values"}
        names_ = (name for name in value.__struct_fields__ if name not in skipped)
        return type(value).__name__, *(_comparable(getattr(value, name)) for name in names_)
    if isinstance(value, tuple):
        return tuple(map(_comparable, value))
    return value


def _references(value: Any, *, refers: bool = False) -> list[Name]:
    """List the declarations that a value of the IR names, in order.

    Args:
        value: The value.
        refers: Whether a `Name` in the value refers to a declaration.
    """
    if isinstance(value, Name):
        return [value] if refers else []
    if isinstance(value, Struct):
        refers, skipped = isinstance(value, _REFERRING), _IGNORED.get(type(value), set())
        fields = (name for name in value.__struct_fields__ if name not in skipped)
        value = tuple(getattr(value, name) for name in fields)
    if isinstance(value, tuple):
        return [name for item in value for name in _references(item, refers=refers)]
    return []


def _names(
    translations: Sequence[Translation], classes: Mapping[_Key, int], diagnostics: Diagnostics
) -> dict[_Key, Name]:
    """Name each declaration.

    Earlier documents take precedence, so that appending a document renames nothing; a different
    declaration of a later document gets its namespace or label as a prefix.
    """
    owners: dict[str, _Key] = {}
    by_class: dict[int, Name] = {}
    for key, number in classes.items():
        _, name = key
        if number not in by_class and name.key not in owners:
            owners[name.key] = key
            by_class[number] = name
    for key, number in classes.items():
        if number not in by_class:
            index, name = key
            prefixed = names.name_of(f"{translations[index].spec.key} {name}", "model")
            if prefixed.key in owners:
                _report_taken(translations, key, owners[prefixed.key], prefixed, diagnostics)
            owners[prefixed.key] = key
            by_class[number] = prefixed
    return {key: by_class[number] for key, number in classes.items()}


def _report_taken(
    translations: Sequence[Translation],
    key: _Key,
    other: _Key,
    name: Name,
    diagnostics: Diagnostics,
) -> None:
    origins = [_declared(translations[index])[own].origin for index, own in (key, other)]
    message = f"`{names.pascal(name)}` is also the name of {origins[1]}"
    message += f" in {translations[other[0]].document.file}"
    location = translations[key[0]].document.location(parse_pointer(origins[0]) or ())
    diagnostics.error(Code.NAME_COLLISION, location, message, RENAME_HINT)


def _renamed(value: T, new: Mapping[Name, Name]) -> T:
    """Rename the declarations in a value of the IR."""
    return cast("T", _with_names(value, new))


def _with_names(value: Any, new: Mapping[Name, Name], *, refers: bool = False) -> Any:
    if isinstance(value, Name):
        return new[value] if refers else value
    if isinstance(value, tuple):
        return tuple(_with_names(item, new, refers=refers) for item in value)
    if isinstance(value, Struct):
        refers = isinstance(value, _REFERRING)
        pairs = [(name, getattr(value, name)) for name in value.__struct_fields__]
        changed = {n: _with_names(v, new, refers=refers and n not in _PATHS) for n, v in pairs}
        return replace(value, **changed)
    return value


def _united(one: ir.Declaration, other: ir.Declaration) -> ir.Declaration:
    """The first of two equal declarations; a wrapper of a list if either is one."""
    if isinstance(one, ir.Model) and isinstance(other, ir.Model) and one.items is None:
        return replace(one, **{name: getattr(other, name) for name in _LIST})
    return one
