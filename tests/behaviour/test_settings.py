"""Settings that cannot work: an error when the client is made, with the name and what to give."""

from __future__ import annotations

import traceback
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from pair import KEY
from pinecone_inference import AsyncPinecone, ConfigurationError, Pinecone
from pinecone_inference.types import Limits, Timeout

if TYPE_CHECKING:
    from pathlib import Path

    from pair import Pair

NOT_SENT = "expected seconds, a Timeout or None, got"
UNEXPECTED = "rerank() got an unexpected keyword argument"
NO_MIDDLEWARE: Any = lambda request, send: send(request)  # noqa: E731


class OtherClient:
    """A client of another HTTP library, such as the original httpx or requests."""

    def send(self, request: Any) -> Any: ...

    def close(self) -> None: ...


OtherClient.__name__, OtherClient.__module__ = "Session", "requests.sessions"


async def _async(*args: Any) -> Any: ...


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"timeout": 0}, ValueError, "timeout: must be above zero and finite, not 0"),
        ({"timeout": -1.5}, ValueError, "timeout: must be above zero and finite, not -1.5"),
        ({"timeout": float("nan")}, ValueError, "timeout: must be above zero and finite, not nan"),
        ({"timeout": float("inf")}, ValueError, "None means no limit"),
        ({"timeout": Timeout(read=0)}, ValueError, "timeout: read must be above zero"),
        ({"timeout": "60"}, TypeError, f"timeout: {NOT_SENT} str"),
        ({"timeout": True}, TypeError, f"timeout: {NOT_SENT} bool"),
        ({"timeout": (3, 60)}, TypeError, f"timeout: {NOT_SENT} tuple"),
        ({"max_retries": -1}, ValueError, "max_retries: must be 0 (one try) or more, not -1"),
        ({"max_retries": True}, TypeError, "max_retries: expected int, got bool"),
        ({"max_retries": 2.5}, TypeError, "max_retries: expected int, got float"),
        ({"max_retries": None}, TypeError, "max_retries: expected int, got NoneType"),
        ({"base_url": "localhost:80"}, ValueError, "as in 'http://localhost:80'"),
        ({"base_url": "u:secret@h"}, ValueError, "base_url: must begin with http:// or https://"),
        ({"base_url": 5}, TypeError, "base_url: expected str, got int"),
        ({"base_url": httpx2.URL("http://h")}, TypeError, "base_url: expected str, got URL"),
        ({"proxy": "localhost:3128"}, ValueError, "give one such as 'http://host:3128'"),
        ({"proxy": "me:secret@proxy"}, ValueError, "proxy: not a valid proxy URL"),
        ({"proxy": "ftp://proxy"}, ValueError, "proxy: not a valid proxy URL"),
        ({"proxy": "http://proxy:99999"}, ValueError, "proxy: not a valid proxy URL"),
        ({"proxy": ""}, ValueError, "proxy: not a valid proxy URL"),
        ({"proxy": {"http": "http://proxy"}}, TypeError, "proxy: expected str, got dict"),
        ({"limits": 10}, TypeError, "limits: expected Limits(max_connections=...), got int"),
        ({"limits": httpx2.Limits()}, TypeError, "got httpx2.Limits"),
        ({"limits": Limits(max_connections=0)}, ValueError, "max_connections must be at least 1"),
        ({"limits": Limits(max_keepalive=-1)}, ValueError, "max_keepalive must be at least 0"),
        ({"limits": Limits("9")}, TypeError, "limits: max_connections must be a number"),  # type: ignore[arg-type]
        ({"default_headers": {"X-A": 1}}, TypeError, "default_headers: header X-A: expected str"),
        ({"default_headers": {"X-A": "a\nb"}}, ValueError, "default_headers: header X-A: only"),
        ({"default_headers": {1: "a"}}, TypeError, "default_headers: expected names as str"),
        ({"default_headers": [("X-A", "a")]}, TypeError, "default_headers: expected a mapping"),
        ({"default_headers": {"Host": "h"}}, ValueError, "default_headers: header Host"),
        ({"middleware": NO_MIDDLEWARE}, TypeError, "middleware: expected a list of functions"),
        ({"middleware": [print, "x"]}, TypeError, "middleware[1]: expected a function, got str"),
        ({"on_retry": 5}, TypeError, "on_retry: expected a function, got int"),
        ({"on_drift": _async}, TypeError, "on_drift: is called without `await`"),
        ({"strict": "yes"}, TypeError, "strict: expected bool, got str"),
        ({"http2": 1}, TypeError, "http2: expected bool, got int"),
        ({"user_agent": 1}, TypeError, "user_agent: expected str, got int"),
        ({"user_agent": "a\nb"}, ValueError, "User-Agent"),
        ({"max_response_bytes": 0}, ValueError, "max_response_bytes: must be above zero"),
        ({"max_response_bytes": 1.5}, TypeError, "max_response_bytes: expected int, got float"),
        ({"transport": "httpx"}, ValueError, "'fast' or an object; did you mean 'httpx2'?"),
        ({"transport": "Fast"}, ValueError, "'fast' or an object; did you mean 'fast'?"),
        ({"transport": object()}, TypeError, "transport must have the methods `send` and `close`"),
        ({"http_client": OtherClient()}, TypeError, "Client, not requests.Session"),
        ({"http_client": httpx2}, TypeError, "http_client must be an httpx2."),
        ({"verify": "missing.pem"}, ValueError, "verify: 'missing.pem' does not exist"),
        ({"verify": ""}, ValueError, "verify: '' does not exist; give True, False, a path"),
        ({"verify": "text.pem"}, ValueError, "verify: 'text.pem' has no certificates in PEM"),
        ({"verify": None}, TypeError, "verify: expected True, False, a path"),
        ({"verify": 1}, TypeError, "verify: expected True, False, a path"),
        ({"cert": "missing.pem"}, ValueError, "cert: 'missing.pem' does not exist"),
        ({"cert": ("text.pem", "no.key")}, ValueError, "cert: 'no.key' does not exist"),
        ({"cert": ("text.pem", "text.pem", "secret")}, ValueError, "'text.pem' must be a cert"),
        ({"cert": ["text.pem"]}, TypeError, "cert: expected a path, (certificate, key) or"),
        ({"cert": ("a", "b", "c", "d")}, TypeError, "cert: expected a path, (certificate, key)"),
        ({"api_key": 123}, ValueError, "api_key: expected str, got int"),
        ({"api_key": ""}, ValueError, "api_key: is empty"),
        ({"api_key": "secret\n"}, ValueError, "api_key: white space at its beginning or end"),
        ({"api_key": " secret"}, ValueError, "api_key: white space at its beginning or end"),
        ({"api_key": "sec\nret"}, ValueError, "api_key: a line break"),
        ({"api_key": "secret\u2019"}, ValueError, "api_key: a character outside ASCII"),
        ({"time_out": 5}, TypeError, "argument 'time_out'; did you mean 'timeout'?"),
        ({"apikey": KEY}, TypeError, "argument 'apikey'; did you mean 'api_key'?"),
        ({"retries": 3}, TypeError, "argument 'retries'; did you mean 'max_retries'?"),
        ({"headers": {}}, TypeError, "argument 'headers'; did you mean 'default_headers'?"),
        ({"proxies": "http://h"}, TypeError, "argument 'proxies'; did you mean 'proxy'?"),
        ({"colour": "red"}, TypeError, "got an unexpected keyword argument 'colour'"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_settings_that_cannot_work(
    pair: Pair,
    options: Any,
    kind: type[Exception],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.pem").write_text("not PEM")
    with pytest.raises(kind) as caught:
        pair.kind(**{"api_key": KEY} | options)
    text = str(caught.value)
    assert message in text
    assert "secret" not in text
    assert "\n" not in text
    # The user's line is the last but one: only the generated constructor follows.
    assert len(traceback.extract_tb(caught.value.__traceback__)) == 2


def test_clients_of_the_other_kind(pair: Pair) -> None:
    other: Any = httpx2.Client if pair.is_async else httpx2.AsyncClient
    wanted = "AsyncClient" if pair.is_async else "Client"
    with pytest.raises(TypeError) as caught:
        pair.client(http_client=other())
    start = f"{pair.kind.__name__}(): http_client must be an"
    assert str(caught.value) == f"{start} httpx2.{wanted}, not httpx2.{other.__name__}"


@pytest.mark.parametrize("name", ["on_request", "on_response", "on_retry", "middleware"])
def test_only_async_clients_await(name: str) -> None:
    options: Any = {name: [_async] if name == "middleware" else _async}
    AsyncPinecone(KEY, **options)
    with pytest.raises(TypeError, match="is called without `await`"):
        Pinecone(KEY, **options)


def test_settings_that_work(pair: Pair, tmp_path: Path) -> None:
    """Values that the checks must not reject."""

    class Mine(httpx2.AsyncClient if pair.is_async else httpx2.Client):  # type: ignore[misc]
        pass

    given: list[dict[str, Any]] = [
        {"timeout": None},
        {"timeout": 1},
        {"timeout": httpx2.Timeout(3)},
        {"middleware": None},
        {"middleware": (partial(NO_MIDDLEWARE),)},
        {"proxy": None, "max_response_bytes": None},
        {"proxy": "https://me:pw@[::1]:1080"},
        {"proxy": "HTTP://proxy"},
        {"limits": Limits(max_connections=None, max_keepalive=0, keepalive_expiry=0.5)},
        {"transport": None},
        {"http_client": Mine()},
        {"verify": tmp_path},
        {"verify": str(tmp_path)},
        {"verify": False, "cert": None},
        {"on_drift": print, "on_request": None},
        {"base_url": " https://api.example.com/v1/ "},
        {"api_key": lambda: KEY},
    ]
    for options in given:
        pair.client(**options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"time_out": 1},
            "with_options() got an unexpected keyword argument 'time_out'; did you mean",
        ),
        ({"timeout": "1"}, "timeout: expected seconds"),
        ({"strict": 1}, "strict: expected bool, got int"),
        ({"default_headers": {"X-A": 1}}, "default_headers: header X-A"),
    ],
)
def test_copies_check_too(pair: Pair, options: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        pair.client().with_options(**options)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"time_out": 1},
            "rerank() got an unexpected keyword argument 'time_out'; did you mean 'timeout'?",
        ),
        ({"topn": 1}, "rerank() got an unexpected keyword argument 'topn'; did you mean 'top_n'?"),
        ({"stream": 1}, "rerank() got an unexpected keyword argument 'stream'"),
        ({"mode": 1}, "rerank() got an unexpected keyword argument 'mode'"),
        ({"timeout": "1"}, "timeout: expected seconds, a Timeout or None, got str"),
    ],
)
def test_calls_check_too(pair: Pair, options: Any, message: str) -> None:
    client = pair.client()
    with pytest.raises(TypeError) as caught:
        pair.run(client.inference.rerank(model="m", query="q", documents=["a"], **options))
    assert str(caught.value).startswith(message)
    assert "'_" not in str(caught.value)


def test_packages_that_a_setting_needs(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for options, package in (({"http2": True}, "h2"), ({"proxy": "socks5://h"}, "socksio")):
        with pytest.raises(ConfigurationError, match=f"pip install {package}"):
            pair.client(**options)
