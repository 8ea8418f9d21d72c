"""Results in a terminal: keys beside attributes, and what they print."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings

import pytest
from facts import DENSE, MODELS, NAMES, RERANK, SPARSE_EMBEDDINGS
from server import json

if TYPE_CHECKING:
    from types import ModuleType

    from pair import Pair
    from server import Server


def test_keys_of_responses(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(DENSE), json(SPARSE_EMBEDDINGS), json(RERANK))
    dense = pair.run(pc.inference.embed(model="m", inputs=["a"]))
    assert dense["model"] == dense.model == DENSE["model"]
    assert dense[0]["values"] == DENSE["data"][0]["values"]
    assert dense[0]["vector_type"] == "dense"
    assert [key in dense for key in ("model", "usage", "nope")] == [True, True, False]
    assert dense[0] in dense
    assert dict(pickle.loads(pickle.dumps(dense))) == dict(dense)
    sparse = pair.run(pc.inference.embed(model="m", inputs=["a"]))
    assert [list(item.keys()) for item in sparse] == [list(i) for i in SPARSE_EMBEDDINGS["data"]]
    with pytest.raises(KeyError, match="did you mean 'sparse_values'"):
        sparse[0]["values"]
    ranked = pair.run(pc.inference.rerank(model="m", query="q", documents=["a"]))
    assert ranked[0]["document"]["id"] == RERANK["data"][0]["document"]["id"]


def test_properties_that_this_version_does_not_know(pair: Pair, pc: Any, server: Server) -> None:
    data = {"model": "m", "new": 1, "data": [{"vector_type": "binary", "bits": [1]}], "usage": {}}
    server.script(json(data))
    with catch_warnings(action="ignore"):
        result = pair.run(pc.inference.embed(model="m", inputs=["a"]))
    assert (result["new"], result.get("new"), "new" in result) == (1, 1, True)
    assert (result[0]["bits"], result[0].get("nope", 2), "bits" in result[0]) == ([1], 2, True)


def test_fields_take_precedence(apis: dict[str, ModuleType], pair: Pair, server: Server) -> None:
    lock = {"get": "g", "keys": ["k"], "values": [0.5], "items": {"a": "b"}}
    server.script(json({"keys": [lock], "get": 3}))
    shapes = pair.of(apis["shapes"], "Shapes", base_url=server.url)
    locks = pair.run(shapes.default.list_locks())
    assert (locks.get, locks["get"], locks.keys) == (3, 3, [locks[0]])
    assert (locks[0].get, locks[0].keys, locks[0].values) == ("g", ["k"], [0.5])
    assert {key: locks[0][key] for key in lock} == lock
    assert "keys" in locks
    assert locks.keys[0] in locks


def test_names(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(MODELS), json({"models": []}), json({}))
    for expected in (NAMES, [], []):
        assert pair.run(pc.inference.list_models()).names() == expected


@pytest.mark.parametrize("count", [1, 96])
def test_results_fit_in_a_terminal(pair: Pair, pc: Any, server: Server, count: int) -> None:
    vector = {"vector_type": "dense", "values": [n / 7 for n in range(1024)]}
    data = DENSE | {"data": [vector] * count}
    server.script(json(data), json({"models": MODELS["models"] * count}))
    embeddings = pair.run(pc.inference.embed(model="m", inputs=["a"]))
    models = pair.run(pc.inference.list_models())
    for result in (embeddings, models):
        lines = str(result).splitlines()
        assert len(lines) <= 30
        assert max(map(len, lines)) <= 88
    assert ("        ... 93 more" in repr(embeddings)) == (count == 96)
    assert len(embeddings.to_dict()["data"]) == count
    assert embeddings.to_json(indent=2).count("dense") >= count
