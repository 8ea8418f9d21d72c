"""A document replaced by a new one: what becomes of the configuration, and the changelog's note."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import config
from pcgen.diagnostics import Code, Exit, Location, failure
from pcgen.diff import Level

if TYPE_CHECKING:
    from pcgen.diff import Report


class Bump(Struct, frozen=True):
    """What a replacement changes.

    Args:
        loaded: The configuration that goes with the new document.
        settings: The package in it.
        old: The path of the pinned document, relative to the configuration.
        new: The path of the one that replaces it; the same unless it has the version in it.
        versions: What the two documents say of their version.
    """

    loaded: config.Config
    settings: config.Package
    old: str
    new: str
    versions: tuple[str, str]


def read(source: str) -> bytes:
    """The bytes of a file, or of an https URL.

    Raises:
        Failure: They could not be had.
    """
    from pcgen.download import download
    from pcgen.spec import read_bytes

    return download(source) if "://" in source else read_bytes(Path(source), source)


def may_move(source: str) -> bool:
    """Whether a URL of GitHub names a branch or a tag, and no commit."""
    place = re.match(r"https://raw\.githubusercontent\.com/[^/]+/[^/]+/([^/]+)/", source)
    return place is not None and re.fullmatch("[0-9a-f]{40}", place[1]) is None


def find_spec(package: config.Package, namespace: str) -> int:
    """Which document of a package is meant, from 0: that of the namespace, or the only one.

    Raises:
        Failure: The package has several, and none of this namespace.
    """
    known = [spec.namespace for spec in package.specs]
    if not namespace and len(known) == 1:
        return 0
    if namespace in known:
        return known.index(namespace)
    message = f"no document of the package has the namespace {namespace!a}"
    hint = f"name one of them: {', '.join(f'{config.label(package)}:{name}' for name in known)}"
    place = Location(package.source.file)
    raise failure(Code.CONFIG_MISSING, place, message, hint, Exit.USAGE)


def plan(
    loaded: config.Config,
    place: tuple[int, int],
    versions: tuple[str, str],
    origin: str,
    data: bytes,
) -> Bump:
    """Find out what a replacement changes in the configuration.

    Where the old version is part of the file's name, the new one takes its place, and so it does in
    headers of the configuration that send it.

    Args:
        loaded: The configuration as it is.
        place: Which package, and which document of that package, both from 0.
        versions: What the old and the new document say of their version.
        origin: The URL that the new document is from; empty when it is from a file.
        data: The new document.

    Raises:
        Failure: Another file stands where the document would.
    """
    old = loaded.packages[place[0]].specs[place[1]].spec
    path = PurePosixPath(old)
    named = all(map(_is_plain, versions))
    new = str(path.with_name(path.name.replace(*versions))) if named else old
    there = loaded.file.parent / new
    if new != old and there.exists() and read(str(there)) != data:
        message = "the new document would be written here, and another file is"
        raise failure(Code.OUTPUT_UNSAFE, Location(new), message, "move it away", Exit.USAGE)
    text = config.with_document(loaded, place, {"spec": new, "origin": origin}, versions)
    changed = config.parse(loaded.file, text)
    return Bump(changed, changed.packages[place[0]], old, new, versions)


def still_used(bump: Bump) -> bool:
    """Whether the configuration goes on naming the file that was pinned."""
    packages = bump.loaded.packages
    named = {PurePosixPath(spec.spec) for package in packages for spec in package.specs}
    return PurePosixPath(bump.old) in named


def fragment(bump: Bump, report: Report, digest: str) -> tuple[str, str]:
    """The path and the text of a note for the changelog, relative to the configuration.

    Args:
        bump: What is replaced.
        report: What that means for callers.
        digest: The hash of the new document, to tell apart those of one version.
    """
    name = config.label(bump.settings)
    old, new = bump.versions
    what = f"version {new} of its document replaces {old}" if old != new else "a new document"
    kind = new if old != new and _is_plain(new) else digest[:8]
    lines = [f"- {name}: {what} ({report.verdict})"]
    lines += [f"  - {finding.place}: {finding.message}" for finding in report.at(Level.PYTHON)]
    return f"changelog.d/{name}-{kind}.md", "\n".join(lines) + "\n"


def _is_plain(version: str) -> bool:
    """Whether a version may be a part of a file's name; documents say what they like."""
    return re.fullmatch(r"[A-Za-z0-9][\w.+-]{0,99}", version, re.ASCII) is not None
