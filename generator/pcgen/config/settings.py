"""What can be configured, as frozen objects."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct, field

from pcgen.config.source import Source
from pcgen.diagnostics import Location, Waiver


class Credential(Struct, frozen=True):
    """How a caller gives the credential of one security scheme.

    Args:
        argument: The name of the client's argument; chosen from the scheme when empty.
        env: The environment variable that is read when the argument is not given; none if empty.
        token_url: Where a bearer token is fetched for client credentials; what the document says
            when empty.
        scopes: What to ask for there; what the service thinks fit when there are none.
        id_argument: The name of the argument for the client's id.
        id_env: The environment variable of the client's id; none if empty.
        secret_argument: The name of the argument for the client's secret.
        secret_env: The environment variable of the client's secret; none if empty.
        token_parameters: What to send besides the parameters of the standard, such as `audience`.
        token_headers: Headers to send there.
        token_method: How id and secret are sent; in the form when empty.
    """

    argument: str = ""
    env: str = ""
    token_url: str = ""
    scopes: tuple[str, ...] = ()
    id_argument: str = ""
    id_env: str = ""
    secret_argument: str = ""
    secret_env: str = ""
    token_parameters: dict[str, str] = field(default_factory=dict)
    token_headers: dict[str, str] = field(default_factory=dict)
    token_method: str = ""


class Acceptance(Struct, frozen=True):
    """A change that is meant, so that `pcgen diff` leaves it out of its verdict.

    Args:
        reason: Why it is accepted.
        fingerprint: The fingerprint of one finding; else `id` and `place` say which are meant.
        id: The kind of change.
        place: What it happens to, in which `*` stands for any text.
        location: Where the configuration says so.
    """

    reason: str
    fingerprint: str
    id: str
    place: str
    location: Location


class Filter(Struct, frozen=True):
    """Operations, by patterns in which `*` stands for any text; one that matches is enough.

    Args:
        tags: Patterns of their tags.
        paths: Patterns of their paths.
        operations: Patterns of their operationIds.
    """

    tags: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it has any pattern."""
        return bool(self.tags or self.paths or self.operations)


class Paging(Struct, frozen=True):
    """How the pages of an operation hang together, in the names of the document.

    Args:
        parameter: The query parameter, or the property of the body, that asks for a page.
        cursor: Where a page tells the next: names of properties, joined by dots.
        items: Where a page has its items, likewise.
        more: Where a page tells whether there are more, likewise; nowhere when empty.
    """

    parameter: str
    cursor: str
    items: str
    more: str = ""


class Spec(Struct, frozen=True):
    """One document, and what becomes of it.

    Args:
        spec: The OpenAPI document, relative to the configuration file.
        origin: The URL that it was taken from, for the record; builds never open it.
        namespace: The attribute of the client that has its operations, such as `inference` or
            `preview.inference`; empty where a package has a single document.
        overlays: Changes to the document, applied in order: OpenAPI Overlay files, relative to the
            configuration file.
        roots: Folders besides the document's own that references may lead into, relative to the
            configuration file.
        base_url: The server's URL; the document's first server when empty.
        base_url_env: The environment variable that overrides the server's URL; none if empty.
        headers: Headers that every request carries.
        text_fields: For schemas of objects, the property that a plain string stands for.
        include: The operations to take; all when it has no patterns.
        exclude: The operations to leave out.
        rename: New names by JSON pointer, operationId or tag.
        paging: How pages hang together by operationId, None for operations that give no pages;
            the others are told by their shape.
        source: Where this stands in the configuration.
    """

    spec: str
    origin: str = ""
    namespace: str = ""
    overlays: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    base_url: str = ""
    base_url_env: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    text_fields: dict[str, str] = field(default_factory=dict)
    include: Filter = Filter()
    exclude: Filter = Filter()
    rename: dict[str, str] = field(default_factory=dict)
    paging: dict[str, Paging | None] = field(default_factory=dict)
    source: Source = field(default_factory=Source)


class Package(Struct, frozen=True):
    """One package to generate.

    Args:
        specs: The documents, each with its namespace, or one without.
        output: The folder to write, relative to the configuration file.
        name: The distribution's name; from the document's title when empty.
        module: The import name; the distribution's name with underscores when empty.
        client: The name of the client's class; from the distribution's name when empty.
        variable: The variable that examples have the client in.
        version: The version of the generated package.
        targets: What to build for the package; only `python` when absent.
        credentials: How callers give credentials, by the name of the security scheme.
        waive: Findings that do not stop the build.
        accept: Changes that are meant.
        aliases: What classes (`Result`), methods (`search.list`) and attributes (`Result.items`)
            are called now, by the names that they had; those still work, and warn.
        modules: Files in the import package that people write; the package exports what their
            `__all__` lists.
        mixins: Files in the import package that people write, by what they extend: a model
            (`Invoice`), whose class has their `InvoiceMixin` as a base, or a resource (`invoices`),
            which is their subclass of its class.
        templates: A folder of templates that take the place of pcgen's; none when empty.
        root: The folder that the paths are relative to.
        source: Where this stands in the configuration.
    """

    specs: tuple[Spec, ...]
    output: str
    name: str = ""
    module: str = ""
    client: str = ""
    variable: str = "client"
    version: str = "0.1.0"
    targets: tuple[str, ...] = ("python",)
    credentials: dict[str, Credential] = field(default_factory=dict)
    waive: tuple[Waiver, ...] = ()
    accept: tuple[Acceptance, ...] = ()
    aliases: dict[str, str] = field(default_factory=dict)
    modules: tuple[str, ...] = ()
    mixins: dict[str, str] = field(default_factory=dict)
    templates: str = ""
    root: Path = Path()
    source: Source = field(default_factory=Source)


class Config(Struct, frozen=True):
    """The whole configuration: its file, and the packages in the order they are listed."""

    file: Path
    text: str
    packages: tuple[Package, ...]


def label(package: Package) -> str:
    """What a package is called on the command line: its name, else its output folder."""
    return package.name or (package.root / package.output.replace("\\", "/")).absolute().name
