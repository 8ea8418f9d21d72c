"""A table of changes: what is found, how grave it is, and whether callers really break."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from common import Expected, named_by_ids
from pcgen import config
from pcgen.cache import Cache, folder
from pcgen.diff import CHANGES, Version, compare, read_version
from rows import FILE, ROWS, Row, write

if TYPE_CHECKING:
    from pathlib import Path


def _sides(row: Row, tmp_path: Path) -> list[Version]:
    sides = []
    for name, document in (("old", row.old), ("new", row.new)):
        write(tmp_path / f"{name}.json", document)
        settings = named_by_ids(config.single(f"{name}.json", "out", "demo", tmp_path))
        sides.append(read_version(settings, Cache(folder())))
    return sides


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_finds(row: Row, tmp_path: Path, expected: Expected) -> None:
    old, new = _sides(row, tmp_path)
    report = compare(old, new)
    found = [f"{f.change.severity} {f.change.id}, {f.subject}" for f in report.findings]
    if (found, str(report.verdict)) != (row.finds, row.verdict) and not _rewrite(
        expected, row, found, str(report.verdict)
    ):
        assert found == row.finds
        assert str(report.verdict) == row.verdict
    if not row.finds:  # What says the same, does so the other way round.
        assert compare(new, old).findings == ()


# What only the configuration can bring about; test_against.py does.
_CONFIGURED = {
    "package-renamed",
    "client-renamed",
    "client-deprecated",
    "class-deprecated",
    "method-deprecated",
    "attribute-deprecated",
    "old-name-removed",
    "attribute-renamed",
    "resource-remade",
    "client-argument-added-required",
}


def test_every_kind_of_change_has_a_row() -> None:
    found = {re.split(r"[ ,]", item)[1] for row in ROWS for item in row.finds}
    assert len(found) > 60
    assert set(CHANGES) - found == _CONFIGURED


def _rewrite(expected: Expected, row: Row, found: list[str], verdict: str) -> bool:
    """With `--update`, write what is found into the table, behind the row's own keys."""
    text = FILE.read_text("utf-8")
    start = text.index(f"- change: {row.name}\n")
    end = re.compile(r"^(?=- change|# ---|$)", re.MULTILINE).search(text, start + 1)
    assert end is not None
    body = re.sub(
        r"^  (finds:(\n    - .*)*|verdict: .*)\n", "", text[start : end.start()], flags=re.MULTILINE
    )
    lines = "".join(f"    - {json.dumps(item)}\n" for item in found)
    body += (f"  finds:\n{lines}" if found else "") + (f"  verdict: {verdict}\n" if found else "")
    return expected.rewrite(FILE, (text[:start] + body + text[end.start() :]).encode())
