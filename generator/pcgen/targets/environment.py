"""The one Jinja environment, with the type wall."""

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
    """A template cannot be read, or prints what is not there or must not be printed.

    Args:
        name: The template's name.
        line: The line in it, 0 when unknown.
        message: What is wrong.
    """

    def __init__(self, name: str, line: int, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.line = line


def environment(own: Mapping[str, str], cache: Cache) -> Environment:
    """Templates that print `Identifier` and `Code` and nothing else; `own` ones come first."""
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
        auto_reload=False,  # It would look at the files of the templates again and again.
        autoescape=False,  # Escaping is done by type, for the position; HTML's would do harm.
    )
    made.globals.clear()
    made.filters.clear()
    return made


class _Compiled(BytecodeCache):
    """Templates compiled by earlier runs."""

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
    """What a template prints.

    Raises:
        TemplateMistake: The template is wrong, or one that it includes.
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
