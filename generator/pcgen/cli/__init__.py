"""The commands; the only module that prints or exits."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from pcgen import __version__
from pcgen.cli.build import build
from pcgen.cli.bump import bump
from pcgen.cli.diff import diff
from pcgen.cli.docs import docs
from pcgen.cli.fetch import fetch
from pcgen.cli.init import init
from pcgen.cli.lint import lint
from pcgen.cli.mock import mock
from pcgen.cli.output import EXIT_CODES, format_of, report, within
from pcgen.cli.scaffold import scaffold
from pcgen.cli.schema import schema
from pcgen.cli.templates import templates
from pcgen.cli.vendor import vendor
from pcgen.diagnostics import Code, Diagnostic, Exit, Failure, Location, shorten

# Documents may nest some hundred levels deep, and each level takes several calls.
_RECURSION = 10_000


def run(arguments: list[str]) -> int:
    """Run a command; returns its exit code, and raises nothing."""
    limit = sys.getrecursionlimit()
    within(Path())
    sys.setrecursionlimit(_RECURSION)
    try:
        return _run(arguments)
    finally:
        sys.setrecursionlimit(limit)


def _run(arguments: list[str]) -> int:
    try:
        result = commands.main(arguments, prog_name="pcgen", standalone_mode=False)
        return int(result or Exit.OK)
    except Failure as error:
        report(error.items, format_of(arguments))
        return int(error.status)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return int(Exit.USAGE)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return int(Exit.INTERRUPTED)
    except OSError as error:
        within(Path())  # Errors of the system name paths relative to the current folder.
        location = Location(str(error.filename or "pcgen"))
        found = Diagnostic(Code.DISK, location, str(error.strerror or error))
    except Exception as error:
        if os.environ.get("PCGEN_DEBUG"):
            raise
        text = shorten(" ".join(f"{type(error).__name__}: {error}".split()), 300)
        hint = "run it again with PCGEN_DEBUG=1, and report the traceback"
        within(Path())
        found = Diagnostic(Code.FAULT, Location("pcgen"), f"this is a fault of pcgen: {text}", hint)
    report([found], format_of(arguments))
    return int(Exit.FAULT)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXIT_CODES,
)
@click.version_option(__version__, message="pcgen %(version)s")
def commands() -> None:
    """Write typed Python client packages from pinned OpenAPI documents.

    \b
    Without a configuration:
      pcgen build --spec openapi.yaml --output client
      pcgen build --spec openapi.yaml --output client --lenient
      pcgen lint openapi.yaml           report what is wrong with a document
      pcgen mock --spec openapi.yaml    serve it on this machine, with its examples
      pcgen mock --spec openapi.yaml -- client/README.md

    \b
    In a repository that releases clients:
      pcgen init specs/openapi.yaml     write a configuration to start from
      pcgen build                       build every package that it lists
      pcgen build --check               in CI: fail if a package is out of date
      pcgen diff OLD NEW                show what a new version of a document changes
      pcgen docs PACKAGE --serve        make a site of a package's pages
      pcgen bump PACKAGE --from FILE    replace a document, and build its package
      pcgen fetch                       pin documents that references to URLs need
      pcgen scaffold                    write hand-written modules to start from
      pcgen vendor PACKAGE DEST         copy a built package into another source tree
    """


for command in (
    build,
    bump,
    diff,
    docs,
    fetch,
    init,
    lint,
    mock,
    scaffold,
    schema,
    templates,
    vendor,
):
    commands.add_command(command)
