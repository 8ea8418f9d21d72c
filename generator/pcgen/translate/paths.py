"""The paths of a document as they are sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pcgen.diagnostics import Code, Diagnostics, shorten

if TYPE_CHECKING:
    from pcgen.translate.selection import Entry

# What a URL can have, once quotes and blanks are escaped on the way.
_PATH = re.compile(r"/[^\\<>^`|?#\x00-\x1f\x7f-\x9f\u2028\u2029]*")
_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_QUERY = re.compile(r"[\w.~:@!$'()*,;=&+/%-]*", re.ASCII)


def sent_path(entry: Entry, diagnostics: Diagnostics) -> str | None:
    """The path of an operation: its fragment only tells it from others, a query is sent along.

    Args:
        entry: The operation.
        diagnostics: Told of a path that cannot be sent as it is.

    Returns:
        None where it cannot be sent at all: the operation is left out.
    """
    sent = entry.path.partition("#")[0]
    plain, _, query = sent.partition("?")
    node = entry.node
    if any(unquote(part) in (".", "..") for part in plain.split("/")):
        message = f"the path {shorten(entry.path)!a} has a part that leads to another path"
        diagnostics.error(Code.UNSAFE_TEXT, node.location, message, "write the path it means")
        return None
    if not _PATH.fullmatch(plain) or not _QUERY.fullmatch(query):
        message = f"the path {shorten(entry.path)!a} is not one that a URL can have"
        hint = "a path starts with `/` and has no brackets, backslashes or line breaks"
        diagnostics.error(Code.UNSAFE_TEXT, node.location, message, hint)
        return None
    if not _METHOD.fullmatch(entry.method):
        message = f"{shorten(entry.method)!a} is not a method that a request can have"
        diagnostics.error(
            Code.UNSAFE_TEXT, node.location, message, "a method is a word, such as `COPY`"
        )
        return None
    if plain != entry.path:
        message = f"the path {shorten(entry.path)!a} has a query or a fragment"
        hint = "under a waiver, the query is sent as it stands and the fragment is not"
        diagnostics.error(Code.UNSUPPORTED, node.location, message, hint)
    return sent
