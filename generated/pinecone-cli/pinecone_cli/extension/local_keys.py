"""`pc auth local-keys`: the API keys that `secrets.yaml` holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .._cli.failures import Failure
from .._cli.groups import Choice, SessionCommand
from .._cli.messages import mask
from .._cli.reports import failure_of
from .._client.errors import APIError, NotFoundError
from . import admin, managed
from .admin import Json

if TYPE_CHECKING:
    from .._cli.session import Session

_ORIGINS = {"cli": managed.CREATED, "user": managed.STORED, "all": None}
_COLUMNS = (
    "project_id",
    "API KEY NAME=name",
    "API KEY ID=id",
    "API KEY VALUE=value",
    "origin",
    "organization_id",
)
_PLAN = (*_COLUMNS[:3], "origin", "exists_remotely")


@click.command(cls=SessionCommand)
@click.option("--reveal", is_flag=True, help="Print the values of the keys.")
def list_keys(session: Session, *, reveal: bool) -> None:
    """List the API keys that are stored on this machine.

    `pc` makes a key for a project when a command for indexes first needs one, and stores it here.
    """
    found = {
        project: entry if reveal else {**entry, "value": mask(entry["value"])}
        for project, entry in managed.records(session).items()
    }
    if not found:
        session.messages.info("No API keys are stored on this machine.")
    session.output.show(found if session.output.is_json else list(found.values()), _COLUMNS)


@click.command(cls=SessionCommand)
@click.option(
    "--origin",
    "-o",
    type=Choice(list(_ORIGINS)),
    default="all",
    show_default=True,
    help="Keys that `pc` made, keys that `pc api-key create --store` stored, or all.",
)
@click.option("--id", "project_id", metavar="PROJECT_ID", help="Only the key of this project.")
@click.option("--dry-run", is_flag=True, help="Print what would be deleted, and delete nothing.")
@click.option("--skip-confirmation", is_flag=True, help="Delete without a question.")
def prune_keys(
    session: Session, *, origin: str, project_id: str | None, dry_run: bool, skip_confirmation: bool
) -> None:
    """Delete the API keys that are stored on this machine, here and at Pinecone.

    Keys that were deleted at Pinecone are removed here.
    """
    admin.require(session)
    found = managed.records(session)
    if project_id is not None and project_id not in found:
        hint = "`pc auth local-keys list` shows the projects that have one."
        raise Failure(f"This machine has no API key of project {project_id}.", hint)
    chosen = [
        entry
        for project, entry in found.items()
        if project_id in {None, project} and _ORIGINS[origin] in {None, entry.get("origin")}
    ]
    plan, failed = _plan(session, chosen)
    if plan and not dry_run:
        if not skip_confirmation:
            warnings = [f"This deletes API key {_described(row)}." for row in plan]
            session.messages.confirm("Delete them?", *warnings)
        failed += sum(not _delete(session, row) for row in plan)
    if failed:
        text = f"{failed} of {len(chosen)} API keys could not be checked or deleted."
        raise Failure(text, "They are still stored on this machine. Run the command again.")
    if not plan:
        session.messages.info("There are no API keys to delete.")
    elif not dry_run:
        session.messages.success(f"API keys deleted: {len(plan)}")
    if dry_run or session.settings.format:
        session.output.show(plan, _PLAN)


def _plan(session: Session, chosen: list[Json]) -> tuple[list[Json], int]:
    """Return what to delete, without the keys' values, and the number of failed requests."""
    plan: list[Json] = []
    for entry in chosen:
        keys: list[Json] = []
        try:
            keys = session.call("api_keys.list", project_id=entry["project_id"])
        except NotFoundError:
            pass  # The project was deleted, and its keys with it.
        except APIError as error:
            reason = failure_of(error, session.program).message
            session.messages.error(f"API key {_described(entry)} cannot be checked: {reason}")
            continue
        exists = any(key["id"] == entry["id"] for key in keys)
        shown = {name: value for name, value in entry.items() if name != "value"}
        plan.append({**shown, "exists_remotely": exists})
    return plan, len(chosen) - len(plan)


def _delete(session: Session, row: Json) -> bool:
    """Delete a key, and then its record; return whether that worked."""
    try:
        if row["exists_remotely"]:
            session.call("api_keys.delete", api_key_id=row["id"])
    except NotFoundError:
        pass
    except APIError as error:
        reason = failure_of(error, session.program).message
        session.messages.error(f"API key {_described(row)} cannot be deleted: {reason}")
        return False
    managed.drop(session, row["project_id"], row["id"])
    done = "deleted" if row["exists_remotely"] else "removed here; it does not exist at Pinecone"
    session.messages.success(f"API key {_described(row)} {done}.")
    return True


def _described(row: Json) -> str:
    return f"{row['name']!r} of project {row.get('project_name') or row['project_id']!r}"
