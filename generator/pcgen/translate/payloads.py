"""What a service sends by itself: the payloads of webhooks and callbacks, as models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen.translate import media
from pcgen.translate.contents import contents, schema_of
from pcgen.translate.selection import METHODS, operation_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.diagnostics import Diagnostics
    from pcgen.spec import Document, Node
    from pcgen.translate.schemas import Schemas
    from pcgen.translate.selection import Selection


def declare_payloads(
    document: Document, selection: Selection, schemas: Schemas, diagnostics: Diagnostics
) -> None:
    """Declare the payloads that are described in place; those of `components` are there anyway.

    Args:
        document: The document.
        selection: Which of its operations are wanted; their callbacks are.
        schemas: Where the payloads are declared.
        diagnostics: Where findings go.
    """
    for name, request in _requests(document, selection):
        body = request.get("requestBody")
        found = {} if body is None else contents(body.follow(), diagnostics)
        for media_type, content in found.items():
            schema = schema_of(content)
            if schema is not None and media.is_json(media_type):
                schemas.type(schema, f"{name} payload")


def _requests(document: Document, selection: Selection) -> Iterator[tuple[str, Node]]:
    """The requests that a service makes, with their names."""
    if selection.schemas is None:  # Else nobody has said which webhooks are wanted.
        for key, item in sorted(document.node.members("webhooks"), key=lambda pair: pair[0]):
            yield from _named(key, item.follow())
    for entry in selection.entries:
        for key, callback in entry.node.members("callbacks"):
            for _, item in callback.follow().members():
                yield from _named(f"{operation_id(entry)} {key}", item.follow())


def _named(name: str, item: Node) -> Iterator[tuple[str, Node]]:
    for method in METHODS:
        request = item.get(method)
        if request is not None:
            yield request.text("operationId") or name, request
