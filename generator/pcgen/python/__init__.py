"""IR values to Python source: the only makers of `Code`, one encoder for each position."""

from pcgen.python.code import Code, comment, join, literal, toml_string, tuple_of
from pcgen.python.layout import lay_out
from pcgen.python.markdown import code_span, fenced, markdown, markdown_line
from pcgen.python.prose import WIDTH, docstring, pretty, prose_docstring, wrap
from pcgen.python.types import SYMBOLS, Imports, Types, import_order, signature_default

__all__ = (
    "SYMBOLS",
    "WIDTH",
    "Code",
    "Imports",
    "Types",
    "code_span",
    "comment",
    "docstring",
    "fenced",
    "import_order",
    "join",
    "lay_out",
    "literal",
    "markdown",
    "markdown_line",
    "pretty",
    "prose_docstring",
    "signature_default",
    "toml_string",
    "tuple_of",
    "wrap",
)
