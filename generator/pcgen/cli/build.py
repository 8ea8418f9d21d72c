"""`pcgen build`: build packages, or check that they are up to date."""

from __future__ import annotations

import posixpath
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click
from msgspec import Struct
from msgspec.structs import replace

from pcgen import config, lock
from pcgen.cache import Cache, folder
from pcgen.cli.output import EXIT_CODES, FORMAT, counted, progress, report, say, summary
from pcgen.cli.selection import (
    CONFIG,
    complete,
    exclusive,
    files,
    listed,
    output_of,
    unconfigured,
)
from pcgen.diagnostics import Code, Diagnostic, Exit, Failure, Location, printable
from pcgen.proposal import meaning, proposal, waivable, waivers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcgen.build_state import Files
    from pcgen.write import Changes


@click.command(epilog=EXIT_CODES, short_help="Build the listed packages, or one document.")
@click.argument("packages", nargs=-1, metavar="[PACKAGE]...", shell_complete=complete)
@click.option(
    "--spec",
    metavar="FILE",
    shell_complete=files,
    help="Build this document, without a configuration.",
)
@click.option(
    "--output", metavar="DIR", shell_complete=files, help="With --spec: the folder to write."
)
@click.option(
    "--name",
    metavar="NAME",
    help="With --spec: the package's name. Default: from the document's title.",
)
@click.option(
    "--lenient",
    is_flag=True,
    help="With --spec: build despite errors that can be waived, and say what that means.",
)
@click.option(
    "--check", is_flag=True, help="Write nothing; print a diff and exit with 1 if files differ."
)
@click.option(
    "--force",
    is_flag=True,
    help="Overwrite files that were edited manually, and write into folders with other files.",
)
@click.option(
    "--locked", is_flag=True, help="Fail if a document differs from the one in pcgen.lock."
)
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@CONFIG
@FORMAT
def build(
    packages: tuple[str, ...],
    spec: str | None,
    output: str | None,
    name: str | None,
    lenient: bool,
    check: bool,
    force: bool,
    locked: bool,
    no_cache: bool,
    quiet: bool,
    config_file: str | None,
    format_: str,
) -> int:
    """Build the packages that the configuration lists, or only the given PACKAGEs.

    Reads and validates the documents of each package, and writes it to its output folder. Replaces
    and removes only files that pcgen wrote, which pcgen.lock in the folder lists.

    Packages of a configuration are never built leniently: `pcgen init --lenient` writes waivers
    into it, and so does pasting those that a failed build proposes.

    \b
    pcgen build                                     every package of the configuration
    pcgen build acme-search                         this one
    pcgen build --check                             check that all are up to date
    pcgen build --spec openapi.yaml --output client without a configuration
    """
    if lenient and spec is None:
        hint = "Run `pcgen init --lenient SPEC`, or paste the waivers that a failed build proposes."
        raise click.UsageError(f"--lenient needs --spec. {hint}")
    wanted = _Wanted(lenient, check, force, locked, quiet, format_, config_file)
    cache = Cache(None if no_cache else folder())
    with nullcontext() if check else exclusive(config_file):
        chosen = _chosen(packages, spec, output, name, config_file)
        return max(_build(settings, cache, wanted) for settings in chosen)


class _Wanted(Struct, frozen=True):
    """The options of the command."""

    lenient: bool
    check: bool
    force: bool
    locked: bool
    quiet: bool
    format: str
    config_file: str | None


def _chosen(
    packages: tuple[str, ...],
    spec: str | None,
    output: str | None,
    name: str | None,
    config_file: str | None,
) -> list[config.Package]:
    """The packages to build."""
    if spec is not None:
        if packages or config_file:
            raise click.UsageError("--spec cannot be combined with PACKAGE or --config.")
        if output is None:
            raise click.UsageError("--spec needs --output: the folder to write.")
        return [unconfigured(spec, output, name or "")]
    if output is not None or name is not None:
        raise click.UsageError("--output and --name need --spec.")
    return listed(packages, config_file)


def _build(settings: config.Package, cache: Cache, wanted: _Wanted) -> Exit:
    """Build or check a package; failures are reported, so that other packages are built."""
    try:
        with progress(config.label(settings)):
            return _built(settings, cache, wanted)
    except Failure as error:
        report(error.items, wanted.format)
        _propose(error, settings, cache)
        return error.status


def _built(settings: config.Package, cache: Cache, wanted: _Wanted) -> Exit:
    from pcgen import build_state

    output = output_of(settings)
    waived = _findings(settings, cache) if wanted.lenient else []
    if waived:
        settings = replace(settings, waive=waivers(waived))
    known = build_state.recall(settings, output.folder, cache)
    if known is not None:
        _say_unchanged(settings, known, wanted)
        return Exit.OK
    from pcgen import pipeline, write

    if not (settings.source.file or wanted.force or wanted.check):
        write.refuse_foreign(output)
    files = pipeline.generate(settings, cache)
    if wanted.locked:
        before = write.read_lock(output.folder)
        _refuse_unlocked(settings, lock.unlocked(before, files.texts[lock.NAME]))
    if wanted.check:
        changes = write.compare(files.texts, output)
        if changes:
            return _show_difference(settings, files, changes, wanted)
    else:
        changes = write.apply(files.texts, output, force=wanted.force)
    build_state.remember(files, cache)
    if not changes:
        _say_unchanged(settings, files.notes, wanted)
    elif not wanted.quiet:
        _report_notes(files.notes, waived, wanted)
        done = summary(changes, len(files.texts))
        say(f"{config.label(settings)}: {done} in {settings.output}", wanted.format)
    return Exit.OK


def _findings(settings: config.Package, cache: Cache) -> Sequence[Diagnostic]:
    """All findings of a package that can be waived, with those that others hide.

    Raises:
        Failure: There are others.
    """
    from pcgen import pipeline

    return waivable(pipeline.understand(settings, cache, lenient=True).findings)


def _say_unchanged(settings: config.Package, notes: Sequence[Diagnostic], wanted: _Wanted) -> None:
    """Report that a package is up to date; formats for programs have its notes again."""
    if not wanted.quiet:
        report(notes if wanted.format != "text" else (), wanted.format)
        count = f" ({counted(notes)})" if notes else ""
        say(f"{config.label(settings)}: up to date{count}", wanted.format)


def _report_notes(
    notes: Sequence[Diagnostic], waived: Sequence[Diagnostic], wanted: _Wanted
) -> None:
    """Report warnings and notes; a summary replaces those of waivers that are in no file."""
    if not waived:
        report(notes, wanted.format)
        return
    report([note for note in notes if note.location.file], wanted.format)
    for line in meaning(waived):
        click.echo(printable(line), err=True)
    click.echo("`pcgen init --lenient` writes a configuration with these waivers", err=True)


def _refuse_unlocked(settings: config.Package, found: Sequence[lock.Unlocked]) -> None:
    """Refuse documents that differ from those in the lock file.

    Raises:
        Failure: A document differs.
    """
    from pcgen import write

    specs = {spec.key: spec.spec for spec in settings.specs}
    hint = "restore the file, or accept it by a build without --locked"
    items = []
    for one in found:
        spec = specs.get(one.namespace, one.namespace)
        file = one.file or posixpath.basename(spec)
        if "://" not in file:
            file = posixpath.normpath(posixpath.join(posixpath.dirname(spec), file))
        hashes = f"sha256 {one.found or 'none'}, not {one.locked or 'none'}"
        message = f"the file differs from the one in {settings.output}/{lock.NAME}: {hashes}"
        why = write.CRLF if write.has_crlf(settings.root / file, one.locked) else hint
        items.append(Diagnostic(Code.NOT_LOCKED, Location(file), message, why))
    if items:
        raise Failure(items, Exit.DIFFERENT)


def _propose(error: Failure, settings: config.Package, cache: Cache) -> None:
    """Print the waivers that let the build continue."""
    if not waivable(error.items):
        return
    try:
        found = _findings(settings, cache)
    except Failure as other:  # Some errors cannot be waived.
        found = [*error.items, *other.items]
    click.echo(f"\n{proposal(found, settings)}", err=True)


def _show_difference(
    settings: config.Package, files: Files, changes: Changes, wanted: _Wanted
) -> Exit:
    from pcgen import write

    output = output_of(settings)
    names = {"missing": changes.missing, "different": changes.different, "extra": changes.extra}
    if wanted.format == "text":
        for line in write.unified_diff(files.texts, output, changes):
            click.echo(printable(line))
    why = f"since {' and '.join(changes.causes)}; fix: {_fix(settings, changes, wanted)}"
    hint = "" if wanted.format == "text" else why  # Text output prints it once, at the end.
    findings = [
        Diagnostic(
            Code.OUT_OF_DATE,
            Location((output.shown / path).as_posix()),
            _what(path, what, changes),
            hint,
        )
        for what, paths in names.items()
        for path in paths
    ]
    report(findings, wanted.format)
    count = "1 file differs" if len(findings) == 1 else f"{len(findings)} files differ"
    click.echo(printable(f"{config.label(settings)}: {count}, {why}"), err=True)
    return Exit.DIFFERENT


def _fix(settings: config.Package, changes: Changes, wanted: _Wanted) -> str:
    """The command that updates a package."""
    import shlex

    if settings.source.file:
        options = ["--config", wanted.config_file] if wanted.config_file else []
        words = [config.label(settings), *options]
    else:
        words = ["--spec", settings.specs[0].spec, "--output", settings.output]
        words += ["--name", settings.name] if settings.name else []
    if changes.newer:
        return f"use pcgen {changes.newer}"
    force = " --force, which discards edits" if changes.edited else ""
    return f"pcgen build {shlex.join(words)}{force}"


def _what(path: str, what: str, changes: Changes) -> str:
    return f"{what}, edited by hand" if path in changes.edited else what
