"""What programs see of a package: `dir`, `unittest.mock`, annotations, `help` and modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import create_autospec

import pinecone_inference
import pytest
from common import ROOT
from pair import KEY

if TYPE_CHECKING:
    from pair import Pair

CASE = ROOT / "tests" / "cases" / "packages" / "nested"
MEMBERS = {"base_url", "close", "inference", "is_closed", "with_options"}
METHODS = {"embed", "get_model", "list_models", "rerank"}


def _public(thing: object) -> set[str]:
    return {name for name in dir(thing) if not name.startswith("_")}


def test_clients_and_resources_have_no_machinery(pair: Pair) -> None:
    client = pair.client()
    assert _public(client) == _public(pair.kind) == MEMBERS
    assert _public(client.inference) == METHODS | {"with_raw_response", "with_streaming_response"}
    assert _public(client.inference.with_raw_response) == METHODS


def _mocks(pair: Pair, name: str) -> list[Any]:
    """Mocks that stand for a client, and the same resource of each."""
    of_class, of_instance = create_autospec(pair.kind), create_autospec(pair.client())
    return [getattr(mock, name) for mock in (of_class, of_class(api_key=KEY), of_instance)]


def test_autospecs_have_the_methods_of_resources(pair: Pair) -> None:
    resource = pair.client().inference
    mocks = [*_mocks(pair, "inference"), create_autospec(resource), create_autospec(type(resource))]
    for mock in mocks:
        pair.run(mock.embed(model="m", inputs=["a"]))
        mock.embed.assert_called_once_with(model="m", inputs=["a"])
        for mistake in ({"modle": "m"}, {"model": "m"}):
            with pytest.raises(TypeError, match="missing a required argument"):
                pair.run(mock.embed(**mistake))
        with pytest.raises(TypeError, match="too many positional arguments"):
            pair.run(mock.embed("m", ["a"]))
        with pytest.raises(AttributeError, match="embedd"):
            mock.embedd  # noqa: B018


def test_autospecs_nest(demo: Any, pair: Pair) -> None:
    client = pair.of(demo, "Demo", base_url="https://a.example")
    for mock in (create_autospec(type(client))(), create_autospec(client)):
        pair.run(mock.beta.conversations.messages.list("t1"))
        with pytest.raises(TypeError, match="missing a required argument"):
            pair.run(mock.vector_stores.files.delete("s1"))
        if not pair.is_async:
            mock.beta.texts("t1")  # Hand-written.


def test_the_class_has_the_class_of_a_resource(demo: Any) -> None:
    assert pinecone_inference.Pinecone.inference is pinecone_inference.inference.Inference
    assert demo.Demo.beta.conversations.__name__ == "BetaConversations"
    assert demo.Demo.beta.__module__ == "demo.beta_by_hand"
