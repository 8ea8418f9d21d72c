"""The commands of authentication and configuration that a program has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..program import Program


def entries(program: Program) -> Iterator[tuple[str, str, str]]:
    """Return the words, the module with the function that makes it, and a sentence, of each."""
    yield "config get", "settings:get", "Print a setting"
    yield "config set", "settings:set_value", "Change a setting"
    yield "config unset", "settings:unset", "Give a setting its default"
    yield "config list", "settings:list_all", "Print all settings"
    yield "config describe", "settings:describe", "Explain a setting"
    if not program.schemes:
        return
    yield "auth configure", "configure:configure", "Store credentials"
    yield "auth status", "status:status", "Show which credentials there are"
    yield "auth clear", "commands:clear", "Remove some of the stored credentials"
    for prefix in ("auth ", ""):
        if program.login is not None:
            yield f"{prefix}login", "commands:login", "Log in with a browser"
            yield f"{prefix}whoami", "commands:whoami", "Show who is logged in"
        yield f"{prefix}logout", "commands:logout", "Remove all stored credentials"
    if any(scheme.kind == "api_key" for scheme in program.schemes):
        yield "config get-api-key", "settings:get_api_key", "Print the default API key"
        yield "config set-api-key", "settings:set_api_key", "Store the default API key"
    yield "config set-color", "settings:set_color", "Switch colors on or off"


GROUPS = {"auth": "Log in, and manage credentials", "config": "Settings of this program"}
