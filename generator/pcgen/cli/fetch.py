"""`pcgen fetch`: what references to the web name, pinned so that builds need no network."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from pcgen import lock
from pcgen.cli.output import EXIT_CODES
from pcgen.cli.selection import CONFIG, alone, complete, listed
from pcgen.diagnostics import Exit, Failure, printable

if TYPE_CHECKING:
    from pathlib import Path

    from pcgen import config
    from pcgen.remote import Pin


@click.command(epilog=EXIT_CODES, short_help="Pin what references to the web name.")
@click.argument("packages", nargs=-1, metavar="[PACKAGE]...", shell_complete=complete)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when something changed.")
@CONFIG
def fetch(packages: tuple[str, ...], check: bool, config_file: str | None) -> int:
    """Download what references to https URLs name, and pin it in the folder pcgen-remote.

    Builds read the pinned copies and never the network. Run it again to take changes over; without
    PACKAGE, what no document refers to any more is removed.

    \b
    pcgen fetch            pin what all documents refer to
    pcgen fetch --check    has any of it changed since?
    """
    with nullcontext() if check else alone(config_file):
        chosen = listed(packages, config_file)
        changed = _fetch(chosen[0].root, chosen, whole=not packages, check=check)
    return Exit.DIFFERENT if check and changed else Exit.OK


def _fetch(root: Path, packages: list[config.Package], *, whole: bool, check: bool) -> bool:
    """Fetch for some packages of one folder; whether anything differs from what is pinned."""
    from pcgen import remote, write

    before = remote.pins(root)
    fetched = _fetched(packages)
    for url, data in fetched.items():
        click.echo(printable(f"{_state(before.get(url), data)}: {url} ({len(data):,} bytes)"))
    read = remote.reader(root)
    kept = {} if whole else {url: read(url)[1] for url in sorted(set(before) - set(fetched))}
    files = remote.contents(kept | fetched) if kept or fetched else {}
    different, stale = remote.changes(root, files)
    write.refuse_links((*different, *stale), root)
    for file in () if check else different:
        write.replace(root / file, files[file].decode())
    for file in () if check else stale:
        write.drop(root / file)
    count = len(kept) + len(fetched)
    click.echo(f"{count} pinned in {remote.FOLDER}" if count else "no reference leads into the web")
    return bool(different or stale)


def _state(before: Pin | None, data: bytes) -> str:
    if before is None:
        return "new"
    return "as before" if lock.sha256(data) == before.sha256 else "changed"


def _fetched(packages: list[config.Package]) -> dict[str, bytes]:
    """What the documents of some packages refer to in the web, by URL.

    Raises:
        Failure: Something cannot be downloaded, or a reference leads nowhere.
    """
    from pcgen import download, pipeline

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
            pipeline.follow(package, take)
    except Failure:
        if failed:  # That is what is wrong, and not the document.
            raise Failure([i for error in failed for i in error.items], failed[0].status) from None
        raise
    return dict(sorted(found.items()))
