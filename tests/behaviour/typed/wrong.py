"""Mistakes that type checkers must find, each with mypy's code for it. Never run."""

from __future__ import annotations

import httpx2
from pinecone_inference import (
    AsyncPinecone,
    Embedding,
    ModelInfo,
    ModelInfoMetric,
    NotFoundError,
    Pinecone,
    RerankResult,
)


async def key() -> str:
    return "k"


def mistakes(pc: Pinecone, item: Embedding, model: ModelInfo) -> None:
    pc.inference.embed(model="m")  # E: call-overload
    pc.inference.embed("m", ["a"])  # E: call-overload
    pc.inference.embed(model="m", inputs=5)  # E: call-overload
    pc.inference.embed(model="m", inputs=[5])  # E: list-item
    pc.inference.embed(model="m", inputs=["a"], parameters="END")  # E: call-overload
    pc.inference.embed(model="m", inputs=["a"], timeout="soon")  # E: call-overload
    pc.inference.embed(model="m", inputs=["a"], retries=5)  # E: call-overload
    pc.inference.rerank(model="m", query=["q"], documents=["a"])  # E: arg-type
    pc.inference.rerank(model="m", query="q", documents=["a"], top_n="4")  # E: arg-type
    pc.inference.rerank(model="m", query="q", documents=["a"], top_k=4)  # E: call-arg
    pc.inference.rerank(model="m", query="q", documents=[{1: "a"}])  # E: dict-item
    pc.inference.get_model()  # E: call-arg
    pc.inference.get_model(5)  # E: arg-type
    pc.inference.list_models(kind="embed")  # E: call-arg
    pc.inference.list_models(type=["embed"])  # E: arg-type
    pc.inference.describe()  # E: attr-defined
    pc.inference.with_raw_response.get_model(5)  # E: arg-type
    pc.inference.with_raw_response.embed(model="m")  # E: call-overload
    pc.indexes  # noqa: B018  # E: attr-defined
    item.values  # noqa: B018  # E: union-attr
    item[0]  # E: index
    dense = pc.inference.embed(model="multilingual-e5-large", inputs="a")
    dense[0].sparse_values  # noqa: B018  # E: attr-defined
    if item.vector_type == "binary":  # E: comparison-overlap
        pass
    model.supported_metrics[0]  # E: index
    metric: ModelInfoMetric = 5  # E: assignment
    assert metric
    len(model.supported_dimensions)  # E: arg-type
    model.dimension  # noqa: B018  # E: attr-defined
    RerankResult(model="m", data=[])  # E: call-arg
    ModelInfo(model=5, short_description="", type="", supported_parameters=[])  # E: arg-type


def report(retries: int) -> None:
    print(retries)


def errors(error: NotFoundError) -> None:
    error.status  # noqa: B018  # E: attr-defined


def constructions() -> None:
    Pinecone("k", on_retry=report)  # E: arg-type
    Pinecone(api_key=5)  # E: arg-type
    Pinecone(api_key=key)  # E: arg-type
    Pinecone("k", "https://elsewhere.invalid")  # E: call-arg
    Pinecone("k", max_retries="2")  # E: arg-type
    Pinecone("k", retries=2)  # E: call-arg
    Pinecone("k", http_client=httpx2.AsyncClient())  # E: arg-type
    AsyncPinecone("k", http_client=httpx2.Client())  # E: arg-type


async def superfluous(pc: Pinecone) -> None:
    await pc.inference.list_models()  # E: misc


async def forgotten(pc: AsyncPinecone) -> None:
    pc.inference.list_models()  # E: unused-coroutine
    result = pc.inference.get_model("m")
    result.model  # noqa: B018  # E: attr-defined
    with pc:  # E: attr-defined
        pass
