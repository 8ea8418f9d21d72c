"""The reference of a Python package: what the documentation says of its public names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen import ir
from pcgen.ir.examples import shown_response
from pcgen.targets.code import code_span
from pcgen.targets.python import descriptions, examples, names, programs
from pcgen.targets.python.guide import terms
from pcgen.targets.python.package import attribute_path
from pcgen.targets.python.printed import Printer
from pcgen.targets.python.public_names import public_names
from pcgen.targets.python.runtime_docs import error_classes
from pcgen.targets.python.types import Imports, Types
from pcgen.targets.python.views.declarations import annotation
from pcgen.targets.python.views.methods import returned, signature
from pcgen.targets.python.views.package import RUNTIME_ERRORS
from pcgen.targets.reference import (
    Call,
    Client,
    Example,
    Failure,
    Message,
    Method,
    Model,
    Parameter,
    Reference,
    Resource,
    Sample,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from pcgen.targets.python.package import PythonPackage
    from pcgen.targets.python.views.declarations import DeclarationView

_MOST_INLINE = 4
"""Values of an enumeration that a type shows; more of them are listed beside it."""


def reference(
    package: PythonPackage,
    declarations: tuple[DeclarationView, ...],
    needed: Container[str],
    guide: str,
) -> Reference:
    """Describe a package.

    Args:
        package: The package.
        declarations: The views of its models and aliases.
        needed: The modules of the runtime that the package has.
        guide: The text of the guide.
    """
    types = Types(package.declared, Imports(), ".models")
    printer = Printer(package, declarations)
    modules = ["errors", *(m for m in ("call/stream", "call/pages") if m in needed)]
    errors = [*RUNTIME_ERRORS, "StreamError", "PaginationError"]
    errors += ["UnreadPagesWarning"] if "data/unread" in needed or "call/pages" in needed else []
    return Reference(
        language="Python",
        signatures="pyi",
        package=package.distribution,
        resources=tuple(
            _resource(resource, package, types, printer) for resource in package.resources
        ),
        models=tuple(
            _model(view, package, types, printer)
            for view in sorted(declarations, key=lambda view: str(view.name))
        ),
        errors=error_classes(modules, errors),
        guide=guide,
        terms=terms(needed),
        names=public_names(package, declarations),
        webhooks=tuple(_message(webhook, types) for webhook in package.webhooks),
    )


def client(package: PythonPackage) -> Client:
    """Describe the client for a target that calls it."""
    service = package.service
    return Client(
        name=str(package.client),
        module=str(package.module),
        calls=tuple(
            tuple(_call(operation, resource) for operation in resource.operations)
            for resource in package.resources
        ),
        secrets=tuple(tuple(str(s.name) for s in scheme.secrets) for scheme in service.schemes),
        variables=tuple(str(variable.name) for variable in service.variables),
    )


def _call(operation: ir.Operation, resource: ir.Resource) -> Call:
    values: list[ir.Field | ir.Parameter] = [*operation.parameters]
    values += descriptions.body_fields(operation.body)
    switch = operation.switch
    return Call(
        path=(*map(str, resource.path), str(operation.name)),
        arguments=tuple(str(value.name) for value in values),
        flag="" if switch is None else str(names.field_argument(switch.flag)),
    )


def _resource(
    resource: ir.Resource, package: PythonPackage, types: Types, printer: Printer
) -> Resource:
    return Resource(
        path=tuple(map(str, resource.path)),
        call=f"{package.variable}.{attribute_path(resource)}",
        title=resource.wire_name,
        text=descriptions.prose(resource.doc),
        methods=tuple(
            _method(operation, resource, package, types, printer)
            for operation in resource.operations
        ),
    )


def _method(
    operation: ir.Operation,
    resource: ir.Resource,
    package: PythonPackage,
    types: Types,
    printer: Printer,
) -> Method:
    result = operation.result
    return Method(
        path=(*map(str, resource.path), str(operation.name)),
        call=examples.call_path(operation, resource, package),
        signature=_signature(operation, resource, package, types),
        notes=tuple(_notes(operation, resource, package)),
        parameters=tuple(
            _parameter(value, types) for value in descriptions.ordered_values(operation)
        ),
        type="" if result.type is None else returned(operation, types),
        returns=descriptions.returns_text(operation),
        errors=tuple(_failures(operation, types, printer)),
        headers=tuple(
            Message(header.name, descriptions.first_line(header.doc)) for header in result.headers
        ),
        callbacks=tuple(_message(callback, types) for callback in operation.callbacks),
        examples=tuple(_examples(operation, resource, package, printer)),
    )


def _notes(operation: ir.Operation, resource: ir.Resource, package: PythonPackage) -> Iterator[str]:
    """What the document does not state as prose."""
    yield from descriptions.operation_notes(operation)
    yield from descriptions.media_notes(operation)
    yield descriptions.credentials_text(operation, resource, package)
    for old in package.old_names_of(attribute_path(resource)):
        if old.now == operation.name:
            yield f"The old name `{old.name}` still works, with a `DeprecationWarning`."


def _signature(
    operation: ir.Operation, resource: ir.Resource, package: PythonPackage, types: Types
) -> str:
    head = f"{examples.call_path(operation, resource, package)}("
    parts = [*signature(operation, types), "**options"]
    tail = f") -> {returned(operation, types)}"
    return "\n".join([head, *(f"    {part}," for part in parts), tail])


def _message(payload: ir.Payload, types: Types) -> Message:
    type_ = "" if payload.type is None else types.output(payload.type)
    return Message(payload.name, descriptions.first_line(payload.doc), type_)


# --- Parameters and models ---------------------------------------------------------------------


def _parameter(value: ir.Field | ir.Parameter, types: Types) -> Parameter:
    values, is_open = _choice(value.type, types)
    return Parameter(
        name=str(value.name),
        type=types.input(_shortened(value.type)),
        required=isinstance(value.presence, ir.Required),
        text=descriptions.value_prose(value),
        facts=tuple(descriptions.value_facts(value)),
        values=values,
        open=is_open,
    )


def _choice(type_: ir.Type, types: Types) -> tuple[tuple[str, ...], bool]:
    """The values of an enumeration, as code, and whether there may be others."""
    choice = types.bare(type_)
    if not isinstance(choice, ir.Choice):
        return (), False
    return tuple(map(repr, choice.values)), choice.open


def _shortened(type_: ir.Type) -> ir.Type:
    """A type without long enumerations, which are listed beside it."""
    if isinstance(type_, ir.Choice) and len(type_.values) > _MOST_INLINE:
        kinds = tuple(map(ir.Scalar, type_.kinds))
        return kinds[0] if len(kinds) == 1 else ir.Union(kinds)
    return ir.map_nested(type_, _shortened)


def _model(view: DeclarationView, package: PythonPackage, types: Types, printer: Printer) -> Model:
    declaration = package.declared[view.name]
    name, text = str(view.name), descriptions.declaration_text(declaration)
    code = f"from {package.module} import {name}"
    if isinstance(declaration, ir.Model) and not view.type:
        fields = [_field(field, types) for field in declaration.fields]
        fields = [*([_tag(declaration.tag)] if declaration.tag else []), *fields]
        model = Model(name, text, code, tuple(fields))
        return _with_example(model, declaration, package, printer)
    type_ = declaration.type if isinstance(declaration, ir.Alias) else ir.ANY
    values, is_open = _choice(type_, types)
    shown = types.output(_shortened(type_)) if values else view.type
    model = Model(name, text, code, (), shown, values, is_open)
    return model if values else _with_example(model, declaration, package, printer)


def _with_example(
    model: Model, declaration: ir.Declaration, package: PythonPackage, printer: Printer
) -> Model:
    """Add the example of a model, and the call that makes an object of a request."""
    if declaration.example is None:
        return model
    model = replace(model, example=_json(declaration.example))
    type_, given = ir.Ref(declaration.name), declaration.given
    made = None if given is None else printer.construction(type_, given)
    if made is None:
        return model
    lines = [*examples.imports_of(made)]
    plain = sorted({line for line in lines if line.startswith("import ")})
    others = sorted({line for line in lines if not line.startswith("import ")})
    imported = f"from {package.module} import {', '.join(sorted(examples.classes_of(made)))}"
    head = [*plain, *others, *[""] * bool(lines), imported, "", examples.pretty(made)]
    return replace(model, samples=(Sample("python", "Python", "\n".join(head)),))


def _tag(tag: ir.Tag) -> Parameter:
    value, text = repr(tag.value), tag.doc.description
    return Parameter(str(tag.name), f"Literal[{value}]", required=True, text=text)


def _field(field: ir.Field, types: Types) -> Parameter:
    values, is_open = _choice(field.type, types)
    shortened = ir.Field(
        field.name, field.wire_name, _shortened(field.type), field.presence, field.doc, field.facts
    )
    facts = descriptions.value_facts(field)
    facts += [f"In JSON: {code_span(field.wire_name)}."] * (field.wire_name != field.name)
    return Parameter(
        name=str(field.name),
        type=annotation(shortened, types),
        required=isinstance(field.presence, ir.Required),
        text=descriptions.value_prose(field),
        facts=tuple(facts),
        values=values,
        open=is_open,
    )


# --- Examples ----------------------------------------------------------------------------------


def _examples(
    operation: ir.Operation, resource: ir.Resource, package: PythonPackage, printer: Printer
) -> Iterator[Example]:
    result, switch = operation.result, operation.switch
    for index, scenario in enumerate(operation.scenarios):
        samples = tuple(_samples(operation, resource, package, scenario))
        if not samples:
            continue
        response = shown_response(scenario.name, index, result.examples)
        if scenario.status:
            response = ir.Example(scenario.name, "", scenario.response)
        name = scenario.name if len(operation.scenarios) > 1 else ""
        summary = scenario.summary or (response and response.summary) or name
        example = Example(index, summary, samples, status=scenario.status)
        if switch is not None and not example.is_error:
            example = replace(example, streamed=printer.stream(switch.result))
        if response is not None:
            show = printer.error if example.is_error else printer.result
            printed = show(operation, scenario.status, response.value)
            example = replace(example, response=_json(response.value), printed=printed)
        yield example


def _failures(operation: ir.Operation, types: Types, printer: Printer) -> Iterator[Failure]:
    """The error responses; of those with the same body, the first one has an example."""
    cases = {case.status: case for case in operation.errors if case.example is not None}
    shown = set[str]()
    for statuses, name, note, type_ in descriptions.error_classes(operation.errors):
        failure = Failure(name, statuses, note, types.output(type_) if type_ else "")
        case = next((cases[one] for one in statuses.split(", ") if one in cases), None)
        example = "" if case is None else _json(case.example)
        if case is not None and example not in shown:
            raised = printer.error(operation, case.status, case.example)
            failure = replace(failure, example=example, raised=raised)
        shown.add(example)
        yield failure


def _json(value: ir.Json) -> str:
    return json.dumps(value, indent=2, ensure_ascii=True)


def _samples(
    operation: ir.Operation,
    resource: ir.Resource,
    package: PythonPackage,
    scenario: ir.Scenario,
) -> Iterator[Sample]:
    """The programs of an example, sync and async; another pair if it can return a stream."""
    given = programs.setup(package, operation, resource)
    imports = examples.example_imports(operation, resource, package, scenario)
    for streamed in (False, True)[: 1 + (operation.switch is not None)]:
        for is_async in (False, True):
            call = examples.example_call(
                operation,
                resource,
                package,
                is_async=is_async,
                indent=8 if is_async else 4,
                scenario=scenario,
                streamed=streamed,
            )
            if not call:
                return
            title = f"Python{', async' * is_async}{', as a stream' * streamed}"
            code = programs.program(package, given, imports, call, is_async=is_async)
            yield Sample("python", title, code)
