"""`pcgen lint`: read and validate a document, without building a package."""

from __future__ import annotations

import click

from pcgen import config
from pcgen.cache import Cache, folder
from pcgen.cli.output import EXIT_CODES, FORMAT, counted, report, say
from pcgen.cli.selection import files
from pcgen.diagnostics import Exit, Failure, Severity


@click.command(epilog=EXIT_CODES, short_help="Read and validate a document.")
@click.argument("spec", metavar="SPEC", shell_complete=files)
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@FORMAT
def lint(spec: str, no_cache: bool, format_: str) -> int:
    """Report everything that pcgen finds in the document SPEC, and write nothing.

    Exits with 3 if there are errors, with 1 if there are only warnings, and else with 0. Errors
    that a waiver can cover do not hide others.
    """
    from pcgen import pipeline

    cache = Cache(None if no_cache else folder())
    status = Exit.OK
    try:
        found = pipeline.understand(config.single(spec, "client", ""), cache, lenient=True).findings
    except Failure as error:
        found, status = error.items, error.status
    report(found, format_)
    severities = {item.severity for item in found}
    if status is Exit.OK and Severity.ERROR in severities:
        status = Exit.SPEC
    elif status is Exit.OK and Severity.WARNING in severities:
        status = Exit.DIFFERENT
    say(f"{spec}: {counted(found) or 'no findings'}", format_)
    return status
