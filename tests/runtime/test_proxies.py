"""NO_PROXY: both transports choose the same proxy."""

from __future__ import annotations

from typing import Any

import pytest
from _runtime.call.options import Connections
from _runtime.http.transport import HTTPTransport

PROXY = "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("no_proxy", "url", "direct"),
    [
        # Names and their subdomains, in any case.
        ("example.com", "http://example.com", True),
        ("example.com", "https://api.example.com/v1", True),
        ("example.com", "http://notexample.com", False),
        ("example.com", "http://example.com.evil.net", False),
        (".example.com", "http://api.example.com", True),
        (".example.com", "http://example.com", True),
        ("*.example.com", "http://api.example.com", True),
        ("*.example.com", "http://badexample.com", False),
        ("Example.COM", "http://API.example.com", True),
        ("example.com", "http://example.com.", True),
        ("example.com.", "http://example.com", True),
        ("com", "http://example.com", True),
        # Lists.
        ("a.net,example.com", "http://example.com", True),
        (" a.net , example.com ", "http://example.com", True),
        ("a.net example.com\tb.net", "http://example.com", True),
        (",,a.net,", "http://example.com", False),
        (".", "http://example.com", False),
        ("*", "http://example.com", True),
        ("a.net,*", "http://10.1.2.3", True),
        ("*a", "http://example.com", False),
        # Ports.
        ("example.com:8080", "http://example.com:8080", True),
        ("example.com:8080", "http://example.com", False),
        ("example.com:443", "https://example.com", True),
        ("example.com:80", "https://example.com", False),
        ("example.com", "http://example.com:8080", True),
        (".example.com:8080", "http://api.example.com:8080", True),
        # Addresses and networks.
        ("10.1.2.3", "http://10.1.2.3", True),
        ("10.1.2.3", "http://10.1.2.30", False),
        ("10.1.2.3:8080", "http://10.1.2.3:8080", True),
        ("10.1.2.3:8080", "http://10.1.2.3:81", False),
        ("10.0.0.0/8", "http://10.1.2.3:8080", True),
        ("10.0.0.0/8", "http://11.1.2.3", False),
        ("10.1.2.3/8", "http://10.200.0.1", True),
        ("172.16.0.0/12,10.0.0.0/8", "https://172.31.255.255", True),
        ("192.168.0.0/255.255.0.0", "http://192.168.7.7", True),
        ("0.0.0.0/0", "http://9.9.9.9", True),
        ("0.0.0.0/0", "http://example.com", False),
        ("0.0.0.0/0", "http://[::1]", False),
        ("10.0.0.0/99", "http://10.1.2.3", False),
        ("2.3", "http://10.1.2.3", False),
        ("::1", "http://[::1]", True),
        ("[::1]", "http://[::1]:8080", True),
        ("[::1]:8080", "http://[::1]:8080", True),
        ("[::1]:8080", "http://[::1]", False),
        ("0:0::1", "http://[::1]", True),
        ("fd00::/8", "http://[fd12:3456::1]:80", True),
        ("[fd00::]/8", "http://[fd12:3456::1]", True),
        ("FD00::/8", "http://[fe80::1]", False),
        ("10.0.0.0/8", "http://[::ffff:10.1.2.3]", True),
        ("", "http://example.com", False),
    ],
)
@pytest.mark.parametrize("transport", ["httpx2", "fast"])
def test_no_proxy(
    monkeypatch: pytest.MonkeyPatch, transport: str, no_proxy: str, url: str, direct: bool
) -> None:
    monkeypatch.setenv("ALL_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", no_proxy)
    made: Any
    if transport == "fast":
        pytest.importorskip("pyreqwest")
        from _runtime.http.transport_fast import FastTransport

        made = FastTransport(Connections())
        _, proxy = made._target(url)
    else:
        made = HTTPTransport(Connections())
        proxy = made._target(url).route.proxy
    made.close()
    assert proxy == (None if direct else PROXY)


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({"HTTP_PROXY": "p:1"}, "http://p:1"),
        ({"http_proxy": "http://a", "HTTP_PROXY": "http://b"}, "http://a"),
        ({"HTTPS_PROXY": "http://a"}, None),
        ({"HTTP_PROXY": "http://a", "no_proxy": "H", "NO_PROXY": "x"}, None),
        ({"ALL_PROXY": "socks5://a"}, "socks5://a"),
        ({"ALL_PROXY": "http://a", "http_proxy": "http://b"}, "http://b"),
    ],
)
def test_variables(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], proxy: str | None
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    made: Any = HTTPTransport(Connections())
    assert made._target("http://h/p").route.proxy == proxy
    made = HTTPTransport(Connections(trust_env=False))
    assert made._target("http://h/p").route.proxy is None
    made = HTTPTransport(Connections(proxy="http://mine"))
    assert made._target("http://h/p").route.proxy == "http://mine"
