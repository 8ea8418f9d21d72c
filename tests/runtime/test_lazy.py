"""Names of a package whose module is imported at their first use."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from _runtime.lazy import lazy_exports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INIT = """
from _runtime.lazy import lazy_exports
__getattr__, __dir__ = lazy_exports(
    __name__, {"one": ("First", "Second"), "two": ("two", "Broken"), "bad": ("Worse",)}
)
__all__ = ("First", "Second")
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    folder = tmp_path / "lazy_demo"
    folder.mkdir()
    (folder / "__init__.py").write_text(INIT)
    (folder / "one.py").write_text("import time\ntime.sleep(0.05)\nFirst = object()\nSecond = 2\n")
    (folder / "two.py").write_text("two = 'value'\n")
    (folder / "bad.py").write_text("import a_module_that_is_not_there\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield import_module("lazy_demo")
    for name in [name for name in sys.modules if name.partition(".")[0] == "lazy_demo"]:
        del sys.modules[name]


def test_nothing_is_imported_before_its_use(package: Any) -> None:
    assert "lazy_demo.one" not in sys.modules
    assert package.Second == 2
    assert "lazy_demo.one" in sys.modules
    assert "lazy_demo.two" not in sys.modules


def test_the_next_use_finds_it_in_the_package(package: Any) -> None:
    assert "First" not in vars(package)
    first = package.First
    assert vars(package)["First"] is first is package.First


def test_modules_are_there_too(package: Any) -> None:
    assert package.one is sys.modules["lazy_demo.one"]


def test_a_name_goes_before_a_module_of_the_same_name(package: Any) -> None:
    assert package.two == "value"
    assert package.two == "value"


def test_dir(package: Any) -> None:
    assert {"First", "Second", "two", "one", "__all__", "__name__"} <= set(dir(package))
    assert dir(package) == sorted(set(dir(package)))
    assert "lazy_exports" not in dir(package)
    assert "lazy_demo.one" not in sys.modules


def test_star(package: Any) -> None:
    names: dict[str, Any] = {}
    exec("from lazy_demo import *", names)
    assert names["First"] is package.First


def test_no_such_name(package: Any) -> None:
    with pytest.raises(
        AttributeError, match="module 'lazy_demo' has no attribute 'Third'"
    ) as caught:
        _ = package.Third
    assert (caught.value.name, caught.value.obj) == ("Third", package)
    assert not hasattr(package, "__path_of_no_kind__")
    with pytest.raises(ImportError, match="Third"):
        exec("from lazy_demo import Third", {})


def test_errors_of_a_module_are_its_own(package: Any) -> None:
    with pytest.raises(ModuleNotFoundError, match="a_module_that_is_not_there"):
        _ = package.Worse
    with pytest.raises(AttributeError, match="Broken"):
        _ = package.Broken
    assert "Worse" not in vars(package)


def test_threads(package: Any) -> None:
    gate, found = threading.Barrier(8), []

    def use() -> None:
        gate.wait()
        found.append(package.First)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert set(map(id, found)) == {id(package.First)}


def test_it_imports_no_standard_module() -> None:
    """It imports no module of the standard library."""
    code = """
    import sys
    before = set(sys.modules)
    from _runtime import lazy
    print(sorted(set(sys.modules) - before))
    """
    done = subprocess.run(
        [sys.executable, "-S", "-c", textwrap.dedent(code)],
        env={"PYTHONPATH": str(_home())},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "['__future__', '_runtime', '_runtime.lazy']"


def _home() -> Any:
    from pathlib import Path

    return Path(lazy_exports.__code__.co_filename).parents[1]
