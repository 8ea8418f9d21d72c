"""The options of a test run, its cache folder, its settings of hypothesis, and its server.

`--transport fast` makes every client of a test use that transport. Tests of settings that the
transport refuses are skipped.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from common import Expected, skip_flushing
from hypothesis import settings
from pcgen.validate.findings import findings
from server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator


TESTS = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    help_ = "rewrite expected files that differ; the run still fails"
    parser.addoption("--update", action="store_true", help=help_)
    transports = ("httpx2", "fast")
    help_ = "the transport of clients (default: httpx2)"
    parser.addoption("--transport", choices=transports, default=transports[0], help=help_)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "httpx2: tests behaviour of the httpx2 transport only")
    # Shells make programs in their background ignore Ctrl-C, and so would those that tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)


# The modules that take longest, most seconds of CPU time first. Workers take them in this order,
# and all others then, so that they end at about the same time.
LONGEST = (
    "diff/test_changes.py", "cli/test_scenarios.py", "test_quality.py", "test_badspecs.py",
    "test_corpus.py", "test_readme.py", "test_facts.py", "test_cases.py", "test_docs_pages.py",
    "test_check.py", "test_layout.py", "test_site.py", "test_examples.py", "test_references.py",
    "test_determinism.py", "behaviour/test_static_types.py", "test_bounds.py", "test_bump.py",
)  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort tests by module as workers are to take them."""
    places = {TESTS / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_collection_finish() -> None:
    """Exclude modules and tests from garbage collection, which costs forks copies of all pages."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests recorded."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    properties = [one for report in reports for one in getattr(report, "user_properties", ())]
    for text in sorted({text for name, text in properties if name == "figures"}):
        terminalreporter.write_line(text)


# Validators are forked. They inherit what the first validation of a version imports and prepares.
_SMALL = {"info": {"title": "A", "version": "1"}, "paths": {}, "components": {"schemas": {"A": {}}}}
for _version in ("3.0.4", "3.1.1", "3.2.0"):
    assert not findings({"openapi": _version, **_SMALL})

# Every run tries the same examples, writes no files, and has no time limit for one example.
settings.register_profile("certain", deadline=None, derandomize=True, database=None)
settings.load_profile("certain")


@pytest.fixture(scope="session", autouse=True)
def _shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new cache folder for the run. Workers share it, so each document is validated once."""
    skip_flushing()
    base = tmp_path_factory.getbasetemp()
    home = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCGEN_CACHE_DIR", str(home / "cache"))
        patch.delenv("PCGEN_DEBUG", raising=False)
        yield


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        yield made


@pytest.fixture
def transport(request: pytest.FixtureRequest) -> str:
    """The value of `--transport`."""
    return str(request.config.getoption("--transport"))


@pytest.fixture(autouse=True)
def _transport(
    request: pytest.FixtureRequest, transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if transport == "httpx2":
        return
    if request.node.get_closest_marker("httpx2"):
        pytest.skip("tests the httpx2 transport only")
    for name, module in list(sys.modules.items()):
        if name == "_runtime.call.caller" or name.endswith("._runtime.call.caller"):
            _set_default_transport(module, transport, monkeypatch)


def _set_default_transport(module: Any, transport: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the clients of a runtime use the transport unless a test chooses one."""
    original: Any = module.Caller.__init__

    def set_up(self: Any, *args: Any, options: Any, http_client: Any, **kwargs: Any) -> None:
        is_default = http_client is None and "transport" not in options
        if is_default:
            options = {"transport": transport, **options}
        try:
            original(self, *args, options=options, http_client=http_client, **kwargs)
        except TypeError as error:
            if not is_default or f"transport={transport!r}" not in str(error):
                raise
            pytest.skip(f"refused: {error}")

    monkeypatch.setattr(module.Caller, "__init__", set_up)


@pytest.fixture
def expected(request: pytest.FixtureRequest) -> Iterator[Expected]:
    made = Expected(request.config.getoption("--update"))
    yield made
    if made.rewritten:
        pytest.fail("rewrote " + ", ".join(made.rewritten), pytrace=False)
