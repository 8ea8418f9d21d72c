"""Every style of pagination, from the first page to the right end."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pytest
from pair import take
from server import Server, json

if TYPE_CHECKING:
    import socket
    from types import ModuleType

    from pair import Pair
    from server import Recorded

SECRET = "canary-Token-0123456789"


@pytest.fixture
def catalog(apis: dict[str, ModuleType]) -> ModuleType:
    return apis["catalog"]


@pytest.fixture
def client(pair: Pair, catalog: ModuleType, server: Server) -> Any:
    made = pair.of(
        catalog, "Catalog", api_key="k&1", token=SECRET, base_url=f"{server.url}/v1", max_retries=0
    )
    return made.catalog


def things(ids: str) -> list[dict[str, str]]:
    return [{"id": each} for each in ids]


def ids(pair: Pair, pager: Any) -> str:
    return "".join(thing.id for thing in take(pair, pager))


def asked(server: Server, *names: str) -> list[str]:
    """The values of some query parameters, of each request."""
    queries = [dict(request.query) for request in server.requests]
    return ["&".join(query[name] for name in names if name in query) for query in queries]


def test_an_opaque_offset(pair: Pair, client: Any, server: Server) -> None:
    server.script(
        json({"data": things("ab"), "next_page": {"offset": "eyJ&", "uri": "https://x/"}}),
        json({"data": things("c"), "next_page": None}),
    )
    assert ids(pair, client.list_tasks(limit=2)) == "abc"
    assert asked(server, "limit", "offset") == ["2", "2&eyJ&"]


def test_the_id_of_the_last_item(pair: Pair, client: Any, server: Server) -> None:
    server.script(
        json({"data": things("ab"), "has_more": True}),
        json({"data": things("cd"), "has_more": True}),
        json({"data": things("e"), "has_more": False}),
    )
    assert ids(pair, client.list_charges()) == "abcde"
    assert asked(server, "starting_after") == ["", "b", "d"]


@pytest.mark.parametrize("data", [[], [{}]])
def test_a_page_without_the_id_that_it_promises(
    pair: Pair, catalog: ModuleType, client: Any, server: Server, data: Any
) -> None:
    server.script(json({"data": data, "has_more": True}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", catalog.ResponseDriftWarning)
        with pytest.raises(catalog.errors.PaginationError, match="id is missing"):
            take(pair, client.list_charges())


class Numbers:
    """A service that sends slices of its items by page or offset, at most `most` at once."""

    def __init__(self, items: str, *, page: str = "", offset: str = "", size: str = "") -> None:
        self.items, self.page, self.offset, self.size = items, page, offset, size
        self.first, self.most = 1, 2

    def slice(self, request: Recorded) -> list[dict[str, str]]:
        query = dict(request.query)
        size = min(int(query.get(self.size, self.most)), self.most)
        number = int(query.get(self.page or self.offset, self.first if self.page else 0))
        start = (number - self.first) * size if self.page else number
        return things(self.items[start : start + size])

    def __call__(self, connection: socket.socket, request: Recorded) -> None:
        connection.sendall(json(self.slice(request)))


@pytest.mark.parametrize(
    ("items", "per_page", "pages"),
    [
        ("", None, [""]),
        ("ab", None, ["", "2"]),
        ("abcde", None, ["", "2", "3", "4"]),
        ("abcde", 500, ["500", "2&500", "3&500", "4&500"]),
        ("abcde", 2, ["2", "2&2", "3&2"]),
        ("abc", 1, ["1", "2&1", "3&1", "4&1"]),
    ],
)
def test_page_numbers_alone(
    pair: Pair, client: Any, server: Server, items: str, per_page: Any, pages: list[str]
) -> None:
    """A short page is the last one only if the service has sent the size that is asked for."""
    server.script(Numbers(items, page="page", size="per_page"))
    assert ids(pair, client.list_users(per_page=per_page)) == items
    assert asked(server, "page", "per_page") == pages


def test_page_numbers_from_the_middle(pair: Pair, client: Any, server: Server) -> None:
    server.script(Numbers("abcde", page="page", size="per_page"))
    assert ids(pair, client.list_users(page=2)) == "cde"
    assert [len(page) for page in take(pair, client.list_users(page=2).pages())] == [2, 1, 0]


def test_a_service_that_ignores_the_number(
    pair: Pair, catalog: ModuleType, client: Any, server: Server
) -> None:
    server.script(json(things("ab")))
    found: list[Any] = []
    with pytest.raises(catalog.errors.PaginationError, match=r"same items again: .* know page"):
        take(pair, client.list_users(), into=found)
    assert len(server.requests) == 2


@pytest.mark.parametrize("facts", [{"totalPages": 3}, {"totalElements": 5}, {"pageNumber": True}])
def test_page_numbers_from_zero_and_counts(
    pair: Pair, client: Any, server: Server, facts: Any
) -> None:
    service = Numbers("abcde", page="pageNumber")
    service.first = 0

    def answer(connection: socket.socket, request: Recorded) -> None:
        number = int(dict(request.query).get("pageNumber", 0))
        own = {"pageNumber": number} if facts.get("pageNumber") else facts
        connection.sendall(json({"rooms": service.slice(request), "page": own}))

    server.script(answer)
    assert ids(pair, client.list_rooms()) == "abcde"
    assert asked(server, "pageNumber")[:3] == ["", "1", "2"]
    assert len(server.requests) == (4 if facts.get("pageNumber") else 3)


def test_the_page_says_its_number(pair: Pair, client: Any, server: Server) -> None:
    """It overrides what the document says about the first one."""
    numbers = ({"pageNumber": 1, "totalPages": 2}, {"pageNumber": 2, "totalPages": 2}, {})
    bodies = zip(("ab", "c", ""), numbers, strict=True)
    server.script(*(json({"rooms": things(text), "page": page}) for text, page in bodies))
    assert ids(pair, client.list_rooms()) == "abc"
    assert asked(server, "pageNumber")[:2] == ["", "2"]


@pytest.mark.parametrize(
    ("total", "given", "found", "offsets"),
    [
        (5, None, "abcde", ["", "2", "4"]),
        (None, None, "abcde", ["", "2", "4", "5"]),
        (-1, None, "abcde", ["", "2", "4", "5"]),
        (99, None, "abcde", ["", "2", "4", "5"]),
        (5, 3, "de", ["3"]),
    ],
)
def test_offsets(
    pair: Pair, client: Any, server: Server, total: Any, given: Any, found: str, offsets: list[str]
) -> None:
    service = Numbers("abcde", offset="offset", size="limit")

    def answer(connection: socket.socket, request: Recorded) -> None:
        more = {} if total is None else {"total_count": total}
        connection.sendall(json({"rows": service.slice(request), **more}))

    server.script(answer)
    assert ids(pair, client.list_rows(offset=given)) == found
    assert asked(server, "offset") == offsets


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/v1/calls?PageToken=t%2F2", "/v1/calls?PageToken=t%2F2"),
        ("?PageToken=t", "/v1/calls?PageToken=t"),
        ("more/calls", "/v1/more/calls"),
        ("{url}/other?a=b&key=leaked#end", "/other?a=b"),
        ("https://{host}/v1/calls?page=2", "/v1/calls?page=2"),
        ("/v1/calls?q=a b\u00e9", "/v1/calls?q=a%20b%C3%A9"),
    ],
)
def test_urls_of_the_same_host(
    pair: Pair, client: Any, server: Server, target: str, path: str
) -> None:
    url = target.replace("{url}", server.url).replace("{host}", server.url.partition("//")[2])
    server.script(
        json({"calls": things("a"), "next_page_uri": url}),
        json({"calls": things("b"), "next_page_uri": None}),
    )
    assert ids(pair, client.list_calls()) == "ab"
    second = server.requests[1]
    between = "&" if "?" in path else "?"
    assert second.target == f"{path}{between}key=k%261"
    assert second.headers["authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/v1/calls",
        "//evil.example/v1/calls",
        "https:///v1/calls",
        "https://{host}@evil.example/",
        "https://user@{host}/v1/calls",
        "https://{host}.evil.example/",
        "ftp://{host}/v1/calls",
        "https://{host}:1/",
        "http://[",
        "/v1/calls\r\nX: y",
    ],
)
def test_urls_of_other_hosts_get_no_credentials(
    pair: Pair, catalog: ModuleType, client: Any, server: Server, target: str
) -> None:
    with Server() as other:
        host = server.url.partition("//")[2]
        url = target.replace("{host}", host).replace("evil.example", other.url.partition("//")[2])
        server.script(json({"calls": things("a"), "next_page_uri": url}))
        other.script(json({"calls": []}))
        with pytest.raises(catalog.errors.PaginationError) as caught:
            take(pair, client.list_calls())
        assert SECRET not in str(caught.value)
        assert (len(server.requests), len(other.requests)) == (1, 0)


def test_a_url_that_was_requested_before(
    pair: Pair, catalog: ModuleType, client: Any, server: Server
) -> None:
    server.script(json({"calls": things("a"), "next_page_uri": "?PageToken=1"}))
    with pytest.raises(catalog.errors.PaginationError, match="would never end"):
        take(pair, client.list_calls())
    assert len(server.requests) == 2


def test_the_link_header(pair: Pair, client: Any, server: Server) -> None:
    prev = '</v1/repositories/7?a=,>; rel=prev; title="a, b; rel=next"'
    server.script(
        json(
            things("ab"), headers={"Link": f'{prev}, <{server.url}/v1/r?page=2>; rel="last next"'}
        ),
        json(things("c"), headers={"link": "</v1/r?page=3>;REL=NEXT"}),
        json(things("d"), headers={"Link": prev}),
    )
    pager = client.list_repos("me", per_page=2)
    assert ids(pair, pager) == "abcd"
    assert [request.target.partition("key")[0] for request in server.requests] == [
        "/v1/repos/me?per_page=2&", "/v1/r?page=2&", "/v1/r?page=3&",
    ]  # fmt: skip
    assert {request.headers["authorization"] for request in server.requests} == {f"Bearer {SECRET}"}


def test_the_first_page_of_an_array(pair: Pair, client: Any, server: Server) -> None:
    server.script(json(things("ab"), headers={"Link": "</v1/r?page=2>; rel=next"}))
    assert [thing.id for thing in pair.run(client.list_repos("me").first_page())] == ["a", "b"]
    raw = pair.run(client.with_raw_response.list_repos("me"))
    assert [thing.id for thing in raw.parse()] == ["a", "b"]
    assert raw.headers["link"] == "</v1/r?page=2>; rel=next"


@pytest.mark.parametrize("target", ["{url}/v1/tasks?offset=2", "/v1/tasks?offset=2", "?offset=2"])
def test_a_url_in_place_of_a_cursor(pair: Pair, client: Any, server: Server, target: str) -> None:
    """Then plain cursors may follow."""
    url = target.replace("{url}", server.url)
    server.script(
        json({"data": things("a"), "next_page": {"offset": url}}),
        json({"data": things("b"), "next_page": {"offset": "3"}}),
        json({"data": things("c")}),
    )
    assert ids(pair, client.list_tasks(limit=1)) == "abc"
    targets = [request.target.partition("&key")[0] for request in server.requests]
    assert targets[1:] == ["/v1/tasks?offset=2", "/v1/tasks?limit=1&offset=3"]


def test_a_flag_for_the_last_page(pair: Pair, client: Any, server: Server) -> None:
    server.script(
        json({"data": things("a"), "iterator": "i1", "done": False}),
        json({"data": things("b"), "iterator": "i1", "done": True}),
    )
    assert ids(pair, client.list_messages()) == "ab"
    assert asked(server, "iterator") == ["", "i1"]


def test_an_envelope_and_a_cursor_in_the_body(pair: Pair, client: Any, server: Server) -> None:
    server.script(
        json({"result": {"points": things("a"), "next_page_offset": 7}}),
        json({"result": {"points": things("b"), "next_page_offset": None}}),
    )
    assert ids(pair, client.scroll_points(filter="f")) == "ab"
    bodies = [request.json() for request in server.requests]
    assert bodies == [{"filter": "f"}, {"filter": "f", "offset": 7}]


def test_iterating_over_one_page_of_several_warns(
    pair: Pair, catalog: ModuleType, client: Any, server: Server
) -> None:
    server.script(json({"events": things("ab"), "has_more": True}))
    page = pair.run(client.list_events())
    with pytest.warns(catalog.errors.UnreadPagesWarning, match="there are more") as caught:
        assert [event.id for event in page] == ["a", "b"]
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(list(page)) == 2  # Once for each page.
        server.script(json({"events": things("ab"), "has_more": False}))
        assert len(list(pair.run(client.list_events()))) == 2


def test_pages_that_the_caller_reads_do_not_warn(
    pair: Pair, catalog: ModuleType, client: Any, server: Server
) -> None:
    server.script(json({"data": things("ab"), "has_more": True}))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(list(pair.run(client.list_charges().first_page()))) == 2
        assert [len(list(page)) for page in take(pair, client.list_charges().pages(), most=1)] == [
            2
        ]
    if pair.is_async:  # This looks like a list, but is a page.
        with pytest.warns(catalog.errors.UnreadPagesWarning):
            assert len(list(pair.run(client.list_charges()))) == 2
