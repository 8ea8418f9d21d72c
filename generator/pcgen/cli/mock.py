"""`pcgen mock`: serve a document on loopback, with responses from its examples."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

import click

from pcgen import config
from pcgen.cache import Cache, folder
from pcgen.cli.output import EXIT_CODES
from pcgen.cli.port import listening_on, port_option
from pcgen.cli.selection import CONFIG, chosen, complete, files, unconfigured
from pcgen.diagnostics import Exit, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pcgen.mock.application import Application, Exchange
    from pcgen.mock.service import Service

_COLORS = {2: "green", 3: "cyan", 4: "yellow", 5: "red"}
_PORT = 4010


class _Command(click.Command):
    """A command whose arguments after `--` are a program."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = [*args, "--"].index("--")
        ctx.obj = args[own + 1 :]
        return super().parse_args(ctx, args[:own])


@click.command(cls=_Command, epilog=EXIT_CODES, short_help="Serve a document with its examples.")
@click.argument("package", metavar="[PACKAGE]", required=False, shell_complete=complete)
@click.option("--spec", metavar="FILE", shell_complete=files, help="Serve this document.")
@port_option(_PORT)
@click.option(
    "--latency",
    type=click.FloatRange(0, 600_000),
    default=0,
    metavar="MS",
    help="Wait this many milliseconds before each response.",
)
@click.option(
    "--fail",
    multiple=True,
    metavar="RULE",
    help="Let requests fail: 503 (all), 429:2 (the first two of each operation), 500%10 (each "
    "tenth). May be repeated.",
)
@click.option("--lenient", is_flag=True, help="Serve despite findings that can be waived.")
@CONFIG
@click.pass_obj
def mock(
    program: list[str],
    package: str | None,
    spec: str | None,
    port: int,
    latency: float,
    fail: tuple[str, ...],
    lenient: bool,
    config_file: str | None,
) -> int:
    """Serve the documents of PACKAGE, or the document FILE, on 127.0.0.1.

    Prints the URL once it accepts connections, and then a line for each request. Ctrl-C ends it.
    With a program after `--`, it prints nothing: it runs the program, whose client finds the
    server and some credentials in the environment, and exits with its code. A page of the
    documentation is its first Python program.

    Responses are the document's examples, or made from its schemas. The same request always gets
    the same response: nothing is stored. Requests are validated; all that is wrong is in the body
    of the error response. Lists have three pages.

    \b
    Requests choose their response by a header:
      Prefer: code=404         the response with this status
      Prefer: example=NAME     the example with this name

    \b
    pcgen mock --spec openapi.yaml
    pcgen mock --spec openapi.yaml --latency 200 --fail 429:2
    pcgen mock --spec openapi.yaml -- client/README.md
    pcgen mock acme-search -- pytest tests
    """
    if spec and package:
        raise click.UsageError("Give PACKAGE or --spec, not both.")
    from pcgen import mock as server_of

    try:
        server_of.require()
    except ImportError as error:
        raise click.ClickException(str(error)) from None
    settings = unconfigured(spec, "mock", "") if spec else chosen(package, config_file)
    if program:
        return _run(program, settings, latency, fail, lenient=lenient)
    return _serve(settings, port, latency, fail, lenient=lenient)


def _run(
    program: Sequence[str],
    settings: config.Package,
    latency: float,
    fail: tuple[str, ...],
    *,
    lenient: bool,
) -> int:
    """Run a program against the server; returns its exit code."""
    from pcgen import pipeline
    from pcgen.cli.program import run
    from pcgen.mock.server import Background
    from pcgen.mock.service import read

    understood = pipeline.understand(settings, Cache(folder()), lenient=lenient)
    with Background(_application(read(settings), latency, fail)) as server:
        return run(program, understood.package, settings, server.url)


def _serve(
    settings: config.Package, port: int, latency: float, fail: tuple[str, ...], *, lenient: bool
) -> int:
    from pcgen.mock.beside import Checked
    from pcgen.mock.server import Server, bind, url_of

    checked = Checked(settings, Cache(folder()), lenient=lenient)
    app = _application(checked.service, latency, fail, _log)
    with listening_on(port):
        listener = bind(port)
    url = url_of(listener)
    server = Server(app, lambda: click.echo(url))
    checked.watch(server.stop)
    gc.enable()  # Other commands are short, so that they run without.
    gc.freeze()
    server.run(listener)
    checked.finish()
    return Exit.OK


def _application(
    service: Service,
    latency: float,
    fail: tuple[str, ...],
    log: Callable[[Exchange], None] | None = None,
) -> Application:
    from pcgen.mock.application import Application

    try:
        return Application(service, latency=latency, fail=fail, on_exchange=log)
    except ValueError as error:
        raise click.UsageError(f"--fail: {error}.") from None


def _log(exchange: Exchange) -> None:
    """Print a line for a request, without its query and headers, which may carry credentials."""
    status = str(exchange.status)
    if sys.stderr.isatty() and not os.environ.get("NO_COLOR"):
        status = click.style(status, fg=_COLORS.get(exchange.status // 100))
    request = exchange.request
    line = f"{printable(request.method)} {printable(request.path)} "
    click.echo(f"{line}{status} {exchange.milliseconds:.1f} ms", err=True)
