"""An OpenAPI document that knows the line and column of every value, and its references."""

from pcgen.spec.document import Document, Node, format_pointer, lookup, parse_pointer
from pcgen.spec.reader import parse, read, read_bytes
from pcgen.spec.references import check_references, targets

__all__ = (
    "Document",
    "Node",
    "check_references",
    "format_pointer",
    "lookup",
    "parse",
    "parse_pointer",
    "read",
    "read_bytes",
    "targets",
)
