"""Downloads: https only, from public addresses only, within limits."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest
from pcgen import download as module
from pcgen.diagnostics import Exit, Failure
from pcgen.download import download

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

OPENSSL = shutil.which("openssl")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if OPENSSL is None:
        pytest.skip("no openssl")
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = [OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=demo", "-out", cert, "-keyout", key]
    command += ["-addext", "subjectAltName=DNS:docs.example"]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


@pytest.fixture
def serve(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., str]]:
    """Serves one response for each connection from `https://docs.example`, as a public host."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    monkeypatch.setattr(module, "_is_public", lambda address: address == "127.0.0.1")
    look_up = socket.getaddrinfo

    def resolve(host: str, *arguments: object, **named: object) -> object:
        address = "127.0.0.1" if host == "docs.example" else host
        return look_up(address, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def run(answers: tuple[bytes, ...], hold: bool) -> None:
        for answer in answers:
            with suppress(OSError), _accepted(listener, context) as connection:
                connection.recv(65536)
                connection.sendall(answer)
                if hold:
                    done.wait(10)

    threads = []

    def start(*answers: bytes, hold: bool = False) -> str:
        threads.append(threading.Thread(target=run, args=(answers, hold), daemon=True))
        threads[-1].start()
        return f"https://docs.example:{listener.getsockname()[1]}/openapi.yaml"

    yield start
    done.set()
    listener.close()
    for thread in threads:
        thread.join(5)


@contextmanager
def _accepted(listener: socket.socket, context: ssl.SSLContext) -> Iterator[ssl.SSLSocket]:
    plain, _ = listener.accept()
    with context.wrap_socket(plain, server_side=True) as connection:
        yield connection


def ok(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def redirect(target: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()


def refused(url: str) -> str:
    with pytest.raises(Failure) as caught:
        download(url)
    assert caught.value.status == Exit.FAULT
    [item] = caught.value.items
    assert item.location.file == url
    return item.message


def test_a_document_is_downloaded(serve: Callable[..., str]) -> None:
    assert download(serve(ok(b"openapi: 3.1.0\n"))) == b"openapi: 3.1.0\n"


def test_redirects_are_followed(serve: Callable[..., str]) -> None:
    assert download(serve(redirect("/v2/openapi.yaml"), ok(b"x"))) == b"x"


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("http://docs.example/", "is not an https URL without a password"),
        ("file:///etc/passwd", "is not an https URL without a password"),
        ("https://10.0.0.1/", "10.0.0.1 resolves to 10.0.0.1, which is not a public address"),
        ("https://[::1]/", "::1 resolves to ::1, which is not a public address"),
    ],
)
def test_redirects_to_other_origins_are_not_followed(
    serve: Callable[..., str], target: str, message: str
) -> None:
    assert message in refused(serve(redirect(target)))


def test_endless_redirects_end(serve: Callable[..., str]) -> None:
    assert refused(serve(*[redirect("/again")] * 6)) == "the URL redirects more than 5 times"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://docs.example/", "is not an https URL without a password"),
        ("ftp://docs.example/", "is not an https URL without a password"),
        ("https://user:secret@docs.example/", "is not an https URL without a password"),
        ("https:///openapi.yaml", "is not an https URL without a password"),
        ("https://docs.example:port/", "the download failed: Port"),
        ("https://127.0.0.1/", "127.0.0.1 resolves to 127.0.0.1, which is not a public address"),
        ("https://169.254.169.254/latest", "169.254.169.254, which is not a public address"),
        ("https://[::ffff:10.0.0.1]/", "which is not a public address"),
        ("https://[fd00::1]/", "which is not a public address"),
        ("https://[fec0::1]/", "which is not a public address"),
        ("https://[::7f00:1]/", "which is not a public address"),
        ("https://[64:ff9b::a00:1]/", "which is not a public address"),
        ("https://[2002:a00:1::]/", "which is not a public address"),
        ("https://192.0.0.192/", "which is not a public address"),
    ],
)
def test_urls_that_are_not_public_https_are_refused(url: str, message: str) -> None:
    assert message in refused(url)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
            "the server responded with status 404",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "the response is incomplete"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2000, "is larger than"),
        (b"garbage\r\n\r\n", "the download failed: garbage"),
    ],
)
def test_bad_answers(
    serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch, answer: bytes, message: str
) -> None:
    monkeypatch.setattr(module, "LIMIT", 1000)
    assert message in refused(serve(answer))


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nX: ", ok(b"12345")[:-1]])
def test_slow_servers_are_left(
    serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.3)
    assert "it takes more than 0 seconds" in refused(serve(answer, hold=True))


def test_unknown_authorities_are_refused(
    serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "CERTIFICATE_VERIFY_FAILED" in refused(serve(ok(b"x")))
