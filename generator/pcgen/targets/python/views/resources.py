"""Views of resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.names import Name
from pcgen.targets.code import call, code, docstring, literal, tuple_of
from pcgen.targets.python import descriptions, names
from pcgen.targets.python.docstrings import prose_docstring
from pcgen.targets.python.package import attribute_path
from pcgen.targets.python.types import Imports, Types
from pcgen.targets.python.views.attributes import (
    AttributeView,
    LazyModuleView,
    attributes,
    class_names,
)
from pcgen.targets.python.views.descriptors import security_code
from pcgen.targets.python.views.methods import Constant, MethodView, constant_views, method_views

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    attributes: tuple[AttributeView, ...]
    methods: tuple[MethodView, ...]
    wrappers: tuple[WrapperView, ...]


class ResourceView(Struct, frozen=True):
    """The module of a resource."""

    module: Name
    module_doc: Code
    doc: Code
    use: Imports
    modules: tuple[LazyModuleView, ...]
    service: Code
    constants: tuple[Constant, ...]
    classes: tuple[ResourceClass, ...]
    old_methods: tuple[OldMethodView, ...]
    wrappers: tuple[WrapperView, ...]


def resource_view(resource: ir.Resource, package: PythonPackage) -> ResourceView:
    """Make the view of a resource."""
    children = package.children.get(resource.path, ())
    own_names = (resource.class_name, names.prefixed("Async", resource.class_name))
    declared = package.declared
    wrappers = [f"{name}{form}" for name in own_names for form in names.WRAPPERS]
    use = Imports((*own_names, *wrappers, *class_names(children)), declared)
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
    held = attributes(children, package, use, code("self._caller"))
    classes = tuple(
        _class(name, members, tuple(pair[one.is_async] for pair in methods), resource, one)
        for name, members, one in zip(
            own_names, (held.members, held.async_members), types, strict=True
        )
    )
    service = resource.service
    return ResourceView(
        module=resource.module,
        module_doc=prose_docstring(descriptions.module_text(resource, package), 0),
        doc=prose_docstring(descriptions.class_text(resource, package), 4),
        use=use,
        modules=held.modules,
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
    name: Name,
    attributes: tuple[AttributeView, ...],
    methods: tuple[MethodView, ...],
    resource: ir.Resource,
    types: Types,
) -> ResourceClass:
    use = types.use
    if resource.service is not None:
        base = use.AsyncNamespace if types.is_async else use.Namespace
    else:
        base = use.AsyncResource if types.is_async else use.Resource
    wrappers = tuple(_wrappers(name, methods, types)) if methods else ()
    return ResourceClass(name, base, attributes, methods, wrappers)


def _old_methods(
    resource: ir.Resource, package: PythonPackage, use: Imports
) -> Iterator[OldMethodView]:
    for old in package.old_names_of(attribute_path(resource)):
        use.need("renamed_method")
        yield OldMethodView(old.name, old.now, literal(str(old.name)))


def _wrappers(owner: Name, methods: tuple[MethodView, ...], types: Types) -> Iterator[WrapperView]:
    types.use.need("Wrapper", "typed_property")
    prefix = "async_" if types.is_async else ""
    for suffix, (form, doc) in zip(names.WRAPPERS, _WRAPPERS.items(), strict=True):
        yield WrapperView(
            attribute=names.known(f"with_{form}"),
            name=names.extend(owner, suffix),
            doc=docstring(doc, 8),
            class_doc=prose_docstring(f"The methods of `{owner}`. {doc}", 4),
            methods=tuple(_wrapped(owner, method, prefix, form, types.use) for method in methods),
        )


def _wrapped(
    owner: Name, method: MethodView, prefix: str, form: str, use: Imports
) -> WrappedMethod:
    original = code("{}.{}", owner, method.name)
    if method.has_pages:
        original = call(getattr(use, f"{prefix}first_page"), [original])
    return WrappedMethod(method.name, call(getattr(use, prefix + form), [original]))


_WRAPPERS = {
    "raw_response": "Each returns the raw response: status, headers, body and `parse()`.",
    "streaming_response": "Each opens the response, for `with`, before its body is read.",
}


def _constant_names(resource: ir.Resource, package: PythonPackage) -> dict[Name, Name]:
    """The names of the constants by the names of their methods; they differ from all classes."""
    taken = {resource.class_name, names.known("SERVICE")}
    taken |= class_names(package.children.get(resource.path, ()))
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
    if service.request_id:
        parts.append(code("request_id_header={}", literal(service.request_id)))
    if schemes:
        parts.append(code("schemes={}", tuple_of(schemes)))
    if service.security:
        parts.append(code("security={}", security_code(service.security)))
    return call(use.Service, parts)
