"""Credentials: their sources, their checks, and where requests carry them."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias, cast

from msgspec import Struct

from ..errors import ConfigurationError

if TYPE_CHECKING:
    from ..http.message import RawHeaders, Request, Response
    from .effects import Flow


class TokenSource:
    """A credential that is obtained by requests, as in the module `oauth2`."""

    __slots__ = ()

    def obtain(self, fetch: Fetch) -> Flow[str]:
        """Return the text to send; `fetch` sends requests for it."""
        raise NotImplementedError

    def refuse(self, texts: tuple[str, ...]) -> None:
        """Note that the service rejected these texts."""
        raise NotImplementedError


Secret: TypeAlias = str | Callable[[], str] | TokenSource
AsyncSecret: TypeAlias = str | Callable[[], str | Awaitable[str]] | TokenSource
Pair: TypeAlias = tuple[AsyncSecret | None, AsyncSecret | None]
Credential: TypeAlias = AsyncSecret | Pair | None
Security: TypeAlias = tuple[tuple[str, ...], ...]

# Shorter secrets occur in ordinary words: redacting them would make messages unreadable.
_SHORTEST_REDACTED = 4


class ApiKey(Struct, frozen=True):
    """A key that is sent unchanged.

    Args:
        name: The name of the scheme in the API description.
        arg: The argument of the client that takes the key.
        env: The environment variable that is read if the argument is absent; "" = none.
        place: "header", "query" or "cookie".
        key: The name of the header, query parameter or cookie.
    """

    name: str
    arg: str = "api_key"
    env: str = ""
    place: str = "header"
    key: str = "Authorization"

    def inputs(self) -> tuple[tuple[str, str], ...]:
        """Return the (argument, environment variable) pairs of this scheme."""
        return ((self.arg, self.env),)

    def apply(self, secrets: tuple[str, ...]) -> tuple[str, str, str]:
        """Return the part of the request ("header", "query" or "cookie"), the name and the text."""
        return self.place, self.key, secrets[0]


class Bearer(Struct, frozen=True):
    """A token that is sent as `Authorization: Bearer ...`.

    Args:
        name: The name of the scheme in the API description.
        arg: The argument of the client that takes the token.
        env: The environment variable that is read if the argument is absent; "" = none.
    """

    name: str
    arg: str = "token"
    env: str = ""

    def inputs(self) -> tuple[tuple[str, str], ...]:
        """Return the (argument, environment variable) pairs of this scheme."""
        return ((self.arg, self.env),)

    def apply(self, secrets: tuple[str, ...]) -> tuple[str, str, str]:
        """Return the part of the request ("header", "query" or "cookie"), the name and the text."""
        return "header", "Authorization", f"Bearer {secrets[0]}"


class Basic(Struct, frozen=True):
    """A user name and a password; one of them may be empty.

    Args:
        name: The name of the scheme in the API description.
        args: The arguments of the client that take the user name and the password.
        envs: The environment variables that are read if the arguments are absent; "" = none.
    """

    name: str
    args: tuple[str, str] = ("username", "password")
    envs: tuple[str, str] = ("", "")

    def inputs(self) -> tuple[tuple[str, str], ...]:
        """Return the (argument, environment variable) pairs of this scheme."""
        return tuple(zip(self.args, self.envs, strict=True))

    def apply(self, secrets: tuple[str, ...]) -> tuple[str, str, str]:
        """Return the part of the request ("header", "query" or "cookie"), the name and the text."""
        from binascii import b2a_base64

        joined = b2a_base64(":".join(secrets).encode(), newline=False).decode()
        return "header", "Authorization", f"Basic {joined}"


Scheme: TypeAlias = ApiKey | Bearer | Basic


class Applied:
    """The credentials of one request, ready to send. Its repr shows none of them."""

    __slots__ = ("cookies", "headers", "query", "secrets")

    def __init__(self) -> None:
        """Start without credentials."""
        self.headers: RawHeaders = []
        self.query: list[tuple[str, str]] = []
        self.cookies: list[tuple[str, str]] = []
        self.secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "<credentials>"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("credentials cannot be pickled or copied")

    def add(self, scheme: Scheme, secrets: tuple[str, ...]) -> None:
        """Add the credentials of a scheme."""
        place, key, text = scheme.apply(secrets)
        if place == "header":
            self.headers.append((key.encode(), text.encode()))
        elif place == "query":
            self.query.append((key, text))
        else:
            self.cookies.append((key, text))
        self.secrets += (*secrets, text.rpartition(" ")[2])


if TYPE_CHECKING:
    Fetch: TypeAlias = Callable[[Request, Applied], Flow[Response]]


class Texts(list[str]):
    """Secrets, hidden from reprs."""

    def __repr__(self) -> str:
        return "<credentials>"


class Credentials:
    """The credentials of a client, by scheme: checked once, hidden from reprs."""

    __slots__ = ("_ready", "_schemes", "_values")

    def __init__(
        self,
        schemes: tuple[Scheme, ...],
        given: Mapping[str, Credential],
        security: Security,
    ) -> None:
        """Gather and check the credentials.

        Raises:
            ConfigurationError: None of the alternatives of `security` is complete, and no other
                scheme, which some operations need instead; or a credential cannot be sent. The
                message names the argument, never the value.
        """
        self._schemes = {scheme.name: scheme for scheme in schemes}
        self._values = {scheme.name: _resolve(scheme, given.get(scheme.name)) for scheme in schemes}
        self._ready: dict[Security, Applied | tuple[str, ...]] = {}
        usual = {name for names in security for name in names}
        if security and not any(map(self._is_given, self._schemes.keys() - usual)):
            self._choose(security)

    def __repr__(self) -> str:
        return "<credentials>"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("credentials cannot be pickled or copied")

    def header_names(self) -> frozenset[str]:
        """Return the headers that carry credentials, in lower case."""
        return frozenset(
            scheme.key.lower()
            for scheme in self._schemes.values()
            if isinstance(scheme, ApiKey) and scheme.place == "header"
        )

    def ready(self, security: Security) -> Applied | tuple[str, ...]:
        """Return what to send for `security`, or the schemes whose secrets each call obtains.

        Raises:
            ConfigurationError: No alternative is complete.
        """
        found = self._ready.get(security)
        if found is None:
            found = self._ready[security] = self._prepare(security)
        return found

    def sources(self, names: tuple[str, ...]) -> list[tuple[Scheme, str, AsyncSecret]]:
        """Return every (scheme, argument, secret) that the schemes need, in order."""
        return [
            (self._schemes[name], arg, value)
            for name in names
            for (arg, _), value in zip(
                self._schemes[name].inputs(), self._values[name], strict=True
            )
            if value is not None
        ]

    def refuse(self, names: tuple[str, ...], applied: Applied) -> bool:
        """Note that the service rejected credentials; return whether new ones can be obtained."""
        given = [source for *_, source in self.sources(names)]
        sources = [source for source in given if isinstance(source, TokenSource)]
        for source in sources:
            source.refuse(applied.secrets)
        return bool(sources)

    def apply(self, names: tuple[str, ...], secrets: list[str]) -> Applied:
        """Return what to send for the schemes, from the texts of their `sources`."""
        applied = Applied()
        rest = Texts(secrets)
        for name in names:
            scheme = self._schemes[name]
            count = len(scheme.inputs())
            applied.add(scheme, tuple(rest[:count]))
            del rest[:count]
        return applied

    def _prepare(self, security: Security) -> Applied | tuple[str, ...]:
        names = self._choose(security) if security else ()
        sources = self.sources(names)
        texts = Texts(value for *_, value in sources if isinstance(value, str))
        return self.apply(names, texts) if len(texts) == len(sources) else names

    def _choose(self, security: Security) -> tuple[str, ...]:
        for names in security:
            if all(map(self._is_given, names)):
                return names
        raise ConfigurationError(self._missing(security))

    def _is_given(self, name: str) -> bool:
        return None not in self._values.get(name, (None,))

    def _missing(self, security: Security) -> str:
        ways: list[str] = []
        for names in security:
            needs = [
                _need(self._schemes[name], arg, env)
                for name in names
                for (arg, env), value in zip(
                    self._schemes[name].inputs(), self._values[name], strict=True
                )
                if value is None
            ]
            ways.append(" and ".join(needs))
        return "a credential is missing: pass " + ", or ".join(ways)


def _need(scheme: Scheme, arg: str, env: str) -> str:
    text = f"{arg}=..." + (f" (or the environment variable {env})" if env else "")
    other: str = getattr(scheme, "alternative_arguments", "")
    return f"{other} or {text}" if other else text


def check_secret(arg: str, value: object, scheme: Scheme | None = None) -> str:
    """Return `value` if a request can carry it; `Basic` allows more characters.

    Raises:
        ConfigurationError: The value cannot be sent; the message names the argument, never the
            value.
    """
    basic = scheme if isinstance(scheme, Basic) else None
    if not isinstance(value, str):
        raise ConfigurationError(f"{arg}: expected str, got {type(value).__name__}")
    if not value.strip() and (value or not basic):
        raise ConfigurationError(f"{arg}: is empty")
    if value != value.strip():
        raise ConfigurationError(
            f"{arg}: white space at its beginning or end, perhaps a line break; remove it"
        )
    if not value.isprintable():
        raise ConfigurationError(f"{arg}: a line break or another control character is inside")
    if not (value.isascii() or basic):
        raise ConfigurationError(f"{arg}: a character outside ASCII, which cannot be sent")
    if basic and arg in (basic.args[0], basic.envs[0]) and ":" in value:
        raise ConfigurationError(f"{arg}: contains a colon, which would start the password")
    return value


def redact(text: str, secrets: tuple[str, ...]) -> str:
    """Return `text` with every secret in it replaced by ***."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_REDACTED and secret in text:
            text = text.replace(secret, "***")
    return text


def _resolve(scheme: Scheme, given: object) -> tuple[AsyncSecret | None, ...]:
    inputs = scheme.inputs()
    values: tuple[AsyncSecret | None, ...]
    if isinstance(given, tuple):
        values = cast("Pair", given)
    else:
        values = (cast("AsyncSecret | None", given),)
    if len(values) < len(inputs):
        values += (None,) * (len(inputs) - len(values))
    if values == ("", ""):
        raise ConfigurationError(f"{' and '.join(arg for arg, _ in inputs)}: both are empty")
    pairs = zip(inputs, values, strict=True)
    return tuple(_resolve_one(scheme, arg, env, value) for (arg, env), value in pairs)


def _resolve_one(
    scheme: Scheme, arg: str, env: str, value: AsyncSecret | None
) -> AsyncSecret | None:
    if value is None:
        value = os.environ.get(env) or None if env else None
        return value if value is None else check_secret(env, value, scheme)
    ready = callable(value) or isinstance(value, TokenSource)
    return value if ready else check_secret(arg, value, scheme)
