"""The text of docstrings and pages, before an encoder escapes it."""

from __future__ import annotations

import json
import re
from itertools import product
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen import ir
from pcgen.targets.code import code_span
from pcgen.targets.python import names
from pcgen.targets.python.constraints import constraint_text
from pcgen.targets.python.docstrings import section, wrap
from pcgen.targets.python.runtime_docs import options
from pcgen.targets.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.targets.python.package import PythonPackage

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
    """Join summary and description, without a summary that the description repeats."""
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


def module_text(resource: ir.Resource, package: PythonPackage) -> str:
    """Describe the module of a resource."""
    parts = ["the operations and their methods"] if resource.operations else []
    parts += ["its resources"] if resource.path in package.children else []
    return f"{resource.wire_name}: {', and '.join(parts)}."


def class_text(resource: ir.Resource, package: PythonPackage) -> str:
    """Describe the class of a resource: as the document does, and what it holds."""
    text = prose(resource.doc)
    children = _children(resource, package)
    if not text:
        return resource_text(resource, package)
    return f"{text}\n\nResources: {children}." if children else text


def resource_text(resource: ir.Resource, package: PythonPackage) -> str:
    """Describe a resource that the document does not: by what it holds."""
    children = _children(resource, package)
    if not resource.operations:
        return f"The resources of {resource.wire_name}: {children}."
    text = f"The operations of {resource.wire_name}"
    return f"{text}, and its resources: {children}." if children else f"{text}."


def _children(resource: ir.Resource, package: PythonPackage) -> str:
    """The resources that a resource holds: "`a`, `b` and `c`"; empty if there are none."""
    names = [f"`{child.name}`" for child in package.children.get(resource.path, ())]
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def declaration_text(declaration: ir.Declaration) -> str:
    """Describe a model or an alias."""
    text = prose(declaration.doc)
    notes = [constraint_text(declaration.facts.constraints)]
    if isinstance(declaration, ir.Model):
        is_typed = declaration.extra not in (None, ir.ANY)
        notes.insert(0, "Other properties are in `extra`." if is_typed else "")
        notes.append("Deprecated." if declaration.deprecated else "")
        if not text and not declaration.wire_name and not declaration.fields:
            text = "An object without properties of its own."
    head = text or (f"{code_span(declaration.wire_name)}." if declaration.wire_name else "")
    notes_text = " ".join(filter(None, notes))
    if text and notes_text:
        return f"{head}\n\n{notes_text}"
    return " ".join(filter(None, (head, notes_text)))


def value_text(value: ir.Field | ir.Parameter) -> str:
    """Describe a field or an argument, with its default and constraints."""
    text = value_prose(value)
    notes = " ".join(value_notes(value))
    if not text or not notes:
        return text or notes
    if "\n\n" in text or re.search(r"(?m)^\s*([-*+]|\d+[.)])\s", text):
        return f"{text}\n\n{notes}"
    return f"{_sentence(text)} {notes}"


def value_prose(value: ir.Field | ir.Parameter) -> str:
    """What the document says about a field or an argument."""
    return (value.doc.description or value.doc.summary).strip()


def value_notes(value: ir.Field | ir.Parameter) -> list[str]:
    """State default, constraints and deprecation, if the description does not."""
    facts = value_facts(value)
    if isinstance(value.presence, ir.Default):
        description = one_line(value.doc.description)
        shown = json.dumps(value.presence.value)
        if shown in description or f"`{value.presence.value}`" in description:
            return facts[1:]
    return facts


def value_facts(value: ir.Field | ir.Parameter) -> list[str]:
    """State default, constraints and deprecation."""
    notes = []
    if isinstance(value.presence, ir.Default):
        notes.append(f"The server's default is {code_span(json.dumps(value.presence.value))}.")
    constraints = constraint_text(value.facts.constraints)
    if constraints:
        notes.append(constraints)
    if value.deprecated:
        notes.append("Deprecated.")
    return notes


def operation_text(operation: ir.Operation) -> str:
    """Describe an operation."""
    text = prose(operation.doc) or f"{code_span(f'{operation.method} {operation.path}')}."
    return "\n\n".join([text, *operation_notes(operation)])


def operation_notes(operation: ir.Operation) -> list[str]:
    """State deprecation and a server URL that differs from the client's."""
    notes = ["Deprecated."] if operation.deprecated else []
    if operation.base_url.startswith("/"):
        notes.append(f"Requests go to {code_span(operation.base_url)} on the client's host.")
    elif operation.base_url:
        url = code_span(operation.base_url)
        notes.append(f"Requests go to {url}, unless the client has a `base_url`.")
    return notes


def credentials_text(operation: ir.Operation, resource: ir.Resource, package: PythonPackage) -> str:
    """State the credentials and the scopes of an operation."""
    service = resource.service or package.service
    security = service.security if operation.security is None else operation.security
    known = {scheme.wire_name: _ways_to_give(scheme) for scheme in package.service.schemes}
    alternatives = [
        " and ".join(chosen) or "none"
        for schemes in security
        for chosen in product(*(known[name] for name in schemes if name in known))
    ]
    text = f"Credentials: {', or '.join(alternatives) or 'none'}."
    scopes = ", ".join(code_span(scope) for scope in operation.scopes)
    return f"{text} Scopes: {scopes}." if scopes else text


def _ways_to_give(scheme: ir.Scheme) -> list[str]:
    """The arguments for a credential, and those that fetch it."""
    grants = [scheme.grant.secrets] if scheme.grant is not None else []
    return [" and ".join(f"`{s.name}`" for s in secrets) for secrets in (scheme.secrets, *grants)]


def media_notes(operation: ir.Operation) -> list[str]:
    """State the media types of request body and response that are not JSON."""
    body, result = operation.body, operation.result
    notes = []
    if body is not None and body.encoding is not ir.Encoding.JSON and body.media_type:
        notes.append(f"The request body is {_media_types(body.media_type.split(', '))}.")
    if result.type is not None and result.json is None and result.media_type not in _JSON:
        notes.append(f"The response is {_media_types(result.media_type.split(', '))}.")
    streamed = operation.switch.result.media_type if operation.switch else ""
    others = [kind for kind in result.others if kind != streamed]
    if others:
        methods = "`with_raw_response` or, for a stream, `with_streaming_response`"
        hint = f'pass `extra_headers={{"Accept": "..."}}` to {methods}'
        notes.append(f"The service also offers {_media_types(others)}: {hint}.")
    return notes


def _media_types(media_types: Iterable[str]) -> str:
    return " or ".join("any type" if kind == "*/*" else code_span(kind) for kind in media_types)


def method_text(operation: ir.Operation) -> str:
    """The wrapped docstring of a method, without its example."""
    parts = [
        wrap(operation_text(operation), 8, first=3),
        section("Args", _argument_texts(operation)),
    ]
    if operation.result.type is not None:
        parts.append(section("Returns", [wrap(returns_text(operation), 12)]))
    parts.append(section("Raises", _raise_texts(operation)))
    return "\n\n".join(part for part in parts if part)


def returns_text(operation: ir.Operation) -> str:
    """Describe the result of a method."""
    text = _sentence(operation.result.doc.description or "The response.")
    if operation.paging is not None:
        pages = "Iterates over the items of all pages, and requests a page when it is needed."
        return f"{text} {pages} `.pages()` iterates over the pages."
    if operation.switch is not None:
        return f"{text} {_flag_text(operation.switch)}, a stream of results."
    if operation.result.streaming is not ir.Streaming.NONE:
        return f"{text} A stream: iterate to its end, or use it in a `with` statement."
    return text


def _flag_text(switch: ir.Switch) -> str:
    """State when a flag requests a stream."""
    name = code_span(names.field_argument(switch.flag))
    if switch.by_default and isinstance(switch.value, bool):
        return f"Unless {name} is false"
    value = "true" if isinstance(switch.value, bool) else code_span(switch.value)
    return f"If {name} is {value}{', as by default' * switch.by_default}"


def _argument_texts(operation: ir.Operation) -> list[str]:
    texts = []
    whole = operation.body is not None and operation.body.fields is None
    for value in ordered_values(operation):
        usual = code_span(value.wire_name or '""') + "."
        if whole and not value.wire_name:
            usual = "The body of the request."
        text = value_text(value) or usual
        texts.append(wrap(f"{value.name}: {text}", 12, hang=4))
    usual = ", ".join(code_span(option.name) for option in options("RequestOptions"))
    texts.append(wrap(f"options: {usual}; see `RequestOptions`.", 12, hang=4))
    return texts


def ordered_values(operation: ir.Operation) -> list[ir.Field | ir.Parameter]:
    """The arguments of a method in the order of its signature."""
    values: list[ir.Field | ir.Parameter] = [*operation.parameters, *body_fields(operation.body)]
    if operation.switch is not None and operation.switch.is_added:
        values.append(_added_flag(operation.switch))

    def order(value: ir.Field | ir.Parameter) -> tuple[bool, bool]:
        in_path = isinstance(value, ir.Parameter) and value.place is ir.Place.PATH
        return (not in_path, not isinstance(value.presence, ir.Required))

    return sorted(values, key=order)


def _added_flag(switch: ir.Switch) -> ir.Field:
    """The argument that requests a stream, where the document describes none."""
    presence = ir.Default(value=True) if switch.by_default else ir.Optional()
    text = ir.Doc(description="Whether to return a stream of results instead of a single one.")
    boolean = ir.Scalar(ir.Kind.BOOLEAN)
    return ir.Field(switch.flag, switch.wire_name, boolean, presence, text, ir.Facts())


def body_fields(body: ir.Body | None) -> tuple[ir.Field, ...]:
    """The arguments for a request body: its properties, or the one argument `body`."""
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
    texts.append("APIConnectionError: No complete response arrived.")
    return texts


def error_class(status: str) -> str:
    """Return the exception class that the runtime raises for a status."""
    return (
        "InternalServerError" if status.startswith("5") else _STATUS.get(status, "APIStatusError")
    )


def error_classes(
    errors: Iterable[ir.ErrorCase],
) -> list[tuple[str, str, str, ir.Type | None]]:
    """Status, exception class, description and body of documented errors, without repeats."""
    found: dict[tuple[str, str, ir.Type | None], list[str]] = {}
    for case in errors:
        note = first_line(case.doc) or "The call failed."
        found.setdefault((error_class(case.status), note, case.type), []).append(case.status)
    return [(", ".join(statuses), *key) for key, statuses in found.items()]


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "```", ":")) else f"{text}."


# --- The client and the package ----------------------------------------------------------------


def client_text(package: PythonPackage, *, is_async: bool) -> str:
    """The wrapped docstring of a client class."""
    prefix = "Async" if is_async else ""
    schemes = package.service.schemes
    entries = [
        f"{secret.name}: {text}" for scheme in schemes for secret, text in secret_texts(scheme)
    ]
    entries += map(_variable_text, package.service.variables)
    entries += [f"{s.name}: {text}" for scheme in schemes for s, text in grant_texts(scheme)]
    entries += [
        f"base_url: {base_url_text(package)}",
        (
            "timeout: Seconds for each step of an attempt, or a `Timeout`; None means no limit. "
            "Default: 60, and 5 to connect."
        ),
        "max_retries: How often a failed request is retried. Default: 2.",
        "default_headers: Headers of every request, added to the client's own.",
        f"http_client: An `httpx2.{prefix}Client` to use, which `close()` leaves open.",
        f"options: The keys of `{prefix}ClientOptions`:",
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
        section("Args", [*(wrap(entry, 8, hang=4) for entry in entries), *_option_texts(prefix)]),
        section(
            "Raises", ["ConfigurationError: A credential is missing, or a setting is invalid."]
        ),
    ]
    return "\n\n".join(parts)


def _option_texts(prefix: str) -> Iterator[str]:
    """Describe the less common settings of a client, below the argument that holds them."""
    for one in options(f"{prefix}ClientOptions"):
        text = wrap(f"{one.name} ({one.type}): {one.text}", 12, hang=4)
        yield "\n".join(f"    {line}" for line in text.split("\n"))


def variables_text(text: str, variables: Iterable[ir.Variable]) -> str:
    """The wrapped docstring of a method whose arguments are the variables of a server URL."""
    entries = [wrap(_variable_text(variable), 12, hang=4) for variable in variables]
    note = "The server URL has variables: call this once, and use the result for all calls."
    return "\n\n".join([wrap(text, 8, first=3), wrap(note, 8), section("Args", entries)])


def _variable_text(variable: ir.Variable) -> str:
    """Describe the argument for a variable of a server URL."""
    text = variable.doc.description.strip()
    words = [_sentence(text) if text else f"{code_span(variable.wire_name)}."]
    if variable.values:
        words.append(f"One of {', '.join(map(code_span, variable.values))}.")
    return f"{variable.name}: {' '.join(words)}"


def base_url_text(package: PythonPackage) -> str:
    """Describe the argument for the URL of the service."""
    if any(resource.service is not None for resource in package.resources):
        return "Scheme and host for all services whose server URLs have none."
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
    return f"The URL of the service. {rest}" + (f" Other servers: {others}." if others else "")


def secret_texts(scheme: ir.Scheme) -> Iterator[tuple[ir.Secret, str]]:
    """Describe the arguments for a credential."""
    what = {ir.SchemeKind.API_KEY: "API key", ir.SchemeKind.BEARER: "bearer token"}
    note = first_line(scheme.doc)
    for secret in scheme.secrets:
        text = what.get(scheme.kind) or secret.name.rpartition("_")[2]
        head = f"The {text}. A string, or a function that returns one.{_default(secret)}"
        yield secret, f"{head} {note}" if note else head


def grant_texts(scheme: ir.Scheme) -> Iterator[tuple[ir.Secret, str]]:
    """Describe the arguments that fetch a token."""
    if scheme.grant is None:
        return
    one, other = scheme.grant.client_id, scheme.grant.client_secret
    token = scheme.secrets[0].name
    text = f"The client id, to fetch tokens with `{other.name}` instead of passing `{token}`."
    yield one, f"{text}{_default(one)}"
    text = "The client's secret. A string, or a function that returns one."
    yield other, f"{text}{_default(other)}"


def _default(secret: ir.Secret) -> str:
    return f" Default: `{secret.env}` of the environment." if secret.env else ""


def package_text(package: PythonPackage) -> str:
    """Describe the package."""
    head = f"Client of the {one_line(package.title)}."
    return f"{head}\n\n{package.doc.description}".strip()
