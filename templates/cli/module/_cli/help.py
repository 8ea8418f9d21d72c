"""Help texts: paragraphs and lists of Markdown, and options in two sections."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import click
from click.formatting import wrap_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHORT = len("--a")
"""Flags of this length are too short to be the start of another one."""
_ITEM = re.compile(r"([-*+]|\d+[.)]) +")
_INDENT = "  "


class CommonOption(click.Option):
    """An option that every command has."""


class Help(click.Command):
    """A command whose help keeps the paragraphs of its text, and goes through a pager."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; an unknown option names the nearest one."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            name = error.option_name
            message = f"No such option '{name}'.{meant(self._nearest(name, ctx))}"
            raise click.NoSuchOption(name, message, ctx=error.ctx) from None

    def spellings(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Return what users may write for the options of this command, with their flags."""
        own = [param for param in self.get_params(ctx) if not is_common(param)]
        return [(flag, flag) for param in own for flag in (*param.opts, *param.secondary_opts)]

    def _nearest(self, flag: str, ctx: click.Context) -> str:
        """The most similar option: of this command, else of every command."""
        own = self.spellings(ctx)
        starts = [
            (abs(len(known) - len(flag)), known, shown)
            for known, shown in own
            if len(flag) > _SHORT and known.startswith("--")
            if known.startswith(flag) or flag.startswith(known)
        ]
        if starts:
            return min(starts)[2]
        found = nearest(flag, (known for known, _ in own))
        shared = (one for param in self.get_params(ctx) for one in param.opts if is_common(param))
        return dict(own).get(found) or nearest(flag, shared)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option that prints the help."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _show
        return option

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the description."""
        del ctx
        if self.help:
            formatter.write_paragraph()
        for first, rest, text in blocks(self.help or ""):
            if text:
                formatter.write(wrap_text(text, formatter.width, first, rest) + "\n")
            else:
                formatter.write(f"{first}\n" if first.strip() else "\n")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of this command, then those that every command has."""
        own: list[tuple[str, str]] = []
        common: list[tuple[str, str]] = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                (common if is_common(param) else own).append(record)
        for title, records in (("Options", own), ("Common options", common)):
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most like another one, or ""."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), 1, 0.6)), "")


def meant(near: str) -> str:
    """Return the end of a message about an unknown word: the nearest one, unless that is ""."""
    return f" Did you mean {near!r}?" if near else ""


def is_common(param: click.Parameter) -> bool:
    """Return whether every command has an option."""
    return isinstance(param, CommonOption) or "--help" in param.opts


def blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield paragraphs and items of lists: the indents of the first and other lines, the text.

    Lines of code, and empty lines, are first indents without a text.
    """
    is_code, lines = False, list[str]()
    first = rest = _INDENT
    for line in text.strip().split("\n"):
        bare = line.strip()
        item = _ITEM.match(bare)
        fence = bare.startswith("```")
        if lines and (not bare or item or fence or is_code):
            yield first, rest, " ".join(lines)
            lines, first, rest = [], _INDENT, _INDENT
        if fence:
            is_code = not is_code
        elif is_code or not bare:
            yield f"{_INDENT}{line}", "", ""
        elif item:
            first = f"{_INDENT}{item[0]}"
            rest = " " * len(first)
            lines = [bare[item.end() :]]
        else:
            lines.append(bare)
    if lines:
        yield first, rest, " ".join(lines)


def _show(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del param
    if value and not ctx.resilient_parsing:
        show(ctx)
        ctx.exit()


def show(ctx: click.Context) -> None:
    """Print the help of a command, through a pager if it is longer than the terminal."""
    from .output import Output
    from .terminal import Terminal

    Output(Terminal(os.environ)).page(f"{ctx.get_help()}\n")
