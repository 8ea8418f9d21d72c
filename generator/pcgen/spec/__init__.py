"""An OpenAPI document that knows the line and column of every value, and its references."""

from pcgen.spec.document import Document, Node, format_pointer, lookup, parse_pointer
from pcgen.spec.library import Library
from pcgen.spec.link import link
from pcgen.spec.reader import parse, read, read_bytes
from pcgen.spec.references import NAMED, mask, objects, targets

__all__ = (
    "NAMED",
    "Document",
    "Library",
    "Node",
    "format_pointer",
    "link",
    "lookup",
    "mask",
    "objects",
    "parse",
    "parse_pointer",
    "read",
    "read_bytes",
    "targets",
)
