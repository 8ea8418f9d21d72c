"""Where the templates are, and their hash."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from pcgen.diagnostics import Code, Diagnostic, Exit, Failure, Location, close


@cache
def template_folder() -> Path:
    """The templates: inside the installed package, or at the top of a checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "templates"
    return installed if installed.is_dir() else here.parents[1] / "templates"


@cache
def template_digest() -> str:
    """A hash of all templates and of the runtime."""
    total = hashlib.sha256()
    folder = template_folder()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".jinja", ".py", ".typed"):  # Else a tool's cache would count, too.
            total.update(path.relative_to(folder).as_posix().encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def workflow_texts() -> dict[str, str]:
    """The workflows for GitHub, by file name."""
    files = sorted((template_folder() / "ci").glob("*.yml"))
    return {file.name: file.read_text(encoding="utf-8") for file in files}


BASE = ".base"


def shipped() -> dict[str, str]:
    """The templates for packages, by name."""
    return read_templates(template_folder() / "python")


def own_templates(root: Path, shown: str) -> dict[str, str]:
    """The user's templates, which override pcgen's, by name.

    Args:
        root: The folder of the configuration.
        shown: Their folder as the configuration names it; empty if it names none.

    Raises:
        Failure: The folder has no template, or one that overrides none of pcgen's.
    """
    if not shown:
        return {}
    own, known = read_templates(root / shown, shown), shipped()
    message = "pcgen has no template of this name that this one could replace"
    findings = [
        Diagnostic(Code.TEMPLATE_INVALID, Location(f"{shown}/{name}"), message, close(name, known))
        for name in own
        if name not in known
    ]
    if not own:
        hint = "`pcgen templates eject NAME` copies one of pcgen's into it"
        message = "there is no template in this folder"
        findings = [Diagnostic(Code.TEMPLATE_INVALID, Location(shown), message, hint)]
    if findings:
        raise Failure(findings, Exit.USAGE)
    return own


def read_templates(folder: Path, shown: str = "") -> dict[str, str]:
    """The templates in a folder, by name: their paths in it. Hidden folders are not looked into.

    Args:
        folder: Where they are.
        shown: What the folder is called in messages.

    Raises:
        Failure: One is not UTF-8.
    """
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.jinja"))
    plain = [name for name in names if not name.startswith(".")]
    return {name: _text(folder / name, f"{shown or folder}/{name}") for name in plain}


def _text(path: Path, shown: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        found = Diagnostic(Code.TEMPLATE_INVALID, Location(shown), "the template is not UTF-8")
        raise Failure([found], Exit.USAGE) from None
