"""`pcgen docs`: a site of the pages of a package."""

from __future__ import annotations

import gc
from pathlib import Path

import click

from pcgen import config, write
from pcgen.cli.output import EXIT_CODES, progress, summary
from pcgen.cli.port import listening_on, port_option
from pcgen.cli.selection import CONFIG, chosen, complete, files
from pcgen.diagnostics import Exit, printable

_PORT = 8000


@click.command(epilog=EXIT_CODES, short_help="Make a site of a package's pages.")
@click.argument("package", metavar="[PACKAGE]", required=False, shell_complete=complete)
@click.option("--serve", is_flag=True, help="Serve the site on 127.0.0.1 until Ctrl-C.")
@port_option(_PORT)
@click.option(
    "--output",
    metavar="FOLDER",
    shell_complete=files,
    help="The folder to write. Default: site/PACKAGE beside the configuration.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["html", "mdx"]),
    default="html",
    help="A site, or pages in MDX for Mintlify. Default: html.",
)
@click.option("--force", is_flag=True, help="Overwrite files that were edited manually.")
@CONFIG
def docs(
    package: str | None,
    serve: bool,
    port: int,
    output: str | None,
    kind: str,
    force: bool,
    config_file: str | None,
) -> int:
    """Make a static site of the pages of PACKAGE, as `pcgen build` has written them.

    The site has search, works in any folder of any host, and loads nothing from other hosts.

    \b
    pcgen docs acme-search --serve
    pcgen docs acme-search --output public
    pcgen docs acme-search --format mdx --output mintlify/reference
    """
    if serve and kind != "html":
        raise click.UsageError("--serve serves only HTML.")
    if serve and output:
        raise click.UsageError("--serve writes no folder: leave --output out.")
    settings = chosen(package, config_file)
    texts = _made(settings, kind)
    if serve:
        from tempfile import TemporaryDirectory  # Late: no other command needs it.

        with TemporaryDirectory(prefix="pcgen-docs-") as name:
            write.apply(texts, write.Output(Path(name), Path(name)), force=True)
            _serve(Path(name), port)
        return Exit.OK
    folder = Path(output) if output else settings.root / "site" / config.label(settings)
    target = write.Output(folder, folder)
    if not force:
        write.refuse_foreign(target)
    changes = write.apply(texts, target, force=force)
    click.echo(f"{printable(folder.as_posix())}: {summary(changes, len(texts))}")
    return Exit.OK


def _made(settings: config.Package, kind: str) -> dict[str, str]:
    """The files of a site, with a lock file that lists them."""
    from pcgen import lock, site
    from pcgen.site import book, mdx

    if kind == "html":
        try:
            site.require()
        except ImportError as error:
            raise click.ClickException(str(error)) from None
    name = config.label(settings)
    read = book.read(name, settings.version, settings.root / settings.output)
    with progress(name):
        if kind == "mdx":
            texts = mdx.build(read)
        else:
            from pcgen.site import html

            gc.enable()  # Other commands are short, so that they run without.
            texts = html.build(read)
    return texts | {lock.NAME: lock.text_of_copy(read.lock, texts)}


def _serve(folder: Path, port: int) -> None:
    from pcgen.site import serve

    with listening_on(port):
        server = serve.server(folder, port)
    with server:
        click.echo(serve.url(server))
        server.serve_forever()
