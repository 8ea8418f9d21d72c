"""`pcgen scaffold`: write hand-written modules to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pcgen.cli.output import EXIT_CODES
from pcgen.cli.selection import CONFIG, complete, exclusive, listed
from pcgen.diagnostics import Diagnostics, Exit

if TYPE_CHECKING:
    from pcgen import config


@click.command(epilog=EXIT_CODES, short_help="Write hand-written modules to start from.")
@click.argument("packages", nargs=-1, metavar="[PACKAGE]...", shell_complete=complete)
@CONFIG
def scaffold(packages: tuple[str, ...], config_file: str | None) -> int:
    """Write the modules that `modules` and `mixins` list and that do not exist.

    No command changes them afterwards. What you add to them is part of the package after the next
    `pcgen build`.

    \b
    [package.mixins]
    Invoice = "invoice.py"      # InvoiceMixin is a base of the model Invoice
    invoices = "invoices_by_hand.py"    # client.invoices is the Invoices of this module
    """
    with exclusive(config_file):
        count = sum(_write(package) for package in listed(packages, config_file))
    click.echo("next: edit them, and run `pcgen build`" if count else "no module is missing")
    return Exit.OK


def _write(settings: config.Package) -> int:
    """Write the modules of a package that do not exist; returns their number."""
    from pcgen import pipeline, write
    from pcgen.cache import Cache, folder
    from pcgen.targets.python import build

    cache = Cache(folder())
    package = pipeline.understand(settings, cache).package
    inputs = pipeline.target_settings(settings, cache, Diagnostics())
    texts = build.scaffold(package, inputs)
    for path, text in texts.items():
        shown = f"{settings.output}/{path}"
        write.refuse_links([shown], settings.root)
        write.create(settings.root / shown, text)
        click.echo(f"wrote {shown}")
    return len(texts)
