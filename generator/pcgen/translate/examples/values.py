"""Makes an example value for a schema: the author's, or one that is built from its parts."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, isfinite
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from pcgen.spec import parse_pointer
from pcgen.translate.examples.patterns import matches, sample
from pcgen.translate.examples.schemas import Schemas, Use
from pcgen.translate.examples.words import FORMATS, boolean_for, file_for, number_for, text_for
from pcgen.translate.shapes import Shape, combined, shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pcgen.ir import Json
    from pcgen.spec import Node
    from pcgen.spec.document import Pointer

_DEEP = 3  # Below this depth, objects have no optional lists and objects.
_DEEPEST = 24
_MOST_ITEMS = 100
_MOST_TEXT = 10_000


class NoValueError(Exception):
    """No value could be made for a schema."""


class Hint(Struct, frozen=True):
    """What a value is for: its name, the index of a list's item, and how deep it is nested."""

    name: str
    index: int = 0
    depth: int = 0
    within: tuple[Pointer, ...] = ()


class Maker(Struct, frozen=True):
    """Makes values for schemas.

    Args:
        schemas: Validates the author's examples.
        is_short: Whether objects have required properties only.
        is_own: Whether the author's examples are ignored.
        memo: The objects that were made, by schema, index and depth.
        cuts: The schemas at which recursion ended; what is made then is not in the memo.
    """

    schemas: Schemas
    is_short: bool = False
    is_own: bool = False
    memo: dict[tuple[Pointer, int, int], Json] = field(default_factory=dict)
    cuts: list[Pointer] = field(default_factory=list)

    def value(self, schema: Node, hint: Hint) -> Json:
        """A value, which may break a condition such as `not`.

        Raises:
            NoValueError: The schema is recursive, or no value is valid.
        """
        for holder, value in () if self.is_own else authors_values(schema):
            if self.schemas.accepts(holder, holder, value):
                return value
        end = schema.follow()
        if not isinstance(end.value, dict):
            if end.value is False:
                raise NoValueError
            return text_for(hint.name, hint.index)
        key = end.pointer, hint.index, min(hint.depth, _DEEP)
        if key in self.memo:
            return self.memo[key]
        inner, cuts = self._entered(end, hint), len(self.cuts)
        merged = shape(schema)
        value = self._of_shape(merged, inner)
        if not merged.unions:
            value = _tagged(merged, schema, value)
        if isinstance(value, dict) and len(self.cuts) == cuts:
            self.memo[key] = value
        return value

    def _of_shape(self, merged: Shape, hint: Hint) -> Json:
        if merged.values:
            return merged.values[hint.index % len(merged.values)]
        if merged.values is not None:
            return None
        if merged.unions:
            return self._of_union(merged, hint)
        types = [type_ for type_ in merged.types if type_ != "null"]
        type_ = types[0] if types else _implied_type(merged)
        if merged.types and not types:
            return None
        match type_:
            case "object":
                return self._object(merged, hint)
            case "array":
                return self._array(merged, hint)
            case "integer" | "number":
                return _number(merged, hint, is_whole=type_ == "integer")
            case "boolean":
                return boolean_for(hint.name)
        if merged.format == "binary" and self.schemas.use is Use.REQUEST:
            return file_for(hint.name)
        return _text(merged, hint)

    # --- Unions --------------------------------------------------------------------------------

    def _of_union(self, merged: Shape, hint: Hint) -> Json:
        """The value of the first member of each union that has one."""
        members, *others = merged.unions
        nulls = [member for member in members if shape(member).types == ("null",)]
        for member in (member for member in members if member not in nulls):
            chosen = [member, *(other[0] for other in others)]
            try:
                value = self._of_shape(combined(merged, chosen), self._entered(member, hint))
            except NoValueError:
                continue
            return _tagged(merged, member, value)
        if merged.nullable or nulls:
            return None
        raise NoValueError

    def _entered(self, schema: Node, hint: Hint) -> Hint:
        pointer = schema.follow().pointer
        if pointer in hint.within or hint.depth > _DEEPEST:
            self.cuts.append(pointer)
            raise NoValueError
        return Hint(hint.name, hint.index, hint.depth, (*hint.within, pointer))

    # --- Objects and arrays --------------------------------------------------------------------

    def _object(self, merged: Shape, hint: Hint) -> Json:
        made: dict[str, Json] = {}
        for name, schema in merged.properties.items():
            is_required = name in merged.required
            if self._is_omitted(schema) or not (is_required or self._is_shown(schema, hint)):
                continue
            try:
                made[name] = self.value(schema, self._below(hint, name))
            except NoValueError:
                if is_required:
                    raise
        for name in sorted(merged.required - merged.properties.keys()):
            made[name] = self._additional(merged, name, hint)
        self._add_keys(made, merged, hint)
        if not made and self.schemas.use is Use.REQUEST and not self.is_short:
            made = self._one_property(merged, hint)
        return made

    def _one_property(self, merged: Shape, hint: Hint) -> dict[str, Json]:
        """A property of an object that requires none: the first file, else the first scalar."""
        for name, schema in sorted(merged.properties.items(), key=_usefulness):
            if not (self._is_omitted(schema) or schema.follow().is_true("deprecated")):
                try:
                    return {name: self.value(schema, self._below(hint, name))}
                except NoValueError:
                    continue
        return {}

    def _below(self, hint: Hint, name: str) -> Hint:
        return Hint(name, hint.index, hint.depth + 1, hint.within)

    def _is_omitted(self, schema: Node) -> bool:
        keyword = self.schemas.use.value
        return any(part.is_true(keyword) for part in shape(schema).parts.values())

    def _is_shown(self, schema: Node, hint: Hint) -> bool:
        """Whether an object has an optional property."""
        if self.is_short or schema.follow().is_true("deprecated") or schema.is_true("deprecated"):
            return False
        merged = shape(schema)
        if self.schemas.use is Use.REQUEST:
            return not self.is_own and any(True for _ in own_examples(schema))
        return hint.depth < _DEEP or not _is_nested(merged)

    def _additional(self, merged: Shape, name: str, hint: Hint) -> Json:
        """The value of a property that the schema does not describe."""
        schemas = merged.value_schemas
        below = self._below(hint, name)
        return self.value(schemas[-1], below) if schemas else text_for(name, hint.index)

    def _add_keys(self, made: dict[str, Json], merged: Shape, hint: Hint) -> None:
        """Add the keys of a map, and as many as `minProperties` wants."""
        least = min(_size(merged, "minProperties", 0), _MOST_ITEMS)
        is_map = not merged.properties and bool(merged.value_schemas)
        for index in range(max(least, int(is_map)) - len(made)):
            if index and merged.additional is False and not merged.patterns:
                return
            key = self._key(merged, index)
            try:
                made[key] = self._additional(
                    merged, key, Hint(hint.name, index, hint.depth, hint.within)
                )
            except NoValueError:
                if least:
                    raise
                return

    def _key(self, merged: Shape, index: int) -> str:
        if merged.names is not None:
            named = self.value(merged.names, Hint("key", index))
            return str(named)
        if merged.patterns:
            found = sample(merged.patterns[-1].pointer[-1], 1, _MOST_TEXT)
            if found is None:
                raise NoValueError
            return found if index == 0 else f"{found}{index}"
        return ("color", "size")[index] if index < 2 else f"key{index + 1}"

    def _array(self, merged: Shape, hint: Hint) -> Json:
        below = Hint(hint.name, hint.index, hint.depth + 1, hint.within)
        items = [self.value(schema, below) for schema in merged.prefix]
        least = _size(merged, "minItems", 0)
        most = _size(merged, "maxItems", _MOST_ITEMS)
        if merged.items is None and merged.prefix:
            return items
        wanted = 2 if self.schemas.use is Use.RESPONSE and hint.depth < 2 else 1
        count = min(max(least, wanted), most, _MOST_ITEMS) - len(items)
        for index in range(count):
            try:
                each = Hint(below.name, index + hint.index, below.depth, below.within)
                item = (
                    text_for(hint.name, index)
                    if merged.items is None
                    else self.value(merged.items, each)
                )
            except NoValueError:
                if len(items) < least:
                    raise
                break
            if merged.constraints.get("uniqueItems") is True and item in items:
                item = _another(item, index)
                if item in items:
                    break
            items.append(item)
        return items


# --- Authors' values ---------------------------------------------------------------------------


def own_examples(schema: Node) -> Iterator[tuple[Node, Json]]:
    """The examples of a schema and of those that it refers to, each with its schema."""
    return _examples(_chain(schema))


def _examples(schemas: Iterable[Node]) -> Iterator[tuple[Node, Json]]:
    for node in schemas:
        if isinstance(node.value, dict):
            several = node.value.get("examples")
            if "example" in node.value:
                yield node, node.value["example"]
            for value in several if isinstance(several, list) else ():
                yield node, value


def authors_values(schema: Node) -> Iterator[tuple[Node, Json]]:
    """The examples of a schema, then its default unless it is empty, each with its schema."""
    schemas = [*_chain(schema)]
    yield from _examples(schemas)
    for node in schemas:
        default = node.value.get("default") if isinstance(node.value, dict) else None
        if default or default == 0:
            yield node, default


def _chain(schema: Node) -> Iterator[Node]:
    """A schema, and those that it refers to."""
    end = schema.follow()
    while schema.pointer != end.pointer:
        yield schema
        schema = schema.step()
    yield end


# --- Discriminators ----------------------------------------------------------------------------


def _tagged(merged: Shape, member: Node, value: Json) -> Json:
    """Set the discriminator of an object to the value that selects its schema."""
    node = merged.discriminator
    name = "" if node is None else node.text("propertyName")
    if node is None or not name or not isinstance(value, dict):
        return value
    own = shape(member).properties.get(name)
    if own is not None and shape(own).values:
        return value
    pointers = {each.pointer for each in _chain(member)}
    mapping = dict(node.members("mapping"))
    keys = [key for key, target in mapping.items() if _target(target) in pointers]
    if not (keys or merged.unions):  # Values of a base schema are values of one that extends it.
        keys = [*mapping]
    named = [p[-1] for p in (each.pointer for each in _chain(member)) if p[-2:-1] == ("schemas",)]
    chosen = min(keys) if keys else next(iter(named), None)
    return value if chosen is None else {**value, name: chosen}


def _target(target: Node) -> Pointer:
    text = str(target.value)
    return parse_pointer(text) or ("components", "schemas", text)


# --- Scalars -----------------------------------------------------------------------------------


def _usefulness(entry: tuple[str, Node]) -> tuple[bool, bool]:
    """Sorts files first, then scalars."""
    merged = shape(entry[1])
    return merged.format != "binary", _is_nested(merged)


def _is_nested(merged: Shape) -> bool:
    """Whether values may be objects or lists."""
    return merged.is_object or merged.is_array or bool(merged.unions)


def _implied_type(merged: Shape) -> str:
    """The type of a schema that names none."""
    if merged.is_object:
        return "object"
    if merged.is_array or "minItems" in merged.constraints:
        return "array"
    is_number = not {"minimum", "maximum", "multipleOf"}.isdisjoint(merged.constraints)
    return "number" if is_number else "string"


def _number(merged: Shape, hint: Hint, *, is_whole: bool) -> float:
    limits = merged.constraints.items()
    known = {key: limit for key, limit in limits if _is_finite(limit) or isinstance(limit, bool)}
    least, is_above = _limit(known, "minimum", "exclusiveMinimum", max)
    most, is_below = _limit(known, "maximum", "exclusiveMaximum", min)
    step = Fraction(str(known.get("multipleOf") or (1 if is_whole else 0)))
    wanted = number_for(hint.name, hint.index, is_whole=is_whole)
    nearest = [Fraction(str(wanted))]
    if least is not None:
        nearest += [least, least + step, least + Fraction(1, 2), least + 1]
    if most is not None:
        nearest += [most, most - step, most - Fraction(1, 2), most - 1]
    if least is not None and most is not None:
        nearest.append((least + most) / 2)
    rounded = [f(n / step) * step for n in nearest for f in (floor, ceil)] if step else nearest
    for value in rounded:
        over = least is None or (value > least if is_above else value >= least)
        under = most is None or (value < most if is_below else value <= most)
        if over and under:
            return int(value) if value.denominator == 1 else float(value)
    raise NoValueError


def _size(merged: Shape, keyword: str, default: int) -> int:
    """The limit of a length or a number of items; the default if it is not a number."""
    found: Any = merged.constraints.get(keyword)
    return int(found) if _is_finite(found) else default


def _is_finite(value: Any) -> bool:
    """Whether a value is a number, but not infinite."""
    return type(value) is int or (type(value) is float and isfinite(value))


def _limit(
    known: dict[str, Any], plain: str, exclusive: str, tighter: Callable[..., Any]
) -> tuple[Fraction | None, bool]:
    """A limit, and whether it is exclusive itself; OpenAPI 3.0 has a flag for that."""
    flag = known.get(exclusive)
    limits = [] if plain not in known else [(Fraction(str(known[plain])), flag is True)]
    if flag is not None and not isinstance(flag, bool):
        limits.append((Fraction(str(flag)), True))
    return tighter(limits, default=(None, False)) if limits else (None, False)


def _text(merged: Shape, hint: Hint) -> str:
    least, most = _size(merged, "minLength", 0), _size(merged, "maxLength", _MOST_TEXT)
    if least > _MOST_TEXT:
        raise NoValueError
    formatted = FORMATS.get(merged.format)
    text = formatted[hint.index % 2] if formatted else text_for(hint.name, hint.index)
    pattern = merged.constraints.get("pattern")
    if isinstance(pattern, str):
        if least <= len(text) <= most and matches(pattern, text):
            return text
        found = sample(pattern, least, most)
        if found is not None:
            return found
    if len(text) > most:
        text = text[:most].rstrip(" -.,") or text[:most]
    while len(text) < least:
        text = f"{text} {text}"[: max(least, len(text) + 1)]
    return text


def _another(item: Json, index: int) -> Json:
    """A value that differs from an earlier item."""
    if isinstance(item, str):
        return f"{item}-{index + 1}"
    return item + index if type(item) in (int, float) else item
