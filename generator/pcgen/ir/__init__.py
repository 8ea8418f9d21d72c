"""The intermediate representation (IR): what to generate, independent of Python and OpenAPI.

`name` is the words from which a target makes its identifier, `wire_name` the name in requests and
responses. `origin` is a JSON pointer into the document; packages of several documents put the key
of the document before it (`index:#/paths/~1a/get`). Presence and nullability are independent. Empty
strings mean "unset".
"""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from pcgen.ir.facts import (
    Constraints,
    Default,
    Doc,
    Example,
    Facts,
    Fixed,
    Json,
    Optional,
    Presence,
    Required,
    Scenario,
)
from pcgen.ir.results import (
    Carrier,
    ErrorCase,
    Header,
    Result,
    Selector,
    Streaming,
    Switch,
)
from pcgen.ir.types import (
    ANY,
    Array,
    Choice,
    Discriminator,
    Kind,
    Lines,
    Map,
    Nullable,
    Ref,
    Scalar,
    Tuple,
    Type,
    Union,
    holds_bytes,
    map_nested,
    nested_types,
)
from pcgen.ir.value import Value
from pcgen.names import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

# Re-exported from the other modules of this folder.
__all__ = (
    "ANY", "Array", "Carrier", "Choice", "Constraints", "Default", "Discriminator", "Doc",
    "ErrorCase", "Example", "Facts", "Fixed", "Header", "Json", "Kind", "Lines", "Map", "Nullable",
    "Optional", "Presence", "Ref", "Required", "Result", "Scalar", "Scenario", "Selector",
    "Streaming", "Switch", "Tuple", "Type", "Union", "Value", "holds_bytes", "map_nested",
    "nested_types",
)  # fmt: skip

# --- Declarations ------------------------------------------------------------------------------


class Access(Enum):
    """Which side sets a property: the service (read-only), the caller (write-only), or both."""

    BOTH = ""
    READ_ONLY = "readOnly"
    WRITE_ONLY = "writeOnly"


class Field(Value, frozen=True):
    """A property of an object."""

    name: Name
    wire_name: str
    type: Type
    presence: Presence
    doc: Doc
    facts: Facts
    deprecated: bool = False
    access: Access = Access.BOTH


class Tag(Value, frozen=True):
    """A model's discriminator property, with the value that all its objects have."""

    name: Name
    wire_name: str
    value: str | int
    doc: Doc


class Model(Value, frozen=True):
    """An object with known properties.

    `extra` is the type of additional properties, None if there are none; `closed` models forbid
    them. `items` is the field whose
    list the object merely wraps, None for other objects. If that list may be one page of several,
    `more` is the path of a flag or cursor that the last page lacks, or `done` that of a flag that
    is true on the last page. `item_name` is the field that names each item, if there is one.
    `example` is an object of a response if one may have it, `given` one of a request; None if
    there is none.
    """

    name: Name
    wire_name: str
    doc: Doc
    facts: Facts
    fields: tuple[Field, ...]
    tag: Tag | None
    items: Field | None
    extra: Type | None
    deprecated: bool
    origin: str
    more: tuple[Name, ...] = ()
    done: tuple[Name, ...] = ()
    closed: bool = False
    item_name: Field | None = None
    example: Json = None
    given: Json = None


class Alias(Value, frozen=True):
    """A name for a type that is not a model.

    `text_key` is the property of an object that callers may write as a plain string in requests;
    empty if there is none. `example` and `given` as in `Model`.
    """

    name: Name
    wire_name: str
    doc: Doc
    facts: Facts
    type: Type
    text_key: str
    origin: str
    example: Json = None
    given: Json = None


Declaration = Model | Alias


# --- Operations --------------------------------------------------------------------------------


Security = tuple[tuple[str, ...], ...]
"""Alternative sets of credentials, each given by the wire names of its schemes."""


class Place(Enum):
    """The component of a request that carries a parameter."""

    PATH = "path"
    QUERY = "query"
    QUERYSTRING = "querystring"
    HEADER = "header"
    COOKIE = "cookie"


class Parameter(Value, frozen=True):
    """A parameter of an operation.

    `style` and `explode` say how arrays and objects are written; empty and None mean the default.
    `reserved` sends reserved characters unencoded. `content_type` is set for encoded values.
    """

    name: Name
    wire_name: str
    place: Place
    type: Type
    presence: Presence
    style: str = ""
    explode: bool | None = None
    reserved: bool = False
    content_type: str = ""
    doc: Doc = Doc()
    facts: Facts = Facts()
    deprecated: bool = False


class Encoding(Enum):
    """How a request body is written."""

    JSON = "json"
    FORM = "form"
    MULTIPART = "multipart"
    NDJSON = "ndjson"
    TEXT = "text"
    BYTES = "bytes"


class FormPart(Value, frozen=True):
    """How to write a property of a form; empty and None mean the default.

    `binary` marks files, `base64` values that contain bytes encoded as text.
    """

    wire_name: str
    content_type: str
    style: str
    explode: bool | None
    binary: bool
    base64: bool


class Body(Value, frozen=True):
    """A request body.

    Callers pass one argument for each of the `fields`, or the whole body if that is None.
    `media_type` is empty for the usual one of the encoding.
    """

    type: Type
    encoding: Encoding
    media_type: str
    parts: tuple[FormPart, ...]
    fields: tuple[Field, ...] | None
    required: bool
    doc: Doc


class Payload(Value, frozen=True):
    """The body of a webhook or callback request; `type` is None if it is not JSON."""

    name: str
    type: Type | None
    doc: Doc


class PageStyle(Enum):
    """How to reach the next page of an operation.

    CURSOR passes a value of the page on, LAST_ID one of the page's last item. PAGE counts pages,
    OFFSET items. URL follows a URL of the page, LINK the `Link` header of the response.
    """

    CURSOR = "cursor"
    LAST_ID = "last-id"
    PAGE = "page"
    OFFSET = "offset"
    URL = "url"
    LINK = "link"


class Paging(Value, frozen=True):
    """How to get the next page of an operation; empty paths mean that there is no such value.

    `argument` takes the cursor or number of a page, and `size` the number of items on it; both are
    fields of the body if `in_body`. `cursor` is the path of the cursor or URL, or of the number of
    the page itself, `items` that of the items (empty if the page itself is the list). `more` and
    `done` are flags: whether there is another page, and whether this one is the last. `total`
    counts all items, `last` all pages, starting from `first`.
    """

    style: PageStyle
    argument: Name | None
    in_body: bool
    cursor: tuple[Name, ...]
    items: tuple[Name, ...]
    item_type: Type
    page_type: Type
    more: tuple[Name, ...] = ()
    done: tuple[Name, ...] = ()
    total: tuple[Name, ...] = ()
    last: tuple[Name, ...] = ()
    first: int = 0
    size: Name | None = None


class Operation(Value, frozen=True):
    """An operation of a resource.

    `security` and `base_url` override those of the service, unless they are None and empty.
    `scenarios` are empty only if no valid values could be found for a request.
    """

    name: Name
    wire_name: str
    method: str
    path: str
    doc: Doc
    parameters: tuple[Parameter, ...]
    body: Body | None
    result: Result
    switch: Switch | None
    paging: Paging | None
    errors: tuple[ErrorCase, ...]
    security: Security | None
    base_url: str
    deprecated: bool
    origin: str
    callbacks: tuple[Payload, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    scopes: tuple[str, ...] = ()
    selector: Selector | None = None

    @property
    def results(self) -> tuple[Result, ...]:
        """The result, and that of the stream which a flag requests."""
        return (self.result,) if self.switch is None else (self.result, self.switch.result)


# --- The service -------------------------------------------------------------------------------


class SchemeKind(Enum):
    """How a request carries a credential."""

    API_KEY = "apiKey"
    BEARER = "bearer"
    BASIC = "basic"


class Secret(Value, frozen=True):
    """A credential that callers pass to the client, or set in the environment variable `env`."""

    name: Name
    env: str = ""


class Grant(Value, frozen=True):
    """How to fetch a bearer token by the client credentials grant of OAuth 2.

    `parameters` and `headers` are added to the token request; `method` says how it carries the
    client's credentials.
    """

    client_id: Secret
    client_secret: Secret
    token_url: str
    scopes: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    method: str

    @property
    def secrets(self) -> tuple[Secret, Secret]:
        """The credentials that the token request carries."""
        return self.client_id, self.client_secret


class Scheme(Value, frozen=True):
    """A security scheme; basic authentication has two secrets, user name and password.

    `place` and `key` (the name of the header, parameter or cookie) apply to API keys only, `grant`
    to bearer tokens.
    """

    wire_name: str
    kind: SchemeKind
    secrets: tuple[Secret, ...]
    place: Place
    key: str
    doc: Doc
    grant: Grant | None = None

    @property
    def arguments(self) -> tuple[Secret, ...]:
        """Every credential of this scheme that callers can pass."""
        return self.secrets if self.grant is None else (*self.secrets, *self.grant.secrets)


class Variable(Value, frozen=True):
    """A variable of a server's URL; `values` are the allowed ones, empty if all are allowed."""

    name: Name
    wire_name: str
    presence: Presence
    values: tuple[str, ...]
    doc: Doc


class Service(Value, frozen=True):
    """The server, and what every request to it carries.

    `base_url` is a path, or empty, if the API names no host; it contains the names of the
    `variables` in braces. `base_url_env` is an environment variable that overrides it. `others` are
    the URLs of alternative servers, each with its description. `request_id` is the header of
    responses that holds the request id, or empty.
    """

    base_url: str
    base_url_env: str
    headers: tuple[tuple[str, str], ...]
    schemes: tuple[Scheme, ...]
    security: Security
    variables: tuple[Variable, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    request_id: str = ""

    @property
    def names_host(self) -> bool:
        """Whether the client works without a URL from the caller."""
        return bool(self.base_url) and not self.base_url.startswith("/")


# --- The package -------------------------------------------------------------------------------


Path = tuple[Name, ...]
"""The names from the client to a resource."""


class Resource(Value, frozen=True):
    """A group of operations, other resources, or both, as an attribute of the client.

    `parents` are the resources around it, the outermost first; the client holds those without
    parents. `name` is unique among the resources of a parent, and differs from its operations'
    names; `module` and `class_name` are unique in the package. `wire_name` is the tag, or the
    path with dots. `service` overrides that of the client.
    """

    name: Name
    wire_name: str
    class_name: Name
    module: Name
    doc: Doc
    operations: tuple[Operation, ...]
    parents: Path = ()
    service: Service | None = None

    @property
    def path(self) -> Path:
        """The names from the client to this resource."""
        return (*self.parents, self.name)


class Person(Value, frozen=True):
    """An author or a maintainer: a name, an e-mail address, or both."""

    name: str
    email: str


class Metadata(Value, frozen=True):
    """What indexes of packages show: `license` is an SPDX expression, `urls` are by label."""

    license: str = ""
    license_files: tuple[str, ...] = ()
    authors: tuple[Person, ...] = ()
    maintainers: tuple[Person, ...] = ()
    keywords: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    urls: tuple[tuple[str, str], ...] = ()
    requires_python: str = ""


class Package(Value, frozen=True, dict=True):
    """A whole package: a client, its resources and declarations.

    `resources` contains every parent of a resource. `distribution` is the name under which it is
    published. `title`, `api_version` and `doc` come from the document.
    """

    distribution: str
    version: str
    client: Name
    variable: Name
    title: str
    api_version: str
    doc: Doc
    metadata: Metadata
    service: Service
    resources: tuple[Resource, ...]
    declarations: tuple[Declaration, ...]
    webhooks: tuple[Payload, ...] = ()

    def __post_init__(self) -> None:
        """Check the parents of resources."""
        if not {r.parents for r in self.resources if r.parents} <= self.by_path.keys():
            raise ValueError("a parent of a resource is not in the package")

    @cached_property
    def by_path(self) -> Mapping[Path, Resource]:
        """The resources by path."""
        return {resource.path: resource for resource in self.resources}

    @cached_property
    def children(self) -> Mapping[Path, tuple[Resource, ...]]:
        """The resources by the path of their parent."""
        found: dict[Path, tuple[Resource, ...]] = {}
        for resource in self.resources:
            found[resource.parents] = (*found.get(resource.parents, ()), resource)
        return found

    @cached_property
    def declared(self) -> Mapping[Name, Declaration]:
        """The declarations by name."""
        return {declaration.name: declaration for declaration in self.declarations}
