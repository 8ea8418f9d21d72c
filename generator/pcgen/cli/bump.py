"""`pcgen bump`: replaces a pinned document, and rebuilds the package."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from pcgen import config, lock
from pcgen.cache import Cache, folder
from pcgen.cli.output import EXIT_CODES, summary
from pcgen.cli.selection import CONFIG, complete, exclusive, files, listed, load, output_of
from pcgen.diagnostics import Code, Diagnostic, Exit, Failure, Location, failure, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcgen.build_state import Files
    from pcgen.bump import Bump
    from pcgen.diff import Report


@click.command(epilog=EXIT_CODES, short_help="Replace a pinned document with a new one.")
@click.argument("package", metavar="PACKAGE[:NAMESPACE]", shell_complete=complete)
@click.option(
    "--from",
    "source",
    metavar="FILE_OR_URL",
    shell_complete=files,
    required=True,
    help="The new document: a file, or an https URL.",
)
@click.option("--to", metavar="VERSION", help="Fail unless the new document has this version.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--keep-version", is_flag=True, help="Keep the version of the package.")
@click.option("--dry-run", is_flag=True, help="Show the changes, and write nothing.")
@CONFIG
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="Format of the changes: text, Markdown for a pull request, or a line of JSON.",
)
def bump(
    package: str,
    source: str,
    to: str | None,
    yes: bool,
    keep_version: bool,
    dry_run: bool,
    config_file: str | None,
    format_: str,
) -> int:
    """Replace the pinned document of PACKAGE, and rebuild the package.

    Validates the new document, shows what it changes for callers, and asks for confirmation. Then
    it replaces the pinned file, updates the configuration, builds the package, and adds a section
    to its CHANGELOG.md. The version of the package follows the verdict. A version of the document
    in the file name or in a configured header is updated too.

    \b
    pcgen bump pinecone-inference --from new.yaml --dry-run
    pcgen bump pinecone-inference --from https://example.com/openapi.yaml --to 2025-10
    pcgen bump pinecone:inference --from new.yaml        one of several documents
    """
    from pcgen import bump as work
    from pcgen import documents, pipeline

    name, _, namespace = package.partition(":")
    [settings] = listed((name,), config_file)
    loaded = load(config_file)
    index = work.find_spec(settings, namespace)
    pinned = settings.root / settings.specs[index].spec
    old, data = work.read(str(pinned)), work.read(source)
    if data == old:
        click.echo(f"{settings.specs[index].spec}: the document is already up to date", err=True)
        return Exit.OK
    versions = (documents.version_of(old, pinned.name), documents.version_of(data, source))
    _expect(to, versions[1], source)
    position = ([config.label(known) for known in loaded.packages].index(name), index)
    plan = work.plan(loaded, position, versions, source if "://" in source else "", data)
    cache = Cache(folder())
    with _naming(source, plan.new):
        report = _compare(plan, settings, data, cache)
        if not keep_version:
            plan = work.with_release(plan, position[0], report)
        built = pipeline.generate(plan.settings, cache, {plan.new: data})
    if work.may_move(source):
        note = "this branch or tag may move; use the URL of a commit to pin what you reviewed"
        click.echo(printable(f"{source}: {note}"), err=True)
    click.echo(_summary(plan, report, format_), nl=False)
    if not dry_run and (yes or _confirmed(plan)):
        with exclusive(config_file):
            _refuse_changed({**built.sources, plan.old: lock.sha256(old)}, loaded)
            _carry_out(plan, report, built, data, cache)
    return Exit.OK


def _refuse_changed(sources: Mapping[str, str], loaded: config.Config) -> None:
    """Check that no input of the bump has changed since it was read.

    Args:
        sources: The SHA-256 of each input by its path.
        loaded: The configuration as it was read.

    Raises:
        Failure: An input has changed.
    """
    from pcgen import build_state

    files = build_state.changed(loaded.file.parent, sources)
    files += [loaded.file.name] if config.load(loaded.file).text != loaded.text else []
    if files:
        message, hint = "the file changed during the bump", "run the command again"
        items = [Diagnostic(Code.OUT_OF_DATE, Location(file), message, hint) for file in files]
        raise Failure(items, Exit.DIFFERENT)


def _compare(plan: Bump, before: config.Package, data: bytes, cache: Cache) -> Report:
    """Compare both versions of the package."""
    from pcgen.diff import accept, compare, read_version

    unsaved = {plan.new: data}
    old = read_version(before, cache)
    new = read_version(plan.settings, cache, unsaved)
    return accept(compare(old, new, config.label(plan.settings)), plan.settings)


def _summary(plan: Bump, report: Report, format_: str) -> str:
    """The text to show before asking for confirmation."""
    from pcgen.diff import formats

    if format_ == "json":
        return printable(formats.as_json(report))
    lines = []
    if plan.versions[0] == plan.versions[1]:
        lines.append(f"The document has changed, but its version is still {plan.versions[1]}.")
    if plan.new != plan.old:
        lines.append(f"{plan.new} will replace {plan.old}.")
    if plan.release:
        lines.append(f"The version of the package will be {plan.release}.")
    write = formats.as_markdown if format_ == "markdown" else formats.as_text
    return printable("\n".join([*lines, "", write(report)] if lines else [write(report)]))


def _carry_out(plan: Bump, report: Report, built: Files, data: bytes, cache: Cache) -> None:
    """Write the package and its changelog; pin the new document last.

    If this is interrupted, the old document is still pinned, and the command can be repeated.
    """
    from pcgen import build_state, write
    from pcgen.bump import changelog, still_used

    settings, path = plan.settings, plan.changelog
    write.refuse_links([path], settings.root)
    text = changelog(plan, report)
    changes = write.apply(built.texts, output_of(settings), force=False)
    build_state.remember(built, cache)
    write.replace(settings.root / path, text)
    steps = [(settings.root / plan.new, data.decode("utf-8"))]
    steps.append((plan.loaded.file, plan.loaded.text))
    for file, content in steps if plan.old != plan.new else reversed(steps):
        write.replace(file, content)
    if not still_used(plan):
        write.drop(settings.root / plan.old)
    for changed in (plan.new, plan.loaded.file.name, path):
        click.echo(f"wrote {changed}", err=True)
    counts = summary(changes, len(built.texts))
    click.echo(f"{config.label(settings)}: {counts} in {settings.output}", err=True)


def _confirmed(plan: Bump) -> bool:
    """Ask for confirmation.

    Raises:
        UsageError: Standard input is closed.
    """
    release = f" and release {plan.release}" * bool(plan.release)
    click.echo(f"Replace the document{release}? [y/N]: ", err=True, nl=False)
    answer = sys.stdin.readline() if sys.stdin else ""
    if not answer:
        raise click.UsageError("There is no input to confirm from; pass --yes or --dry-run.")
    return answer.strip().lower() in ("y", "yes")


def _expect(wanted: str | None, version: str, source: str) -> None:
    if wanted is not None and wanted != version:
        message = f"the document has the version {version!a}, not {wanted!a}"
        raise failure(Code.CONFIG_INVALID, Location(source), message, "", Exit.USAGE)


@contextmanager
def _naming(source: str, file: str) -> Iterator[None]:
    """Make diagnostics name the source of the new document, not the file that it will replace."""
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
