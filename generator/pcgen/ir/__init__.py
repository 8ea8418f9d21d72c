"""What to generate, without a word of Python syntax or of OpenAPI.

Every named thing carries `name` (Python) and `wire_name` (the API's), in this order. `origin` is
the JSON pointer of the place in the document, behind the namespace of that where there are several
(`index:#/paths/~1a/get`). Presence and nullability are different facts.
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
    parts,
    rebuilt,
)
from pcgen.ir.value import Value
from pcgen.names import Name

if TYPE_CHECKING:
    from collections.abc import Mapping

# What these have is part of this vocabulary; all else is below.
__all__ = (
    "ANY", "Array", "Choice", "Constraints", "Default", "Discriminator", "Doc", "Example", "Facts",
    "Fixed", "Json", "Kind", "Lines", "Map", "Nullable", "Optional", "Presence", "Ref", "Required",
    "Scalar", "Tuple", "Type", "Union", "Value", "holds_bytes", "parts", "rebuilt",
)  # fmt: skip

# --- Declarations ------------------------------------------------------------------------------


class Access(Enum):
    """Who may give a property its value: a caller, the service, or both."""

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
    """The property and value that tell a model from the others of its union."""

    name: Name
    wire_name: str
    value: str | int
    doc: Doc


class Model(Value, frozen=True):
    """An object with known properties.

    `extra` is the type of properties besides `fields`, None if there are none. `items` is the field
    with the list that the object wraps, None if it wraps none.
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


class Alias(Value, frozen=True):
    """A name for any other type; `text_key` makes plain strings acceptable for it in requests."""

    name: Name
    wire_name: str
    doc: Doc
    facts: Facts
    type: Type
    text_key: str
    origin: str


Declaration = Model | Alias


# --- Operations --------------------------------------------------------------------------------


Security = tuple[tuple[str, ...], ...]
"""The alternatives of credentials, each the names of the schemes that it needs."""


class Place(Enum):
    """Where a parameter travels."""

    PATH = "path"
    QUERY = "query"
    QUERYSTRING = "querystring"
    HEADER = "header"
    COOKIE = "cookie"


class Parameter(Value, frozen=True):
    """A parameter of an operation; `style` is empty and `explode` None where the default holds.

    `reserved` leaves characters that its place may hold as they are.
    """

    name: Name
    wire_name: str
    place: Place
    type: Type
    presence: Presence
    style: str
    explode: bool | None
    reserved: bool
    content_type: str
    doc: Doc
    facts: Facts
    deprecated: bool


class Encoding(Enum):
    """How a request body is written."""

    JSON = "json"
    FORM = "form"
    MULTIPART = "multipart"
    NDJSON = "ndjson"
    TEXT = "text"
    BYTES = "bytes"


class Streaming(Enum):
    """How the results of a stream follow each other; NONE is a single result."""

    NONE = ""
    SSE = "sse"
    NDJSON = "ndjson"


class Part(Value, frozen=True):
    """How a property of a form is written; empty where the default holds.

    `binary` is what files are, and `base64` what holds bytes as text.
    """

    wire_name: str
    content_type: str
    style: str
    explode: bool | None
    binary: bool
    base64: bool


class Body(Value, frozen=True):
    """A request body: an argument for each of the `fields`, or one argument `body` if None."""

    type: Type
    encoding: Encoding
    media_type: str
    parts: tuple[Part, ...]
    fields: tuple[Field, ...] | None
    required: bool
    doc: Doc
    examples: tuple[Example, ...]


class Header(Value, frozen=True):
    """A header of an answer."""

    name: str
    doc: Doc


class Payload(Value, frozen=True):
    """What the service sends by itself, as a webhook or a callback; JSON has a type."""

    name: str
    type: Type | None
    doc: Doc


class Result(Value, frozen=True):
    """What a successful call returns; `type` is None when there is no body.

    `json` is what JSON is decoded as, and `media_type` lists what may come, separated by commas.
    `by_status` tells what it is decoded as where that depends on the status, and `others` are the
    media types that the service has as well and nobody asks for. `headers` are those of the answer.
    """

    type: Type | None
    json: Type | None
    media_type: str
    streaming: Streaming
    doc: Doc
    examples: tuple[Example, ...]
    by_status: tuple[tuple[str, Type], ...] = ()
    others: tuple[str, ...] = ()
    headers: tuple[Header, ...] = ()


class ErrorCase(Value, frozen=True):
    """A documented failure; `status` is a code, a range such as `4XX`, or `default`."""

    status: str
    type: Type | None
    doc: Doc


class Paging(Value, frozen=True):
    """How to get the next page of an operation.

    The value at the path `cursor` of a page becomes the `argument` of the next call, which is a
    field of the body if `in_body`. `items` is the path of the items, `more` that of a flag that
    says whether there is another page, or empty.
    """

    argument: Name
    in_body: bool
    cursor: tuple[Name, ...]
    items: tuple[Name, ...]
    item_type: Type
    page_type: Type
    more: tuple[Name, ...]


class Switch(Value, frozen=True):
    """A flag of the body that turns the single result of an operation into a stream."""

    flag: Name
    result: Result


class Operation(Value, frozen=True):
    """One method of a resource."""

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
    scopes: tuple[str, ...] = ()


# --- The service -------------------------------------------------------------------------------


class SchemeKind(Enum):
    """How a credential travels."""

    API_KEY = "apiKey"
    BEARER = "bearer"
    BASIC = "basic"


class Secret(Value, frozen=True):
    """An argument of the client that takes a credential, and the variable that may hold it."""

    name: Name
    env: str = ""


class Grant(Value, frozen=True):
    """How a bearer token is fetched for client credentials (OAuth 2)."""

    client_id: Secret
    client_secret: Secret
    token_url: str
    scopes: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    method: str

    @property
    def secrets(self) -> tuple[Secret, Secret]:
        """The arguments of the client that a token is fetched for."""
        return self.client_id, self.client_secret


class Scheme(Value, frozen=True):
    """A security scheme; basic authentication has two secrets, user name and password.

    `place` and `key` matter to API keys only, `grant` to bearer tokens.
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
        """Every argument of the client that is about this scheme."""
        return self.secrets if self.grant is None else (*self.secrets, *self.grant.secrets)


class Variable(Value, frozen=True):
    """A part of a server's URL that the caller chooses; `values` are all there are, if any."""

    name: Name
    wire_name: str
    presence: Presence
    values: tuple[str, ...]
    doc: Doc


class Service(Value, frozen=True):
    """Whom the client talks to; `base_url` is a path, or empty, when the document names no host.

    Where there are `variables`, their names stand in it, in braces. `others` are the addresses that
    the document names besides, each with what it is.
    """

    base_url: str
    base_url_env: str
    headers: tuple[tuple[str, str], ...]
    schemes: tuple[Scheme, ...]
    security: Security
    variables: tuple[Variable, ...] = ()
    others: tuple[tuple[str, str], ...] = ()

    @property
    def names_host(self) -> bool:
        """Whether a caller need not say where it is."""
        return bool(self.base_url) and not self.base_url.startswith("/")


# --- The package -------------------------------------------------------------------------------


class Resource(Value, frozen=True):
    """The operations of one tag, or of one document of several: an attribute of the client.

    `group` is the attribute of the client that it belongs to instead. `service` is its own, None
    where it is the client's.
    """

    name: Name
    wire_name: str
    class_name: Name
    doc: Doc
    operations: tuple[Operation, ...]
    group: Name | None = None
    service: Service | None = None

    @property
    def attribute(self) -> str:
        """What callers write behind the client to get at it."""
        return f"{self.group}.{self.name}" if self.group else self.name


class Package(Value, frozen=True, dict=True):
    """All that a package holds; examples call the client `variable`."""

    distribution: str
    version: str
    client: Name
    variable: Name
    title: str
    api_version: str
    doc: Doc
    license: str
    service: Service
    resources: tuple[Resource, ...]
    declarations: tuple[Declaration, ...]
    webhooks: tuple[Payload, ...] = ()

    @cached_property
    def declared(self) -> Mapping[Name, Declaration]:
        """The declarations by their names."""
        return {declaration.name: declaration for declaration in self.declarations}
