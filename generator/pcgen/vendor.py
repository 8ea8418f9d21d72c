"""Copies of a generated package in other source trees: their files, and whether these changed."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING, Any

from pcgen import lock
from pcgen.diagnostics import Code, Exit, Location, failure
from pcgen.template_files import template_folder

if TYPE_CHECKING:
    from pathlib import Path

_SELF = "_runtime/verify.py"
_LICENCES = ("LICENSE*", "LICENCE*", "COPYING*", "NOTICE*")


def contents(output: Path, root: Path) -> tuple[str, dict[str, str]]:
    """The name of a copy, and its files: the import package, a licence and a lock file.

    Args:
        output: The output folder of the package.
        root: The folder to search for licences if `output` has none.

    Raises:
        Failure: The package has not been built, or has changed since.
    """
    content = read(output)
    prefix = _prefix(content)
    changed = differences(output / prefix, content)
    if changed:
        location = Location((output / prefix).as_posix())
        message = f"these files differ from {lock.NAME}: {', '.join(changed)}"
        raise failure(Code.EDITED_BY_HAND, location, message, "run `pcgen build`", Exit.DIFFERENT)
    paths = [path for path in lock.files(content) if path.startswith(prefix)]
    paths += lock.hand_written(content)
    texts = {path.removeprefix(prefix): _text(output / path) for path in paths}
    texts |= next(filter(None, map(_licences, (output, root))), {})
    return prefix.rstrip("/"), texts | {lock.NAME: lock.text_of_copy(content, texts)}


def read(folder: Path) -> dict[str, Any]:
    """The content of a package's lock file.

    Raises:
        Failure: There is no lock file of a package.
    """
    content: dict[str, Any] | None = _verify("read")(folder)
    if content is not None and any(path.endswith(_SELF) for path in lock.files(content)):
        return content
    message = f"this folder is not a generated package: it has no {lock.NAME}"
    hint = "name the folder of a generated package"
    raise failure(Code.FILE_UNREADABLE, Location(folder.as_posix()), message, hint, Exit.USAGE)


def home(folder: Path, content: dict[str, Any]) -> Path:
    """The import package: the folder itself, or a folder in it if it is a distribution."""
    return folder / _prefix(content) if (folder / lock.NAME).exists() else folder


def differences(package: Path, content: dict[str, Any]) -> list[str]:
    """The files that have changed, as the package's own `verify` module reports them."""
    found: list[str] = _verify("differences")(package, content)
    return found


def origin(content: dict[str, Any]) -> str:
    """The documents that a package was generated from, in words."""
    return ", ".join(f"{name}, sha256 {digest}" for name, digest in _verify("documents")(content))


def _verify(name: str) -> Any:
    return runpy.run_path(str(template_folder() / "python" / "module" / _SELF))[name]


def _prefix(content: dict[str, Any]) -> str:
    return next(path for path in lock.files(content) if path.endswith(_SELF)).removesuffix(_SELF)


def _licences(folder: Path) -> dict[str, str]:
    found = {path for pattern in _LICENCES for path in folder.glob(pattern) if path.is_file()}
    return {path.name: _text(path) for path in sorted(found)}


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8")
