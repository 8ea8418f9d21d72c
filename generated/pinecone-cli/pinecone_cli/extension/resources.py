"""What `pc organization`, `pc project` and `pc api-key` do beyond the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._cli.failures import Failure
from . import context, managed
from .admin import Call, Json, Place

if TYPE_CHECKING:
    from .._cli.session import Session

_MAX_PODS = 5
_ROLES = ["ProjectEditor"]


def update_organization(session: Session, arguments: Json, call: Call) -> Json:
    """Update an organization, by default the target."""
    identity = arguments.get("organization_id") or context.required(session, "organization")
    return _done(
        session, "Organization", "updated", call({**arguments, "organization_id": identity})
    )


def delete_organization(session: Session, arguments: Json, call: Call) -> Json | None:
    """Delete an organization, and clear it as the target."""
    found = session.call("organizations.describe", **arguments)
    gone = _confirmed(session, "organization", found)
    call(arguments)
    if context.target_of(session)[0].id == gone.id:
        session.store.write(context.changes(Place(), None))
    return _deleted(session, "Organization", gone)


def create_project(session: Session, arguments: Json, call: Call) -> Json:
    """Create a project, and target it if `--target` is given."""
    targets = arguments.pop("target")
    project = _done(session, "Project", "created", call({"max_pods": _MAX_PODS, **arguments}))
    if targets:
        place = Place.of(project)
        organization = context.owner(session, project.get("organization_id"))
        session.store.write(context.changes(organization, place))
        session.messages.success(f"Project {place.name!r} is the target.")
    return project


def update_project(session: Session, arguments: Json, call: Call) -> Json:
    """Update a project, by default the target."""
    identity = arguments.get("project_id") or context.required(session, "project")
    return _done(session, "Project", "updated", call({**arguments, "project_id": identity}))


def delete_project(session: Session, arguments: Json, call: Call) -> Json | None:
    """Delete a project that has no indexes and collections, by default the target."""
    identity = arguments.get("project_id") or context.required(session, "project")
    project = session.call("projects.describe", project_id=identity)
    for kind in ("indexes", "collections"):
        found = _content(session, project, kind)
        if found:
            names = ", ".join(sorted(row["name"] for row in found))
            text = f"Project {project['name']!r} has {kind}: {names}."
            raise Failure(text, "Delete them first.")
    gone = _confirmed(session, "project", project)
    call({"project_id": gone.id})
    if context.target_of(session)[1].id == gone.id:
        session.store.write(context.changes(None, Place()))
    managed.drop(session, gone.id)
    return _deleted(session, "Project", gone)


def _content(session: Session, project: Json, kind: str) -> list[Json]:
    """Return the indexes or collections of a project, which need not be the target."""
    key = managed.credential(session, project["id"], project)
    found: list[Json] = session.call(f"{kind}.list", credential=key)
    return found


def list_keys(session: Session, arguments: Json, call: Call) -> list[Json]:
    """List the API keys of a project, by default the target."""
    project = arguments.get("project_id") or context.required(session, "project")
    found: list[Json] = call({**arguments, "project_id": project})
    session.messages.info(f"API keys of project {project}")
    return sorted(found, key=lambda row: str(row.get("name")))


def create_key(session: Session, arguments: Json, call: Call) -> Json:
    """Create an API key in a project, by default the target, and use it if `--store` is given."""
    stores = arguments.pop("store")
    identity = arguments.get("project_id") or context.required(session, "project")
    if stores:
        session.store.files.check_space("secrets")  # The service shows the value only once.
    roles = _roles(arguments) or _ROLES
    made: Json = call({**arguments, "roles": roles, "project_id": identity})
    _done(session, "API key", "created", made["key"])
    if stores:
        organization, project = context.target_of(session)
        owner = organization.id
        if identity != project.id or not owner:
            owner = session.call("projects.describe", project_id=identity).get("organization_id")
        of_project = {"id": identity, "organization_id": owner}
        managed.replace(session, managed.record(made, managed.STORED, of_project))
    return made


def _roles(arguments: Json) -> list[str]:
    """Return the roles, which may stand in one text: `ProjectEditor,ProjectViewer`."""
    return [role.strip() for text in arguments.get("roles") or () for role in text.split(",")]


def update_key(session: Session, arguments: Json, call: Call) -> Json:
    """Update an API key. The value that some responses have is not shown."""
    roles = _roles(arguments)
    found: Json = call({**arguments, **({"roles": roles} if roles else {})})
    return _done(session, "API key", "updated", found.get("key", found))


def delete_key(session: Session, arguments: Json, call: Call) -> Json | None:
    """Delete an API key, and its record on this machine."""
    key = session.call("api_keys.describe", **arguments)
    gone = _confirmed(session, "API key", key)
    call(arguments)
    managed.drop(session, key["project_id"], gone.id)
    return _deleted(session, "API key", gone)


def _done(session: Session, kind: str, verb: str, found: Json) -> Json:
    session.messages.success(f"{kind} {found['name']!r} {verb}.")
    return found


def _confirmed(session: Session, kind: str, found: Json) -> Place:
    """Ask before something is deleted, and return it."""
    place = Place.of(found)
    warning = f"This deletes {kind} {place.name!r} ({place.id}). It cannot be undone."
    session.confirm(f"Delete {kind} {place.name!r}?", warning)
    return place


def _deleted(session: Session, kind: str, gone: Place) -> Json | None:
    """Report a deletion, and return what programs get."""
    session.messages.success(f"{kind} {gone.name!r} deleted.")
    return {"deleted": True, **gone.as_json()} if session.settings.format else None
