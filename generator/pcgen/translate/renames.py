"""New names for what the document names otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen.translate.selection import report_unmatched

if TYPE_CHECKING:
    from pcgen import config
    from pcgen.diagnostics import Diagnostics
    from pcgen.spec import Node

RENAME_HINT = "give one of the two another name under `rename` in the configuration"
_NAME = "x-pcgen-name"


class Renames:
    """The names that the configuration, or else the document by `x-pcgen-name`, wants instead.

    A new name is treated as if the document had it: it goes the way of every other.
    """

    def __init__(self, spec: config.Spec) -> None:
        self._spec = spec
        self._known: set[str] = set()
        self._used: set[str] = set()

    def text(self, node: Node, own: str, key: str = "") -> str:
        """The name to use for a node that the document calls `own`, `key` in the configuration."""
        chosen = self._spec.rename
        if chosen:
            for place in (node.address, *filter(None, [key])):
                self._known.add(place)
                if place in chosen:
                    self._used.add(place)
                    return chosen[place]
        return node.text(_NAME) or own

    def tag(self, node: Node | None, tag: str) -> str:
        """The name to use for a tag, which may be described nowhere."""
        if tag in self._spec.rename and tag not in self._used:  # Operations have the first claim.
            self._used.add(tag)
            return self._spec.rename[tag]
        self._known.add(tag)
        return tag if node is None else self.text(node, tag)

    def expected(self, node: Node | None, tag: str) -> str:
        """What `tag` is going to say; nothing counts as renamed by this."""
        chosen = self._spec.rename
        described = "" if node is None else chosen.get(node.address) or node.text(_NAME)
        return chosen.get(tag) or described or tag

    def check(self, diagnostics: Diagnostics) -> None:
        """Report what was to be renamed and is not there; call it when all names are given."""
        for key in self._spec.rename:
            if key not in self._used:
                message = f"`rename`: nothing that gets a name is at {key!a}"
                place = self._spec.source.place(key)
                report_unmatched(place, message, key, self._known, diagnostics)
