"""`pc target`: choose the organization and project that commands use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .._cli.auth.words import refuse_dry_run
from .._cli.failures import Failure
from .._cli.groups import SessionCommand
from . import admin, context
from .admin import ADMIN_SCHEME, Json, Place

if TYPE_CHECKING:
    from .._cli.session import Session

Names = dict[str, str]
_EXCLUSIVE = (("org", "organization_id"), ("project", "project_id"))
_KEYS = ("target_org", "target_project", "user_context")


@click.command(cls=SessionCommand)
@click.option("--org", "-o", metavar="NAME", help="The name of the organization to target.")
@click.option("--organization-id", metavar="ID", help="The id of the organization to target.")
@click.option("--project", "-p", metavar="NAME", help="The name of the project to target.")
@click.option("--project-id", metavar="ID", help="The id of the project to target.")
@click.option("--show", "-s", is_flag=True, help="Print the target, and change nothing.")
@click.option("--clear", is_flag=True, help="Forget the target.")
def command(session: Session, *, show: bool, clear: bool, **names: str | None) -> None:
    """Choose the organization and project that other commands use.

    Without options, lists choose both. A default API key overrides the target for indexes.
    """
    given: Names = {key: value for key, value in names.items() if value is not None}
    for pair in _EXCLUSIVE:
        if all(key in given for key in pair):
            options = " and ".join(f"`--{key.replace('_', '-')}`" for key in pair)
            raise Failure(f"{options} exclude each other.", "Give one of them.")
    if not show:
        refuse_dry_run(session)
    if clear:
        session.store.write({"state": dict.fromkeys(_KEYS)})
        session.messages.success("The target is cleared.")
        return
    asks = (
        session.messages.is_interactive and session.terminal.shows and not session.settings.format
    )
    if not show and (given or asks):
        _choose(session, given)
    context.show(session)


def _choose(session: Session, given: Names) -> None:
    """Store the target that options name or the user selects, once all of it is found."""
    admin.require(session)
    organization: Place | None = None
    if not given or "org" in given or "organization_id" in given:
        rows = admin.organizations(session)
        organization = _named(session, "organization", rows, given.get("org"), given)
    if organization is None or _is_entered(session, organization):
        session.store.write(_changes(session, organization, given))
        return
    from .._cli.auth.login import log_in

    session.messages.info(f"Organization {organization.name!r} needs a login of its own.")
    # What the options name is looked up with the new login, before that is stored.
    log_in(
        session,
        {"orgId": organization.id},
        logged_in=lambda session, _: _changes(session, organization, given),
    )
    session.messages.success(f"Logged in to organization {organization.name!r}.")


def _is_entered(session: Session, organization: Place) -> bool:
    """Return whether the credential reaches an organization; a token belongs to one."""
    token = session.store.token
    if session.access.kind(ADMIN_SCHEME) != "login" or token is None:
        return True
    return bool(token.claims.get(admin.ORGANIZATION_CLAIM) == organization.id)


def _changes(session: Session, organization: Place | None, given: Names) -> context.Changes:
    """Return what to store: another organization empties a project that is not chosen."""
    if not given or "project" in given or "project_id" in given:
        rows = admin.projects(session, organization)
        project = _named(session, "project", rows, given.get("project"), given)
        if organization is None:
            row = next(row for row in rows if row["id"] == project.id)
            organization = context.owner(session, row.get("organization_id"))
        return context.changes(organization, project)
    before = context.target_of(session)[0]
    is_other = organization is not None and organization.id != before.id
    return context.changes(organization, Place() if is_other else None)


def _named(session: Session, kind: str, rows: list[Json], name: str | None, given: Names) -> Place:
    """Return the place that options name, else the only one, else the user's choice."""
    identity = given.get(f"{kind}_id")
    if name is not None or identity is not None:
        return admin.pick(kind, rows, name=name or "", id=identity or "")
    if not rows:
        raise Failure(f"There is no {kind} to target.", f"Create one with `pc {kind} create`.")
    return context.select(session, kind, rows)
