"""Views of the files that are not Python: Markdown and TOML."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pcgen import ir
from pcgen.targets.code import (
    code,
    code_span,
    fenced,
    join,
    link,
    literal,
    markdown,
    markdown_line,
)
from pcgen.targets.python import descriptions, examples, names
from pcgen.targets.python.package import attribute_path
from pcgen.targets.python.types import Imports, Types
from pcgen.targets.python.views.attributes import variable_code, variables
from pcgen.targets.python.views.methods import returned, signature
from pcgen.targets.python.views.package import RUNTIME_ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.names import Name
    from pcgen.targets.code import Code
    from pcgen.targets.python.package import PythonPackage
    from pcgen.targets.python.views.declarations import DeclarationView


class ReadmeView(Struct, frozen=True):
    """`README.md` of the package."""

    name: Code
    module: Name
    description: Code
    quick_start: Code
    async_start: Code
    environment: tuple[Code, ...]
    operations: tuple[Code, ...]
    old_names: tuple[Code, ...]


def readme_view(package: PythonPackage) -> ReadmeView:
    """Make the view of the README; its quick start is the first operation with an example."""
    return ReadmeView(
        name=markdown_line(package.distribution),
        module=package.module,
        description=markdown(package.doc.description or f"Client of the {package.title}."),
        quick_start=fenced(_start(package, is_async=False), "python"),
        async_start=fenced(_start(package, is_async=True), "python"),
        environment=tuple(_environment(package)),
        operations=tuple(
            _link(operation, resource, package, "docs/")
            for resource in package.resources
            for operation in resource.operations
        ),
        old_names=tuple(_old_names(package)),
    )


def _old_names(package: PythonPackage) -> Iterator[Code]:
    pairs = [(str(old.name), str(old.now)) for old in package.old_names_of("")]
    for resource in package.resources:
        of = attribute_path(resource)
        pairs += [(f"{of}.{old.name}()", f"{of}.{old.now}()") for old in package.old_names_of(of)]
    for model in package.declarations:
        if isinstance(model, ir.Model):
            of = model.name
            pairs += [(f"{of}.{old.name}", f"{of}.{old.now}") for old in package.old_names_of(of)]
    return (code("{} is now called {}.", code_span(old), code_span(now)) for old, now in pairs)


def _start(package: PythonPackage, *, is_async: bool) -> str:
    client = f"Async{package.client}" if is_async else str(package.client)
    secrets = [
        secret
        for scheme in _schemes_of_start(package)
        for secret in (scheme.secrets if scheme.grant is None else scheme.grant.secrets)
    ]
    given = ", ".join(f'{secret.name}="..."' for secret in secrets)
    called = package.variable
    imports, call = next(_example_calls(package, is_async=is_async), ([], ["..."]))
    shown = "print(result)" if call[0].startswith("result") else ""
    if not is_async:
        lines = [*imports, *[""] * bool(imports), f"from {package.module} import {client}", ""]
        lines += [f"with {client}({given}) as {called}:"]
        lines += [f"    {line}" for line in [*call, *filter(None, [shown])]]
        return "\n".join(lines)
    body = [f"async with {client}({given}) as {called}:", *(f"    {line}" for line in call)]
    body += [f"    {shown}"] if shown else []
    lines = ["import asyncio", *imports, "", f"from {package.module} import {client}", "", ""]
    lines += ["async def main() -> None:", *(f"    {line}" for line in body), "", ""]
    return "\n".join([*lines, "asyncio.run(main())"])


def _schemes_of_start(package: PythonPackage) -> Iterator[ir.Scheme]:
    """The security schemes of the quick start: those of the first alternative."""
    shown = (
        (
            operation.security
            if operation.security is not None
            else (resource.service or package.service).security
        )
        for resource in package.resources
        for operation in resource.operations
        if examples.example_call(operation, resource, package, is_async=False)
    )
    alternatives = next(shown, package.service.security)
    needed = alternatives[0] if alternatives else ()
    return (scheme for scheme in package.service.schemes if scheme.wire_name in needed)


def _example_calls(
    package: PythonPackage, *, is_async: bool
) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the imports and the lines of the example of each operation."""
    for resource in package.resources:
        for operation in resource.operations:
            call = examples.example_call(operation, resource, package, is_async=is_async, indent=8)
            if call:
                yield examples.example_imports(operation, package), call


def _environment(package: PythonPackage) -> Iterator[Code]:
    for scheme in package.service.schemes:
        for secret in scheme.arguments:
            if secret.env:
                variable, argument = code_span(secret.env), code_span(secret.name)
                yield code("{}: the default of {}.", variable, argument)
    if package.service.base_url_env:
        variable = code_span(package.service.base_url_env)
        yield code("{}: the default of `base_url`.", variable)
    for resource in package.resources:
        if resource.service is not None and resource.service.base_url_env:
            variable, own = code_span(resource.service.base_url_env), code_span(resource.wire_name)
            yield code("{}: the default of `base_url` for {}.", variable, own)


def page_path(operation: ir.Operation, resource: ir.Resource) -> str:
    """The path of an operation's page in `docs/`."""
    return "/".join(map(names.file_stem, (*resource.path, operation.name))) + ".md"


def _link(
    operation: ir.Operation, resource: ir.Resource, package: PythonPackage, folder: str
) -> Code:
    called = code_span(examples.call_path(operation, resource, package))
    note = markdown_line(descriptions.first_line(operation.doc))
    note = note or code_span(f"{operation.method} {operation.path}")
    return code("{}: {}", link(called, folder + page_path(operation, resource)), note)


# --- docs/ -------------------------------------------------------------------------------------


class IndexSection(Struct, frozen=True):
    """The operations of a resource."""

    title: Code
    description: Code
    lines: tuple[Code, ...]


class IndexView(Struct, frozen=True):
    """`docs/index.md`."""

    title: Code
    description: Code
    resources: tuple[IndexSection, ...]
    webhooks: tuple[Code, ...]


def index_view(package: PythonPackage) -> IndexView:
    """Make the view of `docs/index.md`."""
    sections = (
        IndexSection(
            title=markdown_line(resource.wire_name),
            description=markdown(resource.doc.description),
            lines=tuple(_link(o, resource, package, "") for o in resource.operations),
        )
        for resource in package.resources
        if resource.operations or resource.doc.description
    )
    types = Types(package.declared, Imports(), ".models")
    return IndexView(
        title=markdown_line(package.title),
        description=markdown(package.doc.description),
        resources=tuple(sections),
        webhooks=tuple(_payload_line(webhook, types) for webhook in package.webhooks),
    )


class ExampleView(Struct, frozen=True):
    """A call and its response."""

    title: Code
    call: Code
    response_title: Code
    response: Code


class OperationPage(Struct, frozen=True):
    """The page of one operation."""

    title: Code
    request: Code
    description: Code
    signature: Code
    arguments: tuple[Code, ...]
    returns: Code
    errors: tuple[Code, ...]
    headers: tuple[Code, ...]
    callbacks: tuple[Code, ...]
    examples: tuple[ExampleView, ...]


def operation_page(
    operation: ir.Operation, resource: ir.Resource, package: PythonPackage
) -> OperationPage:
    """Make the view of an operation's page."""
    types = Types(package.declared, Imports(), ".models")
    result = operation.result
    returns = descriptions.returns_text(operation)
    annotation = code_span("" if result.type is None else returned(operation, types))
    notes = [*descriptions.operation_notes(operation), *descriptions.media_notes(operation)]
    notes.append(descriptions.credentials_text(operation, package))
    notes += [
        f"The old name `{old.name}` still works, with a `DeprecationWarning`."
        for old in package.old_names_of(attribute_path(resource))
        if old.now == operation.name
    ]
    return OperationPage(
        title=markdown_line(operation.doc.summary or operation.name),
        request=code_span(f"{operation.method} {operation.path}"),
        description=markdown("\n\n".join(filter(None, [operation.doc.description, *notes]))),
        signature=fenced(_signature(operation, resource, package, types), "python"),
        arguments=tuple(_argument_line(v, types) for v in descriptions.ordered_values(operation)),
        returns=code("{}: {}", annotation, markdown(returns)) if result.type else code(""),
        errors=tuple(_error_lines(operation, types)),
        headers=tuple(
            _noted(header.name, markdown_line(descriptions.first_line(header.doc)))
            for header in result.headers
        ),
        callbacks=tuple(_payload_line(payload, types) for payload in operation.callbacks),
        examples=tuple(_examples(operation, resource, package)),
    )


def _error_lines(operation: ir.Operation, types: Types) -> Iterator[Code]:
    for statuses, name, note, type_ in descriptions.error_classes(operation.errors):
        head, text = markdown_line(f"`{name}` ({statuses})"), markdown_line(note)
        if type_ is None:
            yield code("{}: {}", head, text)
        else:
            body = code_span(types.output(type_))
            yield code("{}: {} Its `body`: {}.", head, text, body)


def _payload_line(payload: ir.Payload, types: Types) -> Code:
    """A webhook or callback, with the type of its payload."""
    parts = [] if payload.type is None else [code_span(types.output(payload.type))]
    note = markdown_line(descriptions.first_line(payload.doc))
    return _noted(payload.name, join([*parts, note] if note else parts, ". "))


def _noted(name: str, note: Code) -> Code:
    return code("{}: {}", code_span(name), note) if note else code_span(name)


def _signature(
    operation: ir.Operation, resource: ir.Resource, package: PythonPackage, types: Types
) -> str:
    head = f"{examples.call_path(operation, resource, package)}("
    parts = [*signature(operation, types), "**options"]
    tail = f") -> {returned(operation, types)}"
    return "\n".join([head, *(f"    {part}," for part in parts), tail])


def _argument_line(value: ir.Field | ir.Parameter, types: Types) -> Code:
    required = code(", required") if isinstance(value.presence, ir.Required) else code("")
    annotation = code_span(types.input(value.type))
    head = code("{} ({}{})", code_span(value.name), annotation, required)
    text = descriptions.value_text(value)
    return code("{}: {}", head, markdown(text, 2)) if text else head


def _examples(
    operation: ir.Operation, resource: ir.Resource, package: PythonPackage
) -> Iterator[ExampleView]:
    responses = {example.name: example for example in operation.result.examples}
    is_streamed, shown = operation.switch is None, list[ir.Scenario]()
    for index, request in enumerate(operation.scenarios):
        call = examples.example_call(operation, resource, package, is_async=False, scenario=request)
        if not call:
            continue
        shown.append(request)
        is_streamed = is_streamed or call[0].startswith("for ")
        response = responses.get(request.name) if request.name else None
        if response is None and index < len(operation.result.examples):
            response = operation.result.examples[index]
        summary = request.summary or (response and response.summary) or ""
        yield ExampleView(
            title=markdown_line(f"Example: {summary}" if summary else "Example"),
            call=_example_code(operation, package, request, call),
            response_title=code("Response:"),
            response=fenced(_json(response.value), "json") if response else code(""),
        )
    if shown and not is_streamed:
        yield _streamed_example(operation, resource, package, shown[0])


def _streamed_example(
    operation: ir.Operation,
    resource: ir.Resource,
    package: PythonPackage,
    request: ir.Scenario,
) -> ExampleView:
    call = examples.example_call(
        operation, resource, package, is_async=False, scenario=request, streamed=True
    )
    title, nothing = code("Example: a stream"), code("")
    return ExampleView(title, _example_code(operation, package, request, call), nothing, nothing)


def _example_code(
    operation: ir.Operation, package: PythonPackage, request: ir.Scenario, call: list[str]
) -> Code:
    """A call with the imports that its values need."""
    imports = examples.example_imports(operation, package, request)
    return fenced("\n".join([*imports, *[""] * bool(imports), *call]), "python")


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=True)


# --- api.md ------------------------------------------------------------------------------------


class ApiView(Struct, frozen=True):
    """`api.md`: a line for each public name, which shows reviewers what changed."""

    name: Code
    lines: tuple[Code, ...]


def api_view(package: PythonPackage, declarations: Iterable[DeclarationView]) -> ApiView:
    """Make the view of `api.md`."""
    lines = sorted(
        {
            *_client_lines(package),
            *(line for resource in package.resources for line in _method_lines(resource, package)),
            *(line for declaration in declarations for line in _declaration_lines(declaration)),
            *_old_lines(package),
            *_hand_written_lines(package),
        }
    )
    lines += sorted(f"errors.{name}" for name in RUNTIME_ERRORS)
    return ApiView(markdown_line(package.distribution), tuple(code_span(line) for line in lines))


def _client_lines(package: PythonPackage) -> Iterator[str]:
    for prefix in ("", "Async"):
        secrets = [secret for scheme in package.service.schemes for secret in scheme.secrets]
        given = "".join(f"{secret.name}=None, " for secret in secrets)
        grants = [s.grant for s in package.service.schemes if s.grant is not None]
        asked = "".join(f"{variable_code(v, Imports())}, " for v in package.service.variables)
        fetched = "".join(f"{secret.name}=None, " for g in grants for secret in g.secrets)
        rest = "base_url=None, timeout=60, max_retries=2, default_headers=None, http_client=None"
        yield f"{prefix}{package.client}({given}*, {asked}{fetched}{rest}, **options)"
        yield from _attribute_lines(package, prefix)


def _attribute_lines(package: PythonPackage, prefix: str) -> Iterator[str]:
    use = Imports()
    for resource in package.resources:
        name = f"{prefix}{resource.class_name}"
        parent = package.by_path.get(resource.parents)
        owner = f"{prefix}{parent.class_name if parent else package.client}"
        given = ", ".join(variable_code(v, use) for v in variables(resource))
        yield (
            f"{owner}.{resource.name}({given}) -> {name}"
            if given
            else (f"{owner}.{resource.name}: {name}")
        )


def _method_lines(resource: ir.Resource, package: PythonPackage) -> Iterator[str]:
    """The lines of a resource's methods."""
    types = Types(package.declared, Imports(), ".models")
    name = resource.class_name
    for operation in resource.operations:
        returns = returned(operation, types)
        parts = ", ".join([*signature(operation, types), "**options"])
        note = "  # deprecated" if operation.deprecated else ""
        for prefix in ("", "Async"):
            yield f"{prefix}{name}.{operation.name}({parts}) -> {returns}{note}"
            yield from _selected_lines(f"{prefix}{name}.{operation.name}", operation, types)


def _selected_lines(method: str, operation: ir.Operation, types: Types) -> Iterator[str]:
    """The results that values of an argument select."""
    selector = operation.selector
    if selector is None:
        return
    for value, type_ in selector.cases:
        yield f"{method}({selector.argument}={literal(value)}) -> {types.output(type_)}"


def _old_lines(package: PythonPackage) -> Iterator[str]:
    for old in package.old_names_of(""):
        yield f"{old.name} = {old.now}  # deprecated"
    for model in package.declarations:
        if isinstance(model, ir.Model):
            of = model.name
            yield from (
                f"{of}.{old.name} = {of}.{old.now}  # deprecated"
                for old in package.old_names_of(of)
            )
    for resource in package.resources:
        name = resource.class_name
        for old in package.old_names_of(attribute_path(resource)):
            for prefix in ("", "Async"):
                yield f"{prefix}{name}.{old.name} = {prefix}{name}.{old.now}  # deprecated"


def _hand_written_lines(package: PythonPackage) -> Iterator[str]:
    for module in package.modules:
        yield from (f"{name}  # hand-written in {module.name}" for name in module.exports)
    for mixin in package.mixins:
        extends = mixin.target in package.declared
        for class_, members in mixin.members.items():
            owner = mixin.target if extends else class_
            yield from (f"{owner}.{name}  # hand-written in {mixin.module}" for name in members)


def _declaration_lines(view: DeclarationView) -> Iterator[str]:
    """The lines of a model or an alias."""
    if view.type:
        yield f"{view.name} = {view.type}"
        return
    yield f"{view.name}({_bases(view.bases)})"
    for field in view.fields:
        if not field.name.startswith("_"):
            yield f"{view.name}.{field.name}: {field.annotation}{field.default}"


def _bases(bases: str) -> str:
    return bases.replace(", kw_only=True", "")
