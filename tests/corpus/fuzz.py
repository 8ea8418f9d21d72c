"""Build and compare randomly changed documents, and report tracebacks and invalid output.

A change edits a few values, fills strings with special characters, or breaks the YAML syntax. Some
changed documents are built together with the original one, as two namespaces.

    python tests/corpus/fuzz.py ../shared/corpus --seconds 600 --seed 1

Each failure is printed with its document and seed: `--only NAME --seed N --tries 1` repeats it.
Failures that are raised on the same line are printed once.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import math
import random
import re
import sys
import tempfile
import time
import tomllib
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import openapi_spec_validator
import yaml
from msgspec.structs import replace
from pcgen import config, pipeline
from pcgen.cache import Cache
from pcgen.config import Package, Spec
from pcgen.diagnostics import WAIVABLE, Code, Failure, Severity
from pcgen.diff import compare, formats, read_version
from pcgen.proposal import waivers

# Validators are forked; they inherit this import.
assert openapi_spec_validator

T = TypeVar("T")
MOST_BYTES = 100_000  # A big document takes the time of many small ones.
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

# Special characters of Python, Markdown, TOML, YAML, terminals and templates.
SIGNS = ('"', '"' * 3, "'", "'" * 3, "\\", "\\N{DASH}", "\n", "\n\n", "\r", "\t", " ", "#", ">>> ")
SIGNS += ("%s", "`", "```", "~~~", "---", "<b>", "<!--", "[a](javascript:b)", "[a]: b", "|", "- ")
SIGNS += ("1. ", "&lt;", "{{ x }}", "{% x %}", "\0", "\f", "\x1b[0m", "\x85", "\u2028", "\u202e")
SIGNS += (
    "\ufeff",
    "\ud800",
    "é",
    "日",
    "\U0001fae8",
    "a",
    "import os",
    "eval()",
    "Args:",
    "\n    x",
)
SYNTAX = (
    "&a ",
    "*a",
    "<<: *a",
    "!!int ",
    "!!str ",
    "!x ",
    "? ",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    ",",
)
SYNTAX += (
    "\t",
    "|",
    ">",
    "%YAML 1.1",
    "---",
    "...",
    "'",
    '"',
    "#",
    "\0",
    "\x85",
    "~",
    "0x1",
    "1e999",
)
SYNTAX += (
    ".inf",
    "\n",
    "\n  ",
    "  ",
    "null",
    "yes",
    "\ufeff",
    "\\",
    "\\u0000",
    "\\ud800",
    "9" * 500,
)
PROSE = ("description", "summary", "title")
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


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
    """Delete, replace, overwrite, rename or duplicate one member of an object or list."""
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


def poison(root: Any, chance: random.Random) -> None:
    """Replace strings with special characters: all prose, or some of all strings."""
    share = chance.choice((0.01, 0.1, 1))
    for holder in containers(root):
        for key in [*holder] if isinstance(holder, dict) else range(len(holder)):
            wanted = isinstance(holder[key], str) and (share < 1 or key in PROSE)
            if wanted and chance.random() < share:
                parts = (chance.choice(SIGNS) for _ in range(chance.randint(1, 8)))
                holder[key] = "".join(parts)


def broken(root: Any, chance: random.Random) -> str:
    """The document as YAML, with misplaced syntax."""
    text: str = yaml.dump(root, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(SYNTAX) + text[at + chance.choice((0, 0, 1, 3)) :]
    return text


def changed(root: Any, chance: random.Random) -> str:
    """The text of the document after a random change."""
    way = chance.randrange(5)
    if way == 0:
        return broken(root, chance)
    root = copy.deepcopy(root)
    if way <= 2:
        poison(root, chance)
    else:
        for _ in range(chance.randint(1, 4)):
            if root:
                mutate(root, chance)
    return json.dumps(root)


def load(path: Path) -> Any:
    """The document as plain values, or None if it is not a JSON object."""
    try:
        root = yaml.load(path.read_bytes(), yaml.CSafeLoader)
        return json.loads(json.dumps(root)) if isinstance(root, dict) else None
    except (yaml.YAMLError, TypeError, ValueError):
        return None


def outcome(settings: Package, cache: Cache) -> str:
    """Build a package, and compare the changed with the original document, both ways."""
    files, waive = under_waivers(settings, lambda package: pipeline.generate(package, cache))
    if files is None:
        return "refused"
    for path, text in files.texts.items():
        expect_sound(path, text)
    before = replace(settings, specs=(Spec("before.json"),))
    made = [
        under_waivers(package, lambda package: read_version(package, cache))[0]
        for package in ((before, settings) if len(settings.specs) == 1 else ())
    ]
    versions = [one for one in made if one is not None]
    for old, new in (versions, versions[::-1]) if len(versions) == 2 else ():
        report = compare(old, new, "demo")
        for write in (formats.as_text, formats.as_markdown, formats.as_json, formats.as_github):
            write(report)
    return "built under waivers" if waive else "built"


def under_waivers(settings: Package, make: Callable[[Package], T]) -> tuple[T | None, bool]:
    """The result of `make` (None if refused), and whether the package needs waivers.

    The waivers are those that pcgen proposes: they must suffice, and none may be superfluous.
    """
    try:
        proposed = waivers(pipeline.understand(settings, Cache(None), lenient=True).findings)
        return make(replace(settings, waive=proposed)), bool(proposed)
    except Failure as error:
        codes = {item.code for item in error.items if item.severity is Severity.ERROR}
        if codes <= WAIVABLE | {Code.CONFIG_WAIVER_UNUSED}:
            raise AssertionError(f"the proposed waivers do not fit: {error.items[0]}") from error
        return None, True


def expect_sound(path: str, text: str) -> None:
    """A file parses, and holds no invisible characters."""
    if path.endswith(".py"):
        ast.parse(text, path)
    elif path.endswith(".toml"):
        tomllib.loads(text)
    found = UNSEEN.search(text)
    assert found is None, f"{path} holds {found[0]!a}"


def main() -> int:
    """Fuzz; returns 1 if a build failed with a traceback or invalid output."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, help="default: 600, or unlimited with --tries")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tries", type=int, default=0, help="default: as many as fit")
    parser.add_argument("--only", metavar="NAME", help="the stem of one document")
    options = parser.parse_args()
    paths = [p for p in sorted(options.folder.rglob("*")) if p.suffix in (".json", ".yaml")]
    paths = [p for p in paths if p.stat().st_size <= MOST_BYTES and options.only in (None, p.stem)]
    roots = {path.stem: root for path in paths if (root := load(path)) is not None}
    counts: Counter[str] = Counter()
    found: dict[str, str] = {}
    seconds = options.seconds or (math.inf if options.tries else 600)
    end, seed = time.monotonic() + seconds, options.seed
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end and (not options.tries or seed < options.seed + options.tries):
            name = random.Random(f"document {seed}").choice(sorted(roots))
            chance = random.Random(seed)
            text = changed(roots[name], chance)
            (Path(folder) / "spec.json").write_bytes(text.encode("utf-8", "surrogatepass"))
            (Path(folder) / "before.json").write_text(json.dumps(roots[name]), "utf-8")
            settings = config.single("spec.json", "out", "demo", Path(folder))
            if chance.randrange(6) == 0:
                both = Spec("spec.json", namespace="a"), Spec("before.json", namespace="b")
                settings = replace(settings, specs=both)
            try:
                counts[outcome(settings, Cache(Path(folder) / "cache"))] += 1
            except Exception as error:
                counts["FAILED"] += 1
                last = traceback.extract_tb(error.__traceback__)[-1]
                what = f"{type(error).__name__}: {error}"[:200]
                place = f"{Path(last.filename).name}:{last.lineno}"
                if place not in found:
                    found[place] = what
                    print(f"--only {name} --seed {seed}: {place}: {what}", flush=True)
            seed += 1
    tries, totals = seed - options.seed, ", ".join(f"{n} {what}" for what, n in counts.items())
    print(f"{tries} tries of {len(roots)} documents from seed {options.seed}: {totals}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
