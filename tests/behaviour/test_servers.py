"""Variables of a server's URL are arguments of the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from server import Server, json

if TYPE_CHECKING:
    from types import ModuleType

    from pair import Pair


@pytest.fixture
def bodies(apis: dict[str, ModuleType]) -> ModuleType:
    return apis["bodies"]


@pytest.mark.parametrize(("given", "path"), [({}, "/v1/files"), ({"version": "v2"}, "/v2/files")])
def test_variables_fill_the_address(
    pair: Pair, bodies: ModuleType, server: Server, given: dict[str, Any], path: str
) -> None:
    server.script(json({"id": "f1"}))
    host = server.url.removeprefix("http://")
    client = pair.of(bodies, "Bodies", host=host, **given)
    pair.run(client.files.add(url="https://a.example"))
    assert server.requests[0].target == path


def test_their_defaults_hold(pair: Pair, bodies: ModuleType) -> None:
    assert pair.of(bodies, "Bodies").base_url == "http://bodies.example/v1"


def test_a_base_url_stands_for_the_whole_address(pair: Pair, bodies: ModuleType) -> None:
    client = pair.of(bodies, "Bodies", host="no.example", base_url="https://b.example/")
    assert client.base_url == "https://b.example"


@pytest.mark.parametrize("host", ["a b", "user@evil.example", "evil.example/?", "{version}"])
def test_a_variable_cannot_change_what_an_address_is(
    pair: Pair, bodies: ModuleType, host: str
) -> None:
    with pytest.raises(bodies.errors.ConfigurationError, match="base_url: "):
        pair.of(bodies, "Bodies", host=host)
