"""What the templates see: names and code, worked out beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcgen import ir, names
from pcgen.python import (
    Code,
    Imports,
    Types,
    docstring,
    import_order,
    join,
    literal,
    prose_docstring,
    signature_default,
)
from pcgen.render import docs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.names import Identifier

# --- Declarations ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldView:
    """One annotated attribute; `doc` is empty when nothing is known of it."""

    name: Identifier
    annotation: Code
    default: Code
    doc: Code


@dataclass(frozen=True, slots=True)
class DeclarationView:
    """A class with `bases` and `fields`, or an alias with a `type`."""

    name: Identifier
    bases: Code
    doc: Code
    fields: tuple[FieldView, ...]
    type: Code
    is_recursive: bool = False


@dataclass(frozen=True, slots=True)
class ModelsView:
    """The module `models`."""

    doc: Code
    use: Imports
    classes: tuple[DeclarationView, ...]
    aliases: tuple[DeclarationView, ...]


def models_view(package: ir.Package) -> ModelsView:
    """The view of all declarations: classes by name, then aliases after what they need."""
    by_name = {d.name: d for d in package.declarations}
    use = Imports(by_name)
    types = Types(by_name, use)
    classes = [_model(d, types, use) for d in package.declarations if isinstance(d, ir.Model)]
    aliases = [
        _alias(a, types, use, recursive=a.name in _reachable(a.type, by_name))
        for a in _ordered_aliases(by_name)
    ]
    return ModelsView(
        doc=prose_docstring(f"The data that the {package.title} takes and returns.", 0),
        use=use,
        classes=tuple(classes),
        aliases=tuple(aliases),
    )


def _ordered_aliases(by_name: dict[Identifier, ir.Declaration]) -> list[ir.Alias]:
    """Aliases are evaluated at import, so those that others name come first."""
    done: dict[Identifier, ir.Alias] = {}
    stack: list[tuple[Identifier, bool]] = [(name, False) for name in sorted(by_name, reverse=True)]
    while stack:
        name, ready = stack.pop()
        alias = by_name[name]
        if name in done or not isinstance(alias, ir.Alias):
            continue
        if ready:
            done[name] = alias
            continue
        stack.append((name, True))
        pending = {n for n, r in stack if r}
        stack += [(n, False) for n in sorted(_mentioned(alias.type)) if n not in pending]
    return list(done.values())


def _mentioned(type_: ir.Type) -> set[Identifier]:
    match type_:
        case ir.Ref(name):
            return {name}
        case ir.Array(inner) | ir.Map(inner) | ir.Nullable(inner):
            return _mentioned(inner)
        case ir.Union(cases):
            return {name for case in cases for name in _mentioned(case)}
    return set()


def _reachable(type_: ir.Type, by_name: dict[Identifier, ir.Declaration]) -> set[Identifier]:
    """Every alias that a type is made of, by whatever way."""
    found: set[Identifier] = set()
    stack = [type_]
    while stack:
        for name in _mentioned(stack.pop()) - found:
            declaration = by_name[name]
            if isinstance(declaration, ir.Alias):
                found.add(name)
                stack.append(declaration.type)
    return found


def _model(model: ir.Model, types: Types, use: Imports) -> DeclarationView:
    bases = [use.Model]
    fields = []
    if model.items is not None:
        array = types.resolve(model.items.type)
        item = types.output(array.items) if isinstance(array, ir.Array) else use.Any
        bases.append(Code(f"{use.Items}[{literal(item)}]"))
        known = Code(f"{use.ClassVar}[str]")
        fields.append(
            FieldView(
                names.known("_items"), known, Code(f" = {literal(model.items.name)}"), Code("")
            )
        )
    bases.append(Code("kw_only=True"))
    if model.tag is not None:
        bases.append(Code(f"tag_field={literal(model.tag.wire_name)}"))
        bases.append(Code(f"tag={literal(model.tag.value)}"))
        fields.append(_tag_field(model.tag, use))
    fields += [_field(field, types, use) for field in model.fields]
    return DeclarationView(
        model.name,
        join(bases),
        prose_docstring(docs.declaration_text(model), 4),
        tuple(fields),
        Code(""),
    )


def _or(annotation: Code, other: str, use: Imports) -> Code:
    """A union, unless the annotation has that case already."""
    known = annotation.split(" | ")
    if other in known or (other == "None" and use.local("Any") in known):
        return annotation
    return Code(f"{annotation} | {other}")


def _tag_field(tag: ir.Tag, use: Imports) -> FieldView:
    value = literal(tag.value)
    annotation = Code(f"{use.ClassVar}[{use.Literal}[{value}]]")
    return FieldView(
        tag.name, annotation, Code(f" = {value}"), prose_docstring(tag.doc.description, 4)
    )


def _field(field: ir.Field, types: Types, use: Imports) -> FieldView:
    annotation = types.output(field.type)
    default = signature_default(field.presence, field.type, use)
    if default:
        absent = use.UnsetType if isinstance(field.type, ir.Nullable) else Code("None")
        annotation = _or(annotation, absent, use)
    if field.name != field.wire_name:
        rest = f", default={default[3:]}" if default else ""
        default = Code(f" = {use.field}(name={literal(field.wire_name)}{rest})")
    return FieldView(field.name, annotation, default, prose_docstring(docs.value_text(field), 4))


def _alias(alias: ir.Alias, types: Types, use: Imports, *, recursive: bool) -> DeclarationView:
    use.need("TypeAlias")
    type_ = types.output(alias.type)
    if alias.text_key:
        type_ = Code(f"{use.Annotated}[{type_}, {use.TextKey}({literal(alias.text_key)})]")
    if recursive:  # Only type checkers can follow it; decoders take what comes.
        use.need("TYPE_CHECKING", "Any")
        type_ = literal(type_)
    doc = prose_docstring(docs.declaration_text(alias), 0)
    return DeclarationView(alias.name, Code(""), doc, (), type_, recursive)


# --- Operations --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MethodView:
    """One operation as a constant and as a method."""

    name: Identifier
    constant: Identifier
    result: Code
    descriptor: Code
    arguments: Code
    doc: Code
    async_doc: Code
    params: Code
    body: Code


@dataclass(frozen=True, slots=True)
class WrapperView:
    """A class with the methods of a resource that return answers in another form."""

    attribute: Identifier
    name: Identifier
    owner: Identifier
    function: Code
    doc: Code
    class_doc: Code


@dataclass(frozen=True, slots=True)
class ResourceView:
    """A resource's module."""

    name: Identifier
    module: Identifier
    class_name: Identifier
    async_class_name: Identifier
    module_doc: Code
    doc: Code
    async_doc: Code
    use: Imports
    methods: tuple[MethodView, ...]
    wrappers: tuple[WrapperView, ...]
    async_wrappers: tuple[WrapperView, ...]


def resource_view(resource: ir.Resource, package: ir.Package) -> ResourceView:
    """The view of one resource."""
    class_name = resource_class(resource, package)
    declared = {d.name: d for d in package.declarations}
    use = Imports((class_name, f"Async{class_name}"), declared)
    types = Types(declared, use, ".models", (operation.name for operation in resource.operations))
    methods = tuple(_method(o, resource, package, types, use) for o in resource.operations)
    doc = prose_docstring(docs.prose(resource.doc) or f"The operations of {resource.wire_name}.", 4)
    use.need("RequestOptions", "Resource", "AsyncResource", "Operation", "Unpack")
    wrappers = tuple(_wrappers(class_name, use))
    return ResourceView(
        name=resource.name,
        module=resource_module(resource),
        class_name=class_name,
        async_class_name=names.prefixed("Async", class_name),
        module_doc=prose_docstring(f"{resource.wire_name}: the operations and their methods.", 0),
        doc=doc,
        async_doc=doc,
        use=use,
        methods=methods,
        wrappers=wrappers[:2],
        async_wrappers=wrappers[2:],
    )


def _wrappers(class_name: Identifier, use: Imports) -> Iterator[WrapperView]:
    for prefix in ("", "async_"):
        owner = names.prefixed("Async", class_name) if prefix else class_name
        for kind, doc in _WRAPPERS.items():
            yield WrapperView(
                attribute=names.known(f"with_{kind}"),
                name=names.extend(owner, f"With{names.pascal(kind)}"),
                owner=owner,
                function=getattr(use, prefix + kind),
                doc=docstring(doc, 8),
                class_doc=prose_docstring(f"The methods of `{owner}`. {doc}", 4),
            )


_WRAPPERS = {
    "raw_response": "Each returns the whole answer: status, headers, bytes, `parse()`.",
    "streaming_response": "Each opens the answer, for `with`, and leaves its body unread.",
}


def resource_class(resource: ir.Resource, package: ir.Package) -> Identifier:
    """The class of a resource; models and the client have the first claim on a name."""
    taken = {d.name for d in package.declarations} | {package.client}
    name = resource.class_name
    if name in taken or f"Async{name}" in taken:
        return names.class_name(f"{name} resource")
    return name


def resource_module(resource: ir.Resource) -> Identifier:
    """The module of a resource, apart from the package's own modules."""
    name = names.module(resource.wire_name)
    return names.module(f"{name}_api") if name in ("client", "errors", "models") else name


def _constant(operation: ir.Operation, resource: ir.Resource, package: ir.Package) -> Identifier:
    """The name of an operation's description; classes have the first claim on it."""
    taken = {d.name for d in package.declarations} | {resource_class(resource, package)}
    name = operation.constant
    return names.extend(name, "_OPERATION") if name in taken else name


def _method(
    operation: ir.Operation, resource: ir.Resource, package: ir.Package, types: Types, use: Imports
) -> MethodView:
    result = Code("None") if operation.result.type is None else types.output(operation.result.type)
    call = [f"{literal(str(p.name))}: {p.name}" for p in operation.parameters]
    return MethodView(
        name=operation.name,
        constant=_constant(operation, resource, package),
        result=result,
        descriptor=_descriptor(operation, types, use),
        arguments=join(signature(operation, types, use)),
        doc=docstring(docs.method_text(operation, resource, package, is_async=False), 8),
        async_doc=docstring(docs.method_text(operation, resource, package, is_async=True), 8),
        params=Code("{" + ", ".join(call) + "}" if call else ""),
        body=_body_argument(operation.body),
    )


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter of a method; only those of the path may be given by position."""

    name: Identifier
    annotation: Code
    default: Code
    positional: bool

    @property
    def code(self) -> Code:
        """As it stands in a signature."""
        return Code(f"{self.name}: {self.annotation}{self.default}")


def arguments(operation: ir.Operation, types: Types, use: Imports) -> list[Argument]:
    """The arguments of a method in the order of its signature."""
    found = []
    for value in docs.ordered_values(operation):
        annotation = types.input(value.type)
        default = signature_default(value.presence, value.type, use)
        if default:
            absent = use.UnsetType if isinstance(value.type, ir.Nullable) else Code("None")
            annotation = _or(annotation, absent, use)
        positional = isinstance(value, ir.Parameter) and value.place is ir.Place.PATH
        found.append(Argument(value.name, annotation, default, positional))
    return found


def signature(operation: ir.Operation, types: Types, use: Imports) -> list[Code]:
    """The parts of a signature between `self` and the options."""
    given = arguments(operation, types, use)
    by_position = [argument.code for argument in given if argument.positional]
    by_name = [argument.code for argument in given if not argument.positional]
    return [*by_position, *([Code("*"), *by_name] if by_name else [])]


def _body_argument(body: ir.Body | None) -> Code:
    if body is None:
        return Code("")
    if body.fields is None:
        return Code("body")
    pairs = (
        f"{literal(str(own))}: {field.name}"
        for own, field in zip(body.field_names, body.fields, strict=True)
    )
    return Code("{" + ", ".join(pairs) + "}")


def _descriptor(operation: ir.Operation, types: Types, use: Imports) -> Code:
    """The arguments of the `Operation` that the runtime works from."""
    parts = [literal(str(operation.name)), literal(operation.method), literal(operation.path)]
    if operation.result.type is not None:
        parts.append(Code(f"result={types.output(operation.result.type)}"))
        if operation.result.media_type != "application/json":
            parts.append(Code(f"accept={literal(operation.result.media_type)}"))
    if operation.parameters:
        params = "".join(f"{_param(p, use)}, " for p in operation.parameters)
        parts.append(
            Code(
                f"params=({params.rstrip()})"
                if len(operation.parameters) == 1
                else f"params=({params.rstrip(', ')})"
            )
        )
    if operation.body is not None:
        parts.append(Code(f"body={types.output(operation.body.type)}"))
    errors = error_types(operation)
    if errors:
        pairs = ", ".join(f"{literal(k)}: {types.output(t)}" for k, t in errors)
        parts.append(Code(f"errors={{{pairs}}}"))
    if operation.security is not None:
        parts.append(Code(f"security={security_code(operation.security)}"))
    if operation.base_url:
        parts.append(Code(f"base_url={literal(operation.base_url)}"))
    return join(parts)


def _param(parameter: ir.Parameter, use: Imports) -> Code:
    parts = [literal(parameter.wire_name), literal(parameter.place.value)]
    if parameter.name != parameter.wire_name:
        parts.append(Code(f"arg={literal(str(parameter.name))}"))
    required = isinstance(parameter.presence, ir.Required)
    if required and parameter.place is not ir.Place.PATH:
        parts.append(Code("required=True"))
    if parameter.style:
        parts.append(Code(f"style={literal(parameter.style)}"))
    if parameter.explode is not None:
        parts.append(Code(f"explode={literal(parameter.explode)}"))
    if parameter.content_type:
        parts.append(Code(f"content_type={literal(parameter.content_type)}"))
    return Code(f"{use.Param}({join(parts)})")


def error_types(operation: ir.Operation) -> list[tuple[str, ir.Type]]:
    """The bodies of errors by status; one for all when every documented status has the same."""
    known = [(case.status, case.type) for case in operation.errors if case.type is not None]
    types = {type_ for _, type_ in known}
    return [("default", known[0][1])] if len(types) == 1 else known


def security_code(security: tuple[tuple[str, ...], ...]) -> Code:
    """The alternatives of credentials as a literal."""
    return literal(security) if security else Code("()")


# --- The client --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ResourceRef:
    """A resource as an attribute of the client."""

    name: Identifier
    module: Identifier
    class_name: Identifier
    async_class_name: Identifier
    doc: Code


@dataclass(frozen=True, slots=True)
class ClientView:
    """The module `client`."""

    name: Identifier
    async_name: Identifier
    module_doc: Code
    doc: Code
    async_doc: Code
    use: Imports
    service: Code
    arguments: Code
    async_arguments: Code
    credentials: Code
    resources: tuple[ResourceRef, ...]


def client_view(package: ir.Package) -> ClientView:
    """The view of the two client classes."""
    taken = {resource_class(r, package) for r in package.resources}
    use = Imports({package.client, f"Async{package.client}", *taken, *(f"Async{n}" for n in taken)})
    use.need("AsyncClient", "AsyncClientOptions", "ClientOptions", "DEFAULT_TIMEOUT", "Service")
    use.need("SyncClient", "Timeout", "Mapping", "TYPE_CHECKING", "Unpack", "cached_property")
    use.need("__version__")
    service = package.service
    return ClientView(
        name=package.client,
        async_name=names.prefixed("Async", package.client),
        module_doc=prose_docstring(f"The clients of the {package.title}.", 0),
        doc=docstring(docs.client_text(package, is_async=False), 4),
        async_doc=docstring(docs.client_text(package, is_async=True), 4),
        use=use,
        service=_service(package, use),
        arguments=_credential_arguments(service, "Secret", use),
        async_arguments=_credential_arguments(service, "AsyncSecret", use),
        credentials=Code("{" + join(map(_credential, service.schemes)) + "}"),
        resources=tuple(
            ResourceRef(
                name=resource.name,
                module=resource_module(resource),
                class_name=resource_class(resource, package),
                async_class_name=names.prefixed("Async", resource_class(resource, package)),
                doc=prose_docstring(
                    docs.first_line(resource.doc) or f"The operations of {resource.wire_name}.", 8
                ),
            )
            for resource in package.resources
        ),
    )


def _credential_arguments(service: ir.Service, secret: str, use: Imports) -> Code:
    secrets = [s for scheme in service.schemes for s in scheme.secrets]
    return join(Code(f"{s.name}: {getattr(use, secret)} | None = None") for s in secrets)


def _credential(scheme: ir.Scheme) -> Code:
    """What the client hands on for a scheme: one secret, or a pair."""
    given = ", ".join(s.name for s in scheme.secrets)
    value = given if len(scheme.secrets) == 1 else f"({given})"
    return Code(f"{literal(scheme.wire_name)}: {value}")


def _service(package: ir.Package, use: Imports) -> Code:
    service = package.service
    parts = [literal(package.distribution), Code("version=__version__")]
    if service.base_url:
        parts.append(Code(f"base_url={literal(service.base_url)}"))
    if service.base_url_env:
        parts.append(Code(f"base_url_env={literal(service.base_url_env)}"))
    if service.headers:
        parts.append(Code(f"headers={literal(dict(service.headers))}"))
    if service.schemes:
        schemes = "".join(f"{_scheme(s, use)}, " for s in service.schemes)
        parts.append(Code(f"schemes=({schemes.rstrip()})"))
    if service.security:
        parts.append(Code(f"security={security_code(service.security)}"))
    return join(parts)


def _scheme(scheme: ir.Scheme, use: Imports) -> Code:
    parts = [literal(scheme.wire_name)]
    arguments = [str(secret.name) for secret in scheme.secrets]
    variables = [secret.env for secret in scheme.secrets]
    if scheme.kind is ir.SchemeKind.BASIC:
        parts.append(Code(f"args={literal(tuple(arguments))}"))
        parts += [Code(f"envs={literal(tuple(variables))}")] if any(variables) else []
        return Code(f"{use.Basic}({join(parts)})")
    parts.append(Code(f"arg={literal(arguments[0])}"))
    parts += [Code(f"env={literal(variables[0])}")] if variables[0] else []
    if scheme.kind is ir.SchemeKind.BEARER:
        return Code(f"{use.Bearer}({join(parts)})")
    parts.append(Code(f"place={literal(scheme.place.value)}"))
    parts.append(Code(f"key={literal(scheme.key)}"))
    return Code(f"{use.ApiKey}({join(parts)})")


# --- The package -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Export:
    """The names that the package takes from one of its modules."""

    names: tuple[Identifier, ...]
    imports: Code
    entry: Code


@dataclass(frozen=True, slots=True)
class PackageView:
    """The package's `__init__`."""

    doc: Code
    exports: tuple[Export, ...]
    all: Code


RUNTIME_ERRORS = (
    "APIConnectionError",
    "APIError",
    "APIResponseError",
    "APIStatusError",
    "APITimeoutError",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "IncompleteResponseError",
    "InternalServerError",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitError",
    "ResponseDriftWarning",
    "ResponseValidationError",
    "UnprocessableEntityError",
)


def package_view(package: ir.Package) -> PackageView:
    """The view of the package: clients and models first, errors where their names are free."""
    clients = (names.prefixed("Async", package.client), package.client)
    models = tuple(d.name for d in package.declarations)
    taken = {*models, *clients}
    errors = tuple(names.known(name) for name in RUNTIME_ERRORS if name not in taken)
    options = tuple(names.known(name) for name in ("Limits", "Timeout") if name not in taken)
    exports = [
        _export("_runtime.options", options),
        _export("_version", (names.known("__version__"),)),
        _export("client", clients),
        _export("errors", errors),
        _export("models", models),
    ]
    everything = sorted(name for export in exports for name in export.names)
    return PackageView(
        doc=prose_docstring(docs.package_text(package), 0),
        exports=tuple(export for export in exports if export.names),
        all=literal(tuple(map(str, everything))),
    )


def _export(module: str, exported: tuple[Identifier, ...]) -> Export:
    ordered = sorted(exported, key=import_order)
    return Export(
        names=tuple(ordered),
        imports=Code(f"from .{module} import {join(ordered)}"),
        entry=Code(f"{literal(module)}: {literal(tuple(map(str, sorted(exported))))}"),
    )
