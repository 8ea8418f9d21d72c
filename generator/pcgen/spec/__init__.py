"""An OpenAPI document with the line and column of every value, and its references."""

from pcgen.spec.document import Document, Node, format_pointer, lookup, parse_pointer
from pcgen.spec.library import Library, Refused
from pcgen.spec.link import link
from pcgen.spec.overlays import overlay
from pcgen.spec.reader import expect_openapi, parse, parse_values, read, read_bytes
from pcgen.spec.references import NAMED, is_named_schema, objects, targets

__all__ = (
    "NAMED",
    "Document",
    "Library",
    "Node",
    "Refused",
    "expect_openapi",
    "format_pointer",
    "is_named_schema",
    "link",
    "lookup",
    "objects",
    "overlay",
    "parse",
    "parse_pointer",
    "parse_values",
    "read",
    "read_bytes",
    "targets",
)
