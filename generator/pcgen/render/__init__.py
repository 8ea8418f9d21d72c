"""IR and templates to files: every text is escaped, formatted and checked before it is returned."""

from pcgen.render.files import render
from pcgen.render.formatter import load_tools

__all__ = ("load_tools", "render")
