"""Python identifiers from names, and the only maker of `Identifier`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pcgen.names import Name, pascal, snake
from pcgen.targets.code import Identifier
from pcgen.targets.reference import WINDOWS_DEVICES

if TYPE_CHECKING:
    from collections.abc import Iterable

# The union over Python 3.11-3.15, so that the output does not depend on the running Python.
KEYWORDS = frozenset(
    (
        "False", "None", "True", "__debug__", "and", "as", "assert", "async", "await", "break",
        "class", "continue", "def", "del", "elif", "else", "except", "finally", "for", "from",
        "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
        "return", "try", "while", "with", "yield",
    )
)  # fmt: skip
# Names that annotations in the body of a class may use: an attribute of that name would hide them.
ANNOTATION_NAMES = frozenset(
    ("bool", "bytes", "dict", "dt", "field", "float", "int", "list", "str")
)
# Names that generated models inherit; a test compares it with the runtime.
MODEL_MEMBERS = frozenset(
    ("copy", "extra", "from_dict", "from_json", "replace", "to_dict", "to_json")
)
# Names that the fields of a model cannot have.
FIELD_RESERVED = MODEL_MEMBERS | ANNOTATION_NAMES | {"self"}
# Names that generated methods use themselves, and the options of every call.
METHOD_NAMES = frozenset(
    ("self", "options", "extra_body", "extra_headers", "extra_query", "max_retries", "timeout")
)
# Names that generated clients inherit; a test compares it with the runtime.
CLIENT_MEMBERS = ANNOTATION_NAMES | {
    "base_url", "close", "is_closed", "resource_property", "with_options",
}  # fmt: skip
# Attributes that the class of a resource has besides its operations and children, and names that
# its body uses.
RESOURCE_MEMBERS = frozenset(
    (
        "async_first_page", "async_raw_response", "async_streaming_response", "builtins", "dt",
        "first_page", "overload", "property", "raw_response", "renamed_method",
        "resource_property", "streaming_response", "typed_property", "with_raw_response",
        "with_streaming_response",
    )
)  # fmt: skip
# What the classes of responses in another form have at the end of their names.
WRAPPERS = ("WithRawResponse", "WithStreamingResponse")
# The arguments and options that every generated client has besides its credentials; a test
# compares the options with the runtime.
CLIENT_ARGUMENTS = frozenset(
    (
        "base_url", "cert", "default_headers", "http2", "http_client", "limits",
        "max_response_bytes", "max_retries", "middleware", "on_drift", "on_request", "on_response",
        "on_retry", "proxy", "strict", "timeout", "transport", "trust_env", "user_agent", "verify",
    )
)  # fmt: skip
# The modules that every package has.
OWN_MODULES = ("client", "errors", "models", "types")
_AMBIGUOUS = frozenset(("I", "O", "l"))  # Hard to tell from digits; linters refuse them.


@cache
def class_name(name: Name) -> Identifier:
    """Name a class or a type alias: `RerankRequest`."""
    return _certified(pascal(name))


@cache
def field(name: Name) -> Identifier:
    """Name a field of a model, beside the members that every model has."""
    return _certified(snake(name), FIELD_RESERVED)


@cache
def argument(name: Name) -> Identifier:
    """Name an argument of a method, beside those that every method has."""
    return _certified(snake(name), METHOD_NAMES)


def field_argument(field: Name) -> Identifier:
    """Name the argument that becomes a field of the request body."""
    return known(f"{field}_" if field in METHOD_NAMES else field)


@cache
def method(name: Name) -> Identifier:
    """Name a method of a resource."""
    return _certified(snake(name), RESOURCE_MEMBERS)


@cache
def attribute(name: Name) -> Identifier:
    """Name an attribute of the client, which is a resource."""
    return _certified(snake(name), CLIENT_MEMBERS)


@cache
def child(name: Name) -> Identifier:
    """Name an attribute of a resource, which is a resource, too."""
    return _certified(snake(name), RESOURCE_MEMBERS | ANNOTATION_NAMES)


@cache
def resource_class(name: Name) -> Identifier:
    """Name the class of a resource."""
    text = pascal(name)
    return _certified(f"{text}_" if text.endswith(WRAPPERS) else text)


@cache
def credential(name: Name) -> Identifier:
    """Name an argument of the client that takes a credential."""
    return _certified(snake(name), METHOD_NAMES | CLIENT_ARGUMENTS)


@cache
def variable(name: Name) -> Identifier:
    """Name an argument that takes a variable of the server's URL."""
    return _certified(snake(name), CLIENT_ARGUMENTS | {"client", "self"})


@cache
def local(name: Name) -> Identifier:
    """Name a local variable."""
    return _certified(snake(name))


@cache
def module(name: Name) -> Identifier:
    """Name a module or package."""
    return _certified(snake(name), WINDOWS_DEVICES)


def resource_modules(chosen: Iterable[Name]) -> dict[Name, Identifier]:
    """Name the modules of resources, beside those that every package has."""
    found = {name: module(name) for name in chosen}
    taken = frozenset(found.values())
    for name, own in found.items():
        if own in OWN_MODULES:
            found[name] = _certified(f"{own}_api", taken)
    return found


@cache
def constant(name: Name) -> Identifier:
    """Name a module constant."""
    return _certified(snake(name).upper())


def extend(name: Name, suffix: str) -> Identifier:
    """Append a suffix that pcgen chose."""
    return known(f"{name}{suffix}")


def prefixed(prefix: str, name: Name) -> Identifier:
    """Prepend a prefix that pcgen chose: `AsyncPinecone`."""
    return known(f"{prefix}{name}")


def is_public(text: str) -> bool:
    """Return whether a text is already a public Python name."""
    return _is_identifier(text) and not text.startswith("_")


def known(text: str) -> Identifier:
    """Mark a name that pcgen chose, or that `is_public`, as an `Identifier`.

    Raises:
        ValueError: The text is not an identifier.
    """
    if not _is_identifier(text):
        raise ValueError(f"{text!a} is not an identifier")
    return Identifier(text)


def _is_identifier(text: str) -> bool:
    return text.isascii() and text.isidentifier() and text not in KEYWORDS


def _certified(text: str, reserved: frozenset[str] = frozenset()) -> Identifier:
    is_taken = text in KEYWORDS or text in _AMBIGUOUS or text in reserved
    return Identifier(f"{text}_" if is_taken else text)
