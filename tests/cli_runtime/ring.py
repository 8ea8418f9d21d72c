"""A keyring of the library `keyring` in a file, for tests: set `PYTHON_KEYRING_BACKEND`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class Ring(KeyringBackend):
    """Keeps its entries in the file `RING`; without it, the keyring is locked."""

    priority: Any = 1

    def _entries(self) -> dict[str, str]:
        path = Path(os.environ["RING"])
        if not path.exists():
            raise KeyringLocked("locked")
        entries: dict[str, str] = json.loads(path.read_text("utf-8"))
        return entries

    def get_password(self, service: str, username: str) -> str | None:
        return self._entries().get(f"{service}: {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        entries = {**self._entries(), f"{service}: {username}": password}
        Path(os.environ["RING"]).write_text(json.dumps(entries), "utf-8")

    def delete_password(self, service: str, username: str) -> None:
        entries = self._entries()
        if entries.pop(f"{service}: {username}", None) is None:
            raise PasswordDeleteError
        Path(os.environ["RING"]).write_text(json.dumps(entries), "utf-8")
