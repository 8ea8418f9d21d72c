"""What `pc organization`, `pc project` and `pc api-key` do beyond the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._cli.failures import Failure
from . import admin, context, managed
from .admin import Call, Json, Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._cli.session import Session

_MAX_PODS = 5
_ROLES = ["ProjectEditor"]


def update_organization(session: Session, arguments: Json, call: Call) -> Json:
    """Update an organization, by default the target."""
    admin.require_change(arguments, "organization_id", "organization update")
    chosen = _targeted(session, "organization", arguments)
    return _done(session, "Organization", "updated", call(chosen))


def delete_organization(session: Session, arguments: Json, call: Call) -> Json | None:
    """Delete an organization, and clear it as the target."""

    def forget(gone: Json) -> None:
        if context.target_of(session)[0].id == gone["id"]:
            session.store.write(context.changes(Place(), None))

    return _delete(session, "organization", "organizations", arguments, call, forget)


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
    admin.require_change(arguments, "project_id", "project update")
    return _done(session, "Project", "updated", call(_targeted(session, "project", arguments)))


def delete_project(session: Session, arguments: Json, call: Call) -> Json | None:
    """Delete a project that has no indexes and collections, by default the target."""

    def check(project: Json) -> None:
        for kind in ("indexes", "collections"):
            found = _content(session, project, kind)
            if found:
                names = ", ".join(sorted(row["name"] for row in found))
                text = f"Project {project['name']!r} has {kind}: {names}."
                raise Failure(text, "Delete them first.")

    def forget(gone: Json) -> None:
        if context.target_of(session)[1].id == gone["id"]:
            session.store.write(context.changes(None, Place()))
        managed.drop(session, gone["id"])

    chosen = _targeted(session, "project", arguments)
    return _delete(session, "project", "projects", chosen, call, forget, check)


def _content(session: Session, project: Json, kind: str) -> list[Json]:
    """Return the indexes or collections of a project, which need not be the target."""
    key = managed.credential(session, project["id"], project)
    found: list[Json] = session.call(f"{kind}.list", credential=key)
    return found


def list_keys(session: Session, arguments: Json, call: Call) -> list[Json]:
    """List the API keys of a project, by default the target."""
    chosen = _targeted(session, "project", arguments)
    found: list[Json] = call(chosen)
    session.messages.info(f"API keys of project {chosen['project_id']}")
    return sorted(found, key=lambda row: str(row.get("name")))


def create_key(session: Session, arguments: Json, call: Call) -> Json:
    """Create an API key in a project, by default the target, and use it if `--store` is given."""
    stores = arguments.pop("store")
    chosen = _targeted(session, "project", arguments)
    if stores and not session.dry_run:
        session.store.files.check_space("secrets")  # The service shows the value only once.
    roles = _roles(arguments) or _ROLES
    made: Json = call({**chosen, "roles": roles})
    _done(session, "API key", "created", made["key"])
    if stores:
        identity = chosen["project_id"]
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
    admin.require_change(arguments, "api_key_id", "api-key update")
    roles = _roles(arguments)
    found: Json = call({**arguments, **({"roles": roles} if roles else {})})
    return _done(session, "API key", "updated", found.get("key", found))


def delete_key(session: Session, arguments: Json, call: Call) -> Json | None:
    """Delete an API key, and its record on this machine."""

    def forget(gone: Json) -> None:
        managed.drop(session, gone["project_id"], gone["id"])

    return _delete(session, "API key", "api_keys", arguments, call, forget)


def _targeted(session: Session, kind: str, arguments: Json) -> Json:
    """Return the arguments with an organization or a project, by default the target."""
    name = f"{kind}_id"
    return {**arguments, name: arguments.get(name) or context.required(session, kind)}


def _done(session: Session, kind: str, verb: str, found: Json) -> Json:
    session.messages.success(f"{kind} {found.get('name', '')!r} {verb}.")
    return found


def _delete(
    session: Session,
    kind: str,
    resource: str,
    arguments: Json,
    call: Call,
    forget: Callable[[Json], None],
    check: Callable[[Json], None] | None = None,
) -> Json | None:
    """Describe, ask, delete, and forget what is stored of it; return what programs get."""
    if session.dry_run:
        call(arguments)  # The request to print; the others only prepare it.
    gone: Json = session.call(f"{resource}.describe", **arguments)
    if check is not None:
        check(gone)
    place = Place.of(gone)
    warning = f"This deletes {kind} {place.name!r} ({place.id}). It cannot be undone."
    session.confirm(f"Delete {kind} {place.name!r}?", warning)
    call(arguments)
    forget(gone)
    session.messages.success(f"{kind[0].upper()}{kind[1:]} {place.name!r} deleted.")
    return {"deleted": True, **place.as_json()} if session.settings.format else None
