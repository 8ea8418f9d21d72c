"""IR and templates to files: every text is escaped, formatted and checked before it is returned."""

from pcgen.render.environment import TemplateMistake
from pcgen.render.files import exported, render

__all__ = ("TemplateMistake", "exported", "render")
