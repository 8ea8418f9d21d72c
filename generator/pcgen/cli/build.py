"""`pcgen build`: build packages, or check that they are up to date."""

from __future__ import annotations

import posixpath
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from pcgen import config, lock
from pcgen.cache import Cache, folder
from pcgen.cli.output import EXIT_CODES, FORMAT, report, say, summary
from pcgen.cli.selection import CONFIG, complete, exclusive, files, listed, output_of
from pcgen.diagnostics import Code, Diagnostic, Exit, Failure, Location, printable

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
    "--check", is_flag=True, help="Write nothing; print a diff and exit with 1 if files differ."
)
@click.option("--force", is_flag=True, help="Overwrite files that were edited by hand.")
@click.option(
    "--locked", is_flag=True, help="Fail if a document differs from the one in pcgen.lock."
)
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@CONFIG
@FORMAT
def build(
    packages: tuple[str, ...],
    spec: str | None,
    output: str | None,
    name: str | None,
    check: bool,
    force: bool,
    locked: bool,
    no_cache: bool,
    config_file: str | None,
    format_: str,
) -> int:
    """Build the packages that the configuration lists, or only the given PACKAGEs.

    Reads and validates the documents of each package, and writes it to its output folder. Replaces
    and removes only files that pcgen wrote, which pcgen.lock in the folder lists.

    \b
    pcgen build                                     every package of the configuration
    pcgen build acme-search                         this one
    pcgen build --check                             check that all are up to date
    pcgen build --spec openapi.yaml --output client without a configuration
    """
    wanted = _Wanted(check, force, locked, format_, config_file)
    cache = Cache(None if no_cache else folder())
    with nullcontext() if check else exclusive(config_file):
        chosen = _chosen(packages, spec, output, name, config_file)
        return max(_build(settings, cache, wanted) for settings in chosen)


class _Wanted(Struct, frozen=True):
    """The options of the command."""

    check: bool
    force: bool
    locked: bool
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
        return [config.single(spec, output, name or "")]
    if output is not None or name is not None:
        raise click.UsageError("--output and --name need --spec.")
    return listed(packages, config_file)


def _build(settings: config.Package, cache: Cache, wanted: _Wanted) -> Exit:
    """Build or check a package; failures are reported, so that other packages are built."""
    try:
        return _built(settings, cache, wanted)
    except Failure as error:
        report(error.items, wanted.format)
        _propose(error, settings)
        return error.status


def _built(settings: config.Package, cache: Cache, wanted: _Wanted) -> Exit:
    from pcgen import build_state

    output = output_of(settings)
    name = config.label(settings)
    if build_state.is_unchanged(settings, output.folder, cache):
        say(f"{name}: up to date", wanted.format)
        return Exit.OK
    from pcgen import pipeline, write

    files = pipeline.generate(settings, cache)
    report(files.notes, wanted.format)
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
    say(f"{name}: {summary(changes, len(files.texts))} in {settings.output}", wanted.format)
    return Exit.OK


def _refuse_unlocked(settings: config.Package, found: Sequence[lock.Unlocked]) -> None:
    """Refuse documents that differ from those in the lock file.

    Raises:
        Failure: A document differs.
    """
    from pcgen import write

    specs = {spec.namespace: spec.spec for spec in settings.specs}
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


def _propose(error: Failure, settings: config.Package) -> None:
    """Print the waivers that would let the build continue."""
    from pcgen.proposal import proposal

    if text := proposal(error.items, settings):
        click.echo(f"\n{printable(text)}", err=True)


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
