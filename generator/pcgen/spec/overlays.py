"""OpenAPI Overlay 1.0 and 1.1: changes to a document, in another file."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import Any

from msgspec.structs import replace

from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.spec.document import Document, Node, Origin, Pointer, lookup

MAX_CHARACTERS = 64 * 1024 * 1024


def overlay(document: Document, changes: Document, diagnostics: Diagnostics) -> Document:
    """Apply an overlay.

    Args:
        document: The document; its values are changed.
        changes: The overlay.
        diagnostics: Receives actions that are wrong or match nothing.
    """
    root = changes.root
    version = root.get("overlay") if isinstance(root, dict) else None
    if not isinstance(version, str) or not re.fullmatch(r"1\.[01]\.\d+", version):
        message = "`overlay` must be a supported version of OpenAPI Overlay: 1.0 or 1.1"
        hint = "name an overlay, which starts with `overlay: 1.0.0`"
        diagnostics.error(Code.OVERLAY_INVALID, changes.location(("overlay",)), message, hint)
        return document
    applying = _Applying(document, changes, diagnostics)
    for action in changes.node.entries("actions"):
        applying.apply(action)
    mounts = {**document.mounts, **applying.mounts}
    return replace(document, mounts=mounts, others=(*document.others, changes))


class _Applying:
    def __init__(self, document: Document, changes: Document, diagnostics: Diagnostics) -> None:
        self.mounts: dict[Pointer, Origin] = {}
        self._document = document
        self._changes = changes
        self._diagnostics = diagnostics
        self._characters = 0

    def apply(self, action: Node) -> None:
        """Carry out one action."""
        pointers = self._matches(action, "target")
        update, copy, remove = map(action.get, ("update", "copy", "remove"))
        if remove is not None and remove.value is True:
            for pointer in reversed(pointers):  # From the last, so that indices stay valid.
                self._remove(pointer, action)
            return
        if update is None and copy is not None:
            update = self._source(action)
        elif update is None:
            message = "the action has neither `update`, `copy` nor `remove: true`"
            hint = "add one of them"
            self._diagnostics.error(Code.OVERLAY_INVALID, action.location, message, hint)
        if update is not None and self._fits(update, len(pointers), action):
            for pointer in pointers:
                self._update(pointer, update, action)

    def _source(self, action: Node) -> Node | None:
        """A copy of what an action copies, made before it changes: targets may lie within it."""
        pointers = self._matches(action, "copy")
        if len(pointers) > 1:
            message = f"`copy` must match one value; it matches {len(pointers)}"
            hint = "narrow the JSONPath"
            location = action.child("copy").location
            self._diagnostics.error(Code.OVERLAY_INVALID, location, message, hint)
        found = lookup(self._document, pointers[0]) if len(pointers) == 1 else None
        if found is None:
            return None
        now = replace(self._document, mounts={**self._document.mounts, **self.mounts})
        return Node(now, found.pointer, deepcopy(found.value))

    def _matches(self, action: Node, key: str) -> list[Pointer]:
        """The pointers that the JSONPath at a key of an action matches, in the document's order."""
        import jsonpath_rfc9535 as jsonpath  # Imported late: few builds have overlays.

        location = (action.get(key) or action).location
        try:
            found = jsonpath.find(action.text(key), self._document.root)
        except (jsonpath.JSONPathError, RecursionError) as error:
            message = f"`{key}` is not a valid JSONPath: {shorten(str(error))}"
            self._diagnostics.error(Code.OVERLAY_INVALID, location, message, "see RFC 9535")
            return []
        if not found:
            message = f"`{key}` {shorten(action.text(key))!a} matches nothing"
            hint = "correct it, or remove the action"
            self._diagnostics.error(Code.OVERLAY_UNMATCHED, location, message, hint)
        return list(dict.fromkeys(tuple(map(str, node.location)) for node in found))

    def _fits(self, update: Node, count: int, action: Node) -> bool:
        self._characters += len(json.dumps(update.value)) * count
        if self._characters > MAX_CHARACTERS:
            message = f"the overlay would add more than {MAX_CHARACTERS:,} characters"
            self._diagnostics.error(Code.OVERLAY_INVALID, action.location, message)
        return self._characters <= MAX_CHARACTERS

    def _remove(self, pointer: Pointer, action: Node) -> None:
        holder = lookup(self._document, pointer[:-1])
        if not pointer or holder is None:
            message = "`remove` cannot remove the whole document"
            hint = "select a member of it in `target`"
            self._diagnostics.error(Code.OVERLAY_INVALID, action.location, message, hint)
        elif isinstance(holder.value, list):
            index = int(pointer[-1])
            for later in range(index + 1, len(holder.value)):
                old, new = ((*pointer[:-1], str(i)) for i in (later, later - 1))
                self.mounts[new] = self.mounts.get(old, (self._document, old))
            del holder.value[index]
        else:
            holder.value.pop(pointer[-1], None)

    def _update(self, pointer: Pointer, update: Node, action: Node) -> None:
        """Merge an update into the value at a pointer."""
        target = lookup(self._document, pointer)
        if target is None:
            return
        if isinstance(target.value, list):
            self._append(target, update)
        elif isinstance(target.value, dict) and isinstance(update.value, dict):
            for key, member in update.members():
                old = target.value.get(key)
                if type(old) is type(member.value) and isinstance(old, dict | list):
                    self._update((*pointer, key), member, action)
                else:
                    self._set((*pointer, key), member)
        elif isinstance(target.value, dict) or isinstance(update.value, dict | list):
            message = "`update` must have the type of the target, to be merged with it"
            hint = "change `update`, or remove the target first"
            self._diagnostics.error(Code.OVERLAY_INVALID, action.location, message, hint)
        else:
            self._set(pointer, update)

    def _append(self, target: Node, update: Node) -> None:
        added = list(update.entries()) if isinstance(update.value, list) else [update]
        for item in added:
            pointer = (*target.pointer, str(len(target.value)))
            self.mounts[pointer] = item.document.origin(item.pointer)
            target.value.append(deepcopy(item.value))

    def _set(self, pointer: Pointer, member: Node) -> None:
        holder = lookup(self._document, pointer[:-1])
        if holder is None:
            return
        key: Any = int(pointer[-1]) if isinstance(holder.value, list) else pointer[-1]
        holder.value[key] = deepcopy(member.value)
        self.mounts = {
            at: origin for at, origin in self.mounts.items() if at[: len(pointer)] != pointer
        }
        self.mounts[pointer] = member.document.origin(member.pointer)
