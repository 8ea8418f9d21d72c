"""Builds documents of the corpus, which is not in this repository; skipped without it.

`tests/corpus/run.py` builds all of it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from common import ROOT
from msgspec.structs import replace
from pcgen import config, pipeline
from pcgen.cache import Cache
from pcgen.diagnostics import Code, Waiver
from pcgen.diff import compare, read_version

if TYPE_CHECKING:
    from pathlib import Path

CORPUS = ROOT.parent / "shared" / "corpus"
# One document of each style of API, small enough for every run.
CHOSEN = (
    *("oai-petstore", "pokeapi", "ollama", "adyen-transfers-v4", "box", "qdrant", "full"),
    *("heyapi-faker", "oag-multipart-encoding", "ogen-form", "dcg-duplicate-models2"),
    *("readme-parameters-style", "readme-file-uploads", "oapi-schemas-recursive"),
    "opc-baseline-3.1",
)


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"{CORPUS} does not exist")
def test_operations_of_chosen_documents_make_the_round_trip() -> None:
    """They are built under the waivers in `tests/corpus/waivers/`."""
    command = [sys.executable, "tests/corpus/run.py", str(CORPUS), "--only", *CHOSEN]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(CHOSEN)} of {len(CHOSEN)} generated" in done.stdout
    found = re.search(r"round trips: (\d+) right, 0 failed, (\d+) skipped", done.stdout)
    assert found, done.stdout
    assert int(found[1]) > 5 * int(found[2])


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"{CORPUS} does not exist")
def test_fuzzed_documents_build_or_are_refused() -> None:
    """For a longer run: `python tests/corpus/fuzz.py ../shared/corpus --seconds 600`."""
    command = [sys.executable, "tests/corpus/fuzz.py", str(CORPUS), "--seed", "1", "--tries", "10"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 tries" in done.stdout


INFO = {"title": "Found", "version": "1"}
FOUND: dict[str, dict[str, Any]] = {
    "no info": {"paths": {}},
    "a type that is an object": {
        "info": INFO,
        "paths": {},
        "components": {"schemas": {"A": {"properties": {"a": {"type": [{}, "string"]}}}}},
    },
    "types that are objects, below keys that are numbers": {
        "info": INFO,
        "paths": {
            "/a": {
                "get": {
                    "responses": {
                        "200": {
                            "description": "It went well.",
                            "content": {
                                "application/json": {
                                    "schema": {"properties": {"+07": {"type": [{}, "string"]}}}
                                }
                            },
                        }
                    }
                }
            }
        },
    },
    "parameters and responses that are strings": {
        "info": INFO,
        "paths": {"/a": {"get": {"parameters": ["a"], "responses": {"200": "a"}}}},
    },
    "a list in `required`": {
        "info": INFO,
        "paths": {},
        "components": {"schemas": {"A": {"properties": {"a": {}}, "required": [["a"]]}}},
    },
}
PLAIN: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": INFO,
    "paths": {"/a": {"get": {"responses": {"200": {"description": "It went well."}}}}},
}

CODES = {
    "no info": (Code.INVALID_DOCUMENT,),
    "a type that is an object": (Code.UNSUPPORTED,),
    "types that are objects, below keys that are numbers": (Code.UNSUPPORTED,),
    "parameters and responses that are strings": (Code.INVALID_DOCUMENT,),
    "a list in `required`": (Code.INVALID_DOCUMENT,),
}


@pytest.mark.parametrize("name", FOUND)
def test_findings_of_the_fuzzer_build_under_waivers(name: str, tmp_path: Path) -> None:
    """Documents for which pcgen once failed with a traceback."""
    (tmp_path / "spec.json").write_text(json.dumps({"openapi": "3.1.0", **FOUND[name]}), "utf-8")
    settings = config.single("spec.json", "out", "demo", tmp_path)
    waived = tuple(Waiver(code, "#/**", "found by fuzzing", 1) for code in CODES[name])
    files = pipeline.generate(replace(settings, waive=waived), Cache(None))
    assert "demo/client.py" in files.texts
    (tmp_path / "plain.json").write_text(json.dumps(PLAIN), "utf-8")
    plain = replace(settings, specs=(config.Spec("plain.json"),))
    both = (replace(settings, waive=waived), plain)
    old, new = (read_version(one, Cache(None)) for one in both)
    assert compare(old, new, "demo").findings
    assert compare(new, old, "demo").findings
