"""`config`: the settings of the program, and its default API key."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from ..failures import Failure
from ..groups import SessionCommand
from ..help import nearest
from ..messages import mask
from .configure import store_api_key
from .context import recorded
from .store import merged
from .words import refuse_dry_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..program import Program, Scheme
    from ..session import Session

_SWITCH = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}
_REVEAL = click.Option(["--reveal"], is_flag=True, help="Print a secret as it is, not masked.")


@dataclass(frozen=True)
class Setting:
    """A setting. `key` is its name in the file; a `scheme` makes it a secret."""

    name: str
    key: str
    help: str
    default: str = ""
    is_switch: bool = False
    scheme: Scheme | None = None


def settings(program: Program) -> dict[str, Setting]:
    """Return the settings of a program by their names, sorted."""
    found = [
        Setting("color", "color", "Colors in messages and tables.", "true", is_switch=True),
        Setting("keyring", "keyring", "Secrets in the system's keyring.", "false", is_switch=True),
    ]
    scheme = next((one for one in program.schemes if one.kind == "api_key"), None)
    if scheme is not None:
        found.append(Setting("api-key", scheme.arguments[0], "The default API key.", scheme=scheme))
    if program.login is not None:
        text = "The id under which this program is registered at the login service."
        default = program.login.client_id
        found.append(Setting("oauth-client-id", "oauth_client_id", text, default))
    for key, value in program.defaults.get("config", {}).items():
        found.append(Setting(key.replace("_", "-"), key, "A setting of the API.", str(value)))
    return {one.name: one for one in sorted(found, key=lambda one: one.name)}


# --- Commands ----------------------------------------------------------------------------------


def get(program: Program) -> click.Command:
    """Make `config get`."""

    def run(session: Session, *, name: str, reveal: bool) -> None:
        session.output.show(_shown(session, _setting(program, name), reveal=reveal))

    return _command("get", run, "Print a setting. Secrets are masked.", "name", _REVEAL)


def set_value(program: Program) -> click.Command:
    """Make `config set`."""

    def run(session: Session, *, name: str, value: str) -> None:
        _set(session, _setting(program, name), value)

    about = (
        "Change a setting. The value `-` is read from stdin, which keeps secrets out of history."
    )
    return _command("set", run, about, "name", "value")


def unset(program: Program) -> click.Command:
    """Make `config unset`."""

    def run(session: Session, *, name: str) -> None:
        refuse_dry_run(session)
        setting = _setting(program, name)
        if setting.key == "keyring":
            session.store.use_keyring(enabled=False)
        elif setting.scheme is not None:
            removed = {setting.key: None}
            session.store.write(merged(recorded(session, removed), {"secrets": removed}))
        else:
            more = session.hooks.setting_changed(session, setting.key, setting.default)
            session.store.write(merged(more, {"config": {setting.key: None}}))
        session.messages.success(f"`{name}` has its default.")

    return _command("unset", run, "Give a setting its default; for a secret: remove it.", "name")


def list_all(program: Program) -> click.Command:
    """Make `config list`."""

    def run(session: Session) -> None:
        found = settings(program).values()
        values = {one.name: _shown(session, one, reveal=False) for one in found}
        session.output.show(values, [f'{name}="{name}"' for name in values], empty="UNSET")

    return _command("list", run, "Print all settings. Secrets are masked.")


def describe(program: Program) -> click.Command:
    """Make `config describe`."""

    def run(session: Session, *, name: str) -> None:
        one = _setting(program, name)
        values = "true or false" if one.is_switch else "text"
        file = "secrets" if one.scheme else "config"
        session.output.show(
            {
                "name": one.name,
                "description": one.help,
                "values": values,
                "default": one.default,
                "value": _shown(session, one, reveal=False),
                "file": str(session.store.files.path(file)),
            },
            empty="UNSET",
        )

    return _command("describe", run, "Explain a setting.", "name")


def get_api_key(program: Program) -> click.Command:
    """Make `config get-api-key`, the older form of `config get api-key`."""

    def run(session: Session, *, reveal: bool) -> None:
        session.output.show(_shown(session, _setting(program, "api-key"), reveal=reveal))

    return _command("get-api-key", run, "Print the default API key, masked.", _REVEAL)


def set_api_key(program: Program) -> click.Command:
    """Make `config set-api-key`, the older form of `config set api-key`."""

    def run(session: Session, *, value: str) -> None:
        _set(session, _setting(program, "api-key"), value)

    return _command("set-api-key", run, "Store the default API key; `-` reads stdin.", "value")


def set_color(program: Program) -> click.Command:
    """Make `config set-color`, the older form of `config set color`."""

    def run(session: Session, *, value: str) -> None:
        _set(session, _setting(program, "color"), value)

    return _command("set-color", run, "Switch colors on or off: true or false.", "value")


def _command(
    name: str, run: Callable[..., None], about: str, *params: str | click.Parameter
) -> click.Command:
    made = [click.Argument([one]) if isinstance(one, str) else one for one in params]
    return SessionCommand(name, params=made, help=about, callback=run)


# --- Values ------------------------------------------------------------------------------------


def _setting(program: Program, name: str) -> Setting:
    known = settings(program)
    found = known.get(name.lower().replace("_", "-"))
    if found is None:
        near = nearest(name, known)
        hint = f"Did you mean `{near}`?" if near else f"There are {', '.join(known)}."
        raise Failure(f"There is no setting `{name}`.", hint)
    return found


def _shown(session: Session, setting: Setting, *, reveal: bool) -> Any:
    if setting.scheme is not None:
        value = session.store.get("secrets", setting.key)
        return value if reveal or not value else mask(value)
    text = session.store.get("config", setting.key) or setting.default
    return _SWITCH.get(text.lower(), text) if setting.is_switch else text


def _set(session: Session, setting: Setting, value: str) -> None:
    refuse_dry_run(session)
    if value == "-":
        value = (sys.stdin.read() if sys.stdin else "").strip()
    if setting.scheme is not None:
        store_api_key(session, setting.scheme, value.strip())
    elif not setting.is_switch:
        more = session.hooks.setting_changed(session, setting.key, value)
        session.store.write(merged(more, {"config": {setting.key: value}}))
    elif value.lower() not in _SWITCH:
        raise Failure(f"`{setting.name}` is true or false; {value!r} is neither.")
    elif setting.key == "keyring":
        session.store.use_keyring(enabled=_SWITCH[value.lower()])
    else:
        session.store.write({"config": {setting.key: _SWITCH[value.lower()]}})
    session.messages.success(f"`{setting.name}` is set.")
