"""`auth configure`: stores keys, tokens, passwords and service accounts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from ..failures import Failure
from ..groups import SessionCommand
from .context import ACCOUNT, API_KEY, record
from .oauth import is_sendable
from .schemes import is_account, is_stored
from .store import TOKEN, ServiceAccount, merged
from .words import refuse_dry_run

if TYPE_CHECKING:
    from ..program import Program, Scheme
    from ..session import Session

_PUBLIC = ("client_id", "username")
_WORDS = "auth configure"


def configure(program: Program) -> click.Command:
    """Make `auth configure`, with the options for the program's security schemes."""
    schemes = [scheme for scheme in program.schemes if is_stored(scheme)]
    extra = program.options.get(_WORDS, [])
    params = [option for scheme in schemes for option in _options(scheme)]
    text = "Ask for a secret that is missing, if there is a terminal."
    params.append(click.Option(["--prompt-if-missing"], is_flag=True, help=text))
    added = [click.Option([*flags], **settings) for flags, settings in extra]

    def run(session: Session, *, prompt_if_missing: bool, **given: Any) -> None:
        refuse_dry_run(session)
        options = {str(one.name): given[str(one.name)] for one in added}
        values = _values(session, schemes, given, prompt=prompt_if_missing)
        changes, done = _changes(session, schemes, values, options)
        if changes:
            session.store.write(changes)
        for text in done:
            session.messages.success(text)
        if session.hooks.changed(session, "configure"):
            return
        if not changes:
            from .status import show

            show(session)
        elif session.output.is_json:
            session.output.show({"stored": sorted(values)})

    about = (
        "Store credentials on this machine. Use the options that read stdin for secrets: other "
        "users can see arguments in the list of processes, and shells remember them."
    )
    return SessionCommand("configure", params=[*params, *added], help=about, callback=run)


def store_api_key(session: Session, scheme: Scheme, value: str) -> None:
    """Store a default API key."""
    _check(scheme.arguments[0], value)
    session.store.write(merged(record(session, API_KEY), {"secrets": {scheme.arguments[0]: value}}))


def _options(scheme: Scheme) -> list[click.Parameter]:
    found: list[click.Parameter] = []
    for name in scheme.arguments:
        flag, noun = _flag(name), name.replace("_", " ").replace("api", "API")
        found.append(click.Option([flag], metavar="TEXT", help=f"The {noun}."))
        if name not in _PUBLIC:
            text = f"Read the {noun} from stdin."
            found.append(click.Option([f"{flag}-stdin"], is_flag=True, help=text))
    return found


def _values(
    session: Session, schemes: list[Scheme], given: dict[str, Any], *, prompt: bool
) -> dict[str, str]:
    """Return what the options, stdin and the user give, by the names of the parts."""
    names = [name for scheme in schemes for name in scheme.arguments]
    piped = [name for name in names if given.get(f"{name}_stdin")]
    if len(piped) > 1:
        flags = " and ".join(f"`{_flag(name)}-stdin`" for name in piped)
        raise Failure(f"{flags} cannot be used together: stdin has one value.")
    values = {name: given[name].strip() for name in names if given.get(name) is not None}
    for name in piped:
        if name in values:
            raise Failure(f"`{_flag(name)}` and `{_flag(name)}-stdin` cannot be used together.")
        values[name] = _stdin(name)
    for scheme in schemes:
        for name in scheme.arguments:
            present = not values.keys().isdisjoint(scheme.arguments)
            if present and name not in values and scheme.kind == "basic" and not prompt:
                values[name] = ""  # Some services take a key as one of the two.
            elif present and name not in values:
                if not prompt or name in _PUBLIC or not session.messages.is_interactive:
                    options = f"`{_flag(name)}`"
                    if name not in _PUBLIC:
                        options += f" or `{_flag(name)}-stdin`"
                    noun = name.replace("_", " ")
                    raise Failure(f"The {noun} is required. Nothing was stored.", f"Use {options}.")
                question = name.replace("_", " ").capitalize()
                values[name] = session.messages.secret(question, f"{_flag(name)}-stdin")
    for scheme in schemes:
        for name in values.keys() & {*scheme.arguments}:
            _check(name, values[name], is_basic=scheme.kind == "basic")
    return values


def _changes(
    session: Session, schemes: list[Scheme], values: dict[str, str], options: dict[str, Any]
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Check a service account, and return what to store and to report."""
    changes: dict[str, dict[str, Any]] = {}
    done: list[str] = []
    chosen = [scheme for scheme in schemes if not values.keys().isdisjoint(scheme.arguments)]
    used = [name for name, value in options.items() if value is not None]
    if used and not any(map(is_account, chosen)):
        flags = ", ".join(f"`{_flag(name)}`" for name in used)
        raise Failure(f"{flags} needs a service account.", "Use it with `--client-id`.")
    for scheme in sorted(chosen, key=is_account, reverse=True):
        parts = {name: values[name] for name in scheme.arguments}
        if is_account(scheme):
            account = ServiceAccount(*parts.values())
            credential = session.access.exchanged(scheme, account)
            with session.access.trying(credential):
                more = session.hooks.service_account_checked(session, credential, options)
            removed: dict[str, Any] = {TOKEN: None} if session.program.login else {}
            changes = merged(changes, more, record(session, ACCOUNT, ""), {"secrets": removed})
            done.append("The service account works, and is stored.")
        else:
            kind = {"api_key": "API key", "basic": "password"}.get(scheme.kind, "token")
            if scheme.kind == "api_key":
                email = "" if any(map(is_account, chosen)) else None
                changes = merged(changes, record(session, API_KEY, email))
            done.append(f"The {kind} is stored.")
        changes = merged(changes, {"secrets": parts})
    return changes, done


def _stdin(name: str) -> str:
    value = (sys.stdin.read() if sys.stdin else "").strip()
    if not value:
        raise Failure(f"`{_flag(name)}-stdin`: stdin is empty. Nothing was stored.")
    return value


def _check(name: str, value: str, *, is_basic: bool = False) -> None:
    if not value and not is_basic:
        raise Failure(f"`{_flag(name)}` is empty. Nothing was stored.")
    if not (value.isprintable() if is_basic else is_sendable(value)):
        raise Failure(
            f"`{_flag(name)}` has white space or other characters that cannot be sent. "
            "Nothing was stored."
        )


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")
