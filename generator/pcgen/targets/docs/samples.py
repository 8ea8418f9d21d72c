"""Programs that send the request of an example without a client.

Each language has a function from a `Request` to the text of a program.
"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from msgspec import Struct

from pcgen import ir
from pcgen.targets.reference import Sample
from pcgen.targets.variables import base_url_variable, secret_variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}


class Credential(Struct, frozen=True):
    """A credential in a request, read from the environment: `Bearer ` and `API_KEY`.

    `place` is where it goes, `name` the header, parameter or cookie. Basic authentication has two
    `variables`, and an empty name.
    """

    place: ir.Place
    name: str
    prefix: str
    variables: tuple[str, ...]


class Request(Struct, frozen=True):
    """The request of an example.

    `variable` is the environment variable of the base URL if `url` starts without a host. `body` is
    JSON, or the pairs of a form.
    """

    method: str
    variable: str
    url: str
    headers: tuple[tuple[str, str], ...]
    credentials: tuple[Credential, ...]
    encoding: ir.Encoding | None
    media_type: str
    body: Any


def samples(
    operation: ir.Operation, resource: ir.Resource, package: ir.Package, scenario: ir.Scenario
) -> list[Sample]:
    """Write the request of an operation's scenario in each language."""
    request = _request(operation, resource.service or package.service, package, scenario)
    return [Sample(language, title, write(request)) for language, title, write in _LANGUAGES]


# --- Requests ----------------------------------------------------------------------------------


def _request(
    operation: ir.Operation, service: ir.Service, package: ir.Package, scenario: ir.Scenario
) -> Request:
    base = operation.base_url or service.base_url
    path, query, headers = operation.path, list[tuple[str, str]](), list(service.headers)
    given = dict(scenario.parameters)
    for parameter in operation.parameters:
        if parameter.name not in given:
            continue
        pairs = list(_pairs(parameter, given[parameter.name]))
        joined = ",".join(text for _, text in pairs)
        if parameter.place is ir.Place.PATH:
            path = path.replace(f"{{{parameter.wire_name}}}", quote(joined, safe=""))
        elif parameter.place is ir.Place.QUERY:
            query += pairs
        elif parameter.place is ir.Place.HEADER:
            headers.append((parameter.wire_name, joined))
        elif parameter.place is ir.Place.COOKIE:
            headers.append(("Cookie", f"{parameter.wire_name}={joined}"))
    body = operation.body if scenario.body is not None else None
    return Request(
        method=operation.method,
        variable="" if "://" in base else base_url_variable(package),
        url=f"{base.rstrip('/')}{path}" + (f"?{urlencode(query)}" if query else ""),
        headers=tuple(headers),
        credentials=tuple(_credentials(operation, service, package)),
        encoding=body.encoding if body else None,
        media_type=(body.media_type if body else "").partition(", ")[0],
        body=scenario.body,
    )


def _credentials(
    operation: ir.Operation, service: ir.Service, package: ir.Package
) -> Iterator[Credential]:
    """The credentials of the first alternative."""
    security = service.security if operation.security is None else operation.security
    needed = security[0] if security else ()
    for scheme in package.service.schemes:
        if scheme.wire_name not in needed:
            continue
        variables = tuple(secret_variable(secret, package) for secret in scheme.secrets)
        if scheme.kind is ir.SchemeKind.API_KEY:
            yield Credential(scheme.place, scheme.key, "", variables)
        elif scheme.kind is ir.SchemeKind.BEARER:
            yield Credential(ir.Place.HEADER, "Authorization", "Bearer ", variables)
        else:
            yield Credential(ir.Place.HEADER, "", "", variables)


def _pairs(parameter: ir.Parameter, value: Any) -> Iterator[tuple[str, str]]:
    """The names and texts of a parameter, by its style."""
    name = parameter.wire_name
    if parameter.content_type:
        yield name, json.dumps(value)
    elif isinstance(value, dict):
        yield from _of_object(parameter, value)
    elif isinstance(value, list):
        separator = _SEPARATORS.get(parameter.style, ",")
        explode = parameter.explode is not False and parameter.place is ir.Place.QUERY
        texts = [_text(item) for item in value]
        if explode and parameter.style not in _SEPARATORS:
            yield from ((name, text) for text in texts)
        else:
            yield name, separator.join(texts)
    else:
        yield name, _text(value)


def _of_object(parameter: ir.Parameter, value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    name = parameter.wire_name
    if parameter.style == "deepObject":
        yield from ((f"{name}[{key}]", _text(item)) for key, item in value.items())
    elif parameter.place is ir.Place.QUERY and parameter.explode is not False:
        yield from ((key, _text(item)) for key, item in value.items())
    else:
        yield name, ",".join(f"{key},{_text(item)}" for key, item in value.items())


def _text(value: Any) -> str:
    """The text of a value in a URL, a header or a form."""
    return value if isinstance(value, str) else json.dumps(value)


# --- curl --------------------------------------------------------------------------------------


def _curl(request: Request) -> str:
    """A command of curl, an option a line."""
    url = _quoted(request.url)
    if request.variable:
        url = f'"${request.variable}"{url if request.url.startswith("/") else f"/{url}"}'
    options = [f"-X {request.method}"] if request.method != "GET" else []
    options += [f"-H {_quoted(f'{name}: {value}')}" for name, value in request.headers]
    for credential in request.credentials:
        variables = [f"${name}" for name in credential.variables]
        if not credential.name:
            options.append(f'-u "{":".join(variables)}"')
        elif credential.place is ir.Place.QUERY:
            options += ["-G", f'--data-urlencode "{credential.name}={variables[0]}"']
        elif credential.place is ir.Place.COOKIE:
            options.append(f'-b "{credential.name}={variables[0]}"')
        else:
            options.append(f'-H "{credential.name}: {credential.prefix}{variables[0]}"')
    options += _curl_body(request)
    return " \\\n".join([f"curl {url}", *(f"    {option}" for option in options)])


def _curl_body(request: Request) -> Iterator[str]:
    match request.encoding:
        case ir.Encoding.JSON:
            yield _content_type(request, "application/json")
            yield f"-d {_quoted(json.dumps(request.body, indent=2, ensure_ascii=False))}"
        case ir.Encoding.FORM | ir.Encoding.MULTIPART if isinstance(request.body, dict):
            option = "-F" if request.encoding is ir.Encoding.MULTIPART else "--data-urlencode"
            for name, value in request.body.items():
                yield f"{option} {_quoted(f'{name}={_text(value)}')}"
        case ir.Encoding.NDJSON if isinstance(request.body, list):
            lines = "\n".join(json.dumps(item, ensure_ascii=False) for item in request.body)
            yield _content_type(request, "application/x-ndjson")
            yield f"--data-binary {_quoted(lines)}"
        case ir.Encoding.TEXT | ir.Encoding.BYTES:
            yield _content_type(request, "application/octet-stream")
            yield f"--data-binary {_quoted(_text(request.body))}"


def _content_type(request: Request, usual: str) -> str:
    return f"-H {_quoted(f'Content-Type: {request.media_type or usual}')}"


def _quoted(text: str) -> str:
    return shlex.quote(text)


# The languages of the pages: the word of fenced code, a title, and what writes a program.
_LANGUAGES: tuple[tuple[str, str, Callable[[Request], str]], ...] = (("sh", "curl", _curl),)
