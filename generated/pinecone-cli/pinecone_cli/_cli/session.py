"""One run of the program: its settings, its streams, its credentials, and its client."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from .failures import Failure
from .program import Command, Program, Scheme, load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .auth.access import Access, Credential
    from .auth.hooks import Hooks
    from .auth.store import Store
    from .messages import Messages
    from .output import Output
    from .terminal import Terminal


class Settings(NamedTuple):
    """The options that every command has.

    Attributes:
        format: One of `output.FORMATS`; "" = for people.
        query: A JMESPath expression for the result; None = the whole result.
        quiet: Whether only data, warnings and errors appear.
        dry_run: Whether requests are printed instead of sent.
        timeout: Seconds for each step of a request; 0 = no limit, None = the client's default.
        limit: The most items of a list; None = all.
        confirmed: Whether commands ask no questions before they delete.
        file: The file for a binary response; "" = stdout.
    """

    format: str = ""
    query: str | None = None
    quiet: bool = False
    dry_run: bool = False
    timeout: float | None = None
    limit: int | None = None
    confirmed: bool = False
    file: str = ""


class Session:
    """What a command works with. Everything but the program is made when it is first used."""

    def __init__(self, program: Program, environ: Mapping[str, str], settings: Settings) -> None:
        """Store the facts of this run."""
        self.program = program
        self.environ = environ
        self.settings = settings
        self._clients: dict[tuple[tuple[str, Credential], ...], Any] = {}
        self._secrets: list[str] = []

    @property
    def timeout(self) -> float | None:
        """Seconds for each step of a request; 0 = no limit, None = the default."""
        return self.settings.timeout

    @property
    def quiet(self) -> bool:
        """Whether only data, warnings and errors appear."""
        return self.settings.quiet

    @property
    def dry_run(self) -> bool:
        """Whether requests are printed instead of sent."""
        return self.settings.dry_run

    @cached_property
    def terminal(self) -> Terminal:
        """The standard streams."""
        from .terminal import Terminal

        return Terminal(self.environ, self._wants_color)

    def _wants_color(self) -> bool:
        """Return what the configuration says of colour, if it can be read."""
        with suppress(Failure):
            return self.store.get("config", "color") != "false"
        return True

    @cached_property
    def output(self) -> Output:
        """Where results go."""
        from .output import Output

        return Output(self.terminal, self.settings.format, self.settings.query)

    @cached_property
    def messages(self) -> Messages:
        """Where everything else goes."""
        from .messages import Messages

        is_json = self.settings.format in {"json", "jsonl"}
        return Messages(self.terminal, json=is_json, quiet=self.quiet)

    @cached_property
    def store(self) -> Store:
        """The files of the program."""
        from .auth.store import Store

        return Store(self.program, self.environ, self.messages)

    @cached_property
    def access(self) -> Access:
        """The credentials."""
        from .auth.access import Access

        return Access(self)

    @cached_property
    def hooks(self) -> Hooks:
        """What the extension adds to the handling of credentials."""
        from .auth.hooks import Hooks

        made: Hooks = load(self.program.hooks)() if self.program.hooks else Hooks()
        return made

    def schemes(self, security: Sequence[Sequence[str]]) -> tuple[str, ...]:
        """Return the first alternative for which there are credentials, else the first one.

        Operations that need no credential get one where they may have it.
        """
        for names in security:
            if names and all(self.access.kind(name) for name in names):
                return tuple(names)
        return tuple(security[0]) if security and all(security) else ()

    def client_with(self, credentials: Mapping[str, Credential]) -> Any:
        """Return the client with these credentials, by security scheme."""
        key = tuple(credentials.items())
        if key not in self._clients:
            self._clients[key] = self._make(credentials)
        return self._clients[key]

    def call(self, path: str, *, credential: Credential | None = None, **arguments: Any) -> Any:
        """Call a method of the client, and return the response as JSON.

        Args:
            path: The path from the client to the method: `projects.list_api_keys`.
            credential: The credential of the operation's first security scheme; None = as usual.
            arguments: Its arguments.

        Raises:
            Failure: There is no credential.
            Exception: As the client raises them.
        """
        from .invoke import call

        return call(self, self.command(path), arguments, credential)

    def command(self, path: str) -> Command:
        """Return the generated command that calls a method of the client."""
        module = next(m for _, call, m in self.program.operations if call == path)
        return self.program.table(module)[path]

    def confirm(self, question: str, *warnings: str) -> None:
        """Ask before something is deleted, unless an option or JSON output says not to.

        Raises:
            Cancelled: The answer is not yes.
            Failure: There is no answer.
        """
        if not (self.settings.confirmed or self.output.is_json or self.dry_run):
            self.messages.confirm(question, *warnings)

    def masked(self, text: str) -> str:
        """Return a text with the secrets of this run masked."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _make(self, credentials: Mapping[str, Credential]) -> Any:
        arguments: dict[str, Any] = {"default_headers": {}}
        if not credentials and self.program.schemes:
            # The client wants a credential, which no operation without security sends.
            arguments |= dict.fromkeys(_given_to(self.program.schemes[0]), "unused")
        for name, credential in credentials.items():
            scheme = self.program.scheme(name)
            parts = [credential.user, credential.value]
            values = parts if scheme.kind == "basic" else [credential.value]
            arguments |= dict(zip(_given_to(scheme), values, strict=True))
            arguments["default_headers"] |= credential.headers
            self._secrets.append(credential.value)
        if self.timeout is not None:
            arguments["timeout"] = self.timeout or None
        url = self.environ.get(self.program.base_url) if self.program.base_url else ""
        if url:
            arguments["base_url"] = url
        for name in self.program.variables:
            value = self.environ.get(self.program.env(name.upper()))
            if value:
                arguments[name] = value
        if self.dry_run:
            from .dry_run import capture

            arguments["middleware"] = [capture]
        elif credentials and not self.program.plain_http:
            from .auth.guard import encrypted_only

            arguments["middleware"] = [encrypted_only]
        return load(self.program.client)(**arguments)


def _given_to(scheme: Scheme) -> tuple[str, ...]:
    """Return the client's arguments for a security scheme."""
    return (scheme.argument,) if scheme.argument else scheme.arguments


def resource(client: Any, command: Command) -> Any:
    """Return the object of the client that has the method of a command."""
    owner, _, _ = command.call.rpartition(".")
    return attrgetter(owner)(client) if owner else client
