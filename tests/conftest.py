"""What all tests share: the option `--update`, and a cache that is nobody else's."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    help_ = "rewrite expected files that differ; the run fails all the same"
    parser.addoption("--update", action="store_true", help=help_)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCGEN_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("PCGEN_DEBUG", raising=False)
        yield


@dataclass
class Expected:
    """Compares texts with the files that hold what is expected of them."""

    update: bool
    rewritten: list[str] = field(default_factory=list)

    def rewrite(self, path: Path, data: bytes | None) -> bool:
        """With `--update`, write a file (None: remove it) and note that; else say False."""
        if not self.update:
            return False
        if data is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        self.rewritten.append(os.path.relpath(path, ROOT))
        return True


@pytest.fixture
def expected(request: pytest.FixtureRequest) -> Iterator[Expected]:
    made = Expected(request.config.getoption("--update"))
    yield made
    if made.rewritten:
        pytest.fail("rewrote " + ", ".join(made.rewritten), pytrace=False)
