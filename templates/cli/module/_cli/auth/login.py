"""The login in a browser: authorization code with PKCE."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from ..failures import Failure
from ..terminal import write_message
from .access import Credential
from .context import API_KEY, LOGIN, record
from .schemes import is_account
from .store import TOKEN, merged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..program import Login
    from ..session import Session
    from .oauth import Attempt, LoginService
    from .store import Changes
    from .token import Token

_LONGEST = 300.0


def log_in(
    session: Session,
    parameters: Mapping[str, str] | None = None,
    *,
    no_browser: bool = False,
    logged_in: Callable[[Session, Token], Changes] | None = None,
) -> Token:
    """Log in, and store the token when it is known to work.

    Args:
        session: The run.
        parameters: Further parameters of the login page.
        no_browser: Whether to open no browser, and to read what the user pastes.
        logged_in: What to call in place of the hook of this name.

    Raises:
        Failure: There is no new login. What was stored before is kept.
    """
    program, login = session.program, session.program.login
    service = session.access.service()
    if login is None:
        raise Failure(f"`{program.name}` has no login in a browser.")
    no_browser = no_browser or bool(session.environ.get(program.env("NO_BROWSER")))
    extra = {**session.hooks.authorize_parameters(session), **(parameters or {})}
    attempt, answer = _ask(session, service, login, extra, no_browser=no_browser)
    token = service.exchange(attempt, service.code(attempt, answer))
    with session.access.trying(Credential("login", token.access_token)):
        changes = (logged_in or session.hooks.logged_in)(session, token)
    store(session, token, changes)
    return token


def store(session: Session, token: Token, changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Store a login with what follows from it: a service account is removed."""
    with session.store.lock():
        email = session.hooks.identity(session, token.claims).get("email", "")
        kind = API_KEY if session.store.api_key else LOGIN
        accounts = [one for one in session.program.schemes if is_account(one)]
        removed = dict.fromkeys(name for one in accounts for name in one.arguments)
        session.store.write(
            merged(
                {"state": {}},  # A new state without a login does no harm if this is interrupted.
                changes,
                record(session, kind, email),
                {"secrets": {TOKEN: token.as_json(), **removed}},
            )
        )


def _ask(
    session: Session,
    service: LoginService,
    login: Login,
    parameters: Mapping[str, str],
    *,
    no_browser: bool,
) -> tuple[Attempt, str]:
    """Send the user to the login page, and return the redirected URL or the code."""
    from .callback import Listener, wait
    from .oauth import Attempt

    port = int(_number(session, "CALLBACK_PORT", login.redirect_port))
    limit = _number(session, "LOGIN_TIMEOUT", _LONGEST)
    attempt = Attempt(f"http://127.0.0.1:{port or login.redirect_port}{login.redirect_path}")
    listener: Listener | Failure
    try:
        listener = Listener(port, login.redirect_path, attempt.state)
    except Failure as failure:
        if not no_browser:
            raise
        listener = failure
    with listener if isinstance(listener, Listener) else nullcontext():
        if isinstance(listener, Listener):
            attempt = Attempt(listener.url, attempt.state, attempt.verifier)
        url = service.authorize_url(attempt, parameters)
        try:
            _invite(session, url, no_browser=no_browser)
            answer = wait(
                listener,
                limit,
                reads=no_browser or session.messages.is_interactive,
                enter=lambda: None if no_browser else _open_browser(session, url),
            )
        except KeyboardInterrupt:
            write_message("\n")
            raise Failure("The login was interrupted. Nothing was stored.", code=130) from None
    return attempt, answer


def _invite(session: Session, url: str, *, no_browser: bool) -> None:
    """Print the URL on a line of its own, also if the program is quiet."""
    is_interactive = session.messages.is_interactive
    if no_browser:
        then = "Then paste the URL that the browser ends at, or the code in it, and press Enter.\n"
    elif is_interactive and os.name == "posix":
        then = "Press Enter to open it in your browser, or paste the URL that it ends at.\n"
    else:
        then = ""
    write_message(f"Open this page to log in:\n\n{url}\n\n{then}")
    if os.name != "posix" and is_interactive and not no_browser:
        _open_browser(session, url)


def _open_browser(session: Session, url: str) -> None:
    import webbrowser

    try:
        is_open = webbrowser.open(url)
    except (webbrowser.Error, OSError):
        is_open = False
    if not is_open:
        session.messages.warn("No browser can be opened here. Open the page yourself.")


def _number(session: Session, name: str, default: float) -> float:
    variable = session.program.env(name)
    text = session.environ.get(variable) or str(default)
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    is_port = name != "CALLBACK_PORT" or (found <= 65535 and found == int(found))
    if not (0 <= found < float("inf") and is_port):
        raise Failure(f"`{variable}` is no number that can be used: {text!r}.")
    return found
