"""IR and templates to files: every text is escaped, formatted and checked before it is returned."""

from pcgen.render.files import render, template_digest

__all__ = ("render", "template_digest")
