"""Wrong arguments fail before a request is sent, with a message that names their place."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from server import Server, answer

if TYPE_CHECKING:
    from types import ModuleType

    from pair import Pair

NAIVE = dt.datetime(2025, 1, 1)
ZONE = (
    "has no time zone; use value.astimezone() for local time or value.replace(tzinfo=UTC) for UTC"
)
METRICS = "metric must be 'cosine', 'dotproduct' or 'euclidean', not"
POD = {"kind": "pod", "environment": "e"}
VECTOR = {"id": "a", "values": [0.5]}
HUGE = 10**5000  # Python does not print it.

# Operation, arguments, message. The first letter of the error's class is before the message.
LISTING: list[tuple[dict[str, Any], str]] = [
    ({"limit": 0}, "V limit must be from 1 to 100, not 0"),
    ({"limit": 1000}, "V limit must be from 1 to 100, not 1000"),
    ({"limit": "1000"}, "V limit must be from 1 to 100, not 1000"),
    ({"limit": HUGE}, "V limit must be from 1 to 100, not a longer number"),
    ({"limit": True}, "T limit must be an integer, not bool"),
    ({"limit": "many"}, "T limit must be an integer, not str"),
    ({"limit": 2.5}, "T limit must be an integer, not float"),
    ({"score": 0}, "V score must be above 0, not 0"),
    ({"score": Decimal("-1.5")}, "V score must be above 0, not -1.5"),
    ({"score": math.nan}, "V score must be a finite number"),
    ({"sort": "nam"}, "V sort must be 'name' or 'created', not 'nam'; did you mean 'name'?"),
    ({"sort": "NAME"}, "V sort must be 'name' or 'created', not 'NAME'; did you mean 'name'?"),
    ({"sort": ""}, "V sort must be 'name' or 'created', not ''"),
    ({"sort": ["name"]}, "T sort must be a string, not list"),
    ({"x_mode": "Fast"}, "V x_mode must be 'fast' or 'exact', not 'Fast'; did you mean 'fast'?"),
    ({"ids": [1, "x"]}, "T ids[1] must be an integer, not str"),
    ({"ids": [1, 2, 3, 4]}, "V ids must have at most 3 items, not 4"),
    ({"ids": {"a": 1}}, "T ids must be a sequence, not dict"),
    ({"ids": iter([1])}, "T ids must be a sequence, not list_iterator; give a list of its items"),
    (
        {"kinds": ["pod", "pods"]},
        "V kinds[1] must be 'pod' or 'serverless', not 'pods'; did you mean 'pod'?",
    ),
    (
        {"kinds": "pod,servless"},
        "V kinds must be 'pod' or 'serverless', not 'servless'; did you mean 'serverless'?",
    ),
    ({"prefix": "toolong"}, "V prefix must have at most 5 characters, not 7"),
    ({"prefix": ["a"]}, "T prefix must be a string, not list"),
    ({"prefix": {"a": 1}}, "T prefix must be a string, not dict"),
    ({"prefix": "a\nb"}, "V prefix must not contain line breaks or NUL"),
    ({"filter": {"kind": "pod"}}, "T filter must have the key 'environment'"),
    (
        {"filter": POD | {"replica": 1}},
        "T filter has an unknown key 'replica'; did you mean 'replicas'?",
    ),
    ({"filter": POD | {"environment": 1}}, "T filter['environment'] must be a string, not int"),
    ({"filter": "pod"}, "T filter must be a mapping, not str"),
    ({"extra_query": {"a": object()}}, "T extra_query['a']: object cannot be sent here"),
    ({"extra_query": "a=b"}, "T extra_query must be a mapping, not str"),
    ({"extra_headers": [("A", "b")]}, "T extra_headers must be a mapping, not list"),
    ({"extra_body": 3}, "T extra_body must be a mapping, not int"),
]
CREATING: list[tuple[dict[str, Any], str]] = [
    ({"name": None}, "T name must be a string, not None"),
    ({"name": ""}, "V name must not be empty"),
    ({"name": "a" * 11}, "V name must have from 1 to 10 characters, not 11"),
    ({"name": 3}, "T name must be a string, not int"),
    ({"name": b"a"}, "T name must be a string, not bytes"),
    ({"dimension": 0}, "V dimension must be from 1 to 20000, not 0"),
    ({"dimension": True}, "T dimension must be an integer, not bool"),
    ({"dimension": "3"}, "T dimension must be an integer, not str"),
    ({"dimension": np.float32(2.5)}, "T dimension must be an integer, not float"),
    ({"metric": "cosin"}, f"V {METRICS} 'cosin'; did you mean 'cosine'?"),
    ({"metric": "COSINE"}, f"V {METRICS} 'COSINE'; did you mean 'cosine'?"),
    ({"metric": "hamming"}, f"V {METRICS} 'hamming'"),
    ({"metric": 7}, "T metric must be a string, not int"),
    (
        {"spec": {"kind": "pod", "environmnt": "e"}},
        "T spec must have the key 'environment'; it has 'environmnt'",
    ),
    (
        {"spec": POD | {"replica": 1}},
        "T spec has an unknown key 'replica'; did you mean 'replicas'?",
    ),
    (
        {"spec": POD | {"x": 1}},
        "T spec has an unknown key 'x'; it may have 'environment', 'replicas', 'starts' or 'kind'",
    ),
    ({"spec": POD | {"environment": None}}, "T spec['environment'] must be a string, not None"),
    (
        {"spec": {"kind": "serverless", "region": "uss"}},
        "V spec['region'] must be 'us' or 'eu', not 'uss'; did you mean 'us'?",
    ),
    ({"spec": "pod"}, "T spec must be a mapping, not str"),
    ({"spec": POD | {"starts": NAIVE}}, f"V spec['starts'] {ZONE}"),
    ({"expires": NAIVE}, f"V expires {ZONE}"),
    ({"metadata": [("a", 1)]}, "T metadata must be a mapping, not list"),
    (
        {"metadata": {"a": {"b": [object()]}}},
        "T metadata['a']['b'][0]: object cannot be sent as JSON",
    ),
    ({"metadata": {"a": math.inf}}, "V metadata['a'] is inf: JSON has finite numbers only"),
    ({"metadata": {"a": "\ud800"}}, "V metadata['a'] must not contain unpaired surrogates"),
    ({"zones": "abc"}, "T zones must be a sequence, not str"),
    ({"zones": ["a"]}, "V zones must have from 2 to 3 items, not 1"),
    ({"zones": ["a", None]}, "T zones[1] must be a string, not None"),
    ({"zones": {"a", "b"}}, "T zones must be a sequence, not set; give a list of its items"),
    (
        {"zones": {"a": 1}.keys()},
        "T zones must be a sequence, not dict_keys; give a list of its items",
    ),
    ({"alpha": 1}, "V alpha must be at least 0 and below 1, not 1"),
    ({"alpha": math.nan}, "V alpha is NaN: JSON has finite numbers only"),
    ({"extra_body": {"a": [object()]}}, "T extra_body['a'][0]: object cannot be sent as JSON"),
]
UPSERTING: list[tuple[Any, str]] = [
    ([VECTOR, None], "T vectors[1] must be a mapping, not None"),
    ([VECTOR, "a"], "T vectors[1] must be a mapping, not str"),
    ([[VECTOR]], "T vectors[0] must be a mapping, not list"),
    (VECTOR, "T vectors must be a sequence, not dict"),
    ([], "V vectors must not be empty"),
    ([VECTOR] * 1001, "V vectors must have at most 1000 items, not 1001"),
    (iter([VECTOR]), "T vectors must be a sequence, not list_iterator; give a list of its items"),
    (np.array([0.5]), "T vectors[0] must be a mapping, not float"),
    ([VECTOR, {"id": 1}], "T vectors[1]['id'] must be a string, not int"),
    ([{"ids": "a"}], "T vectors[0] must have the key 'id'; it has 'ids'"),
    ([{"values": []}], "T vectors[0] must have the key 'id'"),
    ([VECTOR | {"values": [1.0, None]}], "T vectors[0]['values'][1] must be a number, not None"),
    ([VECTOR | {"values": "0.5"}], "T vectors[0]['values'] must be a sequence, not str"),
    (
        [VECTOR | {"values": [math.nan]}],
        "V vectors[0]['values'][0] is NaN: JSON has finite numbers only",
    ),
    ([VECTOR | {"indices": [1, 1.5]}], "T vectors[0]['indices'][1] must be an integer, not float"),
]
ROWS: list[tuple[str, dict[str, Any], str]] = [
    *(("list_indexes", arguments, message) for arguments, message in LISTING),
    *(
        ("create_index", {"name": "a", "dimension": 3} | arguments, message)
        for arguments, message in CREATING
    ),
    *(("upsert", {"vectors": vectors}, message) for vectors, message in UPSERTING),
    (
        "upsert",
        {"vectors": [VECTOR], "labels": {"a": 1}},
        "T labels['a'] must be a string, not int",
    ),
    ("replace_vectors", {"body": [VECTOR, 3]}, "T body[1] must be a mapping, not int"),
    ("replace_vectors", {"body": VECTOR}, "T body must be a sequence, not dict"),
    ("replace_vectors", {"body": [{}]}, "T body[0] must have the key 'id'"),
    ("replace_vectors", {"body": None}, "T body is required, and must not be None"),
    ("query", {"top_k": 7}, "V top_k must be at least 1 and a multiple of 5, not 7"),
    ("query", {"top_k": 5, "sort": "x"}, "V sort must be 'name' or 'created', not 'x'"),
    ("get_index", {"index_name": None}, "T index_name must be a string, not None"),
    ("get_index", {"index_name": ""}, "V index_name must not be empty"),
    (
        "get_index",
        {"index_name": ".."},
        "V index_name must not be '.' or '..' as a segment of the path",
    ),
    ("get_index", {"index_name": ["a"]}, "T index_name must be a string, not list"),
    ("get_shard", {"number": True}, "T number must be an integer, not bool"),
    ("get_shard", {"number": -1}, "V number must be at least 0, not -1"),
]
PINNED: list[tuple[str, dict[str, Any], str]] = [
    ("embed", {"inputs": ["a", None]}, "T inputs[1] must be a string or a mapping, not None"),
    ("embed", {"inputs": [{"text": 3}]}, "T inputs[0]['text'] must be a string, not int"),
    ("embed", {"inputs": [["a"]]}, "T inputs[0] must be a string or a mapping, not list"),
    ("embed", {"inputs": None}, "T inputs must be a string or a sequence, not None"),
    ("embed", {"inputs": []}, "V inputs must not be empty"),
    (
        "embed",
        {"inputs": (text for text in "ab")},
        "T inputs must be a string or a sequence, not generator; give a list of its items",
    ),
    ("embed", {"inputs": "a", "parameters": "x"}, "T parameters must be a mapping, not str"),
    (
        "rerank",
        {"documents": ["a", None]},
        "T documents[1] must be a string or a mapping, not None",
    ),
    (
        "rerank",
        {"documents": ["a", {"when": object()}]},
        "T documents[1]['when']: object cannot be sent as JSON",
    ),
    ("rerank", {"documents": ["a"], "top_n": "1"}, "T top_n must be an integer, not str"),
    ("rerank", {"documents": ["a"], "top_n": 0}, "V top_n must be at least 1, not 0"),
    (
        "rerank",
        {"documents": ["a"], "rank_fields": "text"},
        "T rank_fields must be a sequence, not str",
    ),
]


def _fails(pair: Pair, server: Server, method: Any, arguments: dict[str, Any], row: str) -> None:
    kind, message = row.split(" ", 1)
    with pytest.raises((TypeError, ValueError)) as caught:
        pair.run(method(**arguments))
    assert str(caught.value) == message
    assert type(caught.value) is (TypeError if kind == "T" else ValueError)
    assert caught.value.__notes__ == [f"An argument of {method.__name__}()."]
    assert server.requests == []


@pytest.mark.parametrize(("name", "arguments", "row"), ROWS, ids=[row for *_, row in ROWS])
def test_of_any_package(
    apis: dict[str, ModuleType],
    pair: Pair,
    server: Server,
    name: str,
    arguments: dict[str, Any],
    row: str,
) -> None:
    client = pair.of(apis["vectors"], "Vectors", base_url=server.url)
    _fails(pair, server, getattr(client.default, name), arguments, row)


@pytest.mark.parametrize(("name", "arguments", "row"), PINNED, ids=[row for *_, row in PINNED])
def test_of_the_pinned_package(
    pc: Any, pair: Pair, server: Server, name: str, arguments: dict[str, Any], row: str
) -> None:
    needed = {"model": "m"} if name == "embed" else {"model": "m", "query": "q"}
    _fails(pair, server, getattr(pc.inference, name), needed | arguments, row)


def test_models_where_an_id_is_needed(
    apis: dict[str, ModuleType], pair: Pair, server: Server
) -> None:
    client = pair.of(apis["vectors"], "Vectors", base_url=server.url).default
    models = apis["vectors"].models
    index = models.Index(name="a", id="3")
    row = "T index_name must be a string, not Index; give its 'name'"
    _fails(pair, server, client.get_index, {"index_name": index}, row)
    vector = models.Vector(id="a", values=[0.5, math.nan])
    row = "V vectors[0].values[1] is NaN: JSON has finite numbers only"
    _fails(pair, server, client.upsert, {"vectors": [vector]}, row)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("list_indexes", {"limit": "10", "ids": "1,2", "kinds": "pod", "ready": "yes"}),
        ("list_indexes", {"limit": 10.0, "ids": {1, 2}, "region": "new", "sort": None}),
        ("list_indexes", {"limit": np.int64(3), "ids": np.array([1, 2]), "score": "0.5"}),
        ("list_indexes", {"extra_query": {"sort": "new"}, "prefix": 7}),
        ("get_index", {"index_name": 3}),
        ("upsert", {"vectors": [VECTOR | {"values": np.array([0.5]), "new": 1, "indices": None}]}),
        ("upsert", {"vectors": ({"id": "a", "values": (1, Decimal("0.5"), np.float32(1))},)}),
        ("upsert", {"vectors": [{"id": "a", "values": [1e308, 1e308]}], "labels": {"a": None}}),
        ("query", {"top_k": 5, "extra_body": {"sort": "new"}}),
    ],
)
def test_right_arguments_are_sent(
    apis: dict[str, ModuleType], pair: Pair, server: Server, name: str, arguments: dict[str, Any]
) -> None:
    server.script(answer(204))
    client = pair.of(apis["vectors"], "Vectors", base_url=server.url).default
    pair.run(getattr(client, name)(**arguments))
    assert len(server.requests) == 1


def test_integers_without_a_fraction(
    apis: dict[str, ModuleType], pair: Pair, server: Server
) -> None:
    """10.0 is an integer in JSON Schema; it is sent as 10, since many services are stricter."""
    server.script(answer(200, b'{"name": "a"}'))
    client = pair.of(apis["vectors"], "Vectors", base_url=server.url).default
    pair.run(client.create_index(name="a", dimension=10.0, alpha=0, cloud="new"))
    assert server.requests[0].body == b'{"name":"a","dimension":10,"cloud":"new","alpha":0}'
