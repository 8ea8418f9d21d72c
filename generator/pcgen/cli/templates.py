"""`pcgen templates`: templates of one's own in the place of pcgen's."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from pcgen.cli.output import EXIT_CODES
from pcgen.cli.selection import CONFIG, exclusive, listed
from pcgen.diagnostics import Code, Exit, Location, close, failure


def _names(context: click.Context, parameter: click.Parameter, start: str) -> list[str]:
    """The templates that begin so, for shells."""
    from pcgen.template_files import shipped

    del context, parameter
    return [name for name in shipped() if name.startswith(start)]


@click.group(short_help="Use templates of your own in the place of pcgen's.")
def templates() -> None:
    """Use templates of your own in the place of pcgen's.

    A package whose configuration says `templates = "FOLDER"` is made with the templates in there
    before pcgen's. They may print what pcgen has made safe for its place, and nothing else.

    \b
    pcgen templates list                      what there is
    pcgen templates eject README.md.jinja     copy one into the folder, to change it there
    pcgen templates diff                      after an upgrade: what has moved in pcgen's own
    """


def _folder(config_file: str | None) -> tuple[Path, str]:
    """The folder of one's own templates that the configuration names, and what it is called."""
    folders = {
        (package.root / package.templates, package.templates)
        for package in listed((), config_file)
        if package.templates
    }
    if len(folders) == 1:
        return folders.pop()
    message = "the packages have several" if folders else "no package has one"
    hint = 'write `templates = "pcgen-templates"` into a package\'s table'
    raise failure(
        Code.CONFIG_MISSING,
        Location("templates"),
        f"folder of templates: {message}",
        hint,
        Exit.USAGE,
    )


@templates.command("list", epilog=EXIT_CODES, short_help="List all templates.")
@CONFIG
def list_(config_file: str | None) -> int:
    """List all templates; those of your own are marked with `*`."""
    from pcgen.template_files import shipped

    folder, _ = _folder(config_file)
    for name in shipped():
        click.echo(f"{'*' if (folder / name).is_file() else ' '} {name}")
    return Exit.OK


@templates.command(epilog=EXIT_CODES, short_help="Copy one of pcgen's templates.")
@click.argument("name", shell_complete=_names)
@CONFIG
def eject(name: str, config_file: str | None) -> int:
    """Copy the template NAME into the folder of your own, to change it there.

    A second copy, in `.base`, is what `pcgen templates diff` compares later versions with.
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
        message = "the file exists and is left as it is"
        raise failure(Code.OUTPUT_UNSAFE, Location(f"{shown}/{name}"), message, "", Exit.USAGE)
    write.replace(folder / BASE / name, known[name])
    write.create(folder / name, known[name])  # Last: once it is there, there is nothing to do.
    click.echo(f"wrote {shown}/{name}")
    return Exit.OK


@templates.command(epilog=EXIT_CODES, short_help="Show what has moved in pcgen's templates.")
@click.option(
    "--accept", is_flag=True, help="Your templates follow: compare with these from now on."
)
@CONFIG
def diff(accept: bool, config_file: str | None) -> int:
    """Show what has changed in pcgen's templates since yours were copied; 1 when anything has."""
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
        click.echo("nothing has moved")
    return Exit.DIFFERENT if moved and not accept else Exit.OK
