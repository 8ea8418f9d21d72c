"""The same input yields the same bytes on every machine, in any order of paths and schemas."""

from __future__ import annotations

import json
import locale
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from common import ROOT, one_package
from msgspec.structs import replace
from pcgen import config, ir, lock, pipeline, spec
from pcgen.cache import Cache, digest
from pcgen.diagnostics import Diagnostics
from pcgen.documents import load
from pcgen.translate import translate
from test_cases import BUILT, CASES, generate

SPEC = "specs/inference_2025-04.oas.yaml"
OUTPUT = "generated/pinecone-inference"


def _checkout(folder: Path) -> Path:
    """The files of the repository that a build needs, without its output."""
    shutil.copytree(ROOT / "specs", folder / "specs")
    (folder / "pyproject.toml").write_text(one_package(), encoding="utf-8")
    return folder


def _built(checkout: Path, *, cwd: Path, **environment: str) -> dict[str, bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "pcgen", "build", "--no-cache"],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr.decode()
    output = checkout / OUTPUT
    return {
        path.relative_to(output).as_posix(): path.read_bytes()
        for path in output.rglob("*")
        if path.is_file()
    }


def _other_locale() -> str:
    """A locale with its own order of letters and its own decimal point, where there is one."""
    before = locale.setlocale(locale.LC_ALL)
    for name in ("tr_TR.UTF-8", "de_DE.UTF-8", "C.UTF-8"):
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            continue
        locale.setlocale(locale.LC_ALL, before)
        return name
    return "C"


def test_machine_leaves_no_trace(tmp_path: Path) -> None:
    one = _checkout(tmp_path / "one")
    other = _checkout(tmp_path / "a folder, with blanks" / "other")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    first = _built(one, cwd=one, PYTHONHASHSEED="1", TZ="UTC", COLUMNS="20", **plain)
    second = _built(
        other,
        cwd=other / "specs",
        PYTHONHASHSEED="2",
        TZ="Pacific/Kiritimati",
        LC_ALL=_other_locale(),
        COLUMNS="200",
    )
    assert first == second
    assert str(tmp_path).encode() not in b"".join(first.values())


# The one property of what is embedded.
_TEXT = "`max_sequence_length`.\n                type: string\n"

_RENDER_ALL = """
import sys
from msgspec.structs import replace
from pathlib import Path
from pcgen import config, documents
from pcgen.cache import Cache, folder, digest
from pcgen.diagnostics import Diagnostics
from pcgen.pipeline import target_settings
from pcgen.targets.building import build_targets
from pcgen.translate import translate

for path in map(Path, sys.argv[1:]):
    settings = config.single(path.name, "out", "demo", path.parent)
    by_ids = tuple(replace(spec, naming="operation-ids") for spec in settings.specs)
    settings = replace(settings, specs=by_ids)
    document = documents.load(path.read_bytes(), settings.specs[0], path.parent, Diagnostics())
    package = translate([document], settings, Diagnostics())
    inputs = target_settings(settings, Cache(folder()), Diagnostics())
    for name, text in build_targets(settings.targets, package, inputs).texts.items():
        if "/_runtime/" not in name:
            print(path, name, digest(text))
"""


def test_hashes_leave_no_trace_in_cases() -> None:
    """Sets, and dicts made of them, are the usual suspects."""
    documents = [str(_document(case)) for case in BUILT if not (case / "pcgen.toml").exists()]
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    done = subprocess.run(
        [sys.executable, "-c", _RENDER_ALL, *documents],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    here = [
        f"{document} {name} {digest(text)}"
        for document in documents
        for name, text in generate(Path(document).parent).items()
        if name != lock.NAME and "/_runtime/" not in name
    ]
    assert here
    assert done.stdout.splitlines() == here


def test_order_of_paths_and_schemas_leaves_no_trace(tmp_path: Path) -> None:
    one = _checkout(tmp_path / "one")
    other = _checkout(tmp_path / "other")
    _write_shuffled(ROOT / SPEC, other / SPEC, seed=1)
    first, second = _built(one, cwd=one), _built(other, cwd=other)
    locks = [json.loads(files.pop("pcgen.lock")) for files in (first, second)]
    assert first == second
    digests = [lock["specs"][0].pop("sha256") for lock in locks]
    assert digests[0] != digests[1]
    assert locks[0] == locks[1]


@pytest.mark.parametrize("case", BUILT, ids=lambda case: case.relative_to(CASES).as_posix())
def test_order_leaves_no_trace_in_cases(case: Path, tmp_path: Path) -> None:
    settings = settings_of(case)
    straight = translated(settings)
    shutil.copytree(case, tmp_path, dirs_exist_ok=True)
    for seed in (1, 2):
        for one in settings.specs:
            _write_shuffled(settings.root / one.spec, tmp_path / one.spec, seed)
        assert translated(replace(settings, root=tmp_path)) == straight


def test_caches_do_not_change_the_output(tmp_path: Path) -> None:
    checkout = _checkout(tmp_path)
    settings = config.load(checkout / "pyproject.toml").packages[0]
    before, cache = (checkout / SPEC).read_text("utf-8"), Cache(tmp_path / "cache")
    first = pipeline.generate(settings, cache).texts
    assert list((tmp_path / "cache" / "formatted").rglob("*")), "nothing is remembered"
    for old, new in (
        ("        - dotproduct\n", "        - dotproduct\n        - hamming\n"),  # In one class.
        ("operationId: rerank", "operationId: rank"),  # One method of a resource.
        ("RankedDocument", "RankedText"),  # What others refer to.
        (_TEXT, f"{_TEXT}              lang:\n{' ' * 16}type: string\n"),  # No text stands for it.
    ):
        edited = before.replace(old, new)
        assert edited != before
        (checkout / SPEC).write_text(edited, "utf-8")
        remembering = pipeline.generate(settings, cache).texts
        assert remembering == pipeline.generate(settings, Cache(None)).texts
        assert remembering != first
    for path in (tmp_path / "cache").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-9])  # The disk was full, say.
    assert pipeline.generate(settings, cache).texts == remembering
    name, mine = "docs/operation.md.jinja", checkout / "mine" / "docs"
    mine.mkdir(parents=True)
    for rule in ("House rule 7.\n", "House rule 8.\n"):
        shipped = (ROOT / "templates" / name).read_text("utf-8")
        (checkout / "mine" / name).write_text(shipped + rule, "utf-8")
        texts = pipeline.generate(replace(settings, templates="mine"), cache).texts
        assert texts["docs/operations/inference/embed.md"].endswith(rule)


def settings_of(case: Path) -> config.Package:
    """The configuration of a case, or of its first package."""
    if (case / "pcgen.toml").exists():
        return config.load(case / "pcgen.toml").packages[0]
    return config.single(_document(case).name, "out", "demo", case)


def _document(case: Path) -> Path:
    return next(path for path in case.iterdir() if path.name in ("spec.yaml", "spec.json"))


def translated(settings: config.Package) -> ir.Package:
    """The IR of a package."""
    diagnostics, root = Diagnostics(settings.waive), settings.root
    documents = [
        load((root / one.spec).read_bytes(), one, root, diagnostics) for one in settings.specs
    ]
    package = translate(documents, settings, diagnostics)
    assert not diagnostics.failed
    return package


def _write_shuffled(source: Path, target: Path, seed: int) -> None:
    """Write an equivalent document with its paths and schemas in another order."""
    root = spec.read(source).root
    shuffled = dict(root)
    if "paths" in root:
        shuffled["paths"] = _shuffled(root["paths"], seed)
    if "schemas" in root.get("components", {}):
        schemas = _shuffled(root["components"]["schemas"], seed)
        shuffled["components"] = dict(root["components"], schemas=schemas)
    text = yaml.safe_dump(shuffled, sort_keys=False, allow_unicode=True)
    target.write_text(text, encoding="utf-8")
    assert spec.read(target).root == root, "it says something else now"


def _shuffled(members: dict[str, Any], seed: int) -> dict[str, Any]:
    keys = list(members)
    if len(keys) > 1:
        while keys == list(members):
            random.Random(seed).shuffle(keys)
            seed += 1
    return {key: members[key] for key in keys}
