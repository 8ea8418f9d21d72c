"""Request bodies other than JSON, as the server receives them."""

from __future__ import annotations

import asyncio
import datetime as dt
import email
import enum
import gc
import gzip
import io
import os
import socket
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
import server as srv
from _runtime import errors
from _runtime.bodies.files import AsyncFileInput
from _runtime.call.operation import Operation, Part
from _runtime.call.options import Timeout
from _runtime.data.models import Model
from both import Both, Item
from server import Server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

BIG = bytes(range(256)) * 4096 * 3 + b"end"


class Upload(Model, kw_only=True):
    file: AsyncFileInput
    purpose: str | None = None
    tags: list[str] | None = None
    size: int | None = None
    item: Item | None = None
    others: list[AsyncFileInput] | None = None
    odd: str | None = None
    raw: bytes | None = None


class Note(Model, kw_only=True):
    name: str
    data: Any = None


FORM: Operation[None] = Operation("form", "POST", "/form", body=Note, encoding="form")
MULTIPART: Operation[None] = Operation(
    "upload",
    "POST",
    "/upload",
    body=Upload,
    encoding="multipart",
    parts={
        "file": Part(binary=True),
        "others": Part(binary=True, style="form"),
        "raw": Part(base64=True),
    },
)
BYTES: Operation[None] = Operation("put", "PUT", "/blob", body=bytes, encoding="bytes")
ANY: Operation[None] = Operation(
    "any", "PUT", "/blob", body=bytes, encoding="bytes", content_type="*/*"
)
LINES: Operation[None] = Operation("lines", "POST", "/lines", body=Item, encoding="ndjson")
TEXT: Operation[None] = Operation("text", "POST", "/text", body=str, encoding="text")
OK = srv.answer(204)


@pytest.fixture
def sent(both: Both, server: Server) -> Any:
    """Call an operation and return the request that came."""
    client = both.client(server.url)

    def send(operation: Operation[Any], body: Any, **options: Any) -> srv.Recorded:
        server.script(OK)
        both.call(client, operation, options, body=body)
        return server.requests[-1]

    return send


def parts(request: srv.Recorded) -> list[tuple[str | None, str | None, str | None, bytes]]:
    """Name, file name, content type and content of each part."""
    kind, _, boundary = request.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    first, *middle, last = (b"\r\n" + request.body).split(b"\r\n--" + boundary.encode())
    assert (first, last) == (b"", b"--\r\n")
    found = []
    for text in middle:
        head, _, content = text.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        part = email.message_from_bytes(head)
        name = part.get_param("name", header="Content-Disposition")
        found.append((name, part.get_filename(), part["Content-Type"], content))
    return found


class NoSeek(io.RawIOBase):
    """A file without `seek`, as a pipe."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._data.readinto(buffer)


class Async:
    """An async file."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    async def read(self, size: int) -> bytes:
        return self._data.read(size)


async def awaited(*items: Any) -> AsyncIterator[Any]:
    for item in items:
        yield item


# --- Forms --------------------------------------------------------------------------------------


class Color(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b&c=d\r\n+é", "data=a+b%26c%3Dd%0D%0A%2B%C3%A9"),
        (True, "data=true"),
        (1.5, "data=1.5"),
        (Color.RED, "data=red"),
        (dt.date(2026, 1, 2), "data=2026-01-02"),
        (["a", "b c", None], "data=a&data=b+c"),
        ([], ""),
        ({"a": [1, {"b": "c"}]}, "data=%7B%22a%22%3A%5B1%2C%7B%22b%22%3A%22c%22%7D%5D%7D"),
        (Item(name="x"), "data=%7B%22name%22%3A%22x%22%7D"),
        ([{"a": 1}, [2]], "data=%7B%22a%22%3A1%7D&data=%5B2%5D"),
    ],
)
def test_form_defaults(sent: Any, value: object, text: str) -> None:
    request = sent(FORM, {"name": "n", "data": value})
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.body.decode() == "&".join(["name=n", *([text] if text else [])])


@pytest.mark.parametrize(
    ("part", "value", "text"),
    [
        (Part(explode=True), ["a", "b"], "data=a&data=b"),
        (Part(explode=False), ["a,b", "c"], "data=a%2Cb,c"),
        (Part(style="spaceDelimited"), ["a", "b"], "data=a+b"),
        (Part(style="pipeDelimited"), ["a", "b"], "data=a%7Cb"),
        (Part(style="pipeDelimited", explode=True), ["a", "b"], "data=a&data=b"),
        (Part(style="form"), {"r": 1, "g": None, "b": 2}, "r=1&b=2"),
        (Part(style="form", explode=False), {"r": 1, "b": 2}, "data=r,1,b,2"),
        (Part(explode=False), [], ""),
        (
            Part(style="deepObject"),
            {"a": {"b": 1}, "c": [{"d": 2}, 3]},
            "data%5Ba%5D%5Bb%5D=1&data%5Bc%5D%5B0%5D%5Bd%5D=2&data%5Bc%5D%5B1%5D=3",
        ),
        (Part(style="deepObject"), Item(name="x", size=2), "data%5Bname%5D=x&data%5Bsize%5D=2"),
        (Part(base64=True), [b"hi", "aGk="], "data=aGk%3D&data=aGk%3D"),
        (Part(content_type="application/json"), [1, 2], "data=%5B1%2C2%5D"),
        (Part(content_type="application/json"), "a", "data=%22a%22"),
    ],
)
def test_form_styles(both: Both, server: Server, part: Part, value: object, text: str) -> None:
    operation: Operation[None] = Operation(
        "form", "POST", "/form", body=Note, encoding="form", parts={"data": part}
    )
    server.script(OK)
    both.call(both.client(server.url), operation, body={"name": "n", "data": value})
    assert server.requests[0].body.decode() == "&".join(["name=n", *([text] if text else [])])


def test_forms_take_models_and_extra_body(sent: Any) -> None:
    request = sent(FORM, Note(name="n", data=3), extra_body={"more": [1, 2], "name": "m"})
    assert parse_qsl(request.body.decode()) == [
        ("name", "m"), ("data", "3"), ("more", "1"), ("more", "2")
    ]  # fmt: skip


def test_forms_check_arguments(both: Both, server: Server) -> None:
    client = both.client(server.url)
    with pytest.raises(TypeError, match=r"^name is required"):
        both.call(client, FORM, body={"data": 1})
    with pytest.raises(TypeError, match="data: bytes cannot be sent here"):
        both.call(client, FORM, body={"name": "n", "data": b"x"})
    with pytest.raises(ValueError, match=r"NaN|finite"):
        both.call(client, FORM, body={"name": "n", "data": [float("nan")]})
    assert server.connections == 0


# --- Multipart ----------------------------------------------------------------------------------


def test_every_kind_of_value_is_a_part(sent: Any) -> None:
    request = sent(
        MULTIPART,
        {
            "file": ("a.txt", b"hello"),
            "purpose": "grüße\r\n",
            "tags": ("a", "b"),
            "size": 3,
            "item": Item(name="x"),
            "others": [b"1", ("2.png", b"2"), ("3", io.BytesIO(b"3"), "a/b")],
            "raw": b"hi",
        },
        extra_body={"flag": True, "when": dt.date(2026, 1, 2), "free": [{"a": 1}, [2]]},
    )
    assert parts(request) == [
        ("file", "a.txt", "text/plain", b"hello"),
        ("purpose", None, None, "grüße\r\n".encode()),
        ("tags", None, None, b"a"),
        ("tags", None, None, b"b"),
        ("size", None, None, b"3"),
        ("item", None, "application/json", b'{"name":"x"}'),
        ("others", "others", "application/octet-stream", b"1"),
        ("others", "2.png", "image/png", b"2"),
        ("others", "3", "a/b", b"3"),
        ("raw", None, None, b"aGk="),
        ("flag", None, None, b"true"),
        ("when", None, None, b"2026-01-02"),
        ("free", None, "application/json", b'{"a":1}'),
        ("free", None, "application/json", b"[2]"),
    ]
    assert int(request.headers["content-length"]) == len(request.body)


def files(folder: Path) -> dict[str, Any]:
    path = folder / "big.bin"
    path.write_bytes(BIG)
    moved = io.BytesIO(b"skipped" + BIG)
    moved.seek(7)
    return {
        "path": path,
        "open": path.open("rb"),
        "bytes": BIG,
        "bytearray": bytearray(BIG),
        "moved": moved,
        "list": [BIG[:100], BIG[100:]],
    }


@pytest.mark.parametrize("kind", ["path", "open", "bytes", "bytearray", "moved", "list"])
@pytest.mark.parametrize("operation", [MULTIPART, BYTES])
def test_files_are_sent_with_their_length_and_again(
    both: Both,
    server: Server,
    sleeps: list[float],
    tmp_path: Path,
    operation: Operation[None],
    kind: str,
) -> None:
    made = files(tmp_path)
    value = made[kind]
    body = value if operation is BYTES else {"file": value if kind != "list" else ("x", BIG)}
    server.script(srv.reset, srv.answer(503, b"{}"), OK)
    both.call(both.client(server.url), operation, body=body)
    assert len(server.requests) == 3
    for request in server.requests:
        assert "transfer-encoding" not in request.headers
        content = request.body if operation is BYTES else parts(request)[0][3]
        assert content == BIG
    assert not made["open"].closed
    made["open"].close()


def test_names_come_from_files(sent: Any, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpeg"
    path.write_bytes(b"x")
    with path.open("rb") as file:
        for value in (path, file):
            assert parts(sent(MULTIPART, {"file": value})) == [
                ("file", "photo.jpeg", "image/jpeg", b"x")
            ]
        assert sent(BYTES, file).headers["content-type"] == "application/octet-stream"
        assert sent(ANY, file).headers["content-type"] == "image/jpeg"
    assert sent(BYTES, b"x").headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("described", "name", "kind"),
    [
        ("", "a.png", "image/png"),
        ("image/jpeg, image/png", "a.png", "image/png"),
        ("image/jpeg, image/gif", "a.png", "image/jpeg"),
        ("image/*", "a.png", "image/png"),
        ("image/*", "a.txt", "text/plain"),
        ("audio/wav", "a.png", "audio/wav"),
        ("", "a.tar.gz", "application/gzip"),
        ("", "nothing", "application/octet-stream"),
    ],
)
def test_content_types(described: str, name: str, kind: str) -> None:
    from _runtime.bodies.upload import media_type

    assert media_type(described, name) == kind


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('a"; filename="b', "a%22; filename=%22b"),
        ("a\r\nX-Evil: 1\r\n\r\n", "a%0D%0AX-Evil: 1%0D%0A%0D%0A"),
        ("a\\", "a%5C"),
        ("grüße ☃.txt", "grüße ☃.txt"),
        ("a\0b", "a%00b"),
    ],
)
def test_names_cannot_leave_their_quotes(sent: Any, name: str, shown: str) -> None:
    body = sent(MULTIPART, {"file": (name, b"x")}, extra_body={name: "y"}).body
    assert f'name="file"; filename="{shown}"\r\n'.encode() in body
    assert f'form-data; name="{shown}"\r\n'.encode() in body


def test_values_that_are_not_files_are_refused_before_sending(
    both: Both, server: Server, tmp_path: Path
) -> None:
    client = both.client(server.url)
    closed = io.BytesIO(b"")
    closed.close()
    wrong: list[tuple[Any, type[Exception], str]] = [
        ("/etc/passwd", TypeError, "pathlib.Path"),
        (("a.txt", "text"), TypeError, "pathlib.Path"),
        (tmp_path / "missing", FileNotFoundError, "missing"),
        (tmp_path, IsADirectoryError, "folder"),
        (io.StringIO("text"), TypeError, "binary"),
        (closed, ValueError, "closed"),
        (3, TypeError, "not int"),
        (("a", b"", "text/plain\r\nX: y"), ValueError, "line breaks"),
        (["text"], TypeError, "bytes"),
    ]
    for value, kind, text in wrong:
        with pytest.raises(kind, match=text):
            both.call(client, MULTIPART, body={"file": value})
    if not both.is_async:
        for value in (awaited(b"x"), Async(b"x")):
            with pytest.raises(TypeError, match="needs the async client"):
                both.call(client, MULTIPART, body={"file": value})
    assert server.connections == 0


# --- Streams that cannot be rewound -------------------------------------------------------------


def one_shot(both: Both) -> Iterator[Any]:
    yield NoSeek(BIG)
    yield (BIG[at : at + 999] for at in range(0, len(BIG), 999))
    if both.is_async:
        yield awaited(BIG[:5], BIG[5:])
        yield Async(BIG)


def test_streams_are_sent_in_chunks(both: Both, server: Server) -> None:
    client = both.client(server.url)
    for value in one_shot(both):
        server.script(OK)
        both.call(client, BYTES, body=value)
        assert server.requests[0].headers["transfer-encoding"] == "chunked"
        assert "content-length" not in server.requests[0].headers
        assert server.requests[0].body == BIG
    for value in one_shot(both):
        server.script(OK)
        both.call(client, MULTIPART, body={"file": ("a", value), "purpose": "p"})
        assert parts(server.requests[0])[0] == ("file", "a", "application/octet-stream", BIG)


def test_a_begun_stream_is_not_sent_again(both: Both, server: Server, sleeps: list[float]) -> None:
    client = both.client(server.url)
    for value in one_shot(both):
        server.script(srv.answer(503, b"{}"))
        with pytest.raises(errors.InternalServerError):
            both.call(client, BYTES, body=value)
        assert len(server.requests) == 1
    for value in one_shot(both):
        server.script(srv.reset)
        with pytest.raises(errors.APIConnectionError):
            both.call(client, MULTIPART, body={"file": value})
        assert len(server.requests) == 1


def test_middleware_cannot_send_a_begun_stream_twice(
    both: Both, server: Server, sleeps: list[float]
) -> None:
    if both.is_async:

        async def twice_async(request: Any, send: Any) -> Any:
            await send(request)
            return await send(request)

    def twice(request: Any, send: Any) -> Any:
        send(request)
        return send(request)

    middleware: Any = twice_async if both.is_async else twice
    client = both.client(server.url, middleware=[middleware])
    server.script(OK)
    with pytest.raises(ValueError, match="sent before and cannot be read again"):
        both.call(client, BYTES, body=iter([b"x"]))
    both.call(client, BYTES, body=io.BytesIO(b"y"))
    assert [request.body for request in server.requests][-2:] == [b"y", b"y"]


def test_a_stream_that_was_not_begun_is_tried_again(
    both: Both, server: Server, sleeps: list[float]
) -> None:
    client = both.client(server.url)
    failed: list[bool] = []

    def refuse(request: Any) -> None:
        if not failed:
            failed.append(True)
            raise errors.APIConnectionError("cannot connect")

    client = both.client(server.url, middleware=[both.middleware(refuse, lambda _: None)])
    server.script(OK)
    both.call(client, BYTES, body=iter([b"x", b"", b"y"]))
    assert [request.body for request in server.requests] == [b"xy"]


def test_errors_of_the_source_come_as_they_are(both: Both, server: Server) -> None:
    def broken(error: Exception) -> Iterator[bytes]:
        yield b"x" * 100
        raise error

    client = both.client(server.url)
    for error in (KeyError("mine"), OSError("disk"), TimeoutError("slow"), EOFError()):
        with pytest.raises(type(error)) as caught:
            both.call(client, BYTES, body=broken(error))
        assert caught.value is error
    with pytest.raises(TypeError, match="must give bytes, not str"):
        both.call(client, BYTES, body=iter(["text"]))
    server.script(OK)
    both.call(client, BYTES, body=b"fine")
    assert server.requests[0].body == b"fine"


def test_a_file_that_shrinks_is_an_error_and_growth_is_not_sent(
    both: Both, server: Server, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * 1000)

    def change(request: Any) -> None:
        path.write_bytes(b"x" * size)

    client = both.client(server.url, middleware=[both.middleware(change, lambda _: None)])
    server.script(OK)
    size = 2000
    both.call(client, BYTES, body=path)
    assert len(server.requests[0].body) == 1000
    size = 10
    path.write_bytes(b"x" * 1000)
    with pytest.raises(ValueError, match="was truncated"):
        both.call(client, BYTES, body=path)


def test_gzip_files_and_pipes(sent: Any, tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.gz", "wb") as made:
        made.write(BIG)
    with gzip.open(tmp_path / "a.gz", "rb") as file:
        assert sent(BYTES, file).body == BIG
    reading, writing = os.pipe()
    os.write(writing, b"through a pipe")
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        request = sent(BYTES, pipe)
    assert request.body == b"through a pipe"


def test_huge_files_are_not_held_in_memory(both: Both, tmp_path: Path) -> None:
    path = tmp_path / "huge"
    size = 200 * 1024 * 1024
    with path.open("wb") as file:
        file.truncate(size)
    with srv.swallowing() as (url, counted):
        client = both.client(url)
        tracemalloc.start()
        both.call(client, MULTIPART, body={"file": path})
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert counted[0] > size
    assert peak < 8 * 1024 * 1024


def test_an_early_error_response_is_read(both: Both, tmp_path: Path) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(20_000_000)
    with srv.swallowing(srv.answer(413), after=100_000) as (url, _):
        client = both.client(url, max_retries=0)
        with pytest.raises(errors.APIStatusError) as caught:
            both.call(client, BYTES, body=path)
        assert caught.value.status_code == 413
        both.run(client.close())


def test_own_http_clients_stream_too(both: Both, server: Server) -> None:
    import httpx2

    server.script(OK)
    own = httpx2.AsyncClient() if both.is_async else httpx2.Client()
    client = both.client(server.url, http_client=own)
    both.call(client, BYTES, body=io.BytesIO(BIG))
    both.call(client, BYTES, body=iter([BIG]))
    assert [request.body for request in server.requests] == [BIG, BIG]
    assert server.requests[0].headers["content-length"] == str(len(BIG))
    assert server.requests[1].headers["transfer-encoding"] == "chunked"
    both.run(own.aclose()) if both.is_async else own.close()


# --- JSON lines and text ------------------------------------------------------------------------


def test_lists_of_lines_are_sent_whole(sent: Any) -> None:
    request = sent(LINES, [Item(name="a"), {"name": "b\n"}, Item(name="c", size=1)])
    assert request.body == b'{"name":"a"}\n{"name":"b\\n"}\n{"name":"c","size":1}\n'
    assert request.headers["content-type"] == "application/x-ndjson"
    assert request.headers["content-length"] == str(len(request.body))
    assert sent(LINES, []).body == b""


def test_iterators_of_lines_are_streamed(both: Both, server: Server) -> None:
    client = both.client(server.url)
    count = 20_000
    kinds: list[Any] = [(Item(name=str(at)) for at in range(count))]
    if both.is_async:
        kinds.append(awaited(*(Item(name=str(at)) for at in range(count))))
    for items in kinds:
        server.script(OK)
        both.call(client, LINES, body=items)
        lines = server.requests[0].body.splitlines()
        assert lines[-1] == b'{"name":"19999"}'
        assert len(lines) == count
        assert server.requests[0].headers["transfer-encoding"] == "chunked"


def test_iterables_of_lines_are_retried_where_they_can_be(
    both: Both, server: Server, sleeps: list[float]
) -> None:
    client = both.client(server.url)
    server.script(srv.answer(503, b"{}"), OK)
    both.call(client, LINES, body={Item(name="a").to_json(): 1}.keys())
    assert [request.body for request in server.requests] == [b'"{\\"name\\":\\"a\\"}"\n'] * 2
    server.script(srv.answer(503, b"{}"), OK)
    with pytest.raises(errors.InternalServerError):
        both.call(client, LINES, body=iter([{"a": 1}]))


def test_wrong_lines_are_refused(both: Both, server: Server) -> None:
    client = both.client(server.url)
    for wrong in ("text", b"bytes", {"a": 1}, Item(name="x"), 3):
        with pytest.raises(TypeError, match="an iterable of objects"):
            both.call(client, LINES, body=wrong)
    with pytest.raises(ValueError, match="NaN"):
        both.call(client, LINES, body=[{"a": float("nan")}])
    with pytest.raises(ValueError, match="NaN"):
        both.call(client, LINES, body=iter([{"a": float("nan")}]))
    with pytest.raises(TypeError, match="extra_body"):
        both.call(client, LINES, {"extra_body": {"a": 1}}, body=[])


def test_text(both: Both, server: Server, sent: Any) -> None:
    request = sent(TEXT, "grüße\n")
    assert request.body == "grüße\n".encode()
    assert request.headers["content-type"] == "text/plain; charset=utf-8"
    xml: Operation[None] = Operation(
        "xml", "POST", "/x", body=str, encoding="text", content_type="application/xml"
    )
    assert sent(xml, "<a/>").headers["content-type"] == "application/xml"
    old: Operation[None] = Operation(
        "old", "POST", "/x", body=str, encoding="text", content_type="text/csv; charset=latin-1"
    )
    assert sent(old, "grüße").body == "grüße".encode("latin-1")
    client = both.client(server.url)
    with pytest.raises(UnicodeEncodeError):
        both.call(client, old, body="☃")
    with pytest.raises(TypeError, match="body must be a string, not int"):
        both.call(client, TEXT, body=3)


def test_media_types_of_operations(sent: Any) -> None:
    json: Operation[None] = Operation(
        "json", "POST", "/x", body=Note, content_type="application/vnd.demo+json"
    )
    assert sent(json, {"name": "a"}).headers["content-type"] == "application/vnd.demo+json"
    image: Operation[None] = Operation(
        "image", "POST", "/x", body=bytes, encoding="bytes", content_type="image/png"
    )
    assert sent(image, b"x").headers["content-type"] == "image/png"
    own = {"Content-Type": "image/webp"}
    assert sent(image, b"x", extra_headers=own).headers["content-type"] == "image/webp"


def test_an_upload_that_fails_lets_go_of_its_file(both: Both, tmp_path: Path) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(50_000_000)

    def is_open() -> bool:
        gc.collect()
        links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
        return path in [link.readlink() for link in links]

    with socket.create_server(("127.0.0.1", 0)) as deaf:
        client = both.client(f"http://127.0.0.1:{deaf.getsockname()[1]}", max_retries=0)
        with pytest.raises(errors.APITimeoutError, match="could not be sent"):
            both.call(client, BYTES, {"timeout": Timeout(read=0.2, write=0.2)}, body=path)
        if both.is_async:

            async def cancelled() -> None:
                task = asyncio.create_task(client._caller.call(BYTES, {}, body=path))
                await srv.until_async(is_open)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

            both.run(cancelled())
    srv.until(lambda: not is_open())
