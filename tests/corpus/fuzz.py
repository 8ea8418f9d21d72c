"""Build documents that are changed at random: no traceback, nothing that does not compile.

    python tests/corpus/fuzz.py ../shared/corpus --seconds 600 --seed 1

Each try is told by its document and seed, so that `--only NAME --seed N --tries 1` repeats it. What
fails twice with the same last line is told once.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import openapi_spec_validator
import yaml
from pcgen import config, pipeline
from pcgen.cache import Cache
from pcgen.diagnostics import WAIVABLE, Code, Failure, Severity, Waiver

# Imported before the build forks, so that not every try waits for it.
assert openapi_spec_validator

MOST_BYTES = 100_000  # Big documents take the time of many small ones.
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**30,
    "",
    " ",
    "\0",
    "é",
    '\'"""\\',
    "{x}",
    "#/",
    "$ref",
)
ODD += ("__class__", "class", "\u2028", "object", "array", "null", [], {}, [None], {"": None})
ODD += (
    {"$ref": "#/components"},
    {"$ref": "#"},
    {"type": "object"},
    {"allOf": [{}]},
    ["a", 1, None],
)


def containers(value: Any) -> list[Any]:
    """Every object and list with members in a document."""
    found, stack = [], [value]
    while stack:
        part = stack.pop()
        if isinstance(part, dict | list) and part:
            found.append(part)
            stack.extend(part.values() if isinstance(part, dict) else part)
    return found


def mutate(root: Any, chance: random.Random) -> None:
    """Change one place: delete, replace, copy another value there, rename, or duplicate."""
    holders = containers(root)
    holder, other = chance.choice(holders), chance.choice(holders)
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    key = chance.choice(keys)
    match chance.randrange(5):
        case 0:
            del holder[key]
        case 1:
            holder[key] = copy.deepcopy(chance.choice(ODD))
        case 2:
            values = list(other.values()) if isinstance(other, dict) else other
            holder[key] = copy.deepcopy(chance.choice(values))
        case 3 if isinstance(holder, dict):
            name = chance.choice([item for item in ODD if isinstance(item, str)])
            holder[name] = holder.pop(key)
        case _ if isinstance(holder, dict):
            holder[f"{key}_"] = copy.deepcopy(holder[key])
        case _:
            holder.append(copy.deepcopy(holder[key]))


def load(path: Path) -> Any:
    """The document as plain values, None where it is no JSON object."""
    try:
        root = yaml.load(path.read_bytes(), yaml.CSafeLoader)
        return json.loads(json.dumps(root)) if isinstance(root, dict) else None
    except (yaml.YAMLError, TypeError, ValueError):
        return None


def outcome(folder: Path, cache: Cache) -> str:
    """Build `spec.json` in a folder, with the waivers that it needs."""
    settings = config.single("spec.json", "out", "demo", folder)
    codes: frozenset[Code] = frozenset()
    while True:
        waive = tuple(Waiver(c, "#/**", "to see what comes behind", 1) for c in sorted(codes))
        try:
            files = pipeline.generate(replace(settings, waive=waive), cache)
        except Failure as error:
            more = {item.code for item in error.items if item.severity is Severity.ERROR}
            if not more or not more <= WAIVABLE - codes:
                return "refused"
            codes |= more
        else:
            for path, text in files.texts.items():
                if path.endswith(".py"):
                    ast.parse(text, path)
            return "built under waivers" if waive else "built"


def main() -> int:
    """Fuzz for a time; exits with 1 when something was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tries", type=int, default=0, help="default: as many as fit")
    parser.add_argument("--only", metavar="NAME", help="the stem of one document")
    options = parser.parse_args()
    paths = [p for p in sorted(options.folder.rglob("*")) if p.suffix in (".json", ".yaml")]
    paths = [p for p in paths if p.stat().st_size <= MOST_BYTES and options.only in (None, p.stem)]
    roots = {path.stem: root for path in paths if (root := load(path)) is not None}
    counts: Counter[str] = Counter()
    found: dict[str, str] = {}
    end, seed = time.monotonic() + options.seconds, options.seed
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end and (not options.tries or seed < options.seed + options.tries):
            name = random.Random(f"document {seed}").choice(sorted(roots))
            chance = random.Random(seed)
            root = copy.deepcopy(roots[name])
            for _ in range(chance.randint(1, 4)):
                if root:
                    mutate(root, chance)
            (Path(folder) / "spec.json").write_text(json.dumps(root), "utf-8")
            try:
                counts[outcome(Path(folder), Cache(Path(folder) / "cache"))] += 1
            except Exception as error:
                counts["FAILED"] += 1
                last = traceback.extract_tb(error.__traceback__)[-1]
                what = f"{type(error).__name__}: {error}"[:200]
                place = f"{Path(last.filename).name}:{last.lineno}"
                if place not in found:
                    found[place] = what
                    print(f"--only {name} --seed {seed}: {place}: {what}", flush=True)
            seed += 1
    told = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    print(f"{seed - options.seed} tries of {len(roots)} documents from seed {options.seed}: {told}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
