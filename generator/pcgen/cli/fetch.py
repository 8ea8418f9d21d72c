"""`pcgen fetch`: pins the documents at URLs that references name; builds need no network."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, NamedTuple

import click

from pcgen import lock
from pcgen.cli.output import EXIT_CODES, FORMAT, report, say
from pcgen.cli.selection import CONFIG, complete, exclusive, listed
from pcgen.diagnostics import (
    Code,
    Diagnostic,
    Diagnostics,
    Exit,
    Failure,
    Location,
    Severity,
    printable,
    shorten,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pcgen import config
    from pcgen.remote import Pin


@click.command(epilog=EXIT_CODES, short_help="Pin documents that references to URLs need.")
@click.argument("packages", nargs=-1, metavar="[PACKAGE]...", shell_complete=complete)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a document changed.")
@CONFIG
@FORMAT
def fetch(packages: tuple[str, ...], check: bool, config_file: str | None, format_: str) -> int:
    """Download the documents that references to https URLs name, to the folder pcgen-remote.

    Builds read these copies and never the network. Run it again to update them; without PACKAGE, it
    removes copies that no document refers to any more.

    \b
    pcgen fetch            download the documents for all packages
    pcgen fetch --check    check whether any of them has changed
    """
    with nullcontext() if check else exclusive(config_file):
        chosen = listed(packages, config_file)
        wanted = _Wanted(not packages, check, format_)
        changed = _fetch(chosen[0].root, chosen, wanted)
    return Exit.DIFFERENT if check and changed else Exit.OK


class _Wanted(NamedTuple):
    """Options of `pcgen fetch`: all packages, dry run, output format."""

    whole: bool
    check: bool
    format: str


def _fetch(root: Path, packages: list[config.Package], wanted: _Wanted) -> bool:
    """Fetch for packages of one folder; returns whether a document differs from its copy."""
    from pcgen import remote, write

    before = remote.pins(root)
    fetched = _fetched(packages)
    _report({url: _state(before.get(url), data) for url, data in fetched.items()}, fetched, wanted)
    read = remote.reader(root)
    kept = {} if wanted.whole else {url: read(url)[1] for url in sorted(set(before) - set(fetched))}
    files = remote.contents(kept | fetched) if kept or fetched else {}
    different, stale = remote.changes(root, files)
    write.refuse_links((*different, *stale), root)
    for file in () if wanted.check else different:
        write.replace(root / file, files[file].decode())
    for file in () if wanted.check else stale:
        write.drop(root / file)
    count = len(kept) + len(fetched)
    summary = f"{count} pinned in {remote.FOLDER}" if count else "no reference names a URL"
    say(summary, wanted.format)
    return bool(different or stale)


def _report(states: Mapping[str, str], fetched: Mapping[str, bytes], wanted: _Wanted) -> None:
    """Print the state of each URL; in formats for programs, only of those that changed."""
    from pcgen import remote

    if wanted.format == "text":
        for url, state in states.items():
            click.echo(printable(f"{state}: {url} ({len(fetched[url]):,} bytes)"))
        return
    severity = Severity.ERROR if wanted.check else Severity.NOTE
    different = [(url, state) for url, state in states.items() if state != _UNCHANGED]
    items = [
        Diagnostic(
            Code.OUT_OF_DATE, Location(remote.PINS), f"{shorten(url, 200)}: {state}", "", severity
        )
        for url, state in different
    ]
    report(items, wanted.format)


_UNCHANGED = "unchanged"


def _state(before: Pin | None, data: bytes) -> str:
    if before is None:
        return "new"
    return _UNCHANGED if lock.sha256(data) == before.sha256 else "changed"


def _fetched(packages: list[config.Package]) -> dict[str, bytes]:
    """The documents at URLs that packages refer to, by URL.

    Raises:
        Failure: A download fails, or a reference cannot be resolved.
    """
    from pcgen import documents, download

    found: dict[str, bytes] = {}
    failed: list[Failure] = []

    def take(url: str) -> tuple[str, bytes]:
        if url not in found:
            try:
                found[url] = download.download(url)
            except Failure as error:
                failed.append(error)
                raise
        return url, found[url]

    try:
        for package in packages:
            diagnostics = Diagnostics(package.waive, package.source.file)
            documents.parse(documents.read(package), package, diagnostics, take)
    except Failure:
        if failed:  # Failed downloads explain references that cannot be resolved.
            raise Failure([i for error in failed for i in error.items], failed[0].status) from None
        raise
    return dict(sorted(found.items()))
