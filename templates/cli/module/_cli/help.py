"""Help that goes through a pager if it is longer than the terminal."""

from __future__ import annotations

import os

import click

from .output import Output
from .terminal import Terminal


class Paged(click.Command):
    """A command whose help may go through a pager."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option of the help."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _show
        return option


def page_help(ctx: click.Context) -> None:
    """Show the help of the command that runs."""
    Output(Terminal(os.environ)).page(f"{ctx.get_help()}\n")


def _show(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del param
    if value and not ctx.resilient_parsing:
        page_help(ctx)
        ctx.exit()
