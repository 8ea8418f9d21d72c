"""The response of `embed` as hand-written msgspec structs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from msgspec.json import Decoder


class Dense(Struct, tag_field="vector_type", tag="dense"):
    values: list[float]


class Sparse(Struct, tag_field="vector_type", tag="sparse"):
    sparse_values: list[float]
    sparse_indices: list[int]
    sparse_tokens: list[str] | None = None


class Usage(Struct):
    total_tokens: int | None = None


class Embeddings(Struct):
    model: str
    vector_type: Literal["dense", "sparse"]
    data: list[Dense | Sparse]
    usage: Usage


def decoder() -> Decoder[Embeddings]:
    return msgspec.json.Decoder(Embeddings)
