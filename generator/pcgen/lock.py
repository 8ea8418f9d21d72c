"""`pcgen.lock`: the inputs of a package, and the files of its folder that pcgen owns."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct, to_builtins
from msgspec.structs import asdict

from pcgen import __version__
from pcgen.cache import BLACK_VERSION, digest
from pcgen.targets import Cli
from pcgen.template_files import own_templates, template_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pcgen import config
    from pcgen.spec import Document

NAME = "pcgen.lock"
_MODULES = "modules"


class Spec(Struct, frozen=True):
    """One document.

    Args:
        namespace: Its namespace in the client, or its label; empty if it is the only document.
        file: The name of its file.
        sha256: The SHA-256 of the file.
        version: Its `info.version`.
        origin: The URL that it was downloaded from; empty if unknown.
        naming: What names its operations, as in the configuration.
        others: SHA-256 by path of its overlays and of the files that it refers to.
    """

    namespace: str
    file: str
    sha256: str
    version: str
    origin: str
    naming: str
    others: Mapping[str, str]


class Origin(Struct, frozen=True):
    """The inputs of a package, without times and absolute paths.

    Args:
        pcgen: The version of pcgen.
        black: The version of black.
        templates: A hash of pcgen's templates and runtime.
        overrides: SHA-256 by name of the user's templates.
        config: A hash of the package's configuration.
        specs: The documents.
        modules: The names that hand-written modules add, by the path of the module.
    """

    pcgen: str
    black: str
    templates: str
    overrides: Mapping[str, str]
    config: str
    specs: tuple[Spec, ...]
    modules: Mapping[str, tuple[str, ...]]


def origin(
    settings: config.Package,
    documents: Iterable[Document],
    modules: Mapping[str, tuple[str, ...]],
) -> Origin:
    """The inputs of a package.

    Args:
        settings: The package.
        documents: Its documents.
        modules: The names that hand-written modules add, by the path of the module.
    """
    own = own_templates(settings.root, settings.templates)
    return Origin(
        pcgen=__version__,
        black=BLACK_VERSION,
        templates=template_digest(settings.targets),
        overrides={name: sha256(text.encode()) for name, text in own.items()},
        config=config_digest(settings),
        specs=tuple(map(_spec, settings.specs, documents)),
        modules=modules,
    )


def _spec(spec: config.Spec, document: Document) -> Spec:
    return Spec(
        namespace=spec.key,
        file=Path(spec.spec).name,
        sha256=document.digest,
        version=document.info.text("version"),
        origin=spec.origin,
        naming=spec.naming,
        others={_beside(spec.spec, other.file): other.digest for other in document.others},
    )


def _beside(spec: str, file: str) -> str:
    """The path of a file relative to the folder of a document; a URL stays as it is."""
    return file if "://" in file else relpath(file, Path(spec).parent).replace("\\", "/")


def config_digest(settings: config.Package) -> str:
    """A hash of a package's configuration, without the paths of its files."""
    known = to_builtins(settings, enc_hook=str)
    for key in ("root", "source", "output", "accept"):
        del known[key]
    if settings.cli == Cli():
        del known["cli"]
    for spec in known["specs"]:
        del spec["label"], spec["source"]
        spec["spec"] = Path(spec["spec"]).name
    for waiver in known["waive"]:
        del waiver["line"]
    return digest(json.dumps(known, sort_keys=True))


def text(origin: Origin, files: Mapping[str, str]) -> str:
    """The text of the lock file."""
    content = {
        "pcgen": origin.pcgen,
        "black": origin.black,
        "templates": origin.templates,
        **({"overrides": dict(origin.overrides)} if origin.overrides else {}),
        "config": origin.config,
        "specs": [_members(spec) for spec in origin.specs],
        **({_MODULES: dict(origin.modules)} if origin.modules else {}),
    }
    return _text(content, files)


def _members(spec: Spec) -> dict[str, Any]:
    """The fields of a document that are not empty, and its version."""
    return {key: value for key, value in asdict(spec).items() if value or key == "version"}


def _text(content: Mapping[str, Any], files: Mapping[str, str]) -> str:
    hashes = {path: sha256(content.encode()) for path, content in sorted(files.items())}
    return json.dumps({**content, "files": hashes}, indent=2) + "\n"


class Unlocked(NamedTuple):
    """A file of a document that differs from the locked one.

    Args:
        namespace: The namespace of the document.
        file: The path of a file that it refers to; empty for the document itself.
        locked: The SHA-256 in the lock file; empty if the lock file does not list the file.
        found: The SHA-256 of the file; empty if it is not used any more.
    """

    namespace: str
    file: str
    locked: str
    found: str


def unlocked(before: str | None, after: str) -> tuple[Unlocked, ...]:
    """The files of documents whose hashes differ between two lock files."""
    old, new = (_hashes(_by_namespace(read(content))) for content in (before, after))
    return tuple(
        Unlocked(*origin, old.get(origin, ""), new.get(origin, ""))
        for origin in sorted(old.keys() | new.keys())
        if old.get(origin) != new.get(origin)
    )


def _hashes(specs: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """SHA-256 of the files of all documents, by namespace and path."""
    found: dict[tuple[str, str], str] = {}
    for namespace, spec in specs.items():
        others = spec.get("others")
        files = {"": spec.get("sha256"), **(others if isinstance(others, dict) else {})}
        found |= {(namespace, str(file)): str(value) for file, value in files.items()}
    return found


def causes(before: str | None, after: str) -> tuple[str, ...]:
    """Why a package differs, in words: what changed from one lock file to the next."""
    if before is None:
        return (f"it has no {NAME}",)
    old, new = read(before), read(after)
    if len(_sides(before)) > 1:
        return (f"{NAME} holds a merge conflict",)
    if not old:
        return (f"{NAME} cannot be read",)
    found: list[str] = []
    found += _changed_specs(_by_namespace(old), _by_namespace(new))
    if old.get("config") != new["config"]:
        found.append("the configuration changed")
    tools = [f"{name} changed{_change(old, new, name)}" for name in ("pcgen", "black")]
    found += [tool for tool in tools if tool.endswith(")")]
    if old.get("templates") != new["templates"]:
        found.append("pcgen's templates changed")
    if old.get("overrides") != new.get("overrides"):
        found.append("the templates that override pcgen's changed")
    if old.get(_MODULES) != new.get(_MODULES):
        found.append("the names of hand-written modules changed")
    return tuple(found)


def newer(before: str | None, after: str) -> str:
    """The version of pcgen in one lock file, if it is newer than that in the other."""
    old, new = (str(read(content).get("pcgen", "")) for content in (before, after))
    return old if _release(old) > _release(new) else ""


def _release(version: str) -> list[int]:
    """The leading numbers of a version: `[1, 2]` of `1.2rc1`."""
    plain = re.match(r"\d+(\.\d+)*", version, re.ASCII)
    return [int(number) for number in plain[0].split(".")] if plain else []


def _by_namespace(content: Mapping[str, Any]) -> dict[str, Any]:
    specs = content.get("specs")
    entries = [e for e in specs if isinstance(e, dict)] if isinstance(specs, list) else []
    return {str(entry.get("namespace", "")): entry for entry in entries}


def _changed_specs(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for namespace in sorted(old.keys() | new.keys()):
        before, after = old.get(namespace), new.get(namespace)
        called = f"the spec of `{namespace}`" if namespace else "the spec"
        if before is None or after is None:
            yield f"{called} is {'new' if before is None else 'gone'}"
            continue
        naming = before.get("naming", "operation-ids")  # Locks before had no other.
        if naming != after["naming"]:
            key = f'naming = "{naming}"'
            yield f"operations are named by `{after['naming']}` now; `{key}` keeps their names"
        if before.get("sha256") != after["sha256"]:
            yield f"{called} changed{_change(before, after, 'version')}"
        elif {**before, "naming": after["naming"]} != after:
            yield f"a file that {called} refers to changed, or its origin"


def _change(old: Any, new: Any, key: str) -> str:
    """The old and the new value of a key, in brackets; empty if it has not changed."""
    before = old.get(key) if isinstance(old, dict) else None
    return f" ({before} -> {new[key]})" if before != new[key] else ""


def owned(content: str | None) -> dict[str, str]:
    """SHA-256 by path of the files that a lock file lists; none if it is absent or unreadable."""
    return files(read(content))


def versions(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The versions of the documents that a lock file lists, each once."""
    found = (spec.get("version") for spec in _by_namespace(content).values())
    return tuple(dict.fromkeys(str(version) for version in found if version))


def files(content: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 by path of the files that a lock file lists, without paths outside its folder."""
    found = content.get("files")
    if not isinstance(found, dict):
        return {}
    return {p: value for p, value in found.items() if isinstance(value, str) and _is_inside(p)}


def _is_inside(path: str) -> bool:
    """Whether a path leads below its folder, and means the same on every system."""
    plain = path.isprintable() and not {"\\", ":"} & set(path)
    first = path.partition("/")[0]
    return plain and path == posixpath.normpath(path) and first not in ("", ".", "..")


def hand_written(content: Mapping[str, Any]) -> list[str]:
    """The paths of hand-written modules."""
    return [*content.get(_MODULES, ())]


def text_of_copy(content: Mapping[str, Any], files: Mapping[str, str]) -> str:
    """The text of the lock file of a copy, which owns hand-written modules, too."""
    return _text({key: value for key, value in content.items() if key != _MODULES}, files)


def read(content: str | None) -> dict[str, Any]:
    """The content of a lock file; empty if it cannot be read.

    If git has left a merge conflict in it, the content is what both sides agree on, with the files
    of both. The hash of a file is empty if the sides disagree.
    """
    one, *others = map(_parsed, _sides(content or ""))
    for other in others:
        ours, theirs = files(one), files(other)
        unclear = {path: "" for path in ours.keys() & theirs if ours[path] != theirs[path]}
        one = {key: value for key, value in one.items() if other.get(key) == value}
        one["files"] = {**ours, **theirs, **unclear}
    return one


def _parsed(content: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _sides(content: str) -> list[str]:
    """The text, or both sides of the merge conflict in it."""
    marks = {"<<<<<<<": (0,), "|||||||": (), "=======": (1,), ">>>>>>>": (0, 1)}
    sides: tuple[list[str], list[str]] = ([], [])
    here: tuple[int, ...] = (0, 1)
    for line in content.splitlines():
        here = marks.get(line[:7], here)
        for side in here if line[:7] not in marks else ():
            sides[side].append(line)
    return ["\n".join(side) for side in (sides if sides[0] != sides[1] else sides[:1])]


def sha256(data: bytes) -> str:
    """The SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
