"""Downloads documents, for commands that are given a URL; builds never use it."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from threading import Timer
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pcgen.diagnostics import Code, Exit, Failure, Location, failure, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 64 * 2**20
SECONDS = 30.0
_REDIRECTS = 5
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 through NAT64.
_ASSIGNED = ipaddress.ip_network("2000::/3")  # The public part of IPv6.
# Not public, though some versions of Python count them as public.
_SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))


def download(url: str) -> bytes:
    """Return the body of an `https` URL, at most `LIMIT` bytes, within `SECONDS`.

    Redirects are followed to `https` URLs. Neither the URL nor a redirect may lead to an address
    that is not public, such as those of this machine or its network. Proxies are not used.

    Raises:
        Failure: The download fails; the message says why.
    """
    deadline = time.monotonic() + SECONDS
    place = url
    for _ in range(_REDIRECTS + 1):
        try:
            with (
                _connection(place, deadline) as connection,
                closing(_response(connection, place)) as response,
            ):
                target = response.headers.get("Location")
                if response.status not in (301, 302, 303, 307, 308) or target is None:
                    return _body(response, url, deadline)
                place = urljoin(place, target)
        except (OSError, HTTPException, ValueError) as error:
            late = time.monotonic() >= deadline
            reason = f"it takes more than {SECONDS:.0f} seconds" if late else str(error)
            raise _refusal(url, f"the download failed: {reason}") from None
    raise _refusal(url, f"the URL redirects more than {_REDIRECTS} times")


class _Connection(HTTPSConnection):
    """Connects to the address that it has checked, so that a second look-up cannot change it."""

    def connect(self) -> None:
        """Open the connection if all addresses of the host are public."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        for address in sorted({str(entry[4][0]) for entry in found}):
            if not _is_public(address):
                raise OSError(f"{self.host} resolves to {address}, which is not a public address")
        family, kind, protocol, _, address_ = found[0]
        plain = socket.socket(family, kind, protocol)
        try:
            plain.settimeout(self.timeout)
            plain.connect(address_)
            context = ssl.create_default_context()
            secure = context.wrap_socket(
                plain, server_hostname=self.host, do_handshake_on_connect=False
            )
        except BaseException:
            plain.close()
            raise
        self.sock = secure
        secure.do_handshake()

    def abort(self) -> None:
        """Interrupt whatever waits for the server."""
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def _is_public(address: str) -> bool:
    """Whether an address, or the IPv4 address embedded in it, is public."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = ipaddress.IPv4Address(int(parsed) % 2**32) if parsed in _TRANSLATED else None
        parsed = mapped or parsed.ipv4_mapped or parsed.sixtofour or parsed
    known = parsed.version == 4 or parsed in _ASSIGNED
    special = parsed.is_multicast or any(parsed in network for network in _SPECIAL)
    return known and parsed.is_global and not special


@contextmanager
def _connection(url: str, deadline: float) -> Iterator[_Connection]:
    """A connection that is closed at the end, or interrupted at the deadline."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        raise ValueError(f"{shorten(url)!a} is not an https URL without a password")
    left = max(deadline - time.monotonic(), 0.001)
    connection = _Connection(parts.hostname, parts.port or 443, timeout=left)
    timer = Timer(left, connection.abort)
    timer.daemon = True
    timer.start()
    try:
        yield connection
    finally:
        timer.cancel()
        connection.close()


def _response(connection: _Connection, url: str) -> HTTPResponse:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("GET", target, headers={"User-Agent": "pcgen", "Accept": "*/*"})
    return connection.getresponse()


def _body(response: HTTPResponse, url: str, deadline: float) -> bytes:
    if response.status != 200:
        raise _refusal(url, f"the server responded with status {response.status}")
    data = response.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise _refusal(url, f"the document is larger than {LIMIT // 2**20} MiB")
    if response.length or time.monotonic() >= deadline:
        raise HTTPException("the response is incomplete")
    return data


def _refusal(url: str, message: str) -> Failure:
    return failure(Code.DOWNLOAD_FAILED, Location(shorten(url, 200)), message, "", Exit.FAULT)
