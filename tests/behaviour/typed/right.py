"""Correct uses of the generated client, as type checkers must see them. Never run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Any, assert_never, assert_type

import httpx2
from pinecone_inference import (
    APIConnectionError,
    APIStatusError,
    AsyncPinecone,
    DenseEmbedding,
    Embedding,
    EmbeddingsList,
    EmbeddingsListUsage,
    EmbedRequestInput,
    ErrorResponse,
    ErrorResponseErrorCode,
    ModelInfo,
    ModelInfoList,
    ModelInfoMetric,
    ModelInfoSupportedParameter,
    ModelType,
    Pinecone,
    RankedDocument,
    RateLimitError,
    RerankResult,
    SparseEmbedding,
    Timeout,
    VectorType,
)


def embed(pc: Pinecone) -> None:
    result = pc.inference.embed(model="m", inputs="one")
    assert_type(result, EmbeddingsList)
    dense = pc.inference.embed(model="multilingual-e5-large", inputs="one")
    assert_type(dense, EmbeddingsList[DenseEmbedding])
    assert_type(dense[0].values, list[float])
    assert_type([item.values for item in dense], list[list[float]])
    assert_type(dense.data, list[DenseEmbedding])
    sparse = pc.inference.embed(model="pinecone-sparse-english-v0", inputs="one")
    assert_type(sparse[0].sparse_indices, list[int])
    results: list[EmbeddingsList] = [result, dense, sparse]
    assert results
    assert_type(result.data, list[DenseEmbedding | SparseEmbedding])
    assert_type(result[0], Embedding)
    assert_type(result[:2], list[Embedding])
    assert_type(len(result), int)
    assert_type(iter(result), Iterator[Embedding])
    assert_type(result.usage, EmbeddingsListUsage)
    assert_type(result.usage.total_tokens, int | None)
    assert_type(result["usage"], Any)
    assert_type(result[0]["values"], Any)
    assert_type("model" in result, bool)
    assert_type(result.get("model"), Any)
    assert_type(pc.inference.list_models().names(), list[str])
    assert_type({key: result[key] for key in result.usage.keys()}, dict[Any, Any])  # noqa: SIM118
    assert_type(result.extra, dict[str, Any])
    assert_type(result.to_dict(), dict[str, Any])
    assert_type(result.to_json(), str)
    assert_type(EmbeddingsList.from_json(b"{}"), EmbeddingsList)
    assert_type(result.replace(model="n"), EmbeddingsList)
    for item in result:
        narrow(item)
    inputs: Sequence[str] = ("a", "b")
    pc.inference.embed(model="m", inputs=inputs)
    pc.inference.embed(model="m", inputs=["a", {"text": "b"}, EmbedRequestInput(text="c")])
    pc.inference.embed(
        model="m",
        inputs=[MappingProxyType({"text": "a"})],
        parameters=MappingProxyType({"dimension": 384}),
        timeout=Timeout(read=5),
        max_retries=0,
        extra_headers={"X-Team": "search"},
        extra_query={"page": 2},
        extra_body={"new": True},
    )


def narrow(item: Embedding) -> None:
    """The union is told apart by its tag, by its class, and completely."""
    if item.vector_type == "dense":
        assert_type(item, DenseEmbedding)
        assert_type(item.values, list[float])
    else:
        assert_type(item, SparseEmbedding)
        assert_type(item.sparse_values, list[float])
        assert_type(item.sparse_indices, list[int])
        assert_type(item.sparse_tokens, list[str] | None)
    match item:
        case DenseEmbedding(values=values):
            assert_type(values, list[float])
        case SparseEmbedding(sparse_indices=indices):
            assert_type(indices, list[int])
        case _:
            assert_never(item)


def models(pc: Pinecone) -> None:
    result = pc.inference.list_models(type="embed", vector_type=None)
    pc.inference.list_models(type="of-next-year")
    assert_type(result, ModelInfoList)
    assert_type(result.models, list[ModelInfo] | None)
    assert_type([model.model for model in result], list[str])
    model = pc.inference.get_model("m")
    assert_type(model, ModelInfo)
    assert_type(model.max_batch_size, int | None)
    assert_type(model.type, ModelType)
    assert_type(model.vector_type, VectorType | None)
    assert_type(model.supported_parameters, list[ModelInfoSupportedParameter])
    assert_type(model.supported_parameters[0].allowed_values, list[str | int] | None)
    assert_type(model.supported_parameters[0].default, str | int | float | bool | None)
    assert_type(model.supported_metrics, list[ModelInfoMetric] | None)
    for metric in model.supported_metrics or []:
        metrics(metric)


def metrics(metric: ModelInfoMetric) -> None:
    """Known values are offered, others are allowed."""
    known: ModelInfoMetric = "cosine"
    unknown: ModelInfoMetric = "Cosine"
    text: str = metric
    assert [known, unknown, text]


def rerank(pc: Pinecone) -> None:
    result = pc.inference.rerank(
        model="m",
        query="q",
        documents=["a", {"id": "b", "text": "c"}],
        top_n=2,
        return_documents=False,
        rank_fields=("text",),
        parameters={"truncate": "END"},
    )
    assert_type(result, RerankResult)
    assert_type(result[0], RankedDocument)
    assert_type(result[-1].score, float)
    assert_type(result[0].document, dict[str, Any] | None)
    assert_type([item.index for item in result], list[int])
    pc.inference.rerank(model="m", query="q", documents="alone")


async def asynchronous() -> None:
    async with AsyncPinecone(api_key="k", http_client=httpx2.AsyncClient()) as pc:
        assert_type(pc, AsyncPinecone)
        assert_type(await pc.inference.embed(model="m", inputs=["a"]), EmbeddingsList)
        sparse = await pc.inference.embed(model="pinecone-sparse-english-v0", inputs="a")
        assert_type(sparse, EmbeddingsList[SparseEmbedding])
        assert_type(await pc.inference.list_models(), ModelInfoList)
        assert_type(await pc.inference.get_model("m"), ModelInfo)
        assert_type(await pc.inference.rerank(model="m", query="q", documents=["a"]), RerankResult)
    assert_type(await pc.close(), None)


async def key() -> str:
    return "k"


def construction() -> None:
    with Pinecone("k", timeout=None, default_headers={"X-A": "1"}, strict=True) as pc:
        assert_type(pc, Pinecone)
        assert_type(pc.with_options(max_retries=0), Pinecone)
    Pinecone(api_key=lambda: "k", http_client=httpx2.Client(), on_retry=print)
    AsyncPinecone(api_key=key)
    AsyncPinecone(api_key=lambda: "k", timeout=2.5)


def raw(pc: Pinecone) -> None:
    dense = pc.inference.with_raw_response.embed(model="llama-text-embed-v2", inputs="a")
    assert_type(dense.parse(), EmbeddingsList[DenseEmbedding])
    answer = pc.inference.with_raw_response.get_model("m", timeout=5)
    assert_type(answer.parse(), ModelInfo)
    assert_type(answer.status_code, int)
    assert_type(answer.content, bytes)
    with pc.inference.with_streaming_response.rerank(
        model="m", query="q", documents=["a"]
    ) as stream:
        assert_type(stream.parse(), RerankResult)
        assert_type(stream.iter_bytes(), Iterator[bytes])


async def raw_async(pc: AsyncPinecone) -> None:
    answer = await pc.inference.with_raw_response.embed(model="m", inputs="a")
    assert_type(answer.parse(), EmbeddingsList)
    async with pc.inference.with_streaming_response.list_models() as stream:
        assert_type(await stream.parse(), ModelInfoList)


def errors(pc: Pinecone) -> None:
    try:
        pc.inference.list_models()
    except RateLimitError as limited:
        assert_type(limited.status_code, int)
    except APIStatusError as error:
        assert_type(error.code, str | None)
        assert_type(error.request_id, str | None)
        if isinstance(error.body, ErrorResponse):
            assert_type(error.body.error.message, str)
            code: ErrorResponseErrorCode = error.body.error.code
            assert code
    except APIConnectionError as lost:
        assert_type(lost.message, str)
