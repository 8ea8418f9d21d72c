"""What a service sends by itself: the payloads of webhooks and callbacks, as models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.translate import media
from pcgen.translate.contents import contents, schema_of
from pcgen.translate.describe import doc
from pcgen.translate.selection import operation_id, requests_of

if TYPE_CHECKING:
    from pcgen.diagnostics import Diagnostics
    from pcgen.spec import Node
    from pcgen.translate.schemas import Schemas
    from pcgen.translate.selection import Entry, Selection


class Payloads(Struct, frozen=True):
    """Translates what a service sends.

    Args:
        schemas: Where payloads are declared that are described in place.
        diagnostics: Where findings go.
    """

    schemas: Schemas
    diagnostics: Diagnostics

    def webhooks(self, selection: Selection) -> tuple[ir.Payload, ...]:
        """The webhooks that are wanted."""
        return tuple(self._payload(hook.path, hook.path, hook.node) for hook in selection.webhooks)

    def callbacks(self, entry: Entry) -> tuple[ir.Payload, ...]:
        """The callbacks of an operation."""
        return tuple(
            self._payload(sent.path, f"{operation_id(entry)} {sent.path}", sent.node)
            for sent in requests_of(entry.node, "callbacks")
        )

    def _payload(self, key: str, name: str, request: Node) -> ir.Payload:
        type_ = self._type(request, f"{request.text('operationId') or name} payload")
        return ir.Payload(key, type_, doc(request))

    def _type(self, request: Node, name: str) -> ir.Type | None:
        body = request.get("requestBody")
        found = {} if body is None else contents(body.follow(), self.diagnostics)
        described = ((kind, schema_of(content)) for kind, content in found.items())
        types = [
            self.schemas.type(schema, name)
            for kind, schema in described
            if schema is not None and media.is_json(kind)
        ]
        return types[0] if types else None
