"""The guide to a client: what its package has, with calls that this package can make."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.targets.code import code, code_span, fenced, markdown, markdown_line
from pcgen.targets.python import descriptions, examples, names, programs
from pcgen.targets.python.runtime_docs import options

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping

    from pcgen.names import Name
    from pcgen.targets.code import Code
    from pcgen.targets.python.package import PythonPackage
    from pcgen.targets.reference import Parameter

# The sections that explain a name of the runtime.
_TERMS = {
    "": {
        "Timeout": "timeouts",
        "UNSET": "models",
        "UnsetType": "models",
        "UnknownVariant": "models",
        "Middleware": "middleware-and-hooks",
        "AsyncMiddleware": "middleware-and-hooks",
        "RequestOptions": "options-of-a-call",
        "RawResponse": "raw-and-streaming-responses",
        "StreamingResponse": "raw-and-streaming-responses",
        "Drift": "when-responses-differ-from-the-description",
    },
    "call/pages": {"Pager": "paging", "AsyncPager": "paging"},
    "call/stream": {
        "Stream": "streams",
        "AsyncStream": "streams",
        "AsyncStreamCall": "streams",
        "ServerSentEvent": "streams",
    },
    "bodies/files": {
        "FileInput": "uploads",
        "AsyncFileInput": "uploads",
        "BinaryInput": "uploads",
        "AsyncBinaryInput": "uploads",
    },
}


class GuideView(Struct, frozen=True):
    """`docs/guide.md`; calls are empty if no operation of their kind has an example."""

    distribution: Code
    module: Name
    client: Name
    async_client: Name
    variable: Name
    first: Code
    arguments: Code
    credentials: tuple[Code, ...]
    base_url: Code
    in_async: Code
    timed: Code
    handled: Code
    raw: Code
    streamed_raw: Code
    has_pages: bool
    paged: Code
    has_streams: bool
    streamed: Code
    has_files: bool
    uploaded: Code
    downloaded: Code
    tested: Code
    call_options: tuple[Code, ...]
    client_options: tuple[Code, ...]


def terms(needed: Container[str]) -> Mapping[str, str]:
    """The section that explains each name of the runtime."""
    found: dict[str, str] = {}
    for module, sections in _TERMS.items():
        if not module or module in needed:
            found |= sections
    return found


def guide_view(package: PythonPackage, needed: Container[str]) -> GuideView:
    """Make the view of the guide; `needed` are modules of the runtime."""
    given, call = programs.setup(package), _found(package, _is_plain)
    variable, client = package.variable, package.client
    head = ["import os", ""] if given.reads else []
    head += [*(call.imports if call else []), f"from {package.module} import {client}", ""]
    head += [f"{variable} = {client}({given.arguments})"]
    lines = [*call.lines, "print(result)"] if call else []
    return GuideView(
        distribution=markdown_line(package.distribution),
        module=package.module,
        client=client,
        async_client=names.prefixed("Async", client),
        variable=variable,
        first=_block([*head, *lines]),
        arguments=code("{}, ", given.arguments) if given.arguments else code(""),
        credentials=tuple(_credentials(package)),
        base_url=markdown(descriptions.base_url_text(package)),
        in_async=_block(_in_async(package, given, call)),
        timed=_block(call.with_option("timeout=10") if call else []),
        handled=_block(_handled(package, call)),
        raw=_block(_raw(call)),
        streamed_raw=_block(_streamed_raw(call)),
        has_pages="call/pages" in needed,
        paged=_block(_lines(_found(package, _is_paged))),
        has_streams="call/stream" in needed,
        streamed=_block(_lines(_found(package, _is_streamed))),
        has_files="bodies/files" in needed,
        uploaded=_block(_uploaded(_found(package, _may_upload, _OF_FILES))),
        downloaded=_block(_downloaded(_found(package, _is_download))),
        tested=_block(_tested(package, call)),
        call_options=tuple(map(_option, options("RequestOptions"))),
        client_options=tuple(map(_option, options("ClientOptions"))),
    )


def _block(lines: list[str]) -> Code:
    return fenced("\n".join(lines), "python") if lines else code("")


def _option(option: Parameter) -> Code:
    text = markdown_line(option.text)
    return code("{} ({}): {}", code_span(option.name), code_span(option.type), text)


def _credentials(package: PythonPackage) -> Iterator[Code]:
    for scheme in package.service.schemes:
        arguments = *descriptions.secret_texts(scheme), *descriptions.grant_texts(scheme)
        for secret, text in arguments:
            yield code("{}: {}", code_span(secret.name), markdown(text))


# --- Calls -------------------------------------------------------------------------------------


class Call(Struct, frozen=True):
    """The example of an operation, sync; `path` is the code before its arguments."""

    path: str
    imports: list[str]
    lines: list[str]
    async_lines: list[str]

    def with_option(self, option: str) -> list[str]:
        """The lines, with one more argument."""
        *first, last = self.lines
        if not first:
            separator = "" if last.endswith("()") else ", "
            return [f"{last.removesuffix(')')}{separator}{option})"]
        return [*first, f"    {option},", last]

    def through(self, attribute: str, before: str, after: str) -> list[str]:
        """The lines, with the method of another attribute, and with other code around the call."""
        owner, _, method = self.path.rpartition(".")
        first, *others = self.lines
        rest = first.partition(f"{self.path}(")[2]
        lines = [f"{before}{owner}.{attribute}.{method}({rest}", *others]
        return [*lines[:-1], f"{lines[-1]}{after}"]


def _found(
    package: PythonPackage, fits: Callable[[ir.Operation], bool], imported: str = ""
) -> Call | None:
    """The shortest example among some operations that fit.

    Those of the resource that the README shows come first, then those that read. `imported` is a
    line that it imports.
    """
    resources = sorted(package.resources, key=lambda resource: not _is_first(resource))
    candidates = (
        (operation, resource)
        for reads in (True, False)
        for resource in resources
        for operation in resource.operations
        if fits(operation)
        and (operation.method == "GET") is reads
        and operation.security in (None, package.service.security)
        and (resource.service is None or not resource.service.variables)
    )
    calls = (_call(operation, resource, package) for operation, resource in candidates)
    fitting = (call for call in calls if call and imported in ("", *call.imports))
    found = islice(fitting, _MOST_TRIED)
    return min(found, key=lambda call: len(call.lines), default=None)


def _call(operation: ir.Operation, resource: ir.Resource, package: PythonPackage) -> Call | None:
    lines, async_lines = (
        examples.example_call(operation, resource, package, is_async=is_async, indent=8 * is_async)
        for is_async in (False, True)
    )
    if not lines:
        return None
    path = examples.call_path(operation, resource, package)
    return Call(path, examples.example_imports(operation, resource, package), lines, async_lines)


def _is_single(operation: ir.Operation) -> bool:
    is_stream = operation.switch is not None or operation.result.streaming is not _SINGLE
    return not is_stream and operation.paging is None and operation.result.type is not None


def _is_first(resource: ir.Resource) -> bool:
    """Whether the document says that the README shows a call of the resource."""
    return any(scenario.is_first for call in resource.operations for scenario in call.scenarios)


def _is_plain(operation: ir.Operation) -> bool:
    return _is_single(operation) and not _is_download(operation)


def _is_download(operation: ir.Operation) -> bool:
    return _is_single(operation) and operation.result.type in _FILES


def _may_upload(operation: ir.Operation) -> bool:
    is_form = operation.body is not None and operation.body.encoding is not ir.Encoding.JSON
    return is_form and operation.paging is None and not _is_streamed(operation)


def _is_paged(operation: ir.Operation) -> bool:
    return operation.paging is not None


def _is_streamed(operation: ir.Operation) -> bool:
    return operation.result.streaming is not _SINGLE


_SINGLE = ir.Streaming.NONE
_FILES = (ir.Scalar(ir.Kind.BINARY), ir.Scalar(ir.Kind.FILE), ir.Scalar(ir.Kind.BYTES))
_OF_FILES = "from pathlib import Path"
_MOST_TRIED = 10


# --- Blocks ------------------------------------------------------------------------------------


def _lines(call: Call | None) -> list[str]:
    return [*call.imports, *[""] * bool(call.imports), *call.lines] if call else []


def _in_async(package: PythonPackage, given: programs.Setup, call: Call | None) -> list[str]:
    if call is None:
        return []
    text = programs.program(package, given, call.imports, call.async_lines, is_async=True)
    return text.split("\n")


def _handled(package: PythonPackage, call: Call | None) -> list[str]:
    if call is None:
        return []
    return [
        f"from {package.module} import errors",
        "",
        "try:",
        *(f"    {line}" for line in call.lines),
        "except errors.RateLimitError as error:",
        '    print(error.status_code, error.headers.get("retry-after"))',
        "except errors.APIStatusError as error:",
        "    print(error.status_code, error.code, error.body, error.request_id)",
        "except errors.APIConnectionError as error:",
        "    print(error.message)",
    ]


def _raw(call: Call | None) -> list[str]:
    if call is None:
        return []
    return [
        *call.through("with_raw_response", "response = ", ""),
        'print(response.status_code, response.headers.get("content-type"), response.request_id)',
        "print(response.parse())",
    ]


def _streamed_raw(call: Call | None) -> list[str]:
    if call is None:
        return []
    return [
        *call.through("with_streaming_response", "with ", " as streamed:"),
        '    print(sum(len(piece) for piece in streamed.iter_bytes()), "bytes")',
    ]


def _uploaded(call: Call | None) -> list[str]:
    """An upload, whose result has another type than the first one of the guide."""
    return [re.sub("^result = ", "uploaded = ", line) for line in _lines(call)]


def _downloaded(call: Call | None) -> list[str]:
    if call is None:
        return []
    return [
        *call.imports,
        *call.through("with_streaming_response", "with ", " as download:"),
        '    print(download.write_to("download.bin"), "bytes")',
    ]


def _tested(package: PythonPackage, call: Call | None) -> list[str]:
    """A test with the fixture of a mock server, for clients that need no more than credentials."""
    if call is None or package.service.variables:
        return []
    given = [f'{name}="any"' for name in programs.secret_names(package)]
    arguments = ", ".join([*given, "base_url=pcgen_mock.url"])
    return [
        "from typing import Any",
        "",
        "",
        "def test_call(pcgen_mock: Any) -> None:",
        f"    with {package.client}({arguments}) as {package.variable}:",
        *(f"        {line}" if line else "" for line in call.lines),
        "    assert result is not None",
        "    assert len(pcgen_mock.requests) == 1",
    ]
