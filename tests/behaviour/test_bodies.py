"""A request body of several media types: one method for each that has another type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from server import Server, answer, json

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from pair import Pair

FORMS = [
    ("add", {"url": "https://a.example"}, "application/json", b'{"url":"https://a.example"}'),
    ("add_as_merge_patch", {"body": [1, 2]}, "application/merge-patch+json", b"[1,2]"),
    (
        "add_as_form",
        {"name": "a b", "sizes": [1, 2]},
        "application/x-www-form-urlencoded",
        b"name=a+b&sizes=1&sizes=2",
    ),
    (
        "add_as_form",
        {"name": 5, "sizes": ["1", 2.0]},
        "application/x-www-form-urlencoded",
        b"name=5&sizes=1&sizes=2",
    ),
    (
        "add_as_lines",
        {"body": [{"line": "a"}, {"line": "b"}]},
        "application/x-ndjson",
        b'{"line":"a"}\n{"line":"b"}\n',
    ),
    ("add_as_text", {"body": "hé"}, "text/plain; charset=utf-8", "hé".encode()),
    ("add_as_bytes", {"body": b"%PDF"}, "application/pdf", b"%PDF"),
]


@pytest.fixture
def files(pair: Pair, apis: dict[str, ModuleType], server: Server) -> Any:
    server.script(json({"id": "f1"}))
    return pair.of(apis["bodies"], "Bodies", base_url=server.url, max_retries=0).files


@pytest.mark.parametrize(("name", "arguments", "kind", "body"), FORMS)
def test_each_form(
    pair: Pair,
    files: Any,
    server: Server,
    name: str,
    arguments: dict[str, Any],
    kind: str,
    body: bytes,
) -> None:
    assert pair.run(getattr(files, name)(**arguments)).id == "f1"
    request = server.requests[0]
    assert (request.method, request.target) == ("POST", "/files")
    assert (request.headers["content-type"], request.body) == (kind, body)


def test_multipart(pair: Pair, files: Any, server: Server) -> None:
    pair.run(files.add_as_multipart(file=("a.png", b"PNG")))
    request = server.requests[0]
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert (
        b'name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nPNG\r\n' in request.body
    )


def test_files_by_content_encoding(
    pair: Pair, apis: dict[str, ModuleType], server: Server, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"PDF")
    server.script(answer(204))
    scans = pair.of(apis["bodies"], "Bodies", base_url=server.url).scans
    with (tmp_path / "a.pdf").open("rb") as file:
        pair.run(scans.upload(scan=file, pages=[b"1", ("b.png", b"2")]))
    body = server.requests[0].body
    assert b'name="scan"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\nPDF' in body
    assert b'name="pages"; filename="b.png"\r\nContent-Type: image/png\r\n\r\n2' in body


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/zip", ""])
def test_a_response_that_is_not_described_is_bytes(
    pair: Pair, apis: dict[str, ModuleType], server: Server, kind: str
) -> None:
    server.script(answer(200, b"[1]", kind=kind or None))
    scans = pair.of(apis["bodies"], "Bodies", base_url=server.url).scans
    assert pair.run(scans.download()) == b"[1]"


def test_the_file_name_decides_the_media_type_of_bytes(
    pair: Pair, files: Any, server: Server, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(b"PNG")
    pair.run(files.add_as_bytes(body=tmp_path / "a.png"))
    assert server.requests[0].headers["content-type"] == "image/png"


def test_an_answer_without_content_is_none(
    pair: Pair, apis: dict[str, ModuleType], server: Server
) -> None:
    server.script(answer(204))
    client = pair.of(apis["bodies"], "Bodies", base_url=server.url, max_retries=0)
    assert pair.run(client.files.add(url="https://a.example")) is None


@pytest.mark.parametrize(
    ("status", "kind", "content", "value"),
    [
        (202, "text/plain; charset=utf-8", "spät".encode(), "spät"),
        (203, "image/png", b"\x89", b"\x89"),
        (204, "text/plain", b"", None),
    ],
)
def test_an_answer_is_read_by_its_own_media_type(
    pair: Pair,
    apis: dict[str, ModuleType],
    server: Server,
    status: int,
    kind: str,
    content: bytes,
    value: object,
) -> None:
    server.script(answer(status, content, kind=kind))
    client = pair.of(apis["bodies"], "Bodies", base_url=server.url, max_retries=0)
    assert pair.run(client.files.add(url="https://a.example")) == value
    assert server.requests[0].headers["accept"] == "application/json, text/plain, image/png"


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [(200, b'{"id":"1"}', "Name"), (201, b'{"id":"1"}', "Size"), (202, b"", "NoneType")],
)
def test_the_status_selects_the_type_of_the_response(
    pair: Pair,
    apis: dict[str, ModuleType],
    server: Server,
    status: int,
    content: bytes,
    kind: str,
) -> None:
    server.script(answer(status, content, kind="application/json"))
    client = pair.of(apis["bodies"], "Bodies", base_url=server.url, max_retries=0)
    assert type(pair.run(client.sizes.find())).__name__ == kind


# --- Bodies that are no objects -----------------------------------------------------------------


@pytest.fixture
def notes(pair: Pair, apis: dict[str, ModuleType], server: Server) -> Any:
    server.script(answer(204))
    url = f"{server.url}/v7"
    return pair.of(apis["bodies"], "Bodies", base_url=url, max_retries=0).notes


@pytest.mark.parametrize(
    ("name", "given", "content"),
    [
        ("replace", {"body": None}, b"null"),
        ("replace", {"body": "a"}, b'"a"'),
        ("change", {}, b""),
        ("change", {"body": None}, b"null"),
    ],
)
def test_null_is_a_body_where_the_description_allows_it(
    pair: Pair, notes: Any, server: Server, name: str, given: dict[str, Any], content: bytes
) -> None:
    assert pair.run(getattr(notes, name)(**given)) is None
    request = server.requests[0]
    assert (request.body, "content-type" in request.headers) == (content, bool(content))


def test_a_body_that_must_be_given_is_missed(pair: Pair, notes: Any, server: Server) -> None:
    with pytest.raises(TypeError, match="body is required, and must not be None"):
        pair.run(notes.extend(body=None))
    assert not server.requests


def test_a_head_has_no_body_to_read(
    pair: Pair, apis: dict[str, ModuleType], server: Server
) -> None:
    server.script(answer(200))
    client = pair.of(apis["bodies"], "Bodies", base_url=f"{server.url}/v7", max_retries=0)
    assert pair.run(client.notes.has()) is None
    assert (server.requests[0].method, server.requests[0].target) == ("HEAD", "/other/note")


def test_status_304_is_not_a_redirect(
    pair: Pair, apis: dict[str, ModuleType], server: Server
) -> None:
    server.script(answer(304))
    client = pair.of(apis["bodies"], "Bodies", base_url=server.url, max_retries=0)
    with pytest.raises(
        apis["bodies"].errors.APIStatusError, match="HTTP 304: the response is empty"
    ):
        pair.run(client.notes.extend(body=[]))
