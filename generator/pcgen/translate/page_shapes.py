"""Recognizes pagination by the shape of an operation: its arguments and its result.

A page is an array, or an object with one array of items: the only one, or the only one with a name
such as `data`. What the response says about the next page comes before counting, in this order:

1. *cursor*: an optional argument, and a field for its next value, of the same type. Their names
   match (`x` and `next_x`, `next: {x}`, `after` and `last_id`), or both are words for cursors.
2. *last-id*: an argument such as `starting_after`, a flag such as `has_more`, and items that have
   an `id`.
3. *link*: the response describes a `Link` header, and there is an argument that selects a page.
4. *url*: a field with the URL of the next page, such as `next_page_url`. A plain `next` needs an
   argument that selects a page, and prose that says that it is a URL, or a `previous` beside it.
5. *page*: an argument such as `page`, and a flag or a total; without them, an argument for the size
   of pages, and none for a cursor.
6. *offset*: an argument such as `offset`, likewise.

Each of these values must be the only one of its kind. If an operation takes a cursor or a number,
and the response has a total, the two may be modes of the service, so that neither is chosen.
Requests that are not sent by GET have no pages by URL, and no pages by number unless the response
has a flag or a total.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.ir import Kind, PageStyle
from pcgen.translate import page_words as words
from pcgen.translate.page_words import plain
from pcgen.translate.unions import union

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pcgen.names import Name
    from pcgen.translate.schemas import Schemas

_Path = tuple["Name", ...]
_IDS = frozenset((Kind.STRING, Kind.INTEGER, Kind.UUID))
_COUNTS = frozenset((Kind.INTEGER, Kind.NUMBER))
_SELECTORS = _IDS | _COUNTS
_BOOLEAN = frozenset((Kind.BOOLEAN,))
_ANY = frozenset((Kind.ANY,))
_SELECTING = words.CURSORS | words.LAST_IDS | words.PAGES | words.OFFSETS | words.SIZES
_DEPTH = 2


class Argument(Struct, frozen=True):
    """A query parameter, or a property of the body."""

    value: ir.Parameter | ir.Field
    kinds: frozenset[Kind]

    @property
    def word(self) -> str:
        """Its plain name."""
        return plain(self.value.wire_name)

    @property
    def in_body(self) -> bool:
        """Whether it is a property of the body."""
        return isinstance(self.value, ir.Field)

    @property
    def is_optional(self) -> bool:
        """Whether callers need not give a value for the first page."""
        presence = self.value.presence
        return not isinstance(presence, ir.Required) or presence.default is not None

    @property
    def can_select(self) -> bool:
        """Whether it may take a cursor or a number."""
        return bool(self.kinds) and self.kinds <= _SELECTORS


class Value(Struct, frozen=True):
    """A field of a page: its path, its plain name, and that of the object that has it.

    `is_url` is true if its prose or example says that it is a URL.
    """

    path: _Path
    word: str
    holder: str
    kinds: frozenset[Kind]
    is_url: bool = False


class Page(Struct, frozen=True):
    """A result that holds items."""

    type: ir.Type
    items: _Path
    item_type: ir.Type
    item_id: Value | None
    values: tuple[Value, ...]

    def path(self, known: frozenset[str], kinds: frozenset[Kind]) -> _Path:
        """The path of the only field with one of some names and types; empty if there is none."""
        found = [v.path for v in self.values if v.word in known and v.kinds and v.kinds <= kinds]
        return found[0] if len(found) == 1 else ()

    @property
    def more(self) -> _Path:
        """The flag that is false on the last page."""
        return self.path(words.MORE, _BOOLEAN)

    @property
    def done(self) -> _Path:
        """The flag that is true on the last page."""
        return () if self.more else self.path(words.DONE, _BOOLEAN)

    @property
    def next(self) -> _Path:
        """The cursor or URL of the next page, by its name alone."""
        named = [v for v in self.values if v.kinds and v.kinds <= _IDS and _is_next(v)]
        return min((v.path for v in named), key=len, default=())


class Shapes(Struct, frozen=True):
    """Finds pages in types."""

    schemas: Schemas

    def bare(self, type_: ir.Type) -> ir.Type:
        """A type without null and aliases."""
        plain_type = self.schemas.plain(type_)
        return self.bare(plain_type.inner) if isinstance(plain_type, ir.Nullable) else plain_type

    def kinds(self, type_: ir.Type) -> frozenset[Kind]:
        """The scalar types of a value; empty if there are others."""
        match self.bare(type_):
            case ir.Scalar(kind):
                return frozenset((kind,))
            case ir.Union(cases):
                parts = [self.kinds(case) - {Kind.NULL} for case in cases]
                return frozenset().union(*parts) if all(parts) else frozenset()
        return frozenset()

    def argument(self, value: ir.Parameter | ir.Field) -> Argument:
        """A parameter or property with its types."""
        return Argument(value, self.kinds(value.type))

    def page(self, type_: ir.Type) -> Page | None:
        """The page that a result is; None if it holds no items."""
        bare = self.bare(type_)
        arrays = [
            self.bare(case) for case in (bare.cases if isinstance(bare, ir.Union) else [bare])
        ]
        items = [array.items for array in arrays if isinstance(array, ir.Array)]
        if len(items) == len(arrays):
            item = union(items)
            return Page(type_, (), item, self._id(item), ())
        model = self.schemas.model(bare)
        if model is None:
            return None
        holders = [((), model), *self._envelopes(model)]
        found = [((*path, f.name), f) for path, holder in holders for f in self._items(holder)]
        if len(found) != 1:
            return None
        (path, field), *_ = found
        array = self.bare(field.type)
        item = array.items if isinstance(array, ir.Array) else ir.ANY
        values = tuple(self._values(model, (), "", path))
        return Page(type_, path, item, self._id(item), values)

    def _envelopes(self, model: ir.Model) -> list[tuple[_Path, ir.Model]]:
        """The object that holds the items of a page without arrays of its own."""
        if list(self._arrays(model)):
            return []
        fields = [field for field in model.fields if plain(field.wire_name) in words.ENVELOPES]
        models = [((f.name,), self.schemas.model(self.bare(f.type))) for f in fields]
        return [(path, inner) for path, inner in models if inner is not None]

    def _arrays(self, model: ir.Model) -> Iterator[ir.Field]:
        return (f for f in model.fields if isinstance(self.bare(f.type), ir.Array))

    def _items(self, model: ir.Model) -> list[ir.Field]:
        """The array of items: at most one."""
        arrays = list(self._arrays(model))
        for known in (
            arrays,
            [field for field in arrays if plain(field.wire_name) not in words.ASIDES],
            [field for field in arrays if plain(field.wire_name) in words.ITEMS],
        ):
            if len(known) == 1:
                return known
        return []

    def _id(self, item: ir.Type) -> Value | None:
        """The `id` of items; None unless all of them have one of the same type."""
        bare = self.bare(item)
        if isinstance(bare, ir.Union):
            found = {self._id(case) for case in bare.cases}
            return found.pop() if len(found) == 1 else None
        model = self.schemas.model(bare)
        fields = [f for f in (model.fields if model is not None else ()) if f.wire_name == "id"]
        return Value((fields[0].name,), "id", "", self.kinds(fields[0].type)) if fields else None

    def _values(self, model: ir.Model, path: _Path, holder: str, items: _Path) -> Iterator[Value]:
        """Yield the scalar fields of a page, also those of objects such as `pagination`."""
        for field in model.fields:
            word, own = plain(field.wire_name), (*path, field.name)
            yield Value(own, word, holder, self.kinds(field.type), _says_url(field))
            is_known = word in words.HOLDERS or items[: len(own)] == own
            inner = self.schemas.model(self.bare(field.type)) if is_known else None
            if inner is not None and len(path) < _DEPTH:
                yield from self._values(inner, own, word, items)


# --- Styles ------------------------------------------------------------------------------------


def detected(
    arguments: Sequence[Argument], page: Page, *, is_get: bool, has_link: bool
) -> ir.Paging | None:
    """The pagination of an operation; None unless it is unambiguous.

    Args:
        arguments: Its query parameters, and the properties of its body.
        page: Its result.
        is_get: Whether its method is GET.
        has_link: Whether its response describes a `Link` header.
    """
    cursor, number = _cursor(arguments, page), _number(arguments, page, is_get=is_get)
    if cursor is not None and number is not None and number.argument != cursor.argument:
        return None if number.total or number.last else cursor
    found = cursor or _last_id(arguments, page)
    if found is None and is_get:
        selects = any(a.word in _SELECTING and a.can_select and a.is_optional for a in arguments)
        found = paging(page, PageStyle.LINK) if has_link and selects else None
        found = found or _url(page, selects=selects)
    return found or number


def paging(
    page: Page,
    style: PageStyle,
    argument: Argument | None = None,
    cursor: _Path = (),
    *,
    first: int = 0,
    size: Argument | None = None,
) -> ir.Paging:
    """The pagination of a style, with the flags and counts that the page has."""
    is_number = style in (PageStyle.PAGE, PageStyle.OFFSET)
    return ir.Paging(
        style=style,
        argument=None if argument is None else argument.value.name,
        in_body=argument is not None and argument.in_body,
        cursor=cursor,
        items=page.items,
        item_type=page.item_type,
        page_type=page.type,
        more=page.more,
        done=page.done,
        total=page.path(words.TOTALS, _COUNTS) if is_number else (),
        last=page.path(words.LAST_PAGES, _COUNTS) if style is PageStyle.PAGE else (),
        first=first,
        size=None if size is None else size.value.name,
    )


def _cursor(arguments: Sequence[Argument], page: Page) -> ir.Paging | None:
    """Pages by cursor: the names of argument and field decide first, then what the words mean."""
    pairs = [
        (argument, value)
        for argument in arguments
        for value in page.values
        if argument.is_optional and argument.kinds == value.kinds and value.kinds
    ]
    ids = [(a, v) for a, v in pairs if a.kinds <= _IDS]
    for found in (
        [(a, v) for a, v in pairs if (a.kinds <= _IDS or a.kinds == _ANY) and _match(a, v)],
        [(a, v) for a, v in ids if a.word == v.word and a.word in words.TOKENS],
        [(a, v) for a, v in ids if a.word in words.LAST_IDS and v.word == "lastid"],
        [(a, v) for a, v in ids if a.word in words.CURSORS and _is_cursor(v)],
    ):
        if found:
            (argument, value), *others = found
            return None if others else paging(page, PageStyle.CURSOR, argument, value.path)
    return None


def _match(argument: Argument, value: Value) -> bool:
    """Whether the names of an argument and of its next value match."""
    if value.word == argument.word:
        return argument.word.startswith("next") or value.holder in ("next", "nextpage")
    return value.word in (f"next{argument.word}", f"nextpage{argument.word}")


def _is_cursor(value: Value) -> bool:
    return value.word in words.NEXT_CURSORS or value.word == "next"


def _is_next(value: Value) -> bool:
    """Whether a field is named as the cursor or URL of the next page."""
    is_named = value.word in words.NEXT_URLS | (words.NEXT_CURSORS - words.TOKENS)
    return is_named or value.word == "next" or value.holder in ("next", "nextpage")


def _last_id(arguments: Sequence[Argument], page: Page) -> ir.Paging | None:
    found = [a for a in arguments if a.is_optional and a.word in words.LAST_IDS]
    if len(found) != 1 or not page.more or page.item_id is None:
        return None
    if not found[0].kinds <= _IDS or found[0].kinds != page.item_id.kinds:
        return None
    return paging(page, PageStyle.LAST_ID, found[0], page.item_id.path)


def _url(page: Page, *, selects: bool) -> ir.Paging | None:
    texts = [v for v in page.values if v.kinds == {Kind.STRING}]
    named = [v for v in texts if v.word in words.NEXT_URLS or _is_link(v)]
    has_previous = any(v.word in words.PREVIOUS for v in texts)
    if not named and selects:
        named = [v for v in texts if v.word in ("next", "nextpage") and (v.is_url or has_previous)]
    return paging(page, PageStyle.URL, cursor=named[0].path) if len(named) == 1 else None


def _says_url(field: ir.Field) -> bool:
    example = field.facts.example
    prose = words.URL.search(f"{field.doc.summary} {field.doc.description}")
    return bool(prose) or (isinstance(example, str) and example.startswith(("http", "/")))


def _is_link(value: Value) -> bool:
    if value.word in ("href", "uri", "url"):
        return value.holder in ("next", "nextpage")
    return value.word == "next" and value.holder in ("links", "pages")


def _number(arguments: Sequence[Argument], page: Page, *, is_get: bool) -> ir.Paging | None:
    """Pages by their number, or by that of their first item."""
    numbers = [a for a in arguments if a.kinds and a.kinds <= _COUNTS]
    sizes = [a for a in numbers if a.word in words.SIZES]
    found = [a for a in numbers if a.word in words.PAGES | words.OFFSETS and a.is_optional]
    if len(found) != 1:
        return None
    argument = found[0]
    first = _first(argument)
    if first is None or (argument.word == "start" and any(a.word in words.ENDS for a in arguments)):
        return None
    size = sizes[0] if len(sizes) == 1 and sizes[0].in_body is argument.in_body else None
    is_page = argument.word in words.PAGES
    style = PageStyle.PAGE if is_page else PageStyle.OFFSET
    number = _page_number(page) if is_page else ()
    result = paging(page, style, argument, number, first=first, size=size)
    is_told = result.more or result.done or result.total or result.last
    has_cursor = any(a.word in words.CURSORS and a.kinds <= _IDS for a in arguments)
    return result if is_told or (sizes and is_get and not has_cursor) else None


def _page_number(page: Page) -> _Path:
    """The field with the number of a page: `number` only beside a field for the last page."""
    is_counted = page.done or page.path(words.LAST_PAGES, _COUNTS)
    return page.path(words.PAGES | {"number"} if is_counted else words.PAGES, _COUNTS)


def _first(argument: Argument) -> int | None:
    """The first number of an argument, by its default, its minimum or its prose."""
    value, presence = argument.value, argument.value.presence
    default = presence.value if isinstance(presence, ir.Default | ir.Fixed) else None
    default = presence.default if isinstance(presence, ir.Required) else default
    for known in (default, dict(value.facts.constraints).get("minimum")):
        if known in (0, 1) and not isinstance(known, bool):
            return int(known)
    if argument.word == "startindex":
        return None  # SCIM counts from 1, others from 0.
    is_zero = words.ZERO_BASED.search(f"{value.doc.summary} {value.doc.description}")
    return 0 if is_zero or argument.word in words.OFFSETS else 1
