"""The request of an example, as programs without a client send it."""

from __future__ import annotations

from enum import Enum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec import Struct

from pcgen import ir
from pcgen.ir.examples import body_values, typed
from pcgen.targets.docs import wire
from pcgen.targets.variables import base_url_variable, secret_variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PATH_SAFE = "/:@!$&'()*+,;=~%?"  # A path may end in a query that is always sent.
_MEDIA_TYPES = {
    ir.Encoding.JSON: "application/json",
    ir.Encoding.FORM: "application/x-www-form-urlencoded",
    ir.Encoding.MULTIPART: "multipart/form-data",
    ir.Encoding.NDJSON: "application/x-ndjson",
    ir.Encoding.TEXT: "text/plain",
    ir.Encoding.BYTES: "application/octet-stream",
}
_ACCEPTED = {ir.Streaming.SSE: "text/event-stream", ir.Streaming.NDJSON: "application/x-ndjson"}
# Media types by the extension of a file; Python's table differs between its versions.
_OF_FILES = {
    "csv": "text/csv",
    "gif": "image/gif",
    "html": "text/html",
    "jpg": "image/jpeg",
    "json": "application/json",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "pdf": "application/pdf",
    "png": "image/png",
    "txt": "text/plain",
    "wav": "audio/x-wav",
    "xml": "application/xml",
    "zip": "application/zip",
}


class Use(Enum):
    """How a program writes the value of an environment variable."""

    PLAIN = "plain"
    URL = "url"
    BASIC = "basic"


class Variable(Struct, frozen=True):
    """Environment variables in a text; basic authentication has two."""

    names: tuple[str, ...]
    use: Use = Use.PLAIN


Text = tuple[str | Variable, ...]


class Part(Struct, frozen=True):
    """A part of a form: a text, or a file with its path. A text may count as a file, too."""

    name: str
    content_type: str
    text: str = ""
    file: str = ""
    file_name: str = ""


class Body(Struct, frozen=True):
    """The body of a request; which fields apply, depends on the encoding.

    Args:
        encoding: How it is written.
        content_type: Its media type.
        value: The value of JSON.
        text: The text of `TEXT` and `NDJSON`, and of `BYTES` without a `file`.
        file: The path of a file.
        pairs: The names and texts of a form.
        parts: The parts of a multipart form.
    """

    encoding: ir.Encoding
    content_type: str
    value: ir.Json = None
    text: str = ""
    file: str = ""
    pairs: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()


class Shown(Enum):
    """What a program does with a success response: print it, save it, or print its status."""

    JSON = "json"
    TEXT = "text"
    STREAM = "stream"
    FILE = "file"
    STATUS = "status"


class Request(Struct, frozen=True):
    """A request.

    Args:
        method: The HTTP method.
        variable: The environment variable of the base URL.
        base: The base URL without that variable; empty if the document names no host.
        target: The path and query, to append to the base URL.
        queries: Credentials in the query.
        headers: The headers except `Content-Type`.
        body: The body; None = no body.
        shown: What to do with the response.
        file: The name of the file for the response.
    """

    method: str
    variable: str
    base: str
    target: str
    queries: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, Text], ...]
    body: Body | None
    shown: Shown
    file: str


def request_of(
    operation: ir.Operation, resource: ir.Resource, package: ir.Package, scenario: ir.Scenario
) -> Request:
    """The request of a scenario, with the credentials of the first alternative."""
    service = resource.service or package.service
    given = list(_parameters(operation, scenario))
    accepted, shown = _response(operation, given, scenario.body)
    headers = {name.lower(): (name, Text((value,))) for name, value in service.headers}
    if accepted:
        headers.setdefault("accept", ("Accept", (accepted,)))
    path, query, cookies = operation.path, list[str](), list[Text]()
    for parameter, value in given:
        name = parameter.wire_name
        match parameter.place:
            case ir.Place.PATH:
                path = path.replace(f"{{{name}}}", wire.path_text(parameter, value))
            case ir.Place.HEADER:
                headers[name.lower()] = name, (wire.header_text(parameter, value),)
            case ir.Place.COOKIE:
                cookies += [(text,) for text in wire.query_texts(parameter, value)]
            case _:
                query += wire.query_texts(parameter, value)
    queries = list[tuple[str, str]]()
    for place, name, text in _credentials(operation, service, package):
        if place is ir.Place.QUERY:
            queries += [(name, one.names[0]) for one in text if isinstance(one, Variable)]
        elif place is ir.Place.COOKIE:
            cookies.append((f"{wire.escape(name)}=", *text))
        else:
            headers[name.lower()] = name, text
    if cookies:
        headers["cookie"] = "Cookie", _joined(cookies)
    target = quote(path, safe=_PATH_SAFE)
    if query:
        target += ("&" if "?" in target else "?") + "&".join(query)
    return Request(
        method=operation.method,
        variable=base_url_variable(package, resource),
        base=_base(operation, service),
        target=target if target.startswith("/") else f"/{target}",
        queries=tuple(queries),
        headers=tuple(headers.values()),
        body=_body(operation, package, scenario),
        shown=shown,
        file=f"response.{_extension(accepted)}",
    )


def _base(operation: ir.Operation, service: ir.Service) -> str:
    """The URL that paths are appended to; empty without a host."""
    base = operation.base_url or service.base_url
    if base.startswith("/") and "://" in service.base_url:
        scheme, _, rest = service.base_url.partition("://")
        base = f"{scheme}://{rest.partition('/')[0]}{base}"
    for variable in service.variables:
        if isinstance(variable.presence, ir.Required):
            return ""
        if isinstance(variable.presence, ir.Default):
            base = base.replace(f"{{{variable.wire_name}}}", str(variable.presence.value))
    return quote(base.rstrip("/"), safe=_PATH_SAFE + "[]") if "://" in base else ""


def _parameters(
    operation: ir.Operation, scenario: ir.Scenario
) -> Iterator[tuple[ir.Parameter, ir.Json]]:
    """The parameters that a call of the scenario sends."""
    values = dict(scenario.parameters)
    page = operation.paging.argument if operation.paging else None
    for parameter in operation.parameters:
        value, presence = values.get(parameter.name), parameter.presence
        if isinstance(presence, ir.Fixed):
            yield parameter, presence.value if value is None else value
        elif isinstance(presence, ir.Required):
            yield parameter, presence.default if value is None else value
        elif value is not None and parameter.name != page and not _is_default(parameter, value):
            yield parameter, value


def _response(
    operation: ir.Operation, given: list[tuple[ir.Parameter, ir.Json]], body: ir.Json
) -> tuple[str, Shown]:
    """The media type to ask for, empty if the usual one comes anyway, and how to show it."""
    result, switch = operation.result, operation.switch
    if switch is not None:
        sent = {parameter.wire_name: value for parameter, value in given}
        sent |= body if isinstance(body, dict) and switch.carrier is not ir.Carrier.NONE else {}
        value = sent.get(switch.wire_name)
        if switch.by_default if value is None else value == switch.value:
            result = switch.result
    if result.type is None:
        return "", Shown.STATUS
    usual = _ACCEPTED.get(result.streaming, "application/json")
    accepted = (result.media_type or usual).partition(", ")[0]
    is_offered = accepted != "application/json" or bool(result.others) or switch is not None
    header = accepted if is_offered and "*" not in accepted else ""
    if result.streaming is not ir.Streaming.NONE:
        return header, Shown.STREAM
    if wire.is_json(accepted) or accepted in {"application/*", "text/json", "*/*"}:
        return header, Shown.TEXT if isinstance(result.type, ir.Nullable) else Shown.JSON
    return header, Shown.TEXT if accepted.startswith("text/") else Shown.FILE


def _extension(media_type: str) -> str:
    known = {kind: extension for extension, kind in _OF_FILES.items()}
    return known.get(media_type.partition(";")[0].strip(), "bin")


def _credentials(
    operation: ir.Operation, service: ir.Service, package: ir.Package
) -> Iterator[tuple[ir.Place, str, Text]]:
    """Where each credential goes: the place, the name of the header or parameter, its text."""
    security = service.security if operation.security is None else operation.security
    needed = security[0] if security else ()
    for scheme in package.service.schemes:
        if scheme.wire_name not in needed:
            continue
        names = tuple(secret_variable(secret, package) for secret in scheme.secrets)
        if scheme.kind is ir.SchemeKind.BEARER:
            yield ir.Place.HEADER, "Authorization", ("Bearer ", Variable(names))
        elif scheme.kind is ir.SchemeKind.BASIC:
            yield ir.Place.HEADER, "Authorization", ("Basic ", Variable(names, Use.BASIC))
        else:
            use = Use.URL if scheme.place is ir.Place.COOKIE else Use.PLAIN
            yield scheme.place, scheme.key, (Variable(names, use),)


def _joined(cookies: Iterable[Text]) -> Text:
    """One header of all cookies."""
    pieces: list[str | Variable] = []
    for cookie in cookies:
        for piece in ("; ", *cookie) if pieces else cookie:
            if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
                pieces[-1] += piece
            else:
                pieces.append(piece)
    return tuple(pieces)


# --- Bodies ------------------------------------------------------------------------------------


def _body(operation: ir.Operation, package: ir.Package, scenario: ir.Scenario) -> Body | None:
    body = operation.body
    if body is None or (scenario.body is None and not body.required):
        return None
    value, usual = _sent(body, scenario), _MEDIA_TYPES[body.encoding]
    kind = (body.media_type or usual).partition(", ")[0]
    if body.encoding in (ir.Encoding.FORM, ir.Encoding.MULTIPART) and not isinstance(value, dict):
        return None  # Forms have no encoding of other values than objects.
    match body.encoding:
        case ir.Encoding.JSON:
            return Body(body.encoding, kind, value=value)
        case ir.Encoding.NDJSON:
            items = value if isinstance(value, list) else [value]
            text = "".join(f"{wire.compact(item)}\n" for item in items)
            return Body(body.encoding, kind, text=text)
        case ir.Encoding.TEXT:
            is_bare = kind.startswith("text/") and "charset=" not in kind.lower()
            kind = f"{kind}; charset=utf-8" if is_bare else kind
            return Body(body.encoding, kind, text=wire.text(value))
        case ir.Encoding.BYTES:
            [(_, content)] = body_values(body, value, package.declared)
            file, text = _content(content)
            kind = _file_type(body.media_type or usual, file)
            return Body(body.encoding, kind, text=text, file=file)
        case ir.Encoding.FORM:
            parts = {part.wire_name: part for part in body.parts}
            pairs = [pair for k, v in value.items() for pair in wire.form_pairs(parts.get(k), k, v)]
            return Body(body.encoding, kind, pairs=tuple(pairs))
    return Body(body.encoding, kind, parts=tuple(_parts(body, value, package)))


def _sent(body: ir.Body, scenario: ir.Scenario) -> ir.Json:
    """The body, without made values that are the defaults, and with those that are fixed."""
    value = scenario.body
    if body.fields is None or not isinstance(value, dict):
        return value
    fields = {field.wire_name: field for field in body.fields}
    kept = {
        key: item
        for key, item in value.items()
        if not (scenario.is_made and key in fields and _is_default(fields[key], item))
    }
    fixed = {f.wire_name: f.presence.value for f in body.fields if isinstance(f.presence, ir.Fixed)}
    return kept | {key: item for key, item in fixed.items() if key not in kept}


def _is_default(argument: ir.Field | ir.Parameter, value: ir.Json) -> bool:
    """Whether the server uses a value without being told to."""
    presence = argument.presence
    return isinstance(presence, ir.Default) and presence.value == value


def _parts(body: ir.Body, value: ir.Json, package: ir.Package) -> Iterator[Part]:
    """The parts of a multipart form, in the order of the example."""
    described = {part.wire_name: part for part in body.parts}
    types = {field.wire_name: field.type for field in _fields(body, package)}
    for name, item in value.items():
        part = described.get(name)
        is_styled = part is not None and bool(part.style or part.explode is not None)
        kind = "" if part is None or is_styled else part.content_type
        if _is_upload(part, types.get(name), item, package):
            for one in item if isinstance(item, list) else [item]:
                [(_, content)] = body_values(_FILE, one, package.declared)
                file, text = _content(content)
                file_type = _file_type(part.content_type if part else "", file or name)
                yield Part(name, file_type, text, file, file.rpartition("/")[2] or name)
        elif isinstance(item, dict) and not is_styled:
            yield Part(name, kind or "application/json", wire.compact(item))
        elif isinstance(item, list) and not is_styled and not wire.is_json(kind):
            for one in item:
                is_object = isinstance(one, dict | list)
                yield Part(name, kind or "application/json" * is_object, wire.text(one))
        else:
            for key, text in wire.form_pairs(part, name, item):
                yield Part(key, kind, text)


def _fields(body: ir.Body, package: ir.Package) -> tuple[ir.Field, ...]:
    """The properties of a form."""
    if body.fields is not None:
        return body.fields
    declaration = package.declared[body.type.name] if isinstance(body.type, ir.Ref) else None
    return declaration.fields if isinstance(declaration, ir.Model) else ()


def _is_upload(
    part: ir.FormPart | None, type_: ir.Type | None, item: ir.Json, package: ir.Package
) -> bool:
    """Whether clients send a value, or the items of a list, as files."""
    if type_ is None or (part is not None and (part.binary or part.base64)):
        return part is not None and part.binary
    try:
        value = typed(item, type_, package.declared)
    except ValueError:
        return False
    values = value if isinstance(value, list) else [value]
    return bool(values) and all(isinstance(one, PurePosixPath | bytes) for one in values)


_FILE = ir.Body(
    ir.Scalar(ir.Kind.FILE), ir.Encoding.BYTES, "", (), None, required=True, doc=ir.Doc()
)


def _content(content: PurePosixPath | bytes) -> tuple[str, str]:
    """The path of a file, or a text."""
    if isinstance(content, bytes):
        return "", content.decode()
    return str(content), ""


def _file_type(described: str, file: str) -> str:
    """The media type of a file: of those that the API allows, the one for its name."""
    guessed = _OF_FILES.get(file.rpartition(".")[2], "")
    wanted = [kind.strip() for kind in described.split(",") if kind.strip()]
    ranges = [kind.removesuffix("*") for kind in wanted if kind.endswith("*")]
    if guessed in wanted or (guessed and any(guessed.startswith(one) for one in ranges)):
        return guessed
    exact = [kind for kind in wanted if "*" not in kind]
    return exact[0] if exact else guessed or "application/octet-stream"
