"""An OpenAPI document that knows the line and column of every value, and its references."""

from pcgen.spec.document import Document, Node, format_pointer, lookup, parse_pointer
from pcgen.spec.library import Library, Refused
from pcgen.spec.link import link
from pcgen.spec.overlays import overlay
from pcgen.spec.parts import is_named_schema, part_of, part_texts, prints
from pcgen.spec.reader import expect_openapi, parse, parse_values, read, read_bytes
from pcgen.spec.references import NAMED, mask, objects, targets

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
    "mask",
    "objects",
    "overlay",
    "parse",
    "parse_pointer",
    "parse_values",
    "part_of",
    "part_texts",
    "prints",
    "read",
    "read_bytes",
    "targets",
)
