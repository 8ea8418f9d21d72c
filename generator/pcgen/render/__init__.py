"""IR and templates to files: every text is escaped, formatted and checked before it is returned."""

from pcgen.render.by_hand import extendable
from pcgen.render.environment import TemplateMistake
from pcgen.render.files import exported, render, resource_modules, start

__all__ = ("TemplateMistake", "exported", "extendable", "render", "resource_modules", "start")
