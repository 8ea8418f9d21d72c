"""What several documents bring, as one package: shared schemas, names apart, one client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir, names
from pcgen.diagnostics import Code, Diagnostics
from pcgen.names import Name
from pcgen.spec import parse_pointer
from pcgen.translate.part import Part
from pcgen.translate.renames import RENAME_HINT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pcgen import config

T = TypeVar("T")

# What may differ between declarations that are one all the same. Whether a model is a list in all
# but name (`items`) is a question of its use.
_PROSE = frozenset(("deprecated", "doc", "example", "origin"))
_MORE = {ir.Model: {"items", "wire_name"}, ir.Alias: {"wire_name"}}
# Where an `Name` is the name of a declaration, and not of a field or a method.
_NAMING = (ir.Ref, ir.Discriminator, ir.Model, ir.Alias)
_Originated = TypeVar("_Originated", bound=ir.Declaration | ir.Operation)
_Place = tuple[int, Name]  # A declaration: the number of its part, its name there.


def merged(parts: Sequence[Part], settings: config.Package, diagnostics: Diagnostics) -> Part:
    """One part with everything: each document's operations are a resource of their own."""
    given, parts = parts, []
    for part in given:
        parts.append(_with_shared_schemes(part, parts, settings))
    schemes: dict[str, ir.Scheme] = {}
    for part in parts:
        for scheme in part.service.schemes:
            schemes.setdefault(scheme.wire_name, scheme)
    _check_secrets(list(schemes.values()), settings, diagnostics)
    classes = _classes(parts)
    chosen = _names(parts, classes, diagnostics)
    resources: list[ir.Resource] = []
    declarations: dict[Name, ir.Declaration] = {}
    webhooks: list[ir.Payload] = []
    for number, part in enumerate(parts):
        new = {name: chosen[number, name] for name in _declared(part)}
        resources += (_resource(_renamed(r, new), part) for r in part.resources)
        webhooks += (_renamed(webhook, new) for webhook in part.webhooks)
        for declaration in part.declarations:
            made = _from(part, _renamed(declaration, new))
            declarations[made.name] = _united(declarations.get(made.name, made), made)
    return Part(
        document=parts[0].document,
        spec=parts[0].spec,
        service=_service(parts, tuple(schemes[name] for name in sorted(schemes))),
        resources=tuple(sorted(resources, key=lambda resource: resource.wire_name)),
        declarations=tuple(declarations[name] for name in sorted(declarations, key=names.pascal)),
        webhooks=tuple(webhooks),
    )


def _resource(resource: ir.Resource, part: Part) -> ir.Resource:
    operations = tuple(_from(part, operation) for operation in resource.operations)
    return replace(resource, operations=operations, service=replace(part.service, schemes=()))


def _from(part: Part, thing: _Originated) -> _Originated:
    """A thing whose origin tells its document from the others."""
    return replace(thing, origin=f"{part.spec.namespace}:{thing.origin}")


def _service(parts: Sequence[Part], schemes: tuple[ir.Scheme, ...]) -> ir.Service:
    """What the client is before it is asked for a namespace.

    It cannot be made without any of the credentials, unless some namespace needs none.
    """
    services = [part.service for part in parts]
    fixed = [s.base_url for s in services if not s.variables and not s.base_url.startswith("/")]
    security = dict.fromkeys(way for service in services for way in service.security)
    free = any(() in service.security or not service.security for service in services)
    return ir.Service(
        base_url=next(filter(None, fixed), ""),
        base_url_env="",
        headers=(),
        schemes=schemes,
        security=() if free else tuple(security),
    )


# --- Security schemes --------------------------------------------------------------------------


def _with_shared_schemes(part: Part, earlier: Sequence[Part], settings: config.Package) -> Part:
    """A part whose schemes have the names of equal ones in the parts before it."""
    known = {s.wire_name: s for other in earlier for s in other.service.schemes}
    new: dict[str, str] = {}
    for scheme in part.service.schemes:
        own = scheme.wire_name
        apart = f"{part.spec.namespace}.{own}"
        configured = (apart if own in known else own) in settings.credentials
        same = (name for name, s in known.items() if _is_same(s, scheme, configured=configured))
        new[own] = next(same, apart if own in known else own)

    def security(ways: ir.Security) -> ir.Security:
        return tuple(tuple(new.get(name, name) for name in way) for way in ways)

    service = replace(
        part.service,
        schemes=tuple(replace(s, wire_name=new[s.wire_name]) for s in part.service.schemes),
        security=security(part.service.security),
    )
    resources = tuple(
        replace(
            resource,
            operations=tuple(
                o if o.security is None else replace(o, security=security(o.security))
                for o in resource.operations
            ),
        )
        for resource in part.resources
    )
    return replace(part, service=service, resources=resources)


def _is_same(one: ir.Scheme, other: ir.Scheme, *, configured: bool) -> bool:
    """Whether a scheme is an earlier one; what nobody has configured takes that one's arguments."""
    secrets = other.secrets if configured else one.secrets
    return one == replace(other, wire_name=one.wire_name, doc=one.doc, secrets=secrets)


def _check_secrets(
    schemes: Sequence[ir.Scheme], settings: config.Package, diagnostics: Diagnostics
) -> None:
    owners: dict[str, str] = {}
    for scheme in schemes:
        for secret in scheme.arguments:
            other = owners.setdefault(secret.name.key, scheme.wire_name)
            if other != scheme.wire_name:
                message = f"the credentials of `{other}` and of `{scheme.wire_name}`, which differ,"
                message += f" get the name `{names.snake(secret.name)}`"
                hint = "choose another `argument` under `credentials` in the configuration"
                place = settings.source.place("credentials")
                diagnostics.error(Code.NAME_COLLISION, place, message, hint)


# --- Schemas -----------------------------------------------------------------------------------


def _declared(part: Part) -> dict[Name, ir.Declaration]:
    return {declaration.name: declaration for declaration in part.declarations}


def _classes(parts: Sequence[Part]) -> dict[_Place, int]:
    """A number for each declaration, the same for those of one name and structure.

    Declarations are first told apart by what they are themselves, then again and again by what
    they refer to, until that makes no more difference.
    """
    declared = [_declared(part) for part in parts]
    known: dict[_Place, Any] = {
        (number, name): (name, _comparable(declaration))
        for number, own in enumerate(declared)
        for name, declaration in own.items()
    }
    referred = {
        (number, name): [(number, other) for other in _mentioned(declaration)]
        for number, own in enumerate(declared)
        for name, declaration in own.items()
    }
    found = _numbered(known)
    while True:
        finer = _numbered({p: (found[p], *(found[o] for o in referred[p])) for p in found})
        if len(set(finer.values())) == len(set(found.values())):
            return finer
        found = finer


def _numbered(known: Mapping[_Place, Any]) -> dict[_Place, int]:
    numbers: dict[str, int] = {}
    return {place: numbers.setdefault(repr(key), len(numbers)) for place, key in known.items()}


def _comparable(value: Any) -> Any:
    """What counts of a value of the IR: no prose, no examples, no suggestions of an open enum."""
    if isinstance(value, Struct):
        skipped = _PROSE | _MORE.get(type(value), set())
        if isinstance(value, ir.Choice) and value.open:
            skipped |= {"values"}
        names_ = (name for name in value.__struct_fields__ if name not in skipped)
        return type(value).__name__, *(_comparable(getattr(value, name)) for name in names_)
    if isinstance(value, tuple):
        return tuple(map(_comparable, value))
    return value


def _mentioned(value: Any, *, naming: bool = False) -> list[Name]:
    """The declarations that a value of the IR names, in order."""
    if isinstance(value, Name):
        return [value] if naming else []
    if isinstance(value, Struct):
        naming, skipped = isinstance(value, _NAMING), _MORE.get(type(value), set())
        fields = (name for name in value.__struct_fields__ if name not in skipped)
        value = tuple(getattr(value, name) for name in fields)
    if isinstance(value, tuple):
        return [name for item in value for name in _mentioned(item, naming=naming)]
    return []


def _names(
    parts: Sequence[Part], classes: Mapping[_Place, int], diagnostics: Diagnostics
) -> dict[_Place, Name]:
    """A name for each declaration.

    The document that is listed first has the first claim on a name, so that another one at the end
    of the list renames nothing; what differs there gets the namespace in front.
    """
    owners: dict[str, _Place] = {}
    by_class: dict[int, Name] = {}
    for place, number in classes.items():
        _, name = place
        if number not in by_class and name.key not in owners:
            owners[name.key] = place
            by_class[number] = name
    for place, number in classes.items():
        if number not in by_class:
            index, name = place
            made = names.name(f"{parts[index].spec.namespace} {name}", "model")
            if made.key in owners:
                _report_taken(parts, place, owners[made.key], made, diagnostics)
            owners[made.key] = place
            by_class[number] = made
    return {place: by_class[number] for place, number in classes.items()}


def _report_taken(
    parts: Sequence[Part],
    place: _Place,
    other: _Place,
    name: Name,
    diagnostics: Diagnostics,
) -> None:
    origins = [_declared(parts[number])[own].origin for number, own in (place, other)]
    message = f"the name `{names.pascal(name)}` is also that of {origins[1]}"
    message += f" in {parts[other[0]].document.file}"
    where = parts[place[0]].document.location(parse_pointer(origins[0]) or ())
    diagnostics.error(Code.NAME_COLLISION, where, message, RENAME_HINT)


def _renamed(value: T, new: Mapping[Name, Name]) -> T:
    """A value of the IR with other names for its declarations."""
    return cast("T", _with_names(value, new))


def _with_names(value: Any, new: Mapping[Name, Name], *, naming: bool = False) -> Any:
    if isinstance(value, Name):
        return new[value] if naming else value
    if isinstance(value, tuple):
        return tuple(_with_names(item, new, naming=naming) for item in value)
    if isinstance(value, Struct):
        naming = isinstance(value, _NAMING)
        pairs = [(name, getattr(value, name)) for name in value.__struct_fields__]
        return replace(value, **{n: _with_names(v, new, naming=naming) for n, v in pairs})
    return value


def _united(one: ir.Declaration, other: ir.Declaration) -> ir.Declaration:
    """Of two equal declarations the first, as a list in all but name when either is used as one."""
    if isinstance(one, ir.Model) and isinstance(other, ir.Model) and one.items is None:
        return replace(one, items=other.items)
    return one
