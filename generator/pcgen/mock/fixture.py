"""The plugin of pytest: the fixture `pcgen_mock`, a server for a test.

It imports the server when a test uses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pcgen.mock.exchange import Request
    from pcgen.mock.server import Background
    from pcgen.mock.service import Service

_INI = "pcgen_mock_spec"
_HOW = (
    f'write `{_INI} = "openapi.yaml"` into the configuration of pytest, or mark the test:'
    ' `@pytest.mark.pcgen_mock("openapi.yaml")`'
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the setting of the document."""
    help_ = "The OpenAPI document that `pcgen_mock` serves, relative to the root folder."
    parser.addini(_INI, help_)


def pytest_configure(config: pytest.Config) -> None:
    """Describe the marker."""
    line = "pcgen_mock(spec=..., latency=0, fail=[]): what the fixture `pcgen_mock` serves"
    config.addinivalue_line("markers", line)


class MockServer:
    """A mock server of a test.

    Attributes:
        url: The URL to give to clients as `base_url`.
        requests: The requests that it got, the oldest first.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[Request] = []

    def __repr__(self) -> str:
        return f"MockServer({self.url!r})"


class _Session:
    """The server of a test run, and the documents that were read."""

    def __init__(self, server: Background) -> None:
        self.server = server
        self._services: dict[Path, Service] = {}

    def service(self, path: Path) -> Service:
        """The service of a document."""
        from pcgen.mock.service import read

        if path not in self._services:
            self._services[path] = read(path)
        return self._services[path]


@pytest.fixture(scope="session")
def _pcgen_mock_session() -> Iterator[_Session]:
    from pcgen import mock

    mock.require()
    from pcgen.mock.server import Background

    async def nothing(*_: object) -> None:
        """Serve nothing between tests."""

    with Background(nothing) as server:
        yield _Session(server)


@pytest.fixture
def pcgen_mock(request: pytest.FixtureRequest, _pcgen_mock_session: _Session) -> MockServer:
    """A server of an OpenAPI document; `url` is for clients, `requests` what they sent."""
    from pcgen.mock.application import Application

    marker = request.node.get_closest_marker("pcgen_mock")
    options: dict[str, Any] = dict(marker.kwargs) if marker else {}
    spec = marker.args[0] if marker and marker.args else options.pop("spec", "")
    spec = spec or request.config.getini(_INI)
    if not spec:
        pytest.fail(f"`pcgen_mock` has no document: {_HOW}", pytrace=False)
    service = _pcgen_mock_session.service(request.config.rootpath / spec)
    server = _pcgen_mock_session.server
    made = MockServer(server.url)
    server.app = Application(
        service, on_exchange=lambda exchange: made.requests.append(exchange.request), **options
    )
    return made
