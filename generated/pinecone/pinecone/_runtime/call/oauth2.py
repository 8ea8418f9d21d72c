"""OAuth2 client credentials: tokens are fetched, kept until they expire, and renewed."""

from __future__ import annotations

import os
import time
from _thread import allocate_lock
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from ..errors import (
    APIError,
    APIResponseError,
    APIStatusError,
    AuthenticationError,
    ConfigurationError,
)
from ..http.message import Request, Response, header
from .auth import (
    Applied,
    AsyncSecret,
    Bearer,
    Credential,
    Secret,
    TokenSource,
    check_secret,
)
from .effects import Flow, Invoke, Wait
from .options import base_url

if TYPE_CHECKING:
    from concurrent.futures import Future

    from .auth import Fetch

Method: TypeAlias = Literal["client_secret_post", "client_secret_basic"]

# A token is renewed this many seconds, or a tenth of its life, before it expires.
_MARGIN = 60.0
# The longest wait, in seconds, for the fetch of another thread or task.
_LONGEST_WAIT = 120.0
_FOREVER = float("inf")


class OAuth2(Bearer, frozen=True):
    """A scheme whose token is given, or fetched with client credentials.

    Args:
        name: The name of the scheme in the API description.
        arg: The argument of the client that takes a token.
        env: The environment variable that is read if no argument is given; "" = none.
        url: The token URL.
        client_args: The arguments of the client that take the client's id and secret.
        client_envs: The environment variables of the client's id and secret; "" = none.
        scopes: The scopes to request; () = the service's default.
        extra: Parameters to send besides those of the standard, for example `audience`.
        headers: Headers to send to the token URL.
        method: How the id and the secret are sent: in the form, or as Basic authentication.
    """

    url: str = ""
    client_args: tuple[str, str] = ("client_id", "client_secret")
    client_envs: tuple[str, str] = ("", "")
    scopes: tuple[str, ...] = ()
    extra: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    method: Method = "client_secret_post"

    @property
    def alternative_arguments(self) -> str:
        """The arguments that replace a token, for messages."""
        known, secret = self.client_envs
        envs = f" (or the environment variables {known} and {secret})" if known and secret else ""
        return "{}=... and {}=...".format(*self.client_args) + envs

    def credential(
        self,
        token: Secret | AsyncSecret | None,
        client_id: str | None,
        client_secret: Secret | AsyncSecret | None,
    ) -> Credential:
        """Return the credential from the arguments of a client, or else from the environment.

        Raises:
            ConfigurationError: Both a token and client credentials are given, or one is missing.
        """
        if token is not None:
            if client_id is not None or client_secret is not None:
                others = " and ".join(self.client_args)
                raise ConfigurationError(f"pass {self.arg}, or {others}, but not both")
            return token
        id_env, secret_env = self.client_envs
        known, secret = client_id or _env(id_env), client_secret or _env(secret_env)
        if client_id is None and client_secret is None and not (known and secret):
            return None
        if not known or not secret:
            missing = self.client_args[bool(known)]
            raise ConfigurationError(f"{missing}=... is missing")
        return ClientCredentials(
            known,
            secret,
            token_url=self.url,
            scopes=self.scopes,
            extra=self.extra,
            headers=self.headers,
            method=self.method,
        )


class _Token:
    """A token and when to renew it. Its repr hides the token."""

    __slots__ = ("text", "until")

    def __init__(self, text: str, until: float) -> None:
        self.text = text
        self.until = until

    def __repr__(self) -> str:
        return "<token>"


class _State:
    """The fetch that is under way in a process."""

    __slots__ = ("flight", "lock")

    def __init__(self) -> None:
        self.lock = allocate_lock()
        self.flight: Future[_Token | APIError | None] | None = None


class ClientCredentials(TokenSource):
    """A token for the client itself (RFC 6749, section 4.4), wherever a client accepts a token.

    It is fetched at the first call over the client's own connections, kept until shortly before
    it expires, and fetched again when the service rejects it. Threads, tasks and clients can
    share one: they wait for one fetch. A token without `expires_in` is kept until it is rejected.
    Middleware and hooks do not see the token request; the log does.

    Args:
        client_id: The client's id.
        client_secret: The client's secret, or a function that returns it.
        token_url: The absolute token URL.
        scopes: The scopes to request.
        extra: Parameters to send besides those of the standard, for example `audience`.
        headers: Headers to send to the token URL.
        method: "client_secret_post" sends the id and the secret in the form,
            "client_secret_basic" as Basic authentication.

    Raises:
        ConfigurationError: An argument cannot be sent; the message never shows it.
    """

    __slots__ = ("_form", "_headers", "_id", "_method", "_secret", "_states", "_token", "_url")

    def __init__(
        self,
        client_id: str,
        client_secret: AsyncSecret,
        *,
        token_url: str,
        scopes: Sequence[str] = (),
        extra: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        method: Method = "client_secret_post",
    ) -> None:
        """Check the arguments; the first call fetches the token."""
        if not callable(client_secret):
            check_secret("client_secret", client_secret)
        if method not in {"client_secret_post", "client_secret_basic"}:
            raise ConfigurationError("method: must be client_secret_post or client_secret_basic")
        path, question, query = token_url.partition("?")
        if "://" not in path:
            raise ConfigurationError("token_url: must be absolute")
        self._id = check_secret("client_id", client_id)
        self._secret = client_secret
        slash = "/" if path.endswith("/") else ""
        self._url = base_url(path, "token_url") + slash + question + query
        self._method = method
        names = scopes.split() if isinstance(scopes, str) else scopes
        self._form = {
            "grant_type": "client_credentials",
            **({"scope": " ".join(names)} if names else {}),
            **(extra or {}),
        }
        self._headers = [header(name, value) for name, value in (headers or {}).items()]
        self._token: _Token | None = None
        self._states: dict[int, _State] = {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._url.partition('?')[0]}>"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("credentials cannot be pickled")

    def __copy__(self) -> ClientCredentials:
        return self

    def __deepcopy__(self, memo: object) -> ClientCredentials:
        return self

    def obtain(self, fetch: Fetch) -> Flow[str]:
        """Return a valid token; fetch one if there is none."""
        token = self._fresh()
        if token is None:
            token = yield from self._renew(fetch)
        return token.text

    def refuse(self, texts: tuple[str, ...]) -> None:
        """Drop the token if it is one of these texts, which the service rejected."""
        with self._state().lock:
            if self._token is not None and self._token.text in texts:
                self._token = None

    def _fresh(self) -> _Token | None:
        token = self._token
        return token if token is not None and clock() < token.until else None

    def _state(self) -> _State:
        """Return this process's state: in a forked child, the parent's lock may stay locked."""
        pid = os.getpid()
        return self._states.get(pid) or self._states.setdefault(pid, _State())

    def _renew(self, fetch: Fetch) -> Flow[_Token]:
        """Fetch a token, or wait for the thread or task that is fetching one."""
        from concurrent.futures import Future
        from copy import copy

        state = self._state()
        while True:
            mine: Future[_Token | APIError | None] = Future()
            with state.lock:
                token = self._fresh()
                if token is not None:
                    return token
                flight = state.flight = state.flight or mine
            if flight is mine:
                return (yield from self._lead(state, mine, fetch))
            yield Wait(flight, _LONGEST_WAIT)
            outcome = flight.result() if flight.done() else None
            if isinstance(outcome, _Token):
                return outcome
            if outcome is not None:
                # A copy for each, because raising changes an exception.
                raise copy(outcome)
            with state.lock:
                # The fetch was cancelled or takes too long: this call fetches now.
                if state.flight is flight:
                    state.flight = None

    def _lead(
        self, state: _State, flight: Future[_Token | APIError | None], fetch: Fetch
    ) -> Flow[_Token]:
        """Fetch a token, and pass the outcome to waiting threads and tasks."""
        flight.set_running_or_notify_cancel()
        outcome: _Token | APIError | None = None
        try:
            outcome = token = yield from self._fetch(fetch)
            self._token = token
        except APIError as error:
            outcome = error
            raise
        finally:
            with state.lock:
                if state.flight is flight:
                    state.flight = None
            flight.set_result(outcome)
        return token

    def _fetch(self, fetch: Fetch) -> Flow[_Token]:
        # Imported late, so that clients are made faster.
        from .error_response import with_request

        applied = Applied()
        request = yield from self._request(applied)
        asked = clock()
        failure: APIError
        try:
            response = yield from fetch(request, applied)
        except APIStatusError as error:
            failure = _refusal(error)
        else:
            token = _read(response, asked)
            if token is not None:
                return token
            # Without the content, which may hold other tokens.
            failure = with_request(
                APIResponseError(
                    "the response of the token URL has no access_token that can be sent",
                    Response(response.status_code, response.headers.raw),
                ),
                request,
                applied.secrets,
            )
        raise failure

    def _request(self, applied: Applied) -> Flow[Request]:
        """Build the request, and store its secrets in `applied`."""
        from urllib.parse import quote_plus, urlencode

        source = self._secret
        secret = check_secret(
            "client_secret", (yield Invoke(source)) if callable(source) else source
        )
        basic = _basic(self._id, secret)
        applied.secrets = (basic, secret, quote_plus(secret))
        form, headers = dict(self._form), list(self._headers)
        if self._method == "client_secret_basic":
            headers.append((b"Authorization", f"Basic {basic}".encode()))
        else:
            form |= {"client_id": self._id, "client_secret": secret}
        headers.append((b"Accept", b"application/json"))
        headers.append((b"Content-Type", b"application/x-www-form-urlencoded"))
        return Request(
            "POST", self._url, headers, urlencode(form).encode(), {}, operation="oauth2_token"
        )


def clock() -> float:
    """Return the time in seconds. A monotonic clock would stop while the machine sleeps."""
    return time.time()


def _env(name: str) -> str:
    return os.environ.get(name, "").strip() if name else ""


def _basic(client_id: str, secret: str) -> str:
    from binascii import b2a_base64
    from urllib.parse import quote_plus

    joined = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return b2a_base64(joined.encode(), newline=False).decode()


def _read(response: Response, asked: float) -> _Token | None:
    """Return the token of a response, or None if it has none that can be sent."""
    from ..data.decoder import decode
    from ..errors import InvalidJSON

    try:
        data: Any = decode(response.content, Any)
    except InvalidJSON:
        return None
    if not isinstance(data, dict):
        return None
    answer = cast("dict[str, Any]", data)
    try:
        text = check_secret("access_token", answer.get("access_token"))
    except ConfigurationError:
        return None
    life = _seconds(answer.get("expires_in"))
    return _Token(text, asked + life - min(_MARGIN, life / 10 if life < _FOREVER else 0.0))


def _seconds(value: Any) -> float:
    """Return the lifetime of a token; some services send the number as text."""
    try:
        life = float(value)
    except (TypeError, ValueError):
        return _FOREVER
    # Neither comparison holds for NaN.
    return life if life > 0 else 0.0 if life <= 0 else _FOREVER


def _refusal(error: APIStatusError) -> APIStatusError:
    """Return an error of the token URL as an `AuthenticationError`, if it is the caller's."""
    status = error.status_code
    if not 400 <= status < 500 or status in {408, 429}:
        return error
    code = _code(error.body)
    refusal = AuthenticationError(
        f"the token URL rejected the client credentials: {error.message}",
        error.response,
        code=code if isinstance(code, str) else error.code,
        body=error.body,
    )
    refusal.method, refusal.url = error.method, error.url
    return refusal


def _code(body: object) -> object:
    return cast("dict[str, object]", body).get("error") if isinstance(body, dict) else None
