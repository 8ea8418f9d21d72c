"""`$id`, `$anchor` and `$self`: URIs and names that references may use for values in a file."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urljoin

from msgspec import json

from pcgen.spec.document import Document, Pointer
from pcgen.spec.references import objects

_ANCHORS = ("$anchor", "$dynamicAnchor")


class Identities:
    """The identifiers that a file declares; collected when the first one is needed."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._has_any = b'"$id"' in json.encode(document.root)

    def base(self, pointer: Pointer) -> str:
        """The URI that references at a pointer are relative to; empty if no `$id` encloses it."""
        base, value = "", self._document.root
        for part in pointer if self._has_any else ():
            own = _id(value)
            base = urljoin(base, own) if own else base
            value = value[int(part)] if isinstance(value, list) else value[part]
        return base

    def resource(self, base: str, uri: str) -> Pointer | None:
        """The pointer of the schema with this `$id`, or of the base itself if `uri` is empty."""
        if not base and not uri:
            return ()
        return self._resources.get(urljoin(base, uri))

    def anchor(self, start: Pointer, name: str) -> Pointer | None:
        """The pointer of an anchor within the resource at `start`."""
        return self._anchors.get((start, name))

    @cached_property
    def _resources(self) -> dict[str, Pointer]:
        root = self._document.root
        itself = root.get("$self") if isinstance(root, dict) else None
        found: dict[str, Pointer] = {itself: ()} if isinstance(itself, str) else {}
        for node in objects(self._document.node, ("$id",)):
            if _id(node.value):
                found.setdefault(self.base((*node.pointer, "$id")), node.pointer)
        return found

    @cached_property
    def _anchors(self) -> dict[tuple[Pointer, str], Pointer]:
        found: dict[tuple[Pointer, str], Pointer] = {}
        for node in objects(self._document.node, _ANCHORS):
            for key in _ANCHORS:
                if isinstance(node.value.get(key), str):
                    start = self.resource(self.base((*node.pointer, key)), "")
                    found.setdefault((start or (), node.value[key]), node.pointer)
        return found


def _id(value: Any) -> str:
    found = value.get("$id", "") if isinstance(value, dict) else ""
    return found if isinstance(found, str) and not found.startswith("#") else ""
