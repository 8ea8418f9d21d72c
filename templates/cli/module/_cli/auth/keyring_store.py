"""Secrets in the system's keyring: one entry for each folder, a JSON object of all values.

Without the library or a keyring, the file keeps the values, and a warning says so.
"""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..messages import Messages

_USER = "secrets"


class Keyring:
    """The entry of a folder. `emptied` gives what the file has instead of a value."""

    def __init__(self, service: str, emptied: Callable[[str], str], messages: Messages) -> None:
        self._service = service
        self._emptied = emptied
        self._library = _library(messages)

    @property
    def is_available(self) -> bool:
        """Whether there is a keyring."""
        return self._library is not None

    def entries(self) -> dict[str, str]:
        """Return all values by their keys."""
        if self._library is None:
            return {}
        text = self._call("get_password") or "{}"
        try:
            found: Any = json.loads(text)
        except ValueError:
            raise Failure(f"The keyring's entry `{self._service}` is damaged.") from None
        return dict(found)

    def put(self, values: Mapping[str, str | bool]) -> dict[str, str | bool]:
        """Store values, and return those that the file should have instead."""
        if self._library is None:
            return dict(values)
        texts = {key: value for key, value in values.items() if isinstance(value, str)}
        entries = {**self.entries(), **texts}
        kept = {key: text for key, text in entries.items() if text != self._emptied(text)}
        if kept:
            self._call("set_password", json.dumps(kept))
        else:
            self.remove()
        return {**values, **{key: self._emptied(text) for key, text in texts.items()}}

    def remove(self) -> None:
        """Remove the entry."""
        if self._library is not None and self._call("get_password") is not None:
            self._call("delete_password")

    def _call(self, function: str, *arguments: str) -> Any:
        try:
            return getattr(self._library, function)(self._service, _USER, *arguments)
        except self._library.errors.KeyringError as error:
            kind = type(error).__name__
            raise Failure(
                f"The system's keyring refused the entry `{self._service}` ({kind}).",
                hint="Unlock the keyring, then try again.",
            ) from None


def _library(messages: Messages) -> Any:
    """Return the library if it has a keyring, else None after a warning."""
    try:
        keyring: Any = import_module("keyring")
        none: Any = import_module("keyring.backends.fail").Keyring
    except ImportError:
        reason = "the Python package `keyring` is not installed"
    else:
        if not isinstance(keyring.get_keyring(), none):
            return keyring
        reason = "this system has none"
    messages.warn(f"Secrets are kept in the file, not in a keyring: {reason}.")
    return None
