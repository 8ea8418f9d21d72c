"""IR values to Python source: the only makers of `Code`, one encoder for each position."""

from pcgen.python.code import Code, comment, join, literal, markdown, toml_string, tuple_of
from pcgen.python.layout import lay_out
from pcgen.python.prose import WIDTH, docstring, pretty, prose_docstring, wrap
from pcgen.python.types import SYMBOLS, Imports, Types, import_order, signature_default

__all__ = (
    "SYMBOLS",
    "WIDTH",
    "Code",
    "Imports",
    "Types",
    "comment",
    "docstring",
    "import_order",
    "join",
    "lay_out",
    "literal",
    "markdown",
    "pretty",
    "prose_docstring",
    "signature_default",
    "toml_string",
    "tuple_of",
    "wrap",
)
