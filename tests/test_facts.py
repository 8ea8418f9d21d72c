"""Pinecone's documents, which are not in this repository: alone, as one package, and as ours."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from common import ROOT
from msgspec.structs import replace
from pcgen import config, pipeline
from pcgen.cache import Cache, folder
from pcgen.diagnostics import Code, Failure, Severity, Waiver
from test_quality import STRICTER

if TYPE_CHECKING:
    from pathlib import Path

FACTS = ROOT.parent / "shared" / "facts"
DOCUMENTS = sorted(FACTS.glob("*/*.yaml"))
VERSIONS = sorted({path.parent.name for path in DOCUMENTS})
# The documents lack the descriptions of their responses, and some defaults are of the wrong type.
WAIVER = Waiver(Code.INVALID_DOCUMENT, "#/**", "as they are published", 1)

pytestmark = pytest.mark.skipif(not DOCUMENTS, reason="the documents are not here")


def _made(package: config.Package) -> dict[str, str]:
    """The files of a package, with a waiver if its documents need it."""
    cache = Cache(folder())
    try:
        return dict(pipeline.generate(package, cache).texts)
    except Failure as error:
        found = {item.code for item in error.items if item.severity is Severity.ERROR}
    assert found == {Code.INVALID_DOCUMENT}
    return dict(pipeline.generate(replace(package, waive=(WAIVER,)), cache).texts)


def _write(texts: dict[str, str], target: Path) -> None:
    for path, text in texts.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text, encoding="utf-8")


def _run(*arguments: str, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_singly(path: Path, tmp_path: Path) -> None:
    """Without pages, which `packages` have."""
    package = config.single(path.name, "out", "demo", path.parent)
    _write(_made(replace(package, targets=("python",))), tmp_path)
    _run("-c", "import demo; [getattr(demo, name) for name in demo.__all__]", cwd=tmp_path)


def _together(version: str) -> config.Package:
    """All documents of a version, each the namespace of its file's name."""
    specs = tuple(
        config.Spec(
            f"{version}/{path.name}",
            namespace=path.name.removesuffix(f"_{version}.oas.yaml"),
            headers={"X-Pinecone-API-Version": version},
        )
        for path in DOCUMENTS
        if path.parent.name == version
    )
    return config.Package(specs, "out", "pinecone", root=FACTS)


_CALLS = """
from pinecone import Pinecone
from pinecone.types import Response

seen = []

class Transport:
    def send(self, request):
        seen.append(request)
        return Response(200, {}, b"{}")

    def close(self):
        pass

client = Pinecone(api_key="the-key", token="the-token", transport=Transport())
client.db_control.list_indexes()
client.inference.list_models()
client.db_data(index_host="my-index.svc.pinecone.io").describe_index_stats()
client.assistant_control.list_assistants()
client.admin.list_projects()
for request in seen:
    headers = request.headers
    key = headers.get("api-key") or headers.get("authorization")
    print(request.url, headers["x-pinecone-api-version"], key)
"""
_SEEN = """\
https://api.pinecone.io/indexes {0} the-key
https://api.pinecone.io/models {0} the-key
https://my-index.svc.pinecone.io/describe_index_stats {0} the-key
https://api.pinecone.io/assistant/assistants {0} the-key
https://api.pinecone.io/admin/projects {0} Bearer the-token
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a folder for each version, which has all of its documents as one package."""
    home = tmp_path_factory.mktemp("versions")
    for version in VERSIONS:
        _write(_made(_together(version)), home / _folder(version))
    return home


def _folder(version: str) -> str:
    return f"of_{version.replace('-', '_')}"


@pytest.mark.parametrize("version", VERSIONS)
def test_all_of_a_version(version: str, packages: Path) -> None:
    folder = packages / _folder(version)
    _run("-c", "import pinecone; [getattr(pinecone, n) for n in pinecone.__all__]", cwd=folder)
    if version >= "2025-04":
        assert _run("-W", "ignore", "-c", _CALLS, cwd=folder) == _SEEN.format(version)


def test_checkers_accept_all_versions(packages: Path) -> None:
    names = [_folder(version) for version in VERSIONS]
    for name in names:
        (packages / name / "__init__.py").touch()  # For mypy: the packages have the same name.
    _run("-m", "mypy", "--strict", *names, cwd=packages)
    modules = [f"{name}/pinecone" for name in names]
    _run("-m", "ruff", "check", "--config", str(ROOT / STRICTER[1]), *modules, cwd=packages)


def test_another_version_leaves_the_names_of_the_first(tmp_path: Path) -> None:
    """A preview version beside a stable one adds classes, and neither renames nor changes any."""
    package = _together("2025-04")
    preview = config.Spec("2025-10/inference_2025-10.oas.yaml", namespace="preview.inference")
    before = _made(package)["pinecone/models.py"]
    both = _made(replace(package, specs=(*package.specs, preview)))["pinecone/models.py"]
    classes = [text for text in before.split("\n\n\n") if text.startswith("class ")]
    assert classes
    assert [text for text in classes if text.strip() not in both] == []
    assert "class PreviewInference" in both


# --- Our documents --------------------------------------------------------------------------------

OURS = sorted((ROOT / "specs").glob("*.oas.yaml"))
_PROSE = frozenset(("description", "examples", "summary"))
_NAMES = frozenset(("paths", "properties", "responses", "schemas", "securitySchemes"))


def _facts(value: Any, *, is_named: bool = False) -> Any:
    """A document without prose and example calls; keys that are names are kept."""
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if is_named or key not in _PROSE}
        return {k: _facts(v, is_named=not is_named and k in _NAMES) for k, v in kept.items()}
    return list(map(_facts, value)) if isinstance(value, list) else value


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_ours_have_the_published_facts(path: Path) -> None:
    published = FACTS / path.name.partition(".")[0].rpartition("_")[2] / path.name
    ours = yaml.safe_load(path.read_text("utf-8"))
    assert _facts(ours) == _facts(yaml.safe_load(published.read_text("utf-8")))
