"""Reads the files that a document refers to."""

from __future__ import annotations

import posixpath
import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from msgspec import Struct, field

from pcgen.diagnostics import Code, shorten
from pcgen.spec.document import Document
from pcgen.spec.reader import parse_values, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WEB = "https://"
MAX_FILES = 10_000
MAX_BYTES = 64 * 1024 * 1024


class Refused(Exception):
    """A reference that may not be followed, or that has no target.

    Args:
        message: The reason.
        hint: What to do.
        code: The code of the diagnostic.
    """

    def __init__(self, message: str, hint: str = "", code: Code = Code.REFERENCE_MISSING) -> None:
        super().__init__(message)
        self.hint = hint
        self.code = code


class Library(Struct):
    """Reads each file that references name once.

    The name of a file is its path relative to the document's folder, with `/`, or its URL.

    Args:
        folder: The document's folder.
        document: The document's name in its folder.
        shown: A prefix for names in messages, such as `specs/`.
        roots: The folders below which files may be read.
        remote: Returns the name and the bytes of the document at a URL, or raises `Refused`.
    """

    folder: Path
    document: str = ""
    shown: str = ""
    roots: tuple[Path, ...] = ()
    remote: Callable[[str], tuple[str, bytes]] | None = None
    _documents: dict[str, Document] = field(default_factory=dict)
    _names: dict[Path, frozenset[str]] = field(default_factory=dict)
    _bytes: int = 0

    @classmethod
    def beside(cls, path: Path, shown: str, more: Iterable[Path] = ()) -> Library:
        """A library of the files below the folder of a document, and below `more` folders."""
        before = shown[: len(shown) - len(path.name)]
        return cls(path.parent, path.name, before, (path.parent, *more))

    def read(self, name: str) -> Document:
        """Read a file.

        Raises:
            Refused: The file may not be read.
            Failure: The file cannot be read.
        """
        if name not in self._documents:
            if len(self._documents) >= MAX_FILES:
                raise Refused(
                    f"the document refers to more than {MAX_FILES:,} files", "merge some of them"
                )
            self._documents[name] = self._read(name)
        return self._documents[name]

    def _read(self, name: str) -> Document:
        shown, data = self._remote(name) if name.startswith(WEB) else self._local(name)
        self._bytes += len(data)
        if self._bytes > MAX_BYTES:
            raise Refused(f"the files of the document exceed {MAX_BYTES:,} bytes in total")
        return parse_values(data, shown)

    def _remote(self, url: str) -> tuple[str, bytes]:
        if self.remote is None:
            message = f"the reference {shorten(url)!a} is a URL"
            hint = "copy the document beside this one and refer to it by a relative path"
            raise Refused(message, hint, Code.REFERENCE_EXTERNAL)
        return self.remote(url)

    def _local(self, name: str) -> tuple[str, bytes]:
        path = self.folder / name
        target = path.resolve()
        if not any(target.is_relative_to(root.resolve()) for root in self.roots):
            hint = "move it into the document's folder, or add its own folder to `roots`"
            raise Refused(
                f"the file {shorten(name)!a} is outside the document's folder",
                hint,
                Code.REFERENCE_EXTERNAL,
            )
        self._check_spelling(name)
        shown = posixpath.normpath(self.shown + name)
        return shown, read_bytes(path, shown)

    def _check_spelling(self, name: str) -> None:
        """Refuse names that only a file system which ignores case would find."""
        folder = self.folder
        for part in name.split("/"):
            if folder not in self._names:
                self._names[folder] = _names_in(folder)
            names = self._names[folder]
            if part not in names and part != "..":
                close = get_close_matches(part, sorted(names), n=1)
                hint = f"did you mean {close[0]!a}?" if close else ""
                raise Refused(f"the file {shorten(name)!a} does not exist", hint)
            folder /= part


def _names_in(folder: Path) -> frozenset[str]:
    try:
        return frozenset(entry.name for entry in folder.iterdir())
    except OSError:
        return frozenset()


def join(base: str, ref: str) -> str:
    """Return the name of the file that a reference in the file `base` leads to.

    Raises:
        Refused: The reference is neither a relative path nor an https URL.
    """
    path = ref.partition("#")[0]
    if base.startswith(WEB) or path.lower().startswith(WEB):
        return _url(base, path)
    parts = urlsplit(path)
    shown = ascii(shorten(ref))
    if parts.scheme or parts.netloc or path.startswith(("/", "\\")):
        hint = "copy the file beside the document and refer to it by a relative path"
        raise Refused(
            f"the reference {shown} is neither a relative path nor an https URL",
            hint,
            Code.REFERENCE_EXTERNAL,
        )
    if parts.query or re.search(r"[\\\x00-\x1f:]", unquote(path)):
        hint = "use a relative path with `/`, without `:` and `?`"
        raise Refused(f"the reference {shown} is not a valid path", hint)
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(path)))


def _url(base: str, ref: str) -> str:
    """The URL that a reference names, normalized."""
    shown = ascii(shorten(re.sub("//[^/]*@", "//...@", ref)))  # Messages must not show passwords.
    try:
        parts = urlsplit(urljoin(base if base.startswith(WEB) else "", ref))
        port = parts.port
    except ValueError:
        raise Refused(f"the reference {shown} is not a valid URL") from None
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        message = f"the reference {shown} must be an https URL without a password"
        raise Refused(message, code=Code.REFERENCE_EXTERNAL)
    host = parts.hostname if port in (None, 443) else f"{parts.hostname}:{port}"
    url = f"{WEB}{host}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
    if not re.fullmatch(r"[!#-;=?-Z\[\]_a-z~]+", url):
        raise Refused(
            f"the reference {shown} is not a valid URL",
            "percent-encode spaces and other special characters",
        )
    return url
