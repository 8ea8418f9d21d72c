"""Measure the pages and the site of growing and of big documents; see README.md in this folder."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scale import Cost, measure

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZES = (100, 400, 1600)
PCGEN = [sys.executable, "-m", "pcgen"]
STEPS = {
    "client": ("python", ["build", "--no-cache"]),
    "client and pages": ("python, docs", ["build", "--no-cache"]),
    "site": ("python, docs", ["docs", "--output", "html"]),
    "MDX": ("python, docs", ["docs", "--format", "mdx", "--output", "mdx"]),
}


def synthetic(size: int) -> str:
    """A document of `size` operations of 20 resources, with a model each."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for number in range(size):
        schemas[f"Thing{number}"] = {
            "type": "object",
            "description": f"The thing with the number {number}, as the service knows it.",
            "required": ["id"],
            "properties": {
                "id": {"type": "string", "format": "uuid", "description": "Who it is."},
                "name": {"type": "string", "description": "What people call it.", "maxLength": 80},
                "count": {"type": "integer", "minimum": 0, "description": "How many there are."},
                "next": {"$ref": f"#/components/schemas/Thing{(number + 1) % size}"},
            },
        }
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/Thing{number}"}}}
        paths[f"/group{number % 20}/thing{number}/{{id}}"] = {
            "put": {
                "operationId": f"put_thing{number}",
                "summary": f"Replace the thing with the number {number}",
                "description": "It must exist. Its parts stay as they are.",
                "tags": [f"group{number % 20}"],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "requestBody": {"required": True, "content": content},
                "responses": {"200": {"description": "The thing.", "content": content}},
            }
        }
    document = {"openapi": "3.1.0", "info": {"title": "Demo", "version": "1"}, "paths": paths}
    return json.dumps({**document, "components": {"schemas": schemas}})


def costs(folder: Path, text: str, suffix: str, codes: Sequence[str]) -> dict[str, Cost]:
    """The cost of each step, under waivers of findings with these codes."""
    environment = {**os.environ, "PCGEN_CACHE_DIR": str(folder / "cache")}
    (folder / f"spec{suffix}").write_text(text, "utf-8")
    found: dict[str, Cost] = {}
    for name, (targets, arguments) in STEPS.items():
        listed = json.dumps(targets.split(", "))
        lines = ["[[package]]", 'name = "demo"', f'spec = "spec{suffix}"', 'output = "demo"']
        lines += [f"targets = {listed}"]
        for code in codes:
            lines += ["[[package.waive]]", f'code = "{code}"', 'at = "#/**"', 'reason = "-"']
        (folder / "pcgen.toml").write_text("\n".join(lines), "utf-8")
        found[name] = measure([*PCGEN, *arguments], folder, environment)
        assert not found[name].status, (name, found[name])
    return found


def show(name: str, text: str, suffix: str, codes: Sequence[str] = ()) -> None:
    """Print a row for each step."""
    with tempfile.TemporaryDirectory() as folder:
        found = costs(Path(folder), text, suffix, codes)
        pages = len([*Path(folder, "mdx").rglob("*.mdx")])
        size = sum(
            path.stat().st_size for path in Path(folder, "html").rglob("*") if path.is_file()
        )
    print(f"{name}: {pages} pages, a site of {size / 1e6:.1f} MB")
    for step, cost in found.items():
        each = cost.seconds / pages * 1000
        print(f"  {step:18} {cost.seconds:7.1f} s {each:6.1f} ms a page {cost.megabytes:6.0f} MB")
    sys.stdout.flush()


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", type=Path, nargs="*", help="big documents")
    parser.add_argument("--no-growth", action="store_true", help="skip the documents that grow")
    parser.add_argument("--waive", nargs="*", default=[], help="codes of findings to waive")
    options = parser.parse_args()
    for size in () if options.no_growth else SIZES:
        show(f"{size} operations", synthetic(size), ".json")
    for path in options.documents:
        show(path.name, path.read_text("utf-8"), path.suffix, options.waive)


if __name__ == "__main__":
    main()
