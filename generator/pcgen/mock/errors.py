"""Error responses in the API's own shape, else as problem details (RFC 9457)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pcgen.diagnostics import Diagnostics, Failure
from pcgen.mock.exchange import JSON, Response, encoded
from pcgen.translate.contents import named_examples
from pcgen.translate.examples import NoValueError, Use
from pcgen.translate.shapes import shape
from pcgen.translate.streams import response_contents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.mock.exchange import Rejected, Violation
    from pcgen.spec import Node
    from pcgen.translate.contents import Content
    from pcgen.translate.examples import Examples
    from pcgen.translate.shapes import Shape

PROBLEM = "application/problem+json"
_MESSAGES = frozenset(
    ("description", "detail", "errordescription", "errormessage", "message", "msg", "reason",
     "title", "usermessage")
)  # fmt: skip
_CODES = frozenset(("code", "error", "errorcode", "errortype", "kind", "name", "status", "type"))
_STATUSES = frozenset(("code", "httpstatus", "httpstatuscode", "status", "statuscode"))
_PLACES = frozenset(("field", "loc", "location", "param", "parameter", "path", "pointer", "source"))
_HOLDERS = frozenset(("detail", "details", "error", "errors", "issues", "meta", "violations"))
_WORDS = {
    400: "badrequest invalidargument invalidrequest invalidrequesterror validationerror invalid",
    401: "unauthorized unauthenticated authenticationerror invalidapikey",
    403: "forbidden permissiondenied",
    404: "notfound notfounderror resourcenotfound",
    409: "conflict alreadyexists",
    422: "unprocessableentity unprocessablecontent validationerror invalidargument",
    429: "toomanyrequests resourceexhausted ratelimited ratelimiterror quotaexceeded",
    500: "internalservererror internal internalerror servererror",
    503: "serviceunavailable unavailable",
}
_DEPTH = 8


def phrase(status: int) -> str:
    """The usual phrase of a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def problem(error: Rejected) -> Response:
    """The problem details of a rejected request."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": phrase(error.status),
        "status": error.status,
        "detail": str(error),
    }
    errors = [
        {"place": "/".join(map(str, found.place)), "detail": str(found)}
        for found in error.violations
        if found.place
    ]
    body |= {"errors": errors} if errors else {}
    return Response(error.status, encoded(body), [("Content-Type", PROBLEM), *error.headers])


def documented(operation: Node, status: int) -> tuple[str, Node] | None:
    """The key and the response that an operation describes for a status; None without one."""
    for key, node in _responses(operation, status):
        return key, node
    return None


def _responses(operation: Node, status: int) -> Iterator[tuple[str, Node]]:
    known = {key.lower(): (key, node) for key, node in operation.members("responses")}
    for key in (str(status), f"{status // 100}xx", "default"):
        if key in known:
            name, node = known[key]
            yield name, node.follow()


def _error_contents(operation: Node, status: int) -> Iterator[tuple[bool, Content]]:
    """The JSON contents for an error, the best first, and whether they are for its status."""
    near = [node for _, node in _responses(operation, status)]
    others = [n.follow() for key, n in sorted(operation.members("responses")) if key[:1] == "4"]
    for index, node in enumerate((*near, *others)):
        for content in response_contents(operation, node, Diagnostics()):
            if content.is_json and content.schema is not None:
                yield index < len(near), content


def error_response(operation: Node, error: Rejected, examples: Examples) -> Response:
    """The response to a rejected request, in the shape of the operation's errors."""
    for is_own, content in _error_contents(operation, error.status):
        schema = content.schema
        if schema is None:
            continue
        try:
            known = _known(operation, error.status) if is_own else None
            body = _Writer(error, examples).value(schema, "", known, 0)
            is_valid = isinstance(body, dict | list) and examples.is_valid(
                schema, body, Use.RESPONSE
            )
        except (Failure, _NoValue):
            continue
        if is_valid:
            media_type = JSON if "*" in content.media_type else content.media_type
            headers = [("Content-Type", media_type), *error.headers]
            return Response(error.status, encoded(body), headers)
    return problem(error)


def _known(operation: Node, status: int) -> Any:
    """The author's example of an error with exactly this status."""
    node = operation.get("responses")
    found = None if node is None else node.get(str(status))
    for content in (
        [] if found is None else response_contents(operation, found.follow(), Diagnostics())
    ):
        for example in named_examples(content.node):
            return example.value
    return None


class _NoValue(Exception):
    """A required value cannot be made."""


class _Writer(Struct, frozen=True):
    """Writes the body of an error: message, code and status at properties with such names."""

    error: Rejected
    examples: Examples

    def value(
        self, schema: Node, name: str, known: Any, depth: int, own: Violation | None = None
    ) -> Any:
        """The value of a schema.

        Args:
            schema: The schema.
            name: The property that has it.
            known: The value that the author's example has here.
            depth: The number of values around it.
            own: The violation that it is about; None for all.
        """
        if depth > _DEPTH:
            raise _NoValue
        merged = shape(schema)
        word = re.sub("[^a-z0-9]", "", name.lower())
        if merged.unions and not merged.properties:
            return self._member(merged, name, known, depth, own)
        if merged.values is not None:
            return self._choice(merged, word, known)
        if merged.is_object:
            return self._object(merged, known, depth, own)
        if merged.is_array and merged.items is not None:
            return self._array(merged.items, word, known, depth, own)
        if "string" in merged.types or not merged.types:
            text = self._text(word, known, own)
            if text is not None:
                return text
        if {"integer", "number"} & {*merged.types} and word in _STATUSES:
            return self.error.status
        return self._made(schema, name)

    def _made(self, schema: Node, name: str) -> Any:
        try:
            return self.examples.value(schema, Use.RESPONSE, name)
        except NoValueError:
            raise _NoValue from None

    def _text(self, word: str, known: Any, own: Violation | None) -> str | None:
        if word in _MESSAGES or (word in ("", "error") and not isinstance(known, str)):
            return str(self.error) if own is None else own.message
        if word in _PLACES and own is not None:
            return "/".join(map(str, own.place))
        if word in _CODES:
            made = phrase(self.error.status).lower().replace(" ", "_") if own is None else own.kind
            return known if isinstance(known, str) else made
        return None

    def _choice(self, merged: Shape, word: str, known: Any) -> Any:
        values = merged.values or ()
        if known in values:
            return known
        usual = 500 if self.error.status >= 500 else 400
        wanted = f"{_WORDS.get(self.error.status, '')} {_WORDS[usual]}".split()
        plain = {re.sub("[^a-z0-9]", "", str(value).lower()): value for value in values}
        found = [plain[key] for key in wanted if key in plain] if word in _CODES else []
        if self.error.status in values:
            return self.error.status
        return found[0] if found else next(iter(values), None)

    def _object(self, merged: Shape, known: Any, depth: int, own: Violation | None) -> Any:
        inner = known if isinstance(known, dict) else {}
        result: dict[str, Any] = {}
        for name, schema in merged.properties.items():
            word = re.sub("[^a-z0-9]", "", name.lower())
            is_place = word in _PLACES and own is not None
            is_wanted = word in _MESSAGES | _CODES | _STATUSES | _HOLDERS or is_place
            if name not in merged.required and not (is_wanted and (own or _is_apt(schema))):
                continue
            try:
                result[name] = self.value(schema, name, inner.get(name), depth + 1, own)
            except _NoValue:
                if name in merged.required:
                    raise
        return result

    def _array(
        self, items: Node, word: str, known: Any, depth: int, own: Violation | None
    ) -> list[Any]:
        if own is not None:
            return list(own.place) if word in _PLACES else []
        inner = known[0] if isinstance(known, list) and known else None
        return [
            self.value(items, "message", inner, depth + 1, found) for found in self.error.violations
        ]

    def _member(
        self, merged: Shape, name: str, known: Any, depth: int, own: Violation | None
    ) -> Any:
        """The value of the first member of a union that has a valid one."""
        for member in merged.unions[0]:
            try:
                value = self.value(member, name, known, depth + 1, own)
            except _NoValue:
                continue
            if value is not None and self.examples.is_valid(member, value, Use.RESPONSE):
                return value
        raise _NoValue


def _is_apt(schema: Node) -> bool:
    """Whether an optional property may say something about an error."""
    merged = shape(schema)
    if merged.is_object and not merged.properties:
        return False
    return not (merged.is_array and merged.items is None)
