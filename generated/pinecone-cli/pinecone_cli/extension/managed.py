"""Managed keys: API keys that `pc` makes for a project, and uses for its indexes.

`secrets.yaml` has at most one record for each project, under `project_api_keys`.
"""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING, Any, cast

from .._cli.auth.access import Credential
from .._cli.auth.files import damaged
from .._cli.failures import Failure
from .._cli.reports import failure_of
from .._client.errors import APIError, NotFoundError
from .admin import Json

if TYPE_CHECKING:
    from .._cli.session import Session

CREATED = "cli_created"
STORED = "user_created"
_ROLE = "ProjectEditor"
_LETTERS = string.ascii_lowercase + string.digits
_TEXTS = {"name": "", "id": "", "value": ""}


def records(session: Session) -> dict[str, Json]:
    """Return the local records by the id of their project, sorted by it.

    Raises:
        Failure: The file has something else.
    """
    found: dict[str, Any] = session.store.get_json("secrets", "project_api_keys")
    for project_id, entry in found.items():
        if not _is_record(entry):
            path = session.store.files.path("secrets")
            raise damaged(path, f"`project_api_keys` has no API key for project `{project_id}`")
        found[project_id] = {**_TEXTS, **entry, "project_id": project_id}
    return dict(sorted(found.items()))


def _is_record(entry: object) -> bool:
    """Return whether an entry can be used; values that are missing count as empty."""
    if not isinstance(entry, dict):
        return False
    found = cast("Json", entry)
    return all(isinstance(found.get(name, ""), str) for name in _TEXTS)


def record(made: Json, origin: str, project: Json) -> Json:
    """Return the local record of an API key that was just created."""
    fields = {
        "name": made["key"]["name"],
        "id": made["key"]["id"],
        "value": made["value"],
        "origin": origin,
        "project_id": project["id"],
        "project_name": project.get("name"),
        "organization_id": project.get("organization_id"),
    }
    return {name: field for name, field in fields.items() if field}


def keep(session: Session, entry: Json) -> None:
    """Store a record in place of the one that its project has."""
    with session.store.lock():
        found = {**records(session), entry["project_id"]: entry}
        session.store.write({"secrets": {"project_api_keys": found}})


def replace(session: Session, entry: Json) -> None:
    """Store a key of the user, and delete the one that `pc` made for the project."""
    with session.store.lock():
        before = records(session).get(entry["project_id"], {})
        keep(session, entry)
    if before.get("origin") != CREATED:
        return
    try:
        session.call("api_keys.delete", api_key_id=before["id"])
    except NotFoundError:
        pass
    except APIError as error:
        reason = failure_of(error, session.program).message
        session.messages.warn(f"The former API key {before['name']!r} is not deleted: {reason}")
    else:
        session.messages.info(f"The former API key {before['name']!r} is deleted.")


def drop(session: Session, project_id: str, key_id: str | None = None) -> None:
    """Remove the record of a project; with `key_id`, only if it is of this key."""
    if not _has(records(session), project_id, key_id):
        return
    with session.store.lock():
        found = records(session)
        if _has(found, project_id, key_id):
            del found[project_id]
            session.store.write({"secrets": {"project_api_keys": found}})


def _has(found: dict[str, Json], project_id: str, key_id: str | None) -> bool:
    return project_id in found and key_id in {None, found[project_id].get("id")}


def credential(session: Session, project_id: str, project: Json | None = None) -> Credential:
    """Return the key of a project, which is created if there is none.

    Args:
        session: The run.
        project_id: The id of the project.
        project: What the Admin API has of the project, if it is known already.
    """
    entry = records(session).get(project_id, {})
    if session.dry_run:
        entry = {"value": "key-of-the-project"}
    if not entry.get("value"):
        with session.store.lock():  # Other processes wait here, and then find the key.
            entry = records(session).get(project_id, {})
            if not entry.get("value"):
                entry = _create(session, project or _described(session, project_id))
    headers = {"X-Project-Id": project_id}
    return Credential("managed", entry["value"], headers=headers)


def _described(session: Session, project_id: str) -> Json:
    try:
        found: Json = session.call("projects.describe", project_id=project_id)
    except NotFoundError:
        text = f"The target project {project_id} does not exist, or your account has no access."
        raise Failure(text, "Choose another one with `pc target`.") from None
    return found


def _create(session: Session, project: Json) -> Json:
    session.store.files.check_space("secrets")  # Nobody would know a key that is not stored.
    name = "pinecone-cli-" + "".join(secrets.choice(_LETTERS) for _ in range(6))
    made = session.call("api_keys.create", project_id=project["id"], name=name, roles=[_ROLE])
    entry = record(made, CREATED, project)
    keep(session, entry)
    return entry


def replacement(session: Session, rejected: Credential) -> Credential | None:
    """Return another key for one that the service rejected; None if that still exists."""
    project_id = rejected.headers["X-Project-Id"]
    entry = records(session).get(project_id)
    if entry is None or entry.get("value") != rejected.value:
        return credential(session, project_id)  # Another process has replaced it.
    if entry["id"] and _exists(session, entry["id"]):
        return None
    drop(session, project_id, entry["id"])
    if entry.get("origin") != STORED:
        project = {
            "id": project_id,
            "name": entry.get("project_name"),
            "organization_id": entry.get("organization_id"),
        }
        return credential(session, project_id, project if all(project.values()) else None)
    raise Failure(
        f"The API key {entry['name']!r}, which `pc api-key create --store` stored for the target"
        " project, was deleted at Pinecone. It is removed from this machine.",
        "Run the command again to use a managed key, or store another key.",
    )


def _exists(session: Session, key_id: str) -> bool:
    try:
        session.call("api_keys.describe", api_key_id=key_id)
    except NotFoundError:
        return False
    return True
