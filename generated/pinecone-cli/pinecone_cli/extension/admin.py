"""The Admin API, and what several commands share: names of schemes and claims, messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .._cli.failures import Failure

if TYPE_CHECKING:
    from .._cli.session import Session

ADMIN_SCHEME = "BearerAuth"
KEY_SCHEME = "ApiKeyAuth"
ORGANIZATION_CLAIM = "https://pinecone.io/orgId"
EMAIL_CLAIM = "https://pinecone.io/email"

Json = dict[str, Any]
Call = Callable[[Json], Any]
"""Calls the operation of a generated command with arguments of the client's method."""


@dataclass(frozen=True)
class Place:
    """An organization or a project: what `state.yaml` has of a target."""

    name: str = ""
    id: str = ""

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Place:
        """Return the place that an object of the Admin API or of `state.yaml` describes."""
        return cls(str(value.get("name") or ""), str(value.get("id") or ""))

    def as_json(self) -> dict[str, str]:
        """Return the object that is stored and shown."""
        return asdict(self)


def require(session: Session) -> None:
    """Check that there is a login or a service account, without a request.

    Raises:
        Failure: There is neither. It says how to get one.
    """
    if session.access.kind(ADMIN_SCHEME) is None:
        session.access.credential(ADMIN_SCHEME)


def require_change(arguments: Json, identity: str, command: str) -> None:
    """Check that the arguments of an update have more than the id or name of what it updates.

    Raises:
        Failure: They have not.
    """
    if arguments.keys() <= {identity}:
        raise Failure("There is nothing to change.", f"`pc {command} --help` lists options.")


def organizations(session: Session) -> list[Json]:
    """Return the organizations of the account."""
    found: list[Json] = session.call("organizations.list")
    return found


def projects(session: Session, organization: Place | None = None) -> list[Json]:
    """Return the projects that the credential reaches, of one organization if it is given."""
    found: list[Json] = session.call("projects.list")
    if organization is None:
        return found
    return [row for row in found if row.get("organization_id", organization.id) == organization.id]


def pick(kind: str, rows: Iterable[Json], *, name: str = "", id: str = "") -> Place:
    """Return the organization or project with exactly this name or id.

    Raises:
        Failure: None has it, or several have the name.
    """
    places = [Place.of(row) for row in rows]
    found = [place for place in places if (place.id == id if id else place.name == name)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(place.id for place in found)
        hint = f"Name one of them by its id, with `--{kind}-id`: {ids}"
        raise Failure(f"{len(found)} {kind}s have the name {name!r}.", hint)
    names = ", ".join(sorted(place.name for place in places))
    hint = f"This account has: {names}" if names else f"This account has no {kind}."
    raise Failure(f"There is no {kind} {id or name!r}.", hint)
