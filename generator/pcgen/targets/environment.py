"""The Jinja environment, which prints only `Identifier` and `Code`."""

from __future__ import annotations

import sys
import traceback
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import (
    BytecodeCache,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    UndefinedError,
)

from pcgen.cache import Cache, digest, sources_digest, version
from pcgen.targets.code import Code, Identifier
from pcgen.template_files import template_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2.bccache import Bucket

FOLDER = "python/"
_KIND = "template"


class TemplateMistake(Exception):
    """A template is not valid, or prints something undefined or plain text.

    Args:
        name: The template's name.
        line: The line in it; 0 if unknown.
        message: The problem.
    """

    def __init__(self, name: str, line: int, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.line = line


def environment(own: Mapping[str, str], cache: Cache) -> Environment:
    """Make the environment; templates in `own` override pcgen's."""
    return _environment(tuple(sorted(own.items())), cache)


@lru_cache(maxsize=1)
def _environment(own: tuple[tuple[str, str], ...], cache: Cache) -> Environment:
    texts = dict(own)

    def load(name: str) -> tuple[str, str, None] | None:
        text = texts.get(name.removeprefix(FOLDER))
        return None if text is None else (text, name, None)

    made = Environment(
        loader=ChoiceLoader([FunctionLoader(load), FileSystemLoader(template_folder())]),
        undefined=StrictUndefined,
        finalize=_wall,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=_Compiled(cache),
        auto_reload=False,  # Reloading would check the files of templates each time.
        autoescape=False,  # `Code` is escaped for its position; HTML escapes would be wrong.
    )
    made.globals.clear()
    made.filters.clear()
    return made


class _Compiled(BytecodeCache):
    """Compiled templates.

    An entry is used when the same versions of pcgen, Jinja and Python load the same template.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._made_by = (version("jinja2"), sys.version, sources_digest())

    def load_bytecode(self, bucket: Bucket) -> None:
        known = self._cache.get(_KIND, self._key(bucket))
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._cache.put(_KIND, self._key(bucket), bucket.bytecode_to_string())

    def _key(self, bucket: Bucket) -> str:
        return digest(*self._made_by, bucket.key, bucket.checksum)


def text_of(env: Environment, name: str, **values: Any) -> str:
    """Print a template.

    Raises:
        TemplateMistake: The template, or one that it includes, is wrong.
    """
    try:
        return env.get_template(FOLDER + name).render(**values)
    except TemplateSyntaxError as error:
        where = (error.name or name).removeprefix(FOLDER)
        raise TemplateMistake(where, error.lineno, error.message or "") from None
    except (TemplateError, TypeError) as error:
        where, line = name, 0
        for frame in traceback.extract_tb(error.__traceback__):
            if FOLDER in frame.filename and frame.filename.endswith(".jinja"):
                where, line = frame.filename.rpartition(FOLDER)[2], frame.lineno or 0
        raise TemplateMistake(where, line, str(error)) from error


def _wall(value: Any) -> Any:
    if isinstance(value, Code | Identifier):
        return value
    try:
        str(value)
    except UndefinedError as error:
        raise TypeError(str(error)) from None
    kind = type(value).__name__
    raise TypeError(f"a template printed a {kind}; only Identifier and Code may be printed")
