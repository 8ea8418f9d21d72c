"""The commands; the only module that prints or exits."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pcgen import __version__, config
from pcgen.cache import Cache, folder
from pcgen.diagnostics import Code, Diagnostic, Exit, Failure, Location, failure, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcgen.pipeline import Files
    from pcgen.write import Changes

_EXIT_CODES = """\b
Exit codes:
  0    fine
  1    --check found differences, or a file was edited by hand
  2    a mistake in the command or the configuration, or a file that is not there
  3    the document cannot be read or honoured
  4    a fault of pcgen or of the disk
  130  interrupted
"""


def run(arguments: list[str]) -> int:
    """Run the command line; returns the exit code and lets no exception out."""
    try:
        result = commands.main(arguments, prog_name="pcgen", standalone_mode=False)
        return int(result or Exit.OK)
    except Failure as error:
        _report(error.items, _format_of(arguments))
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
        where = f"{error.filename}: " if error.filename else ""
        click.echo(printable(f"error: {where}{error.strerror or error}"), err=True)
        return int(Exit.FAULT)
    except Exception as error:
        if os.environ.get("PCGEN_DEBUG"):
            raise
        text = printable(" ".join(f"{type(error).__name__}: {error}".split()))[:300]
        hint = "run again with PCGEN_DEBUG=1 for the traceback, and report it"
        click.echo(f"error: this is a fault of pcgen: {text}\n    hint: {hint}", err=True)
        return int(Exit.FAULT)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EXIT_CODES,
)
@click.version_option(__version__, message="pcgen %(version)s")
def commands() -> None:
    """Write typed Python client packages from pinned OpenAPI documents.

    \b
    Without any configuration:
      pcgen build --spec openapi.yaml --output client

    \b
    In a repository that releases clients:
      pcgen init specs/openapi.yaml     write a configuration to start from
      pcgen build                       build every package that it lists
      pcgen build --check               in CI: fail when a package is not what it should be
    """


@commands.command(epilog=_EXIT_CODES, short_help="Build the listed packages, or one document.")
@click.argument("packages", nargs=-1, metavar="[PACKAGE]...")
@click.option("--spec", metavar="FILE", help="Build this document, without a configuration.")
@click.option("--output", metavar="DIR", help="With --spec: the folder to write.")
@click.option(
    "--name",
    metavar="NAME",
    help="With --spec: the package's name. Default: from the document's title.",
)
@click.option(
    "--check", is_flag=True, help="Write nothing; print what differs as a diff and exit with 1."
)
@click.option("--force", is_flag=True, help="Overwrite files that were edited by hand.")
@click.option("--no-cache", is_flag=True, help="Make everything anew; neither read nor fill it.")
@click.option(
    "--config",
    "config_file",
    metavar="FILE",
    help="The configuration. Default: the nearest pcgen.toml, or pyproject.toml with "
    "[tool.pcgen], here or above.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help="How to print findings: for people, as JSON lines, or as GitHub annotations.",
)
def build(
    packages: tuple[str, ...],
    spec: str | None,
    output: str | None,
    name: str | None,
    check: bool,
    force: bool,
    no_cache: bool,
    config_file: str | None,
    format_: str,
) -> int:
    """Build the packages that the configuration lists, or only the PACKAGEs named.

    Reads each package's document, checks it, and writes the package into its output folder. Only
    files that pcgen wrote are ever replaced or removed; pcgen.lock in the folder lists them.

    \b
    pcgen build                                     every package of the configuration
    pcgen build pinecone-inference                  this one
    pcgen build --check                             would anything change?
    pcgen build --spec openapi.yaml --output client no configuration at all
    """
    chosen = _chosen(packages, spec, output, name, config_file)
    cache = Cache(None if no_cache else folder())
    status = Exit.OK
    for settings in chosen:
        status = max(status, _build(settings, cache, check=check, force=force, format_=format_))
    return status


def _chosen(
    packages: tuple[str, ...],
    spec: str | None,
    output: str | None,
    name: str | None,
    config_file: str | None,
) -> list[config.Package]:
    """The packages that the command line asks for."""
    if spec is not None:
        if packages or config_file:
            raise click.UsageError("--spec goes with neither PACKAGE nor --config.")
        if output is None:
            raise click.UsageError("--spec needs --output: the folder to write.")
        return [config.single(spec, output, name or "")]
    if output is not None or name is not None:
        raise click.UsageError("--output and --name go with --spec.")
    path = Path(config_file) if config_file else config.find(Path.cwd())
    if path is None:
        message = "no pcgen.toml and no pyproject.toml with [tool.pcgen] here or above"
        hint = "run `pcgen init SPEC`, or give --spec and --output"
        raise failure(Code.CONFIG_MISSING, Location("."), message, hint, Exit.USAGE)
    listed = config.load(path).packages
    if not packages:
        return list(listed)
    known = {config.label(package): package for package in listed}
    for wanted in packages:
        if wanted not in known:
            message = f"no package {wanted!a} is listed"
            hint = f"listed: {', '.join(known)}"
            raise failure(Code.CONFIG_MISSING, Location(path.name), message, hint, Exit.USAGE)
    return [known[wanted] for wanted in packages]


def _build(
    settings: config.Package, cache: Cache, *, check: bool, force: bool, format_: str
) -> Exit:
    from pcgen import pipeline

    target = settings.root / settings.output
    name = config.label(settings)
    if pipeline.is_unchanged(settings, target, cache):
        _say(f"{name}: up to date", format_)
        return Exit.OK
    files = pipeline.generate(settings, cache)
    _report(files.warnings, format_)
    from pcgen import write

    changes = write.compare(files.texts, target)
    if check and changes:
        return _show_difference(settings, files, changes, format_)
    if not check:
        write.apply(files.texts, target, Path(settings.output), changes, force=force)
    pipeline.remember(settings, files, cache)
    _say(f"{name}: {_summary(files, changes)} in {settings.output}", format_)
    return Exit.OK


def _say(text: str, format_: str) -> None:
    """Tell a person; where findings are for a machine, standard output is theirs alone."""
    click.echo(text, err=format_ != "text")


def _summary(files: Files, changes: Changes) -> str:
    if not changes:
        return "up to date"
    if len(changes.missing) == len(files.texts):
        return "created"
    counts = {"new": changes.missing, "changed": changes.different, "removed": changes.extra}
    return ", ".join(f"{len(paths)} {what}" for what, paths in counts.items() if paths)


def _show_difference(
    settings: config.Package, files: Files, changes: Changes, format_: str
) -> Exit:
    from pcgen import write

    shown = Path(settings.output)
    target = settings.root / settings.output
    names = {"missing": changes.missing, "different": changes.different, "extra": changes.extra}
    if format_ == "text":
        for line in write.unified_diff(files.texts, target, shown, changes):
            click.echo(printable(line))
    findings = [
        Diagnostic(
            Code.OUT_OF_DATE, Location((shown / path).as_posix()), _what(path, what, changes)
        )
        for what, paths in names.items()
        for path in paths
    ]
    _report(findings, format_)
    command = "pcgen build" if settings.file else f"pcgen build --spec {settings.spec}"
    command += f" {config.label(settings)}" if settings.file else f" --output {settings.output}"
    count = "1 file differs" if len(findings) == 1 else f"{len(findings)} files differ"
    force = " --force, to lose edits made by hand" if changes.edited else ""
    click.echo(f"{config.label(settings)}: {count}; fix: {command}{force}", err=True)
    return Exit.DIFFERENT


def _what(path: str, what: str, changes: Changes) -> str:
    return f"{what}, edited by hand" if path in changes.edited else what


@commands.command(epilog=_EXIT_CODES, short_help="Write a configuration to start from.")
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


# --- Findings ----------------------------------------------------------------------------------


def _report(items: Iterable[Diagnostic], format_: str) -> None:
    """Print findings: JSON lines are results, the rest is for people."""
    for item in items:
        if format_ == "json":
            click.echo(_as_json(item))
        elif format_ == "github":
            click.echo(_as_github(item))
        else:
            click.echo(str(item), err=True)


def _as_json(item: Diagnostic) -> str:
    import json

    place = item.location
    return json.dumps(
        {
            "severity": item.severity,
            "code": item.code,
            "file": place.file,
            "line": place.line,
            "column": place.column,
            "pointer": place.pointer,
            "message": item.message,
            "hint": item.hint,
        }
    )


def _as_github(item: Diagnostic) -> str:
    def escape(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    place = item.location
    where = f"file={escape(place.file).replace(',', '%2C').replace(':', '%3A')}"
    where += f",line={place.line},col={place.column}" if place.line else ""
    text = ". ".join(part for part in (item.message, place.pointer, item.hint) if part)
    return f"::{item.severity} {where},title={item.code}::{escape(printable(text))}"


def _format_of(arguments: list[str]) -> str:
    """The format asked for, for failures that come before or instead of a result."""
    for index, argument in enumerate(arguments):
        value = (
            argument.partition("=")[2] if "=" in argument else "".join(arguments[index + 1 :][:1])
        )
        if argument.partition("=")[0] == "--format" and value in ("json", "github"):
            return value
    return "text"
