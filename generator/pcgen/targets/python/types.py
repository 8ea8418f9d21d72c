"""Types to annotations, and the imports that they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.ir import Kind
from pcgen.targets.code import Code, join, literal
from pcgen.targets.python.unions import is_decodable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pcgen.names import Identifier

_Statement = tuple[str, str, tuple[bool, bool, str, str], str]

# Every name that generated code may import, and from where: the runtime's real interface.
SYMBOLS = {
    "builtins": "builtins",
    "dt": "datetime",
    "Decimal": "decimal",
    "UUID": "uuid",
    "AsyncIterable": "collections.abc",
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
    "cached_property": "functools",
    "AsyncClient": "._runtime.call.client",
    "Service": "._runtime.call.client",
    "SyncClient": "._runtime.call.client",
    "ApiKey": "._runtime.call.auth",
    "AsyncSecret": "._runtime.call.auth",
    "Basic": "._runtime.call.auth",
    "Bearer": "._runtime.call.auth",
    "OAuth2": "._runtime.call.oauth2",
    "Secret": "._runtime.call.auth",
    "Extra": "._runtime.data.models",
    "Items": "._runtime.data.models",
    "Model": "._runtime.data.models",
    "OpenModel": "._runtime.data.models",
    "Variants": "._runtime.data.models",
    "read_only": "._runtime.data.models",
    "Open": "._runtime.data.models",
    "Suggested": "._runtime.data.models",
    "TextKey": "._runtime.data.models",
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
    "Stream": "._runtime.call.stream",
    "open_async_stream": "._runtime.call.stream",
    "open_stream": "._runtime.call.stream",
    "AsyncNamespace": "._runtime.call.namespace",
    "Namespace": "._runtime.call.namespace",
    "AsyncResource": "._runtime.call.resource",
    "Resource": "._runtime.call.resource",
}

# Aliases that the annotation of one argument writes out: each could hold the next one twice.
_MOST_OPENED = 500
_NULL = ir.Scalar(Kind.NULL)
# The integers that msgspec takes as known values.
_LITERALS = range(-(2**63), 2**63)
_MODULES = {"datetime": "import datetime as dt", "builtins": "import builtins"}
_PYTHON = {
    Kind.STRING: "str",
    Kind.INTEGER: "int",
    Kind.NUMBER: "float",
    Kind.BOOLEAN: "bool",
    Kind.NULL: "None",
    Kind.BYTES: "bytes",
}
_IMPORTED = {
    Kind.DATE: ("dt", ".date"),
    Kind.DATE_TIME: ("dt", ".datetime"),
    Kind.TIME: ("dt", ".time"),
    Kind.DECIMAL: ("Decimal", ""),
    Kind.UUID: ("UUID", ""),
    Kind.ANY: ("Any", ""),
    Kind.DURATION: ("dt", ".timedelta"),
    Kind.BINARY: ("BinaryInput", ""),
    Kind.FILE: ("AsyncFileInput", ""),  # The wider type: both clients take the same models.
}


class Imports:
    """What a module imports, collected while its annotations are written.

    Args:
        defined: Names that the module defines itself.
        declared: Names of the package's models and aliases, which it may import.

    Where one of them, such as a schema called `Any`, is also the name of something of ours, ours
    steps aside under another name.
    """

    def __init__(self, defined: Iterable[str] = (), declared: Iterable[str] = ()) -> None:
        self._defined = frozenset(defined)
        self._taken = self._defined.union(declared) if declared else self._defined
        self._used: set[tuple[str, str, str]] = set()

    def __getattr__(self, name: str) -> Code:
        """Import a name of `SYMBOLS` (a template writes `use.Mapping`)."""
        if name not in SYMBOLS:
            raise AttributeError(name)
        local = self.local(name)
        self._used.add((SYMBOLS[name], name, local))
        return local

    def need(self, *names: str) -> None:
        """Import names of `SYMBOLS` that a template itself prints."""
        for name in names:
            getattr(self, name)

    def local(self, name: str) -> Code:
        """What a name of `SYMBOLS` is called here."""
        return _free(name, "Type", self._taken)

    def declaration(self, home: str, name: Identifier) -> Code:
        """Import a model or an alias and return what it is called here."""
        local = _free(name, "Model", self._defined)
        self._used.add((home, name, local))
        return local

    @property
    def lines(self) -> Code:
        """The import statements, in the order that ruff's isort gives them."""
        groups: tuple[list[_Statement], list[_Statement]] = ([], [])
        for home in {home for home, *_ in self._used}:
            groups[home.startswith(".")].extend(self._statements(home))
        blocks = ("\n".join(text for *_, text in sorted(group)) for group in groups)
        return Code("\n\n".join(block for block in blocks if block))

    def _statements(self, home: str) -> Iterator[_Statement]:
        """Statements that import from a module, each behind the key that it is sorted by."""
        if home in _MODULES:
            yield "", home, import_order("_"), _MODULES[home]
            return
        found = [(name, local) for other, name, local in self._used if other == home]
        plain = sorted((name for name, local in found if name == local), key=import_order)
        if plain:
            yield "from", home, import_order(plain[0]), f"from {home} import {', '.join(plain)}"
        for name, local in found:
            if name != local:
                text = f"from {home} import {name} as {local}"
                yield "from", home, import_order(name), text


def _free(name: str, suffix: str, taken: frozenset[str]) -> Code:
    """The name, with the suffix as often as it takes to tell it from others."""
    while name in taken:
        name += suffix
    return Code(name)


def import_order(name: str) -> tuple[bool, bool, str, str]:
    """The order of names in an import: constants, classes, the rest, whatever their case."""
    return not name.isupper(), not name[0].isupper(), name.casefold(), name


class Types:
    """Writes annotations for one module.

    Args:
        declarations: All that the package declares, by name.
        imports: Where needed names are noted.
        models: The module to import declarations from; empty within that module.
        hidden: Builtins that the class around the annotations hides, as a method `list` does.
        is_async: Whether arguments are those of an async method.
    """

    def __init__(
        self,
        declarations: Mapping[Identifier, ir.Declaration],
        imports: Imports,
        models: str = "",
        hidden: Iterable[str] = (),
        *,
        is_async: bool = False,
    ) -> None:
        self.is_async = is_async
        self._hidden = frozenset(hidden)
        self._declarations = declarations
        self._imports = imports
        self._models = models
        self._opened = 0

    def output(self, type_: ir.Type) -> Code:
        """The annotation of what a call returns or a model holds."""
        match type_:
            case ir.Scalar(kind):
                return self._scalar(kind)
            case ir.Choice():
                return self._choice(type_)
            case ir.Array(items):
                return Code(f"{self._builtin('list')}[{self.output(items)}]")
            case ir.Tuple(items):
                return Code(f"{self._builtin('tuple')}[{join(map(self.output, items))}]")
            case ir.Lines(items):
                return self.output(items)
            case ir.Map(values):
                return Code(
                    f"{self._builtin('dict')}[{self._builtin('str')}, {self.output(values)}]"
                )
            case ir.Ref(name):
                # At run time, an alias of None would make `None | None`, which Python refuses.
                return Code("None") if self.resolve(type_) == _NULL else self._ref(name)
            case ir.Nullable(inner):
                code = self.output(inner)
                known = code == "None" or code.endswith(" | None") or inner == ir.ANY
                return code if known else Code(f"{code} | None")
            case ir.Union():
                code = self._union(type_)
                if self._models or is_decodable(type_, self._declarations):
                    return code
                return self._any_of(code)

    def _union(self, union: ir.Union) -> Code:
        """A union; the cases of those within it are its own."""
        cases = (self._union(c) if isinstance(c, ir.Union) else self.output(c) for c in union.cases)
        return self._variants(union, _either(cases))

    def _variants(self, union: ir.Union, cases: Code) -> Code:
        """The union; with what tells its models apart, unless they have it themselves."""
        told = union.discriminator
        if told is None:
            return cases
        models = {name: self._declarations[name] for _, name in told.models}
        if all(isinstance(model, ir.Model) and model.tag for model in models.values()):
            return cases
        known = join(Code(f"{literal(value)}: {literal(name)}") for value, name in told.models)
        arguments = [literal(told.wire_name), Code(f"{{{known}}}")]
        arguments += [literal(told.default)] if told.default is not None else []
        variants = f"{self._imports.Variants}({join(arguments)})"
        return Code(f"{self._imports.Annotated}[{cases}, {variants}]")

    def _any_of(self, union: Code) -> Code:
        """A union for a model, as the runtime and not msgspec reads it."""
        cases = union.removesuffix(" | None")
        known = f"{self._imports.AnyOf}[{cases}]"
        return Code(known if cases == union else f"{known} | None")

    def input(self, type_: ir.Type, seen: tuple[Identifier, ...] = ()) -> Code:
        """The annotation of an argument: wider than `output`, whatever the runtime accepts."""
        if not seen:
            self._opened = 0
        return _either(self._inputs(type_, seen))

    def _inputs(self, type_: ir.Type, seen: tuple[Identifier, ...]) -> list[Code]:
        match type_:
            case ir.Array(items):
                sequence = Code(
                    f"{self._imports.Sequence}[{self.input(ir.Union(self._items(items)), seen)}]"
                )
                return [self._builtin("str"), sequence] if self.takes_text(items) else [sequence]
            case ir.Tuple(items):
                inputs = join(self.input(item, seen) for item in items)
                return [Code(f"{self._builtin('tuple')}[{inputs}]")]
            case ir.Map(values):
                return [self._mapping(self.input(values, seen))]
            case ir.Nullable(inner):
                found = self._inputs(inner, seen)
                return found if inner == ir.ANY else [*found, Code("None")]
            case ir.Union(cases):
                return [code for case in cases for code in self._inputs(case, seen)]
            case ir.Ref(name) if name not in seen:
                return self._input_ref(name, seen)
            case ir.Lines(items):
                return self._lines(self.input(items, seen))
            case ir.Scalar(Kind.BINARY) if self.is_async:
                return [self._imports.AsyncBinaryInput]
            case ir.Scalar(Kind.FILE):
                return [self._imports.AsyncFileInput if self.is_async else self._imports.FileInput]
        return [self.output(type_)]

    def _lines(self, items: Code) -> list[Code]:
        lines = [Code(f"{self._imports.Iterable}[{items}]")]
        if self.is_async:
            lines.append(Code(f"{self._imports.AsyncIterable}[{items}]"))
        return lines

    def _items(self, items: ir.Type) -> tuple[ir.Type, ...]:
        return (ir.Scalar(Kind.STRING), items) if self.takes_text(items) else (items,)

    def _input_ref(self, name: Identifier, seen: tuple[Identifier, ...]) -> list[Code]:
        declaration = self._declarations[name]
        if isinstance(declaration, ir.Model):
            return [self._ref(name), self._mapping(self._imports.Any)]
        if isinstance(declaration.type, ir.Choice):
            return [self._ref(name)]
        self._opened += 1
        if self._opened > _MOST_OPENED:
            return [self._ref(name)]
        return self._inputs(declaration.type, (*seen, name))

    def takes_text(self, items: ir.Type) -> bool:
        """Whether a plain string stands for an item: an object with one string property."""
        if not isinstance(items, ir.Ref):
            return False
        declaration = self._declarations[items.name]
        if isinstance(declaration, ir.Alias):
            return bool(declaration.text_key)
        fields = declaration.fields
        text = ir.Scalar(Kind.STRING)
        return declaration.tag is None and len(fields) == 1 and fields[0].type == text

    def resolve(self, type_: ir.Type) -> ir.Type:
        """The type behind a chain of aliases."""
        seen: set[Identifier] = set()
        while isinstance(type_, ir.Ref) and type_.name not in seen:
            seen.add(type_.name)
            declaration = self._declarations[type_.name]
            if isinstance(declaration, ir.Model):
                break
            type_ = declaration.type
        return type_

    def _ref(self, name: Identifier) -> Code:
        return self._imports.declaration(self._models, name) if self._models else Code(name)

    def _mapping(self, values: Code) -> Code:
        return Code(f"{self._imports.Mapping}[{self._builtin('str')}, {values}]")

    def _builtin(self, name: str) -> Code:
        return Code(f"{self._imports.builtins}.{name}" if name in self._hidden else name)

    def _scalar(self, kind: Kind) -> Code:
        if kind in _PYTHON:
            return self._builtin(_PYTHON[kind])
        name, rest = _IMPORTED[kind]
        return Code(f"{getattr(self._imports, name)}{rest}")

    def _choice(self, choice: ir.Choice) -> Code:
        kinds = join((self._builtin(_PYTHON[kind]) for kind in choice.kinds), " | ")
        if any(isinstance(value, int) and value not in _LITERALS for value in choice.values):
            return kinds
        values = join(literal(value) for value in choice.values)
        known = Code(f"{self._imports.Literal}[{values}]")
        if len(choice.values) == 1 and not choice.open:
            return known
        wrapper = self._imports.Suggested if choice.open else self._imports.Open
        return Code(f"{wrapper}[{known}, {kinds}]")


def _either(cases: Iterable[Code]) -> Code:
    """A union without repeats, None last."""
    return join(sorted(dict.fromkeys(cases), key=lambda case: case == "None"), " | ")


def signature_default(presence: ir.Presence, type_: ir.Type, imports: Imports) -> Code:
    """What an argument or field is when it is not given: nothing for a required one."""
    if isinstance(presence, ir.Required):
        return Code("")
    if isinstance(presence, ir.Fixed):
        return Code(f" = {literal(presence.value)}")
    return Code(" = " + (imports.UNSET if isinstance(type_, ir.Nullable) else "None"))
