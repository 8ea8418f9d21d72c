"""Fixtures of the tests of clients."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import server as srv
from _runtime.call import effects
from both import Both
from server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPENSSL = shutil.which("openssl")


@pytest.fixture(params=["sync", "async"])
def both(request: pytest.FixtureRequest) -> Iterator[Both]:
    made = Both(request.param)
    yield made
    made.close()


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that clients wanted to wait; nobody waits."""
    waited: list[float] = []

    async def pause_async(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(effects, "pause", waited.append)
    monkeypatch.setattr(effects, "pause_async", pause_async)
    return waited


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the proxies and keys of the machine out."""
    import os

    names: list[Any] = [name for name in os.environ if name.lower().endswith("_proxy")]
    for name in [*names, "DEMO_API_KEY", "DEMO_URL", "SSL_CERT_FILE", "SSL_CERT_DIR"]:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A self-signed certificate for 127.0.0.1, and its key."""
    if OPENSSL is None:
        pytest.skip("no openssl")
    folder: Path = tmp_path_factory.mktemp("tls")
    cert, key = str(folder / "cert.pem"), str(folder / "key.pem")
    command = [OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=demo", "-out", cert, "-keyout", key]
    command += ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


@pytest.fixture
def secure(certificate: tuple[str, str]) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with Server(tls=context) as made:
        made.script(srv.json([]))
        yield made
