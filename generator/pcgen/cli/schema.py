"""`pcgen schema`: print JSON Schemas for editors."""

from __future__ import annotations

import json

import click

from pcgen.cli.output import EXIT_CODES
from pcgen.diagnostics import Exit


@click.group(short_help="Print JSON Schemas for editors.")
def schema() -> None:
    """Print JSON Schemas for editors."""


@schema.command("config", epilog=EXIT_CODES, short_help="The schema of the configuration.")
def config() -> int:
    """Print the JSON Schema (2020-12) of `pcgen.toml`, and of `[tool.pcgen]`.

    \b
    pcgen schema config > pcgen.schema.json
    in pcgen.toml, for editors that use taplo:
    #:schema ./pcgen.schema.json
    """
    from pcgen.config.schema import schema as make

    click.echo(json.dumps(make(), indent=2))
    return Exit.OK
