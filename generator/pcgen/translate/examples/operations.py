"""Examples of the requests and responses of operations."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir
from pcgen.diagnostics import Diagnostics
from pcgen.translate import media
from pcgen.translate.contents import contents, named_examples, request_contents
from pcgen.translate.examples.scenarios import Reader, Scenario
from pcgen.translate.examples.schemas import Rules, Schemas, Use
from pcgen.translate.examples.values import Hint, Maker, NoValueError, own_examples
from pcgen.translate.examples.words import file_for, text_for
from pcgen.translate.page_words import chooses_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen.ir import Json
    from pcgen.spec import Document, Node
    from pcgen.translate.contents import Content
    from pcgen.translate.selection import Entry

_TEXT = "Hello, world!"
_MOST_FILTERS = 2


class Examples(Struct, frozen=True, dict=True):
    """Example values for a document.

    Args:
        document: A document whose references have been checked.
    """

    document: Document

    @classmethod
    def of(cls, document: Document) -> Examples:
        """The examples of a document, which are made once."""
        return document.node.memoized(_all)

    # --- Values --------------------------------------------------------------------------------

    def value(self, schema: Node, use: Use, name: str = "") -> Json:
        """A valid value.

        Args:
            schema: Its schema.
            use: The message that carries it.
            name: The name of the value, such as that of a parameter.

        Raises:
            NoValueError: None could be made.
        """
        for maker in self._makers[use]:
            try:
                value = maker.value(schema, Hint(name))
            except NoValueError:
                continue
            if maker.schemas.is_valid(schema, value):
                return value
        raise NoValueError

    @cached_property
    def _makers(self) -> Mapping[Use, list[Maker]]:
        """What makes values, the most detailed values first."""
        return {
            use: [
                Maker(self.schemas(use), is_short, is_own)
                for is_own in (False, True)
                for is_short in (False, True)
            ]
            for use in Use
        }

    def is_valid(self, schema: Node, value: Json, use: Use) -> bool:
        """Whether a value is valid."""
        return self.schemas(use).is_valid(schema, value)

    def schemas(self, use: Use) -> Schemas:
        """The schemas of a message."""
        return self._requests if use is Use.REQUEST else self._responses

    @cached_property
    def _rules(self) -> Rules:
        return Rules(self.document)

    @cached_property
    def _requests(self) -> Schemas:
        return Schemas(self._rules, Use.REQUEST)

    @cached_property
    def _responses(self) -> Schemas:
        return Schemas(self._rules, Use.RESPONSE)

    @property
    def rejected(self) -> list[Node]:
        """The nodes whose examples have been found invalid, in the order of their pointers."""
        found = self._requests.rejected | self._responses.rejected
        return [found[pointer] for pointer in sorted(found)]

    # --- Requests ------------------------------------------------------------------------------

    def scenarios(
        self, entry: Entry, media_type: str = "", diagnostics: Diagnostics | None = None
    ) -> tuple[Scenario, ...]:
        """Examples of an operation: its author's, else one that is made; none without values.

        Args:
            entry: The operation.
            media_type: That of the request body, by default the preferred one.
            diagnostics: Collects what is wrong with the scenarios of `x-pcgen-examples`.
        """
        holder = entry.node.get("requestBody")
        offered = [] if holder is None else request_contents(holder.follow(), Diagnostics())
        content = next((c for c in offered if media_type in ("", c.media_type)), None)
        try:
            parameters, are_made = self._parameters(entry)
            bodies = self._bodies(content)
        except NoValueError:
            return ()
        reader = Reader(
            entry, content, self._requests, self._responses, diagnostics or Diagnostics()
        )
        written = tuple(reader.scenarios(parameters, [body for body, _ in bodies]))
        own_names = {scenario.name for scenario in written if scenario.name}
        parameters |= {} if written else self._filters(entry)
        found = tuple(
            Scenario(
                name=body.name,
                summary=body.summary,
                parameters=parameters,
                media_type=content.media_type if content else "",
                body=body.value,
                is_made=are_made if content is None else is_made,
            )
            for body, is_made in bodies
            if body.name not in own_names
        )
        return (*written, *(one for one in found if not (written and one.is_made)))

    def _parameters(self, entry: Entry) -> tuple[dict[tuple[str, str], Json], bool]:
        """The required parameters, and whether no author wrote one of their values."""
        found: dict[tuple[str, str], Json] = {}
        are_made = True
        for node in entry.parameters:
            name, place = node.text("name"), node.text("in")
            authored = self._authored(node)
            if node.is_true("required") or place == "path":
                found[place, name] = authored[0] if authored else self._parameter(node, name)
                are_made = are_made and not authored
        for name in re.findall(r"{([^{}]+)}", entry.path):  # Under a waiver, some are undescribed.
            found.setdefault(("path", name), text_for(name, 0))
        return found, are_made

    def _filters(self, entry: Entry) -> dict[tuple[str, str], Json]:
        """Optional parameters of a list, with the values that their author wrote."""
        is_list = entry.method == "get" and not entry.path.endswith("}")
        found = (
            (("query", node.text("name")), values[0])
            for node in entry.parameters
            if is_list and _is_filter(node) and (values := self._authored(node))
        )
        return dict(islice(found, _MOST_FILTERS))

    def _authored(self, node: Node) -> list[Json]:
        """The valid values that the author of a parameter wrote."""
        schemas, schema, content = self.schemas(Use.REQUEST), *_described_by(node)
        listed = [*named_examples(node), *(named_examples(content.node) if content else ())]
        found = [e.value for e in listed if schemas.accepts(node, schema, e.value)]
        own = () if schema is None else own_examples(schema)
        return found or [value for holder, value in own if schemas.accepts(holder, holder, value)]

    def _parameter(self, node: Node, name: str) -> Json:
        """A value of a parameter."""
        schema, _ = _described_by(node)
        return text_for(name, 0) if schema is None else self.value(schema, Use.REQUEST, name)

    def _bodies(self, content: Content | None) -> list[tuple[ir.Example, bool]]:
        """The examples of a request body, and whether each is made."""
        if content is None:
            return [(ir.Example("", "", None), True)]
        found = self.examples(content, Use.REQUEST)
        return [(example, False) for example in found] or [
            (ir.Example("", "", self._made(content, Use.REQUEST)), True)
        ]

    # --- Contents ------------------------------------------------------------------------------

    def responses(self, entry: Entry) -> dict[str, dict[str, tuple[ir.Example, ...]]]:
        """The examples of responses by status and media type."""
        return {
            status: {
                content.media_type: self.shown(content)
                for content in contents(response.follow(), Diagnostics())
            }
            for status, response in entry.node.members("responses")
            if not status.startswith("x-")
        }

    def shown(self, content: Content) -> tuple[ir.Example, ...]:
        """The examples of the content of a response: its author's, else one that is made.

        Files have none, since JSON cannot show them, unless their author wrote a text.
        """
        found = self.examples(content, Use.RESPONSE)
        if found:
            return found
        try:
            return (ir.Example("", "", self._made(content, Use.RESPONSE), is_made=True),)
        except NoValueError:
            return ()

    def examples(self, content: Content, use: Use) -> tuple[ir.Example, ...]:
        """The valid examples that the author of a content wrote."""
        schemas, found = self.schemas(use), named_examples(content.node)
        is_medium = content.media_type.lower().startswith(("audio/", "image/", "video/"))
        if use is Use.RESPONSE and is_medium and media.is_binary(content.media_type):
            return ()  # No text is an example of these.
        is_listed = use is Use.REQUEST and content.encoding is ir.Encoding.NDJSON
        if is_listed or content.schema is None:
            lists = [(example, schemas.items(content, example.value)) for example in found]
            return tuple(
                replace(example, value=items if is_listed else example.value)
                for example, items in lists
                if items is not None
            )
        is_structured = content.encoding is not ir.Encoding.BYTES
        return tuple(
            example
            for example in found
            if not is_structured or schemas.accepts(content.node, content.schema, example.value)
        )

    def _made(self, content: Content, use: Use) -> Json:
        schema = content.schema_or_items
        is_plain = media.is_plain(content.media_type)
        is_bytes = content.shape.format == "binary"
        is_file = is_bytes or media.is_binary(content.media_type)
        if (schema is None and not is_plain) or (is_plain and is_file and use is Use.RESPONSE):
            raise NoValueError
        value = _TEXT if schema is None else self.value(schema, use)
        if is_plain and (schema is None or is_bytes or not isinstance(value, str)):
            return _plain(content.media_type, use)
        is_listed = use is Use.REQUEST and content.encoding is ir.Encoding.NDJSON
        return [value] if is_listed and not content.shape.is_array else value


def _is_filter(parameter: Node) -> bool:
    """Whether an optional parameter does more than to choose a page."""
    is_plain = not (parameter.is_true("required") or parameter.is_true("deprecated"))
    return parameter.text("in") == "query" and is_plain and not chooses_page(parameter.text("name"))


def _described_by(parameter: Node) -> tuple[Node | None, Content | None]:
    """The schema of a parameter, and its content if that has the schema."""
    content = next(iter(contents(parameter, Diagnostics())), None)
    return (parameter.get("schema"), None) if content is None else (content.schema, content)


def _plain(media_type: str, use: Use) -> str:
    """A body that is text, or bytes: requests name a file."""
    if media.encoding(media_type) is ir.Encoding.BYTES and use is Use.REQUEST:
        return file_for(media_type)
    return "<example/>" if "xml" in media_type else _TEXT


def _all(top: Node) -> Examples:
    return Examples(top.document)
