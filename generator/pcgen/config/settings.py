"""The settings of the configuration. Their docstrings are descriptions in its JSON Schema."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct, field

from pcgen.config.source import Source
from pcgen.diagnostics import Location, Waiver
from pcgen.targets import DEFAULT, DEFAULT_SAMPLES, Cli


class Credential(Struct, frozen=True):
    """How a caller gives the credential of one security scheme.

    Args:
        argument: The client's argument; by default, derived from the scheme.
        env: The environment variable that is read if the argument is absent; by default, none.
        token_url: The URL that issues bearer tokens for client credentials; by default, the
            document's.
        scopes: The scopes to request; by default, the server chooses.
        id_argument: The argument for the client's id.
        id_env: The environment variable of the client's id; by default, none.
        secret_argument: The argument for the client's secret.
        secret_env: The environment variable of the client's secret; by default, none.
        token_parameters: Further parameters of token requests, such as `audience`.
        token_headers: Headers of token requests.
        token_method: How token requests send id and secret; by default, in the form.
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
    """An accepted change, which does not count in the verdict of `pcgen diff`.

    Args:
        reason: Why the change is accepted.
        fingerprint: The fingerprint of one change; without it, `id` and `place` select changes.
        id: The id of the change.
        place: The subject of the change; `*` matches any text.
        location: The location in the configuration.
    """

    reason: str
    fingerprint: str
    id: str
    place: str
    location: Location


class Filter(Struct, frozen=True):
    """Selects operations by patterns, in which `*` matches any text; one match is enough.

    Args:
        tags: Patterns of their tags.
        paths: Patterns of their paths.
        operations: Patterns of their operationIds.
    """

    tags: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is a pattern."""
        return bool(self.tags or self.paths or self.operations)


class Paging(Struct, frozen=True):
    """The pagination of an operation, in the names of the document.

    Args:
        style: How to reach the next page: by a `cursor` that the response has, the id of the last
            item (`last-id`), the number of the `page` or of the item (`offset`), a `url` in the
            response, or its `Link` header (`link`); by default, `cursor`.
        parameter: The query parameter, or property of the request body, that takes the cursor, id
            or number.
        cursor: The response field with the next cursor or URL: names of properties, joined by dots.
            With `last-id`, the field of the items that has their id; by default, `id`.
        items: The response field with the items, likewise; by default, the response if it is an
            array, or the only array in it.
        more: The response field that says whether there are more pages, likewise; by default, none.
        done: The response field that says whether this is the last page; by default, none.
        total: The response field with the number of all items; by default, none.
        last: The response field with the number of pages; by default, none.
        first: The number of the first page or item; by default, 1 for pages and 0 for items.
        size: The query parameter, or property of the request body, for the number of items on a
            page; by default, none.
    """

    style: str = "cursor"
    parameter: str = ""
    cursor: str = ""
    items: str = ""
    more: str = ""
    done: str = ""
    total: str = ""
    last: str = ""
    first: int | None = None
    size: str = ""


DERIVED = "*"


class Spec(Struct, frozen=True):
    """One document.

    Args:
        spec: The OpenAPI document, relative to the configuration file.
        origin: The URL that it was downloaded from, for pcgen.lock; builds never open it.
        namespace: The attribute of the client that has its operations, such as `inference` or
            `preview.inference`; by default, its resources are attributes of the client themselves.
        overlays: OpenAPI Overlay files to apply in order, relative to the configuration file.
        roots: Folders besides the document's own that references may lead to, relative to the
            configuration file.
        naming: What names operations: `resources` (NAMING.md), or `operation-ids`, which takes
            resources from tags and methods from operationIds.
        base_url: The server's URL; by default, the document's first server.
        base_url_env: The environment variable that overrides the server's URL; by default, none.
            `DERIVED` is one with the package's name, such as `ACME_BASE_URL`.
        headers: Headers of every request.
        request_id_header: The header of responses that holds the request id; by default, the one
            that the document describes, such as `X-Acme-Request-Id`.
        text_fields: By schema, the property that callers may pass alone, as a plain string.
        include: The operations to generate; by default, all.
        exclude: The operations to leave out.
        rename: New names by JSON pointer, operationId, tag or resource (`beta.chat`).
        paging: Pagination by operationId, in which `*` matches any text, `false` for an operation
            without pages; by default, pagination is detected.
        label: What stands for a missing namespace where a package has several documents.
        source: The lines in the configuration.
    """

    spec: str
    origin: str = ""
    namespace: str = ""
    overlays: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    naming: str = "resources"
    base_url: str = ""
    base_url_env: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    request_id_header: str = ""
    text_fields: dict[str, str] = field(default_factory=dict)
    include: Filter = Filter()
    exclude: Filter = Filter()
    rename: dict[str, str] = field(default_factory=dict)
    paging: dict[str, Paging | None] = field(default_factory=dict)
    label: str = ""
    source: Source = field(default_factory=Source)

    @property
    def key(self) -> str:
        """Identifies the document in its package; empty if it is the only one."""
        return self.namespace or self.label


class Package(Struct, frozen=True):
    """One package to generate.

    Args:
        specs: The documents.
        output: The folder to write, relative to the configuration file.
        name: The distribution's name; by default, derived from the document's title.
        module: The import name; by default, the distribution's name with underscores.
        client: The client's class; by default, derived from the distribution's name.
        variable: The variable that holds the client in examples.
        version: The version of the generated package.
        targets: What to build.
        samples: The languages besides Python in which pages show calls.
        credentials: How callers pass credentials, by the name of the security scheme.
        waive: Findings that do not stop the build.
        accept: Accepted changes, which `pcgen diff` does not count.
        aliases: New names of classes (`Result`), methods (`search.list`) and attributes
            (`Result.items`) by their old names, which still work, with a warning.
        modules: Hand-written modules in the import package; the package exports the names in their
            `__all__`.
        mixins: Hand-written modules in the import package, by what they extend: a model
            (`Invoice`), to which `InvoiceMixin` is added as a base, or a resource (`invoices`),
            whose class is replaced by a subclass.
        templates: A folder of templates that override pcgen's; by default, none.
        license: The SPDX license expression; by default, that of the document.
        license_files: Files in the output folder that hold the text of the license.
        authors: Each a name, an e-mail address, or both; by default, the document's contact.
        maintainers: Likewise; by default, none.
        keywords: Words that describe the package.
        classifiers: Trove classifiers, such as `Topic :: Internet`.
        urls: URLs by label; they add to those of the document.
        requires_python: The versions of Python that the package supports.
        cli: The program of the target `cli`.
        root: The folder that paths are relative to.
        source: The lines in the configuration.
    """

    specs: tuple[Spec, ...]
    output: str
    name: str = ""
    module: str = ""
    client: str = ""
    variable: str = "client"
    version: str = "0.1.0"
    targets: tuple[str, ...] = DEFAULT
    samples: tuple[str, ...] = DEFAULT_SAMPLES
    credentials: dict[str, Credential] = field(default_factory=dict)
    waive: tuple[Waiver, ...] = ()
    accept: tuple[Acceptance, ...] = ()
    aliases: dict[str, str] = field(default_factory=dict)
    modules: tuple[str, ...] = ()
    mixins: dict[str, str] = field(default_factory=dict)
    templates: str = ""
    license: str = ""
    license_files: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    maintainers: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    urls: dict[str, str] = field(default_factory=dict)
    requires_python: str = ">=3.11"
    cli: Cli = Cli()
    root: Path = Path()
    source: Source = field(default_factory=Source)


class Config(Struct, frozen=True):
    """The whole configuration: its file, its text, and its packages in order."""

    file: Path
    text: str
    packages: tuple[Package, ...]


def label(package: Package) -> str:
    """The name of a package on the command line: its own, or that of its output folder."""
    return package.name or (package.root / package.output.replace("\\", "/")).absolute().name
