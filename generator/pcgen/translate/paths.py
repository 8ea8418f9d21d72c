"""The paths of requests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pcgen.diagnostics import Code, Diagnostics, shorten

if TYPE_CHECKING:
    from pcgen.translate.selection import Entry

# Valid in URLs, once quotes and spaces are encoded. Values replace the names in braces.
_PATH = re.compile(r"/(?:{[^{}\\/]*}|[^\\<>^`|])*")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_QUERY = re.compile(r"[\w.~:@!$'()*,;=&+/%-]*", re.ASCII)


def sent_path(entry: Entry, diagnostics: Diagnostics) -> str | None:
    """The path of an operation with its query, but without its fragment.

    Args:
        entry: The operation.
        diagnostics: Collects findings.

    Returns:
        None if requests cannot have this path or method, so that the operation is ignored.
    """
    sent = entry.path.partition("#")[0]
    plain, _, query = sent.partition("?")
    shown, location = f"{shorten(entry.path)!a}", entry.node.location
    if any(unquote(part) in (".", "..") for part in plain.split("/")):
        message = f"the path {shown} contains `.` or `..`"
        diagnostics.error(Code.UNSAFE_TEXT, location, message, "write the resolved path")
        return None
    is_printable = not _UNPRINTABLE.search(plain)
    if not is_printable or not _PATH.fullmatch(plain) or not _QUERY.fullmatch(query):
        message = f"the path {shown} is not valid in a URL"
        hint = "start it with `/`; avoid brackets, backslashes and line breaks"
        diagnostics.error(Code.UNSAFE_TEXT, location, message, hint)
        return None
    if not _METHOD.fullmatch(entry.method):
        message = f"{shorten(entry.method)!a} is not a valid HTTP method"
        diagnostics.error(Code.UNSAFE_TEXT, location, message, "use a word, such as `COPY`")
        return None
    if plain != entry.path:
        message = f"the path {shown} has a query or a fragment"
        hint = "under a waiver, requests include the query and omit the fragment"
        diagnostics.error(Code.UNSUPPORTED, location, message, hint)
    return sent
