"""Models of every kind, written as pcgen writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, ClassVar, Literal, TypeAlias
from uuid import UUID

from _runtime.data.models import (
    UNSET,
    Extra,
    Items,
    Model,
    Open,
    OpenModel,
    TextKey,
    UnsetType,
    field,
)


class Dense(Model, kw_only=True, tag_field="vector_type", tag="dense"):
    vector_type: ClassVar[Literal["dense"]] = "dense"
    values: list[float]


class Sparse(Model, kw_only=True, tag_field="vector_type", tag="sparse"):
    vector_type: ClassVar[Literal["sparse"]] = "sparse"
    indices: list[int]
    values: list[float]


Embedding: TypeAlias = Dense | Sparse
Metric: TypeAlias = Open[Literal["cosine", "euclidean"], str]
Document: TypeAlias = Annotated[dict[str, Any], TextKey("text")]


class Usage(Model, kw_only=True):
    tokens: int | None = None


class Embeddings(Items["Embedding"], Model, kw_only=True):
    _items: ClassVar[str] = "data"
    model: str
    data: list[Embedding]
    usage: Usage


class Info(Model, kw_only=True):
    model: str
    metric: Metric | None = None
    metrics: list[Metric] | None = None
    size: int | None = None
    ratio: float | None = None
    ready: bool | None = None
    id: str | None = field(name="_id", default=None)
    class_: str | None = field(name="class", default=None)
    note: str | None = None
    odd: str | UnsetType | None = UNSET


class Infos(Items["Info"], Model, kw_only=True):
    _items: ClassVar[str] = "models"
    models: list[Info] | None = None


class Node(Model, kw_only=True):
    name: str
    child: Node | None = None
    children: list[Node] | None = None


class Kind(Enum):
    GOOD = "good"
    BAD = "bad"


class Moments(Model, kw_only=True):
    at: dt.datetime | None = None
    day: dt.date | None = None
    id: UUID | None = None
    raw: bytes | None = None
    price: Decimal | None = None
    prices: list[Decimal] | None = None
    kind: Kind | None = None
    wait: dt.timedelta | None = None


class Cat(Model, kw_only=True):
    name: str
    lives: int


class Dog(Model, kw_only=True):
    name: str
    tricks: list[str]
    age: int | None = None


class Choice(Model, kw_only=True):
    """Unions whose members only their values distinguish."""

    pet: Cat | Dog | None = None
    pets: list[Cat | Dog] | None = None
    scalar: int | str | bool | None = None
    number: float | int | None = None
    lists: list[int] | list[str] | None = None
    one_or_more: str | list[Cat] | None = None
    cat_or_map: Cat | dict[str, int] | None = None
    cat_or_text: Cat | str | None = None
    when: dt.datetime | str | None = None
    level: Literal["low", "high"] | int | None = None


class Maps(Model, kw_only=True):
    counts: dict[str, int] | None = None
    cats: dict[str, Cat] | None = None
    anything: Any = None
    free: dict[str, Any] | None = None


class Days(Extra["dt.date | Days"], OpenModel, kw_only=True):
    name: str | None = None


class Nullable(Model, kw_only=True):
    """Required, and null is a value."""

    value: str | None


class Gone(Model, kw_only=True):
    """A field that can only be null."""

    name: str
    value: UnsetType | None = UNSET


class Left(Model, kw_only=True):
    """With `Right`, a union that contains itself and has no discriminator."""

    a: int
    next: Left | Right | None = None


class Right(Model, kw_only=True):
    b: int
    next: Left | Right | None = None


class Traced(Model, kw_only=True):
    request_id: UUID


class MaybeTraced(Model, kw_only=True):
    request_id: str | None = None


class Selfish(Model, kw_only=True):
    self: str


class Empty(Model, kw_only=True):
    pass


class TextItem(Model, kw_only=True):
    text: str | None = None


class Request(Model, kw_only=True):
    model: str
    inputs: list[TextItem]
    documents: list[Document] | None = None
    document: Document | None = None
    parameters: dict[str, Any] | None = None
    top: int | None = None
    ratio: float | None = None
    flag: bool | None = None
    words: list[str] | None = None
    vector: list[float] | None = None
    metric: Metric | None = None
    usage: Usage | None = None
    at: dt.datetime | None = None
    odd: str | UnsetType | None = UNSET
    long_name: str | None = field(name="longName", default=None)
    words_or_one: str | list[str] | None = None


class Demanding(Model, kw_only=True):
    nullable: str | None
    settings: dict[str, Any]
    vector: list[float]
