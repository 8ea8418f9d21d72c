"""`pcgen bump`: a new document in the place of a pinned one, and all that follows from it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from pcgen import config, lock
from pcgen.cache import Cache, folder
from pcgen.cli.output import EXIT_CODES, summary
from pcgen.cli.selection import CONFIG, alone, complete, files, listed, load, target
from pcgen.diagnostics import Code, Diagnostic, Exit, Failure, Location, failure, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcgen.build_state import Files
    from pcgen.bump import Bump
    from pcgen.diff import Report


@click.command(epilog=EXIT_CODES, short_help="Replace a pinned document by a new one.")
@click.argument("package", metavar="PACKAGE[:NAMESPACE]", shell_complete=complete)
@click.option(
    "--from",
    "source",
    metavar="FILE_OR_URL",
    shell_complete=files,
    required=True,
    help="The new document: a file, or an https URL.",
)
@click.option("--to", metavar="VERSION", help="The version that the new document must be of.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show all and change nothing.")
@CONFIG
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="How to show what changes: for people, for a pull request, or as a line of JSON.",
)
def bump(
    package: str,
    source: str,
    to: str | None,
    yes: bool,
    dry_run: bool,
    config_file: str | None,
    format_: str,
) -> int:
    """Take a new document for PACKAGE over, and build what follows from it.

    Checks the document, shows what it changes for callers, and asks. Then it replaces the pinned
    file, changes the configuration, builds the package, and adds a note in changelog.d/. Where the
    version is part of the file's name or of a header in the configuration, it is changed there.

    \b
    pcgen bump pinecone-inference --from new.yaml --dry-run
    pcgen bump pinecone-inference --from https://example.com/openapi.yaml --to 2025-10
    pcgen bump pinecone:inference --from new.yaml        of several documents, this one
    """
    from pcgen import bump as work
    from pcgen import documents

    name, _, namespace = package.partition(":")
    [settings] = listed((name,), config_file)
    loaded = load(config_file)
    index = work.find_spec(settings, namespace)
    pinned = settings.root / settings.specs[index].spec
    old, data = work.read(str(pinned)), work.read(source)
    if data == old:
        click.echo(f"{settings.specs[index].spec}: already this document", err=True)
        return Exit.OK
    versions = (documents.version_of(old, pinned.name), documents.version_of(data, source))
    _expect(to, versions[1], source)
    place = ([config.label(known) for known in loaded.packages].index(name), index)
    planned = work.plan(loaded, place, versions, source if "://" in source else "", data)
    made = _Made(planned, settings, data, Cache(folder()))
    with _shown_as(planned.new, source):
        made.build()
    if work.may_move(source):
        remark = "names a branch or a tag, which may move; one of a commit says what was taken"
        click.echo(printable(f"{source}: {remark}"), err=True)
    click.echo(made.told(format_), nl=False)
    if not dry_run and (yes or _agreed()):
        with alone(config_file):
            _refuse_changed({**made.sources, planned.old: lock.sha256(old)}, loaded)
            made.carry_out()
    return Exit.OK


def _refuse_changed(sources: Mapping[str, str], loaded: config.Config) -> None:
    """Stop where something has changed that a bump was made of, while that went on.

    Raises:
        Failure: Something has.
    """
    from pcgen import build_state

    files = build_state.changed(loaded.file.parent, sources)
    files += [loaded.file.name] if config.load(loaded.file).text != loaded.text else []
    if files:
        message, hint = "the file has changed meanwhile", "run the command again"
        items = [Diagnostic(Code.OUT_OF_DATE, Location(file), message, hint) for file in files]
        raise Failure(items, Exit.DIFFERENT)


class _Made:
    """A bump, and what is made of it."""

    def __init__(self, planned: Bump, before: config.Package, data: bytes, cache: Cache) -> None:
        self._planned = planned
        self._before = before
        self._data = data
        self._cache = cache
        self._report: Report
        self._files: Files

    def build(self) -> None:
        """Find out everything; nothing is written yet."""
        from pcgen import pipeline
        from pcgen.diff import accepted, compare, read_version

        instead = {self._planned.new: self._data}
        settings = self._planned.settings
        old = read_version(self._before, self._cache)
        new = read_version(settings, self._cache, instead)
        self._report = accepted(compare(old, new, config.label(settings)), settings)
        self._files = pipeline.generate(settings, self._cache, instead)

    @property
    def sources(self) -> Mapping[str, str]:
        """The sha256 of each other file that this was made of, by its path."""
        return self._files.sources

    def told(self, format_: str) -> str:
        """What is to be said before it is carried out."""
        from pcgen.diff import formats

        if format_ == "json":
            return printable(formats.as_json(self._report))
        old, new = self._planned.versions
        lines = []
        if old == new:
            lines.append(f"The document has changed under the same version, {new}.")
        if self._planned.new != self._planned.old:
            lines.append(f"{self._planned.old} becomes {self._planned.new}.")
        write = formats.as_markdown if format_ == "markdown" else formats.as_text
        return printable(
            "\n".join([*lines, "", write(self._report)] if lines else [write(self._report)])
        )

    def carry_out(self) -> None:
        """Write the package, the note, and last what makes the new document the pinned one.

        Cut short, the same command begins anew: until the last step, the old document is pinned.
        """
        from pcgen import build_state, write
        from pcgen.bump import fragment, still_used

        planned, settings = self._planned, self._planned.settings
        path, text = fragment(planned, self._report, lock.sha256(self._data))
        write.refuse_links([path], settings.root)
        changes = write.apply(self._files.texts, target(settings), force=False)
        build_state.remember(self._files, self._cache)
        write.replace(settings.root / path, text)
        steps = [(settings.root / planned.new, self._data.decode("utf-8"))]
        steps.append((planned.loaded.file, planned.loaded.text))
        for file, content in steps if planned.old != planned.new else reversed(steps):
            write.replace(file, content)
        if not still_used(planned):
            write.drop(settings.root / planned.old)
        for changed in (planned.new, planned.loaded.file.name, path):
            click.echo(f"wrote {changed}", err=True)
        made = summary(changes, len(self._files.texts))
        click.echo(f"{config.label(settings)}: {made} in {settings.output}", err=True)


def _agreed() -> bool:
    """Ask whether to go on.

    Raises:
        UsageError: There is nobody to ask.
    """
    click.echo("Take it over? [y/N]: ", err=True, nl=False)
    answer = sys.stdin.readline() if sys.stdin else ""
    if not answer:
        raise click.UsageError("Nobody answers; give --yes, or --dry-run.")
    return answer.strip().lower() in ("y", "yes")


def _expect(wanted: str | None, version: str, source: str) -> None:
    if wanted is not None and wanted != version:
        message = f"the document is of version {version!a}, not {wanted!a}"
        raise failure(Code.CONFIG_INVALID, Location(source), message, "", Exit.USAGE)


@contextmanager
def _shown_as(file: str, source: str) -> Iterator[None]:
    """Let findings name the file that people have, in the place of the one that is to be."""
    try:
        yield
    except Failure as error:
        items = [
            (
                replace(item, location=replace(item.location, file=source))
                if item.location.file == file
                else item
            )
            for item in error.items
        ]
        raise Failure(items, error.status) from None
