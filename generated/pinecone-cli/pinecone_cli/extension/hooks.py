"""What Pinecone adds to authentication: targets, managed keys, and rows of `pc auth status`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._cli.auth.hooks import Hooks
from .._cli.failures import Failure
from . import admin, context, managed
from .admin import ADMIN_SCHEME, KEY_SCHEME, Json, Place

if TYPE_CHECKING:
    from .._cli.auth.access import Credential
    from .._cli.auth.token import Token
    from .._cli.session import Session


class PineconeHooks(Hooks):
    """Targets what a new credential reaches, and makes API keys on demand."""

    def refresh_parameters(self, session: Session, token: Token) -> dict[str, str]:
        """Keep the organization of the token."""
        del session
        organization = token.claims.get(admin.ORGANIZATION_CLAIM)
        return {"orgId": str(organization)} if organization else {}

    def logged_in(self, session: Session, token: Token) -> context.Changes:
        """Target the organization of the token, and its first project."""
        claim = token.claims.get(admin.ORGANIZATION_CLAIM)
        places = [Place.of(row) for row in admin.organizations(session)]
        organization = next((place for place in places if place.id == claim), Place())
        projects = admin.projects(session, organization)
        return context.changes(organization, Place.of(projects[0]) if projects else Place())

    def service_account_checked(
        self, session: Session, credential: Credential, options: Mapping[str, Any]
    ) -> context.Changes:
        """Target the organization of the account, and its only, named or selected project."""
        del credential
        organizations = admin.organizations(session)
        if not organizations:
            raise Failure("The service account belongs to no organization.")
        organization = Place.of(organizations[0])
        projects = admin.projects(session, organization)
        wanted = options.get("project_id")
        if wanted:
            project = admin.pick("project", projects, id=wanted)
        elif projects:
            project = context.select(session, "project", projects)
        else:
            project = Place()
        return context.changes(organization, project)

    def cleared(self, session: Session, what: str) -> context.Changes:
        """Warn of the keys that a logout forgets: they stay valid."""
        found = managed.records(session) if what == "logout" else {}
        if found:
            names = ", ".join(entry["name"] for entry in found.values())
            session.messages.warn(f"These API keys stay active at Pinecone: {names}.")
            hint = (
                "Delete them in the console. Before a logout, `pc auth local-keys prune` does it."
            )
            session.messages.hint(hint)
        return {}

    def setting_changed(self, session: Session, key: str, value: str) -> context.Changes:
        """Refuse other environments than production, whose addresses this program has."""
        if key == "environment" and value != "production":
            variables = ("PINECONE_CONTROLLER_HOST", session.program.env("AUTH_URL"))
            hint = f"For another service, set {' and '.join(f'`{v}`' for v in variables)}."
            raise Failure("The only environment is `production`.", hint)
        return {}

    def changed(self, session: Session, what: str) -> bool:
        """Print the target after a login and after `pc auth configure`."""
        if what not in {"login", "configure"}:
            return False
        organization, project = context.target_of(session)
        if what == "configure":
            context.show(session)
        elif session.settings.format:
            session.output.show(_logged_in(session, organization, project))
        else:
            _report(session, organization, project)
        if session.access.kind(ADMIN_SCHEME) and organization.id and not project.id:
            session.messages.hint("Create a project with `pc project create --target`.")
        return True

    def credential(self, session: Session, scheme: str) -> Credential | None:
        """Return the managed key of the target project, for a login or a service account."""
        kind = session.access.kind(ADMIN_SCHEME) if scheme == KEY_SCHEME else None
        if kind is None:
            return None
        project = context.required(session, "project")
        if kind == "login":
            session.access.credential(ADMIN_SCHEME)  # A session that has ended ends here, too.
        return managed.credential(session, project)

    def rejected(self, session: Session, scheme: str, credential: Credential) -> Credential | None:
        """Return another key if the managed key was deleted at Pinecone."""
        is_managed = scheme == KEY_SCHEME and credential.kind == "managed"
        return managed.replacement(session, credential) if is_managed else None

    def purpose(self, scheme: str) -> str:
        """Return what a security scheme is for."""
        return {KEY_SCHEME: "control plane", ADMIN_SCHEME: "admin API"}.get(scheme, "")

    def status(self, session: Session) -> Json:
        """Return the target."""
        organization, project = context.target_of(session)
        token = session.store.token
        claims = token.claims if token else {}
        return {
            "token_organization_id": self.identity(session, claims)["organization_id"],
            "organization_name": organization.name,
            "organization_id": organization.id,
            "project_name": project.name,
            "project_id": project.id,
            "environment": "production",
        }

    def identity(self, session: Session, claims: Mapping[str, Any]) -> dict[str, str]:
        """Return whose token it is."""
        del session
        return {
            "email": str(claims.get(admin.EMAIL_CLAIM) or ""),
            "organization_id": str(claims.get(admin.ORGANIZATION_CLAIM) or ""),
        }


def _logged_in(session: Session, organization: Place, project: Place) -> Json:
    """Return what `pc auth login --json` prints."""
    user = session.store.get_json("state", "user_context")
    return {
        "status": "authenticated",
        "email": user.get("email", ""),
        "org_id": organization.id,
        "org_name": organization.name,
        "project_id": project.id,
        "project_name": project.name,
    }


def _report(session: Session, organization: Place, project: Place) -> None:
    """Print what a login targets."""
    say = session.messages
    say.info(f"Target organization: {organization.name or 'none'}")
    say.info(f"Target project: {project.name or 'none'}")
    say.hint("Choose another organization or project with `pc target`.")
    if project.id:
        say.hint("List the indexes of the project with `pc index list`.")
