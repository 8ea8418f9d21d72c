"""What a program consists of, as generated code declares it. It imports almost nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Option(NamedTuple):
    """An option of a command, which gives an argument of the client's method.

    Attributes:
        argument: The argument; "" = none, for options that only a wrapper reads.
        flags: What users write: `("--name", "-n")`.
        wire: The name of the body's property; "" = a parameter.
        path: The names below the argument, for a part of an object: `--spec.cloud`.
        kind: "text", "integer", "number", "boolean", "json", "any" (JSON, or text as it is),
            "some" (likewise, alone or in a list), "map", "file", "files" (alone or in a list) or
            "path".
        many: Whether the option may be repeated.
        required: Whether the option must be given.
        positional: Whether its value may also stand without the flag.
        choices: The allowed values; () = all.
        open: Whether there may be other values than the choices.
        default: What the service uses if the option is absent; "" = unknown.
        help: Its description.
    """

    argument: str
    flags: tuple[str, ...]
    wire: str = ""
    path: tuple[str, ...] = ()
    kind: str = "text"
    many: bool = False
    required: bool = False
    positional: bool = False
    choices: tuple[str, ...] = ()
    open: bool = False
    default: str = ""
    help: str = ""

    @property
    def key(self) -> str:
        """The name of the value among those of a command."""
        return ".".join((self.argument, *self.path)) if self.argument else self.flags[0]


class Batch(NamedTuple):
    """How a command takes many inputs: from a repeated option, or from a file of JSON Lines.

    Attributes:
        argument: The argument with the list of inputs.
        flag: The option that gives one input.
        field: The key of an input that is a text: `{"text": …}`; "" = texts stay texts.
        results: The property of the response with a result for each input.
        call: The method that knows how many inputs a request may have, by its path in the client;
            "" = a file is one request.
        parameter: The argument of that method.
        value: The argument of the command whose value it gets.
        size: The property of its response with the number.
    """

    argument: str
    flag: str
    field: str = ""
    results: str = ""
    call: str = ""
    parameter: str = ""
    value: str = ""
    size: str = ""


class Command(NamedTuple):
    """A command that calls an operation.

    Attributes:
        call: The path from the client to the method: `inference.list_models`.
        operation: The operationId, or another name of the operation in the document.
        method: The HTTP method.
        url: The path of the URL.
        help: The description.
        options: The options, the required ones first.
        security: The alternative sets of security schemes.
        body: How the body is encoded: "json", "form", ...; "" = there is no body.
        whole: The argument that takes the whole body; "" = the options give its properties.
        result: "pages", "stream", or "" for a single response.
        flag: The argument that requests a stream.
        items: The property with the list that the response merely wraps.
        columns: The columns of a table, as paths of properties.
        confirm: Whether the command asks before it calls.
        batch: How it takes many inputs; None = it does not.
        examples: Command lines.
    """

    call: str
    operation: str
    method: str
    url: str
    help: str = ""
    options: tuple[Option, ...] = ()
    security: tuple[tuple[str, ...], ...] = ()
    body: str = ""
    whole: str = ""
    result: str = ""
    flag: str = ""
    items: str = ""
    columns: tuple[str, ...] = ()
    confirm: bool = False
    batch: Batch | None = None
    examples: tuple[str, ...] = ()


class Entry(NamedTuple):
    """A line of the index: a group, or a command in a module.

    Attributes:
        help: One sentence.
        module: The module of the table that has the command; "" = it is a group.
        call: The path from the client to the method.
    """

    help: str
    module: str = ""
    call: str = ""


class Scheme(NamedTuple):
    """A security scheme.

    Attributes:
        name: Its name in the document.
        kind: "api_key", "bearer", "basic" or "client_credentials".
        arguments: The parts of the credential: one, or those of user name and password, or of id
            and secret. They are the client's arguments, except for client credentials.
        environment: The environment variables, one for each part.
        argument: The client's argument that takes the credential, or for client credentials the
            token; "" = those of `arguments`.
        sources: The kinds of credentials, in the order of their priority.
        place: "header", "query" or "cookie".
        key: The name of that header, parameter or cookie.
        help: Its description.
        token_url: The URL that issues tokens for client credentials.
        scopes: The scopes to request for them.
        token_parameters: Further parameters of that request.
        token_headers: Headers of that request.
        token_method: "client_secret_post" or "client_secret_basic".
    """

    name: str
    kind: str
    arguments: tuple[str, ...]
    environment: tuple[str, ...]
    argument: str = ""
    sources: tuple[str, ...] = ("stored",)
    place: str = "header"
    key: str = "Authorization"
    help: str = ""
    token_url: str = ""
    scopes: tuple[str, ...] = ()
    token_parameters: Mapping[str, str] = {}
    token_headers: Mapping[str, str] = {}
    token_method: str = "client_secret_post"  # noqa: S105


class Login(NamedTuple):
    """How users log in: OAuth's authorization code grant with PKCE.

    Attributes:
        authorize_url: The page on which users log in.
        token_url: The URL that issues tokens.
        scheme: The security scheme whose credential is the token.
        client_id: The program's id at the login service; "" = the environment has it.
        audience: The API for which tokens are requested; "" = none.
        scopes: The scopes to request.
        redirect_port: The port of the redirect; 0 = any free one.
        redirect_path: The path of the redirect.
        parameters: Further parameters of the login page.
    """

    authorize_url: str
    token_url: str
    scheme: str
    client_id: str = ""
    audience: str = ""
    scopes: tuple[str, ...] = ()
    redirect_port: int = 0
    redirect_path: str = "/callback"
    parameters: Mapping[str, str] = {}


class Added(NamedTuple):
    """A hand-written command: a click command, by its module and attribute."""

    target: str
    help: str


class Wrapper(NamedTuple):
    """A hand-written function around a generated command.

    Attributes:
        target: `module:function`, called as `function(session, arguments, call)`.
        options: Further options.
        optional: Required arguments that the function fills if they are absent.
    """

    target: str
    options: tuple[Option, ...] = ()
    optional: tuple[str, ...] = ()


class Program:
    """A program: its facts, the index of its commands, and what an extension adds.

    Args:
        name: What users type.
        package: The import package.
        distribution: The name under which it is published.
        version: Its version.
        title: The name of the API.
        help: The description of the program.
        client: The client's class, as `module:class`.
        directory: The folder of its files below `~/.config`.
        base_url: The environment variable of the URL of the service; "" = the client reads one.
        plain_http: Whether the document has servers without encryption, or names none.
        environment_prefix: What its environment variables start with.
        variables: The client's arguments for variables of the server's URL.
        schemes: The security schemes.
        login: How users log in; None = they cannot.
        extension: The hand-written module; "" = none.
        index: Groups and commands by their words: `models list`.
        operations: (operationId, path in the client, module) of every operation.
    """

    def __init__(
        self,
        name: str,
        *,
        package: str,
        distribution: str,
        version: str,
        title: str,
        client: str,
        help: str = "",
        directory: str = "",
        environment_prefix: str = "",
        base_url: str = "",
        plain_http: bool = False,
        variables: tuple[str, ...] = (),
        schemes: tuple[Scheme, ...] = (),
        login: Login | None = None,
        extension: str = "",
        index: Mapping[str, Entry] | None = None,
        operations: tuple[tuple[str, str, str], ...] = (),
    ) -> None:
        """Store the facts only."""
        self.name = name
        self.package = package
        self.distribution = distribution
        self.version = version
        self.title = title
        self.help = help
        self.client = client
        self.directory = directory or name
        self.environment_prefix = environment_prefix
        self.base_url = base_url
        self.plain_http = plain_http
        self.variables = variables
        self.schemes = schemes
        self.login = login
        self.extension = extension
        self.index: dict[str, Entry | Added] = dict(index or {})
        self.operations = operations
        self.wrappers: dict[str, Wrapper] = {}
        self.options: dict[str, list[tuple[tuple[str, ...], dict[str, Any]]]] = {}
        self.defaults: dict[str, dict[str, Any]] = {}
        self.hooks = ""

    def add(self, words: str, target: str, *, help: str = "") -> None:
        """Add a hand-written command, which replaces a generated one of the same words.

        Args:
            words: What users type after the program's name: `auth target`.
            target: The click command, or a function of the program that makes it, as
                `module:attribute`; imported when it is used.
            help: One sentence for the list of commands.
        """
        self.index[words] = Added(target, help)

    def wrap(
        self,
        words: str,
        target: str,
        *,
        options: tuple[Option, ...] = (),
        optional: tuple[str, ...] = (),
    ) -> None:
        """Call a hand-written function around a generated command.

        Args:
            words: What users type: `project delete`.
            target: `module:function`. It is called as `function(session, arguments, call)`:
                `arguments` has the values by argument of the client, `call(arguments)` returns the
                JSON of the response. What it returns is shown; None shows nothing.
            options: Further options, whose values are in `arguments` by `key`.
            optional: Required arguments that the function fills if they are absent.
        """
        self.wrappers[words] = Wrapper(target, options, optional)

    def option(self, words: str, *flags: str, **settings: Any) -> None:
        """Add an option to a command of the library, such as `auth configure`.

        Args:
            words: What users type after the program's name.
            flags: As `click.option` takes them.
            settings: As `click.option` takes them.
        """
        self.options.setdefault(words, []).append((flags, settings))

    def describe(self, words: str, help: str) -> None:
        """Add a group, or change the sentence of one."""
        self.index[words] = Entry(help)

    def children(self, words: str) -> dict[str, str]:
        """Return the words of the commands and groups in a group, by their last word, sorted."""
        start = f"{words} " if words else ""
        names = {key[len(start) :].partition(" ")[0] for key in self.index if key.startswith(start)}
        return {name: f"{start}{name}" for name in sorted(names)}

    def table(self, module: str) -> dict[str, Command]:
        """Import the table of a module: commands by their path in the client."""
        from importlib import import_module

        made: dict[str, Command] = import_module(f"{self.package}.commands.{module}").COMMANDS
        return made

    def scheme(self, name: str) -> Scheme:
        """Return a security scheme by its name in the document."""
        return next(scheme for scheme in self.schemes if scheme.name == name)

    def env(self, name: str) -> str:
        """Return the name of one of the program's environment variables."""
        return f"{self.environment_prefix}_{name}"


def load(target: str) -> Any:
    """Import what `module:attribute` names."""
    from importlib import import_module

    module, _, attribute = target.partition(":")
    return getattr(import_module(module), attribute)
