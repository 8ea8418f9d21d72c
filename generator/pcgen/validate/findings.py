"""Runs openapi-spec-validator and finds the location of each of its errors.

This module imports the validator, which is slow; import it in a child process only.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import openapi_spec_validator
from jsonschema_path import SchemaAccessor, SchemaPath

from pcgen.diagnostics import shorten
from pcgen.spec import lookup
from pcgen.validate.messages import RULES, Finding, explain
from pcgen.validate.prepared import MASK, prepare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pcgen.spec import Document
    from pcgen.spec.document import Pointer

_MOST = 10_000
_DIALECT = ("jsonSchemaDialect",)
_OPERATION = re.compile(r".* for '(.*)' operation in '(.*)' was not resolved", re.DOTALL)
_jsonschema = import_module("jsonschema.validators")


def findings(root: Any) -> list[Finding]:
    """Return what is wrong with a document, sorted.

    Args:
        root: A document whose references have been checked; its values are changed.
    """
    prepared = prepare(root)
    found = islice(_findings(prepared.document), _MOST)
    return sorted({f._replace(pointer=prepared.original(f.pointer)) for f in found})


def _findings(document: Document) -> Iterator[Finding]:
    reported = False
    trace = _Trace.from_document(document)
    try:
        for start, error in _errors(document, trace):
            reported = True
            # JSON Schema, which OpenAPI uses since 3.1, only recommends that defaults are valid.
            is_error = not trace.reads_default or document.version < (3, 1)
            yield from _explained(document, start, error, is_error)
    except MemoryError:
        raise  # It is the limit of the child.
    except BaseException as error:
        # Earlier errors explain a crash, and `spec` has bounded recursion.
        if _is_too_deep(error) or (reported and isinstance(error, Exception)):
            return
        if not isinstance(error, Exception):
            raise
        message = f"the validator fails here: {type(error).__name__}: {error}"
        hint = "check the types of the keywords here"
        yield Finding(_pointer(document, trace.last), message, hint)


def _is_too_deep(error: BaseException) -> bool:
    """Whether the validator exceeded a limit of recursion, in Python, in C or in Rust."""
    panicked = type(error).__name__ == "PanicException"
    return panicked or isinstance(error, (RecursionError, SystemError))


def _errors(document: Document, trace: _Trace) -> Iterator[tuple[Pointer, Any]]:
    """Yield each error of the validator, after the pointer at which the error's path starts."""
    name = "OpenAPIV{}{}SpecValidator".format(*document.version)
    checker = getattr(openapi_spec_validator, name)
    form_is_checked = False
    for error in checker(SchemaPath(trace)).iter_errors():
        if trace.last:
            yield from _located(document, trace, error)
        elif not form_is_checked:
            form_is_checked = True
            # The validator first checks the structure, by jsonschema-rs. The errors of jsonschema
            # have more details.
            schema = dict(checker.schema_validator.schema)
            for each in _jsonschema.validator_for(schema)(schema).iter_errors(document.root):
                yield (), each


def _located(document: Document, trace: _Trace, error: Any) -> Iterator[tuple[Pointer, Any]]:
    last, kind = trace.last, type(error).__name__
    if kind == "UnresolvableParameterError":
        yield _operation(document, error.message), error
    elif kind in ("DuplicateOperationIDError", "ParameterDuplicateError"):
        yield _pointer(document, last[:-1]), error
    elif kind in RULES or trace.reads_default:
        yield _pointer(document, last), error
    elif isinstance(error.validator, str):
        start = _pointer(document, last)
        yield from ((start, each) for each in _errors_of_schema(document, start, error))


def _operation(document: Document, message: str) -> Pointer:
    """The operation that a message of the validator names."""
    found = _OPERATION.fullmatch(message)
    method, path = found.groups() if found else ("", "")
    item = _pointer(document, ("paths", path))
    direct = (*item, method)
    return direct if lookup(document, direct) else (*item, "additionalOperations", method)


def _errors_of_schema(document: Document, start: Pointer, error: Any) -> list[Any]:
    """All errors of a schema; the validator reports only the first.

    They are errors of JSON Schema. If `error` is a rule of OpenAPI's dialect, it is the only one.
    """
    node = lookup(document, start)
    dialect = "Draft4Validator" if document.version == (3, 0) else "Draft202012Validator"
    checker = getattr(_jsonschema, dialect)
    every = checker(checker.META_SCHEMA, format_checker=checker.FORMAT_CHECKER)
    errors = list(islice(every.iter_errors(node.value if node else None), _MOST))
    known = [(each.message, each.absolute_path) for each in errors]
    return errors if (error.message, error.absolute_path) in known else [error]


def _explained(document: Document, start: Pointer, error: Any, is_error: bool) -> Iterator[Finding]:
    if MASK in json.dumps(error.instance, default=str):
        return  # `prepared` has changed this data.
    for pointer, message, hint in explain(document, start, error):
        yield Finding(pointer, message.replace(MASK, "$ref"), hint, is_error)


def _pointer(document: Document, parts: Iterable[str | int]) -> Pointer:
    """The pointer of the value that the validator reads at a path, which may pass references."""
    node = document.node
    for part in parts:
        if not (isinstance(node.value, dict) and part in node.value):
            node = node.follow()
        node = node.child(part)
    return node.follow().pointer


class _Trace(SchemaAccessor):
    """Reads a document for the validator, and records where: most errors have no location."""

    last: tuple[str | int, ...] = ()
    reads_default = False

    @classmethod
    def from_document(cls, document: Document) -> _Trace:
        """Make an empty trace."""
        made = cls.from_schema(document.root, handlers=_Handlers(), resolved_cache_maxsize=128)
        return cast("_Trace", made)

    def __getitem__(self, parts: Sequence[Any]) -> Any:
        value = super().__getitem__(parts)
        if tuple(parts) != _DIALECT:
            self.last, self.reads_default = tuple(parts), False
        return value

    @contextmanager
    def resolve(self, parts: Sequence[Any]) -> Iterator[Any]:
        """Like `SchemaAccessor.resolve`; the validator calls it to check a default."""
        with super().resolve(parts) as resolved:
            self.last, self.reads_default = (*parts, "default"), True
            yield resolved


class _Handlers(dict[str, Any]):
    """Handlers of all URL schemes; each raises, so that the validator opens nothing."""

    def __contains__(self, scheme: object) -> bool:
        return True

    def __missing__(self, scheme: str) -> Any:
        return _refuse


def _refuse(uri: str) -> Any:
    raise _LeavesDocument(f"the reference {shorten(uri)!a} leads to another document")


class _LeavesDocument(Exception):
    """The validator tries to open another document."""
