"""`pcgen vendor`: copy a package into another source tree, or verify such a copy."""

from __future__ import annotations

import keyword
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pcgen.cli.output import EXIT_CODES, FORMAT, report, say, summary
from pcgen.cli.selection import CONFIG, complete, exclusive, files, listed
from pcgen.diagnostics import Code, Diagnostic, Exit, Location, failure, printable

if TYPE_CHECKING:
    from pcgen import config


@click.command(epilog=EXIT_CODES, short_help="Copy a built package into another source tree.")
@click.argument("package", metavar="PACKAGE", required=False, shell_complete=complete)
@click.argument("folder", metavar="DEST", required=False, shell_complete=files)
@click.option(
    "--as", "name", metavar="NAME", help="The name of the copy. Default: that of the package."
)
@click.option(
    "--verify",
    metavar="COPY",
    shell_complete=files,
    help="Copy nothing; check that this copy is unmodified.",
)
@click.option("--force", is_flag=True, help="Overwrite files that were edited manually.")
@CONFIG
@FORMAT
def vendor(
    package: str | None,
    folder: str | None,
    name: str | None,
    verify: str | None,
    force: bool,
    config_file: str | None,
    format_: str,
) -> int:
    """Copy the import package of PACKAGE, as built, into the folder DEST.

    The copy includes the licence and a pcgen.lock. All its imports are relative, so it works under
    any name, and without pcgen. `--verify` compares every file with that lock file; without pcgen,
    run `python -m NAME._runtime.verify`.

    \b
    pcgen vendor acme-search src/app/_vendor --as acme
    pcgen vendor --verify src/app/_vendor/acme
    """
    if verify is not None:
        if package or name or force:
            raise click.UsageError("--verify takes only the folder of the copy.")
        return _verify(Path(verify), format_)
    if package is None or folder is None:
        raise click.UsageError("PACKAGE and DEST are required.")
    if name is not None and (not name.isidentifier() or keyword.iskeyword(name)):
        raise click.UsageError(f"--as must be an import name, not {name!a}.")
    with exclusive(config_file, Path(folder)):
        [settings] = listed((package,), config_file)
        target, changes = _copy(settings, Path(folder), name, force=force)
    say(f"{target.as_posix()}: {changes}", format_)
    return Exit.OK


def _copy(
    settings: config.Package, folder: Path, name: str | None, *, force: bool
) -> tuple[Path, str]:
    """Copy a package into a folder; returns the copy, and a summary of what changed."""
    from pcgen import vendor as source
    from pcgen import write

    output = settings.root / settings.output
    module, texts = source.contents(output, settings.root)
    target = folder / (name or module)
    if target.resolve().is_relative_to(output.resolve()):
        message = "a copy cannot be inside the package itself"
        raise failure(Code.OUTPUT_UNSAFE, Location(target.as_posix()), message, "", Exit.USAGE)
    copy = write.Output(target, target)
    if not force:
        write.refuse_foreign(copy)
    changes = write.apply(texts, copy, force=force)
    return target, summary(changes, len(texts))


def _verify(folder: Path, format_: str) -> Exit:
    from pcgen import vendor as source

    content = source.read(folder)
    folder = source.home(folder, content)
    changed = source.differences(folder, content)
    verdict = "not as it was generated" if changed else "as it was generated"
    summed_up = f"{folder.as_posix()}: {verdict} from {source.origin(content)}"
    if format_ != "text":
        parts = (line.rpartition(": ") for line in changed)
        items = [
            Diagnostic(Code.EDITED_BY_HAND, Location((folder / path).as_posix()), what)
            for path, _, what in parts
        ]
        report(items, format_)
    for line in [*(changed if format_ == "text" else ()), summed_up]:
        say(printable(line), format_)
    return Exit.DIFFERENT if changed else Exit.OK
