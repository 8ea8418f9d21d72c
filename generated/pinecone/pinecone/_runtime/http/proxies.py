"""The proxy of a request, from the client's settings or the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.request import getproxies, proxy_bypass

if TYPE_CHECKING:
    from ..call.options import Connections

_PORTS = {"http": 80, "https": 443}


def proxy_for(scheme: str, host: str, port: int | None, connections: Connections) -> str | None:
    """Return the proxy for a URL, or None."""
    if connections.proxy is not None:
        return connections.proxy
    if not connections.trust_env:
        return None
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    if not proxy:
        return None
    without = proxies.get("no")
    if without is not None:
        direct = is_exempt(without, host, port or _PORTS.get(scheme, 0))
    else:
        # The settings of macOS and Windows.
        direct = bool(proxy_bypass(host) or (port and proxy_bypass(f"{host}:{port}")))
    if direct:
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def is_exempt(no_proxy: str, host: str, port: int) -> bool:
    """Return whether NO_PROXY exempts a host from the proxy.

    The rules are those of curl, and ports: entries are separated by commas or white space.
    `example.com`, `.example.com` and `*.example.com` exempt the host and all its subdomains, in any
    case. Addresses match addresses, alone (`10.1.2.3`, `::1`, `[::1]`) or as a network in CIDR
    notation (`10.0.0.0/8`, `fd00::/8`). An entry with a port (`example.com:8080`, `[::1]:8080`)
    exempts that port alone. `*` exempts every host.
    """
    host = host.strip("[]").rstrip(".").lower()
    return any(_matches(entry, host, port) for entry in no_proxy.lower().replace(",", " ").split())


def _matches(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        name, wanted = (name, rest[1:]) if rest.startswith(":") else (name + rest, "")
    elif entry.count(":") == 1:
        name, _, wanted = entry.partition(":")
    else:
        name, wanted = entry, ""
    if wanted and wanted != str(port):
        return False
    if ":" in host or host[-1:].isdigit():
        return _is_within(name, host)
    name = name.removeprefix("*").strip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _is_within(network: str, address: str) -> bool:
    from ipaddress import ip_address, ip_network

    try:
        found = ip_address(address)
        mapped = getattr(found, "ipv4_mapped", None)
        return (mapped or found) in ip_network(network, strict=False)
    except ValueError:
        return network == address
