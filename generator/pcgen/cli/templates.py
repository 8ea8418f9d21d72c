"""`pcgen templates`: override templates of pcgen."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from pcgen.cli.output import EXIT_CODES
from pcgen.cli.selection import CONFIG, exclusive, listed
from pcgen.diagnostics import Code, Exit, Location, close, failure


def _names(context: click.Context, parameter: click.Parameter, start: str) -> list[str]:
    """Complete the names of templates in shells."""
    from pcgen.template_files import shipped

    del context, parameter
    return [name for name in shipped() if name.startswith(start)]


@click.group(short_help="Override templates of pcgen.")
def templates() -> None:
    """Override templates of pcgen.

    With `templates = "FOLDER"` in its configuration, a package is built with the templates in that
    folder, and with pcgen's for the rest. Templates can only print text that pcgen has encoded.

    \b
    pcgen templates list                      list pcgen's templates
    pcgen templates eject README.md.jinja     copy one into the folder, to edit it there
    pcgen templates diff                      after an upgrade: show changes in pcgen's templates
    """


def _folder(config_file: str | None) -> tuple[Path, str]:
    """The folder of the user's templates, and its name in the configuration."""
    folders = {
        (package.root / package.templates, package.templates)
        for package in listed((), config_file)
        if package.templates
    }
    if len(folders) == 1:
        return folders.pop()
    message = "the packages have different folders" if folders else "no package has a folder"
    hint = 'add `templates = "pcgen-templates"` to the table of a package'
    raise failure(
        Code.CONFIG_MISSING,
        Location("templates"),
        f"`templates`: {message}",
        hint,
        Exit.USAGE,
    )


@templates.command("list", epilog=EXIT_CODES, short_help="List all templates.")
@CONFIG
def list_(config_file: str | None) -> int:
    """List all templates; `*` marks those that you override."""
    from pcgen.template_files import shipped

    folder, _ = _folder(config_file)
    for name in shipped():
        click.echo(f"{'*' if (folder / name).is_file() else ' '} {name}")
    return Exit.OK


@templates.command(epilog=EXIT_CODES, short_help="Copy one of pcgen's templates.")
@click.argument("name", shell_complete=_names)
@CONFIG
def eject(name: str, config_file: str | None) -> int:
    """Copy the template NAME into your folder, to edit it there.

    `pcgen templates diff` compares later versions with a second copy in `.base`.
    """
    with exclusive(config_file):
        return _eject(name, config_file)


def _eject(name: str, config_file: str | None) -> int:
    from pcgen import write
    from pcgen.template_files import BASE, shipped

    known = shipped()
    if name not in known:
        message = f"there is no template {name!a}"
        raise failure(Code.CONFIG_MISSING, Location(name), message, close(name, known), Exit.USAGE)
    folder, shown = _folder(config_file)
    if (folder / name).exists():
        message = "the file exists already"
        raise failure(Code.OUTPUT_UNSAFE, Location(f"{shown}/{name}"), message, "", Exit.USAGE)
    write.replace(folder / BASE / name, known[name])
    write.create(
        folder / name, known[name]
    )  # Last: if this file exists, the command has nothing left to do.
    click.echo(f"wrote {shown}/{name}")
    return Exit.OK


@templates.command(epilog=EXIT_CODES, short_help="Show changes in pcgen's templates.")
@click.option(
    "--accept",
    is_flag=True,
    help="You have adopted the changes: compare with these versions from now on.",
)
@CONFIG
def diff(accept: bool, config_file: str | None) -> int:
    """Show changes in pcgen's templates since you copied them; exit with 1 if there are any."""
    from pcgen import write
    from pcgen.template_files import BASE, read_templates, shipped

    folder, _ = _folder(config_file)
    known, bases = shipped(), read_templates(folder / BASE)
    moved = {name: text for name, text in bases.items() if known.get(name, "") != text}
    for name, base in moved.items():
        new = known.get(name, "")
        if accept:
            write.replace(folder / BASE / name, new)
            click.echo(f"accepted {name}")
            continue
        lines = difflib.unified_diff(base.splitlines(), new.splitlines(), name, name, lineterm="")
        click.echo("\n".join(lines))
    if not moved:
        click.echo("no template has changed")
    return Exit.DIFFERENT if moved and not accept else Exit.OK
