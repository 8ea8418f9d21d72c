"""The proxy of a request, from the client's settings or the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.request import getproxies, proxy_bypass

if TYPE_CHECKING:
    from ..call.options import Connections


def proxy_for(scheme: str, host: str, netloc: str, connections: Connections) -> str | None:
    """Return the proxy for a URL, or None; `netloc` includes the port."""
    if connections.proxy is not None:
        return connections.proxy
    if not connections.trust_env:
        return None
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    if not proxy or proxy_bypass(host) or proxy_bypass(netloc):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
