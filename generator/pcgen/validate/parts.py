"""Judges a document part by part, and again only those for which something has changed.

A part is a path, a webhook, a component, what another file holds, or what else stands at the top.
Each is judged by itself: a schema that has a name is judged where it stands, not where it is
named. What is read of other parts meanwhile is noted, so that a verdict holds for as long as all of
that stays the same. Where the order of the parts may matter, the document is judged as a whole.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.json import decode, encode

from pcgen.cache import digest
from pcgen.spec import Document, is_named_schema, mask
from pcgen.spec.document import Pointer
from pcgen.validate.findings import (
    MASK,
    MOST,
    Finding,
    accessor,
    explained,
    findings,
    is_too_deep,
    validator,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping


# What may be read, as a multiple of the document's size, before judging the whole is cheaper.
_MOST_READ = 2
_LEAST_SIZE = 50  # What a part counts for at least.
# Errors that depend on which part comes first.
_BY_ORDER = ("DuplicateOperationIDError", "ExtraParametersError")


class Verdict(NamedTuple):
    """What was found in a part.

    Args:
        pointer: Of the part.
        digest: Of its text.
        read: The pointers of other parts that were looked at, whether or not they are there.
        found: What is wrong.
        operations: The operationIds.
    """

    pointer: Pointer
    digest: str
    read: tuple[Pointer, ...]
    found: tuple[Finding, ...]
    operations: tuple[str, ...]


class _Doubt(Exception):
    """The parts do not tell what is wrong with the whole."""


def question(texts: Mapping[Pointer, bytes], before: bytes) -> bytes:
    """What a judge is asked.

    Args:
        texts: The parts of a document whose references have been checked.
        before: What was to be remembered of it last time, or nothing.
    """
    return b"\n".join((before, encode([*texts]), *texts.values()))


def answer(asked: bytes) -> tuple[list[Finding], bytes]:
    """Everything that is wrong with a document, and what is to be remembered of it."""
    before, pointers, *lines = asked.split(b"\n")
    texts = dict(zip(decode(pointers, type=list[Pointer]), lines, strict=True))
    try:
        verdicts = _judged(texts, before)
    except _Doubt:
        return list(findings(_join(texts, lambda pointer: decode(texts[pointer])))), b""
    found = dict.fromkeys(finding for verdict in verdicts for finding in verdict.found)
    return list(found), encode(verdicts)


# --- Parts --------------------------------------------------------------------------------------


def _join(
    pointers: Iterable[Pointer],
    read: Callable[[Pointer], Any],
    wanted: Callable[[Pointer], bool] = lambda _: True,
) -> dict[str, Any]:
    """The document that holds the parts that are wanted; objects of others are left empty."""
    root: dict[str, Any] = {}
    for pointer in pointers:
        holder = root
        for key in pointer[:-1]:
            holder = holder.setdefault(key, {})
        if wanted(pointer):
            holder[pointer[-1]] = read(pointer)
    return root


class _Members(dict[str, Any]):
    """An object that holds parts, which are read when they are asked for."""

    def __init__(self, start: Pointer, texts: _Texts) -> None:
        super().__init__()
        self._start = start
        self._texts = texts

    def __contains__(self, key: object) -> bool:
        self._texts.asked.add((*self._start, str(key)))
        return super().__contains__(key)

    def __getitem__(self, key: str) -> Any:
        return self._texts.read((*self._start, key))

    def get(self, key: str, default: Any = None) -> Any:
        """As that of a `dict`."""
        try:
            return self[key]
        except KeyError:
            return default


class _Texts:
    """A document of which nothing is read but the parts that somebody asks for.

    Args:
        texts: The parts, as JSON.
    """

    def __init__(self, texts: Mapping[Pointer, bytes]) -> None:
        self.root = _Members((), self)
        self.asked: set[Pointer] = set()
        self._texts = texts
        self._values: dict[Pointer, Any] = {}
        self._holders: dict[Pointer, _Members] = {(): self.root}
        for pointer in texts:
            for end in range(len(pointer)):
                start = pointer[:end]
                if start not in self._holders:
                    self._holders[start] = _Members(start, self)
                self._holders[start].setdefault(pointer[end], None)

    def read(self, pointer: Pointer) -> Any:
        """The value of a part, or what holds some; it is noted that it was asked for."""
        self.asked.add(pointer)
        if pointer in self._holders:
            return self._holders[pointer]
        if pointer not in self._values:
            text = self._texts.get(pointer)
            if text is None:
                raise KeyError(pointer[-1])
            value = self._values[pointer] = decode(text)
            if count := text.count(b'"$ref":'):
                mask(_join([pointer], lambda _: value), MASK, count)
        return self._values[pointer]

    def asked_besides(self, pointer: Pointer) -> tuple[Pointer, ...]:
        """The parts that were asked for, but for one; also those that are not there."""
        return tuple(sorted(self.asked - self._holders.keys() - {pointer}))


# --- Verdicts -----------------------------------------------------------------------------------


def _judged(texts: Mapping[Pointer, bytes], before: bytes) -> list[Verdict]:
    """The verdicts on all parts; those that still hold are from before."""
    digests = {pointer: digest(text)[:32] for pointer, text in texts.items()}
    known = _known(digests, before)
    judge = _Judge(texts)
    judge.expect_form(texts.keys() - known.keys())
    verdicts = [known.get(part) or judge.verdict(part, sha256) for part, sha256 in digests.items()]
    operations = Counter(name for verdict in verdicts for name in verdict.operations)
    if any(n > 1 for n in operations.values()) or sum(len(v.found) for v in verdicts) >= MOST:
        raise _Doubt
    return verdicts


def _known(digests: Mapping[Pointer, str], before: bytes) -> dict[Pointer, Verdict]:
    """The verdicts from before that still hold."""
    verdicts = decode(before or b"[]", type=list[Verdict])
    old = {verdict.pointer: verdict.digest for verdict in verdicts}
    return {
        verdict.pointer: verdict
        for verdict in verdicts
        if all(digests.get(part) == old.get(part) for part in (verdict.pointer, *verdict.read))
    }


# --- The validator, for a part ------------------------------------------------------------------


class _Judge:
    """Tells what is wrong with parts of a document, one after the other."""

    def __init__(self, texts: Mapping[Pointer, bytes]) -> None:
        from jsonschema_path import SchemaPath

        self._texts = _Texts(texts)
        self._document = Document("", "", self._texts.root, lambda _: (0, 0))
        self._accessor = accessor(self._document)
        self._accessor.schemas = frozenset(filter(is_named_schema, texts))
        self._top = SchemaPath(self._accessor, separator="#")
        self._kind = _validator(self._document.version)
        self._sizes = {pointer: len(text) + _LEAST_SIZE for pointer, text in texts.items()}
        self._left = _MOST_READ * sum(self._sizes.values())

    def expect_form(self, pointers: Collection[Pointer]) -> None:
        """Check some parts, and all that stand at the top, against the schema of OpenAPI."""
        root = _join(self._sizes, self._texts.read, lambda p: len(p) == 1 or p in pointers)
        if not validator(self._document.version)[0].is_valid(root):
            raise _Doubt

    def verdict(self, pointer: Pointer, sha256: str) -> Verdict:
        """What is wrong with a part whose text has a certain digest."""
        if not _is_judged(pointer):
            return Verdict(pointer, sha256, (), (), ())
        self._texts.asked.clear()
        self._accessor.turn_to(pointer)
        registry = self._kind(self._top).keyword_validators_registry
        try:
            errors = list(self._errors(pointer, registry))
            found = tuple(explained(self._document, errors))
        except BaseException as error:
            if isinstance(error, Exception) or is_too_deep(error):  # It fails over odd schemas.
                raise _Doubt from error
            raise
        read = self._texts.asked_besides(pointer)
        self._left -= sum(self._sizes.get(part, 0) for part in read)
        if self._left < 0 or any(type(error).__name__ in _BY_ORDER for error in errors):
            raise _Doubt
        names = registry["operation"].operation_ids_registry
        return Verdict(pointer, sha256, read, found, tuple(n for n in names if n is not None))

    def _errors(self, pointer: Pointer, registry: Any) -> Iterator[Any]:
        here = self._top._clone_with_parts(pointer)
        if pointer == ("tags",):
            yield from registry["tags"](here)
        elif pointer[0] == "paths":
            yield from registry["path"](pointer[1], here)
        else:
            errors = list(registry["schema"](here))
            yield from errors
            # What stands in a schema that is wrong is judged if others lead to it.
            if errors and list(registry["schema"](here, meta_checked=True)):
                raise _Doubt


def _is_judged(pointer: Pointer) -> bool:
    """Whether the check against the schema of OpenAPI is not all that there is for a part."""
    is_path = pointer[0] == "paths" and len(pointer) == 2
    return is_path or pointer == ("tags",) or is_named_schema(pointer)


@lru_cache(maxsize=4)
def _validator(version: tuple[int, int]) -> Any:
    """The validator for all but the check against the schema of a version."""
    _, kind = validator(version)
    keywords = kind.keyword_validators
    own = {"keyword_validators": {**keywords, "schema": _single(keywords["schema"])}}
    return type("Single", (kind,), own)


def _single(keyword: Any) -> Any:
    """The validator of schemas, without those that are parts of their own."""

    def __call__(self: Any, schema: Any, *arguments: Any, **options: Any) -> Iterator[Any]:
        known, named = schema.accessor, schema.accessor.named(schema.parts)
        if named == known.part or named not in known.schemas:
            yield from keyword.__call__(self, schema, *arguments, **options)

    return type(keyword.__name__, (keyword,), {"__call__": __call__})
