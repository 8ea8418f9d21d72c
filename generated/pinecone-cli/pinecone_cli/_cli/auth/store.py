"""What is stored of the user: credentials, and the JSON values of extensions.

`secrets.yaml` has the simple credentials under the names of the client's arguments (`api_key`,
`client_id`, ...), and the token of a login as JSON text. Values of the environment are never
written: the store does not know the environment's credentials at all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from ..failures import Failure
from .files import Files, damaged, folder
from .schemes import is_stored
from .token import NO_TOKEN, Token, encode, read_token

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager

    from ..messages import Messages
    from ..program import Program
    from .keyring_store import Keyring

Value: TypeAlias = "str | bool | dict[str, Any] | list[Any] | None"
Changes: TypeAlias = "Mapping[str, Mapping[str, Value]]"
"""File to key to value. None empties a string; a dict or a list is written as JSON text."""

TOKEN = "oauth2_token"  # noqa: S105
CONTEXT = "user_context"
"""The key of `state.yaml` for which kind of credential was set last, and whose it is."""
_KEYRING = "keyring"


@dataclass(frozen=True)
class ServiceAccount:
    """The two parts of client credentials."""

    client_id: str
    client_secret: str = field(repr=False)


def logged_out() -> dict[str, Value]:
    """Return the change that removes a login."""
    return {TOKEN: NO_TOKEN.as_json()}


class Store:
    """The files of a program, and its entries in the system's keyring if that is enabled."""

    def __init__(self, program: Program, environ: Mapping[str, str], messages: Messages) -> None:
        prefix = program.environment_prefix
        self._program = program
        self.files = Files(folder(program.directory, prefix, environ), prefix)
        self._variable = environ.get(f"{prefix}_KEYRING", "")
        self._messages = messages
        self._ring: Keyring | None = None

    def __repr__(self) -> str:
        return f"<store in {self.files.folder}>"

    def lock(self) -> AbstractContextManager[None]:
        """Keep other processes from writing; the lock may be taken again inside."""
        return self.files.lock()

    def get(self, file: str, key: str) -> str:
        """Return the text of a key, or ""."""
        text = self.files.read(file).get(key, "")
        if file == "secrets" and _is_empty(text) and self.uses_keyring:
            return self._keyring().entries().get(key) or text
        return text

    def get_json(self, file: str, key: str) -> dict[str, Any]:
        """Return the object that a key has as JSON text; {} without one.

        Raises:
            Failure: The text is no JSON object.
        """
        text = self.get(file, key)
        if not text or text == "null":
            return {}
        try:
            value: Any = json.loads(text)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise damaged(self.files.path(file), f"`{key}` is no JSON object")
        return cast("dict[str, Any]", value)

    @property
    def token(self) -> Token | None:
        """The token of the login, or None."""
        try:
            return read_token(self.get_json("secrets", TOKEN))
        except ValueError as error:
            reason = f"`{TOKEN}` is wrong ({error})"
            raise damaged(self.files.path("secrets"), reason) from None

    @property
    def api_key(self) -> str:
        """The default API key, or ""."""
        return self.get("secrets", "api_key")

    @property
    def service_account(self) -> ServiceAccount | None:
        """The stored service account, or None if a part is missing."""
        known, secret = self.get("secrets", "client_id"), self.get("secrets", "client_secret")
        return ServiceAccount(known, secret) if known and secret else None

    def write(self, changes: Changes) -> None:
        """Store values in one locked step.

        Raises:
            Failure: A file of them is damaged, or cannot be written.
        """
        self._check(changes)
        texts = {file: self._texts(file, values) for file, values in changes.items()}
        if not (texts.get("secrets") and self.uses_keyring):
            self.files.write(texts, self._defaults)
            return
        with self.lock():
            texts["secrets"] = self._keyring().put(texts["secrets"])
            self.files.write(texts, self._defaults)

    def _check(self, files: Iterable[str]) -> None:
        """Check the objects in files, so that no command changes a file and then rejects it."""
        for file in files:
            for key, default in self._defaults[file].items():
                if str(default).startswith("{"):
                    self.get_json(file, key)

    def reset(self, *files: str) -> Changes:
        """Return the change that gives every key of files its default."""
        return {file: dict.fromkeys(self._defaults[file]) for file in files}

    @cached_property
    def _defaults(self) -> dict[str, dict[str, str | bool]]:
        """The keys that every written file has."""
        login = self._program.login
        names = [
            name
            for scheme in self._program.schemes
            if is_stored(scheme)
            for name in scheme.arguments
        ]
        own: dict[str, dict[str, Value]] = {
            "secrets": {**dict.fromkeys(names, ""), **(logged_out() if login else {})},
            "state": {CONTEXT: {"auth_context": "", "email": ""}} if login else {},
            "config": {"color": True},
        }
        return {
            file: {
                key: _text(value)
                for key, value in {**values, **self._program.defaults.get(file, {})}.items()
            }
            for file, values in own.items()
        }

    def _texts(self, file: str, values: Mapping[str, Value]) -> dict[str, str | bool]:
        defaults = self._defaults.get(file, {})
        return {
            key: defaults.get(key, "") if value is None else _text(value)
            for key, value in values.items()
        }

    # --- The keyring ---------------------------------------------------------------------------

    @property
    def uses_keyring(self) -> bool:
        """Whether secrets are kept in the system's keyring."""
        if self._variable:
            return self._variable.lower() not in {"0", "false", "no", "off"}
        return self.files.read("config").get(_KEYRING) == "true"

    def use_keyring(self, *, enabled: bool) -> None:
        """Move the secrets to the keyring, or back to the file."""
        ring = self._keyring()
        if enabled and not ring.is_available:
            name = self._program.distribution
            raise Failure(
                "The secrets stay in the file.", f"Install `{name}[keyring]` on a system with one."
            )
        changes: dict[str, dict[str, str | bool]]
        with self.lock():
            stored = {key: text for key, text in self.files.read("secrets").items() if text}
            if enabled:
                changes = {"secrets": ring.put(stored), "config": {_KEYRING: True}}
                self.files.write(changes, self._defaults)
            else:
                full = {key: text for key, text in stored.items() if not _is_empty(text)}
                changes = {"secrets": {**ring.entries(), **full}, "config": {_KEYRING: False}}
                self.files.write(changes, self._defaults)
                ring.remove()

    def _keyring(self) -> Keyring:
        if self._ring is None:
            from .keyring_store import Keyring

            service = f"{self._program.name} {self.files.folder.absolute()}"
            self._ring = Keyring(service, _emptied, self._messages)
        return self._ring


def merged(*changes: Any) -> dict[str, dict[str, Any]]:
    """Return all changes in one; later values win."""
    found: dict[str, dict[str, Any]] = {}
    for one in changes:
        for file, values in one.items():
            found[file] = {**found.get(file, {}), **values}
    return found


def _text(value: Value) -> str | bool:
    if value is None:
        return ""
    return value if isinstance(value, (str, bool)) else encode(value)


def _emptied(text: str) -> str:
    """Return what the file has instead of a text that moved to the keyring."""
    if '"access_token"' in text:
        return encode(NO_TOKEN.as_json())
    return "{}" if text.startswith("{") else ""


def _is_empty(text: str) -> bool:
    """Whether a text is what remains of a value that was removed, or moved to the keyring."""
    return text in {"", "{}", "null", encode(NO_TOKEN.as_json())}
