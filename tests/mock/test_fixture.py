"""The plugin of pytest."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from common import ROOT

pytest_plugins = ["pytester"]
PLUGIN = "pcgen.mock.fixture"
HERE = Path(__file__).parent
SUITE = """
import urllib.error
import urllib.request

import pytest


def call(url, **headers):
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return response.status


def test_it_serves_the_document_of_the_settings(pcgen_mock):
    assert call(f"{pcgen_mock.url}/trees", **{"X-Key": "k"}) == 200
    assert [(r.method, r.path, r.headers["x-key"]) for r in pcgen_mock.requests] == [
        ("GET", "/trees", "k")
    ]


@pytest.mark.pcgen_mock("small.json", fail=["503:1"])
def test_a_marker_chooses_document_and_faults(pcgen_mock):
    with pytest.raises(urllib.error.HTTPError, match="503"):
        call(f"{pcgen_mock.url}/a")
    assert call(f"{pcgen_mock.url}/a") == 200
    assert len(pcgen_mock.requests) == 2


def test_each_test_starts_anew(pcgen_mock):
    assert pcgen_mock.requests == []
"""


def test_a_server_for_each_test(pytester: pytest.Pytester) -> None:
    orchard = (HERE / "orchard.yaml").read_text(encoding="utf-8")
    small = {
        "openapi": "3.1.0",
        "info": {"title": "Small", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"200": {"description": "Fine"}}}}},
    }
    (pytester.path / "api.yaml").write_text(orchard, encoding="utf-8")
    (pytester.path / "small.json").write_text(json.dumps(small), encoding="utf-8")
    pytester.makeini("[pytest]\npcgen_mock_spec = api.yaml")
    pytester.makepyfile(SUITE)
    done = pytester.runpytest_inprocess("-p", PLUGIN, "--strict-markers")
    done.assert_outcomes(passed=3)


def test_it_says_how_to_choose_a_document(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(pcgen_mock): ...")
    done = pytester.runpytest_inprocess("-p", PLUGIN)
    done.stdout.fnmatch_lines(["*`pcgen_mock` has no document: write `pcgen_mock_spec = *"])


def test_it_is_a_plugin_of_pytest() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {PLUGIN: PLUGIN}
