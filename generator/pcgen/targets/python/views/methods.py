"""Views of operations: constants that describe them, and methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.targets.code import call, code, dict_of, docstring, join, literal
from pcgen.targets.python import descriptions, examples, names
from pcgen.targets.python.types import Types, signature_default
from pcgen.targets.python.views.declarations import or_absent
from pcgen.targets.python.views.descriptors import descriptor
from pcgen.targets.python.views.streams import (
    either,
    flag_forms,
    flag_test,
    is_stream,
    stream_annotation,
    streamed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.names import Name
    from pcgen.targets.code import Code, Piece
    from pcgen.targets.python.package import PythonPackage

_LONGEST_INLINE = 4
"""Properties of a body that the call itself lists; a longer body is assigned first."""


class Constant(Struct, frozen=True):
    """The description of an operation, or of its pages, for the runtime."""

    name: Name
    type: Code
    value: Code


class Overload(Struct, frozen=True):
    """The signature of a method for some values of its flag."""

    keyword: Code
    parameters: Code
    result: Code


class MethodView(Struct, frozen=True):
    """A method of the sync or the async class.

    Args:
        name: Its name.
        keyword: `async `, or nothing.
        parameters: Its parameters after `self`.
        result: The annotation of its result.
        doc: Its docstring.
        overloads: Its signatures, if a flag decides what it returns.
        assigned_body: The body, if it is assigned to a variable.
        assigned_options: The options, if they are assigned because they carry the flag.
        flag: The condition under which the method returns a stream, if there is a flag.
        streaming_call: The call that it then returns.
        call: The call that it returns otherwise.
        has_pages: Whether it returns a pager.
    """

    name: Name
    keyword: Code
    parameters: Code
    result: Code
    doc: Code
    overloads: tuple[Overload, ...]
    assigned_body: Code
    assigned_options: Code
    flag: Code
    streaming_call: Code
    call: Code
    has_pages: bool


def constant_views(name: Name, operation: ir.Operation, types: Types) -> Iterator[Constant]:
    """Make the views of the constants that an operation needs."""
    forms = [(name, operation)]
    if operation.switch is not None:
        forms.append((names.extend(name, "_STREAM"), streamed(operation, operation.switch)))
    for form_name, form in forms:
        value = call(types.use.Operation, descriptor(form, types))
        result = code("None") if form.result.type is None else types.output(form.result.type)
        yield Constant(form_name, code("{}[{}]", types.use.Operation, result), value)
    if operation.paging is not None:
        yield _pages_constant(name, operation.paging, types)


def _pages_constant(name: Name, paging: ir.Paging, types: Types) -> Constant:
    pages = types.use.Pages
    is_cursor = paging.style is ir.PageStyle.CURSOR
    values = {
        "style": "" if is_cursor else paging.style.value,
        "argument": paging.argument or "",
        "cursor": ".".join(paging.cursor),
        "items": ".".join(paging.items),
        "more": ".".join(paging.more),
        "done": ".".join(paging.done),
        "total": ".".join(paging.total),
        "last": ".".join(paging.last),
        "first": paging.first,
        "size": paging.size or "",
        "in_body": paging.in_body,
    }
    parts = [code("{}={}", names.known(key), literal(v)) for key, v in values.items() if v]
    item, page = types.output(paging.item_type), types.output(paging.page_type)
    type_ = code("{}[{}, {}]", pages, item, page)
    return Constant(names.extend(name, "_PAGES"), type_, call(pages, [name, *parts]))


def method_views(
    constant: Name,
    operation: ir.Operation,
    resource: ir.Resource,
    package: PythonPackage,
    types: tuple[Types, Types],
) -> list[MethodView]:
    """Make the views of an operation's sync and async method."""
    text = descriptions.method_text(operation)
    body = _body_argument(operation.body)
    is_assigned = _is_assigned(operation)
    given = [code("options")]
    if operation.parameters:
        params = dict_of((literal(str(p.name)), p.name) for p in operation.parameters)
        given.append(code("params={}", params))
    if body:
        given.append(code("body={}", code("body") if is_assigned else body))
    return [
        _method(
            operation,
            one,
            docstring(f"{text}\n\n{_example(operation, resource, package, one)}", 8),
            body if is_assigned else code(""),
            *_calls(operation, constant, given, one),
        )
        for one in types
    ]


def _method(
    operation: ir.Operation,
    types: Types,
    doc: Code,
    assigned_body: Code,
    plain_call: Code,
    streaming_call: Code,
) -> MethodView:
    switch = operation.switch
    return MethodView(
        name=operation.name,
        keyword=_keyword(is_coroutine=_is_coroutine(operation, types)),
        parameters=_with_options(signature(operation, types), types),
        result=_implemented(operation, types),
        doc=doc,
        overloads=(*_flag_overloads(operation, types), *_selector_overloads(operation, types)),
        assigned_body=assigned_body,
        assigned_options=_options_with_flag(switch, types),
        flag=flag_test(operation, types),
        streaming_call=streaming_call,
        call=plain_call,
        has_pages=operation.paging is not None,
    )


def _keyword(*, is_coroutine: bool) -> Code:
    return code("async ") if is_coroutine else code("")


def _options_with_flag(switch: ir.Switch | None, types: Types) -> Code:
    """The options that add the flag to a body that callers pass whole."""
    if switch is None or switch.carrier is not ir.Carrier.BODY:
        return code("")
    given: list[Piece] = [
        code("options"),
        literal(switch.wire_name),
        names.field_argument(switch.flag),
    ]
    return call(types.use.with_property, given)


def _example(
    operation: ir.Operation, resource: ir.Resource, package: PythonPackage, types: Types
) -> str:
    return examples.example_text(operation, resource, package, is_async=types.is_async)


def _is_coroutine(operation: ir.Operation, types: Types) -> bool:
    """Whether a method is declared `async`; calls of streams can be awaited anyway."""
    is_single = operation.paging is None and operation.switch is None and not is_stream(operation)
    return types.is_async and is_single


def _calls(
    operation: ir.Operation, constant: Name, given: list[Code], types: Types
) -> tuple[Code, Code]:
    """The call that a method returns, and the one that it returns if its flag is set."""
    use, caller = types.use, code("self._caller")
    wait = code("await ") if _is_coroutine(operation, types) else code("")
    if operation.paging is not None:
        pager = use.AsyncPager if types.is_async else use.Pager
        return call(pager, [caller, names.extend(constant, "_PAGES"), *given]), code("")
    plain = code("{}{}", wait, call(code("{}.call", caller), [constant, *given]))
    if operation.switch is None and not is_stream(operation):
        return plain, code("")
    opener = use.open_async_stream if types.is_async else use.open_stream
    described = constant if operation.switch is None else names.extend(constant, "_STREAM")
    stream = call(opener, [caller, described, *given])
    return (stream, code("")) if operation.switch is None else (plain, stream)


def _flag_overloads(operation: ir.Operation, types: Types) -> Iterator[Overload]:
    switch = operation.switch
    if switch is None:
        return
    for form in flag_forms(operation, switch, types):
        parts = _with_annotation(operation, names.field_argument(switch.flag), form.flag, types)
        yield Overload(_keyword(is_coroutine=form.is_coroutine), parts, form.result)


def _selector_overloads(operation: ir.Operation, types: Types) -> Iterator[Overload]:
    """Yield a signature for each type that values of the selector select, then for all others."""
    selector = operation.selector
    if selector is None:
        return
    types.use.need("overload")
    keyword = _keyword(is_coroutine=types.is_async)
    values: dict[ir.Type, list[Code]] = {}
    for value, type_ in selector.cases:
        values.setdefault(type_, []).append(literal(value))
    name = names.field_argument(selector.argument)
    argument = next(v for v in descriptions.ordered_values(operation) if v.name == name)
    presence = argument.presence
    default = presence.value if isinstance(presence, ir.Default | ir.Fixed) else None
    for type_, known in values.items():
        annotation = code("{}[{}]", types.use.Literal, join(known))
        if literal(default) in known:
            annotation = _annotation(argument, annotation, types)
        parts = _with_annotation(operation, name, annotation, types)
        yield Overload(keyword, parts, types.output(type_))
    parts = _with_options(signature(operation, types), types)
    yield Overload(keyword, parts, returned(operation, types))


def _implemented(operation: ir.Operation, types: Types) -> Code:
    """The annotation of the result of a method below its overloads."""
    selector = operation.selector
    parts = ir.nested_types(selector.other) if selector else ()
    if selector is None or not any(isinstance(part, ir.Array | ir.Map) for part in parts):
        return returned(operation, types)
    every = (*(type_ for _, type_ in selector.cases), selector.other)  # Lists are invariant.
    return join(dict.fromkeys(map(types.output, every)), " | ")


def _with_annotation(
    operation: ir.Operation, argument: Name, annotation: Code, types: Types
) -> Code:
    """The parameters of a method, with another annotation of an argument."""
    known = code("{}: {}", argument, annotation)
    parts = signature(operation, types)
    return _with_options([known if p.startswith(f"{argument}: ") else p for p in parts], types)


def _with_options(parts: list[Code], types: Types) -> Code:
    use = types.use
    return join([*parts, code("**options: {}[{}]", use.Unpack, use.RequestOptions)])


def returned(operation: ir.Operation, types: Types) -> Code:
    """The annotation of a method's result."""
    use = types.use
    if operation.result.type is None:
        return code("None")
    type_ = types.output(operation.selector.other if operation.selector else operation.result.type)
    if operation.paging is not None:
        pager = use.AsyncPager if types.is_async else use.Pager
        return code("{}[{}, {}]", pager, types.output(operation.paging.item_type), type_)
    if operation.switch is not None:
        return either(operation, operation.switch, types)
    return stream_annotation(operation, types) if is_stream(operation) else type_


def signature(operation: ir.Operation, types: Types) -> list[Code]:
    """The parameters of a method between `self` and the options; those of the path come first."""
    by_position: list[Code] = []
    by_name: list[Code] = []
    for value in descriptions.ordered_values(operation):
        in_path = isinstance(value, ir.Parameter) and value.place is ir.Place.PATH
        (by_position if in_path else by_name).append(_parameter(value, types))
    return [*by_position, *([code("*"), *by_name] if by_name else [])]


def _parameter(value: ir.Field | ir.Parameter, types: Types) -> Code:
    return code("{}: {}", value.name, _annotation(value, types.input(value.type), types))


def _annotation(value: ir.Field | ir.Parameter, type_: Code, types: Types) -> Code:
    """The annotation of an argument, with its default, if it accepts a type besides its absence."""
    default = signature_default(value.presence, value.type, types.use)
    if default and not isinstance(value.presence, ir.Fixed):
        type_ = or_absent(type_, value.type, types.use)
    return code("{}{}", type_, default)


def _is_assigned(operation: ir.Operation) -> bool:
    """Whether a method assigns the body to a variable: it is long, or used twice."""
    fields = (operation.body.fields if operation.body else None) or ()
    taken = {*(field.name for field in fields), *(p.name for p in operation.parameters)}
    is_long = len(fields) > _LONGEST_INLINE or operation.switch is not None
    return bool(fields) and is_long and "body" not in taken


def _body_argument(body: ir.Body | None) -> Code:
    if body is None:
        return code("")
    if body.fields is None:
        return code("body")
    return dict_of(
        (literal(str(field.name)), names.field_argument(field.name)) for field in body.fields
    )
