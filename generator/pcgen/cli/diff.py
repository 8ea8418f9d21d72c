"""`pcgen diff`: what changed from one version to another, and what that asks of a release."""

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
    """Packages behind `--against`, files elsewhere."""
    if context.params.get("against"):
        return complete(context, parameter, start)
    return list(files(context, parameter, start))


@click.command(epilog=EXIT_CODES, short_help="Say what changed between two versions.")
@click.argument("names", nargs=-1, metavar="OLD NEW | [PACKAGE]...", shell_complete=_complete)
@click.option(
    "--against",
    metavar="REV",
    help="Compare the packages of the configuration with what they were in this git revision.",
)
@click.option(
    "--package",
    metavar="NAME",
    help="With OLD NEW: the package of the configuration that they are for.",
)
@click.option(
    "--fail-on",
    type=click.Choice(_LEVELS),
    help="Exit with 1 when the verdict is this or graver; `any` is anything but `none`.",
)
@CONFIG
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown", "github"]),
    default="text",
    help="For people, as lines of JSON, for a pull request, or as GitHub annotations.",
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

    Every change has an id, a fingerprint and its places in both documents. It is ERR when callers
    break, WARN when they may, and INFO when they do not. Prose, examples and order do not count.
    The verdict says what a release with the changes is: major, minor, patch or none.

    \b
    pcgen diff old.yaml new.yaml
    pcgen diff --against main                        every package of the configuration
    pcgen diff --against v1.2.0 pinecone-inference   this one
    pcgen diff --against main --fail-on major        in CI
    pcgen diff --against main --format markdown      for a pull request
    """
    if against is None:
        if len(names) != 2:
            raise click.UsageError("Give two documents, OLD and NEW, or --against.")
        reports = [_documents(names[0], names[1], package, config_file)]
    elif package is not None:
        raise click.UsageError("--package goes with OLD and NEW; name packages as arguments.")
    else:
        reports = list(_packages(names, against, config_file, format_))
    return _tell(reports, fail_on, format_)


def _documents(old: str, new: str, package: str | None, config_file: str | None) -> Report:
    """Compare two documents, by the configuration of a package or by none."""
    from pcgen.diff import accepted, compare

    if package is None:
        after = _made(config.single(new, "", ""))
        # Under one name, so that another title is no other package.
        name = "" if isinstance(after, Failure) else after.package.distribution
        return compare(*_both(_made(config.single(old, "", name)), after))
    [settings] = listed((package,), config_file)
    within(Path())  # The documents are named from here.
    if len(settings.specs) != 1:
        raise click.UsageError("--package: it has several documents; use --against.")
    made = (
        _made(replace(settings, root=Path(), specs=(replace(settings.specs[0], spec=file),)))
        for file in (old, new)
    )
    return accepted(compare(*_both(*made), config.label(settings)), settings)


def _made(settings: config.Package) -> Version | Failure:
    try:
        return _version(settings)
    except Failure as error:
        return error


def _both(old: Version | Failure, new: Version | Failure) -> tuple[Version, Version]:
    """Both versions; what is wrong with either of them is told at once."""
    if isinstance(old, Failure):
        others = new.items if isinstance(new, Failure) else []
        raise Failure([*old.items, *others], old.status) from None
    if isinstance(new, Failure):
        raise new
    return old, new


def _packages(
    names: tuple[str, ...], revision: str, config_file: str | None, format_: str
) -> Iterator[Report]:
    """Compare configured packages with what they were."""
    from pcgen.diff import accepted, compare
    from pcgen.revision import files_of

    wanted = listed(names, config_file)
    root = wanted[0].root.absolute()
    with files_of(revision, root) as (there, place):
        known = {
            config.label(old): old for old in config.load(there / wanted[0].source.file).packages
        }
        for settings in wanted:
            name = config.label(settings)
            if name not in known:
                say(f"{name}: not in {revision}", format_)
                continue
            report = compare(_version(known[name]), _version(settings), name)
            yield _as_of(revision, place, accepted(report, settings))


def _as_of(revision: str, place: str, report: Report) -> Report:
    """The report with old files as git names them: `main:clients/spec.yaml`."""
    return _named(report, lambda file: f"{revision}:{normpath(join(place, file))}", str)


def _named(report: Report, old: Callable[[str], str], new: Callable[[str], str]) -> Report:
    """The report with other names for files."""

    def at(found: Location, name: Callable[[str], str]) -> Location:
        return replace(found, file=name(found.file))

    return replace(
        report,
        old=tuple(map(old, report.old)),
        new=tuple(map(new, report.new)),
        findings=tuple(replace(f, old=at(f.old, old), new=at(f.new, new)) for f in report.findings),
    )


def _version(settings: config.Package) -> Version:
    from pcgen.diff import read_version

    return read_version(settings, Cache(folder()))


def _tell(reports: list[Report], fail_on: str | None, format_: str) -> Exit:
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
