"""Runs a program against the mock server, which it finds by environment variables."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from pcgen import lock
from pcgen.targets.variables import (
    base_url_variable,
    program_prefix,
    program_variable,
    secret_variable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pcgen import config, ir

_PROGRAM = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(words: Sequence[str], package: ir.Package, settings: config.Package, url: str) -> int:
    """Run a program; returns its exit code, as shells have it.

    Args:
        words: The program and its arguments. A page of documentation is its first Python program.
        package: The package whose client or command line it uses.
        settings: The settings of the package.
        url: The URL of the mock server.

    Raises:
        UsageError: There is no such program, or the client reads no variable for its URL.
    """
    page = Path(words[0])
    command, folders = [*words], [settings.root / settings.output]
    if page.suffix == ".md":
        found = _PROGRAM.search(page.read_text(encoding="utf-8"))
        if found is None:
            raise click.UsageError(f"{page} has no Python program.")
        command = [sys.executable, "-c", found[1], *words[1:]]
        folders = [folder for folder in page.parents if (folder / lock.NAME).exists()]
    paths = [*(str(folder.absolute()) for folder in folders), os.environ.get("PYTHONPATH", "")]
    added = {
        **dict.fromkeys(_secrets(package), "any"),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "NO_PROXY": "127.0.0.1",
    }
    with TemporaryDirectory() as folder:
        if "cli" in settings.targets:
            added |= _of_command_line(package, settings, url, folder)
        else:
            added |= dict.fromkeys(_urls(package), url)
        try:
            done = subprocess.run(command, env={**os.environ, **added}, check=False)
        except OSError as error:
            raise click.UsageError(f"{command[0]} cannot be run: {error.strerror}.") from None
    return done.returncode if done.returncode >= 0 else 128 - done.returncode


def _urls(package: ir.Package) -> Iterator[str]:
    """The variables that override the URL of the service.

    Raises:
        UsageError: There is none, so that the program would call the real service.
    """
    for service in _services(package):
        if service.base_url_env:
            yield service.base_url_env
        elif not service.names_host:
            yield base_url_variable(package)
        else:
            message = "The client reads its URL from no variable, so that it would call"
            hint = "Set `base-url-env` in the configuration, and build the package."
            raise click.UsageError(f"{message} {service.base_url}. {hint}")


def _services(package: ir.Package) -> list[ir.Service]:
    own = [resource.service for resource in package.resources if resource.service]
    return own or [package.service]


def _of_command_line(
    package: ir.Package, settings: config.Package, url: str, folder: str
) -> dict[str, str]:
    """The variables of a command line, which then neither uses nor changes what is stored."""
    prefix = program_prefix(settings.cli, package)
    secrets = (secret for scheme in package.service.schemes for secret in scheme.arguments)
    reads_own = not any(service.base_url_env for service in _services(package))
    urls = [f"{prefix}_BASE_URL"] if reads_own else _urls(package)
    return {
        **dict.fromkeys((program_variable(secret, prefix) for secret in secrets), "any"),
        **dict.fromkeys((*urls, f"{prefix}_AUTH_URL"), url),
        f"{prefix}_CONFIG_DIR": folder,
    }


def _secrets(package: ir.Package) -> Iterator[str]:
    """The variables of credentials, but not those that are sent to a server for tokens."""
    for scheme in package.service.schemes:
        for secret in scheme.secrets:
            yield secret_variable(secret, package)
