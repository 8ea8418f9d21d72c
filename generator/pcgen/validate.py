"""Whether a document is valid OpenAPI, by openapi-spec-validator, in a process of its own.

The validator is slow to import, recurses without bound and follows references on its own. So it
runs in a child that is forked early, works while the build goes on, has limits of time and memory,
and may open nothing; and a document that was valid once is not checked again.
"""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

from pcgen.cache import Cache, digest
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.spec import lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.spec import Document, Node

SECONDS = 60
MEGABYTES = 2048
_KIND = "valid"
_MOST_FINDINGS = 50


def validate(document: Document, cache: Cache) -> Validation:
    """Begin to check a document whose references have been checked."""
    key = digest(metadata.version("openapi-spec-validator"), document.digest)
    if cache.get(_KIND, key) is not None:
        return Validation(document, cache, key, None)
    if not hasattr(os, "fork"):
        return Validation(document, cache, key, _Finished(list(_findings(document))))
    return Validation(document, cache, key, _Child.start(document))


@dataclass(slots=True)
class Validation:
    """A check under way; `finish` waits for it."""

    document: Document
    cache: Cache
    key: str
    work: _Child | _Finished | None

    def finish(self) -> None:
        """Remember a document that is valid.

        Raises:
            Failure: With all that is wrong with one that is not.
        """
        if self.work is None:
            return
        diagnostics = Diagnostics()
        for pointer, message in self.work.findings():
            place = self.document.location(tuple(pointer))
            diagnostics.error(Code.INVALID_DOCUMENT, place, message, _hint(message))
        diagnostics.stop_on_errors()
        self.cache.put(_KIND, self.key, "")


@dataclass(slots=True)
class _Finished:
    """Findings of a check that was made at once, where processes cannot be forked."""

    results: list[tuple[list[str], str]]

    def findings(self) -> list[tuple[list[str], str]]:
        return self.results


@dataclass(slots=True)
class _Child:
    """A forked process that writes its findings to a pipe."""

    pid: int
    pipe: int

    @classmethod
    def start(cls, document: Document) -> _Child:
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            _work(document, writing)
        os.close(writing)
        return cls(pid, reading)

    def findings(self) -> list[tuple[list[str], str]]:
        """Wait for the child, at most `SECONDS`."""
        try:
            answer = self._read(time.monotonic() + SECONDS)
        finally:
            os.close(self.pipe)
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if not answer.endswith(b"\n"):
            message = "the document is too complicated to be validated"
            return [([], f"{message} within {SECONDS} seconds and {MEGABYTES} MB")]
        found = json.loads(answer)
        if found["fault"]:
            raise RuntimeError(found["fault"])
        return [(list(pointer), message) for pointer, message in found["findings"]]

    def _read(self, deadline: float) -> bytes:
        import select

        answer = b""
        while (left := deadline - time.monotonic()) > 0:
            if not select.select([self.pipe], [], [], left)[0]:
                break
            piece = os.read(self.pipe, 1 << 16)
            if not piece:
                break
            answer += piece
        return answer


def _work(document: Document, pipe: int) -> None:
    """The child: check, write, leave without running anything of the parent's."""
    status = 1
    try:
        _limit_memory()
        try:
            found: dict[str, object] = {"findings": list(_findings(document)), "fault": ""}
        except Exception as error:
            found = {"fault": f"the validator failed: {type(error).__name__}: {error}"}
        answer = json.dumps(found).encode() + b"\n"
        while answer:
            answer = answer[os.write(pipe, answer) :]
        status = 0
    finally:
        os._exit(status)


def _limit_memory() -> None:
    import resource

    size = MEGABYTES * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _findings(document: Document) -> Iterator[tuple[list[str], str]]:
    """Pointer and message of everything that openapi-spec-validator objects to."""
    from jsonschema_path import SchemaPath
    from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

    kind = OpenAPIV30SpecValidator if document.version == (3, 0) else OpenAPIV31SpecValidator
    try:
        path = SchemaPath.from_dict(document.root, handlers=_DenyAll())
        for count, error in enumerate(kind(path).iter_errors()):
            if count == _MOST_FINDINGS:
                return
            deepest = _deepest(error)
            yield _pointer(document, deepest), _message(deepest)
    except RecursionError:
        return  # Legal recursion that the validator cannot follow; `spec` has bounded the rest.
    except _LeavesDocument as error:
        yield [], str(error)


class _LeavesDocument(Exception):
    """The validator tried to open something."""


class _DenyAll(dict[str, Any]):
    """Handlers of every URL scheme, none of which opens anything."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Any:
        return self.get(key)

    def get(self, key: str, default: Any = None) -> Any:
        del key, default
        return _deny


def _deny(uri: str) -> Any:
    raise _LeavesDocument(f"the reference {shorten(uri)!a} leaves the document")


def _deepest(error: Any) -> Any:
    """For `oneOf` and `anyOf`, the failure in the case that was most likely meant."""
    while context := getattr(error, "context", None):
        cases: dict[Any, list[Any]] = {}
        for inner in context:
            cases.setdefault(inner.schema_path[0], []).append(inner)
        meant = min(
            cases.values(), key=lambda errors: (sum(map(_tells_apart, errors)), len(errors))
        )
        error = max(meant, key=lambda inner: len(inner.absolute_path))
    return error


def _tells_apart(error: Any) -> bool:
    """Whether a failure means that the value was never meant to be this case."""
    if error.validator == "required" and "'$ref'" in error.message:
        return True
    return error.validator in ("enum", "const") and list(error.absolute_path)[-1:] != ["type"]


def _pointer(document: Document, error: Any) -> list[str]:
    """Where the failing value stands; below a reference the validator's path starts anew."""
    path = tuple(str(part) for part in error.absolute_path)
    found = lookup(document, path)
    if found is not None and found.value == error.instance and path:
        return list(path)
    for node in _objects(document.node):
        if not path and node.value == error.schema and "default" in node.value:
            return [*node.pointer, "default"]  # The one value that is checked against its schema.
        inner = lookup(document, (*node.pointer, *path)) if path and path[0] in node.value else None
        if inner is not None and inner.value == error.instance:
            return list(inner.pointer)
    return list(path)


def _objects(top: Node) -> Iterator[Node]:
    """Every object of the document, in the order of the text."""
    stack = [top]
    while stack:
        node = stack.pop()
        if isinstance(node.value, dict):
            yield node
            stack += [node.child(key) for key in reversed(node.value)]
        elif isinstance(node.value, list):
            stack += [node.child(i) for i in reversed(range(len(node.value)))]


def _message(error: Any) -> str:
    text = " ".join(str(error.message).split())
    kind = str(getattr(error, "validator", ""))
    if kind in ("oneOf", "anyOf") or len(text) > 200:
        shown = shorten(ascii(getattr(error, "instance", "")), 60)
        text = f"{shown} is not valid here ({kind})" if kind else shorten(text, 200)
    return text


def _hint(message: str) -> str:
    if "is a required property" in message:
        return "add the property"
    if "Additional properties are not allowed" in message or "Unevaluated" in message:
        return "remove it, or check its spelling"
    return ""
