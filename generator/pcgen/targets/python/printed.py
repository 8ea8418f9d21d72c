"""What the programs of the documentation print, as the runtime does it."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

from pcgen import ir
from pcgen.ir.examples import typed
from pcgen.ir.types import nested_types
from pcgen.targets.python.examples import Construction
from pcgen.targets.python.stand_ins import StandIns, runtime
from pcgen.targets.python.views.descriptors import error_types

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.targets.python.package import PythonPackage
    from pcgen.targets.python.views.declarations import DeclarationView

_FILES = (ir.Scalar(ir.Kind.BYTES), ir.Scalar(ir.Kind.BINARY), ir.Scalar(ir.Kind.FILE))
_MOST_LINES = 60


class Printer:
    """Prints results and errors of a package, whose models have the given views."""

    def __init__(self, package: PythonPackage, declarations: Iterable[DeclarationView]) -> None:
        names = {str(name): name for name in package.declared}
        same = {
            names[view.name]: names[view.type]
            for view in declarations
            if view.type and isinstance(package.declared[view.name], ir.Model)
        }
        self._classes = StandIns(package.declared, same)
        self._declared = package.declared
        self._names = names

    def result(self, operation: ir.Operation, status: str, value: ir.Json) -> str:
        """What the example of a call prints: its result, or each item of a stream or of a page.

        Args:
            operation: The operation.
            status: The status of the response; empty if it is not known.
            value: The body of the response.

        Returns:
            The text, empty if it is too long, or unknown.
        """
        result = operation.result
        type_ = dict(result.by_status).get(status, result.json or result.type)
        if type_ is None:
            return ""
        if result.streaming is not ir.Streaming.NONE:
            shown: Iterable[Any] = self._items(result, value)
        elif operation.paging is not None:
            page = self._decoded(operation.paging.page_type, value)
            path = ".".join(operation.paging.items)
            shown = runtime("data.unread").value_at(page, path) or []
        else:
            shown = [self._whole(result, type_, value)]
        return _short(shown)

    def stream(self, result: ir.Result) -> str:
        """What a loop over a stream prints; empty if that is too long, or unknown."""
        items = [self._items(result, example.value) for example in result.examples]
        return _short(chain.from_iterable(items))

    def value(self, type_: ir.Type, value: ir.Json) -> str:
        """What a value of a type prints."""
        return str(self._decoded(type_, value))

    def error(self, operation: ir.Operation, status: str, value: ir.Json) -> str:
        """The repr of the exception that an error response raises."""
        types = {key: self._classes.type(type_) for key, type_ in error_types(operation)}
        described = runtime("call.operation").Operation(
            str(operation.name), operation.method, operation.path, errors=types
        )
        code = 500 if status == "default" else int(status.upper().replace("X", "0"))
        response = runtime("http.message").Response(code, (), _encoded(value))
        return repr(runtime("call.error_response").status_error(described, response, ()))

    def construction(self, type_: ir.Type, value: ir.Json) -> Construction | None:
        """The call that makes an object; None if it is of no known class."""
        made = self._decoded(type_, value)
        if not isinstance(made, runtime("data.record").Record):
            return None
        try:
            construction: Construction = self._constructed(made)
        except (TypeError, ValueError):
            return None
        return construction

    def _constructed(self, value: Any) -> Any:
        """A value in which the objects of classes are calls that make them.

        Raises:
            TypeError: There is an object that belongs to no class.
        """
        if isinstance(value, runtime("data.record").Record):
            defaults = runtime("data.record").defaults_of(type(value))
            name = type(value).__name__
            arguments = {
                field: self._argument(name, field, getattr(value, field))
                for field, default in zip(value.__struct_fields__, defaults, strict=True)
                if getattr(value, field) is not default
            }
            return Construction(name, arguments)
        if isinstance(value, runtime("data.record").JSONObject):
            raise TypeError(value)
        if isinstance(value, dict):
            return {key: self._constructed(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(map(self._constructed, value))
        return value

    def _argument(self, model: str, name: str, value: Any) -> Any:
        """The argument for a field; files are texts until then."""
        declaration = self._declared[self._names[model]]
        fields = declaration.fields if isinstance(declaration, ir.Model) else ()
        [type_] = [field.type for field in fields if str(field.name) == name] or [ir.ANY]
        nested = list(nested_types(type_))
        if ir.Scalar(ir.Kind.FILE) not in nested:
            return self._constructed(value)
        if isinstance(value, str | list):
            return typed(value, type_, self._declared)
        models = [one for one in nested if isinstance(one, ir.Ref)]
        return self._constructed(self._decoded(models[0], value) if models else value)

    def _whole(self, result: ir.Result, type_: ir.Type, value: ir.Json) -> Any:
        """The result of a call: text and files are no JSON."""
        first = result.media_type.partition(",")[0].lower()
        is_json = "json" in (first or "json") or (result.json and not isinstance(value, str))
        if is_json:
            return self._decoded(type_, value)
        text = value if isinstance(value, str) else json.dumps(value)
        return text.encode() if result.type in _FILES else text

    def _items(self, result: ir.Result, value: ir.Json) -> Iterator[Any]:
        """The items of a stream whose example is one of them, or a list of them."""
        is_text = isinstance(value, str) and ("\n" in value or value.startswith("data:"))
        if result.type is None or is_text:
            return
        types = dict(result.by_event)
        for item in value if isinstance(value, list) else [value]:
            name = item.get("event") if isinstance(item, dict) else None
            type_ = types.get(str(name), result.type)
            yield item if isinstance(item, str) else self._decoded(type_, item)

    def _decoded(self, type_: ir.Type, value: ir.Json) -> Any:
        return runtime("data.decoder").decode(_encoded(value), self._classes.type(type_))


def _short(results: Iterable[Any]) -> str:
    """What `print` writes for each result; empty if it is too long."""
    text = "\n".join(map(str, results))
    return text if text.count("\n") < _MOST_LINES else ""


def _encoded(value: ir.Json) -> bytes:
    return json.dumps(value).encode()
