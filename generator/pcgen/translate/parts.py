"""Translates parts of a document, or repeats what that brought about before."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.spec import Node, lookup, part_of, part_texts, prints
from pcgen.translate.memory import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pcgen import config
    from pcgen.diagnostics import Diagnostics
    from pcgen.names import Identifier
    from pcgen.spec import Document
    from pcgen.translate.inherit import Family
    from pcgen.translate.memory import Memory
    from pcgen.translate.naming import ClassNames
    from pcgen.translate.shapes import Shape

Pointer = tuple[str, ...]


class Made(Struct):
    """What translating schemas has brought about so far."""

    names: ClassNames
    contents: dict[Identifier, Shape | Node]
    declarations: dict[Identifier, ir.Declaration]
    discriminators: list[ir.Discriminator]


class Parts:
    """The parts of a document, each of which is translated once, and then remembered.

    What something is told about is not: its place may be another one the next time. They begin when
    all components have their names.
    """

    def __init__(
        self,
        document: Document,
        spec: config.Spec,
        family: Family,
        memory: Memory | None,
        diagnostics: Diagnostics,
        made: Made,
    ) -> None:
        self._document = document
        # What the configuration says of places must be found in them.
        self._memory = None if spec.rename or spec.paging else memory
        self._diagnostics = diagnostics
        self._made = made
        known = made.names.by_place()
        more = family.children()
        texts = {} if self._memory is None else part_texts(document)
        self._prints = prints(texts, known, more)
        mounts = (f"{place} {document.address(place)}" for place in document.mounts)
        self._around = (spec.namespace, *sorted(mounts))

    def once(
        self,
        place: Pointer,
        make: Callable[[], Iterable[ir.Operation] | None],
        *around: str,
    ) -> tuple[ir.Operation, ...]:
        """What a function makes of a part, or has made; all else that it brings about, too.

        Args:
            place: Where the part is.
            make: A function that looks at nothing but that part, what this leads to, and `around`.
            around: What it works from besides.
        """
        known = self._prints.get(part_of(place))
        if self._memory is None or known is None:
            return tuple(make() or ())
        key = repr((place, known, around, self._around))
        record = self._memory.get(key)
        if record is None:
            record, is_whole = self._translated(make)
            if is_whole:
                self._memory.put(key, record)
        else:
            self._repeat(record)
        return record.operations

    def _translated(self, make: Callable[[], Iterable[ir.Operation] | None]) -> tuple[Record, bool]:
        """What a function brings about, and whether that is all."""
        made, told = self._made, len(self._diagnostics.items)
        declared, discriminators = len(made.declarations), len(made.discriminators)
        made.names.steps.clear()
        operations = tuple(make() or ())
        new = islice(reversed(made.declarations.values()), len(made.declarations) - declared)
        record = Record(
            tuple(made.names.steps),
            tuple(new),
            tuple(made.discriminators[discriminators:]),
            operations,
        )
        is_silent = told == len(self._diagnostics.items)
        return record, is_silent and all(step.is_there for step in record.steps)

    def _repeat(self, record: Record) -> None:
        made = self._made
        made.names.repeat(self._document, record.steps)
        for step in record.steps:
            node = lookup(self._document, step.pointer) if step.is_first else None
            if node is not None:
                made.contents[step.name] = node
        made.declarations.update((one.name, one) for one in record.declarations)
        made.discriminators += record.discriminators
