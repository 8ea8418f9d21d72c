"""A second opinion: what griffe finds in the packages of each row must be found here, too.

It sees names, signatures and defaults; no types of arguments and attributes, and nothing of what
the service does, so it says nothing of many changes that break callers.
"""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from common import named_by_ids
from pcgen import config, pipeline
from pcgen.cache import Cache, folder
from pcgen.diff import CHANGES, Level
from rows import ROWS, Row, write
from test_bumps import STEPS, path, report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Breakages = Callable[[dict[str, Any], dict[str, Any]], set[str]]

pytestmark = pytest.mark.skipif(find_spec("griffe") is None, reason="griffe is not installed")

# Where griffe finds a breakage and `pcgen diff` names none in terms of Python, and why.
_EXPLAINED = {
    "a property to send may be null": "the default is UNSET instead of None; a caller who gave "
    "None left the property out and sends null now, which is found as argument-none-is-null",
    "an optional property to send may not be null any more": "the same the other way round: "
    "argument-none-is-absent",
    "another default of a variable of the server": "the default of the client's argument follows; "
    "whoever gave none meant whatever the service says, and the contract warns",
    "one of two equal inline schemas": "a class that was another name of an equal one is a class "
    "of its own; both names still work, and class-parted warns of programs that mix the two",
    "an inline schema that becomes equal to another": "a class becomes another name of an equal "
    "one, which type checkers and Python do not tell from a class",
}


@pytest.fixture(scope="module")
def breakages(tmp_path_factory: pytest.TempPathFactory) -> Breakages:
    """What griffe finds between the packages of two documents."""
    import griffe

    root = tmp_path_factory.mktemp("griffe")
    loaded: dict[str, griffe.Module] = {}

    def load(document: dict[str, Any]) -> griffe.Module:
        name = hashlib.sha256(repr(document).encode()).hexdigest()
        if name not in loaded:
            _write(root / name / "demo", document)
            made = griffe.load("demo", search_paths=[root / name], allow_inspection=False)
            assert isinstance(made, griffe.Module)
            loaded[name] = made
        return loaded[name]

    def find(old: dict[str, Any], new: dict[str, Any]) -> set[str]:
        found = griffe.find_breaking_changes(load(old), load(new))
        # Constants such as `ADD_PET` describe operations to the runtime and are not for callers.
        return {f"{b.obj.path}: {b.kind.value}" for b in found if not b.obj.name.isupper()}

    return find


def _write(target: Path, document: dict[str, Any]) -> None:
    target.mkdir(parents=True)
    write(target.parent / "spec.json", document)
    settings = named_by_ids(config.single("spec.json", "out", "demo", target.parent))
    for file, text in pipeline.generate(settings, Cache(folder())).texts.items():
        home, _, name = file.rpartition("/")
        if home == "demo":
            (target / name).write_text(text, "utf-8")


def _breaks(finds: list[str]) -> bool:
    kinds = [CHANGES[item.replace(",", "").split()[1]] for item in finds]
    return any(kind.level is Level.PYTHON and kind.severity == "ERR" for kind in kinds)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_griffe_finds_is_found(row: Row, breakages: Breakages) -> None:
    found = breakages(row.old, row.new)
    if row.name in _EXPLAINED:
        assert found
        assert not _breaks(row.finds)
    elif found:
        assert _breaks(row.finds), found


@pytest.mark.parametrize(("old", "new"), STEPS)
def test_bumps_are_judged_alike(old: str, new: str, breakages: Breakages) -> None:
    documents = [yaml.safe_load(path(version).read_text("utf-8")) for version in (old, new)]
    assert bool(breakages(*documents)) == (str(report(old, new).verdict) == "major")
