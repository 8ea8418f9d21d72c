"""Responses of the service: real model names, limits and scores, with invented sentences."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

Json = dict[str, Any]

_INPUT_TYPE: Json = {
    "parameter": "input_type",
    "type": "one_of",
    "value_type": "string",
    "required": True,
    "allowed_values": ["query", "passage"],
}


def _truncate(default: str, *choices: str) -> Json:
    return {
        "parameter": "truncate",
        "type": "one_of",
        "value_type": "string",
        "required": False,
        "default": default,
        "allowed_values": list(choices),
    }


LLAMA: Json = {
    "model": "llama-text-embed-v2",
    "short_description": (
        "Turns questions and passages of many languages into dense vectors, of a length that the"
        " caller picks, and reads long documents too."
    ),
    "type": "embed",
    "supported_parameters": [
        _INPUT_TYPE,
        _truncate("END", "END", "NONE", "START"),
        {
            "parameter": "dimension",
            "type": "one_of",
            "value_type": "integer",
            "required": False,
            "default": 1024,
            "allowed_values": [384, 512, 768, 1024, 2048],
        },
    ],
    "vector_type": "dense",
    "default_dimension": 1024,
    "modality": "text",
    "max_sequence_length": 2048,
    "max_batch_size": 96,
    "provider_name": "NVIDIA",
    "supported_metrics": ["cosine", "dotproduct"],
    "supported_dimensions": [384, 512, 768, 1024, 2048],
}
E5: Json = {
    "model": "multilingual-e5-large",
    "short_description": "Dense vectors for texts of many languages, untidy ones included.",
    "type": "embed",
    "supported_parameters": [_INPUT_TYPE, _truncate("END", "END", "NONE")],
    "vector_type": "dense",
    "default_dimension": 1024,
    "modality": "text",
    "max_sequence_length": 507,
    "max_batch_size": 96,
    "provider_name": "Microsoft",
    "supported_metrics": ["cosine", "euclidean"],
    "supported_dimensions": [1024],
}
SPARSE: Json = {
    "model": "pinecone-sparse-english-v0",
    "short_description": "Sparse vectors of English texts, for search by keyword.",
    "type": "embed",
    "supported_parameters": [
        _INPUT_TYPE,
        _truncate("END", "END", "NONE"),
        {
            "parameter": "return_tokens",
            "type": "any",
            "value_type": "boolean",
            "required": False,
            "default": False,
        },
    ],
    "vector_type": "sparse",
    "modality": "text",
    "max_sequence_length": 512,
    "max_batch_size": 96,
    "provider_name": "Pinecone",
    "supported_metrics": ["dotproduct"],
}
BGE: Json = {
    "model": "bge-reranker-v2-m3",
    "short_description": "Scores documents of many languages.",
    "type": "rerank",
    "supported_parameters": [_truncate("NONE", "END", "NONE")],
    "modality": "text",
    "max_sequence_length": 1024,
    "max_batch_size": 100,
    "provider_name": "BAAI",
    "supported_metrics": [],
}
COHERE: Json = {
    "model": "cohere-rerank-3.5",
    "short_description": "Scores documents, quickly and well.",
    "type": "rerank",
    "supported_parameters": [
        {
            "parameter": "max_chunks_per_doc",
            "type": "numeric_range",
            "value_type": "integer",
            "required": False,
            "default": 3072,
            "min": 1.0,
            "max": 3072.0,
        }
    ],
    "modality": "text",
    "max_sequence_length": 40000,
    "max_batch_size": 200,
    "provider_name": "Cohere",
    "supported_metrics": [],
}
RERANK_V0: Json = {
    "model": "pinecone-rerank-v0",
    "short_description": "Scores short documents.",
    "type": "rerank",
    "supported_parameters": [_truncate("END", "END", "NONE")],
    "modality": "text",
    "max_sequence_length": 512,
    "max_batch_size": 100,
    "provider_name": "Pinecone",
    "supported_metrics": [],
}

MODELS: Json = {"models": [LLAMA, E5, SPARSE, BGE, COHERE, RERANK_V0]}
NAMES = [model["model"] for model in MODELS["models"]]

_CURL = {"cosine": "Cosine", "dotproduct": "DotProduct", "euclidean": "Euclidean"}


def _with_metrics(rename: dict[str, str]) -> Json:
    """Return the models with other metrics; empty lists of metrics are removed."""
    answer = deepcopy(MODELS)
    for model in answer["models"]:
        metrics = [rename[metric] for metric in model.pop("supported_metrics")]
        if metrics:
            model["supported_metrics"] = metrics
    return answer


CURL_MODELS = _with_metrics(_CURL)
CSHARP_MODELS = _with_metrics(dict.fromkeys(_CURL, "cosine"))

DOCUMENTS = [
    {"id": "vec1", "text": "A ripe apple is crunchy, juicy and mildly sweet."},
    {"id": "vec2", "text": "Children take a sliced apple to school."},
    {
        "id": "vec3",
        "text": (
            "Apple designs phones, laptops and watches that many millions of people carry with"
            " them on every day of the year."
        ),
    },
    {"id": "vec4", "text": "Her daily apple kept every illness at bay."},
]
RANKING = [(2, 0.48357219), (0, 0.048405956), (3, 0.007846239), (1, 0.0006563728)]
CURL_RANKING = [(2, 0.47654688), (0, 0.047963805), (3, 0.007587992), (1, 0.0006491712)]


def _reranked(ranking: list[tuple[int, float]], field: str = "text") -> Json:
    data = [
        {
            "index": index,
            "score": score,
            "document": {"id": f"vec{index + 1}", field: DOCUMENTS[index]["text"]},
        }
        for index, score in ranking
    ]
    return {"model": "bge-reranker-v2-m3", "data": data, "usage": {"rerank_units": 1}}


RERANK = _reranked(RANKING)
CSHARP_RERANK = _reranked(RANKING, "my_field")
CURL_RERANK = {key: value for key, value in _reranked(CURL_RANKING).items() if key != "model"}
BARE_RERANK = {
    "model": "bge-reranker-v2-m3",
    "data": [{"index": 1, "score": 0.25}, {"index": 0, "score": 0.125}],
    "usage": {"rerank_units": 1},
}

DENSE: Json = {
    "model": "multilingual-e5-large",
    "vector_type": "dense",
    "data": [
        {"vector_type": "dense", "values": [0.04925537109375, -0.01313018798828125, 2]},
        {"vector_type": "dense", "values": [1e-7, 0.5, -1]},
    ],
    "usage": {"total_tokens": 31},
}
SPARSE_EMBEDDINGS: Json = {
    "model": "pinecone-sparse-english-v0",
    "vector_type": "sparse",
    "data": [
        {
            "vector_type": "sparse",
            "sparse_values": [0.5, 1.25],
            "sparse_indices": [822745112, 4294967295],
            "sparse_tokens": ["apple", "orchard"],
        },
        {"vector_type": "sparse", "sparse_values": [2.5], "sparse_indices": [0]},
    ],
    "usage": {"total_tokens": 9},
}


def failure(status: int, code: str, message: str, **details: object) -> Json:
    """Return the body of an error."""
    error: Json = {"code": code, "message": message}
    return {"status": status, "error": error | ({"details": details} if details else {})}
