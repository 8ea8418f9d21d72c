"""Models with a type argument for type checkers, such as `EmbeddingsList[DenseEmbedding]`."""

from __future__ import annotations

from types import GenericAlias
from typing import TYPE_CHECKING, ForwardRef

__all__ = ["Generic", "TypeVar"]

if TYPE_CHECKING:
    from typing import Generic

    from typing_extensions import TypeVar
else:

    class Generic:
        """A class that accepts type arguments, and ignores them."""

        __slots__ = ()
        __class_getitem__ = classmethod(GenericAlias)

    def TypeVar(_: str, *, bound: str, **__: object) -> ForwardRef:  # noqa: N802
        """Return the bound of a type variable: responses are decoded as that."""
        return ForwardRef(bound)
