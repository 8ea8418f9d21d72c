"""`generated/pinecone`: one client of four documents, each call with the credential it needs."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from common import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = b'{"access_token": "fetched", "token_type": "Bearer", "expires_in": 1800}'
FAULT = b'{"status": 404, "error": {"code": "NOT_FOUND", "message": "Gone."}}'
SECRETS = ("API_KEY", "ACCESS_TOKEN", "CLIENT_ID", "CLIENT_SECRET")

REQUEST = {
    "client_id": "i",
    "client_secret": "s",
    "grant_type": "client_credentials",
    "audience": "https://api.pinecone.io/",
}


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.syspath_prepend(ROOT / "generated" / "pinecone")
    for name in SECRETS:
        monkeypatch.delenv(f"PINECONE_{name}", raising=False)
    for name in ("CONTROLLER", "AUTH"):
        monkeypatch.delenv(f"PINECONE_{name}_HOST", raising=False)
    before = {name: module for name, module in sys.modules.items() if _is_ours(name)}
    for name in before:
        del sys.modules[name]
    yield importlib.import_module("pinecone")
    for name in [name for name in sys.modules if _is_ours(name)]:
        del sys.modules[name]
    sys.modules.update(before)


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == "pinecone"


class Service:
    """Records what is sent, and responds with a token or a fault."""

    def __init__(self, package: Any) -> None:
        self.seen: list[str] = []
        self._response = package.types.Response

    def send(self, request: Any) -> Any:
        url, headers = urlsplit(str(request.url)), request.headers
        credential = headers.get("api-key") or headers.get("authorization", "none")
        version = headers.get("x-pinecone-api-version", "no version")
        self.seen.append(f"{request.method} {url.netloc}{url.path}: {credential}, {version}")
        is_token = url.path == "/oauth/token"
        return self._response(200 if is_token else 404, {}, TOKEN if is_token else FAULT)

    def close(self) -> None:
        pass


FETCHED = "POST login.pinecone.io/oauth/token: none, no version"
INDEXES = "GET api.pinecone.io/indexes: {}, 2025-04"
MODELS = "GET api.pinecone.io/models: {}, 2025-04"
PROJECTS = "GET api.pinecone.io/admin/projects: {}, 2025-04"


@pytest.mark.parametrize(
    ("given", "sent", "missing"),
    [
        ({"api_key": "k"}, [INDEXES.format("k"), MODELS.format("k")], "PINECONE_CLIENT_ID"),
        ({"access_token": "t"}, [PROJECTS.format("Bearer t")], "PINECONE_API_KEY"),
        (
            {"client_id": "i", "client_secret": "s"},
            [FETCHED, PROJECTS.format("Bearer fetched")],
            "PINECONE_API_KEY",
        ),
    ],
)
def test_one_credential_is_enough_for_what_it_opens(
    given: dict[str, str], sent: list[str], missing: str, package: Any
) -> None:
    service = Service(package)
    with package.Pinecone(**given, transport=service) as pc:
        errors = []
        for call in (pc.indexes.list, pc.inference.list_models, pc.projects.list):
            with pytest.raises((package.NotFoundError, package.ConfigurationError)) as error:
                call()
            errors.append(error.value)
    assert service.seen == sent
    refused = [error for error in errors if isinstance(error, package.ConfigurationError)]
    assert all(missing in str(error) for error in refused)
    assert refused


def test_tokens_need_no_credential(package: Any) -> None:
    service = Service(package)
    with package.Pinecone(transport=service) as pc:
        token = pc.oauth.get_token(**REQUEST)
    assert (token.access_token, token.expires_in) == ("fetched", 1800)
    assert service.seen == [FETCHED]


def test_a_variable_moves_three_documents_and_another_the_fourth(
    package: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINECONE_CONTROLLER_HOST", "https://eu.example.com")
    monkeypatch.setenv("PINECONE_AUTH_HOST", "https://login.example.com")
    service = Service(package)
    with package.Pinecone("k", "t", transport=service) as pc:
        calls = (pc.indexes.list, pc.inference.list_models, pc.projects.list, pc.backups.list)
        for call in calls:
            with pytest.raises(package.NotFoundError) as error:
                list(call())
            assert isinstance(error.value.body, package.ErrorResponse)
            assert error.value.body.error.code == "NOT_FOUND"
        pc.oauth.get_token(**REQUEST)
    hosts = [line.split()[1].partition("/")[0] for line in service.seen]
    assert hosts == [*["eu.example.com"] * len(calls), "login.example.com"]
