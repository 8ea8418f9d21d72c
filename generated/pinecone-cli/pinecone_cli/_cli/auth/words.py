"""The sentences for users without a valid credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..failures import Failure
from .schemes import is_account, is_stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..program import Scheme
    from ..session import Session
    from .access import Credential


class Refused(Failure):
    """The login service refused; `error` is the code that it gave, or ""."""

    def __init__(self, message: str, hint: str = "", *, error: str = "") -> None:
        """Store the code beside the sentences."""
        super().__init__(message, hint)
        self.error = error


def refuse_dry_run(session: Session) -> None:
    """Refuse to run a command that changes what is stored with `--dry-run`.

    Raises:
        Failure: The user asked for a dry run.
    """
    if session.dry_run:
        raise Failure(
            "This command has no dry run: it changes what is stored. Nothing was changed."
        )


def missing(session: Session, scheme: Scheme) -> Failure:
    """Return the failure for a scheme without a credential: it names every way to give one."""
    program = session.program
    ways = list(_ways(session, scheme))
    keys = [one for one in program.schemes if one.kind == "api_key" and one is not scheme]
    has_key = any(session.access.given(one) for one in keys)
    purpose = session.hooks.purpose(scheme.name)
    target = f"the {purpose}" if purpose != scheme.name else "this command"
    start = f"API keys have no access to {target}" if has_key else "You are not authenticated"
    if not ways:
        return Failure(f"{start}: `{program.name}` has no way to get this credential.")
    names = [*_variables(session, scheme)]
    hint = f"Or set {', or '.join(names)} in the environment." if names else ""
    return Failure(f"{start}: {', or '.join(ways)}.", hint)


def rejected(session: Session, credentials: Mapping[str, Credential]) -> str:
    """Return what to do about credentials that the service rejected, by security scheme."""
    name = session.program.name
    found: list[str] = []
    for scheme in map(session.program.scheme, credentials):
        kind = credentials[scheme.name].kind
        variables = [one for one in scheme.environment if session.environ.get(one)]
        if kind == "login":
            found.append(f"Run `{name} auth logout`, then `{name} auth login`.")
        elif variables and kind in {"api_key", "stored", "service_account"}:
            found.append(f"The credential is that of {' and '.join(f'`{v}`' for v in variables)}.")
        elif is_stored(scheme) and kind in {"api_key", "stored"}:
            flags = " ".join(map(_flag, scheme.arguments))
            found.append(f"Store another one with `{name} auth configure {flags}`.")
    return " ".join(found)


def session_ended(session: Session) -> Refused:
    """Return the failure for a login that the server does not renew."""
    program = session.program
    message = "Your session has expired."
    for scheme in filter(is_account, program.schemes):
        names = [name for name in scheme.environment if session.environ.get(name)]
        if names:
            message += (
                f" The service account in {' and '.join(f'`{name}`' for name in names)} is not "
                f"used as long as the login is stored: run `{program.name} auth logout` to use it."
            )
            break
    hint = f"Run `{program.name} auth login` to log in again."
    return Refused(message, hint, error="invalid_grant")


def _ways(session: Session, scheme: Scheme) -> Iterator[str]:
    program = session.program
    configure = f"{program.name} auth configure"
    is_managed = bool(program.hooks) and "managed" in scheme.sources
    if program.login is not None and ("login" in scheme.sources or is_managed):
        yield f"log in with `{program.name} auth login` (user login)"
    if is_account(scheme) or (is_managed and any(map(is_account, program.schemes))):
        yield f"configure a service account with `{configure} --client-id ID --client-secret-stdin`"
    if is_stored(scheme) and not is_account(scheme):
        noun = {"api_key": "an API key", "basic": "a user name and a password"}
        flags = " ".join(_flag(name) for name in scheme.arguments)
        yield f"configure {noun.get(scheme.kind, 'a token')} with `{configure} {flags}`"


def _flag(argument: str) -> str:
    option = "--" + argument.replace("_", "-")
    return f"{option} NAME" if argument.endswith("name") else f"{option}-stdin"


def _variables(session: Session, scheme: Scheme) -> Iterator[str]:
    is_managed = bool(session.program.hooks) and "managed" in scheme.sources
    others = filter(is_account, session.program.schemes) if is_managed else ()
    for one in (scheme, *others):
        if all(one.environment):
            yield " and ".join(f"`{name}`" for name in one.environment)
