"""The targets: what pcgen can make from the IR, and the settings of those that have their own."""

from msgspec import Struct, field

# What each target makes, by the name that the configuration lists. Its module `build`, such as
# `pcgen.targets.python.build`, is imported when it is built.
TARGETS = {
    "python": "A typed Python client package.",
    "cli": "A command-line program, and the client that it calls.",
    "docs": "The documentation of the package: pages in Markdown, and indexes of all names.",
}
# The target whose output another one contains, as a private package.
BASES = {"cli": "python"}
# The targets that get the references of the others, after these are built.
DOCUMENTING = frozenset(("docs",))
DEFAULT = ("python", "docs")
# The languages other than Python in which documentation can show calls: the names that the
# configuration lists, in the order of pages.
SAMPLES = ("curl", "javascript", "java", "go", "csharp")
DEFAULT_SAMPLES = ("curl",)


class Login(Struct, frozen=True):
    """How users log in: by OAuth's authorization code grant with PKCE, in a browser.

    Args:
        authorize_url: The page on which users log in.
        token_url: The URL that issues tokens.
        scheme: The security scheme whose credential is the token.
        client_id: The program's id at the login service; by default, the environment variable
            `<environment-prefix>_OAUTH_CLIENT_ID` has it.
        audience: The API for which tokens are requested; by default, none.
        scopes: The scopes to request.
        redirect_port: The port on the user's computer to which the login service redirects; by
            default, any free port.
        redirect_path: The path of that redirect.
        parameters: Further parameters of the login page.
    """

    authorize_url: str = ""
    token_url: str = ""
    scheme: str = ""
    client_id: str = ""
    audience: str = ""
    scopes: tuple[str, ...] = ()
    redirect_port: int = 0
    redirect_path: str = "/callback"
    parameters: dict[str, str] = field(default_factory=dict)


class Batch(Struct, frozen=True):
    """How a command takes many inputs: from a repeated option, or from a file of JSON Lines.

    Args:
        argument: The argument of the client with the list of inputs.
        field: The key of an input that is given as text; by default, texts stay texts.
        results: The property of the response with a result for each input.
        size: How to learn the most inputs of a request: a method of the client, the argument of
            the command that it gets, and the property of its response, such as
            `models.get(model).max_batch_size`; by default, all inputs are one request.
    """

    argument: str = ""
    field: str = ""
    results: str = ""
    size: str = ""


class Cli(Struct, frozen=True):
    """The program that the target `cli` makes.

    Args:
        program: The name of the program; by default, that of the package.
        extension: A hand-written module or package in the import package, whose function `extend`
            adds commands; by default, none.
        directory: The folder of the program's files below `~/.config`; by default, `program`.
        environment_prefix: What the program's environment variables start with; by default,
            derived from `program`.
        commands: Names of commands by the path of a resource or method in the client, such as
            `inference.list_models`; an empty name hides the command.
        groups: Sentences about groups of commands, by their words; by default, the document's.
        columns: The columns of tables by command, as paths of properties; by default, derived from
            the response.
        options: By command, the flags of options by the argument of the client: `--id -i`.
        batches: By command, how it takes many inputs; by default, as one option.
        login: How users log in; by default, they cannot.
    """

    program: str = ""
    extension: str = ""
    directory: str = ""
    environment_prefix: str = ""
    commands: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    options: dict[str, dict[str, str]] = field(default_factory=dict)
    batches: dict[str, Batch] = field(default_factory=dict)
    login: Login | None = None
