"""Parameters on the wire, in every style."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
import server as srv
from _runtime.call.operation import Operation, Param
from _runtime.data.parameters import cookie_part, extra_query, header_part, path_part, query_part
from both import DROP, GET, Both, Item
from server import Server

LIST = ["blue", "black"]
DICT = {"R": 100, "G": 200}


class Colour(Enum):
    RED = "red"


class Number:
    """A scalar of numpy's kind."""

    def item(self) -> int:
        return 7


class Vector:
    """An array of numpy's kind."""

    def tolist(self) -> list[float]:
        return [1.5, 2.0]


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("simple", False, "blue", "blue"),
        ("simple", False, LIST, "blue,black"),
        ("simple", True, LIST, "blue,black"),
        ("simple", False, DICT, "R,100,G,200"),
        ("simple", True, DICT, "R=100,G=200"),
        ("label", False, "blue", ".blue"),
        ("label", False, LIST, ".blue,black"),
        ("label", True, LIST, ".blue.black"),
        ("label", False, DICT, ".R,100,G,200"),
        ("label", True, DICT, ".R=100.G=200"),
        ("matrix", False, "blue", ";color=blue"),
        ("matrix", False, LIST, ";color=blue,black"),
        ("matrix", True, LIST, ";color=blue;color=black"),
        ("matrix", False, DICT, ";color=R,100,G,200"),
        ("matrix", True, DICT, ";R=100;G=200"),
    ],
)
def test_path_styles(style: str, explode: bool, value: Any, expected: str) -> None:
    param = Param("color", "path", style=style, explode=explode, type=Any)
    assert path_part(param, value) == expected


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("", None, "a b&c", "color=a%20b%26c"),
        ("", None, "", "color="),
        ("", None, None, ""),
        ("", None, [], ""),
        ("", None, LIST, "color=blue&color=black"),
        ("form", False, LIST, "color=blue,black"),
        ("form", False, ["a,b", "c"], "color=a%2Cb,c"),
        ("form", True, DICT, "R=100&G=200"),
        ("form", False, DICT, "color=R,100,G,200"),
        ("form", True, [{"a": [1]}, [2]], "color=%7B%22a%22%3A%5B1%5D%7D&color=%5B2%5D"),
        ("form", True, {"R": {"a": 1}}, "R=%7B%22a%22%3A1%7D"),
        ("spaceDelimited", None, LIST, "color=blue%20black"),
        ("pipeDelimited", False, LIST, "color=blue%7Cblack"),
        ("pipeDelimited", True, LIST, "color=blue&color=black"),
        ("deepObject", True, DICT, "color%5BR%5D=100&color%5BG%5D=200"),
        (
            "deepObject",
            True,
            {"a": {"b": [1, True]}},
            "color%5Ba%5D%5Bb%5D=1&color%5Ba%5D%5Bb%5D=true",
        ),
        ("deepObject", True, LIST, "color=blue&color=black"),
        ("deepObject", True, [{"a": 1}, {"a": [2]}], "color%5B0%5D%5Ba%5D=1&color%5B1%5D%5Ba%5D=2"),
    ],
)
def test_query_styles(style: str, explode: bool | None, value: Any, expected: str) -> None:
    param = Param("color", "query", style=style, explode=explode, type=Any)
    assert "&".join(query_part(param, value)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "true"),
        (False, "false"),
        (3, "3"),
        (2.0, "2"),
        (0.1, "0.1"),
        (Decimal("1.50"), "1.50"),
        (date(2025, 4, 1), "2025-04-01"),
        (timedelta(minutes=1), "PT60S"),
        (datetime(2025, 4, 1, 12, tzinfo=UTC), "2025-04-01T12%3A00%3A00Z"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Colour.RED, "red"),
        (Number(), "7"),
        (Vector(), "1.5&p=2"),
        ((1, None, 2), "1&p=2"),
        (Item(name="n", size=2), "n&size=2"),
        ("é/?#%", "%C3%A9%2F%3F%23%25"),
    ],
)
def test_values(value: Any, expected: str) -> None:
    text = "&".join(query_part(Param("p", "query", type=Any), value))
    assert text == (expected if isinstance(value, Item) else f"p={expected}").replace(
        "n&size", "name=n&size"
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), b"x", object()])
def test_values_without_a_text_are_refused(value: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"^p"):
        query_part(Param("p", "query", type=Any), value)


@pytest.mark.parametrize("text", ["a\r\nb", "a\nb", "\r", "\0", "\ud800"])
def test_unsendable_values_are_refused_in_every_parameter(text: str) -> None:
    for attempt in (
        lambda: path_part(Param("p", "path"), text),
        lambda: query_part(Param("p", "query", type=list[str]), [text]),
        lambda: header_part(Param("p", "header"), text),
        lambda: cookie_part(Param("p", "cookie"), text),
        lambda: extra_query({"p": text}),
    ):
        with pytest.raises(ValueError, match="must not contain ") as caught:
            attempt()
        assert text not in str(caught.value)


def test_json_parameters_headers_and_cookies() -> None:
    as_json = Param("filter", "query", content_type="application/json", type=Any)
    assert query_part(as_json, {"a": "x\ny"}) == ["filter=%7B%22a%22%3A%22x%5Cny%22%7D"]
    argument = Param("X", "header", content_type="application/json", type=Any)
    assert header_part(argument, {"é\x7f": "😀"}) == r'{"\u00e9\u007f":"\ud83d\ude00"}'
    assert header_part(Param("X", "header", type=list[str]), LIST) == "blue,black"
    assert (
        header_part(Param("X", "header", explode=True, type=dict[str, int]), DICT) == "R=100,G=200"
    )
    assert header_part(Param("X", "header"), None) is None
    assert cookie_part(Param("c", "cookie", explode=False, type=list[str]), LIST) == [
        "c=blue,black"
    ]
    assert (
        query_part(Param("b", "query", base64=True, type=list[bytes]), [b"hi", "aGk="])
        == ["b=aGk%3D"] * 2
    )
    assert path_part(Param("b", "path", base64=True), b"\xff\xff") == "%2F%2F8%3D"
    assert extra_query({"a": [1, 2], "b": None, "c": {"d": True}}) == [
        "a=1",
        "a=2",
        "c%5Bd%5D=true",
    ]


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("a b", "a%20b"),
        ("a/b", "a%2Fb"),
        ("../x", "..%2Fx"),
        ("...", "..."),
        (".a", ".a"),
        ("%2e%2e", "%252e%252e"),
        ("a?b#c;d", "a%3Fb%23c%3Bd"),
        ("\\", "%5C"),
        ("é", "%C3%A9"),
        ("v1.0", "v1.0"),
        ("x" * 5000, "x" * 5000),
    ],
)
def test_path_parameters_never_change_the_path(
    both: Both, server: Server, name: str, wire: str
) -> None:
    server.script(srv.answer(204))
    both.call(both.client(server.url + "/v1/"), DROP, params={"name": name})
    assert server.requests[0].target == f"/v1/items/{wire}"
    assert server.requests[0].decoded_path == f"/v1/items/{name}"


@pytest.mark.parametrize("name", ["", None, [], {}])
def test_empty_path_parameters_are_refused(both: Both, server: Server, name: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="name"):
        both.call(both.client(server.url), GET, params={"name": name})
    assert server.requests == []


@pytest.mark.parametrize(
    ("path", "a", "b"),
    [
        ("/{a}/x", ".", ""),
        ("/{a}/x", "..", ""),
        ("/x/{b}", "a", ".."),
        ("/x/{a}?beta=true", "..", ""),
        ("/x/{a}{b}", ".", "."),
        ("/x/.{a}", ".", ""),
        ("/x/{c}", ".", ""),
        ("/x/{d}", "..;a=b", ""),
    ],
)
def test_segments_that_mean_another_path_are_refused(
    both: Both, server: Server, path: str, a: str, b: str
) -> None:
    params = (
        Param("a", "path"),
        Param("b", "path"),
        Param("c", "path", arg="a", style="label"),
        Param("d", "path", arg="a", reserved=True),
    )
    needed = tuple(param for param in params if f"{{{param.name}}}" in path)
    operation: Operation[None] = Operation("x", "GET", path, params=needed)
    with pytest.raises(ValueError, match=r"^[ab]( and b)? must not be '.'"):
        both.call(both.client(server.url), operation, params={"a": a, "b": b})
    assert server.requests == []


def test_cookies_are_one_header(both: Both, server: Server) -> None:
    params = (Param("Cookie", "header", arg="own"), Param("c", "cookie"))
    get: Operation[None] = Operation("get", "GET", "/get", params=params)
    both.call(both.client(server.url), get, params={"own": "a=1; b=2", "c": "3"})
    found = [text for name, text in server.requests[0].header_list if name.lower() == "cookie"]
    assert found == ["a=1; b=2; c=3"]


def test_paths_are_split_once_and_never_formatted(both: Both, server: Server) -> None:
    params = (Param("a", "path"), Param("b-c", "path", arg="b"))
    operation: Operation[None] = Operation("x", "GET", "/p/{a}:run/{b-c}/0 %7Bx", params=params)
    server.script(srv.answer(204))
    both.call(both.client(server.url), operation, params={"a": "{b-c}", "b": "2"})
    assert server.requests[0].target == "/p/%7Bb-c%7D:run/2/0%20%7Bx"
    with pytest.raises(ValueError, match="not declared"):
        _ = Operation("x", "GET", "/{missing}").plan


def test_a_query_of_the_path_itself_is_always_sent(both: Both, server: Server) -> None:
    params = (Param("id", "path"), Param("limit", "query"))
    operation: Operation[None] = Operation("x", "GET", "/p/{id}?beta=true", params=params)
    server.script(srv.answer(204), srv.answer(204))
    client = both.client(server.url)
    both.call(client, operation, params={"id": "a?b"})
    both.call(client, operation, params={"id": "a", "limit": 3})
    targets = [request.target for request in server.requests]
    assert targets == ["/p/a%3Fb?beta=true", "/p/a?beta=true&limit=3"]


def test_parameters_are_sent_where_they_belong(both: Both, server: Server) -> None:
    server.script(srv.json({"name": "a"}))
    client = both.client(server.url)
    options = {"extra_query": {"more": [1, 2]}, "extra_headers": {"x-note": "mine", "X-Trace": "t"}}
    params = {"name": "a", "kind": "k", "note": "theirs"}
    both.call(client, GET, options, params=params)
    request = server.requests[0]
    assert request.query == [("kind", "k"), ("more", "1"), ("more", "2")]
    assert [v for k, v in request.header_list if k.lower() == "x-note"] == ["mine"]
    assert request.headers["x-trace"] == "t"


def test_required_parameters(both: Both, server: Server) -> None:
    params = (Param("q", "query", required=True), Param("X-H", "header", arg="h", required=True))
    operation: Operation[None] = Operation("x", "GET", "/p", params=params)
    for given in ({"h": "1"}, {"q": "1"}, {"q": "", "h": "1"}):
        with pytest.raises((TypeError, ValueError), match=r"^[qh] must "):
            both.call(both.client(server.url), operation, params=given)
    assert server.requests == []
