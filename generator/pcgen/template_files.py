"""Finds and reads templates, pcgen's own and the user's."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from pcgen.diagnostics import Code, Diagnostic, Exit, Failure, Location, close
from pcgen.targets import BASES


@cache
def template_folder() -> Path:
    """The folder of pcgen's templates, in the installed package or in a checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "templates"
    return installed if installed.is_dir() else here.parents[1] / "templates"


@cache
def template_digest(targets: tuple[str, ...]) -> str:
    """A hash of the templates of some targets and of their bases, and of their runtimes."""
    total = hashlib.sha256()
    folder = template_folder()
    folders = {*targets, *(BASES[target] for target in targets if target in BASES)}
    paths = [path for target in folders for path in (folder / target).rglob("*")]
    for path in sorted(paths):
        if path.suffix in (".jinja", ".py", ".typed"):  # Tools may have left caches.
            total.update(path.relative_to(folder).as_posix().encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def workflow_texts() -> dict[str, str]:
    """The workflows for GitHub, by file name."""
    files = sorted((template_folder() / "ci").glob("*.yml"))
    return {file.name: file.read_text(encoding="utf-8") for file in files}


BASE = ".base"


def shipped() -> dict[str, str]:
    """The templates that pcgen ships, by the name under which users override them."""
    known = read_templates(template_folder())
    return {own_name(name): text for name, text in known.items()}


def own_name(name: str) -> str:
    """The name of a template in the user's folder: those of the Python target have no folder."""
    return name.removeprefix("python/")


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
    message = "this template overrides none of pcgen's"
    findings = [
        Diagnostic(Code.TEMPLATE_INVALID, Location(f"{shown}/{name}"), message, close(name, known))
        for name in own
        if name not in known
    ]
    if not own:
        hint = "copy one of pcgen's with `pcgen templates eject NAME`"
        message = "the folder has no templates"
        findings = [Diagnostic(Code.TEMPLATE_INVALID, Location(shown), message, hint)]
    if findings:
        raise Failure(findings, Exit.USAGE)
    return own


def read_templates(folder: Path, shown: str = "") -> dict[str, str]:
    """Read the templates in a folder, by their paths in it; hidden folders are skipped.

    Args:
        folder: The folder.
        shown: Its name in messages.

    Raises:
        Failure: A template is not UTF-8.
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
