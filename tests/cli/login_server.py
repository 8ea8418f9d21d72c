"""The login server: authorization with PKCE, refresh tokens that rotate, service accounts."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlencode, urlsplit

import pinecone_accounts as accounts

if TYPE_CHECKING:
    from collections.abc import Callable

    from pcgen.mock.service import Service
    from server import Recorded
    from world import Exchange, World

Answer: TypeAlias = tuple[int, Any, dict[str, str]]

_ERRORS = {
    "invalid_grant": (400, "The session has ended."),
    "invalid_request": (400, "The code is not valid."),
    "access_denied": (401, "Unauthorized"),
    "too_many_requests": (429, "Too many requests"),
    "temporarily_unavailable": (503, "Try again later"),
}
_PAGE = """<!doctype html><title>Log in</title><link rel="icon" href="data:,">
<h1>Log in to Acme</h1>
<form action="{action}">{fields}<button id="allow">Allow</button></form>"""


class LoginServer:
    """Answers `/oauth/authorize` and `/oauth/token`."""

    def __init__(self, world: World, described: Callable[[], Service]) -> None:
        self._world, self._described = world, described
        self._codes: dict[str, dict[str, str]] = {}
        self._made = 0
        self._tokens = 1

    def __call__(self, exchange: Exchange, request: Recorded) -> Answer:
        match exchange.method, exchange.path:
            case "GET", "/oauth/authorize":
                return self._authorize(exchange)
            case "GET", "/oauth/allow":
                return self._redirect(exchange.query)
            case "POST", "/oauth/token":
                return self._token(exchange, request)
        self._world.wrong.append(f"{exchange}: the login server has no such path")
        return 404, {"error": "not_found"}, {}

    # --- Authorization -------------------------------------------------------------------------

    def _authorize(self, exchange: Exchange) -> Answer:
        query = exchange.query
        expected = {
            "response_type": "code",
            "client_id": accounts.CLIENT_ID,
            "scope": accounts.SCOPES,
            "audience": accounts.AUDIENCE,
            "code_challenge_method": "S256",
            "sourceTag": "pinecone_cli",
        }
        wrong = {name for name, value in expected.items() if query.get(name) != value}
        wrong |= {name for name in ("state", "code_challenge") if len(query.get(name, "")) != 43}
        target = urlsplit(query.get("redirect_uri", ""))
        if (target.scheme, target.hostname, target.path) != ("http", "127.0.0.1", "/auth-callback"):
            wrong.add("redirect_uri")
        wrong |= (
            query.keys() - expected.keys() - {"state", "code_challenge", "redirect_uri", "orgId"}
        )
        if wrong:
            self._world.wrong.append(f"{exchange}: wrong parameters {sorted(wrong)} in {query}")
            return 400, {"error": "invalid_request", "error_description": str(sorted(wrong))}, {}
        if self._world.switches.get("page"):
            inputs = (f'<input type="hidden" name="{n}" value="{v}">' for n, v in query.items())
            return 200, _PAGE.format(action="/oauth/allow", fields="".join(inputs)), {}
        return self._redirect(query)

    def _redirect(self, query: dict[str, str]) -> Answer:
        self._made += 1
        code = f"code-{self._made}"
        self._codes[code] = query
        back = urlencode({"code": code, "state": query["state"]})
        return 302, None, {"Location": f"{query['redirect_uri']}?{back}"}

    # --- Tokens --------------------------------------------------------------------------------

    def _token(self, exchange: Exchange, request: Recorded) -> Answer:
        form = exchange.body if isinstance(exchange.body, dict) else {}
        grant = form.get("grant_type", "")
        switched = self._world.switches.get("grants", {}).get(grant)
        if switched is not None:
            return self._fail(switched)
        match grant:
            case "authorization_code":
                return self._exchange_code(exchange, form)
            case "refresh_token":
                return self._refresh(exchange, form)
            case "client_credentials":
                return self._service_account(exchange, request)
        self._world.wrong.append(f"{exchange}: unknown grant {grant!r}")
        return self._fail("invalid_request")

    def _exchange_code(self, exchange: Exchange, form: dict[str, str]) -> Answer:
        asked = self._codes.get(form.get("code", ""), {})
        hashed = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(hashed).decode().rstrip("=")
        is_fine = (
            asked.get("code_challenge") == challenge
            and asked.get("redirect_uri") == form.get("redirect_uri")
            and form.get("client_id") == accounts.CLIENT_ID
        )
        if not is_fine:
            self._world.wrong.append(f"{exchange}: the code or its verifier is wrong: {form}")
            return self._fail("invalid_request")
        del self._codes[form["code"]]
        return self._issue(asked.get("orgId", "org-acme"))

    def _refresh(self, exchange: Exchange, form: dict[str, str]) -> Answer:
        wanted = {"client_id": accounts.CLIENT_ID, "audience": accounts.AUDIENCE}
        wrong = [name for name, value in wanted.items() if form.get(name) != value]
        if wrong or "orgId" not in form:
            self._world.wrong.append(f"{exchange}: wrong {wrong} in {form}")
        if form.get("refresh_token") not in self._world.refreshable:
            return self._fail("invalid_grant")
        if self._world.switches.get("rotate", True):
            del self._world.refreshable[form["refresh_token"]]
        return self._issue(form.get("orgId", ""))

    def _service_account(self, exchange: Exchange, request: Recorded) -> Answer:
        form = exchange.body
        self._world.check(exchange, request, self._described())
        if (form.get("client_id"), form.get("client_secret")) not in (
            accounts.SERVICE_ACCOUNT,
            accounts.OTHER_ACCOUNT,
        ):
            return self._fail("access_denied")
        token = accounts.access_token("SA")
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 1800}, {}

    def _issue(self, organization: str) -> Answer:
        """The answer with a new token for an organization."""
        self._tokens += 1
        letter = f"T{self._tokens}"
        [org] = [o for o, one in accounts.ORGANIZATIONS.items() if one.id == organization]
        self._world.issued.add(letter)
        made = {
            "access_token": accounts.access_token(letter, org),
            "token_type": "Bearer",
            "expires_in": 1800,
            "scope": accounts.SCOPES,
            "id_token": accounts.access_token(letter, org),
        }
        if self._world.switches.get("rotate", True):
            made["refresh_token"] = accounts.refresh_token(letter)
            self._world.refreshable[made["refresh_token"]] = letter
        return 200, made, {}

    def _fail(self, error: str) -> Answer:
        status, description = _ERRORS[error]
        return status, {"error": error, "error_description": description}, {}
