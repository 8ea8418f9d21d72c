"""The target: the organization and project that commands use if none is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._cli.failures import Failure
from .._cli.messages import mask
from . import admin
from .admin import KEY_SCHEME, Json, Place

if TYPE_CHECKING:
    from .._cli.session import Session

Changes = dict[str, dict[str, Json]]
_ROWS = (
    "Organization=organization.name",
    "Organization ID=organization.id",
    "Project=project.name",
    "Project ID=project.id",
    "Default API Key=default_api_key",
)


def target_of(session: Session) -> tuple[Place, Place]:
    """Return the stored target: an organization and a project. Either may be empty."""
    store = session.store
    return (
        Place.of(store.get_json("state", "target_org")),
        Place.of(store.get_json("state", "target_project")),
    )


def changes(organization: Place | None, project: Place | None) -> Changes:
    """Return what to write for a new target; None keeps a part."""
    parts = {"target_org": organization, "target_project": project}
    return {"state": {key: part.as_json() for key, part in parts.items() if part is not None}}


def required(session: Session, kind: str) -> str:
    """Return the id of the target organization or project.

    Raises:
        Failure: There is none.
    """
    found = target_of(session)[kind == "project"]
    if not found.id:
        admin.require(session)
        raise Failure(f"There is no target {kind}.", "Choose one with `pc target`.")
    return found.id


def owner(session: Session, organization_id: str | None) -> Place | None:
    """Return an organization by its id, or None if it is the target already."""
    if organization_id in {None, "", target_of(session)[0].id}:
        return None
    return admin.pick("organization", admin.organizations(session), id=organization_id or "")


def select(session: Session, kind: str, rows: list[Json]) -> Place:
    """Return the only organization or project, or the one that the user selects."""
    places = [Place.of(row) for row in rows]
    if len(places) == 1:
        return places[0]
    names = [f"{place.name} ({place.id})" for place in places]
    flag = f"--{kind}-id"
    if not session.messages.is_interactive:
        text = f"There are {len(places)} {kind}s: {', '.join(names)}."
        raise Failure(text, f"Choose one with `{flag}`.")
    return places[session.messages.select(f"Which {kind}?", names, flag)]


def as_json(session: Session) -> Json:
    """Return the target as `pc target --json` prints it."""
    organization, project = target_of(session)
    user = session.store.get_json("state", "user_context")
    key = session.access.given(session.program.scheme(KEY_SCHEME))
    return {
        "project": project.as_json(),
        "organization": organization.as_json(),
        "user": {name: user.get(name, "") for name in ("auth_context", "email")},
        "default_api_key": mask(key.value) if key else "",
    }


def show(session: Session) -> None:
    """Print the target."""
    session.output.show(as_json(session), _ROWS, empty="UNSET")
