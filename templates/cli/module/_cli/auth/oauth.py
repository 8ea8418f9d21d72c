"""Requests to a login service (RFC 6749, RFC 7636): oauthlib writes and reads them.

Secrets that a request carries never stand in a message, also if the service repeats them.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit, urlunsplit

from ..failures import Failure
from .guard import is_loopback
from .token import Token, claims
from .words import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..program import Login, Scheme

_TIMEOUT = 30.0
"""Seconds, unless `--timeout` says something else."""
_SENTENCES = {
    "access_denied": "denied access",
    "invalid_client": "does not accept the client id or its secret",
    "invalid_grant": "does not accept what was given for a token",
    "invalid_request": "considers the request invalid",
    "invalid_scope": "does not grant the scopes",
    "temporarily_unavailable": "is temporarily unavailable",
    "server_error": "has a problem",
    "unauthorized_client": "does not allow this client to log in this way",
    "unsupported_grant_type": "does not support this way to get a token",
}


@dataclass(frozen=True)
class Attempt:
    """What only this process knows of a login: the answer must match the state and the verifier."""

    redirect_uri: str
    state: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)


class Connection(NamedTuple):
    """How to reach a login service.

    Attributes:
        base: Scheme and host to use instead of the URLs' own; "" = none.
        timeout: Seconds for each step of a request; 0 = no limit, None = the default.
        agent: The name and the version of the program.
    """

    base: str
    timeout: float | None
    agent: str


class LoginService:
    """The service at which users of the program log in.

    Args:
        login: Its URLs and parameters.
        client_id: The program's id there.
        connection: How to reach it.
    """

    def __init__(self, login: Login, client_id: str, connection: Connection) -> None:
        from oauthlib.oauth2 import WebApplicationClient

        self._login = login
        self._client: Any = WebApplicationClient(client_id)
        self._authorize_url = located(login.authorize_url, connection.base)
        self._token_url = located(login.token_url, connection.base)
        self._settings = connection
        self._audience = {"audience": login.audience} if login.audience else {}

    def authorize_url(self, attempt: Attempt, parameters: Mapping[str, str]) -> str:
        """Return the URL of the page on which the user logs in."""
        return _as_given(
            self._authorize_url,
            self._client.prepare_request_uri(
                _as_https(self._authorize_url),
                redirect_uri=attempt.redirect_uri,
                scope=list(self._login.scopes) or None,
                state=attempt.state,
                code_challenge=self._client.create_code_challenge(attempt.verifier, "S256"),
                code_challenge_method="S256",
                **{**self._audience, **self._login.parameters, **parameters},
            ),
        )

    def code(self, attempt: Attempt, answer: str) -> str:
        """Return the code of the URL to which the service redirected the browser, or the code.

        Raises:
            Failure: The service refused the login, or the URL is not that of this attempt.
        """
        from oauthlib.oauth2 import MismatchingStateError, MissingCodeError, OAuth2Error

        query = answer.partition("?")[2]
        if not query:
            if "/" in answer or "=" in answer:
                raise Failure("This is neither the redirected URL nor its code.")
            return answer
        # What users paste may end before the state; what the listener received has it.
        state = attempt.state if "state" in parse_qs(query) else None
        url = _as_https(f"{attempt.redirect_uri}?{query}")
        try:
            found = self._client.parse_request_uri_response(url, state=state)
        except MismatchingStateError:
            raise Failure("The URL belongs to another login. Nothing was stored.") from None
        except MissingCodeError:
            raise Failure("The URL has no `code`. Nothing was stored.") from None
        except OAuth2Error as error:
            code, text = str(error.error), error.description or ""
            raise _refusal(self._token_url, code, text, (attempt.state,)) from None
        return str(found["code"])

    def exchange(self, attempt: Attempt, code: str) -> Token:
        """Return the token for a code."""
        body = self._client.prepare_request_body(
            code=code, redirect_uri=attempt.redirect_uri, code_verifier=attempt.verifier
        )
        return self._token(body, (code, attempt.verifier))

    def refresh(self, token: Token, parameters: Mapping[str, str]) -> Token:
        """Return the next token; it keeps the refresh token if the service returns none."""
        body = self._client.prepare_refresh_body(
            refresh_token=token.refresh_token,
            client_id=self._client.client_id,
            **{**self._audience, **parameters},
        )
        return self._token(body, (token.refresh_token,), token)

    def _token(self, body: str, hidden: tuple[str, ...], old: Token | None = None) -> Token:
        asked = time.time()
        found = _request(self._client, self._token_url, body, {}, hidden, self._settings)
        access = str(found["access_token"])
        life = _seconds(found.get("expires_in"))
        until = claims(access).get("exp") if life is None else asked + life
        return Token(
            access,
            str(found.get("refresh_token") or (old.refresh_token if old else "")),
            str(found.get("token_type") or "Bearer"),
            _moment(until),
            old.rest if old else {},
        )


def client_token(scheme: Scheme, client_id: str, client_secret: str, connection: Connection) -> str:
    """Return an access token by the client credentials grant."""
    from oauthlib.oauth2 import BackendApplicationClient

    client: Any = BackendApplicationClient(client_id)
    headers = dict(scheme.token_headers)
    is_basic = scheme.token_method.endswith("_basic")
    if is_basic:
        headers["Authorization"] = _basic(client_id, client_secret)
    body = client.prepare_request_body(
        scope=list(scheme.scopes) or None,
        include_client_id=not is_basic,
        **({} if is_basic else {"client_secret": client_secret}),
        **scheme.token_parameters,
    )
    url = located(scheme.token_url, connection.base)
    return str(_request(client, url, body, headers, (client_secret,), connection)["access_token"])


def located(url: str, base: str) -> str:
    """Return the URL with the scheme and the host of `base`, if that is given.

    Raises:
        Failure: Secrets would travel unencrypted: only loopback hosts may have plain http.
    """
    if base:
        chosen, parts = urlsplit(base), urlsplit(url)
        path = chosen.path.rstrip("/") + parts.path
        url = urlunsplit((chosen.scheme, chosen.netloc, path, parts.query, ""))
    found = urlsplit(url)
    if found.scheme == "https" and found.hostname:
        return url
    if found.scheme == "http" and found.hostname and is_loopback(found.hostname):
        return url
    raise Failure(f"`{url}` is no URL for logins: it must start with https://.")


def _as_https(url: str) -> str:
    """Return the URL for oauthlib, which refuses plain http also on loopback hosts."""
    return "https:" + url.partition(":")[2]


def _as_given(original: str, url: str) -> str:
    return f"{original.partition(':')[0]}:{url.partition(':')[2]}"


def _request(
    client: Any,
    url: str,
    body: str,
    headers: Mapping[str, str],
    hidden: tuple[str, ...],
    connection: Connection,
) -> dict[str, Any]:
    """Send a form to a token URL, and return the members of the response."""
    import httpx2
    from oauthlib.oauth2 import OAuth2Error

    limit = _TIMEOUT if connection.timeout is None else connection.timeout or None
    own = {"User-Agent": connection.agent, **headers}
    form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    try:
        response = httpx2.post(url, content=body, headers={**form, **own}, timeout=limit)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        late = isinstance(error, httpx2.TimeoutException)
        reason = f"it did not answer within {limit:g} s" if late and limit else str(error)
        raise Refused(
            f"The login service at {_host(url)} cannot be reached: {_safe(reason, hidden)}.",
            "Check the network and the proxy connection, then try again.",
        ) from None
    status = response.status_code
    if status == 429:
        raise Refused(
            f"The login service at {_host(url)} limits the rate of requests (429).",
            "Try again in a minute.",
            error="rate_limited",
        )
    if status >= 500:
        raise Refused(
            f"The login service at {_host(url)} has a problem ({status}).",
            "Try again later.",
            error="server_error",
        )
    try:
        found: dict[str, Any] = dict(client.parse_request_body_response(response.text))
    except OAuth2Error as error:
        code = "" if error.error == "missing_token" else str(error.error)
        text = error.description or "" if code else f"its response ({status}) has no token"
        raise _refusal(url, code, text, hidden) from None
    except (AttributeError, TypeError, ValueError):
        raise _refusal(url, "", f"its response ({status}) is not understood") from None
    token = found.get("access_token")
    if status != 200 or not isinstance(token, str) or not is_sendable(token):
        raise _refusal(url, "", f"its response ({status}) has no token that can be sent")
    return found


def _refusal(url: str, code: str, description: str, hidden: tuple[str, ...] = ()) -> Refused:
    sentence = _SENTENCES.get(code, "answered with an error")
    text = (f" ({code})" if code else "") + (f": {description}" if description else "")
    where = f"The login service at {_host(url)}"
    return Refused(f"{where} {sentence}{_safe(text, hidden)}", error=code)


def _safe(text: str, hidden: tuple[str, ...]) -> str:
    """Return text of a response without secrets and control characters, and not too long."""
    for secret in hidden:
        text = text.replace(secret, "***") if secret else text
    return "".join(one if one.isprintable() else " " for one in text)[:500]


def _host(url: str) -> str:
    return urlsplit(url).netloc


def is_sendable(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def _seconds(value: object) -> float | None:
    """Return a lifetime; some services send the number as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        life = float(value)
    except ValueError:
        return None
    return life if 0 <= life < 1e10 else None


def _moment(seconds: object) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _basic(client_id: str, client_secret: str) -> str:
    from base64 import b64encode
    from urllib.parse import quote_plus

    joined = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return f"Basic {b64encode(joined.encode()).decode()}"
