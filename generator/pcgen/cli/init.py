"""`pcgen init`: a configuration to start from."""

from __future__ import annotations

from pathlib import Path

import click

from pcgen.cli.output import EXIT_CODES
from pcgen.diagnostics import Code, Exit, Location, failure


@click.command(epilog=EXIT_CODES, short_help="Write a configuration to start from.")
@click.argument("spec", metavar="SPEC")
@click.option("--name", metavar="NAME", help="The package's name. Default: from the title.")
@click.option(
    "--output",
    metavar="FILE",
    default="pcgen.toml",
    show_default=True,
    help="The file to write, `-` for standard output. An existing file is never overwritten.",
)
def init(spec: str, name: str | None, output: str) -> int:
    """Write a commented configuration to start from for the document SPEC.

    \b
    pcgen init specs/openapi.yaml
    pcgen init specs/openapi.yaml --name acme-client --output -
    """
    from pcgen import write
    from pcgen.starter import starter

    text = starter(spec, name or "")
    if output == "-":
        click.echo(text, nl=False)
        return Exit.OK
    path = Path(output)
    if path.exists():
        message = "the file exists and is left as it is"
        hint = "give --output another name, or `-` to print the configuration"
        raise failure(Code.OUTPUT_UNSAFE, Location(output), message, hint, Exit.USAGE)
    write.create(path, text)
    click.echo(f"wrote {output}; next: pcgen build")
    return Exit.OK
