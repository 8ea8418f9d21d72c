"""A client of several services: each call goes to its own host, with its own headers."""

from __future__ import annotations

import importlib
import json as json_module
import sys
from typing import TYPE_CHECKING, Any

import msgspec.structs
import pytest
from common import ROOT
from pcgen import config, pipeline
from pcgen.cache import Cache, folder
from server import Server, answer, json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pair import Pair

CASE = ROOT / "tests" / "cases" / "packages" / "namespaces"


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    (package,) = config.load(CASE / "pcgen.toml").packages
    return dict(pipeline.generate(package, Cache(folder())).texts)


@pytest.fixture
def kitchen(
    texts: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """The generated package, imported."""
    for path, text in texts.items():
        if path.startswith("demo/"):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("CUPS_URL",):
        monkeypatch.delenv(name, raising=False)
    yield importlib.import_module("demo")
    for name in [name for name in sys.modules if name.partition(".")[0] == "demo"]:
        del sys.modules[name]


def _client(kitchen: Any, pair: Pair, **options: Any) -> Any:
    kind = kitchen.AsyncKitchen if pair.is_async else kitchen.Kitchen
    return kind(**{"api_key": "the-key", "token": "the-token"} | options)


def test_a_path_is_behind_the_host_that_is_given(kitchen: Any, pair: Pair) -> None:
    service = importlib.import_module("demo.cups").SERVICE
    client = _client(kitchen, pair, base_url="https://a.example/gateway")
    service = msgspec.structs.replace(service, base_url="/b")
    assert client._caller.with_service(service, {}).base_url == "https://a.example/gateway/b"
    with pytest.raises(kitchen.errors.ConfigurationError, match="base URL is missing: pass base_"):
        _client(kitchen, pair)._caller.with_service(service, {})


def test_a_host_is_replaced_unless_a_variable_is_all_of_it(kitchen: Any, pair: Pair) -> None:
    service = importlib.import_module("demo.cups").SERVICE
    service = msgspec.structs.replace(service, base_url="https://{region}.b.example/{version}")
    variables = {"region": "eu", "version": "v1"}
    client = _client(kitchen, pair)._caller.with_service(service, variables)
    assert client.base_url == "https://eu.b.example/v1"
    client = _client(kitchen, pair, base_url="https://a.example")._caller.with_service(
        service, variables
    )
    assert client.base_url == "https://a.example/v1"


def test_each_service_gets_its_headers_and_credentials(
    kitchen: Any, pair: Pair, server: Server
) -> None:
    server.script(json([{"size": 1}]), json([{"size": 1.5}]), json({"cups": []}))
    client = _client(kitchen, pair, base_url=f"{server.url}/gateway")
    assert pair.run(client.cups.list_cups())[0].size == 1
    assert pair.run(client.preview.cups.list_cups())[0].size == 1.5
    assert pair.run(client.shelf(shelf_host=server.url).get_board(3)).cups == []
    pair.run(client.close())
    cups, preview, board = server.requests
    assert cups.target == "/gateway/v/cups"
    assert cups.headers["x-api-version"] == "2"
    assert cups.headers["x-key"] == "the-key"
    assert "authorization" not in cups.headers
    assert preview.target == "/gateway/v/cups"
    assert preview.headers["x-api-version"] == "3-beta"
    assert board.target == "/west/boards/3"
    assert "x-api-version" not in board.headers
    assert "x-key" not in board.headers
    assert board.headers["authorization"] == "Bearer the-token"


def test_servers_of_operations_are_behind_the_base_url(
    kitchen: Any, pair: Pair, server: Server
) -> None:
    server.script(*[answer(204)] * 3)
    client = _client(kitchen, pair, base_url=f"{server.url}/gateway")
    pair.run(client.cups.count_photos())
    pair.run(client.cups.take_photo())
    own = client.cups._caller.with_options({"base_url": f"{server.url}/own"})
    pair.run(own.call(importlib.import_module("demo.cups").TAKE_PHOTO, {}))
    pair.run(client.close())
    assert [request.target for request in server.requests] == [
        "/gateway/p/photos",
        "/gateway/r/photos",
        "/r/photos",
    ]


def test_an_environment_variable_sets_the_url_of_one_service(
    kitchen: Any, pair: Pair, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUPS_URL", f"{server.url}/mine")
    server.script(json([]))
    client = _client(kitchen, pair)
    pair.run(client.cups.list_cups())
    pair.run(client.close())
    assert server.requests[0].target == "/mine/cups"
    assert client.cups._caller.base_url == f"{server.url}/mine"
    assert client.preview.cups._caller.base_url == "https://cups.example.com/v"


def test_hosts_with_and_without_a_scheme(kitchen: Any, pair: Pair) -> None:
    client = _client(kitchen, pair, base_url="https://elsewhere.example.com")
    urls = {
        "a.example.com": "https://a.example.com/east",
        "a.example.com/": "https://a.example.com/east",
        "http://localhost:80": "http://localhost:80/east",
    }
    for host, url in urls.items():
        assert client.shelf(host, region="east")._caller.base_url == url
    for host in ("", "user@host", "a b", "a?b"):
        with pytest.raises(kitchen.ConfigurationError):
            client.shelf(host)
    pair.run(client.close())


def test_settings_and_closing_are_shared(kitchen: Any, pair: Pair, server: Server) -> None:
    server.script(json([]))
    client = _client(kitchen, pair, base_url=server.url, default_headers={"X-Who": "me"})
    cups = client.with_options(default_headers={"X-More": "1"}).cups
    pair.run(cups.list_cups())
    assert server.requests[0].headers["x-who"] == "me"
    assert server.requests[0].headers["x-more"] == "1"
    pair.run(client.close())
    with pytest.raises(kitchen.ClientClosedError):
        pair.run(cups.list_cups())


def test_one_credential_is_enough_and_none_is_not(kitchen: Any, pair: Pair) -> None:
    with pytest.raises(kitchen.ConfigurationError, match=r"api_key=.*or token="):
        _client(kitchen, pair, api_key=None, token=None)
    client = _client(kitchen, pair, token=None)
    with pytest.raises(kitchen.ConfigurationError, match="token"):
        pair.run(client.shelf("a.example.com").get_board(3))
    pair.run(client.close())


def test_a_namespace_is_loaded_at_its_first_use(kitchen: Any, pair: Pair) -> None:
    client = _client(kitchen, pair)
    assert "demo.shelf" not in sys.modules
    assert "demo.preview" not in sys.modules
    assert client.cups is client.cups
    assert "demo.cups" in sys.modules
    assert "demo.models" in sys.modules
    assert "demo.preview_cups" not in sys.modules
    assert type(client.preview.cups).__name__.endswith("PreviewCups")
    pair.run(client.close())


def test_the_lock_names_every_document(texts: dict[str, str]) -> None:
    specs = json_module.loads(texts["pcgen.lock"])["specs"]
    assert [(spec["namespace"], spec["file"], spec["version"]) for spec in specs] == [
        ("cups", "cups_2.yaml", "2"),
        ("preview.cups", "cups_3.yaml", "3-beta"),
        ("shelf", "shelf.yaml", "7"),
    ]
    assert len({spec["sha256"] for spec in specs}) == 3
