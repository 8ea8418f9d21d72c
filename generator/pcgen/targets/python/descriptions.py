"""The prose of docstrings and pages, before it is escaped for either."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pcgen import ir, names
from pcgen.targets.code import code_span
from pcgen.targets.python.constraints import constraint_text
from pcgen.targets.python.docstrings import section, wrap
from pcgen.targets.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STATUS = {
    "400": "BadRequestError",
    "401": "AuthenticationError",
    "403": "PermissionDeniedError",
    "404": "NotFoundError",
    "409": "ConflictError",
    "422": "UnprocessableEntityError",
    "429": "RateLimitError",
}
_JSON = ("", "application/json")


def prose(doc: ir.Doc) -> str:
    """Summary and description as one text; a summary that the description repeats is left out."""
    summary = one_line(doc.summary)
    description = doc.description.strip()
    if not summary or one_line(description).startswith(summary.rstrip(".")):
        return description
    head = summary if summary.endswith((".", "!", "?")) else f"{summary}."
    return f"{head}\n\n{description}" if description else head


def first_line(doc: ir.Doc) -> str:
    """The summary, or the first sentence of the description."""
    text = one_line(doc.summary) or one_line(doc.description.split("\n\n")[0])
    sentence = re.match(r".+?[.!?](?=\s|$)", text)
    found = sentence.group() if sentence else text
    return found if not found or found.endswith((".", "!", "?")) else f"{found}."


def declaration_text(declaration: ir.Declaration) -> str:
    """What a model or an alias is; known values of an alias are listed in its type."""
    text = prose(declaration.doc)
    notes = [constraint_text(declaration.facts.constraints)]
    if isinstance(declaration, ir.Model):
        is_typed = declaration.extra not in (None, ir.ANY)
        notes.insert(0, "Its other properties are in `extra`." if is_typed else "")
        notes.append("Deprecated." if declaration.deprecated else "")
        if not text and not declaration.wire_name and not declaration.fields:
            text = "An object without properties of its own."
    head = text or (f"{code_span(declaration.wire_name)}." if declaration.wire_name else "")
    told = " ".join(filter(None, notes))
    return f"{head}\n\n{told}" if text and told else " ".join(filter(None, (head, told)))


def value_text(value: ir.Field | ir.Parameter) -> str:
    """The description of a field or an argument, with what the document says of its values."""
    text = (value.doc.description or value.doc.summary).strip()
    notes = " ".join(value_notes(value))
    if not text or not notes:
        return text or notes
    if "\n\n" in text or re.search(r"(?m)^\s*([-*+]|\d+[.)])\s", text):
        return f"{text}\n\n{notes}"
    return f"{_sentence(text)} {notes}"


def value_notes(value: ir.Field | ir.Parameter) -> list[str]:
    """Sentences on default, constraints and deprecation that the prose may not have."""
    notes = []
    if isinstance(value.presence, ir.Default):
        prose_says = one_line(value.doc.description)
        shown = json.dumps(value.presence.value)
        if shown not in prose_says and f"`{value.presence.value}`" not in prose_says:
            notes.append(f"The server's default is {code_span(shown)}.")
    words = constraint_text(value.facts.constraints)
    if words:
        notes.append(words)
    if value.deprecated:
        notes.append("Deprecated.")
    return notes


def operation_text(operation: ir.Operation) -> str:
    """What an operation does."""
    text = prose(operation.doc) or f"{code_span(f'{operation.method} {operation.path}')}."
    return "\n\n".join([text, *operation_notes(operation)])


def operation_notes(operation: ir.Operation) -> list[str]:
    """What a caller should know of an operation besides its prose."""
    notes = ["Deprecated."] if operation.deprecated else []
    if operation.base_url.startswith("/"):
        notes.append(f"It is at {code_span(operation.base_url)} of the client's host.")
    elif operation.base_url:
        at = code_span(operation.base_url)
        notes.append(f"It is at {at}, unless the client was given a `base_url`.")
    return notes


def credentials_text(operation: ir.Operation, package: PythonPackage) -> str:
    """Which credentials of the client an operation takes, where that is its own affair."""
    secrets = {
        scheme.wire_name: " and ".join(f"`{secret.name}`" for secret in scheme.secrets)
        for scheme in package.service.schemes
    }
    ways = [
        " and ".join(secrets[name] for name in way if name in secrets) or "none"
        for way in operation.security or ()
    ]
    text = f"Credentials: {', or '.join(ways) or 'none'}." if operation.security is not None else ""
    scopes = ", ".join(code_span(scope) for scope in operation.scopes)
    return " ".join(filter(None, [text, f"Scopes: {scopes}." if scopes else ""]))


def media_notes(operation: ir.Operation) -> list[str]:
    """What is sent and what comes, where it is not JSON."""
    body, result = operation.body, operation.result
    notes = []
    if body is not None and body.encoding is not ir.Encoding.JSON and body.media_type:
        notes.append(f"The body is sent as {_kinds(body.media_type.split(', '))}.")
    if result.type is not None and result.json is None and result.media_type not in _JSON:
        notes.append(f"The answer comes as {_kinds(result.media_type.split(', '))}.")
    streamed = operation.switch.result.media_type if operation.switch else ""
    others = [kind for kind in result.others if kind != streamed]
    if others:
        ways = "`with_raw_response` or, for a stream, `with_streaming_response`"
        ask = f'give `extra_headers={{"Accept": "..."}}` to {ways}'
        notes.append(f"The service has it as {_kinds(others)}, too: {ask}.")
    return notes


def _kinds(media_types: Iterable[str]) -> str:
    return " or ".join("any type" if kind == "*/*" else code_span(kind) for kind in media_types)


def method_text(operation: ir.Operation) -> str:
    """The docstring of a method, wrapped, but for its example: prose, arguments, result, errors."""
    parts = [
        wrap(operation_text(operation), 8, first=3),
        section("Args", _argument_texts(operation)),
    ]
    if operation.result.type is not None:
        parts.append(section("Returns", [wrap(returns_text(operation), 12)]))
    parts.append(section("Raises", _raise_texts(operation)))
    return "\n\n".join(part for part in parts if part)


def returns_text(operation: ir.Operation) -> str:
    """What a method returns, in words."""
    text = _sentence(operation.result.doc.description or "The answer.")
    if operation.paging is None:
        return text
    pages = "The items of all pages, asked for when they are needed; `.pages()` gives whole pages."
    return f"{text} {pages}"


def _argument_texts(operation: ir.Operation) -> list[str]:
    texts = []
    whole = operation.body is not None and operation.body.fields is None
    for value in ordered_values(operation):
        usual = code_span(value.wire_name or '""') + "."
        if whole and not value.wire_name:
            usual = "The body of the request."
        text = value_text(value) or usual
        texts.append(wrap(f"{value.name}: {text}", 12, hang=4))
    texts.append("options: `timeout`, `max_retries`, `extra_headers`, `extra_query`, `extra_body`.")
    return texts


def ordered_values(operation: ir.Operation) -> list[ir.Field | ir.Parameter]:
    """The arguments of a method in the order of its signature."""
    values: list[ir.Field | ir.Parameter] = [*operation.parameters, *body_fields(operation.body)]

    def order(value: ir.Field | ir.Parameter) -> tuple[bool, bool]:
        in_path = isinstance(value, ir.Parameter) and value.place is ir.Place.PATH
        return (not in_path, not isinstance(value.presence, ir.Required))

    return sorted(values, key=order)


def body_fields(body: ir.Body | None) -> tuple[ir.Field, ...]:
    """The arguments that a body brings: its properties, or the one argument `body`."""
    if body is None:
        return ()
    if body.fields is not None:
        return tuple(replace(f, name=names.field_argument(f.name)) for f in body.fields)
    presence = ir.Required() if body.required else ir.Optional()
    return (ir.Field(names.known("body"), "", body.type, presence, body.doc, ir.Facts()),)


def _raise_texts(operation: ir.Operation) -> list[str]:
    texts = []
    for statuses, name, note, _ in error_classes(operation.errors):
        texts.append(wrap(f"{name}: {statuses}: {note}", 12, hang=4))
    texts.append("APIConnectionError: No answer came, or it broke off.")
    return texts


def error_class(status: str) -> str:
    """Return the exception class that the runtime raises for a status."""
    return (
        "InternalServerError" if status.startswith("5") else _STATUS.get(status, "APIStatusError")
    )


def error_classes(
    errors: Iterable[ir.ErrorCase],
) -> list[tuple[str, str, str, ir.Type | None]]:
    """Status, exception class, prose and body of documented errors; those alike are told once."""
    found: dict[tuple[str, str, ir.Type | None], list[str]] = {}
    for case in errors:
        note = first_line(case.doc) or "The call failed."
        found.setdefault((error_class(case.status), note, case.type), []).append(case.status)
    return [(", ".join(statuses), *key) for key, statuses in found.items()]


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "`", ":")) else f"{text}."


# --- The client and the package ----------------------------------------------------------------


def client_text(package: PythonPackage, *, is_async: bool) -> str:
    """The docstring of a client class, wrapped."""
    prefix = "Async" if is_async else ""
    schemes = package.service.schemes
    entries = [
        f"{secret.name}: {secret_text(scheme, secret)}"
        for scheme in schemes
        for secret in scheme.secrets
    ]
    entries += map(_variable_text, package.service.variables)
    entries += [entry for scheme in schemes for entry in _grant_texts(scheme)]
    entries += [
        f"base_url: {_base_url_text(package)}",
        (
            "timeout: Seconds for each step of one try, or a `Timeout`; None = no limit. "
            "Default: 60, and 5 to connect."
        ),
        "max_retries: How often a failed call is tried again. Default: 2.",
        "default_headers: Headers of every request, added to the client's own.",
        f"http_client: Your own `httpx2.{prefix}Client`, used as it is and not closed.",
        (
            "options: `strict`, `on_drift`, `middleware`, `verify`, `proxy`, `limits` and more: "
            f"see `{prefix}ClientOptions`."
        ),
    ]
    kind, what, shared = (
        ("Async client", "an async", "tasks") if is_async else ("Client", "a", "threads")
    )
    parts = [
        wrap(f"{kind} of the {one_line(package.title)}.", 4, first=3),
        wrap(
            f"Use it as {what} context manager, or call `close()` when done. It can be shared "
            f"between {shared}.",
            4,
        ),
        section("Args", [wrap(entry, 8, hang=4) for entry in entries]),
        section("Raises", ["ConfigurationError: No credential, or a setting that cannot work."]),
    ]
    return "\n\n".join(parts)


def variables_text(text: str, variables: Iterable[ir.Variable]) -> str:
    """The docstring of a method that asks for the variables of an address, wrapped."""
    entries = [wrap(_variable_text(variable), 12, hang=4) for variable in variables]
    address = "Its address has variables, so keep what this returns for the calls to come."
    return "\n\n".join([wrap(text, 8, first=3), wrap(address, 8), section("Args", entries)])


def _variable_text(variable: ir.Variable) -> str:
    """What an argument for a variable of an address takes."""
    text = variable.doc.description.strip()
    words = [_sentence(text) if text else f"{code_span(variable.wire_name)}."]
    if variable.values:
        words.append(f"One of {', '.join(map(code_span, variable.values))}.")
    return f"{variable.name}: {' '.join(words)}"


def _base_url_text(package: PythonPackage) -> str:
    if any(resource.service is not None for resource in package.resources):
        return "What stands for the scheme and host of every service whose host is not given."
    service = package.service
    env = f"`{service.base_url_env}` of the environment" if service.base_url_env else ""
    url = code_span(service.base_url) if service.names_host else ""
    default = ", then ".join(part for part in (env, url) if part)
    rest = f"Default: {default}." if default else "Required: the API names no server."
    if service.base_url and not service.names_host:
        rest += f" It ends with {code_span(service.base_url)}."
    named = (
        code_span(url) + (f" ({one_line(text)})" if text else "") for url, text in service.others
    )
    others = ", ".join(named)
    return f"Where the service is. {rest}" + (f" There are also {others}." if others else "")


def secret_text(scheme: ir.Scheme, secret: ir.Secret) -> str:
    """What an argument for a credential takes."""
    what = {ir.SchemeKind.API_KEY: "API key", ir.SchemeKind.BEARER: "bearer token"}
    text = what.get(scheme.kind) or secret.name.rpartition("_")[2]
    note = first_line(scheme.doc)
    told = f"The {text}. A string, or a function that returns one.{_default(secret)}"
    return f"{told} {note}" if note else told


def _grant_texts(scheme: ir.Scheme) -> Iterator[str]:
    """What the arguments take from which a token is fetched."""
    if scheme.grant is None:
        return
    one, other = scheme.grant.client_id, scheme.grant.client_secret
    token = scheme.secrets[0].name
    text = f"With `{other.name}`, instead of `{token}`: the id of a client that fetches its tokens."
    yield f"{one.name}: {text}{_default(one)}"
    text = "The client's secret. A string, or a function that returns one."
    yield f"{other.name}: {text}{_default(other)}"


def _default(secret: ir.Secret) -> str:
    return f" Default: `{secret.env}` of the environment." if secret.env else ""


def package_text(package: PythonPackage) -> str:
    """What the package is."""
    head = f"Client of the {one_line(package.title)}."
    return f"{head}\n\n{package.doc.description}".strip()
