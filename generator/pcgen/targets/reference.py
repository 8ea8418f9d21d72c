"""The reference of a language: what its target generates, as documentation describes it.

A target of a language returns a `Reference`, and the target `docs` prints it. Texts are Markdown,
plain text, or code of the language; the target `docs` encodes them. Types are code in which the
names of `models` and `terms` become links.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

# Names that mean a device on Windows, whatever their extension.
WINDOWS_DEVICES = frozenset(
    ["aux", "con", "nul", "prn"] + [f"{name}{n}" for name in ("com", "lpt") for n in range(10)]
)


class Parameter(Struct, frozen=True):
    """An argument of a method, or a field of a model.

    `facts` are sentences that state the default and the limits. `values` are the allowed ones, as
    code; if `open`, the service may add others.
    """

    name: str
    type: str
    required: bool
    text: str = ""
    facts: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    open: bool = False


class Call(Struct, frozen=True):
    """How to call an operation in a language.

    `path` leads from the client to the method. `arguments` are those of the operation's parameters,
    then those of the fields of its body, or the one that takes the whole body. `flag` is the
    argument that requests a stream, empty if there is none.
    """

    path: tuple[str, ...]
    arguments: tuple[str, ...]
    flag: str = ""


class Client(Struct, frozen=True):
    """A client in a language, for a target that builds on it.

    `calls` has those of the operations of each resource, in the order of the IR. `secrets` are the
    arguments of the client for each of the service's security schemes, in its order, and
    `variables` those for variables of the server's URL.
    """

    name: str
    module: str
    calls: tuple[tuple[Call, ...], ...]
    secrets: tuple[tuple[str, ...], ...]
    variables: tuple[str, ...]


class Sample(Struct, frozen=True):
    """A program that calls an operation; `language` is the word of fenced code."""

    language: str
    title: str
    code: str


class Example(Struct, frozen=True):
    """A scenario of an operation: programs that call it, and the response.

    `scenario` is its index in the operation of the IR. `response` is JSON, `printed` what the
    programs print; `streamed` is what those that request a stream print. If `status` is that of an
    error response, `printed` is the error that the programs raise.
    """

    scenario: int
    title: str
    samples: tuple[Sample, ...]
    response: str = ""
    printed: str = ""
    streamed: str = ""
    status: str = ""

    @property
    def is_error(self) -> bool:
        """Whether the response is an error response."""
        return self.status not in ("", "default") and not self.status.startswith("2")


class Failure(Struct, frozen=True):
    """A documented error response; `type` is that of its body, empty if it has none.

    `example` is a body in JSON, `raised` the error that it raises.
    """

    name: str
    statuses: str
    text: str
    type: str
    example: str = ""
    raised: str = ""


class Message(Struct, frozen=True):
    """A response header, or a request that the service sends; `type` is that of its body."""

    name: str
    text: str
    type: str = ""


class Method(Struct, frozen=True):
    """A method that calls an operation; resources and methods have the order of the IR.

    `path` leads from the client to the method, `call` is the code that a caller writes. `notes` are
    facts that the document does not state as prose.
    """

    path: tuple[str, ...]
    call: str
    signature: str
    notes: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    type: str
    returns: str
    errors: tuple[Failure, ...]
    headers: tuple[Message, ...]
    callbacks: tuple[Message, ...]
    examples: tuple[Example, ...]


class Resource(Struct, frozen=True):
    """A group of methods; `title` is its name in the document."""

    path: tuple[str, ...]
    call: str
    title: str
    text: str
    methods: tuple[Method, ...]


class Model(Struct, frozen=True):
    """A class with `fields`, or another name for a `type`.

    `values` and `open` as in `Parameter`. `example` is JSON, and `samples` make such an object.
    """

    name: str
    text: str
    code: str
    fields: tuple[Parameter, ...] = ()
    type: str = ""
    values: tuple[str, ...] = ()
    open: bool = False
    example: str = ""
    samples: tuple[Sample, ...] = ()


class ErrorClass(Struct, frozen=True):
    """A class of errors or warnings, with the class that it extends."""

    name: str
    base: str
    text: str
    attributes: tuple[Parameter, ...]


class Reference(Struct, frozen=True):
    """The public names of a package in one language.

    `signatures` is the word of fenced code for signatures, which are no programs. `guide` is the
    whole page about the client. `terms` are the sections of that page that explain
    a name, by name. `names` has a line for each public name.
    """

    language: str
    signatures: str
    package: str
    resources: tuple[Resource, ...]
    models: tuple[Model, ...]
    errors: tuple[ErrorClass, ...]
    guide: str
    terms: Mapping[str, str]
    names: tuple[str, ...]
    webhooks: tuple[Message, ...] = ()


class Flag(Struct, frozen=True):
    """An option of a command; `flags` are its spellings, `value` stands for what follows them.

    The rest as in `Parameter`.
    """

    flags: tuple[str, ...]
    value: str
    required: bool
    text: str = ""
    facts: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    open: bool = False


class Run(Struct, frozen=True):
    """A command line, and what it prints; empty if unknown."""

    line: str
    printed: str = ""


class ProgramCommand(Struct, frozen=True):
    """A command of a program; `operation`, `method` and `path` are empty if it calls none.

    `page` is the page that its author wrote, empty if there is none.
    """

    words: str
    usage: str
    summary: str
    text: str
    options: tuple[Flag, ...]
    runs: tuple[Run, ...] = ()
    page: str = ""
    operation: str = ""
    method: str = ""
    path: str = ""


class Manual(Struct, frozen=True):
    """The commands of a program.

    `groups` have a sentence by their words, `shared` are the options of every command.
    """

    program: str
    package: str
    text: str
    groups: Mapping[str, str]
    commands: tuple[ProgramCommand, ...]
    shared: tuple[Flag, ...]


def page_of(path: tuple[str, ...]) -> str:
    """The path of a method's page in the folder of documentation."""
    return f"docs/operations/{'/'.join(map(file_stem, path))}.md"


def file_stem(name: str) -> str:
    """The file name, without its extension, of the page of a name."""
    return f"{name}-" if name.lower() in WINDOWS_DEVICES else name
