"""Names that override those of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import names
from pcgen.translate.selection import report_unmatched

if TYPE_CHECKING:
    from collections.abc import Container

    from pcgen import config
    from pcgen.diagnostics import Diagnostics
    from pcgen.spec import Node

RENAME_HINT = "rename one of the two under `rename` in the configuration"
_NAME = "x-pcgen-name"


def call_paths_within(path: tuple[str, ...]) -> list[str]:
    """The call paths of a resource and of those that contain it: `beta`, `beta.chat`."""
    snakes = [names.snake(text) for text in path]
    return [".".join(snakes[:length]) for length in range(1, len(snakes) + 1)]


class Renames:
    """Names from `rename` in the configuration, or else from `x-pcgen-name` in the document.

    Like names of the document, they are split into words.
    """

    def __init__(self, spec: config.Spec) -> None:
        self._spec = spec
        self._keys: set[str] = set()
        self._used: set[str] = set()
        self._resources: dict[str, str] = {}

    def text(self, node: Node, own: str, key: str = "") -> str:
        """The name of a node that the document calls `own`.

        The configuration refers to the node by its JSON pointer, or by `key`.
        """
        chosen = self._spec.rename
        if chosen:
            for candidate in (node.address, *filter(None, [key])):
                self._keys.add(candidate)
                if candidate in chosen:
                    self._used.add(candidate)
                    return chosen[candidate]
        return node.text(_NAME) or own

    def tag(
        self,
        node: Node | None,
        tag: str,
        own: str,
        operations: Container[str],
        resources: Container[str] = (),
    ) -> str:
        """The name of a tag's resource.

        If paths give a resource the name of the tag, then `resource` renames that.

        Args:
            node: The description of the tag, if there is one.
            tag: The tag.
            own: The name if no other one is chosen.
            operations: The ids of operations, which take precedence in the configuration.
            resources: The call paths of resources.
        """
        if tag in self._spec.rename and tag not in operations:
            self._used.add(tag)
            if (key := names.snake(tag)) not in resources:
                return self._spec.rename[tag]
            self._resources[key] = self._spec.rename[tag]
        self._keys.add(tag)
        return own if node is None else self.text(node, own)

    def resource(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """The path of a resource; the configuration refers to it by its call path, `beta.chat`."""
        found = path
        chosen = self._resources | self._spec.rename
        for length, key in enumerate(call_paths_within(path), 1) if chosen else ():
            self._keys.add(key)
            if key in chosen:
                self._used.add(key)
                found = (*found[: length - 1], chosen[key], *found[length:])
        return found

    def check(self, diagnostics: Diagnostics) -> None:
        """Report unused keys of `rename`; call it after all names have been chosen."""
        for key in self._spec.rename:
            if key not in self._used:
                message = f"`rename`: {key!a} matches no name of the document"
                location = self._spec.source.location(key)
                report_unmatched(location, message, key, self._keys, diagnostics)
