"""The request of every operation on the wire, and the value it returns for the response."""

from __future__ import annotations

import copy
import gzip
import json as jsonlib
import pickle
import sys
from importlib.metadata import version
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from facts import BARE_RERANK, DENSE, E5, MODELS, NAMES, RANKING, RERANK, SPARSE_EMBEDDINGS, failure
from pair import KEY
from pinecone_inference import (
    DenseEmbedding,
    EmbeddingsList,
    EmbedRequestInput,
    ModelInfo,
    ModelInfoList,
    ModelInfoSupportedParameter,
    NotFoundError,
    RankedDocument,
    RerankResult,
    SparseEmbedding,
    __version__,
)
from pinecone_inference._runtime.http.message import request_id_of
from server import answer, json

if TYPE_CHECKING:
    from pair import Pair
    from server import Server

AGENT = f"pinecone-inference/{__version__} python/{sys.version_info[0]}.{sys.version_info[1]}"


def _library(transport: str) -> str:
    name = "pyreqwest" if transport == "fast" else "httpcore2"
    return f"{name}/{'.'.join(version(name).split('.')[:2])}"


class Scalar:
    """A number of numpy's kind."""

    def item(self) -> int:
        return 384


def test_headers_without_a_body(pair: Pair, pc: Any, server: Server, transport: str) -> None:
    server.script(json(MODELS))
    pair.run(pc.inference.list_models())
    (request,) = server.requests
    assert sorted(name.lower() for name, _ in request.header_list) == [
        "accept",
        "accept-encoding",
        "api-key",
        "host",
        "user-agent",
        "x-pinecone-api-version",
    ]
    assert request.headers["accept"] == "application/json"
    assert request.headers["api-key"] == KEY
    assert request.headers["host"] == f"127.0.0.1:{server.port}"
    assert request.headers["user-agent"] == f"{AGENT} {_library(transport)}"
    assert request.headers["x-pinecone-api-version"] == "2025-04"
    # The fast transport does not keep the case of names, which means nothing in HTTP.
    version_name = "X-Pinecone-A{}-Version".format("pi" if transport == "fast" else "PI")
    assert {"Api-Key", version_name} <= {name for name, _ in request.header_list}
    assert request.body == b""


def test_headers_with_a_body(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(RERANK))
    pair.run(pc.inference.rerank(model="m", query="q", documents=[{"text": "t"}]))
    (request,) = server.requests
    assert sorted(name.lower() for name, _ in request.header_list) == [
        "accept",
        "accept-encoding",
        "api-key",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "x-pinecone-api-version",
    ]
    assert request.headers["content-type"] == "application/json"
    assert request.headers["content-length"] == str(len(request.body))
    assert request.headers["x-pinecone-api-version"] == "2025-04"
    assert request.headers["api-key"] == KEY


# embed


@pytest.mark.parametrize(
    ("inputs", "sent"),
    [
        ("apple", [{"text": "apple"}]),
        (["apple"], [{"text": "apple"}]),
        (["apple", "pear"], [{"text": "apple"}, {"text": "pear"}]),
        (("apple", "pear"), [{"text": "apple"}, {"text": "pear"}]),
        ([{"text": "apple"}], [{"text": "apple"}]),
        ([MappingProxyType({"text": "apple"})], [{"text": "apple"}]),
        ([EmbedRequestInput(text="apple")], [{"text": "apple"}]),
        (
            ["a", {"text": "b"}, EmbedRequestInput(text="c")],
            [{"text": "a"}, {"text": "b"}, {"text": "c"}],
        ),
        ([{"text": "apple", "title": "new"}], [{"text": "apple", "title": "new"}]),
        ([{}, EmbedRequestInput()], [{}, {}]),
    ],
)
def test_embed_inputs(pair: Pair, pc: Any, server: Server, inputs: Any, sent: Any) -> None:
    server.script(json(DENSE))
    pair.run(pc.inference.embed(model="multilingual-e5-large", inputs=inputs))
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/embed")
    assert request.json() == {"model": "multilingual-e5-large", "inputs": sent}


def test_embed_bytes(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(DENSE))
    pair.run(
        pc.inference.embed(
            model="m", parameters={"input_type": "query"}, inputs=[{"text": 'Äpfel "rot"\n'}]
        )
    )
    assert server.requests[0].body.decode() == (
        '{"model":"m","parameters":{"input_type":"query"},'
        '"inputs":[{"text":"Äpfel \\"rot\\"\\n"}]}'
    )


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"input_type": "passage", "truncate": "END", "dimension": 384, "return_tokens": False},
        {"nested": {"list": [1, 2.5, None, {"deep": True}]}},
    ],
)
def test_embed_parameters_are_sent_as_given(
    pair: Pair, pc: Any, server: Server, parameters: Any
) -> None:
    server.script(json(DENSE))
    pair.run(
        pc.inference.embed(
            model="m", inputs=[{"text": "t"}], parameters=MappingProxyType(parameters)
        )
    )
    assert server.requests[0].json()["parameters"] == parameters


def test_numbers_of_numpys_kind(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(DENSE))
    pair.run(
        pc.inference.embed(model="m", inputs=[{"text": "t"}], parameters={"dimension": Scalar()})
    )
    assert server.requests[0].json()["parameters"] == {"dimension": 384}


def test_dense_embeddings(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(DENSE, headers={"x-request-id": "req-7"}))
    result = pair.run(pc.inference.embed(model="m", inputs=[{"text": "t"}]))
    assert type(result) is EmbeddingsList
    assert request_id_of(result) == "req-7"
    assert (result.model, result.vector_type) == ("multilingual-e5-large", "dense")
    assert result.usage.total_tokens == 31
    assert len(result) == 2
    assert [type(item) for item in result] == [DenseEmbedding, DenseEmbedding]
    assert result[0].vector_type == "dense"
    assert result[0].values == [0.04925537109375, -0.01313018798828125, 2.0]
    assert [type(number) for number in result[0].values] == [float, float, float]
    assert result[-1] is result.data[1]
    assert result[:1] == result.data[:1]
    assert result.to_dict() == DENSE
    with pytest.raises(IndexError):
        result[2]


def test_sparse_embeddings(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(SPARSE_EMBEDDINGS))
    result = pair.run(pc.inference.embed(model="m", inputs=[{"text": "t"}]))
    first, second = result
    assert type(first) is SparseEmbedding
    assert type(second) is SparseEmbedding
    assert first.vector_type == "sparse"
    assert first.sparse_values == [0.5, 1.25]
    assert first.sparse_indices == [822745112, 4294967295]
    assert first.sparse_tokens == ["apple", "orchard"]
    assert second.sparse_tokens is None
    assert not hasattr(first, "values")
    assert result.to_dict() == SPARSE_EMBEDDINGS


def test_the_discriminator_may_follow_the_data(pair: Pair, pc: Any, server: Server) -> None:
    """Both variants in one response, with the discriminator after the data."""
    mixed = DENSE | {
        "data": [
            {"values": [0.5], "vector_type": "dense"},
            {"sparse_indices": [1], "sparse_values": [0.5], "vector_type": "sparse"},
        ]
    }
    server.script(json(mixed))
    result = pair.run(pc.inference.embed(model="m", inputs=[{"text": "t"}]))
    assert [type(item) for item in result] == [DenseEmbedding, SparseEmbedding]
    assert result == EmbeddingsList.from_dict(mixed)


# list_models, get_model


@pytest.mark.parametrize(
    ("arguments", "target"),
    [
        ({}, "/models"),
        ({"type": None, "vector_type": None}, "/models"),
        ({"type": "rerank"}, "/models?type=rerank"),
        ({"vector_type": "dense", "type": "embed"}, "/models?type=embed&vector_type=dense"),
        ({"type": "a b&c=d#é"}, "/models?type=a%20b%26c%3Dd%23%C3%A9"),
    ],
)
def test_list_models_query(
    pair: Pair, pc: Any, server: Server, arguments: Any, target: str
) -> None:
    server.script(json({"models": []}))
    pair.run(pc.inference.list_models(**arguments))
    (request,) = server.requests
    assert (request.method, request.target, request.body) == ("GET", target, b"")


def test_list_models_result(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(MODELS))
    result = pair.run(pc.inference.list_models())
    assert type(result) is ModelInfoList
    assert [model.model for model in result] == NAMES
    assert len(result) == len(result.models) == 6
    assert {type(model) for model in result} == {ModelInfo}
    assert result[-1].model == "pinecone-rerank-v0"
    assert [model.model for model in result[1:3]] == NAMES[1:3]
    llama, _, sparse, bge, cohere, _ = result
    assert llama.supported_dimensions == [384, 512, 768, 1024, 2048]
    assert llama.supported_metrics == ["cosine", "dotproduct"]
    assert (llama.max_sequence_length, llama.max_batch_size) == (2048, 96)
    assert [p.parameter for p in llama.supported_parameters] == [
        "input_type",
        "truncate",
        "dimension",
    ]
    assert type(llama.supported_parameters[0]) is ModelInfoSupportedParameter
    assert llama.supported_parameters[0].required is True
    assert llama.supported_parameters[1].default == "END"
    assert llama.supported_parameters[2].default == 1024
    assert llama.supported_parameters[2].allowed_values == [384, 512, 768, 1024, 2048]
    assert (sparse.vector_type, sparse.default_dimension) == ("sparse", None)
    assert sparse.supported_parameters[2].default is False
    assert sparse.supported_parameters[2].allowed_values is None
    assert (bge.type, bge.vector_type, bge.supported_metrics) == ("rerank", None, [])
    assert (cohere.supported_parameters[0].min, cohere.supported_parameters[0].max) == (1, 3072)
    assert result.to_dict() == MODELS


@pytest.mark.parametrize("answer", [{"models": []}, {}])
def test_list_models_without_models(pair: Pair, pc: Any, server: Server, answer: Any) -> None:
    server.script(json(answer))
    result = pair.run(pc.inference.list_models())
    assert (list(result), len(result), bool(result)) == ([], 0, False)
    assert result.to_dict() == answer


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("multilingual-e5-large", "/models/multilingual-e5-large"),
        ("cohere-rerank-3.5", "/models/cohere-rerank-3.5"),
        ("a b", "/models/a%20b"),
        ("a/b", "/models/a%2Fb"),
        ("a?b#c", "/models/a%3Fb%23c"),
        ("50%", "/models/50%25"),
        ("%2F", "/models/%252F"),
        ("modèle", "/models/mod%C3%A8le"),
        ("...", "/models/..."),
        ("{model_name}", "/models/%7Bmodel_name%7D"),
    ],
)
def test_get_model(pair: Pair, pc: Any, server: Server, name: str, path: str) -> None:
    server.script(json(E5))
    model = pair.run(pc.inference.get_model(name))
    (request,) = server.requests
    assert (request.method, request.target, request.body) == ("GET", path, b"")
    assert type(model) is ModelInfo
    assert (model.model, model.default_dimension) == ("multilingual-e5-large", 1024)
    assert model.to_dict() == E5


def test_get_model_by_keyword(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(E5))
    pair.run(pc.inference.get_model(model_name="m"))
    assert server.requests[0].target == "/models/m"


# rerank


@pytest.mark.parametrize(
    ("documents", "sent"),
    [
        ("apple", [{"text": "apple"}]),
        (["apple", "pear"], [{"text": "apple"}, {"text": "pear"}]),
        (("apple",), [{"text": "apple"}]),
        ([{"id": "vec1", "text": "apple"}], [{"id": "vec1", "text": "apple"}]),
        ([{"my_field": "apple"}, "pear"], [{"my_field": "apple"}, {"text": "pear"}]),
        ([MappingProxyType({"text": "apple"})], [{"text": "apple"}]),
        (
            [{"text": "a", "n": 1, "deep": {"x": [None]}}],
            [{"text": "a", "n": 1, "deep": {"x": [None]}}],
        ),
    ],
)
def test_rerank_documents(pair: Pair, pc: Any, server: Server, documents: Any, sent: Any) -> None:
    server.script(json(RERANK))
    pair.run(pc.inference.rerank(model="m", query="q", documents=documents))
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/rerank")
    assert request.json() == {"model": "m", "query": "q", "documents": sent}


def test_rerank_options(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(RERANK))
    pair.run(
        pc.inference.rerank(
            model="bge-reranker-v2-m3",
            query="q",
            documents=[{"my_field": "apple"}],
            top_n=4,
            return_documents=False,
            rank_fields=("my_field",),
            parameters={"truncate": "END"},
        )
    )
    assert server.requests[0].body == (
        b'{"model":"bge-reranker-v2-m3","query":"q","top_n":4,"return_documents":false,'
        b'"rank_fields":["my_field"],"documents":[{"my_field":"apple"}],'
        b'"parameters":{"truncate":"END"}}'
    )


def test_rerank_result(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(RERANK))
    result = pair.run(pc.inference.rerank(model="m", query="q", documents=[{"text": "t"}]))
    assert type(result) is RerankResult
    assert result.model == "bge-reranker-v2-m3"
    assert result.usage.rerank_units == 1
    assert {type(item) for item in result} == {RankedDocument}
    assert [(item.index, item.score) for item in result] == RANKING
    assert [item.document["id"] for item in result] == ["vec3", "vec1", "vec4", "vec2"]
    assert (len(result), result[0].index, result[-1].index) == (4, 2, 1)
    assert result.to_dict() == RERANK


def test_rerank_without_documents_in_the_answer(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(BARE_RERANK))
    result = pair.run(pc.inference.rerank(model="m", query="q", documents=[{"text": "t"}]))
    assert [item.document for item in result] == [None, None]
    assert result.to_dict() == BARE_RERANK


# Arguments


@pytest.mark.parametrize(
    ("method", "arguments", "kind", "named"),
    [
        ("embed", {"model": "", "inputs": ["a"]}, ValueError, "model"),
        ("embed", {"model": None, "inputs": ["a"]}, TypeError, "model"),
        ("embed", {"model": "m", "inputs": []}, ValueError, "inputs"),
        ("embed", {"model": "m", "inputs": None}, TypeError, "inputs"),
        ("embed", {"model": "m", "inputs": 5}, TypeError, "inputs"),
        ("embed", {"model": "m", "inputs": ["a"], "parameters": "END"}, TypeError, "parameters"),
        ("rerank", {"model": "m", "query": "", "documents": ["a"]}, ValueError, "query"),
        ("rerank", {"model": "m", "query": ["q"], "documents": ["a"]}, TypeError, "query"),
        ("rerank", {"model": "m", "query": "q", "documents": ()}, ValueError, "documents"),
        ("rerank", {"model": "m", "query": "q", "documents": 1.5}, TypeError, "documents"),
        ("get_model", {"model_name": ""}, ValueError, "model_name"),
        ("get_model", {"model_name": None}, TypeError, "model_name"),
        ("get_model", {"model_name": "a\r\nb"}, ValueError, "model_name"),
        ("list_models", {"typo": "embed"}, TypeError, "typo"),
        ("list_models", {"timeout": "soon"}, TypeError, "timeout"),
        ("list_models", {"max_retries": -1}, ValueError, "max_retries"),
    ],
)
def test_wrong_arguments_are_refused_before_any_request(
    pair: Pair, pc: Any, server: Server, method: str, arguments: Any, kind: Any, named: str
) -> None:
    with pytest.raises(kind, match=rf"\b{named}\b"):
        pair.run(getattr(pc.inference, method)(**arguments))
    assert server.requests == []


def test_arguments_are_by_keyword(pair: Pair, pc: Any, server: Server) -> None:
    with pytest.raises(TypeError):
        pair.run(pc.inference.rerank("m", "q", ["d"]))
    assert server.requests == []


def test_extras_of_one_call(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(RERANK), json(MODELS))
    pair.run(
        pc.inference.rerank(
            model="m",
            query="q",
            documents=[{"text": "t"}],
            extra_headers={"X-Team": "search", "x-pinecone-api-version": "2025-10"},
            extra_query={"debug": True, "tag": ["a", "b"]},
            extra_body={"new": {"k": 1}, "query": "other"},
        )
    )
    pair.run(pc.inference.list_models(type="embed", extra_query={"page": 2}))
    first, second = server.requests
    assert first.headers["x-team"] == "search"
    versions = [v for n, v in first.header_list if n.lower() == "x-pinecone-api-version"]
    assert versions == ["2025-10"]
    assert first.target == "/rerank?debug=true&tag=a&tag=b"
    assert first.json() == {
        "model": "m",
        "query": "other",
        "documents": [{"text": "t"}],
        "new": {"k": 1},
    }
    assert second.target == "/models?type=embed&page=2"
    assert second.headers["x-pinecone-api-version"] == "2025-04"


def test_a_base_url_with_a_path(pair: Pair, server: Server) -> None:
    server.script(json(E5))
    client = pair.client(server.url + "/proxy/v1/")
    pair.run(client.inference.get_model("m"))
    assert server.requests[0].target == "/proxy/v1/models/m"


def test_connections_are_kept(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(E5))
    for _ in range(3):
        pair.run(pc.inference.get_model("m"))
    assert (len(server.requests), server.connections) == (3, 1)


# Answers


CALLS: list[Any] = [
    ("embed", {"model": "m", "inputs": [{"text": "t"}]}, DENSE, EmbeddingsList),
    ("list_models", {"type": "embed"}, MODELS, ModelInfoList),
    ("get_model", {"model_name": "m"}, E5, ModelInfo),
    ("rerank", {"model": "m", "query": "q", "documents": [{"text": "t"}]}, RERANK, RerankResult),
]


@pytest.mark.parametrize(("method", "arguments", "data", "kind"), CALLS)
def test_raw_answers(
    pair: Pair, pc: Any, server: Server, method: str, arguments: Any, data: Any, kind: Any
) -> None:
    server.script(json(data, 201, {"x-request-id": "req-9", "X-Pool": "blue"}))
    plain = pair.run(getattr(pc.inference, method)(**arguments))
    raw = pair.run(getattr(pc.inference.with_raw_response, method)(**arguments))
    assert (raw.status_code, raw.request_id, raw.headers["x-pool"]) == (201, "req-9", "blue")
    assert jsonlib.loads(raw.content) == data
    assert type(raw.parse()) is kind
    assert raw.parse() == plain
    first, second = server.requests
    assert (first.target, first.body) == (second.target, second.body)
    assert first.header_list == second.header_list


@pytest.mark.parametrize(("method", "arguments", "data", "kind"), CALLS)
def test_streaming_answers(
    pair: Pair, pc: Any, server: Server, method: str, arguments: Any, data: Any, kind: Any
) -> None:
    server.script(json(data, headers={"x-request-id": "req-9"}))
    open_ = getattr(pc.inference.with_streaming_response, method)

    def look(answer: Any) -> Any:
        assert (answer.status_code, answer.request_id) == (200, "req-9")
        return answer.parse()

    result = pair.within(open_(**arguments), look)
    assert type(result) is kind
    assert result.to_dict() == data


def test_a_raw_error_response_is_an_error(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(failure(404, "NOT_FOUND", "No such model."), 404))
    with pytest.raises(NotFoundError):
        pair.run(pc.inference.with_raw_response.get_model("m"))


def test_compressed_answers(pair: Pair, pc: Any, server: Server) -> None:
    packed = gzip.compress(jsonlib.dumps(MODELS).encode())
    server.script(answer(200, packed, {"Content-Encoding": "gzip"}))
    assert pair.run(pc.inference.list_models()).to_dict() == MODELS
    assert "gzip" in server.requests[0].headers["accept-encoding"]


@pytest.mark.parametrize(("method", "arguments", "data", "kind"), CALLS)
def test_results_can_be_copied_pickled_and_written(
    pair: Pair, pc: Any, server: Server, method: str, arguments: Any, data: Any, kind: Any
) -> None:
    server.script(json(data, headers={"x-request-id": "req-9"}))
    result = pair.run(getattr(pc.inference, method)(**arguments))
    for twin in (
        pickle.loads(pickle.dumps(result)),
        copy.copy(result),
        copy.deepcopy(result),
        result.copy(),
        kind.from_dict(result.to_dict()),
        kind.from_json(result.to_json(indent=2)),
    ):
        assert type(twin) is kind
        assert twin == result
        assert twin is not result
    changed = {"usage": None} if hasattr(result, "usage") else {"models": None}
    if kind is ModelInfo:
        changed = {"modality": "image"}
    assert result.replace(**changed) != result
