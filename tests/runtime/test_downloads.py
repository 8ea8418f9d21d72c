"""Large responses, written to files in chunks."""

from __future__ import annotations

import os
import socket
import stat
import threading
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import server as srv
from _runtime import errors
from both import FILE, Both
from server import Server

KIND = "application/octet-stream"


def save(both: Both, client: Any, path: Any) -> int:
    return both.stream(client, FILE, lambda answer: answer.write_to(path))


def test_a_download_is_there_whole(both: Both, server: Server, tmp_path: Path) -> None:
    data = os.urandom(3_000_000)
    server.script(srv.answer(200, data, kind=KIND))
    path = tmp_path / "file.bin"
    client = both.client(server.url)
    assert save(both, client, path) == len(data)
    assert path.read_bytes() == data
    assert save(both, client, str(path)) == len(data)
    assert [found.name for found in tmp_path.iterdir()] == ["file.bin"]
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask
    server.script(srv.answer(200, b"", kind=KIND))
    assert save(both, client, path) == 0
    assert path.read_bytes() == b""


@pytest.mark.parametrize("before", [b"the old one", None])
def test_a_broken_download_keeps_the_old_file(
    both: Both, server: Server, tmp_path: Path, before: bytes | None
) -> None:
    path = tmp_path / "file.bin"
    if before is not None:
        path.write_bytes(before)
        path.chmod(0o640)
    client = both.client(server.url)
    part = b"x" * 2_000_000
    for data, kind in (
        (srv.then_close(srv.answer(200, part, kind=KIND, length=9_000_000)), "Incomplete"),
        (srv.then_close(srv.chunked(part, end=False)), "Incomplete"),
        (srv.stall(srv.chunked(part, end=False)), "Timeout"),
    ):
        server.script(data)
        used = client.with_options(timeout=0.3) if kind == "Timeout" else client
        with pytest.raises(errors.APIConnectionError) as caught:
            save(both, used, path)
        assert kind in type(caught.value).__name__
        assert (path.read_bytes() if path.exists() else None) == before
        assert len(list(tmp_path.iterdir())) == (before is not None)
    server.script(srv.answer(200, b"new", kind=KIND))
    save(both, client, path)
    assert path.read_bytes() == b"new"
    assert before is None or stat.S_IMODE(path.stat().st_mode) == 0o640


def test_links_pipes_and_folders(both: Both, server: Server, tmp_path: Path) -> None:
    server.script(srv.answer(200, b"data", kind=KIND))
    client = both.client(server.url)
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    save(both, client, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"data"
    assert save(both, client, os.devnull) == 4
    assert not Path(os.devnull).is_file()
    os.mkfifo(tmp_path / "pipe")
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    save(both, client, tmp_path / "pipe")
    reader.join(srv.PATIENCE)
    assert got == [b"data"]
    with pytest.raises(IsADirectoryError):
        save(both, client, tmp_path)
    with pytest.raises(FileNotFoundError):
        save(both, client, tmp_path / "no" / "file")
    long = tmp_path / ("\u2603" * 84)
    save(both, client, long)
    assert long.read_bytes() == b"data"


def test_huge_downloads_are_not_held_in_memory(both: Both, server: Server, tmp_path: Path) -> None:
    size = 200 * 1024 * 1024
    piece = bytes(1 << 20)

    def step(connection: socket.socket, request: srv.Recorded) -> None:
        connection.sendall(srv.answer(200, b"", {"Content-Type": KIND}, length=size))
        for _ in range(size // len(piece)):
            connection.sendall(piece)

    server.script(step)
    client = both.client(server.url, max_response_bytes=1000)
    tracemalloc.start()
    assert save(both, client, tmp_path / "huge") == size
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "huge").stat().st_size == size
    assert peak < 8 * 1024 * 1024
