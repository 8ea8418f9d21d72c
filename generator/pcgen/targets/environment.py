"""The Jinja environment of all targets, which prints `Identifier` and `Code` and nothing else."""

from __future__ import annotations

import traceback
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    UndefinedError,
)

from pcgen.targets.code import Code, Identifier
from pcgen.targets.compiled import CompiledTemplates
from pcgen.template_files import own_name, template_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen.cache import Cache


class TemplateMistake(Exception):
    """A template is invalid, or prints something undefined or forbidden.

    Args:
        name: The template's name in the folder of its target.
        line: The line in it, 0 if unknown.
        message: What is wrong.
    """

    def __init__(self, name: str, line: int, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.line = line


def environment(own: Mapping[str, str], cache: Cache) -> Environment:
    """Make the environment of pcgen's templates; the user's `own` templates override some."""
    return _environment(tuple(sorted(own.items())), cache)


@lru_cache(maxsize=1)
def _environment(own: tuple[tuple[str, str], ...], cache: Cache) -> Environment:
    texts = dict(own)

    def load(name: str) -> tuple[str, str, None] | None:
        text = texts.get(own_name(name))
        return None if text is None else (text, name, None)

    made = Environment(
        loader=ChoiceLoader([FunctionLoader(load), FileSystemLoader(template_folder())]),
        undefined=StrictUndefined,
        finalize=_wall,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=CompiledTemplates(cache),
        optimized=False,  # There are no constants to fold, and looking for them takes a while.
        auto_reload=False,  # Templates do not change during a build.
        autoescape=False,  # Encoders escape for each position; escaping for HTML would do harm.
    )
    made.globals.clear()
    made.filters.clear()
    return made


def text_of(env: Environment, name: str, **values: Any) -> str:
    """Render a template; its name starts with the folder of its target.

    Raises:
        TemplateMistake: The template is invalid, or one that it includes.
    """
    folder = name.partition("/")[0] + "/"
    try:
        return env.get_template(name).render(**values)
    except TemplateSyntaxError as error:
        where = own_name(error.name or name)
        raise TemplateMistake(where, error.lineno, error.message or "") from None
    except (TemplateError, TypeError) as error:
        where, line = name, 0
        for frame in traceback.extract_tb(error.__traceback__):
            if folder in frame.filename and frame.filename.endswith(".jinja"):
                where, line = folder + frame.filename.rpartition(folder)[2], frame.lineno or 0
        raise TemplateMistake(own_name(where), line, str(error)) from error


def _wall(value: Any) -> Any:
    if isinstance(value, Code | Identifier):
        return value
    try:
        str(value)
    except UndefinedError as error:
        raise TypeError(str(error)) from None
    kind = type(value).__name__
    raise TypeError(f"a template printed a {kind}; only Identifier and Code may be printed")
