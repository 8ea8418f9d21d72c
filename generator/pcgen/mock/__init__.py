"""A server that answers the requests of a document with its examples.

`app` makes an ASGI application of a document, for tests in one process. `pcgen mock` serves one on
loopback, and so does the fixture `pcgen_mock` of pytest.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from os import PathLike

    from pcgen import config
    from pcgen.mock.application import Application, Exchange

INSTALL = "pip install 'pcgen[mock]'"


def app(
    spec: str | PathLike[str] | config.Package,
    *,
    latency: float = 0,
    fail: Iterable[str] = (),
    on_exchange: Callable[[Exchange], None] | None = None,
) -> Application:
    """Make an ASGI application that answers as a document describes.

    It has no state: the same request gets the same response, and what requests create is not kept.

    Args:
        spec: The path of an OpenAPI document, or the settings of a package.
        latency: The milliseconds before each response.
        fail: Requests that fail: `503` (all), `429:2` (the first two of each operation), `500%10`
            (each tenth).
        on_exchange: Is called with each request and the status of its response.

    Raises:
        Failure: The document cannot be read.
        ValueError: An entry of `fail` has another form.
        ImportError: The extra `pcgen[mock]` is not installed.
    """
    require()
    from pcgen.mock.application import Application
    from pcgen.mock.service import read

    return Application(read(spec), latency=latency, fail=fail, on_exchange=on_exchange)


def require() -> None:
    """Check that the packages of the extra are installed.

    Raises:
        ImportError: They are not.
    """
    for name in ("starlette", "uvicorn"):
        if find_spec(name) is None:
            raise ImportError(f"the mock server needs {name}: {INSTALL}", name=name)
