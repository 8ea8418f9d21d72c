"""The generated client against the mock: calls, pages to their end, streams, files, errors."""

from __future__ import annotations

import asyncio
import importlib
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from common import generate
from pcgen import config, mock
from pcgen.mock.server import Background

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    root = tmp_path_factory.mktemp("orchard")
    settings = config.single(str(HERE / "orchard.yaml"), str(root), "mock-orchard")
    generate(settings, root)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(root)
        yield importlib.import_module("mock_orchard")


@pytest.fixture(scope="module")
def server() -> Iterator[Background]:
    with Background(mock.app(HERE / "orchard.yaml")) as made:
        yield made


class Caller:
    """A client, and how to get its results: `sync` or `async`."""

    def __init__(self, package: ModuleType, url: str, kind: str, **options: Any) -> None:
        name = "MockOrchard" if kind == "sync" else "AsyncMockOrchard"
        self._runner = asyncio.Runner() if kind == "async" else None
        self.client = getattr(package, name)(base_url=url, **{"key": "k", **options})

    def get(self, value: Any) -> Any:
        return self._runner.run(_awaited(value)) if self._runner else value

    def every(self, values: Any) -> list[Any]:
        return self._runner.run(_listed(values)) if self._runner else list(values)

    def close(self) -> None:
        self.get(self.client.close())
        if self._runner:
            self._runner.close()


async def _awaited(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


async def _listed(values: Any) -> list[Any]:
    found = values if hasattr(values, "__aiter__") else await values
    return [value async for value in found]


@pytest.fixture(params=["sync", "async"])
def caller(
    request: pytest.FixtureRequest, package: ModuleType, server: Background
) -> Iterator[Caller]:
    made = Caller(package, server.url, request.param)
    yield made
    made.close()


def test_calls_return_the_examples(caller: Caller) -> None:
    trees = caller.client.trees
    assert caller.get(trees.get("mine")).tree_id == "mine"
    assert caller.get(trees.create(tree_id="a", kind="apple")).tree_id == "young"
    assert caller.get(trees.delete("a")) is None
    assert caller.get(caller.client.files.photo()).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["trees", "by_offset", "by_id", "by_url", "by_link"])
def test_lists_have_three_pages(caller: Caller, server: Background, name: str) -> None:
    trees = caller.every(getattr(caller.client, name).list())
    assert len(trees) == 6
    assert len({(tree.id, tree.tree_id) for tree in trees}) == 6


@pytest.mark.parametrize(("name", "size"), [("by_page", "per_page"), ("by_offset", "limit")])
def test_pages_have_the_size_that_is_asked_for(caller: Caller, name: str, size: str) -> None:
    items = caller.every(getattr(caller.client, name).list(**{size: 1}))
    assert len(items) == 3


def test_streams_send_each_event(caller: Caller) -> None:
    streams = caller.client.streams
    for stream in (streams.chat(text="Hi", stream=True), streams.lines()):
        events = caller.every(stream)
        assert [event.kind for event in events] == ["delta", "usage"]
    assert caller.get(streams.chat(text="Hi")).text == "Hello"


def test_every_style_and_body_is_understood(caller: Caller) -> None:
    client = caller.client
    done = client.styles.get(
        [1, 2],
        [3, 4],
        {"x": 1, "y": 2},
        many=[1, 2],
        commas=[1, 2],
        spaces=[1, 2],
        pipes=[1, 2],
        deep={"a": 1, "b": True},
        flat={"red": 1, "blue": 2},
        where={"eq": 1},
        x_ids=[1, 2],
        crumb=3,
    )
    assert caller.get(done) is None
    assert caller.get(client.files.form(amount=1, tags=["a", "b"], meta={"x": "1"})) is None
    assert caller.get(client.files.upload(file=b"\0\r\n\xff", purpose="print", copies=2)) is None
    png = {"Content-Type": "image/png"}
    assert caller.get(client.files.replace_photo(body=b"\x89PNG", extra_headers=png)) is None
    lines = [{"tree_id": "a", "kind": "pear"}, {"tree_id": "b", "kind": "apple"}]
    assert caller.get(client.streams.add_lines(body=lines)) is None


def test_errors_have_the_shape_of_the_document(caller: Caller, package: ModuleType) -> None:
    errors = importlib.import_module("mock_orchard.errors")
    with pytest.raises(errors.BadRequestError, match="the operation describes 200") as found:
        caller.get(caller.client.trees.get("x", extra_headers={"Prefer": "code=418"}))
    with pytest.raises(errors.NotFoundError, match="There is no such tree") as found:
        caller.get(caller.client.trees.get("x", extra_headers={"Prefer": "code=404"}))
    assert found.value.code == "not_found"
    assert found.value.body.error.message == "There is no such tree."
    with pytest.raises(errors.UnprocessableEntityError) as found:
        caller.get(caller.client.errors.validated(size=1, name="a", extra_body={"tags": [1]}))
    assert [detail.loc for detail in found.value.body.detail] == [["body", "tags", 0]]


def test_clients_retry_faults(package: ModuleType, server: Background) -> None:
    seen: list[int] = []
    app = mock.app(
        HERE / "orchard.yaml",
        fail=["429:2", "503%4"],
        on_exchange=lambda exchange: seen.append(exchange.status),
    )
    with Background(app) as faulty:
        caller = Caller(package, faulty.url, "sync", max_retries=3)
        for _ in range(3):
            caller.client.trees.get("x")
        caller.close()
    assert seen == [429, 429, 200, 503, 200, 200]
