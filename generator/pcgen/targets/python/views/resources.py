"""Views of resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.names import Name, name_of, pascal
from pcgen.targets.code import call, code, dict_of, docstring, join, literal, tuple_of
from pcgen.targets.python import descriptions, names
from pcgen.targets.python.docstrings import prose_docstring
from pcgen.targets.python.package import attribute_path
from pcgen.targets.python.types import Imports, Types
from pcgen.targets.python.views.descriptors import security_code
from pcgen.targets.python.views.methods import Constant, MethodView, constant_views, method_views

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pcgen.targets.code import Code, Piece
    from pcgen.targets.python.package import PythonPackage


class WrappedMethod(Struct, frozen=True):
    """A method of a wrapper."""

    name: Name
    value: Code


class WrapperView(Struct, frozen=True):
    """A class with the methods of a resource, which return responses in another form."""

    attribute: Name
    name: Name
    owner: Name
    doc: Code
    class_doc: Code
    methods: tuple[WrappedMethod, ...]


class OldMethodView(Struct, frozen=True):
    """An old name of a method; `text` is the name as a string."""

    name: Name
    now: Name
    text: Code


class ResourceClass(Struct, frozen=True):
    """The sync or the async class of a resource."""

    name: Name
    base: Code
    methods: tuple[MethodView, ...]
    wrappers: tuple[WrapperView, ...]


class ResourceView(Struct, frozen=True):
    """The module of a resource."""

    module: Name
    module_doc: Code
    doc: Code
    use: Imports
    service: Code
    constants: tuple[Constant, ...]
    classes: tuple[ResourceClass, ...]
    old_methods: tuple[OldMethodView, ...]
    wrappers: tuple[WrapperView, ...]


OWN_MODULES = ("client", "errors", "models", "types")


def resource_view(resource: ir.Resource, package: PythonPackage) -> ResourceView:
    """Make the view of a resource."""
    class_names = (resource.class_name, names.prefixed("Async", resource.class_name))
    declared = package.declared
    wrappers = [f"{name}With{form}" for name in class_names for form in _WRAPPER_NAMES]
    use = Imports((*class_names, *wrappers), declared)
    hidden = [operation.name for operation in resource.operations]
    hidden += [old.name for old in package.old_names_of(attribute_path(resource))]
    types = (
        Types(declared, use, ".models", hidden),
        Types(declared, use, ".models", hidden, is_async=True),
    )
    constants = _constant_names(resource, package)
    methods = [
        method_views(constants[operation.name], operation, resource, package, types)
        for operation in resource.operations
    ]
    classes = tuple(
        _class(name, tuple(pair[one.is_async] for pair in methods), resource, one)
        for name, one in zip(class_names, types, strict=True)
    )
    service = resource.service
    text = descriptions.prose(resource.doc) or f"The operations of {resource.wire_name}."
    return ResourceView(
        module=resource_module(resource),
        module_doc=prose_docstring(f"{resource.wire_name}: the operations and their methods.", 0),
        doc=prose_docstring(text, 4),
        use=use,
        service=service_code(package, service, use, ()) if service else code(""),
        constants=tuple(
            constant
            for operation in resource.operations
            for constant in constant_views(constants[operation.name], operation, types[0])
        ),
        classes=classes,
        old_methods=tuple(_old_methods(resource, package, use)),
        wrappers=tuple(wrapper for one in classes for wrapper in one.wrappers),
    )


def _class(
    name: Name, methods: tuple[MethodView, ...], resource: ir.Resource, types: Types
) -> ResourceClass:
    use = types.use
    if resource.service is not None:
        base = use.AsyncNamespace if types.is_async else use.Namespace
    else:
        base = use.AsyncResource if types.is_async else use.Resource
    return ResourceClass(name, base, methods, tuple(_wrappers(name, methods, types)))


def _old_methods(
    resource: ir.Resource, package: PythonPackage, use: Imports
) -> Iterator[OldMethodView]:
    for old in package.old_names_of(attribute_path(resource)):
        use.need("renamed_method")
        yield OldMethodView(old.name, old.now, literal(str(old.name)))


def _wrappers(owner: Name, methods: tuple[MethodView, ...], types: Types) -> Iterator[WrapperView]:
    prefix = "async_" if types.is_async else ""
    for form, doc in _WRAPPERS.items():
        yield WrapperView(
            attribute=names.known(f"with_{form}"),
            name=names.extend(owner, f"With{pascal(form)}"),
            owner=owner,
            doc=docstring(doc, 8),
            class_doc=prose_docstring(f"The methods of `{owner}`. {doc}", 4),
            methods=tuple(_wrapped(method, prefix, form, types.use) for method in methods),
        )


def _wrapped(method: MethodView, prefix: str, form: str, use: Imports) -> WrappedMethod:
    original = code("resource.{}", method.name)
    if method.has_pages:
        original = call(getattr(use, f"{prefix}first_page"), [original])
    return WrappedMethod(method.name, call(getattr(use, prefix + form), [original]))


_WRAPPER_NAMES = ("RawResponse", "StreamingResponse")
_WRAPPERS = {
    "raw_response": "Each returns the raw response: status, headers, body and `parse()`.",
    "streaming_response": "Each opens the response, for `with`, before its body is read.",
}


def group_class(group: Name, package: PythonPackage) -> Name:
    """The class of a group of resources, whose name differs from those of other classes."""
    name = names.class_name(group)
    others = {resource.class_name for resource in package.resources}
    if _is_taken(name, package) or not others.isdisjoint({name, f"Async{name}"}):
        return names.class_name(Name(f"{pascal(name)} namespaces"))
    return name


def _is_taken(name: Name, package: PythonPackage) -> bool:
    """Whether a model or the client has the name of a class, or of its async variant."""
    return any(n in package.declared or n == package.client for n in (name, f"Async{name}"))


def variables(resource: ir.Resource) -> tuple[ir.Variable, ...]:
    """The variables of the resource's server URL; those without a default come first."""
    found = resource.service.variables if resource.service else ()
    return tuple(sorted(found, key=lambda v: not isinstance(v.presence, ir.Required)))


def variable_code(variable: ir.Variable, use: Imports) -> Code:
    """The parameter for a variable of a server URL."""
    default, kind = code(""), code("str")
    values = variable.values
    if isinstance(variable.presence, ir.Default):
        default = code(" = {}", literal(variable.presence.value))
        values = values if variable.presence.value in values else ()
    if values:
        kind = code("{}[{}]", use.Literal, join(map(literal, values)))
    return code("{}: {}{}", variable.name, kind, default)


def variables_code(variables: Iterable[ir.Variable]) -> Code:
    """A dict of the variables' values, by their names in the server URL."""
    return dict_of((literal(variable.wire_name), variable.name) for variable in variables)


def resource_module(resource: ir.Resource) -> Name:
    """The module of a resource."""
    return module_of(resource.wire_name)


def module_of(text: str) -> Name:
    """The module of a resource or a group, whose name differs from `OWN_MODULES`."""
    name = names.module(name_of(text, "module"))
    return names.extend(name, "_api") if name in OWN_MODULES else name


def _constant_names(resource: ir.Resource, package: PythonPackage) -> dict[Name, Name]:
    """The names of the constants by the names of their methods; they differ from all classes."""
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


def service_code(
    package: PythonPackage, service: ir.Service, use: Imports, schemes: Sequence[Piece]
) -> Code:
    """The description of a service for the runtime."""
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
