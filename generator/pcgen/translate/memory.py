"""What the parts of a document became before, for as long as all that they are made from stays."""

from __future__ import annotations

import io
import pickle
from enum import Enum

from msgspec import Struct, msgpack

from pcgen import ir
from pcgen.names import Identifier

Pointer = tuple[str, ...]


class Step(Struct, frozen=True):
    """A name that an inline schema had already, or got.

    Args:
        pointer: Of the schema.
        name: Its name.
        wanted: What its name was to be made of; None where it had one.
        kind: As of `ClassNames.claim_inline`.
        is_first: Whether no equal schema had the name before.
        is_there: Whether the schema stands at the pointer, and is not made of several.
    """

    pointer: Pointer
    name: Identifier
    wanted: str | None = None
    kind: str = ""
    is_first: bool = False
    is_there: bool = True


class Record(Struct, frozen=True):
    """All that translating a part brings about; what others did before shows in the steps."""

    steps: tuple[Step, ...]
    declarations: tuple[ir.Declaration, ...]
    discriminators: tuple[ir.Discriminator, ...]
    operations: tuple[ir.Operation, ...]


class Outdated(Exception):
    """What is remembered fits no more: others have the names."""


class Memory:
    """Records by the hash of what they were made from; of those of before, what is used is kept.

    Args:
        left: What the last build left, if anything.
    """

    def __init__(self, left: bytes | None = None) -> None:
        self._before = {} if left is None else msgpack.decode(left, type=dict[str, bytes])
        self._now: dict[str, bytes] = {}

    def get(self, key: str) -> Record | None:
        """What was remembered, None when nothing was."""
        known = self._before.get(key)
        if known is None:
            return None
        try:
            record: Record = _Reader(io.BytesIO(known)).load()
        except pickle.UnpicklingError:  # Another Python wrote it.
            return None
        self._now[key] = known
        return record

    def put(self, key: str, record: Record) -> None:
        """Remember what was made."""
        self._now[key] = pickle.dumps(record, protocol=5)

    def forget(self) -> None:
        """Begin anew."""
        self._before, self._now = {}, {}

    @property
    def left(self) -> bytes | None:
        """What the next build needs, None where that is what the last one left."""
        is_known = self._now.keys() == self._before.keys()
        return None if is_known else msgpack.encode(self._now)


_CLASSES: dict[tuple[str, str], type] = {
    (kind.__module__, kind.__name__): kind
    for kind in (*vars(ir).values(), Identifier, Record, Step)
    if isinstance(kind, type) and issubclass(kind, (ir.Value, Enum, Identifier, Record, Step))
}


class _Reader(pickle.Unpickler):
    """Makes values of the IR, and nothing else: no text can have it call something."""

    def find_class(self, module: str, name: str) -> type:
        """The class that a value is of."""
        try:
            return _CLASSES[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name}") from None
