"""Notes on values of any type, although the author seems to mean less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from pcgen.diagnostics import Code, Diagnostics

if TYPE_CHECKING:
    from pcgen.diagnostics import Location
    from pcgen.spec import Node

NO_TYPE = "the schema has no `type`"
OPEN_MEMBER = "a member of the union has no `type`"
ONLY_ITSELF = "the schema only refers to itself"
NO_SCHEMA = "there is no `schema`"
# Keywords of schemas that are left open on purpose, as generators write them.
_OPEN = frozenset(("deprecated", "nullable", "readOnly", "title", "writeOnly"))


class Untyped(Struct, frozen=True):
    """Collects the locations of such values by reason, as documents have hundreds of them."""

    found: dict[str, set[Location]] = field(default_factory=dict)

    def add(self, node: Node, reason: str) -> None:
        """Add a schema, unless it is empty apart from titles and the like."""
        keys = node.value if isinstance(node.value, dict) else ()
        if reason != NO_TYPE or any(k not in _OPEN and not k.startswith("x-") for k in keys):
            self.found.setdefault(reason, set()).add(node.location)

    def report(self, diagnostics: Diagnostics) -> None:
        """Note the first location for each reason, and how many more there are."""
        for reason, locations in sorted(self.found.items()):
            count = len(locations) - 1
            others = f" and at {count} other location{'s' * (count > 1)}" if count else ""
            message = f"any value is allowed here{others}, as {reason}"
            hint = "describe the type, unless you mean any value"
            diagnostics.note(Code.UNSUPPORTED, min(locations), message, hint)
