"""Pagination: all pages, on demand, without endless loops."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest
import server as srv
from _runtime.call.operation import Operation, Param
from _runtime.call.pages import (
    AsyncPager,
    Pager,
    Pages,
    PaginationError,
    async_first_page,
    first_page,
)
from _runtime.call.responses import (
    async_raw_response,
    async_streaming_response,
    raw_response,
    streaming_response,
)
from _runtime.data.models import Items, Model
from _runtime.errors import (
    APIError,
    APIStatusError,
    ResponseDriftWarning,
    UnreadPagesWarning,
)
from both import Both, Item, wrapped

if TYPE_CHECKING:

    from server import Server


class Pagination(Model, kw_only=True):
    next: str | None = None


class ItemPage(Items[Item], Model, kw_only=True):
    _items = "data"
    data: list[Item] | None = None
    pagination: Pagination | None = None


class Search(Model, kw_only=True):
    text: str
    cursor: str | int | None = None


class Found(Model, kw_only=True):
    hits: list[Item]
    last_id: str | int | None = None
    has_more: bool = False


LIST_ITEMS: Operation[ItemPage] = Operation(
    "list_items",
    "GET",
    "/items",
    result=ItemPage,
    params=(Param("limit", "query"), Param("paginationToken", "query", arg="pagination_token")),
)
LIST_ITEMS_PAGES: Pages[Item, ItemPage] = Pages(
    LIST_ITEMS, argument="pagination_token", cursor="pagination.next", items="data"
)
SEARCH: Operation[Found] = Operation("search", "POST", "/search", result=Found, body=Search)
SEARCH_PAGES: Pages[Item, Found] = Pages(
    SEARCH, argument="cursor", cursor="last_id", items="hits", more="has_more", in_body=True
)


def page(names: str, token: object = None, **more: object) -> bytes:
    data: list[object] = [{"name": name} for name in names]
    pagination = {} if token is None else {"pagination": {"next": token}}
    return srv.json({"data": data, **pagination, **more})


def pager(both: Both, client: Any, options: Any = None, **params: Any) -> Any:
    kind = AsyncPager if both.is_async else Pager
    return kind(client._caller, LIST_ITEMS_PAGES, options or {}, params=params)


def collect(both: Both, iterable: Any, most: int = 100) -> list[Any]:
    if not both.is_async:
        return [item for _, item in zip(range(most), iterable, strict=False)]

    async def run() -> list[Any]:
        found: list[Any] = []
        async for item in iterable:
            found.append(item)
            if len(found) == most:
                break
        return found

    return both.run(run())


def names(items: list[Any]) -> str:
    return "".join(item.name for item in items)


def test_items_of_all_pages(both: Both, server: Server) -> None:
    server.script(page("ab", "t&1"), page("c", "t2"), page("", "t3"), page("d"))
    made = pager(both, both.client(server.url), limit=2, pagination_token=None)
    assert repr(made) == (
        f"<{type(made).__name__} of list_items: iterate over it to request the items>"
    )
    assert server.requests == []
    assert names(collect(both, made)) == "abcd"
    tokens = [dict(request.query).get("paginationToken") for request in server.requests]
    assert tokens == [None, "t&1", "t2", "t3"]
    assert {dict(request.query)["limit"] for request in server.requests} == {"2"}


def test_pages_come_when_they_are_needed(both: Both, server: Server) -> None:
    server.script(page("ab", "t1"), page("cd", "t2"), page("ef", "t3"))
    made = pager(both, both.client(server.url))
    assert names(collect(both, made, 2)) == "ab"
    assert len(server.requests) == 1
    server.script(page("ab", "t1"), page("cd", "t2"), page("ef", "t3"))
    assert names(collect(both, made, 3)) == "abc"
    assert len(server.requests) == 2


def test_every_iteration_begins_anew(both: Both, server: Server) -> None:
    made = pager(both, both.client(server.url), pagination_token="start")
    for _ in range(2):
        server.script(page("a", "t1"), page("b"))
        assert names(collect(both, made)) == "ab"
        assert server.requests[0].query == [("paginationToken", "start")]


def test_whole_pages(both: Both, server: Server) -> None:
    server.script(page("ab", "t1"), page("c"))
    made = pager(both, both.client(server.url))
    pages = collect(both, made.pages())
    assert [type(each) for each in pages] == [ItemPage, ItemPage]
    assert [len(each) for each in pages] == [2, 1]
    server.script(page("ab", "t1"))
    assert names(list(both.run(made.first_page()))) == "ab"
    if both.is_async:
        assert inspect.isawaitable(made)
        first = both.run(made)
        with pytest.warns(UnreadPagesWarning, match="ItemPage: .* there are more"):
            assert names(list(first)) == "ab"
        assert names(list(first)) == "ab"  # It warns once.
    assert {len(request.query) for request in server.requests} == {0}


@pytest.mark.parametrize(
    "last",
    [
        {"data": [{"name": "z"}]},
        {"data": [{"name": "z"}], "pagination": None},
        {"data": [{"name": "z"}], "pagination": {}},
        {"data": [{"name": "z"}], "pagination": {"next": None}},
        {"data": [{"name": "z"}], "pagination": {"next": ""}},
    ],
)
def test_ends(both: Both, server: Server, last: Any) -> None:
    server.script(page("a", "t1"), srv.json(last))
    assert names(collect(both, pager(both, both.client(server.url)))) == "az"
    assert len(server.requests) == 2


@pytest.mark.filterwarnings("ignore::_runtime.errors.ResponseDriftWarning")
@pytest.mark.parametrize("odd", [{"pagination": "gone"}, {"data": "gone"}, {"data": None}, {}])
def test_pages_without_items_end_the_iteration(both: Both, server: Server, odd: Any) -> None:
    server.script(page("a", "t1"), srv.json(odd))
    assert names(collect(both, pager(both, both.client(server.url)))) == "a"
    assert issubclass(ResponseDriftWarning, UserWarning)


@pytest.mark.parametrize(
    ("given", "answers", "seen"),
    [
        ({}, ["t1", "t1"], "ab"),
        ({}, ["t1", "t2", "t3", "t1"], "abcd"),
        ({"pagination_token": "t0"}, ["t0"], "a"),
    ],
)
def test_cycles_are_errors(
    both: Both, server: Server, given: Any, answers: list[str], seen: str
) -> None:
    server.script(*(page("abcd"[number], token) for number, token in enumerate(answers)))
    found: list[Any] = []

    def run() -> None:
        found.extend(pager(both, both.client(server.url), **given))

    async def run_async() -> None:
        async for page_ in pager(both, both.client(server.url), **given).pages():
            found.extend(page_)

    with pytest.raises(PaginationError, match=r"list_items: .* same pagination\.next again"):
        both.run(run_async() if both.is_async else run())
    assert issubclass(PaginationError, APIError)
    assert names(found) == seen


@pytest.mark.filterwarnings("ignore::_runtime.errors.ResponseDriftWarning")
@pytest.mark.parametrize(
    ("token", "problem"),
    [
        *((token, "neither text nor a number") for token in ({"a": 1}, ["t"], 1.5, True)),
        *((token, "must not contain") for token in ("a\r\nX: y", "\0")),
    ],
)
def test_an_unusable_cursor_is_an_error(
    both: Both, server: Server, token: Any, problem: str
) -> None:
    server.script(page("a", token))
    with pytest.raises(PaginationError, match=problem):
        collect(both, pager(both, both.client(server.url)))
    assert len(server.requests) == 1


def test_tokens_in_the_body_and_a_flag_for_more(both: Both, server: Server) -> None:
    def found(name: str, **more: Any) -> bytes:
        return srv.json({"hits": [{"name": name}], **more})

    server.script(
        found("a", last_id="a1", has_more=True),
        found("b", last_id=7, has_more=True),
        found("c", last_id="c1", has_more=False),
    )
    kind: Any = AsyncPager if both.is_async else Pager
    body = {"text": "x", "cursor": None}
    made = kind(both.client(server.url)._caller, SEARCH_PAGES, {}, body=body)
    assert names(collect(both, made)) == "abc"
    bodies = [request.json() for request in server.requests]
    assert bodies == [{"text": "x"}, {"text": "x", "cursor": "a1"}, {"text": "x", "cursor": 7}]
    assert body == {"text": "x", "cursor": None}


def test_options_hold_for_every_page(both: Both, server: Server, sleeps: list[float]) -> None:
    server.script(page("a", "t1"), srv.answer(503), page("b", "t2"), srv.answer(404))
    options = {"extra_headers": {"X-Note": "n"}, "max_retries": 1}
    with pytest.raises(APIStatusError):
        collect(both, pager(both, both.client(server.url), options))
    assert {request.headers["x-note"] for request in server.requests} == {"n"}
    assert len(sleeps) == 1


def test_raw_and_streaming_answers_are_of_the_first_page(both: Both, server: Server) -> None:
    server.script(page("ab", "t1"))
    client = both.client(server.url)

    def list_items(*, limit: int | None = None, **options: Any) -> Any:
        """List them."""
        return pager(both, client, options, limit=limit)

    if both.is_async:
        wraps: Any = (async_raw_response, async_streaming_response)
        raw, opened = (wrapped(wrap, async_first_page(list_items)) for wrap in wraps)
    else:
        wraps = (raw_response, streaming_response)
        raw, opened = (wrapped(wrap, first_page(list_items)) for wrap in wraps)
    assert (raw.__name__, raw.__doc__) == ("list_items", "List them.")
    answer = both.run(raw(limit=3))
    assert answer.status_code == 200
    assert names(answer.parse()) == "ab"
    assert server.requests[0].query == [("limit", "3")]

    async def use_async() -> Any:
        async with opened(limit=3) as streamed:
            return await streamed.parse()

    def use() -> Any:
        with opened(limit=3) as streamed:
            return streamed.parse()

    assert names(both.run(use_async() if both.is_async else use())) == "ab"


def test_errors_of_arguments_come_before_any_request(both: Both, server: Server) -> None:
    with pytest.raises(TypeError, match="nonsense"):
        collect(both, pager(both, both.client(server.url), {"nonsense": 1}))
    assert server.requests == []
