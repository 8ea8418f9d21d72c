"""What openapi-spec-validator objects to, each with the exact place."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from pcgen.diagnostics import Failure, shorten
from pcgen.spec import Document, Node, format_pointer, lookup, mask, parse_pointer
from pcgen.validate.messages import explain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


MOST = 10_000
_BY_PATTERNS = ("patternProperties", "additionalProperties", "unevaluatedProperties")
MASK = "$ref (data)"
_OPENAPI = "https://spec.openapis.org/"
Parts = tuple[str, ...]


class Finding(NamedTuple):
    """What is wrong with the value at a pointer, and what to do."""

    pointer: Parts
    message: str
    hint: str = ""


def findings(root: Any) -> Iterator[Finding]:
    """Everything that is wrong with a document, in the order in which it is found.

    Args:
        root: A document whose references have been checked; its data is changed.
    """
    references = mask(root, MASK)
    document = Document("", "", root, lambda _: (0, 0))
    _shorten_chains(references)
    try:
        yield from islice(explained(document, _errors(document)), MOST)
    except Exception as error:  # The validator fails over odd schemas, or leaves the document.
        message = f"the validator cannot judge this: {type(error).__name__}: {error}"
        yield Finding(_real(document, error), message, "look for a keyword of the wrong type here")


def _shorten_chains(references: Iterable[Node]) -> None:
    """Let every reference name the end of its chain, which the validator would walk each time."""
    ends: dict[Parts, Parts] = {}
    for node in references:
        way: dict[Parts, None] = {}
        here = _target(node)
        while here is not None and here.pointer not in ends and here.pointer not in way:
            further = _target(here) if here.reference and len(here.value) == 1 else None
            if further is None:
                break
            way[here.pointer] = None
            here = further
        if here is not None:
            end = ends.get(here.pointer, here.pointer)
            ends.update(dict.fromkeys(way, end))
            node.value["$ref"] = format_pointer(end).replace("%", "%25")


def _target(node: Node) -> Node | None:
    """What a reference names; None where nobody has followed it, in a part that nobody uses."""
    pointer = parse_pointer(node.reference or "")
    return None if pointer is None else lookup(node.document, pointer)


def explained(document: Document, errors: Iterable[Any]) -> Iterator[Finding]:
    """What errors of the validator say, in words; errors that say nothing are left out."""
    for error in errors:
        if type(error).__name__ == "OpenAPIValidationError" and error.validator is error.instance:
            continue  # No schema at all; the check against the schema of schemas says more.
        if MASK in json.dumps(error.instance, default=str):
            continue  # Data that the validator does not get to see as it is.
        for pointer, message, hint in explain(document, _real(document, error), error):
            plain = tuple(part.replace(MASK, "$ref") for part in pointer)
            yield Finding(plain, message.replace(MASK, "$ref"), hint)


def _errors(document: Document) -> Iterator[Any]:
    """What the validator says; it may fail over what is wrong, once it has told so."""
    from jsonschema_path import SchemaPath

    checker, kind = validator(document.version)
    told = False
    try:
        for error in checker.iter_errors(document.root):
            told = True
            yield error
        path = SchemaPath(accessor(document), separator="#")
        for error in kind(path).root_validator(path):
            told = True
            yield error
    except BaseException as error:
        # What was found before explains why it got no further; `spec` has bounded recursion.
        if not (is_too_deep(error) or (told and isinstance(error, Exception))):
            raise


def is_too_deep(error: BaseException) -> bool:
    """Whether the validator could not follow a recursion; its parts in C and Rust say it so."""
    panicked = type(error).__name__ == "PanicException"  # It is no `Exception`.
    return panicked or isinstance(error, (RecursionError, SystemError))


def accessor(document: Document) -> Any:
    """Where the validator's paths lead; its own way there takes most of the time.

    It has a `part`, the pointer of the part that it is used for, and two methods: `turn_to` lets it
    begin with another part, as if it knew nothing; `named` tells the pointer that stands at a path
    instead of a value, None if none does.
    """
    own: Any = import_module("jsonschema_path.accessors").SchemaAccessor
    known: dict[tuple[str | int, ...], Any] = {}
    ends: dict[str, Any] = {}  # By the text of a reference; no `$id` lets it mean different things.
    last: list[Any] = [None, None]  # It asks many things of one place; places are long to hash.

    def below(value: Any, part: str | int) -> Any:
        try:
            return value[part]
        except (KeyError, IndexError, TypeError):
            raise KeyError(part) from None

    def __getitem__(self: Any, parts: tuple[str | int, ...]) -> Any:
        if parts is not last[0]:
            last[:] = parts, at(self, parts)
        return last[1]

    def raw(self: Any, parts: tuple[str | int, ...]) -> tuple[Any, str | None]:
        value = below(at(self, parts[:-1]), parts[-1]) if parts else document.root
        reference = value.get("$ref") if isinstance(value, dict) else None
        return value, reference if isinstance(reference, str) else None

    def turn_to(self: Any, part: Parts) -> None:
        self.part = part
        last[:] = None, None
        for memory in (known, ends, document.ends):
            memory.clear()

    def named(self: Any, parts: tuple[str | int, ...]) -> Parts | None:
        return parse_pointer(raw(self, parts)[1] or "")

    def at(self: Any, parts: tuple[str | int, ...]) -> Any:
        if parts not in known:
            value, reference = raw(self, parts)
            if reference is not None:
                if reference not in ends:
                    try:
                        ends[reference] = Node(document, (), value).step().follow().value
                    except Failure:  # Nobody has followed it, in a part that nobody uses.
                        ends[reference] = own.__getitem__(self, parts)
                value = ends[reference]
            known[parts] = value
        return known[parts]

    members = {"__getitem__": __getitem__, "_get_subnode": staticmethod(below)}
    members |= {"turn_to": turn_to, "named": named}
    kind: Any = type("Accessor", (own,), members)
    return kind.from_schema(document.root, handlers=_DenyAll())


def _real(document: Document, error: Any) -> Parts:
    """The pointer of the value that was checked, which may have been reached by references."""
    node = document.node
    for part in getattr(error, "place", ()):
        if not (isinstance(node.value, dict) and part in node.value):
            node = node.follow()
        node = node.child(part)
    return node.follow().pointer


# --- The validator, so that it tells where it is ------------------------------------------------


class _Checker:
    """Errors by jsonschema, where jsonschema-rs says that there are any: it is far quicker.

    Args:
        slow: A validator of jsonschema.
        schema: What it checks.
        others: The schemas that this one refers to, by their URIs.
    """

    def __init__(self, slow: Any, schema: Any, others: Mapping[str, Any]) -> None:
        import jsonschema_rs

        self._slow = slow
        self._fast = jsonschema_rs.validator_for(
            schema,
            registry=jsonschema_rs.Registry(list(others.items())),
            validate_formats=slow.format_checker is not None,
        )

    def is_valid(self, instance: Any) -> bool:
        """Whether there are no errors."""
        valid: bool = self._fast.is_valid(instance)
        return valid

    def iter_errors(self, instance: Any) -> Iterator[Any]:
        """Every error, as jsonschema makes them."""
        return iter(()) if self.is_valid(instance) else self._slow.iter_errors(instance)


@lru_cache(maxsize=4)
def validator(version: tuple[int, int]) -> tuple[_Checker, Any]:
    """The check against the schema of a version, and the validator for all else.

    The schema is read from the package as a plain file: the package would take seconds.
    """
    from importlib.resources import files

    import openapi_spec_validator as package

    name = f"v{version[0]}.{version[1]}"
    schema = json.loads(
        (files(package) / f"resources/schemas/{name}/schema.json").read_text(encoding="utf-8")
    )
    kind: Any = getattr(package, f"OpenAPIV{version[0]}{version[1]}SpecValidator")
    keywords = {key: _placing(keyword) for key, keyword in kind.keyword_validators.items()}
    placing = type("Placing", (kind,), {"keyword_validators": keywords})
    return _Checker(_validator_for(schema)(schema), schema, {}), placing


def _placing(keyword: Any) -> Any:
    """A part of the validator that notes in its errors what it was looking at."""
    from jsonschema_path import SchemaPath
    from openapi_spec_validator.validation.keywords import SchemaValidator, ValueValidator

    # A default is the one value that is checked against the schema it stands in.
    below = ("default",) if issubclass(keyword, ValueValidator) else ()

    def parts(arguments: tuple[Any, ...]) -> tuple[str | int, ...]:
        return next(each for each in arguments if isinstance(each, SchemaPath)).parts

    def __call__(self: Any, *arguments: Any, **options: Any) -> Iterator[Any]:
        try:
            for error in keyword.__call__(self, *arguments, **options):
                others, error.others = getattr(error, "others", ()), ()
                for each in (error, *others):
                    if not hasattr(each, "place"):
                        each.place = (*parts(arguments), *below)
                    yield each
        except Exception as failure:
            if not hasattr(failure, "place"):
                vars(failure)["place"] = parts(arguments)
            raise

    members = {"__call__": __call__}
    if issubclass(keyword, SchemaValidator):
        members |= _remembering(keyword)
    if issubclass(keyword, ValueValidator):
        members["value_validator_cls"] = _without_patterns(keyword.value_validator_cls)
    return type(keyword.__name__, (keyword,), members)


def _without_patterns(kind: Any) -> Any:
    """A class of validators that runs no pattern of the document: some never come to an end."""

    def accept(*_: Any) -> Iterator[Any]:
        return iter(())

    keywords = ("pattern", *_BY_PATTERNS)
    return import_module("jsonschema.validators").extend(kind, dict.fromkeys(keywords, accept))


def _remembering(keyword: Any) -> dict[str, Any]:
    """What keeps the validator of schemas from doing the same again and again."""

    def __init__(self: Any, registry: Any) -> None:
        keyword.__init__(self, registry)
        self.visited_schema_ids = _Ids()  # It would look through lists.
        self.meta_checked_schema_ids = _Ids()
        self.properties = {}

    def _collect_properties(self: Any, schema: Any) -> set[str]:
        key = id(schema.read_value())
        if key not in self.properties:
            self.properties[key] = set()  # In case that the schema holds itself.
            self.properties[key] = keyword._collect_properties(self, schema)
        return set(self.properties[key])

    def _validate_schema_meta(self: Any, schema: Any, value: Any) -> Any:
        try:
            check = self._get_schema_checker(schema, value)
        except ValueError:  # An unknown dialect.
            return keyword._validate_schema_meta(self, schema, value)
        kind = getattr(check, "func", check).__self__
        found = list(_checker_of_schemas(kind).iter_errors(value))
        for error in found[:1]:
            error.others = found[1:]
            return error
        return None

    return {
        "__init__": __init__,
        "_collect_properties": _collect_properties,
        "_validate_schema_meta": _validate_schema_meta,
    }


@lru_cache(maxsize=16)
def _checker_of_schemas(kind: Any) -> _Checker:
    """Checks schemas of a dialect; the validator would make one for each, and tell one error."""
    registry = import_module("openapi_schema_validator._specifications").REGISTRY
    checker = _validator_for(kind.META_SCHEMA)
    slow = checker(kind.META_SCHEMA, format_checker=kind.FORMAT_CHECKER, registry=registry)
    # jsonschema-rs knows those of JSON Schema itself.
    others = {uri: registry[uri].contents for uri in registry if uri.startswith(_OPENAPI)}
    return _Checker(slow, kind.META_SCHEMA, others)


def _validator_for(schema: Any) -> Any:
    """The class of jsonschema's validators for a schema."""
    return import_module("jsonschema.validators").validator_for(schema)


class _Ids(set[int]):
    """A set that can be filled like a list."""

    append = set.add


class _LeavesDocument(Exception):
    """The validator tried to open something."""


class _DenyAll(dict[str, Any]):
    """Handlers of every URL scheme, none of which opens anything."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Any:
        return self.get(key)

    def get(self, key: str, default: Any = None) -> Any:
        del key, default
        return _deny


def _deny(uri: str) -> Any:
    raise _LeavesDocument(f"the reference {shorten(uri)!a} leaves the document")
