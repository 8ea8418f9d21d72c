"""The port of commands that serve on loopback."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def port_option(default: int) -> Callable[[Any], Any]:
    """The option `--port`."""
    text = f"The port on 127.0.0.1; 0 takes a free one. Default: {default}."
    return click.option("--port", type=click.IntRange(0, 65535), default=default, help=text)


@contextmanager
def listening_on(port: int) -> Iterator[None]:
    """Explain why a port cannot be used.

    Raises:
        ClickException: The port is in use, or not allowed.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "Choose another one with --port; --port 0 takes a free one."
        raise click.ClickException(f"port {port} cannot be used: {reason}. {hint}") from None
