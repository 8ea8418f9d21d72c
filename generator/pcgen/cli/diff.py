"""`pcgen diff`: what changed from one version to another, and what that asks of a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pcgen import config
from pcgen.cache import Cache, folder
from pcgen.cli.output import EXIT_CODES
from pcgen.diagnostics import Exit, printable

if TYPE_CHECKING:
    from pcgen.diff import Report

_LEVELS = ("major", "minor", "any")


@click.command(epilog=EXIT_CODES, short_help="Say what changed between two documents.")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--fail-on",
    type=click.Choice(_LEVELS),
    help="Exit with 1 when the verdict is this or graver; `any` is anything but `none`.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown", "github"]),
    default="text",
    help="For people, as one line of JSON, for a pull request, or as GitHub annotations.",
)
def diff(old: str, new: str, fail_on: str | None, format_: str) -> int:
    """Compare the OpenAPI documents OLD and NEW.

    Every change has an id, a fingerprint and its places in both documents. It is ERR when callers
    break, WARN when they may, and INFO when they do not. Prose, examples and order do not count.
    The verdict says what a release with the changes is: major, minor, patch or none.

    \b
    pcgen diff old.yaml new.yaml
    pcgen diff old.yaml new.yaml --fail-on major      in CI
    pcgen diff old.yaml new.yaml --format markdown    for a pull request
    """
    from pcgen import pipeline
    from pcgen.diff import Version, compare

    cache = Cache(folder())
    after = pipeline.understand(config.single(new, "", ""), cache)
    # Under one name, so that another title is no other package.
    before = pipeline.understand(config.single(old, "", after.package.distribution), cache)
    report = compare(
        Version(before.documents, before.package), Version(after.documents, after.package)
    )
    return _tell([report], fail_on, format_)


def _tell(reports: list[Report], fail_on: str | None, format_: str) -> Exit:
    from pcgen.diff import formats

    write = {
        "text": formats.as_text,
        "json": formats.as_json,
        "markdown": formats.as_markdown,
        "github": formats.as_github,
    }[format_]
    click.echo("\n".join(printable(write(report)) for report in reports), nl=False)
    limits = dict(zip(_LEVELS, (3, 2, 1), strict=True))
    failed = fail_on and any(report.verdict >= limits[fail_on] for report in reports)
    return Exit.DIFFERENT if failed else Exit.OK
