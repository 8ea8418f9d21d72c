"""Views of the pages of methods, resources, models and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.targets.code import (
    code,
    code_span,
    fenced,
    fenced_as,
    join,
    link,
    markdown,
    markdown_line,
)
from pcgen.targets.docs.headings import heading
from pcgen.targets.docs.links import (
    ERRORS,
    GUIDE,
    Links,
    method_page,
    model_page,
    relative,
    resource_page,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pcgen.targets.code import Code
    from pcgen.targets.docs.usage import Usage
    from pcgen.targets.reference import (
        Example,
        Message,
        Method,
        Model,
        Parameter,
        Reference,
        Resource,
        Sample,
    )

_MOST_VALUES = 12
"""Allowed values that a parameter lists; more of them fold."""
_MOST_USERS = 20


class Book(Struct, frozen=True):
    """What all pages need: the package, its reference, and the page of each name.

    `operations` are those of the package by the path of their method. `samples` writes the programs
    of a scenario in other languages.
    """

    package: ir.Package
    reference: Reference
    links: Links
    operations: Mapping[tuple[str, ...], tuple[ir.Operation, ir.Resource]]
    samples: Callable[[ir.Operation, ir.Resource, ir.Scenario], Sequence[Sample]]

    @classmethod
    def of(
        cls,
        package: ir.Package,
        reference: Reference,
        samples: Callable[[ir.Operation, ir.Resource, ir.Scenario], Sequence[Sample]],
    ) -> Book:
        """Pair a package with a reference to it."""
        operations = {
            method.path: (operation, own)
            for resource, own in zip(reference.resources, package.resources, strict=True)
            for method, operation in zip(resource.methods, own.operations, strict=True)
        }
        return cls(package, reference, Links.of(reference), operations, samples)


class Folded(Struct, frozen=True):
    """A list of which only the first `lines` show; `more` says how many the rest are."""

    lines: tuple[Code, ...]
    more: Code
    rest: tuple[Code, ...]


def folded(lines: Sequence[Code], most: int) -> Folded:
    """Fold a list that is longer than `most` lines."""
    if len(lines) <= most:
        return Folded(tuple(lines), code(""), ())
    more = markdown_line(f"and {len(lines) - most} more")
    return Folded(tuple(lines[:most]), more, tuple(lines[most:]))


# --- Methods -----------------------------------------------------------------------------------


class SampleView(Struct, frozen=True):
    """A program, or an output."""

    title: Code
    code: Code


class ExampleView(Struct, frozen=True):
    """A call and its response; `others` are the programs in `languages`, which fold."""

    title: Code
    samples: tuple[SampleView, ...]
    languages: Code
    others: tuple[SampleView, ...]
    outputs: tuple[SampleView, ...]


class MethodPage(Struct, frozen=True):
    """The page of a method."""

    title: Code
    request: Code
    description: Code
    signature: Code
    parameters: tuple[Code, ...]
    options: Code
    returns: Code
    examples: tuple[ExampleView, ...]
    errors: tuple[Code, ...]
    failures: tuple[SampleView, ...]
    headers: tuple[Code, ...]
    callbacks: tuple[Code, ...]


def method_view(method: Method, resource: Resource, book: Book) -> MethodPage:
    """Make the view of a method's page."""
    home, links = method_page(method.path), book.links
    operation, _ = book.operations[method.path]
    title, rest = heading(operation.doc.summary)
    description = "\n\n".join(filter(None, [rest, operation.doc.description, *method.notes]))
    returns = code("{}: {}", links.type(method.type, home), markdown(method.returns))
    options = link(code("options"), relative(f"{GUIDE}#options-of-a-call", home))
    return MethodPage(
        title=markdown_line(title) if title else code_span(method.call),
        request=_request(operation, resource, book, home),
        description=markdown(description),
        signature=fenced_as(method.signature, book.reference.signatures),
        parameters=tuple(_parameter(p, home, links) for p in method.parameters),
        options=options,
        returns=returns if method.type else code(""),
        examples=tuple(_examples(method, book)),
        errors=tuple(_error_lines(method, home, links)),
        failures=tuple(_failures(method)),
        headers=tuple(message_line(header, home, links) for header in method.headers),
        callbacks=tuple(message_line(callback, home, links) for callback in method.callbacks),
    )


def _request(operation: ir.Operation, resource: Resource, book: Book, home: str) -> Code:
    """The verb, the path, the version of the API, and the resource."""
    request = code_span(f"{operation.method} {operation.path}")
    page = link(code_span(resource.call), relative(resource_page(resource), home))
    version = book.package.api_version
    if not version:
        return code("{} of {}", request, page)
    return code("{} of {}, API version {}", request, page, code_span(version))


def _parameter(parameter: Parameter, home: str, links: Links) -> Code:
    """An item of a list, with a list of the facts below it."""
    required = code(", required") if parameter.required else code("")
    type_ = links.type(parameter.type, home)
    head = code("**{}** ({}{})", code_span(parameter.name), type_, required)
    facts = [markdown(fact, 4) for fact in parameter.facts]
    facts += [values_line(parameter.values, is_open=parameter.open)] if parameter.values else []
    lines = [code("  - {}", fact) for fact in facts]
    if not parameter.text:
        return join([head, *lines], "\n")
    text = markdown(parameter.text, 2)
    # After another list, they would become items of it.
    below = [code("\n  {}", join(facts, " "))] if facts and "\n" in text else lines
    return join([code("{}: {}", head, text), *below], "\n")


def values_line(values: Sequence[str], *, is_open: bool) -> Code:
    """The allowed values as a sentence."""
    shown = join(map(code_span, values[:_MOST_VALUES]))
    others = code(", or another value") if is_open else code("")
    more = markdown_line(f" and {len(values) - _MOST_VALUES} more")
    others = code(" {}{}", more, others) if len(values) > _MOST_VALUES else others
    return code("One of {}{}.", shown, others) if len(values) > 1 else code("Always {}.", shown)


def message_line(message: Message, home: str, links: Links) -> Code:
    """A header, or a request that the service sends, with its type."""
    parts = [links.type(message.type, home)] if message.type else []
    parts += [markdown_line(message.text)] if message.text else []
    head = code_span(message.name)
    return code("{}: {}", head, join(parts, ". ")) if parts else head


def _error_lines(method: Method, home: str, links: Links) -> Iterator[Code]:
    for error in method.errors:
        name, statuses = links.name(error.name, home), markdown_line(error.statuses)
        line = code("{} ({}): {}", name, statuses, markdown_line(error.text))
        if error.type:
            line = code("{} Its `body`: {}.", line, links.type(error.type, home))
        yield line


def _examples(method: Method, book: Book) -> Iterator[ExampleView]:
    for example in method.examples:
        title = heading(example.title)[0]
        operation, resource = book.operations[method.path]
        scenario = operation.scenarios[example.scenario]
        others = book.samples(operation, resource, scenario)
        first = [sample for sample in others if sample.language == "bash"]
        others = [sample for sample in others if sample not in first]
        yield ExampleView(
            title=markdown_line(f"Example: {title}" if title else "Example"),
            samples=tuple(map(_sample, [*example.samples, *first])),
            languages=markdown_line(", ".join(sample.title for sample in others)),
            others=tuple(map(_sample, others)),
            outputs=tuple(_outputs(example)),
        )


def _sample(sample: Sample) -> SampleView:
    return SampleView(markdown_line(sample.title), fenced_as(sample.code, sample.language))


def _outputs(example: Example) -> Iterator[SampleView]:
    """The response of an example as JSON, and as the programs print it."""
    titles = ("Response", "Printed")
    if example.is_error:
        titles = (_error_title(example.status), "Raised")
    yield from _blocks(titles, example.response, example.printed)
    if example.streamed:
        yield SampleView(code("Printed, as a stream"), fenced(example.streamed, "text"))


def _failures(method: Method) -> Iterator[SampleView]:
    """The examples of error responses, and the errors that they raise."""
    for error in method.errors:
        titles = (_error_title(error.statuses.partition(",")[0]), "Raised")
        yield from _blocks(titles, error.example, error.raised)


def _error_title(status: str) -> str:
    return "Error response" if status == "default" else f"Error response {status}"


def _blocks(titles: tuple[str, str], response: str, shown: str) -> Iterator[SampleView]:
    if response:
        yield SampleView(markdown_line(titles[0]), fenced(response, "json"))
    if shown:
        yield SampleView(markdown_line(titles[1]), fenced(shown, "text"))


# --- Resources, models and errors --------------------------------------------------------------


class ResourcePage(Struct, frozen=True):
    """The page of a resource."""

    title: Code
    call: Code
    description: Code
    methods: tuple[Code, ...]
    resources: tuple[Code, ...]


def resource_view(resource: Resource, book: Book) -> ResourcePage:
    """Make the view of a resource's page."""
    home = resource_page(resource)
    title, rest = heading(resource.title)
    children = [r for r in book.reference.resources if r.path[:-1] == resource.path]
    return ResourcePage(
        title=markdown_line(title),
        call=code_span(resource.call),
        description=markdown("\n\n".join(filter(None, [rest, resource.text]))),
        methods=tuple(method_line(method, book, home) for method in resource.methods),
        resources=tuple(resource_line(child, home) for child in children),
    )


def resource_line(resource: Resource, home: str) -> Code:
    """A link to the page of a resource."""
    page = link(code_span(resource.call), relative(resource_page(resource), home))
    note = markdown_line(heading(resource.text)[0])
    return code("{}: {}", page, note) if note else page


def method_line(method: Method, book: Book, home: str) -> Code:
    """A link to the page of a method."""
    operation, _ = book.operations[method.path]
    page = link(code_span(method.call), relative(method_page(method.path), home))
    note = markdown_line(heading(operation.doc.summary or operation.doc.description)[0])
    note = note or code_span(f"{operation.method} {operation.path}")
    return code("{}: {}", page, note)


class ModelPage(Struct, frozen=True):
    """The page of a model; `type` is empty for classes."""

    name: Code
    description: Code
    code: Code
    fields: tuple[Code, ...]
    type: Code
    values: Folded
    examples: tuple[SampleView, ...]
    users: Folded


def model_view(model: Model, usage: Usage, book: Book) -> ModelPage:
    """Make the view of a model's page."""
    home = model_page(model.name)
    users = [
        link(code_span(name), relative(page, home)) for name, page in usage.of_model(model.name)
    ]
    return ModelPage(
        name=code_span(model.name),
        description=markdown(model.text),
        code=fenced_as(model.code, book.reference.language.lower()),
        fields=tuple(_parameter(field, home, book.links) for field in model.fields),
        type=book.links.type(model.type, home) if model.type else code(""),
        values=folded([code_span(value) for value in model.values], _MOST_VALUES),
        examples=(*_blocks(("JSON", ""), model.example, ""), *map(_sample, model.samples)),
        users=folded(users, _MOST_USERS),
    )


class ErrorView(Struct, frozen=True):
    """A class of errors."""

    name: Code
    base: Code
    description: Code
    attributes: tuple[Code, ...]


class ErrorsPage(Struct, frozen=True):
    """`docs/errors.md`."""

    guide: Code
    errors: tuple[ErrorView, ...]


def errors_view(book: Book) -> ErrorsPage:
    """Make the view of the page of errors."""
    return ErrorsPage(
        guide=link(code("guide"), relative(f"{GUIDE}#errors", ERRORS)),
        errors=tuple(
            ErrorView(
                name=markdown_line(error.name),
                base=book.links.type(error.base, ERRORS),
                description=markdown(error.text),
                attributes=tuple(_parameter(a, ERRORS, book.links) for a in error.attributes),
            )
            for error in book.reference.errors
        ),
    )
