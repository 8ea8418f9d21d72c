"""Writes annotations, and collects the imports that they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.ir import Kind
from pcgen.ir.examples import takes_text
from pcgen.targets.code import call, code, dict_of, dotted_name, join, literal, without_suffix
from pcgen.targets.python.unions import is_decodable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pcgen.names import Name
    from pcgen.targets.code import Code

_Statement = tuple[str, str, tuple[bool, bool, str, str], "Code"]

# Every name that generated modules may import, and its module.
SYMBOLS = {
    "builtins": "builtins",
    "dt": "datetime",
    "Decimal": "decimal",
    "UUID": "uuid",
    "AsyncIterable": "collections.abc",
    "Awaitable": "collections.abc",
    "Iterable": "collections.abc",
    "Mapping": "collections.abc",
    "Sequence": "collections.abc",
    "TYPE_CHECKING": "typing",
    "Annotated": "typing",
    "Any": "typing",
    "ClassVar": "typing",
    "Literal": "typing",
    "TypeAlias": "typing",
    "Unpack": "typing",
    "overload": "typing",
    "AsyncClient": "._runtime.call.client",
    "Service": "._runtime.call.service",
    "SyncClient": "._runtime.call.client",
    "ApiKey": "._runtime.call.auth",
    "AsyncSecret": "._runtime.call.auth",
    "Basic": "._runtime.call.auth",
    "Bearer": "._runtime.call.auth",
    "OAuth2": "._runtime.call.oauth2",
    "Secret": "._runtime.call.auth",
    "ClosedModel": "._runtime.data.models",
    "Extra": "._runtime.data.models",
    "Items": "._runtime.data.models",
    "Named": "._runtime.data.models",
    "Model": "._runtime.data.models",
    "OpenModel": "._runtime.data.models",
    "Variants": "._runtime.data.models",
    "read_only": "._runtime.data.models",
    "Open": "._runtime.data.models",
    "Suggested": "._runtime.data.models",
    "TextKey": "._runtime.data.models",
    "Generic": "._runtime.data.generic",
    "TypeVar": "._runtime.data.generic",
    "UNSET": "._runtime.data.models",
    "UnsetType": "._runtime.data.models",
    "field": "._runtime.data.models",
    "renamed_method": "._runtime.deprecated",
    "renamed_names": "._runtime.deprecated",
    "renamed_value": "._runtime.deprecated",
    "__version__": "._version",
    "Operation": "._runtime.call.operation",
    "Param": "._runtime.call.operation",
    "RequestOptions": "._runtime.call.operation",
    "AsyncClientOptions": "._runtime.call.options",
    "ClientOptions": "._runtime.call.options",
    "DEFAULT_TIMEOUT": "._runtime.call.options",
    "Timeout": "._runtime.call.options",
    "async_raw_response": "._runtime.call.responses",
    "async_streaming_response": "._runtime.call.responses",
    "raw_response": "._runtime.call.responses",
    "streaming_response": "._runtime.call.responses",
    "AnyOf": "._runtime.data.any_of",
    "AsyncBinaryInput": "._runtime.bodies.files",
    "AsyncFileInput": "._runtime.bodies.files",
    "BinaryInput": "._runtime.bodies.files",
    "FileInput": "._runtime.bodies.files",
    "Part": "._runtime.call.operation",
    "AsyncPager": "._runtime.call.pages",
    "Pager": "._runtime.call.pages",
    "Pages": "._runtime.call.pages",
    "async_first_page": "._runtime.call.pages",
    "first_page": "._runtime.call.pages",
    "AsyncStream": "._runtime.call.stream",
    "AsyncStreamCall": "._runtime.call.stream",
    "Stream": "._runtime.call.stream",
    "open_async_stream": "._runtime.call.stream",
    "open_stream": "._runtime.call.stream",
    "with_property": "._runtime.call.stream",
    "AsyncNamespace": "._runtime.call.namespace",
    "Namespace": "._runtime.call.namespace",
    "AsyncResource": "._runtime.call.resource",
    "Resource": "._runtime.call.resource",
    "Wrapper": "._runtime.call.resource",
    "resource_property": "._runtime.call.resource",
    "typed_property": "._runtime.call.resource",
    "LazyModule": "._runtime.lazy",
}

# The most aliases that an annotation expands: if each refers to the next one twice, the number
# doubles with each.
_MOST_EXPANDED = 500
_NULL = ir.Scalar(Kind.NULL)
# The integers that msgspec supports in `Literal`.
LITERALS = range(-(2**63), 2**63)
_MODULES = {"datetime": code("import datetime as dt"), "builtins": code("import builtins")}
_NONE, _TEXT = code("None"), code("str")
_PYTHON = {
    Kind.STRING: _TEXT,
    Kind.INTEGER: code("int"),
    Kind.NUMBER: code("float"),
    Kind.BOOLEAN: code("bool"),
    Kind.NULL: _NONE,
    Kind.BYTES: code("bytes"),
}
_IMPORTED = {
    Kind.DATE: ("dt", code(".date")),
    Kind.DATE_TIME: ("dt", code(".datetime")),
    Kind.TIME: ("dt", code(".time")),
    Kind.DECIMAL: ("Decimal", code("")),
    Kind.UUID: ("UUID", code("")),
    Kind.ANY: ("Any", code("")),
    Kind.DURATION: ("dt", code(".timedelta")),
    Kind.BINARY: ("BinaryInput", code("")),
    # The wider type, because the sync and the async client share the models.
    Kind.FILE: ("AsyncFileInput", code("")),
}


class Imports:
    """The imports of a module, collected while its annotations are written.

    A name of `SYMBOLS` gets an alias if the API uses it, too, such as for a schema called `Any`.

    Args:
        defined: Names that the module defines.
        declared: Names of the package's models and aliases, which the module may import.
    """

    def __init__(self, defined: Iterable[str] = (), declared: Iterable[str] = ()) -> None:
        self._defined = frozenset(defined)
        self._taken = self._defined.union(declared) if declared else self._defined
        self._used: set[tuple[str, str, Code]] = set()

    def __getattr__(self, name: str) -> Code:
        """Import a name of `SYMBOLS`, as in `use.Mapping`, and return its name in the module."""
        if name not in SYMBOLS:
            raise AttributeError(name)
        local = self.local(name)
        self._used.add((SYMBOLS[name], name, local))
        return local

    def need(self, *names: str) -> None:
        """Import names of `SYMBOLS` that a template prints."""
        for name in names:
            getattr(self, name)

    def local(self, name: str) -> Code:
        """Return the name or alias of a name of `SYMBOLS` in the module."""
        return _free(name, "Type", self._taken)

    def declaration(self, home: str, name: Name) -> Code:
        """Import a model or an alias, and return its name in the module."""
        local = _free(name, "Model", self._defined)
        self._used.add((home, name, local))
        return local

    @property
    def statements(self) -> tuple[Code, ...]:
        """The import statements in the order of ruff's isort; empty ones separate groups."""
        groups: tuple[list[_Statement], list[_Statement]] = ([], [])
        for home in {home for home, *_ in self._used}:
            groups[home.startswith(".")].extend(self._statements(home))
        outer, inner = ([text for *_, text in sorted(group)] for group in groups)
        return (*outer, *([code("")] if outer and inner else []), *inner)

    @property
    def lines(self) -> Code:
        """The import statements as one text."""
        return join(self.statements, "\n")

    def _statements(self, home: str) -> Iterator[_Statement]:
        """Yield the statements that import from a module, each with its sort key."""
        if home in _MODULES:
            yield "", home, import_order("_"), _MODULES[home]
            return
        module = dotted_name(home)
        found = [(name, local) for other, name, local in self._used if other == home]
        plain = sorted((name for name, local in found if name == local), key=import_order)
        if plain:
            text = code("from {} import {}", module, join(map(dotted_name, plain)))
            yield "from", home, import_order(plain[0]), text
        for name, local in found:
            if name != local:
                renamed = code("{} as {}", dotted_name(name), local)
                yield "from", home, import_order(name), code("from {} import {}", module, renamed)


def _free(name: str, suffix: str, taken: frozenset[str]) -> Code:
    """Append the suffix to a name until it is not taken."""
    while name in taken:
        name += suffix
    return dotted_name(name)


def import_order(name: str) -> tuple[bool, bool, str, str]:
    """The order of names in an import: constants, classes, the rest, ignoring case."""
    return not name.isupper(), not name[0].isupper(), name.casefold(), name


class Types:
    """Writes annotations for one module.

    Args:
        declarations: The models and aliases of the package by name.
        imports: Collects the imports.
        models: The module to import declarations from; empty in that module.
        hidden: Names of the class around the annotations, which may hide builtins such as `list`.
        is_async: Whether the arguments belong to an async method.
        variables: The type variables that stand for unions.
    """

    def __init__(
        self,
        declarations: Mapping[Name, ir.Declaration],
        imports: Imports,
        models: str = "",
        hidden: Iterable[str] = (),
        *,
        is_async: bool = False,
        variables: Mapping[ir.Type, Code] | None = None,
    ) -> None:
        self.is_async = is_async
        self._variables = variables or {}
        self._hidden = frozenset(hidden)
        self._declarations = declarations
        self.use = imports
        self._models = models
        self._expanded = 0

    def output(self, type_: ir.Type) -> Code:
        """The annotation of a result or a field."""
        if self._variables and self.resolve(type_) in self._variables:
            return self._variables[self.resolve(type_)]
        match type_:
            case ir.Scalar(kind):
                return self._scalar(kind)
            case ir.Choice():
                return self._choice(type_)
            case ir.Array(items):
                return code("{}[{}]", self._builtin(code("list")), self.output(items))
            case ir.Tuple(items):
                return self._tuple(map(self.output, items))
            case ir.Lines(items):
                return self.output(items)
            case ir.Map(values):
                text, annotation = self._builtin(_TEXT), self.output(values)
                return code("{}[{}, {}]", self._builtin(code("dict")), text, annotation)
            case ir.Ref(name, of) if of is not None:
                return code("{}[{}]", self._ref(name), self.output(of))
            case ir.Ref(name):
                # At run time, an alias of None would make `None | None`, which Python refuses.
                return _NONE if self.resolve(type_) == _NULL else self._ref(name)
            case ir.Nullable(inner):
                annotation = self.output(inner)
                known = annotation == _NONE or annotation.endswith(" | None") or inner == ir.ANY
                return annotation if known else code("{} | None", annotation)
            case ir.Union():
                if self._models or is_decodable(type_, self._declarations):
                    return self._union(type_)
                return self._any_of(type_)

    def _tuple(self, items: Iterable[Code]) -> Code:
        return code("{}[{}]", self._builtin(code("tuple")), join(items))

    def _union(self, union: ir.Union) -> Code:
        """Annotate a union; unions inside it are flattened."""
        cases = (self._union(c) if isinstance(c, ir.Union) else self.output(c) for c in union.cases)
        return self._discriminated(union, _either(cases))

    def _discriminated(self, union: ir.Union, cases: Code) -> Code:
        """Add the discriminator to an annotation, unless the models have tags themselves."""
        discriminator = union.discriminator
        if discriminator is None:
            return cases
        models = {name: self._declarations[name] for _, name in discriminator.models}
        if all(isinstance(model, ir.Model) and model.tag for model in models.values()):
            return cases
        by_value = dict_of((literal(value), literal(name)) for value, name in discriminator.models)
        arguments = [literal(discriminator.wire_name), by_value]
        if discriminator.default is not None:
            arguments.append(literal(discriminator.default))
        variants = call(self.use.Variants, arguments)
        return code("{}[{}, {}]", self.use.Annotated, cases, variants)

    def _any_of(self, union: ir.Union) -> Code:
        """Annotate a union that the runtime decodes, because msgspec cannot."""
        annotation = self._union(union)
        cases = without_suffix(annotation, " | None")
        known = code("{}[{}]", self.use.AnyOf, cases)
        return known if cases == annotation else code("{} | None", known)

    def input(self, type_: ir.Type, seen: tuple[Name, ...] = ()) -> Code:
        """The annotation of an argument: the runtime accepts more than it returns."""
        if not seen:
            self._expanded = 0
        return _either(self._inputs(type_, seen))

    def _inputs(self, type_: ir.Type, seen: tuple[Name, ...]) -> list[Code]:
        match type_:
            case ir.Array(items):
                item = self.input(ir.Union(self._items(items)), seen)
                sequence = code("{}[{}]", self.use.Sequence, item)
                return [self._builtin(_TEXT), sequence] if self.takes_text(items) else [sequence]
            case ir.Tuple(items):
                return [self._tuple(self.input(item, seen) for item in items)]
            case ir.Map(values):
                return [self._mapping(self.input(values, seen))]
            case ir.Nullable(inner):
                found = self._inputs(inner, seen)
                return found if inner == ir.ANY else [*found, _NONE]
            case ir.Union(cases):
                return [annotation for case in cases for annotation in self._inputs(case, seen)]
            case ir.Ref(name) if name not in seen:
                return self._input_ref(name, seen)
            case ir.Lines(items):
                return self._lines(self.input(items, seen))
            case ir.Scalar(Kind.BINARY) if self.is_async:
                return [self.use.AsyncBinaryInput]
            case ir.Scalar(Kind.FILE):
                return [self.use.AsyncFileInput if self.is_async else self.use.FileInput]
        return [self.output(type_)]

    def _lines(self, items: Code) -> list[Code]:
        lines = [code("{}[{}]", self.use.Iterable, items)]
        if self.is_async:
            lines.append(code("{}[{}]", self.use.AsyncIterable, items))
        return lines

    def _items(self, items: ir.Type) -> tuple[ir.Type, ...]:
        return (ir.Scalar(Kind.STRING), items) if self.takes_text(items) else (items,)

    def _input_ref(self, name: Name, seen: tuple[Name, ...]) -> list[Code]:
        declaration = self._declarations[name]
        if isinstance(declaration, ir.Model):
            return [self._ref(name), self._mapping(self.use.Any)]
        if isinstance(declaration.type, ir.Choice):
            return [self._ref(name)]
        self._expanded += 1
        if self._expanded > _MOST_EXPANDED:
            return [self._ref(name)]
        return self._inputs(declaration.type, (*seen, name))

    def takes_text(self, items: ir.Type) -> bool:
        """Whether a string may replace an item, which is an object with one string property."""
        return takes_text(items, self._declarations)

    def resolve(self, type_: ir.Type) -> ir.Type:
        """The type behind a chain of aliases."""
        seen: set[Name] = set()
        while isinstance(type_, ir.Ref) and type_.name not in seen:
            seen.add(type_.name)
            declaration = self._declarations[type_.name]
            if isinstance(declaration, ir.Model):
                break
            type_ = declaration.type
        return type_

    def bare(self, type_: ir.Type) -> ir.Type:
        """The type behind aliases, without null."""
        plain = self.resolve(type_)
        while isinstance(plain, ir.Nullable):
            plain = self.resolve(plain.inner)
        return plain

    def _ref(self, name: Name) -> Code:
        return self.use.declaration(self._models, name) if self._models else code("{}", name)

    def _mapping(self, values: Code) -> Code:
        return code("{}[{}, {}]", self.use.Mapping, self._builtin(_TEXT), values)

    def _builtin(self, name: Code) -> Code:
        return code("{}.{}", self.use.builtins, name) if name in self._hidden else name

    def _scalar(self, kind: Kind) -> Code:
        if kind in _PYTHON:
            return self._builtin(_PYTHON[kind])
        name, rest = _IMPORTED[kind]
        return code("{}{}", getattr(self.use, name), rest)

    def _choice(self, choice: ir.Choice) -> Code:
        kinds = join((self._builtin(_PYTHON[kind]) for kind in choice.kinds), " | ")
        if any(isinstance(value, int) and value not in LITERALS for value in choice.values):
            return kinds
        values = join(literal(value) for value in choice.values)
        known = code("{}[{}]", self.use.Literal, values)
        if len(choice.values) == 1 and not choice.open:
            return known
        wrapper = self.use.Suggested if choice.open else self.use.Open
        return code("{}[{}, {}]", wrapper, known, kinds)


def _either(cases: Iterable[Code]) -> Code:
    """A union without repeats, and with None at the end."""
    return join(sorted(dict.fromkeys(cases), key=lambda case: case == _NONE), " | ")


def signature_default(presence: ir.Presence, type_: ir.Type, imports: Imports) -> Code:
    """The default of an argument, with its ` = `; empty for a required one."""
    if isinstance(presence, ir.Required):
        return code("")
    if isinstance(presence, ir.Fixed):
        return code(" = {}", literal(presence.value))
    return code(" = {}", absent_value(type_, imports))


def absent_value(type_: ir.Type, imports: Imports) -> Code:
    """The value of an absent argument or field: None, or `UNSET` if the type allows null."""
    return imports.UNSET if isinstance(type_, ir.Nullable) else _NONE
