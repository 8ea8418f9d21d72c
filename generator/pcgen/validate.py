"""Whether a document is valid OpenAPI, by openapi-spec-validator, in a process of its own.

The validator is slow to import, recurses without bound and follows references on its own. So it
runs in a child that is forked early, works while the build goes on, has limits of time and memory,
and may open nothing; and what was found in a document once is remembered.
"""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pcgen.cache import Cache, digest
from pcgen.diagnostics import Code, Diagnostics, Severity, shorten
from pcgen.spec import Document, lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.spec import Node

SECONDS = 60
MEGABYTES = 2048
_KIND = "validity"
_MOST_FINDINGS = 5000


@dataclass(slots=True)
class Validator:
    """Checks one document, in a child that gets ready while the document is being read.

    Args:
        sha256: Of the document's bytes; one that was checked before is not checked again.
        cache: Where that is remembered.
    """

    sha256: str
    cache: Cache
    _document: Document | None = None
    _child: _Child | None = None

    def __enter__(self) -> Self:
        """Start the child, unless there is nothing to do or no way to have one."""
        if hasattr(os, "fork") and not self._is_known():
            self._child = _Child.start()
        return self

    def __exit__(self, *error: object) -> None:
        """End the child, whatever it is doing."""
        if self._child is not None:
            self._child.end()

    def submit(self, document: Document) -> None:
        """Begin to check a document whose references have been checked."""
        self._document = document
        if self._child is not None:
            self._child.send(document.root)

    def finish(self, diagnostics: Diagnostics) -> None:
        """Wait for the verdict, and report what is wrong.

        A value that somebody has complained about already is not reported again.
        """
        if self._document is None:
            return
        known = {item.location for item in diagnostics.items if item.severity is Severity.ERROR}
        for pointer, message in self._verdict(self._document):
            place = self._document.location(tuple(pointer))
            if place not in known:
                diagnostics.error(Code.INVALID_DOCUMENT, place, message, _hint(message))

    def _verdict(self, document: Document) -> list[tuple[list[str], str]]:
        """What is wrong with a document; remembered for the next time."""
        remembered = self.cache.get(_KIND, self._key()) if self._child is None else None
        if remembered is not None:
            return [(pointer, message) for pointer, message in json.loads(remembered)]
        found = list(_findings(document.root)) if self._child is None else self._child.findings()
        self.cache.put(_KIND, self._key(), json.dumps(found))
        return found

    def _is_known(self) -> bool:
        return self.cache.get(_KIND, self._key()) is not None

    def _key(self) -> str:
        version = metadata.version("openapi-spec-validator")
        return digest(version, Path(__file__).read_bytes(), self.sha256)


@dataclass(slots=True)
class _Child:
    """A forked process: a document goes in by one pipe, findings come out of another."""

    pid: int
    into: int
    out_of: int

    @classmethod
    def start(cls) -> _Child:
        document, into = os.pipe()
        out_of, findings = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(into)
            os.close(out_of)
            _work(document, findings)
        os.close(document)
        os.close(findings)
        return cls(pid, into, out_of)

    def send(self, root: Any) -> None:
        """Hand the document over."""
        with suppress(BrokenPipeError), os.fdopen(self.into, "wb") as pipe:
            self.into = -1
            pipe.write(json.dumps(root).encode())

    def findings(self) -> list[tuple[list[str], str]]:
        """Wait for the child, at most `SECONDS`."""
        answer = self._read(time.monotonic() + SECONDS)
        if not answer.endswith(b"\n"):
            message = "the document is too complicated to be validated"
            return [([], f"{message} within {SECONDS} seconds and {MEGABYTES} MB")]
        found = json.loads(answer)
        if found["fault"]:
            raise RuntimeError(found["fault"])
        return [(list(pointer), message) for pointer, message in found["findings"]]

    def end(self) -> None:
        """Kill the child and clean up after it."""
        for pipe in (self.into, self.out_of):
            if pipe >= 0:
                os.close(pipe)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def _read(self, deadline: float) -> bytes:
        import select

        answer = b""
        while (left := deadline - time.monotonic()) > 0:
            if not select.select([self.out_of], [], [], left)[0]:
                break
            piece = os.read(self.out_of, 1 << 16)
            if not piece:
                break
            answer += piece
        return answer


def _work(document: int, findings: int) -> None:
    """The child: import, check, write, and leave without running anything of the parent's."""
    status = 1
    try:
        for name in [name for name in os.environ if name.startswith("OPENAPI_")]:
            del os.environ[name]  # The validator would take settings from there.
        import_module("openapi_spec_validator")  # Slow; the parent reads the document meanwhile.

        with os.fdopen(document, "rb") as pipe:
            text = pipe.read()
        if text:
            _limit_memory()
            with os.fdopen(findings, "wb") as pipe:
                pipe.write(json.dumps(_verdict(json.loads(text))).encode() + b"\n")
        status = 0
    finally:
        os._exit(status)


def _verdict(root: Any) -> dict[str, Any]:
    try:
        return {"findings": list(_findings(root)), "fault": ""}
    except Exception as error:
        return {"fault": f"the validator failed: {type(error).__name__}: {error}"}


def _limit_memory() -> None:
    import resource

    size = MEGABYTES * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _findings(root: Any) -> Iterator[tuple[list[str], str]]:
    """Pointer and message of everything that openapi-spec-validator objects to."""
    from jsonschema_path import SchemaPath

    document = Document("", "", root, lambda _: (0, 0))
    count = 0
    try:
        path = SchemaPath.from_dict(root, handlers=_DenyAll())
        for count, error in enumerate(_validator(document.version)(path).iter_errors(), 1):
            deepest = _deepest(error)
            yield _pointer(document, deepest), _message(deepest)
            if count == _MOST_FINDINGS:
                return
    except (RecursionError, SystemError):
        # Legal recursion that the validator cannot follow, sometimes in the midst of its C parts;
        # `spec` has bounded the rest.
        return
    except _LeavesDocument as error:
        yield [], str(error)
    except Exception:
        if not count:  # Else what was found before explains why it got no further.
            raise


def _validator(version: tuple[int, int]) -> Any:
    """The validator of a version; its schema is read from the package as a plain file."""
    from importlib.resources import files

    from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
    from openapi_spec_validator.schemas.backend import get_validator_for

    name = ".".join(map(str, version))
    schema = files("openapi_spec_validator") / f"resources/schemas/v{name}/schema.json"
    kind = OpenAPIV30SpecValidator if version == (3, 0) else OpenAPIV31SpecValidator
    checker = get_validator_for(json.loads(schema.read_text(encoding="utf-8")))
    return type(kind.__name__, (kind,), {"schema_validator": checker})


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
