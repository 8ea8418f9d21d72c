"""Plans the replacement of a pinned document: configuration, file name and changelog note."""

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
    """The replacement of a pinned document.

    Args:
        loaded: The configuration that fits the new document.
        settings: The package in that configuration.
        old: The path of the pinned document, relative to the configuration.
        new: The path of the new document; it differs if it contains the version.
        versions: The `info.version` of the old and of the new document.
    """

    loaded: config.Config
    settings: config.Package
    old: str
    new: str
    versions: tuple[str, str]


def read(source: str) -> bytes:
    """The bytes of a file or of an https URL.

    Raises:
        Failure: The file cannot be read, or the URL not downloaded.
    """
    from pcgen.download import download
    from pcgen.spec import read_bytes

    return download(source) if "://" in source else read_bytes(Path(source), source)


def may_move(source: str) -> bool:
    """Whether a GitHub URL names a branch or a tag, which may move, instead of a commit."""
    revision = re.match(r"https://raw\.githubusercontent\.com/[^/]+/[^/]+/([^/]+)/", source)
    return revision is not None and re.fullmatch("[0-9a-f]{40}", revision[1]) is None


def find_spec(package: config.Package, namespace: str) -> int:
    """The index of the document with a namespace; an empty namespace means the only one.

    Raises:
        Failure: The package has no document with this namespace, or several documents.
    """
    known = [spec.namespace for spec in package.specs]
    if not namespace and len(known) == 1:
        return 0
    if namespace in known:
        return known.index(namespace)
    message = f"no document of the package has the namespace {namespace!a}"
    hint = f"choose one of these: {', '.join(f'{config.label(package)}:{name}' for name in known)}"
    location = Location(package.source.file)
    raise failure(Code.CONFIG_MISSING, location, message, hint, Exit.USAGE)


def plan(
    loaded: config.Config,
    index: tuple[int, int],
    versions: tuple[str, str],
    origin: str,
    data: bytes,
) -> Bump:
    """Plan a replacement.

    The new version replaces the old one in the name of the file, and in the values of configured
    headers.

    Args:
        loaded: The current configuration.
        index: The index of the package, and of the document in that package.
        versions: The `info.version` of the old and of the new document.
        origin: The URL of the new document; empty for a file.
        data: The new document.

    Raises:
        Failure: Another file already has the path of the new document.
    """
    old = loaded.packages[index[0]].specs[index[1]].spec
    path = PurePosixPath(old)
    is_plain = all(map(_is_plain, versions))
    new = str(path.with_name(path.name.replace(*versions))) if is_plain else old
    target = loaded.file.parent / new
    if new != old and target.exists() and read(str(target)) != data:
        message = "the new document would overwrite this file, which has other content"
        raise failure(Code.OUTPUT_UNSAFE, Location(new), message, "move the file", Exit.USAGE)
    text = config.with_document(loaded, index, {"spec": new, "origin": origin}, versions)
    changed = config.parse(loaded.file, text)
    return Bump(changed, changed.packages[index[0]], old, new, versions)


def still_used(bump: Bump) -> bool:
    """Whether the new configuration still names the old file."""
    packages = bump.loaded.packages
    used = {PurePosixPath(spec.spec) for package in packages for spec in package.specs}
    return PurePosixPath(bump.old) in used


def fragment(bump: Bump, report: Report, digest: str) -> tuple[str, str]:
    """The path, relative to the configuration, and the text of a changelog note.

    Args:
        bump: The replacement.
        report: The comparison of the two versions of the package.
        digest: The hash of the new document, for the path if its version is unchanged.
    """
    name = config.label(bump.settings)
    old, new = bump.versions
    what = f"version {new} of its document replaces {old}" if old != new else "its document changed"
    suffix = new if old != new and _is_plain(new) else digest[:8]
    lines = [f"- {name}: {what} ({report.verdict})"]
    lines += [f"  - {finding.subject}: {finding.message}" for finding in report.at(Level.PYTHON)]
    return f"changelog.d/{name}-{suffix}.md", "\n".join(lines) + "\n"


def _is_plain(version: str) -> bool:
    """Whether a version is safe in the name of a file."""
    return re.fullmatch(r"[A-Za-z0-9][\w.+-]{0,99}", version, re.ASCII) is not None
