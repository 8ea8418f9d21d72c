"""The metadata of packages is valid, whatever a document states."""

from __future__ import annotations

import json
import tomllib
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from packaging.metadata import Metadata
from pcgen import config, pipeline
from pcgen.cache import Cache
from pcgen.config.metadata import normal_version

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = 'x"]\n[tool.evil]\nrun = "\\u0000\x7f\u202e, <a@b> ☃'


def built(folder: Path, info: dict[str, Any], url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Build the wheel of a package, and return its metadata."""
    from hatchling.build import build_wheel

    document = {
        "openapi": "3.1.0",
        "info": {"title": "Demo", "version": "1", **info},
        "externalDocs": {"url": url},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {},
    }
    (folder / "spec.json").write_text(json.dumps(document), "utf-8")
    settings = config.single("spec.json", "out", "demo", folder)
    for path, text in pipeline.generate(settings, Cache(None)).texts.items():
        (folder / "out" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "out" / path).write_text(text, "utf-8")
    (folder / "out" / "pcgen.lock").touch()
    project = tomllib.loads((folder / "out" / "pyproject.toml").read_text("utf-8"))
    assert project["tool"].keys() == {"hatch"}
    monkeypatch.chdir(folder / "out")
    with zipfile.ZipFile(folder / "out" / build_wheel(".")) as wheel:
        [name] = [name for name in wheel.namelist() if name.endswith("/METADATA")]
        return wheel.read(name).decode("utf-8")


@pytest.mark.parametrize(
    ("info", "url", "license_", "author"),
    [
        (
            {
                "license": {"name": "MIT License"},
                "contact": {"name": "Ada", "email": "a@b.example"},
            },
            "https://example.com/docs",
            "MIT",
            "Ada <a@b.example>",
        ),
        (
            {"license": {"name": HOSTILE}, "contact": {"name": HOSTILE, "email": HOSTILE}},
            f"javascript:{HOSTILE}",
            None,
            None,
        ),
        (
            {"contact": {"name": "Ünïcødé", "email": "a@b.example", "url": HOSTILE}},
            f"https://example.com/{HOSTILE}",
            None,
            "Ünïcødé <a@b.example>",
        ),
        (
            {"license": {"name": "x", "identifier": "mit or apache-2.0"}},
            "",
            "MIT OR Apache-2.0",
            None,
        ),
    ],
)
def test_documents_fill_the_metadata(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    info: dict[str, Any],
    url: str,
    license_: str | None,
    author: str | None,
) -> None:
    metadata = Metadata.from_email(built(tmp_path, info, url, monkeypatch), validate=True)
    assert metadata.license_expression == license_
    assert metadata.author_email == author
    urls = metadata.project_urls or {}
    assert list(urls.values()) == [url] * (url == "https://example.com/docs")


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("26.0.0+snapshot", "26.0.0+snapshot"),
        ("v1.0", "1.0"),
        ("1.0.0-alpha.1", "1.0.0a1"),
        ("2!1.0.post2.dev3", "2!1.0.post2.dev3"),
        ("1.0-rc", "1.0rc0"),
        ("one", None),
        ("1.0+", None),
    ],
)
def test_versions_are_normalized(text: str, version: str | None) -> None:
    assert normal_version(text) == version
