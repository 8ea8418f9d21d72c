"""What the templates see of resources and their methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir
from pcgen.names import Name, pascal
from pcgen.names import name as name_of
from pcgen.targets.code import call, code, dict_of, docstring, join, literal, tuple_of
from pcgen.targets.python import docs, names
from pcgen.targets.python.package import attribute_path
from pcgen.targets.python.prose import prose_docstring
from pcgen.targets.python.types import Imports, Types, signature_default
from pcgen.targets.python.views.declarations import or_absent
from pcgen.targets.python.views.descriptors import descriptor, security_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pcgen.targets.code import Code, Piece
    from pcgen.targets.python.package import PythonPackage

_LONGEST_INLINE = 4
"""Properties of a body that is written where it is handed on."""


class Overload(Struct, frozen=True):
    """What a method takes and returns for one value of its flag."""

    arguments: Code
    result: Code


class Flavour(Struct, frozen=True):
    """What differs between a method and its async twin.

    `keyword` and `wait` are `async` and `await` where they belong. `opener` makes a pager or opens
    a stream; it is empty where the client's `call` is all it takes.
    """

    keyword: Code
    wait: Code
    arguments: Code
    result: Code
    doc: Code
    opener: Code
    overloads: tuple[Overload, ...]


class Constant(Struct, frozen=True):
    """The description of an operation, or of its pages, that the runtime works from."""

    name: Name
    type: Code
    value: Code


class MethodView(Struct, frozen=True):
    """One operation as a constant and as a method."""

    name: Name
    constants: tuple[Constant, ...]
    constant: Name
    stream_constant: Name
    flag: Code
    gives_pages: bool
    params: Code
    assigned: Code
    body: Code
    blocking: Flavour
    awaited: Flavour


class WrapperView(Struct, frozen=True):
    """A class with the methods of a resource that return answers in another form."""

    attribute: Name
    name: Name
    owner: Name
    function: Code
    first_page: Code
    doc: Code
    class_doc: Code


class OldMethodView(Struct, frozen=True):
    """A name that a method had; `text` is the same as a string."""

    name: Name
    now: Name
    text: Code


class ResourceView(Struct, frozen=True):
    """A resource's module."""

    name: Name
    module: Name
    class_name: Name
    async_class_name: Name
    base: Code
    async_base: Code
    service: Code
    module_doc: Code
    doc: Code
    async_doc: Code
    use: Imports
    methods: tuple[MethodView, ...]
    old_methods: tuple[OldMethodView, ...]
    wrappers: tuple[WrapperView, ...]
    async_wrappers: tuple[WrapperView, ...]


OWN_MODULES = ("client", "errors", "models", "types")


def resource_view(resource: ir.Resource, package: PythonPackage) -> ResourceView:
    """The view of one resource."""
    class_name = resource.class_name
    declared = package.declared
    wrapped = [f"{c}With{k}" for c in (class_name, f"Async{class_name}") for k in _WRAPPER_NAMES]
    use = Imports((class_name, f"Async{class_name}", *wrapped), declared)
    hidden = [operation.name for operation in resource.operations]
    hidden += [old.name for old in package.old_names_of(attribute_path(resource))]
    types = (
        Types(declared, use, ".models", hidden),
        Types(declared, use, ".models", hidden, is_async=True),
    )
    constants = _constant_names(resource, package)
    methods = tuple(
        _method(o, constants[o.name], resource, package, types, use) for o in resource.operations
    )
    doc = prose_docstring(docs.prose(resource.doc) or f"The operations of {resource.wire_name}.", 4)
    use.need("RequestOptions", "Operation", "Unpack")
    paged = any(operation.paging is not None for operation in resource.operations)
    wrappers = tuple(_wrappers(class_name, use, paged=paged))
    own = resource.service
    return ResourceView(
        name=resource.name,
        module=resource_module(resource),
        class_name=class_name,
        async_class_name=names.prefixed("Async", class_name),
        base=use.Namespace if own else use.Resource,
        async_base=use.AsyncNamespace if own else use.AsyncResource,
        service=service_code(package, own, use, ()) if own else code(""),
        module_doc=prose_docstring(f"{resource.wire_name}: the operations and their methods.", 0),
        doc=doc,
        async_doc=doc,
        use=use,
        methods=methods,
        old_methods=tuple(_old_methods(resource, package, use)),
        wrappers=wrappers[:2],
        async_wrappers=wrappers[2:],
    )


def _old_methods(
    resource: ir.Resource, package: PythonPackage, use: Imports
) -> Iterator[OldMethodView]:
    for old in package.old_names_of(attribute_path(resource)):
        use.need("renamed_method")
        yield OldMethodView(old.name, old.now, literal(str(old.name)))


def _wrappers(class_name: Name, use: Imports, *, paged: bool) -> Iterator[WrapperView]:
    for prefix in ("", "async_"):
        owner = names.prefixed("Async", class_name) if prefix else class_name
        for kind, doc in _WRAPPERS.items():
            yield WrapperView(
                attribute=names.known(f"with_{kind}"),
                name=names.extend(owner, f"With{pascal(kind)}"),
                owner=owner,
                function=getattr(use, prefix + kind),
                first_page=getattr(use, f"{prefix}first_page") if paged else code(""),
                doc=docstring(doc, 8),
                class_doc=prose_docstring(f"The methods of `{owner}`. {doc}", 4),
            )


_WRAPPER_NAMES = ("RawResponse", "StreamingResponse")
_WRAPPERS = {
    "raw_response": "Each returns the whole answer: status, headers, bytes, `parse()`.",
    "streaming_response": "Each opens the answer, for `with`, and leaves its body unread.",
}


def group_class(group: Name, package: PythonPackage) -> Name:
    """The class of a group of resources; others have the first claim on a name."""
    name = names.class_name(group)
    others = {resource.class_name for resource in package.resources}
    if _is_taken(name, package) or not others.isdisjoint({name, f"Async{name}"}):
        return names.class_name(Name(f"{pascal(name)} namespaces"))
    return name


def _is_taken(name: Name, package: PythonPackage) -> bool:
    """Whether a model or the client has the name of a class, or of its async twin."""
    return any(n in package.declared or n == package.client for n in (name, f"Async{name}"))


def variables(resource: ir.Resource) -> tuple[ir.Variable, ...]:
    """What the caller chooses of the resource's address; those without a default first."""
    found = resource.service.variables if resource.service else ()
    return tuple(sorted(found, key=lambda v: not isinstance(v.presence, ir.Required)))


def variable_code(variable: ir.Variable, use: Imports) -> Code:
    """A variable as it stands in a signature."""
    default, kind = code(""), code("str")
    values = variable.values
    if isinstance(variable.presence, ir.Default):
        default = code(" = {}", literal(variable.presence.value))
        values = values if variable.presence.value in values else ()
    if values:
        kind = code("{}[{}]", use.Literal, join(map(literal, values)))
    return code("{}: {}{}", variable.name, kind, default)


def variables_code(variables: Iterable[ir.Variable]) -> Code:
    """The values of variables, by their names in the address."""
    return dict_of((literal(variable.wire_name), variable.name) for variable in variables)


def resource_module(resource: ir.Resource) -> Name:
    """The module of a resource, apart from the package's own modules."""
    return module_of(resource.wire_name)


def module_of(text: str) -> Name:
    """The module of a resource or a group, by its name."""
    name = names.module(name_of(text, "module"))
    return names.extend(name, "_api") if name in OWN_MODULES else name


def _constant_names(resource: ir.Resource, package: PythonPackage) -> dict[Name, Name]:
    """The names of the operations' descriptions by their methods; classes have the first claim."""
    taken = {resource.class_name, names.known("SERVICE")}
    chosen: dict[Name, Name] = {}
    for operation in sorted(resource.operations, key=lambda operation: operation.name):
        suffixes = ["", *(["_STREAM"] if operation.switch else [])]
        suffixes += ["_PAGES"] if operation.paging else []
        for name in _candidates(operation.name):
            forms = {names.extend(name, suffix) for suffix in suffixes}
            if taken.isdisjoint(forms) and package.declared.keys().isdisjoint(forms):
                chosen[operation.name] = name
                taken |= forms
                break
    return chosen


def _candidates(method: Name) -> Iterator[Name]:
    yield names.constant(method)
    name = names.known(method.upper())
    while True:
        yield name
        name = names.extend(name, "_OPERATION")


def _method(
    operation: ir.Operation,
    constant: Name,
    resource: ir.Resource,
    package: PythonPackage,
    types: tuple[Types, Types],
    use: Imports,
) -> MethodView:
    params = dict_of((literal(str(p.name)), p.name) for p in operation.parameters)
    body = _body_argument(operation.body)
    assigned = _is_assigned(operation)
    told = docs.method_text(operation)
    return MethodView(
        name=operation.name,
        constants=tuple(_constants(constant, operation, types[0], use)),
        constant=constant if operation.paging is None else names.extend(constant, "_PAGES"),
        stream_constant=names.extend(constant, "_STREAM"),
        flag=_flag(operation.switch),
        gives_pages=operation.paging is not None,
        params=params if operation.parameters else code(""),
        assigned=body if assigned else code(""),
        body=code("body") if assigned else body,
        blocking=_flavour(operation, told, resource, package, types[0], use),
        awaited=_flavour(operation, told, resource, package, types[1], use),
    )


def _flag(switch: ir.Switch | None) -> Code:
    return code("") if switch is None else code("{}", names.field_argument(switch.flag))


def _constants(
    name: Name, operation: ir.Operation, types: Types, use: Imports
) -> Iterator[Constant]:
    forms = [(name, operation)]
    if operation.switch is not None:
        forms.append((names.extend(name, "_STREAM"), _streamed(operation, operation.switch)))
    for form_name, form in forms:
        value = call(use.Operation, descriptor(form, types, use))
        type_ = code("{}[{}]", use.Operation, _type_of(form, types))
        yield Constant(form_name, type_, value)
    if operation.paging is not None:
        yield _pages_constant(name, operation.paging, types, use)


def _pages_constant(name: Name, paging: ir.Paging, types: Types, use: Imports) -> Constant:
    item, page = types.output(paging.item_type), types.output(paging.page_type)
    parts: list[Piece] = [name, code("argument={}", literal(paging.argument))]
    parts.append(code("cursor={}", literal(".".join(paging.cursor))))
    parts.append(code("items={}", literal(".".join(paging.items))))
    parts += [code("more={}", literal(".".join(paging.more)))] if paging.more else []
    parts += [code("in_body=True")] if paging.in_body else []
    type_ = code("{}[{}, {}]", use.Pages, item, page)
    return Constant(names.extend(name, "_PAGES"), type_, call(use.Pages, parts))


def _type_of(operation: ir.Operation, types: Types) -> Code:
    type_ = operation.result.type
    return code("None") if type_ is None else types.output(type_)


def _streamed(operation: ir.Operation, switch: ir.Switch) -> ir.Operation:
    """The operation as it answers with a stream."""
    return replace(operation, result=switch.result, switch=None)


def _flavour(
    operation: ir.Operation,
    told: str,
    resource: ir.Resource,
    package: PythonPackage,
    types: Types,
    use: Imports,
) -> Flavour:
    is_async = types.is_async
    example = docs.example_text(operation, resource, package, is_async=is_async)
    switch = operation.switch
    coroutine = is_async and operation.paging is None
    return Flavour(
        keyword=code("async ") if coroutine else code(""),
        wait=code("await ") if coroutine else code(""),
        arguments=join(signature(operation, types, use)),
        result=returned(operation, types, use),
        doc=docstring(f"{told}\n\n{example}", 8),
        opener=_opener(operation, use, is_async=is_async),
        overloads=() if switch is None else _overloads(operation, switch, types, use),
    )


def _opener(operation: ir.Operation, use: Imports, *, is_async: bool) -> Code:
    if operation.paging is not None:
        return use.AsyncPager if is_async else use.Pager
    if operation.switch is None and operation.result.streaming is ir.Streaming.NONE:
        return code("")
    return use.open_async_stream if is_async else use.open_stream


def _overloads(
    operation: ir.Operation, switch: ir.Switch, types: Types, use: Imports
) -> tuple[Overload, ...]:
    use.need("overload", "Literal")
    single = replace(operation, switch=None)
    forms = (
        (single, code("{}[False] | None = None", use.Literal)),
        (_streamed(operation, switch), code("{}[True]", use.Literal)),
        (operation, types.input(ir.Scalar(ir.Kind.BOOLEAN))),  # For a flag that is a variable.
    )
    return tuple(
        Overload(
            join(_with_flag(signature(form, types, use), names.field_argument(switch.flag), kind)),
            returned(form, types, use),
        )
        for form, kind in forms
    )


def _with_flag(parts: list[Code], flag: Name, annotation: Code) -> list[Code]:
    """Replace the annotation of the flag in a signature."""
    known = code("{}: {}", flag, annotation)
    return [known if part.startswith(f"{flag}: ") else part for part in parts]


def returned(operation: ir.Operation, types: Types, use: Imports) -> Code:
    """What a method returns."""
    if operation.result.type is None:
        return code("None")
    type_ = types.output(operation.result.type)
    if operation.paging is not None:
        pager = use.AsyncPager if types.is_async else use.Pager
        return code("{}[{}, {}]", pager, types.output(operation.paging.item_type), type_)
    if operation.switch is not None:
        stream = returned(_streamed(operation, operation.switch), types, use)
        return code("{} | {}", type_, stream)
    if operation.result.streaming is ir.Streaming.NONE:
        return type_
    return code("{}[{}]", use.AsyncStream if types.is_async else use.Stream, type_)


class Argument(Struct, frozen=True):
    """A parameter of a method; only those of the path may be given by position."""

    name: Name
    annotation: Code
    default: Code
    positional: bool

    @property
    def code(self) -> Code:
        """As it stands in a signature."""
        return code("{}: {}{}", self.name, self.annotation, self.default)


def arguments(operation: ir.Operation, types: Types, use: Imports) -> list[Argument]:
    """The arguments of a method in the order of its signature."""
    found = []
    for value in docs.ordered_values(operation):
        annotation = types.input(value.type)
        default = signature_default(value.presence, value.type, use)
        if default and not isinstance(value.presence, ir.Fixed):
            annotation = or_absent(annotation, value.type, use)
        positional = isinstance(value, ir.Parameter) and value.place is ir.Place.PATH
        found.append(Argument(value.name, annotation, default, positional))
    return found


def signature(operation: ir.Operation, types: Types, use: Imports) -> list[Code]:
    """The parts of a signature between `self` and the options."""
    given = arguments(operation, types, use)
    by_position = [argument.code for argument in given if argument.positional]
    by_name = [argument.code for argument in given if not argument.positional]
    return [*by_position, *([code("*"), *by_name] if by_name else [])]


def _is_assigned(operation: ir.Operation) -> bool:
    """Whether the body is put together first: it is long, or needed twice."""
    fields = (operation.body.fields if operation.body else None) or ()
    taken = {*(field.name for field in fields), *(p.name for p in operation.parameters)}
    many = len(fields) > _LONGEST_INLINE or operation.switch is not None
    return bool(fields) and many and "body" not in taken


def _body_argument(body: ir.Body | None) -> Code:
    if body is None:
        return code("")
    if body.fields is None:
        return code("body")
    return dict_of(
        (literal(str(field.name)), names.field_argument(field.name)) for field in body.fields
    )


def service_code(
    package: PythonPackage, service: ir.Service, use: Imports, schemes: Sequence[Piece]
) -> Code:
    """What the runtime has to know of a service."""
    parts = [literal(package.distribution), code("version={}", use.__version__)]
    if service.base_url:
        parts.append(code("base_url={}", literal(service.base_url)))
    if service.base_url_env:
        parts.append(code("base_url_env={}", literal(service.base_url_env)))
    if service.headers:
        parts.append(code("headers={}", literal(dict(service.headers))))
    if schemes:
        parts.append(code("schemes={}", tuple_of(schemes)))
    if service.security:
        parts.append(code("security={}", security_code(service.security)))
    return call(use.Service, parts)
