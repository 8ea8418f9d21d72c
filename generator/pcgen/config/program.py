"""Reads the settings of the target `cli`."""

from __future__ import annotations

from typing import Any

from pcgen.config.checks import Checks, is_a, string_list, text_values
from pcgen.config.keys import BATCH, CLI, LOGIN
from pcgen.diagnostics import Code, shorten
from pcgen.targets import Batch, Cli, Login


class ProgramReader(Checks):
    """Reads the table `cli` of a package."""

    def _cli(self, table: dict[str, Any]) -> Cli:
        value = table.get("cli", {})
        if not isinstance(value, dict):
            return Cli()
        with self._within("cli"):
            self._check(value, CLI, "cli")
            columns = value.get("columns", {})
            options = value.get("options", {})
            for name, entry in columns.items() if isinstance(columns, dict) else ():
                if not is_a(entry, "strings"):
                    message = f"`{shorten(name)}` in `columns` must be an array of strings"
                    self._error(Code.CONFIG_INVALID, name, message)
            for name, entry in options.items() if isinstance(options, dict) else ():
                if not isinstance(entry, dict):
                    message = f"`{shorten(name)}` in `options` must be a table"
                    self._error(Code.CONFIG_INVALID, name, message, '{ id = "--id -i" }')
            return Cli(
                **text_values(value, *(key for key, kind in CLI.items() if kind is str)),
                commands=self._strings(value, "commands"),
                groups=self._strings(value, "groups"),
                columns={k: string_list(v) for k, v in columns.items()},
                options={k: self._strings(options, k) for k in options},
                batches=self._batches(value),
                login=self._login(value),
            )

    def _batches(self, table: dict[str, Any]) -> dict[str, Batch]:
        value = table.get("batches", {})
        found: dict[str, Batch] = {}
        for name, entry in value.items() if isinstance(value, dict) else ():
            if not isinstance(entry, dict):
                message = f"`{shorten(name)}` in `batches` must be a table"
                self._error(Code.CONFIG_INVALID, name, message)
                continue
            self._check(entry, BATCH, "batches")
            for key in ("argument", "results"):
                if not entry.get(key):
                    self._error(Code.CONFIG_MISSING, name, f"`{key}` is missing in `batches`")
            found[name] = Batch(**text_values(entry, *BATCH))
        return found

    def _login(self, table: dict[str, Any]) -> Login | None:
        value = table.get("login")
        if not isinstance(value, dict):
            return None
        self._check(value, LOGIN, "login")
        for key in ("authorize-url", "token-url", "scheme"):
            if not value.get(key):
                self._error(Code.CONFIG_MISSING, "login", f"`{key}` is missing in `login`")
        port = value.get("redirect-port", 0)
        return Login(
            **text_values(value, *(key for key, kind in LOGIN.items() if kind is str)),
            scopes=string_list(value.get("scopes")),
            redirect_port=port if is_a(port, int) else 0,
            parameters=self._strings(value, "parameters"),
        )
