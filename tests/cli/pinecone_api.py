"""Pinecone's API: organizations, projects, API keys and indexes, with state.

Operations without state, such as those of inference, get the response of `pcgen mock`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

import pinecone_accounts as accounts
from pinecone_accounts import Key, Organization, Project

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcgen.mock.service import Service
    from server import Recorded
    from world import Exchange, World

Answer: TypeAlias = tuple[int, Any, dict[str, str]]
Stored: TypeAlias = dict[str, Any]

_CODES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    500: "UNKNOWN",
    503: "UNAVAILABLE",
}
_CREATED = "2025-04-01T09:00:00Z"
_ROLES = ["ProjectEditor"]


class _Failed(Exception):
    """A request that gets an error response."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        self.status, self.message = status, message


class Api:
    """Answers the requests of the Admin API, the control plane and inference."""

    def __init__(self, world: World, described: Callable[[], Service]) -> None:
        self._world, self._described = world, described
        switches = world.switches
        there = switches.get("projects", ("P1", "P2", "P3"))
        self._organizations = {o.id: _organization(o) for o in accounts.ORGANIZATIONS.values()}
        self._projects = {p.id: _project(p) for a, p in accounts.PROJECTS.items() if a in there}
        indexes = {"P1": ["movies"], "P2": ["songs"], **switches.get("indexes", {})}
        self._indexes = {
            letter: {name: _index({"name": name}) for name in indexes.get(letter, ())}
            for letter in accounts.PROJECTS
        }
        self._collections = switches.get("collections", {})
        self._failures = {
            accounts.filled(call): [status] if isinstance(status, int) else list(status)
            for call, status in switches.get("fail", {}).items()
        }
        self._made = 0
        self._routes = {
            r"/admin/organizations(?:/([^/]+))?": self._organizations_of,
            r"/admin/projects(?:/([^/]+))?": self._projects_of,
            r"/admin/projects/([^/]+)/api-keys": self._keys_of,
            r"/admin/api-keys/([^/]+)": self._key,
            r"/indexes(?:/([^/]+))?": self._indexes_of,
            r"/collections()": self._collections_of,
        }

    def __call__(self, exchange: Exchange, request: Recorded) -> Answer:
        status, body = self._world.check(exchange, request, self._described())
        if exchange.headers.get("x-pinecone-api-version") != "2025-04":
            self._world.wrong.append(f"{exchange}: it has no version of the API")
        try:
            self._fail_on_demand(f"{exchange.method} {exchange.path}")
            is_admin = exchange.path.startswith("/admin/")
            scope: Any = self._admin(request) if is_admin else self._control(exchange, request)
            if status < 400:  # Else `pcgen mock` has rejected it.
                for pattern, call in self._routes.items():
                    if match := re.fullmatch(pattern, exchange.path):
                        status, body = call(exchange, scope, match[1] or "")
        except _Failed as error:
            found = {"code": _CODES[error.status], "message": error.message}
            status, body = error.status, {"status": error.status, "error": found}
        return status, body, {"Retry-After": "0"} if status in (429, 503) else {}

    def _fail_on_demand(self, call: str) -> None:
        """Fail as the switches say: with these statuses, the last one for ever; 200 is none."""
        statuses = self._failures.get(call, [200])
        status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        if status >= 300:
            raise _Failed(status, "This request fails on demand.")

    def _admin(self, request: Recorded) -> tuple[str, Organization]:
        """The letter of the token, and its organization."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        letter, organization = accounts.letters_of_token(token)
        if letter not in self._world.issued or "api-key" in request.headers:
            raise _Failed(401, "The token is not valid.")
        return letter, accounts.ORGANIZATIONS[organization]

    def _control(self, exchange: Exchange, request: Recorded) -> str:
        """The letter of the project of the API key."""
        key = self._world.keys.get(request.headers.get("api-key", ""))
        if key is None or "authorization" in request.headers:
            raise _Failed(401, "The API key is not valid.")
        if exchange.project not in ("", key.project):
            self._world.wrong.append(f"{exchange}: the key is of {key.project}")
        return key.project

    # --- Admin API -----------------------------------------------------------------------------

    def _organizations_of(self, exchange: Exchange, scope: Any, identity: str) -> Any:
        """Users see all organizations, service accounts their own."""
        letter, own = scope
        seen = {i: one for i, one in self._organizations.items() if letter != "SA" or i == own.id}
        if not identity:
            return 200, {"data": list(seen.values())}
        return _one(exchange, seen, identity)

    def _projects_of(self, exchange: Exchange, scope: Any, identity: str) -> Any:
        own = scope[1].id
        seen = {i: one for i, one in self._projects.items() if one["organization_id"] == own}
        if exchange.method == "POST":
            self._made += 1
            made = Project(f"dddddddd-0000-4000-8000-{self._made:012d}", "", scope[1].id)
            project = {**_project(made), "organization_id": own, **exchange.body}
            self._projects[made.id] = project
            return self._world.switches.get("created", 200), project
        if not identity:
            return 200, {"data": list(seen.values())}
        answer = _one(exchange, seen, identity)
        if exchange.method == "DELETE":
            del self._projects[identity]
        return answer

    def _keys_of(self, exchange: Exchange, scope: Any, identity: str) -> Any:
        project = self._projects.get(identity)
        if project is None:
            raise _Failed(404, f"There is no project {identity}.")
        letters = {one.id: letter for letter, one in accounts.PROJECTS.items()}
        if exchange.method == "GET":
            keys = [key for key in self._world.keys.values() if letters[identity] == key.project]
            return 200, {"data": [_key(key) for key in keys]}
        self._world.keys_made += 1
        made = accounts.new_key(
            self._world.keys_made, exchange.body["name"], letters.get(identity, identity)
        )
        self._world.keys[made.value] = made
        shown = {**_key(made), "roles": exchange.body.get("roles", _ROLES)}
        return self._world.switches.get("created", 201), {"key": shown, "value": made.value}

    def _key(self, exchange: Exchange, scope: Any, identity: str) -> Any:
        known = {key.id: key for key in self._world.keys.values()}
        if identity not in known:
            raise _Failed(404, f"There is no API key {identity}.")
        if exchange.method == "DELETE":
            del self._world.keys[known[identity].value]
        return _one(exchange, {identity: _key(known[identity])}, identity)

    # --- Control plane -------------------------------------------------------------------------

    def _indexes_of(self, exchange: Exchange, project: str, name: str) -> Any:
        indexes = self._indexes[project]
        if exchange.method == "POST":
            if exchange.body["name"] in indexes:
                raise _Failed(409, "There is such an index already.")
            made = indexes[exchange.body["name"]] = _index(exchange.body)
            return 201, made
        if not name:
            return 200, {"indexes": list(indexes.values())}
        answer = _one(exchange, indexes, name)
        if exchange.method == "DELETE":
            del indexes[name]
        return answer

    def _collections_of(self, exchange: Exchange, project: str, _: str) -> Any:
        names = self._collections.get(project, ())
        found = [{"name": one, "status": "Ready", "environment": "us-east1-gcp"} for one in names]
        return 200, {"collections": found}


def _one(exchange: Exchange, known: dict[str, Stored], identity: str) -> tuple[int, Any]:
    """Get, change or delete one of the things."""
    if identity not in known:
        raise _Failed(404, f"There is no {identity}.")
    if exchange.method == "DELETE":
        return 202, None
    if exchange.method == "PATCH":
        known[identity].update(exchange.body)
    return 200, known[identity]


def _organization(one: Organization) -> Stored:
    return {
        "id": one.id,
        "name": one.name,
        "plan": "Standard",
        "payment_status": "Active",
        "created_at": _CREATED,
        "support_tier": "Pro",
    }


def _project(one: Project) -> Stored:
    organization = accounts.ORGANIZATIONS.get(one.organization)
    return {
        "id": one.id,
        "name": one.name,
        "max_pods": 5,
        "force_encryption_with_cmek": False,
        "organization_id": organization.id if organization else one.organization,
        "created_at": _CREATED,
    }


def _key(key: Key) -> Stored:
    project = accounts.PROJECTS.get(key.project)
    identity = project.id if project else key.project
    return {"id": key.id, "name": key.name, "project_id": identity, "roles": _ROLES}


def _index(asked: Mapping[str, Any]) -> Stored:
    name = asked["name"]
    serverless = {"serverless": {"cloud": "aws", "region": "us-east-1"}}
    return {
        "name": name,
        "dimension": asked.get("dimension", 1536),
        "metric": asked.get("metric", "cosine"),
        "host": f"{name}-a1b2c3d.svc.aped-4627-b74a.pinecone.io",
        "spec": asked.get("spec", serverless),
        "status": {"ready": True, "state": "Ready"},
        "deletion_protection": asked.get("deletion_protection", "disabled"),
        "vector_type": asked.get("vector_type", "dense"),
        **({"tags": asked["tags"]} if asked.get("tags") else {}),
    }
