"""Scenarios that authors write in `x-pcgen-examples` of an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics, close, shorten
from pcgen.translate.contents import contents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pcgen.ir import Json
    from pcgen.spec import Node
    from pcgen.translate.contents import Content
    from pcgen.translate.examples.schemas import Schemas
    from pcgen.translate.selection import Entry

_EXAMPLES = "x-pcgen-examples"
_KEYS: dict[str, tuple[type, str]] = {
    "body": (object, ""),
    "first": (bool, "`true` or `false`"),
    "name": (str, "a string"),
    "parameters": (dict, "an object"),
    "response": (dict, "an object with `status` and `value`"),
    "summary": (str, "a string"),
}
_Place = tuple[str, str]  # The `in` and the name of a parameter.


class Scenario(Struct, frozen=True):
    """An example of an operation; name, summary, media type and status may be empty.

    `parameters` are by their `in` and name. `body` is None without a body; a binary value is the
    name of a file. `status` and `response` are those that the author gives with the request.
    `is_made` says that no author wrote the request, `is_first` that documentation opens with it.
    """

    name: str = ""
    summary: str = ""
    parameters: Mapping[_Place, Json] = {}
    media_type: str = ""
    body: Json = None
    status: str = ""
    response: Json = None
    is_made: bool = True
    is_first: bool = False


class Reader(Struct, frozen=True):
    """Reads the scenarios of an operation, and reports what is wrong with them.

    Args:
        entry: The operation.
        content: The content of its request body.
        requests: The schemas of requests.
        responses: The schemas of responses.
        diagnostics: Collects findings.
    """

    entry: Entry
    content: Content | None
    requests: Schemas
    responses: Schemas
    diagnostics: Diagnostics

    def scenarios(
        self, parameters: Mapping[_Place, Json], bodies: Sequence[ir.Example]
    ) -> Iterator[Scenario]:
        """Yield the valid scenarios.

        Args:
            parameters: The required parameters, for scenarios that do not give them.
            bodies: The examples of the body: a scenario without one has that of its name, or the
                first.
        """
        listed = self.entry.node.get(_EXAMPLES)
        if listed is not None and not isinstance(listed.value, list):
            self._report(listed, f"`{_EXAMPLES}` must be a list of objects")
        for node in self.entry.node.entries(_EXAMPLES):
            if not self._is_well_formed(node):
                continue
            given, status = self._parameters(node), self._status(node)
            if given is None or status is None or not self._is_valid_body(node):
                continue
            own, response = self._body(node), node.get("response")
            name = node.text("name")
            body = next((body for body in bodies if name and body.name == name), None)
            yield Scenario(
                name=name,
                summary=node.text("summary") or (body.summary if body else ""),
                parameters={**parameters, **given},
                media_type="" if self.content is None else self.content.media_type,
                body=(body or bodies[0]).value if own is None else own,
                status=status,
                response=None if response is None else response.value.get("value"),
                is_made=False,
                is_first=node.is_true("first"),
            )

    def _is_well_formed(self, node: Node) -> bool:
        if not isinstance(node.value, dict):
            self._report(node, "a scenario must be an object")
            return False
        count = len(self.diagnostics.items)
        for key, inner in node.members():
            kind, expected = _KEYS.get(key, (object, ""))
            if key not in _KEYS:
                message = f"`{shorten(key)}` is not a key of a scenario"
                self._report(inner, message, close(key, _KEYS))
            elif not isinstance(inner.value, kind):
                self._report(inner, f"`{key}` must be {expected}")
        return len(self.diagnostics.items) == count

    def _parameters(self, node: Node) -> dict[_Place, Json] | None:
        """The parameters that a scenario gives; None if one of them is wrong."""
        described = {p.text("name"): p for p in self.entry.parameters}
        found: dict[_Place, Json] = {}
        for name, given in node.members("parameters"):
            if name not in described:
                message = f"the operation has no parameter {shorten(name)!a}"
                self._report(given, message, close(name, described))
                return None
            schema = described[name].get("schema")
            if schema is not None and not self._is_valid(self.requests, schema, given):
                return None
            found[described[name].text("in"), name] = given.value
        return found

    def _is_valid_body(self, node: Node) -> bool:
        given = node.get("body")
        if given is None:
            return True
        if self.content is None:
            self._report(given, "the operation has no request body")
            return False
        schema = self.content.schema_or_items
        is_valid = self._is_listed and self.requests.items(self.content, given.value) is not None
        return schema is None or is_valid or self._is_valid(self.requests, schema, given)

    def _body(self, node: Node) -> Json:
        """The body that a scenario gives; None without one."""
        given = node.get("body")
        if given is None or self.content is None or not self._is_listed:
            return None if given is None else given.value
        return self.requests.items(self.content, given.value)

    @property
    def _is_listed(self) -> bool:
        """Whether the body is a list of lines, of which an author may write one."""
        return self.content is not None and self.content.encoding is ir.Encoding.NDJSON

    def _status(self, node: Node) -> str | None:
        """The status of the response of a scenario, empty without one; None if it is wrong."""
        given = node.get("response")
        if given is None:
            return ""
        status = str(given.value.get("status", ""))
        responses = dict(self.entry.node.members("responses"))
        if status not in responses:
            message = f"the operation has no response {shorten(status)!a}"
            self._report(given.get("status") or given, message, close(status, responses))
            return None
        content = next(iter(contents(responses[status].follow(), Diagnostics())), None)
        schema, value = content.schema_or_items if content else None, given.get("value")
        if content is None or schema is None or value is None:
            return status
        is_listed = content.schema is None and isinstance(value.value, list)
        is_valid = is_listed and self.responses.items(content, value.value) is not None
        return status if is_valid or self._is_valid(self.responses, schema, value) else None

    def _is_valid(self, schemas: Schemas, schema: Node, given: Node) -> bool:
        for error in schemas.errors(schema, given.value):
            node = given
            for part in error.instance_path[1:]:
                node = node.child(part)
            self._report(node, f"the example is not valid: {shorten(error.message)}")
            return False
        return True

    def _report(self, node: Node, message: str, hint: str = "") -> None:
        self.diagnostics.error(Code.INVALID_DOCUMENT, node.location, message, hint)
