"""Compare the names of packages with those of the vendors' SDKs; see README.md in this folder."""

from __future__ import annotations

import argparse
import gzip
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("references", type=Path, help="a folder with *.json, specs/, compare.py")
    parser.add_argument("--naming", default="resources", choices=("resources", "operation-ids"))
    options = parser.parse_args()
    totals = [0.0, 0.0, 0.0]
    with tempfile.TemporaryDirectory() as folder:
        for reference in sorted(options.references.glob("*.json")):
            package = _build(reference, Path(folder), options.naming)
            command = [sys.executable, str(reference.with_name("compare.py")), reference, package]
            line = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            print(line.strip())
            found = re.search(r"common +(\d+) .*path~ +(\d+)% +method~ +(\d+)%", line)
            if found is not None:
                common, path, method = map(int, found.groups())
                totals = [
                    totals[0] + common,
                    totals[1] + common * path,
                    totals[2] + common * method,
                ]
    common, path, method = totals
    print(f"all: common {common:.0f}, path~ {path / common:.1f}%, method~ {method / common:.1f}%")


def _document(reference: Path, folder: Path) -> Path:
    """Unpack the document of a reference; one without operationIds and tags is made of another."""
    (api,) = json.loads(reference.read_text(encoding="utf-8")).values()
    specs, source = reference.with_name("specs"), api["spec"]
    is_nameless = not list(specs.glob(f"{Path(source).stem}*"))
    if is_nameless:
        source = api["spec_source"].split()[0]
    (packed,) = specs.glob(f"{Path(source).stem}*")
    data = gzip.decompress(packed.read_bytes())
    spec = folder / f"{reference.stem}{Path(packed.stem).suffix}"
    spec.write_bytes(_without_names(data) if is_nameless else data)
    return spec


def _build(reference: Path, folder: Path, naming: str) -> Path:
    """Build the package of a reference with the waivers that `pcgen init --lenient` proposes."""
    spec = _document(reference, folder)
    home = folder / f"{reference.stem}-package"
    home.mkdir()
    pcgen = [sys.executable, "-m", "pcgen"]
    subprocess.run(
        [*pcgen, "init", "--lenient", str(spec)], cwd=home, check=True, capture_output=True
    )
    configuration = home / "pcgen.toml"
    text = re.sub(r"(?m)^(spec = .*)$", rf'\1\nnaming = "{naming}"', configuration.read_text())
    configuration.write_text(text)
    done = subprocess.run(
        [*pcgen, "build", "--no-cache", "-q"], cwd=home, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    (lock,) = home.rglob("pcgen.lock")
    return lock.parent


def _without_names(text: bytes) -> bytes:
    document = yaml.safe_load(text)
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                operation.pop("operationId", None)
                operation.pop("tags", None)
    return json.dumps(document).encode()


if __name__ == "__main__":
    main()
