"""Turns the validator's errors into messages, each at the value to change."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from pcgen.diagnostics import shorten
from pcgen.spec import lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.spec import Document, Node
    from pcgen.spec.document import Pointer

_TYPES = {
    "array": "an array",
    "boolean": "`true` or `false`",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
_UNKNOWN_KEYS = ("additionalProperties", "unevaluatedProperties")


class Finding(NamedTuple):
    """What is wrong with the value at a pointer, and what to do; or what is not recommended."""

    pointer: tuple[str, ...]
    message: str
    hint: str = ""
    is_error: bool = True


def explain(document: Document, start: Pointer, error: Any) -> Iterator[tuple[Pointer, str, str]]:
    """Yield the findings that an error stands for.

    Args:
        document: The document that was checked.
        start: The pointer of the value that the error's own path begins at.
        error: An error of jsonschema or openapi-spec-validator.
    """
    for meant in _meant(error):
        yield from _leaf(document, start, meant)


def _leaf(document: Document, start: Pointer, error: Any) -> Iterator[tuple[Pointer, str, str]]:
    """Yield the findings that an error without inner errors stands for."""
    pointer = (*start, *map(str, error.absolute_path))
    node = lookup(document, pointer)
    rule = RULES.get(type(error).__name__)
    if node is None:
        yield pointer, _plain(error), ""
    elif rule is not None:
        yield rule(node, str(error.message))
    elif error.validator in _UNKNOWN_KEYS and isinstance(error.instance, dict):
        yield from _unknown_keys(pointer, error)
    elif error.validator == "required":
        name = next(n for n in error.validator_value if f"{n!r} is a required" in error.message)
        yield pointer, f"`{name}` is missing", f"add `{name}`"
    elif "propertyNames" in error.absolute_schema_path:
        yield (*pointer, error.instance), f"the key {_wrong_value(error)[0]}", ""
    else:
        message, hint = _wrong_value(error)
        subject = f"{_subject(pointer)} " if message.startswith("must ") else ""
        yield pointer, f"{subject}{message}", hint


def _subject(location: Pointer) -> str:
    """The value at a pointer as the subject of a message."""
    if not location:
        return "the document"
    length = 2 if location[-1].isdecimal() else 1
    return f"`{shorten('/'.join(location[-length:]))}`"


# Messages for wrong keys, by a part of the pattern that OpenAPI's schema requires of keys.
_PATTERNED = {
    "^/": ("the path {!a} does not start with `/`", "add the `/`"),
    "[1-5]": ("{!a} is not a status code", "write a code as `200`, a range as `4XX`, or `default`"),
}


def _unknown_keys(pointer: Pointer, error: Any) -> Iterator[tuple[Pointer, str, str]]:
    patterns = " ".join(error.schema.get("patternProperties", ())).replace("\\", "")
    wording = next((wording for part, wording in _PATTERNED.items() if part in patterns), None)
    known = [key for key in error.schema.get("properties", ()) if key not in error.instance]
    for key in error.instance:
        if repr(key) in error.message:
            close = get_close_matches(key, known, n=1)
            hint = f"did you mean `{close[0]}`?" if close else "remove it, or check its spelling"
            message, hint = wording or ("unknown key `{}`", hint)
            yield (*pointer, key), message.format(shorten(key)), hint


def _wrong_value(error: Any) -> tuple[str, str]:
    """Message and hint for a value that breaks a rule."""
    shown, wanted = _shown(error.instance), error.validator_value
    if error.validator == "type":
        types = [wanted] if isinstance(wanted, str) else list(wanted)
        return f"must be {' or '.join(_TYPES.get(t, t) for t in types)}, not {shown}", ""
    if error.validator in ("enum", "const") and list(error.absolute_path)[-1:] == ["in"]:
        return f"must be `query`, `header`, `path` or `cookie`, not {shown}", ""
    if error.validator == "enum":
        values = ", ".join(map(_shown, wanted))
        close = get_close_matches(str(error.instance), map(str, wanted), n=1)
        hint = f"did you mean `{close[0]}`?" if close else ""
        return f"must be one of {shorten(values, 120)}, not {shown}", hint
    if error.validator in ("const", "pattern", "format"):
        return f"must be {_WANTED[error.validator]} {_shown(wanted)}, not {shown}", ""
    return _plain(error), ""


_WANTED = {"const": "the value", "pattern": "text that matches", "format": "of the format"}


def _plain(error: Any) -> str:
    text = " ".join(str(error.message).split())
    if error.validator in ("oneOf", "anyOf") or len(text) > 200:
        rule = f": it violates `{error.validator}` of OpenAPI's schema" if error.validator else ""
        return f"{_shown(error.instance)} is invalid{rule}"
    return text


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return ascii(shorten(value, 60))
    return shorten(json.dumps(value, default=str), 60)


# --- Errors of openapi-spec-validator itself ----------------------------------------------------


def _operation_id(operation: Node, message: str) -> tuple[Pointer, str, str]:
    del message
    name = shorten(operation.text("operationId"))
    return (
        (*operation.pointer, "operationId"),
        f"the operationId {name!a} is not unique",
        "give each operation a unique operationId",
    )


def _path_parameter(operation: Node, message: str) -> tuple[Pointer, str, str]:
    name = message.split("'")[1]
    path = operation.pointer[-2]
    parameters = operation.get("parameters")
    if "{" + name + "}" in path:
        holder = operation if parameters is None else parameters
        problem = f"`{{{shorten(name)}}}` in the path has no parameter"
        return holder.pointer, problem, "define the parameter with `in: path`"
    named = operation if parameters is None else _last_named(parameters, name)
    problem = f"the path parameter {shorten(name)!a} is not in the path {shorten(path)!a}"
    return named.pointer, problem, "add it to the path, or remove the parameter"


def _parameter_again(parameters: Node, message: str) -> tuple[Pointer, str, str]:
    name = message.partition("'")[2].rpartition("'")[0]
    problem = f"the parameter {shorten(name)!a} is defined twice with the same `in`"
    return _last_named(parameters, name).pointer, problem, "remove one definition"


def _last_named(items: Node, name: str) -> Node:
    named = [item for item in items.entries() if item.follow().text("name") == name]
    return named[-1] if named else items


def _required(schema: Node, message: str) -> tuple[Pointer, str, str]:
    # The order of names in the message varies.
    entries = [entry.value for entry in schema.entries("required")]
    names = ", ".join(_shown(name) for name in entries if repr(name) in message)
    problem = f"`required` lists {shorten(names, 120)}, which `properties` does not define"
    return (*schema.pointer, "required"), problem, "define it, or remove it from `required`"


RULES = {
    "DuplicateOperationIDError": _operation_id,
    "ExtraParametersError": _required,
    "ParameterDuplicateError": _parameter_again,
    "UnresolvableParameterError": _path_parameter,
}


# --- Unions -------------------------------------------------------------------------------------


def _meant(error: Any) -> Iterator[Any]:
    """For `oneOf` and `anyOf`, the failures in the variant that was most likely meant.

    All of them are reported, since their order depends on hashes.
    """
    context = getattr(error, "context", None)
    if not context:
        yield error
        return
    variants: dict[Any, list[Any]] = {}
    for inner in context:
        variants.setdefault(inner.schema_path[0], []).append(inner)
    meant = min(variants.values(), key=lambda errors: (sum(map(_contradicts, errors)), len(errors)))
    for inner in meant:
        yield from _meant(inner)


def _contradicts(error: Any) -> int:
    """How clearly a failure shows that the value was not meant to be this variant."""
    last = list(error.absolute_path)[-1:]
    if last == ["in"] or (error.validator == "required" and "'$ref'" in error.message):
        return 2
    return int(error.validator in ("enum", "const") and last != ["type"])
