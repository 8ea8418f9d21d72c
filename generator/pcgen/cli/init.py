"""`pcgen init`: write a configuration to start from."""

from __future__ import annotations

from pathlib import Path

import click

from pcgen.cli.output import EXIT_CODES
from pcgen.cli.selection import files
from pcgen.diagnostics import Code, Diagnostic, Exit, Failure, Location

_FILE = "pcgen.toml"


@click.command(epilog=EXIT_CODES, short_help="Write a configuration to start from.")
@click.argument("spec", metavar="[SPEC]", required=False, shell_complete=files)
@click.option("--name", metavar="NAME", help="The package's name. Default: from the title.")
@click.option(
    "--output",
    metavar="FILE",
    shell_complete=files,
    default=_FILE,
    show_default=True,
    help="The file to write, or `-` for standard output. Existing files are never overwritten.",
)
@click.option(
    "--ci",
    type=click.Choice(["github"]),
    help="Write workflows that check packages in pull requests, and that open pull requests to "
    "bump them.",
)
def init(spec: str | None, name: str | None, output: str, ci: str | None) -> int:
    """Write a configuration for the document SPEC, with comments, or workflows for CI.

    \b
    pcgen init specs/openapi.yaml
    pcgen init specs/openapi.yaml --name acme-client --output -
    pcgen init --ci github
    """
    from pcgen.starter import starter, workflows

    if spec is None and ci is None:
        raise click.UsageError("Missing argument 'SPEC', or --ci.")
    texts = {} if spec is None else {output: starter(spec, name or "", Path(output).parent)}
    if output == "-" and spec is not None:
        click.echo(texts.pop(output), nl=False)
    _create(texts | (workflows() if ci else {}))
    if output in texts:
        click.echo(f"next: pcgen build{'' if output == _FILE else f' --config {output}'}")
    return Exit.OK


def _create(texts: dict[str, str]) -> None:
    from pcgen import write

    findings = [
        Diagnostic(
            Code.OUTPUT_UNSAFE,
            Location(path),
            "the file exists already",
            "remove it first" if path.startswith(".") else "choose another file with --output",
        )
        for path in texts
        if Path(path).exists()
    ]
    if findings:
        raise Failure(findings, Exit.USAGE)
    for path, text in texts.items():
        write.create(Path(path), text)
        click.echo(f"wrote {path}")
