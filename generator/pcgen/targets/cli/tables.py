"""The tables of a program. Each struct has the fields of its namesake in `_cli/program.py`."""

from __future__ import annotations

from msgspec import Struct

Words = tuple[str, ...]


class Option(Struct, frozen=True):
    """An option of a command, which gives an argument of the client's method."""

    argument: str
    flags: Words
    wire: str = ""
    path: Words = ()
    kind: str = "text"
    many: bool = False
    required: bool = False
    positional: bool = False
    choices: Words = ()
    open: bool = False
    default: str = ""
    help: str = ""


class Batch(Struct, frozen=True):
    """How a command takes many inputs: from a repeated option, or from a file of JSON Lines."""

    argument: str
    flag: str
    field: str = ""
    results: str = ""
    call: str = ""
    parameter: str = ""
    value: str = ""
    size: str = ""


class Command(Struct, frozen=True):
    """A command that calls an operation."""

    call: str
    operation: str
    method: str
    url: str
    help: str = ""
    options: tuple[Option, ...] = ()
    security: tuple[Words, ...] = ()
    body: str = ""
    whole: str = ""
    result: str = ""
    flag: str = ""
    items: str = ""
    columns: Words = ()
    confirm: bool = False
    batch: Batch | None = None
    examples: Words = ()


class Entry(Struct, frozen=True):
    """A line of the index: a group, or a command in a module."""

    help: str
    module: str = ""
    call: str = ""


class Scheme(Struct, frozen=True):
    """A security scheme."""

    name: str
    kind: str
    arguments: Words
    environment: Words
    argument: str = ""
    sources: Words = ("stored",)
    place: str = "header"
    key: str = "Authorization"
    help: str = ""
    token_url: str = ""
    scopes: Words = ()
    token_parameters: dict[str, str] = {}
    token_headers: dict[str, str] = {}
    token_method: str = "client_secret_post"  # noqa: S105


class Login(Struct, frozen=True):
    """How users log in: OAuth's authorization code grant with PKCE."""

    authorize_url: str
    token_url: str
    scheme: str
    client_id: str = ""
    audience: str = ""
    scopes: Words = ()
    redirect_port: int = 0
    redirect_path: str = "/callback"
    parameters: dict[str, str] = {}
