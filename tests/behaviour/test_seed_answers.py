"""The responses in the documentation, mistakes included, sent by a server."""

from __future__ import annotations

import warnings
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import seeds
from facts import (
    CSHARP_MODELS,
    CSHARP_RERANK,
    CURL_MODELS,
    CURL_RANKING,
    CURL_RERANK,
    DENSE,
    MODELS,
    NAMES,
    RANKING,
    RERANK,
)
from pinecone_inference import (
    ModelInfo,
    RankedDocument,
    RerankResult,
    ResponseDriftWarning,
    ResponseValidationError,
)
from server import json

if TYPE_CHECKING:
    from pair import Pair
    from server import Server


def _list(pair: Pair, client: Any) -> Any:
    return pair.run(client.inference.list_models())


def _rerank(pair: Pair, client: Any) -> Any:
    return pair.run(client.inference.rerank(model="m", query="q", documents=[{"text": "t"}]))


@pytest.mark.parametrize("answer", [MODELS, CSHARP_MODELS])
def test_regular_models(pair: Pair, pc: Any, server: Server, answer: Any) -> None:
    """They raise no warning and lose no data."""
    server.script(json(answer))
    models = _list(pair, pc)
    assert [model.model for model in models] == NAMES
    assert models.to_dict() == answer


@pytest.mark.parametrize(("answer", "field"), [(RERANK, "text"), (CSHARP_RERANK, "my_field")])
def test_regular_ranking(pair: Pair, pc: Any, server: Server, answer: Any, field: str) -> None:
    server.script(json(answer))
    result = _rerank(pair, pc)
    assert [(item.index, item.score) for item in result] == RANKING
    assert result[0].document[field].startswith("Apple designs")
    assert result.to_dict() == answer


def test_metrics_spelled_otherwise(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(CURL_MODELS))
    with pytest.warns(ResponseDriftWarning) as caught:
        models = _list(pair, pc)
    # Five values at one place are one warning, and it points to the caller.
    (warning,) = caught
    caller = "pair.py" if pair.is_async else Path(__file__).name  # where the call is awaited
    assert Path(warning.filename).name == caller
    assert "list_models: $.models[*].supported_metrics[*]" in str(warning.message)
    assert {type(model) for model in models} == {ModelInfo}
    assert [model.supported_metrics for model in models] == [
        ["Cosine", "DotProduct"],
        ["Cosine", "Euclidean"],
        ["DotProduct"],
        None,
        None,
        None,
    ]
    assert models[0].supported_parameters[2].allowed_values == [384, 512, 768, 1024, 2048]
    assert models.to_dict() == CURL_MODELS


def test_a_ranking_without_its_model(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(CURL_RERANK))
    with pytest.warns(ResponseDriftWarning, match=r"rerank: \$\.model: ") as caught:
        result = _rerank(pair, pc)
    assert len(caught) == 1
    assert type(result) is RerankResult
    assert {type(item) for item in result} == {RankedDocument}
    assert result.model is None
    assert [(item.index, item.score) for item in result] == CURL_RANKING
    assert result.usage.rerank_units == 1
    assert result.to_dict() == CURL_RERANK


def test_a_location_is_reported_once_and_to_the_hook(pair: Pair, server: Server) -> None:
    seen: list[Any] = []
    client = pair.client(server.url, on_drift=seen.append)
    server.script(json(CURL_RERANK))
    with pytest.warns(ResponseDriftWarning):
        _rerank(pair, client)
    _rerank(pair, client)  # a second warning would be an error
    _rerank(pair, client.with_options(timeout=9))
    assert [(drift.path, drift.kind) for drift in seen] == [("$.model", "missing")]


@pytest.mark.parametrize(
    ("call", "answer", "path"),
    [
        (_list, CURL_MODELS, "$.models[0].supported_metrics[0]"),
        (_rerank, CURL_RERANK, "$.model"),
    ],
)
def test_strict_clients_refuse(
    pair: Pair, server: Server, call: Any, answer: Any, path: str
) -> None:
    client = pair.client(server.url, strict=True)
    server.script(json(answer, headers={"x-request-id": "req-8"}))
    with pytest.raises(ResponseValidationError) as caught:
        call(pair, client)
    error = caught.value
    assert (error.path, error.body, error.status_code) == (path, answer, 200)
    assert error.request_id == "req-8"
    assert len(server.requests) == 1


def test_strict_clients_accept_what_is_right(pair: Pair, server: Server) -> None:
    client = pair.client(server.url, strict=True)
    server.script(json(MODELS), json(RERANK))
    assert len(_list(pair, client)) == 6
    assert len(_rerank(pair, client)) == 4


def test_responses_newer_than_the_document(pair: Pair, pc: Any, server: Server) -> None:
    """An unknown variant, a new field, a null and a string for a number are kept."""
    answer: Any = deepcopy(DENSE)
    answer["data"].append({"vector_type": "binary", "bits": "AAEC"})
    answer["data"][0]["norm"] = 1.5
    answer["usage"] = {"total_tokens": "31"}
    answer["region"] = None
    server.script(json(answer))
    with pytest.warns(ResponseDriftWarning) as caught:
        result = pair.run(pc.inference.embed(model="m", inputs=[{"text": "t"}]))
    assert len(caught) == 4
    assert result[0].values == DENSE["data"][0]["values"]
    assert result[0].extra == {"norm": 1.5}
    assert result[1].extra == {}
    assert result[2].vector_type == "binary"
    assert result[2].bits == "AAEC"
    assert result.usage.total_tokens == "31"
    assert result.extra == {"region": None}
    assert result.to_dict() == answer


# The pages themselves


@seeds.present
@pytest.mark.parametrize("language", ["Python", "C#"])
def test_seed_models(pair: Pair, pc: Any, server: Server, language: str) -> None:
    (shown,) = seeds.answers("list_models", language)
    answer = {"models": shown} if language == "Python" else shown
    server.script(json(answer))
    models = _list(pair, pc)
    assert [model.model for model in models] == NAMES
    assert models.to_dict() == answer


@seeds.present
def test_seed_models_of_curl(pair: Pair, pc: Any, server: Server) -> None:
    (answer,) = seeds.answers("list_models", "curl")
    server.script(json(answer))
    with pytest.warns(ResponseDriftWarning, match="supported_metrics"):
        models = _list(pair, pc)
    assert [model.model for model in models] == NAMES
    assert models[1].supported_metrics == ["Cosine", "Euclidean"]
    assert models.to_dict() == answer


@seeds.present
def test_seed_models_of_go(pair: Pair, pc: Any, server: Server) -> None:
    """Go prints another form than the service sends; even that must not break a client."""
    embed, rerank = seeds.answers("list_models", "Go")
    server.script(json(embed), json(rerank))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResponseDriftWarning)
        results = [_list(pair, pc), _list(pair, pc)]
    assert [model.model for result in results for model in result] == NAMES
    assert results[0][0].supported_dimensions == [384, 512, 768, 1024, 2048]
    assert [result.to_dict() for result in results] == [embed, rerank]


@seeds.present
@pytest.mark.parametrize("language", ["Go", "C#"])
def test_seed_ranking(pair: Pair, pc: Any, server: Server, language: str) -> None:
    (answer,) = seeds.answers("rerank", language)
    server.script(json(answer))
    result = _rerank(pair, pc)
    assert [(item.index, item.score) for item in result] == RANKING
    assert result.to_dict() == answer


@seeds.present
def test_seed_ranking_of_curl(pair: Pair, pc: Any, server: Server) -> None:
    (answer,) = seeds.answers("rerank", "curl")
    server.script(json(answer))
    with pytest.warns(ResponseDriftWarning, match=r"\$\.model"):
        result = _rerank(pair, pc)
    assert [(item.index, item.score) for item in result] == CURL_RANKING
    assert result.to_dict() == answer
