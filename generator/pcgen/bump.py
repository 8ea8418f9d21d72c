"""Plans the replacement of a pinned document: configuration, file name, version, changelog."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from packaging.version import Version

from pcgen import config
from pcgen.diagnostics import Code, Exit, Location, failure
from pcgen.diff import Level, Severity, Verdict
from pcgen.diff.findings import quoted

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
        release: The new version of the package; empty if it keeps its version.
    """

    loaded: config.Config
    settings: config.Package
    old: str
    new: str
    versions: tuple[str, str]
    release: str = ""

    @property
    def changelog(self) -> str:
        """The path of the package's changelog, relative to the configuration."""
        return f"{self.settings.output.rstrip('/')}/CHANGELOG.md"


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
    """The index of the document with a namespace or label; an empty one means the only document.

    Raises:
        Failure: The package has no such document, or several documents.
    """
    known = [spec.key for spec in package.specs]
    if not namespace and len(known) == 1:
        return 0
    if namespace in known:
        return known.index(namespace)
    message = f"no document of the package is called {namespace!a}"
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


def with_release(bump: Bump, index: int, report: Report) -> Bump:
    """Set the version that the verdict requires; a verdict of `none` keeps the current one."""
    current = bump.settings.version
    version = next_version(current, report.verdict)
    known = f"{_heading(current)}\n{_entry(bump, report)}"
    if version == current or known in read_changelog(bump):  # An interrupted bump is repeated.
        return bump
    text = config.with_version(bump.loaded, index, version)
    changed = config.parse(bump.loaded.file, text)
    return replace(bump, loaded=changed, settings=changed.packages[index], release=version)


def next_version(current: str, verdict: Verdict) -> str:
    """The version of the next release.

    Before 1.0.0, major changes raise the second number, and others the third. A pre-release is
    followed by the next one of the same release.
    """
    version = Version(current)
    if verdict is Verdict.NONE:
        return current
    epoch = f"{version.epoch}!" * bool(version.epoch)
    if version.is_prerelease:
        kind, number = version.pre or (".dev", version.dev or 0)
        return f"{epoch}{version.base_version.rpartition('!')[2]}{kind}{number + 1}"
    level = Verdict.MAJOR - verdict + (version.major == 0)
    numbers = [version.major, version.minor, version.micro]
    index = min(level, len(numbers) - 1)
    return epoch + ".".join(map(str, [*numbers[:index], numbers[index] + 1, 0, 0][:3]))


# --- Changelog -----------------------------------------------------------------------------------

_START = """\
# Changelog

The format follows [Keep a Changelog](https://keepachangelog.com/en/1.1.0/). `pcgen bump` adds a
section for each new document, and changes none that is here.
"""
_SECTIONS = {"added": "Added", "deprecated": "Deprecated", "removed": "Removed"}
_HEADING = re.compile(r"^## ", re.MULTILINE)
_UNRELEASED = "## [Unreleased]\n"


def read_changelog(bump: Bump) -> str:
    """The text of the package's changelog; empty if there is none yet."""
    file = bump.settings.root / bump.changelog
    return read(str(file)).decode("utf-8") if file.exists() else ""


def changelog(bump: Bump, report: Report) -> str:
    """The text of the package's changelog with a section for this replacement."""
    text = read_changelog(bump) or _START
    body = _entry(bump, report)
    if body in text:
        return text  # An interrupted bump is repeated.
    if bump.release:
        heading = f"## [{bump.release}] - Unreleased\n"
        found = next((m for m in _HEADING.finditer(text) if not _is_unreleased(text, m)), None)
    else:
        text = text if _UNRELEASED in text else _inserted(text, _UNRELEASED, _HEADING.search(text))
        start = text.index(_UNRELEASED) + len(_UNRELEASED)
        heading, found = "", _HEADING.search(text, start)
    return _inserted(text, f"{heading}\n{body}" if heading else body, found)


def _heading(version: str) -> str:
    return f"## [{version}] - Unreleased\n"


def _is_unreleased(text: str, heading: re.Match[str]) -> bool:
    return text.startswith(_UNRELEASED, heading.start())


def _inserted(text: str, section: str, before: re.Match[str] | None) -> str:
    if before is None:
        return f"{text.rstrip()}\n\n{section}"
    return f"{text[: before.start()]}{section}\n{text[before.start() :]}"


def _entry(bump: Bump, report: Report) -> str:
    """What changed, under the headings of Keep a Changelog; breaking changes come first."""
    old, new = map(quoted, bump.versions)
    what = f"version {new} of it replaces {old}" if old != new else "its content changed"
    lines = [f"The API's document {quoted(bump.new)}: {what}.", ""]
    sections: dict[str, list[str]] = {}
    for finding in report.findings:
        change = finding.change
        is_contract = change.level is Level.CONTRACT
        if is_contract and change.severity is Severity.INFO:
            continue
        section = _SECTIONS.get(change.id.rpartition("-")[2], "Changed")
        is_breaking = change.severity is Severity.ERR and not finding.accepted
        start = "**Breaking:** " * is_breaking + "API: " * is_contract
        line = f"- {start}{quoted(finding.subject)}: {finding.message}"
        sections.setdefault(section, []).append(line)
    for section in ("Added", "Changed", "Deprecated", "Removed"):
        if section in sections:
            lines += [f"### {section}", "", *sections[section], ""]
    return "\n".join(lines)


def _is_plain(version: str) -> bool:
    """Whether a version is safe in the name of a file."""
    return re.fullmatch(r"[A-Za-z0-9][\w.+-]{0,99}", version, re.ASCII) is not None
