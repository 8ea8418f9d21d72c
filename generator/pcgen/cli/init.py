"""`pcgen init`: write a configuration to start from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from pcgen import config
from pcgen.cache import Cache, folder
from pcgen.cli.output import EXIT_CODES
from pcgen.cli.selection import files
from pcgen.diagnostics import Code, Diagnostic, Exit, Failure, Location

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    "--lenient",
    is_flag=True,
    help="Also write waivers for what is wrong with the document, with what was found as reasons.",
)
@click.option(
    "--ci",
    type=click.Choice(["github"]),
    help="Write workflows that check packages in pull requests, and that open pull requests to "
    "bump them.",
)
def init(spec: str | None, name: str | None, output: str, lenient: bool, ci: str | None) -> int:
    """Write a configuration for the document SPEC, with comments, or workflows for CI.

    If SPEC is an https URL, this command downloads it into the folder of the configuration.

    \b
    pcgen init specs/openapi.yaml
    pcgen init specs/openapi.yaml --lenient
    pcgen init https://api.example.com/openapi.json
    pcgen init specs/openapi.yaml --name acme-client --output -
    pcgen init --ci github
    """
    from pcgen.starter import starter, workflows

    if spec is None and ci is None:
        raise click.UsageError("Missing argument 'SPEC', or --ci.")
    origin = spec if spec is not None and spec.startswith("https://") else ""
    if origin:
        _refuse_existing([output] if output != "-" else [])
        spec = _downloaded(origin, Path(output).parent)
    texts: dict[str, str] = {}
    if spec is not None:
        texts[output] = starter(spec, name or "", Path(output).parent, origin)
    if spec is not None and lenient:
        texts[output] += _waivers(spec)
    if output == "-" and spec is not None:
        click.echo(texts.pop(output), nl=False)
    _create(texts | (workflows() if ci else {}))
    if output in texts:
        click.echo(f"next: pcgen build{'' if output == _FILE else f' --config {output}'}")
    return Exit.OK


def _downloaded(url: str, folder: Path) -> str:
    """Download a document into a folder; returns its path.

    Raises:
        Failure: The download fails or is no document, or the file exists.
    """
    from pcgen import documents, download

    name = re.sub(r"[^\w.-]", "_", urlsplit(url).path.rpartition("/")[2], flags=re.ASCII)
    path = (folder / (name.lstrip(".") or "openapi.json")).as_posix()
    _refuse_existing([path])
    data = download.download(url)
    documents.version_of(data, url)  # It must be a document.
    _create({path: data.decode(errors="replace")})
    return path


def _waivers(spec: str) -> str:
    """Waivers for all findings of a document.

    Raises:
        Failure: There are findings that cannot be waived.
    """
    from pcgen import pipeline, proposal

    settings = config.single(spec, "client", "")
    found = pipeline.understand(settings, Cache(folder()), lenient=True).findings
    waivers = proposal.waivers(found)
    return f"\n{proposal.tables(waivers, settings, reasons=True)}\n" if waivers else ""


def _create(texts: dict[str, str]) -> None:
    from pcgen import write

    _refuse_existing(texts)
    for path, text in texts.items():
        write.create(Path(path), text)
        click.echo(f"wrote {path}")


def _refuse_existing(paths: Iterable[str]) -> None:
    """Refuse to overwrite files.

    Raises:
        Failure: A file exists.
    """
    findings = [
        Diagnostic(
            Code.OUTPUT_UNSAFE,
            Location(path),
            "the file exists already",
            "remove it first" if path.startswith(".") else "choose another file with --output",
        )
        for path in paths
        if Path(path).exists()
    ]
    if findings:
        raise Failure(findings, Exit.USAGE)
