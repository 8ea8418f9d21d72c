"""Parameters of every style on the wire, by the tables of OpenAPI and RFC 6570."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from server import Server, answer

if TYPE_CHECKING:
    from types import ModuleType

    from pair import Pair

LIST = ["blue", "black", "brown"]
OBJECT = {"R": 100, "G": 200, "B": 150}
JSON = "%7B%22R%22%3A100%2C%22G%22%3A200%2C%22B%22%3A150%7D"

PATHS = [
    ("simple_text", "blue", "blue"),
    ("simple_list", LIST, "blue,black,brown"),
    ("simple_object", OBJECT, "R,100,G,200,B,150"),
    ("simple_text_exploded", "blue", "blue"),
    ("simple_list_exploded", LIST, "blue,black,brown"),
    ("simple_object_exploded", OBJECT, "R=100,G=200,B=150"),
    ("label_text", "blue", ".blue"),
    ("label_list", LIST, ".blue,black,brown"),
    ("label_object", OBJECT, ".R,100,G,200,B,150"),
    ("label_text_exploded", "blue", ".blue"),
    ("label_list_exploded", LIST, ".blue.black.brown"),
    ("label_object_exploded", OBJECT, ".R=100.G=200.B=150"),
    ("matrix_text", "blue", ";color=blue"),
    ("matrix_list", LIST, ";color=blue,black,brown"),
    ("matrix_object", OBJECT, ";color=R,100,G,200,B,150"),
    ("matrix_text_exploded", "blue", ";color=blue"),
    ("matrix_list_exploded", LIST, ";color=blue;color=black;color=brown"),
    ("matrix_list_exploded", ["", "b"], ";color;color=b"),
    ("matrix_object_exploded", OBJECT, ";R=100;G=200;B=150"),
    ("simple_text", "a/b c?é", "a%2Fb%20c%3F%C3%A9"),
    ("simple_list", ["a,b", "c"], "a%2Cb,c"),
    ("content", OBJECT, JSON),
    ("reserved", "a:b,c;d=e@f/g?h#i%2Fj", "a:b,c;d=e@f%2Fg%3Fh%23i%252Fj"),
]
QUERIES = [
    ("form_text", "blue", "color=blue"),
    ("form_text", "", "color="),
    ("form_list", LIST, "color=blue,black,brown"),
    ("form_list", [], ""),
    ("form_list", ["a,b", "c"], "color=a%2Cb,c"),
    ("form_object", OBJECT, "color=R,100,G,200,B,150"),
    ("form_text_exploded", "blue", "color=blue"),
    ("form_list_exploded", LIST, "color=blue&color=black&color=brown"),
    ("form_list_exploded", [""], "color="),
    ("form_object_exploded", OBJECT, "R=100&G=200&B=150"),
    ("form_object_exploded", {}, ""),
    ("form_object_exploded", {"sort": ["a,b", "c"], "R": [None]}, "sort=a%2Cb&sort=c"),
    ("space_list", LIST, "color=blue%20black%20brown"),
    ("space_object", OBJECT, "color=R%20100%20G%20200%20B%20150"),
    ("space_list_exploded", LIST, "color=blue&color=black&color=brown"),
    ("pipe_list", LIST, "color=blue%7Cblack%7Cbrown"),
    ("pipe_object", OBJECT, "color=R%7C100%7CG%7C200%7CB%7C150"),
    ("pipe_list_exploded", LIST, "color=blue&color=black&color=brown"),
    ("deep_object", OBJECT, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    ("deep_object_exploded", OBJECT, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
    ("reserved", "https://a.example/?q=1,2", "color=https://a.example/?q=1,2"),
    ("reserved", "a&b#c+d [é] %41", "color=a%26b%23c%2Bd%20%5B%C3%A9%5D%20%41"),
    ("reserved_list", ["a/b", "c:d"], "color=a/b,c:d"),
    ("content", OBJECT, f"color={JSON}"),
    ("content_text", '"blue"', "color=%22blue%22"),
]
WHOLE = [
    ("form", {"R": 1, "tags": ["a b", "c&d"]}, "R=1&tags=a%20b&tags=c%26d"),
    ("form", {"o": {"a": 1}, "l": [{"b": 2}]}, "o=%7B%22a%22%3A1%7D&l=%7B%22b%22%3A2%7D"),
    ("json", OBJECT, JSON),
]
HEADERS = [
    ("simple_text", "blue", "blue"),
    ("simple_list", LIST, "blue,black,brown"),
    ("simple_object", OBJECT, "R,100,G,200,B,150"),
    ("simple_text_exploded", "blue", "blue"),
    ("simple_list_exploded", LIST, "blue,black,brown"),
    ("simple_object_exploded", OBJECT, "R=100,G=200,B=150"),
    ("content", OBJECT, '{"R":100,"G":200,"B":150}'),
]
COOKIES = [
    ("form_text", "blue", "color=blue"),
    ("form_text", "a b;c", "color=a%20b%3Bc"),
    ("form_list", LIST, "color=blue,black,brown"),
    ("form_object", OBJECT, "color=R,100,G,200,B,150"),
    ("form_list_exploded", LIST, "color=blue; color=black; color=brown"),
    ("form_object_exploded", OBJECT, "R=100; G=200; B=150"),
    ("cookie_text", "a/b=c", "color=a/b=c"),
    ("cookie_text", "a; b", "color=a%3B%20b"),
    ("cookie_list", LIST, "color=blue,black,brown"),
    ("cookie_list_exploded", LIST, "color=blue; color=black; color=brown"),
    ("cookie_object_exploded", OBJECT, "R=100; G=200; B=150"),
    ("content", OBJECT, f"color={JSON}"),
]


@pytest.fixture
def api(pair: Pair, apis: dict[str, ModuleType], server: Server) -> Any:
    server.script(answer(204))
    return pair.of(apis["styles"], "Styles", base_url=server.url, max_retries=0).styles


@pytest.mark.parametrize(("name", "value", "wire"), PATHS)
def test_paths(pair: Pair, api: Any, server: Server, name: str, value: Any, wire: str) -> None:
    pair.run(getattr(api, f"path_{name}")(value))
    assert server.requests[0].target.rpartition("/")[2] == wire


@pytest.mark.parametrize(("name", "value", "wire"), QUERIES)
def test_queries(pair: Pair, api: Any, server: Server, name: str, value: Any, wire: str) -> None:
    pair.run(getattr(api, f"query_{name}")(color=value))
    assert server.requests[0].target.partition("?")[2] == wire


@pytest.mark.parametrize(("name", "value", "wire"), WHOLE)
def test_a_parameter_can_be_the_whole_query(
    pair: Pair, api: Any, server: Server, name: str, value: Any, wire: str
) -> None:
    pair.run(getattr(api, f"querystring_{name}")(color=value))
    assert server.requests[0].target.partition("?")[2] == wire


@pytest.mark.parametrize(("name", "value", "wire"), HEADERS)
def test_headers(pair: Pair, api: Any, server: Server, name: str, value: Any, wire: str) -> None:
    pair.run(getattr(api, f"header_{name}")(color=value))
    assert server.requests[0].headers["color"] == wire


@pytest.mark.parametrize(("name", "value"), [("simple_list", []), ("simple_object", {"a": None})])
def test_an_empty_header_is_not_sent(
    pair: Pair, api: Any, server: Server, name: str, value: Any
) -> None:
    pair.run(getattr(api, f"header_{name}")(color=value))
    assert "color" not in server.requests[0].headers


@pytest.mark.parametrize(("name", "value", "wire"), COOKIES)
def test_cookies(pair: Pair, api: Any, server: Server, name: str, value: Any, wire: str) -> None:
    pair.run(getattr(api, f"cookie_{name}")(color=value))
    assert server.requests[0].headers["cookie"] == wire


@pytest.mark.parametrize(
    ("kind", "value", "joined", "exploded"),
    [
        ("text", "blue", "blue", ["{}=blue"]),
        ("list", ["a", "b"], "a,b", ["{}=a", "{}=b"]),
        ("object", {"R": 1, "G": 2}, "R,1,G,2", ["R=1", "G=2"]),
    ],
)
def test_defaults(
    pair: Pair, api: Any, server: Server, kind: str, value: Any, joined: str, exploded: list[str]
) -> None:
    call = getattr(api, f"defaults_{kind}")
    pair.run(call(value, size=value, shade=value, mood=value))
    request = server.requests[0]
    assert request.target == f"/defaults_{kind}/{joined}?" + "&".join(exploded).format(
        *["size"] * 2
    )
    assert request.headers["shade"] == joined
    assert request.headers["cookie"] == "; ".join(exploded).format(*["mood"] * 2)


@pytest.mark.parametrize("name", ["simple_text", "label_text", "matrix_text"])
def test_a_path_is_never_empty(pair: Pair, api: Any, server: Server, name: str) -> None:
    with pytest.raises(ValueError, match="color must not be empty"):
        pair.run(getattr(api, f"path_{name}")(""))
    assert not server.requests
