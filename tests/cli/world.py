"""The services that `pc` talks to, on loopback: a login server and Pinecone's API, with state.

    with World({"dead": ["M1"]}) as world:
        ... run pc with world.environment ...
        assert [str(one) for one in world.log] == ["GET /indexes as K1"]

`pcgen mock` checks every request of the API and of service accounts against the documents in
`specs/`. What it rejects is in `world.wrong`; so are mistakes that no document describes.
The switches of a world are described in `README.md`.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl

import pinecone_accounts as accounts
from common import ROOT
from login_server import LoginServer
from pcgen import config
from pcgen.mock import service
from pcgen.mock.exchange import Rejected, Request, Response
from pinecone_api import Api
from server import Server, answer

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from pcgen.mock.service import Service
    from server import Recorded


@dataclass
class Exchange:
    """A request and its response. `credential` and `project` are letters, empty without one."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    form: bool
    credential: str
    project: str
    status: int = 0

    def __str__(self) -> str:
        text = f"{self.method} {self.path}"
        text += f" as {self.credential}" if self.credential else ""
        return text + (f" for {self.project}" if self.project else "")


@cache
def documented() -> Service:
    """The operations of the documents of `pc`."""
    packages = config.load(ROOT / "pyproject.toml").packages
    [package] = [package for package in packages if package.name == "pinecone-cli"]
    return service.read(package)


@cache
def login_documented() -> Service:
    """The operation that service accounts call, with all its media types."""
    return service.read(str(ROOT / "specs" / "oauth_2025-04.oas.yaml"))


class World:
    """A login server and an API; `log` has the exchanges, in the order of their requests.

    Args:
        switches: How it differs from the usual one, as README.md lists.
    """

    def __init__(self, switches: Mapping[str, Any] | None = None) -> None:
        self.switches = dict(switches or {})
        self.lock = threading.Lock()
        self.log: list[Exchange] = []
        self.wrong: list[str] = []
        self.issued: set[str] = {"T", "SA"}  # The tokens that are valid.
        self.keys_made = 0
        self.refreshable: dict[str, str] = {accounts.refresh_token("T"): "T"}
        self.keys = {
            key.value: key
            for letter, key in accounts.KEYS.items()
            if letter not in self.switches.get("dead", ())
        }
        self._login, self._api = LoginServer(self, login_documented), Api(self, documented)
        self._servers = (Server(), Server())
        for server, respond in zip(self._servers, (self._login, self._api), strict=True):
            server.script(lambda connection, got, call=respond: self._serve(connection, got, call))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.close()

    @property
    def login_url(self) -> str:
        return self._servers[0].url

    @property
    def api_url(self) -> str:
        return self._servers[1].url

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead `pc` here."""
        return {
            "PINECONE_CONTROLLER_HOST": self.api_url,
            "PINECONE_CLI_AUTH_URL": self.login_url,
            "PINECONE_CLI_OAUTH_CLIENT_ID": accounts.CLIENT_ID,
            "PINECONE_CLI_CALLBACK_PORT": "0",
            "BROWSER": "true",  # The command: nothing opens a browser here.
        }

    def letter_of_key(self, value: str) -> str:
        """The letter of an API key, also of a deleted one; the value if it is foreign."""
        known = {**{key.value: key for key in accounts.KEYS.values()}, **self.keys}
        return known[value].letter if value in known else value

    def check(self, exchange: Exchange, request: Recorded, described: Service) -> tuple[int, Any]:
        """The response of `pcgen mock`; notes what it rejects in `wrong`."""
        found = Request(
            method=request.method,
            path=request.path,
            query=request.raw_query,
            headers=request.headers,
            body=request.body,
        )
        try:
            operation = described.operation(found)
        except Rejected as error:
            self.wrong.append(f"{exchange}: {error}")
            return error.status, None
        made = (
            operation
            if isinstance(operation, Response)
            else operation[0].answer(found, operation[1])
        )
        if made.status >= 400:
            self.wrong.append(f"{exchange}: {made.body.decode()}")
        return made.status, json.loads(made.body) if made.body else None

    def _serve(self, connection: socket.socket, request: Recorded, respond: Any) -> None:
        with self.lock:
            exchange = self._exchange(request)
            self.log.append(exchange)
            status, body, headers = respond(exchange, request)
            exchange.status = status
        if isinstance(body, str):
            data, kind = body.encode(), "text/html; charset=utf-8"
        else:
            data, kind = b"" if body is None else json.dumps(body).encode(), "application/json"
        connection.sendall(answer(status, data, headers, kind=kind))

    def _exchange(self, request: Recorded) -> Exchange:
        kind = request.headers.get("content-type", "").partition(";")[0]
        is_form = kind == "application/x-www-form-urlencoded"
        body: Any = None
        if request.body:
            text = request.body.decode()
            body = dict(parse_qsl(text, keep_blank_values=True)) if is_form else json.loads(text)
        authorization = request.headers.get("authorization", "")
        credential = accounts.letters_of_token(authorization.removeprefix("Bearer "))[0]
        if "api-key" in request.headers:
            key = self.letter_of_key(request.headers["api-key"])
            credential = f"{credential} and {key}" if credential else key
        project = request.headers.get("x-project-id", "")
        known = {one.id: letter for letter, one in accounts.PROJECTS.items()}
        return Exchange(
            request.method,
            request.path,
            dict(request.query),
            request.headers,
            body,
            is_form,
            credential,
            known.get(project, project),
        )
