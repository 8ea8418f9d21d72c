"""Reads a file into a `Document`, within bounds of size, depth and number of values."""

from __future__ import annotations

import hashlib
import re
import shlex
import stat
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pcgen.diagnostics import Code, Exit, Failure, Location, failure, shorten
from pcgen.spec.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pcgen.spec.document import Pointer, Position

_KINDS = {str: "text", list: "a list", int: "a number", float: "a number"}
MAX_BYTES = 64 * 1024 * 1024


def read(path: Path, shown: str | None = None) -> Document:
    """Read an OpenAPI document.

    Args:
        path: The file, YAML or JSON by its content.
        shown: The name for messages; by default the path.

    Raises:
        Failure: The file cannot be read or is not an OpenAPI 3 document.
    """
    shown = shown or path.as_posix()
    return parse(read_bytes(path, shown), shown)


def read_bytes(path: Path, shown: str) -> bytes:
    """Read a regular file of bounded size."""
    location = Location(shown)
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            raise failure(
                Code.FILE_UNREADABLE,
                location,
                "this is not a regular file",
                "name a file",
                Exit.USAGE,
            )
        if info.st_size > MAX_BYTES:
            message = f"the file has {info.st_size:,} bytes, more than {MAX_BYTES:,}"
            raise failure(Code.FILE_UNREADABLE, location, message, "split the document")
        return path.read_bytes()
    except OSError as error:
        message = f"cannot read the file: {error.strerror}"
        is_url = "://" in shown
        hint = _fetching(shown) if is_url else _similar_files(path)
        raise failure(Code.FILE_UNREADABLE, location, message, hint, Exit.USAGE) from error


def _fetching(url: str) -> str:
    """The command that downloads a document, which builds never do."""
    if url.startswith("https://"):
        return f"download it and write a configuration: pcgen init {shlex.quote(url)}"
    return f"download it: curl -fsSL -o openapi.yaml {shlex.quote(url)}"


def parse(data: bytes, shown: str) -> Document:
    """Parse the bytes of a file that must be OpenAPI 3."""
    document = parse_values(data, shown)
    expect_openapi(document)
    return document


def parse_values(data: bytes, shown: str) -> Document:
    """Parse the bytes of a file, which may hold any values."""
    digest = hashlib.sha256(data).hexdigest()
    text = _decode(data, shown)
    root, position = _parse(text, shown)
    return Document(shown, digest, root, position)


def _parse(text: str, shown: str) -> tuple[Any, Callable[[Pointer], Position]]:
    """The values of a text and their positions; JSON that is invalid may be YAML in flow style."""
    # Imported late: most runs need only one of the two.
    if text.lstrip().startswith(("{", "[", "//", "/*")):
        from pcgen.spec import json_text

        try:
            return json_text.parse(text, shown)
        except RecursionError:
            raise json_text.too_deep(text, shown) from None
        except Failure as error:
            is_yaml = shown.endswith((".yaml", ".yml")) and error.items[0].code is Code.SYNTAX
            if not is_yaml:
                raise
    from pcgen.spec import yaml_text

    try:
        return yaml_text.parse(text, shown)
    except RecursionError:
        raise yaml_text.too_deep(text, shown) from None


def _decode(data: bytes, shown: str) -> str:
    encoding = "utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        location = Location(shown, line, error.start - before.rfind(b"\n"))
        name = encoding.removesuffix("-sig").upper()
        hint = "save the file as UTF-8"
        raise failure(Code.SYNTAX, location, f"the text is not {name}", hint) from None


def expect_openapi(document: Document) -> None:
    """Fail unless a document is OpenAPI 3 of a supported version."""
    root = document.root
    what = "this is not an OpenAPI document"
    hint = "name the file that has `openapi` at its top level"
    if not isinstance(root, dict):
        kind = "empty" if root is None else f"{_KINDS.get(type(root), 'a value')}, not an object"
        raise failure(Code.NOT_OPENAPI, _top(document), f"{what}: the file is {kind}", hint)
    if "swagger" in root:
        message = f"Swagger {shorten(str(root['swagger']))} is not supported"
        hint = "convert the document to OpenAPI 3, for example `npx swagger2openapi FILE -o NEW`"
        at_key = document.location(("swagger",))
        raise failure(Code.UNSUPPORTED_VERSION, at_key, message, hint)
    if "openapi" not in root:
        raise failure(Code.NOT_OPENAPI, _top(document), f"{what}: `openapi` is missing", hint)
    _expect_version(document, root["openapi"])


def _expect_version(document: Document, version: object) -> None:
    if not isinstance(version, str):
        message, hint = "`openapi` must be a string", "put it in quotes: '3.1.0'"
    elif not re.fullmatch(r"3\.[012]\.\d{1,4}(-[\w.]+)?", version, re.ASCII):
        message = f"OpenAPI {shorten(version)!a} is not supported"
        hint = "use OpenAPI 3.0, 3.1 or 3.2"
    else:
        return
    raise failure(Code.UNSUPPORTED_VERSION, document.location(("openapi",)), message, hint)


def _top(document: Document) -> Location:
    """The location of the start of a file, without a pointer."""
    return replace(document.location(()), pointer="")


def _similar_files(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f"the folder `{path.parent.as_posix()}` cannot be read either"
    close = get_close_matches(path.name, names, n=1)
    return f"did you mean `{(path.parent / close[0]).as_posix()}`?" if close else ""
