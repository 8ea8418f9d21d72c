"""What the parts of a document became before, for as long as all that they are made from stays."""

from __future__ import annotations

import io
import pickle
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct, msgpack

from pcgen import ir
from pcgen.names import Identifier

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

Pointer = tuple[str, ...]
_MOST = 32  # Records of a chunk; more take longer each.


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
        self._chunks = [] if left is None else msgpack.decode(left, type=list[_Chunk])
        self._before = {key: one for chunk in self._chunks for key, one in chunk.read().items()}
        self._now: dict[str, Record] = {}

    def get(self, key: str) -> Record | None:
        """What was remembered, None when nothing was."""
        record = self._before.get(key)
        if record is not None:
            self._now[key] = record
        return record

    def put(self, key: str, record: Record) -> None:
        """Remember what was made."""
        self._now[key] = record

    def forget(self) -> None:
        """Begin anew."""
        self._chunks, self._before, self._now = [], {}, {}

    @property
    def left(self) -> bytes | None:
        """What the next build needs, None where the last one left all of that."""
        if self._now.keys() <= self._before.keys():
            return None
        kept = [chunk for chunk in self._chunks if chunk.is_of_use(self._now)]
        known = {key for chunk in kept for key in chunk.keys}
        new = [item for item in self._now.items() if item[0] not in known]
        made = (_Chunk.of(dict(new[i : i + _MOST])) for i in range(0, len(new), _MOST))
        return msgpack.encode([*kept, *made])


class _Chunk(Struct, frozen=True):
    """Some records that are written together, which is quicker than one by one.

    Args:
        keys: Their keys.
        data: What they are, pickled.
    """

    keys: list[str]
    data: bytes

    @classmethod
    def of(cls, records: Mapping[str, Record]) -> _Chunk:
        return cls([*records], pickle.dumps([*records.values()], protocol=5))

    def read(self) -> dict[str, Record]:
        """The records; none where another Python wrote them."""
        try:
            return dict(zip(self.keys, _Reader(io.BytesIO(self.data)).load(), strict=True))
        except pickle.UnpicklingError:
            return {}

    def is_of_use(self, wanted: Container[str]) -> bool:
        """Whether it is better kept than written again: it is not small, and most is wanted."""
        return sum(key in wanted for key in self.keys) > max(_MOST, len(self.keys)) // 2


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
