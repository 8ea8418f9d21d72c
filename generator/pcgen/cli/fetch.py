"""`pcgen fetch`: what references to the web name, pinned so that builds need no network."""

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


@click.command(epilog=EXIT_CODES, short_help="Pin what references to the web name.")
@click.argument("packages", nargs=-1, metavar="[PACKAGE]...", shell_complete=complete)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when something changed.")
@CONFIG
@FORMAT
def fetch(packages: tuple[str, ...], check: bool, config_file: str | None, format_: str) -> int:
    """Download what references to https URLs name, and pin it in the folder pcgen-remote.

    Builds read the pinned copies and never the network. Run it again to take changes over; without
    PACKAGE, what no document refers to any more is removed.

    \b
    pcgen fetch            pin what all documents refer to
    pcgen fetch --check    has any of it changed since?
    """
    with nullcontext() if check else exclusive(config_file):
        chosen = listed(packages, config_file)
        wanted = _Wanted(not packages, check, format_)
        changed = _fetch(chosen[0].root, chosen, wanted)
    return Exit.DIFFERENT if check and changed else Exit.OK


class _Wanted(NamedTuple):
    """Whether all packages are meant, whether only to look, and how to tell."""

    whole: bool
    check: bool
    format: str


def _fetch(root: Path, packages: list[config.Package], wanted: _Wanted) -> bool:
    """Fetch for some packages of one folder; whether anything differs from what is pinned."""
    from pcgen import remote, write

    before = remote.pins(root)
    fetched = _fetched(packages)
    _tell({url: _state(before.get(url), data) for url, data in fetched.items()}, fetched, wanted)
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
    told = f"{count} pinned in {remote.FOLDER}" if count else "no reference leads into the web"
    say(told, wanted.format)
    return bool(different or stale)


def _tell(states: Mapping[str, str], fetched: Mapping[str, bytes], wanted: _Wanted) -> None:
    """Say of each URL whether it is as it was pinned; programs are told of what differs."""
    from pcgen import remote

    if wanted.format == "text":
        for url, state in states.items():
            click.echo(printable(f"{state}: {url} ({len(fetched[url]):,} bytes)"))
        return
    severity = Severity.ERROR if wanted.check else Severity.NOTE
    different = [(url, state) for url, state in states.items() if state != _AS_BEFORE]
    items = [
        Diagnostic(
            Code.OUT_OF_DATE, Location(remote.PINS), f"{shorten(url, 200)}: {state}", "", severity
        )
        for url, state in different
    ]
    report(items, wanted.format)


_AS_BEFORE = "as before"


def _state(before: Pin | None, data: bytes) -> str:
    if before is None:
        return "new"
    return _AS_BEFORE if lock.sha256(data) == before.sha256 else "changed"


def _fetched(packages: list[config.Package]) -> dict[str, bytes]:
    """What the documents of some packages refer to in the web, by URL.

    Raises:
        Failure: Something cannot be downloaded, or a reference leads nowhere.
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
        if failed:  # That is what is wrong, and not the document.
            raise Failure([i for error in failed for i in error.items], failed[0].status) from None
        raise
    return dict(sorted(found.items()))
