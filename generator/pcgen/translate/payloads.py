"""The payloads of webhooks and callbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.translate.annotations import doc
from pcgen.translate.contents import contents
from pcgen.translate.selection import operation_id, requests_of

if TYPE_CHECKING:
    from pcgen.spec import Node
    from pcgen.translate.schemas import Schemas
    from pcgen.translate.selection import Entry, Selection


class Payloads(Struct, frozen=True):
    """Translates the requests that a service sends.

    Args:
        schemas: Translates schemas.
        diagnostics: Collects findings.
    """

    schemas: Schemas
    diagnostics: Diagnostics

    def webhooks(self, selection: Selection) -> tuple[ir.Payload, ...]:
        """The payloads of the selected webhooks."""
        return tuple(self._payload(hook.path, hook.path, hook.node) for hook in selection.webhooks)

    def callbacks(self, entry: Entry) -> tuple[ir.Payload, ...]:
        """The payloads of an operation's callbacks."""
        return tuple(
            self._payload(request.path, f"{operation_id(entry)} {request.path}", request.node)
            for request in requests_of(entry.node, "callbacks")
        )

    def _payload(self, key: str, name: str, request: Node) -> ir.Payload:
        type_ = self._type(request, f"{request.text('operationId') or name} payload")
        return ir.Payload(key, type_, doc(request))

    def _type(self, request: Node, name: str) -> ir.Type | None:
        """The type of a JSON body; None without one."""
        body = request.get("requestBody")
        found = [] if body is None else contents(body.follow(), self.diagnostics)
        if found and not any(content.is_json for content in found):
            message = f"the payload is `{shorten(found[0].media_type)}`, so it has no model"
            self.diagnostics.note(Code.UNSUPPORTED, found[0].node.location, message)
        schemas = [content.schema_or_items for content in found if content.is_json]
        types = [self.schemas.type(schema, name) for schema in schemas if schema is not None]
        return types[0] if types else None
