"""`pcgen diff`: reports what changed between two versions, and the release that requires."""

from __future__ import annotations

from pathlib import Path
from posixpath import join, normpath
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem
from msgspec.structs import replace

from pcgen import config
from pcgen.cache import Cache, folder
from pcgen.cli.output import EXIT_CODES, from_here, from_workspace, say, within
from pcgen.cli.selection import CONFIG, complete, files, listed
from pcgen.diagnostics import Exit, Failure, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pcgen.diagnostics import Location
    from pcgen.diff import Report, Version

_LEVELS = ("major", "minor", "any")


def _complete(
    context: click.Context, parameter: click.Parameter, start: str
) -> list[str] | list[CompletionItem]:
    """Complete names of packages after `--against`, else paths of files."""
    if context.params.get("against"):
        return complete(context, parameter, start)
    return list(files(context, parameter, start))


@click.command(epilog=EXIT_CODES, short_help="Report what changed between two versions.")
@click.argument("names", nargs=-1, metavar="OLD NEW | [PACKAGE]...", shell_complete=_complete)
@click.option(
    "--against",
    metavar="REV",
    help="Compare the configured packages with this git revision.",
)
@click.option(
    "--package",
    metavar="NAME",
    help="With OLD NEW: the configured package whose settings apply.",
)
@click.option(
    "--fail-on",
    type=click.Choice(_LEVELS),
    help="Exit with 1 if the verdict is at least this; `any` means any verdict but `none`.",
)
@CONFIG
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown", "github"]),
    default="text",
    help="Text, lines of JSON, Markdown for a pull request, or GitHub annotations.",
)
def diff(
    names: tuple[str, ...],
    against: str | None,
    package: str | None,
    fail_on: str | None,
    config_file: str | None,
    format_: str,
) -> int:
    """Compare two OpenAPI documents, or the configured packages with a git revision.

    Every change has an id, a fingerprint, and its locations in both documents. ERR breaks callers,
    WARN may break some, INFO breaks none. Descriptions, examples and order are not compared. The
    verdict is the release that all changes require: major, minor, patch or none.

    \b
    pcgen diff old.yaml new.yaml
    pcgen diff --against main                        all configured packages
    pcgen diff --against v1.2.0 pinecone-inference   one package
    pcgen diff --against main --fail-on major        in CI
    pcgen diff --against main --format markdown      for a pull request
    """
    if against is None:
        if len(names) != 2:
            raise click.UsageError("Pass two documents, OLD and NEW, or --against.")
        reports = [_documents(names[0], names[1], package, config_file)]
    elif package is not None:
        raise click.UsageError("Without OLD and NEW, pass packages as arguments, not --package.")
    else:
        reports = list(_packages(names, against, config_file, format_))
    return _write(reports, fail_on, format_)


def _documents(old: str, new: str, package: str | None, config_file: str | None) -> Report:
    """Compare two documents, with the settings of a package if one is named."""
    from pcgen.diff import accept, compare

    if package is None:
        after = _made(config.single(new, "", ""))
        # Both versions get the same name, even if the title has changed.
        name = "" if isinstance(after, Failure) else after.package.distribution
        return compare(*_both(_made(config.single(old, "", name)), after))
    [settings] = listed((package,), config_file)
    within(Path())  # The paths of the documents are relative to it.
    if len(settings.specs) != 1:
        raise click.UsageError("--package: the package has several documents; use --against.")
    made = (
        _made(replace(settings, root=Path(), specs=(replace(settings.specs[0], spec=file),)))
        for file in (old, new)
    )
    return accept(compare(*_both(*made), config.label(settings)), settings)


def _made(settings: config.Package) -> Version | Failure:
    try:
        return _version(settings)
    except Failure as error:
        return error


def _both(old: Version | Failure, new: Version | Failure) -> tuple[Version, Version]:
    """Both versions.

    Raises:
        Failure: A version failed; the failure has the diagnostics of both.
    """
    if isinstance(old, Failure):
        others = new.items if isinstance(new, Failure) else []
        raise Failure([*old.items, *others], old.status) from None
    if isinstance(new, Failure):
        raise new
    return old, new


def _packages(
    names: tuple[str, ...], revision: str, config_file: str | None, format_: str
) -> Iterator[Report]:
    """Compare configured packages with those of a git revision."""
    from pcgen.diff import accept, compare
    from pcgen.revision import files_of

    selected = listed(names, config_file)
    root = selected[0].root.absolute()
    with files_of(revision, root) as (checkout, prefix):
        file = checkout / selected[0].source.file
        known = {config.label(old): old for old in config.load(file).packages}
        for settings in selected:
            name = config.label(settings)
            if name not in known:
                say(f"{name}: not in {revision}", format_)
                continue
            report = compare(_version(known[name]), _version(settings), name)
            yield _as_of(revision, prefix, accept(report, settings))


def _as_of(revision: str, prefix: str, report: Report) -> Report:
    """The report with old files as git names them: `main:clients/spec.yaml`."""
    return _named(report, lambda file: f"{revision}:{normpath(join(prefix, file))}", str)


def _named(report: Report, old: Callable[[str], str], new: Callable[[str], str]) -> Report:
    """The report with the names of old and new files changed."""

    def at(location: Location, name: Callable[[str], str]) -> Location:
        return replace(location, file=name(location.file))

    return replace(
        report,
        old=tuple(map(old, report.old)),
        new=tuple(map(new, report.new)),
        findings=tuple(replace(f, old=at(f.old, old), new=at(f.new, new)) for f in report.findings),
    )


def _version(settings: config.Package) -> Version:
    from pcgen.diff import read_version

    return read_version(settings, Cache(folder()))


def _write(reports: list[Report], fail_on: str | None, format_: str) -> Exit:
    from pcgen.diff import formats

    write = {
        "text": formats.as_text,
        "json": formats.as_json,
        "markdown": formats.as_markdown,
        "github": formats.as_github,
    }[format_]
    shown = from_workspace if format_ == "github" else from_here
    reports = [_named(report, shown, shown) for report in reports]
    between = "" if format_ in ("json", "github") else "\n"
    click.echo(between.join(printable(write(report)) for report in reports), nl=False)
    limits = dict(zip(_LEVELS, (3, 2, 1), strict=True))
    failed = fail_on and any(report.verdict >= limits[fail_on] for report in reports)
    return Exit.DIFFERENT if failed else Exit.OK
