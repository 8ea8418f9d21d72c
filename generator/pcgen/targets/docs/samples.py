"""Programs that send the request of an example without a client.

The template of a language prints a `Program`, whose code the `Language` has made.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from msgspec import Struct

from pcgen import ir
from pcgen.targets.code import code, dotted_name, literal
from pcgen.targets.docs.languages import LANGUAGES
from pcgen.targets.docs.requests import Shown, Use, Variable, request_of
from pcgen.targets.reference import Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pcgen.targets.code import Code
    from pcgen.targets.docs.languages import Language
    from pcgen.targets.docs.requests import Body, Part, Request

# The characters that HTML escapes in the names of parts.
_QUOTED = {sign: f"%{sign:02X}" for sign in (*range(32), 34, 92, 127)}
# The headers whose values .NET checks.
_CHECKED = frozenset((
    "accept", "accept-charset", "accept-encoding", "accept-language", "authorization",
    "cache-control", "connection", "date", "expect", "from", "host", "if-match",
    "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "max-forwards",
    "pragma", "proxy-authorization", "range", "referer", "te", "trailer", "transfer-encoding",
    "upgrade", "user-agent", "via", "warning",
))  # fmt: skip


class HeaderView(Struct, frozen=True):
    """A header; .NET checks the value of some."""

    name: Code
    value: Code
    is_checked: bool


class PairView(Struct, frozen=True):
    """A field of a form; `encoded` is its name and its text in one literal."""

    name: Code
    text: Code
    encoded: Code


class PartView(Struct, frozen=True):
    """A part of a form.

    `is_named` parts have a file name, whether they are files or texts. `head` are the lines before
    the content, with the content if it is a text, and `disposition` is the header in them. Numbers
    tell variables apart.
    """

    name: Code
    text: Code
    file: Code
    file_name: Code
    content_type: Code
    disposition: Code
    head: Code
    number: Code
    file_number: Code
    is_file: bool
    is_named: bool
    is_typed: bool


class Program(Struct, frozen=True):
    """What the template of a language prints: literals, expressions, and what applies.

    `variable` is the environment variable of the base URL, and `default` its default. `content` is
    the body, or the path of its file. `options` are all arguments of `curl`.
    """

    method: Code
    variable: Code
    variable_name: Code
    default: Code
    url: Code
    headers: tuple[HeaderView, ...]
    content_type: Code
    content: Code
    pairs: tuple[PairView, ...]
    parts: tuple[PartView, ...]
    options: tuple[Code, ...]
    response_file: Code
    is_get: bool
    has_default: bool
    has_headers: bool
    is_plain: bool
    has_body: bool
    has_publisher: bool
    has_content: bool
    has_value: bool
    has_text: bool
    has_file: bool
    has_form: bool
    has_parts: bool
    has_typed_parts: bool
    has_paths: bool
    reads_files: bool
    reads_strings: bool
    uses_buffers: bool
    uses_urls: bool
    encodes_urls: bool
    encodes_base64: bool
    prints: bool
    shows_json: bool
    shows_text: bool
    shows_stream: bool
    saves_file: bool
    shows_status: bool


def samples(
    operation: ir.Operation,
    resource: ir.Resource,
    scenario: ir.Scenario,
    *,
    package: ir.Package,
    names: Iterable[str],
    render: Callable[..., str],
) -> list[Sample]:
    """Write the request of an operation's scenario in the languages of `names`.

    Args:
        operation: The operation.
        resource: Its resource.
        scenario: The scenario.
        package: The package.
        names: The languages, as the configuration names them.
        render: Prints a template.
    """
    request = request_of(operation, resource, package, scenario)
    chosen = [language for name, language in LANGUAGES.items() if name in names]
    return [
        Sample(
            language.word,
            language.title,
            render(f"docs/{language.template}", page=_program(request, language)).rstrip(),
        )
        for language in chosen
    ]


def _program(request: Request, language: Language) -> Program:
    body = request.body
    parts = tuple(_parts(body, language))
    return Program(
        method=language.method(request.method),
        variable=dotted_name(request.variable),
        variable_name=language.string(request.variable),
        default=language.string(request.base),
        url=language.url(request),
        headers=tuple(_headers(request, language)),
        content_type=language.string(body.content_type if body else ""),
        content=language.body(body) if body else code(""),
        pairs=tuple(_pair(name, text, language) for name, text in (body.pairs if body else ())),
        parts=parts,
        options=tuple(language.options(request)),
        response_file=language.string(request.file),
        **_flags(request, parts, has_value=body is not None and language.takes_value(body)),
    )


def _flags(request: Request, parts: tuple[PartView, ...], *, has_value: bool) -> dict[str, bool]:
    """The parts that a program has, and what they need."""
    body, shown = request.body, request.shown
    encoding = None if body is None else body.encoding
    has_form = encoding is ir.Encoding.FORM
    has_parts = encoding is ir.Encoding.MULTIPART
    has_content = body is not None and not has_form and not has_parts
    has_file = body is not None and bool(body.file)
    has_text = has_content and not has_value and not has_file
    reads_files = has_file or any(part.is_file for part in parts)
    pieces = [piece for _, text in request.headers for piece in text]
    uses = {piece.use for piece in pieces if isinstance(piece, Variable)}
    encodes_urls = bool(request.queries) or Use.URL in uses
    return {
        "is_get": request.method == "GET",
        "has_default": bool(request.base),
        "has_headers": bool(request.headers) or has_content,
        "is_plain": request.method == "GET" and body is None and not request.headers,
        "has_body": body is not None,
        "has_publisher": body is not None or request.method != "GET",
        "has_content": has_content,
        "has_value": has_value,
        "has_text": has_text,
        "has_file": has_file,
        "has_form": has_form,
        "has_parts": has_parts,
        "has_typed_parts": any(part.is_typed for part in parts),
        "has_paths": reads_files or shown is Shown.FILE,
        "reads_files": reads_files,
        "reads_strings": has_text or has_form,
        "uses_buffers": has_parts or shown is Shown.JSON,
        "uses_urls": encodes_urls or has_form,
        "encodes_urls": encodes_urls,
        "encodes_base64": Use.BASIC in uses,
        "prints": shown in {Shown.JSON, Shown.STATUS},
        "shows_json": shown is Shown.JSON,
        "shows_text": shown is Shown.TEXT,
        "shows_stream": shown is Shown.STREAM,
        "saves_file": shown is Shown.FILE,
        "shows_status": shown is Shown.STATUS,
    }


def _headers(request: Request, language: Language) -> Iterator[HeaderView]:
    for name, text in request.headers:
        yield HeaderView(
            name=language.string(name),
            value=language.expression(text),
            is_checked=name.lower() in _CHECKED,
        )


def _pair(name: str, text: str, language: Language) -> PairView:
    encoded = f"{quote_plus(name)}={quote_plus(text, errors='replace')}"
    return PairView(language.string(name), language.string(text), language.string(encoded))


def _parts(body: Body | None, language: Language) -> Iterator[PartView]:
    numbers = count(1), count(1)
    for part in body.parts if body else ():
        number = next(numbers[0]) if part.content_type else 0
        yield _part(part, language, number, next(numbers[1]) if part.file_name else 0)


def _part(part: Part, language: Language, number: int, file_number: int) -> PartView:
    disposition = f'form-data; name="{part.name.translate(_QUOTED)}"'
    if part.file_name:
        disposition += f'; filename="{part.file_name.translate(_QUOTED)}"'
    head = f"Content-Disposition: {disposition}\r\n"
    head += f"Content-Type: {part.content_type}\r\n" if part.content_type else ""
    return PartView(
        name=language.string(part.name),
        text=language.string(part.text),
        file=language.string(part.file),
        file_name=language.string(part.file_name),
        content_type=language.string(part.content_type),
        disposition=language.string(disposition),
        head=language.string(f"\r\n{head}\r\n" + ("" if part.file else f"{part.text}\r\n")),
        number=literal(number) if number > 1 else code(""),
        file_number=literal(file_number) if file_number > 1 else code(""),
        is_file=bool(part.file),
        is_named=bool(part.file_name),
        is_typed=bool(part.content_type),
    )
