"""Call every operation of a generated package over a mock transport, in a process of its own.

    python tests/corpus/round_trip.py SPEC PACKAGE_FOLDER MODULE

Arguments and answers are made from the schemas of the document. What is sent must be what the
document says, and what comes back must be what was answered. Prints one JSON object.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec
import yaml
from openapi_schema_validator import OAS30Validator, OAS31Validator
from referencing.exceptions import Unresolvable
from values import Entry, NoValueError, Source

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MISSING = object()


class Mismatch(Exception):
    """What went over the wire is not what the document says."""


class Transport:
    """Keeps the last request and gives a prepared answer."""

    def __init__(self, response: Any) -> None:
        self.response, self.request, self.answer = response, None, (200, {}, b"{}")

    def send(self, request: Any) -> Any:
        """Answer."""
        self.request = request
        return self.response(*self.answer)

    def close(self) -> None:
        """Nothing is open."""


class Method(NamedTuple):
    """A method of a resource, the names of its arguments, and what it sends."""

    operation: Any
    names: frozenset[str]
    call: Any


class Trip:
    """A package and the document that it was made of."""

    def __init__(self, root: dict[str, Any], module: str) -> None:
        self.source = Source(root)
        self.validator = (
            OAS30Validator if str(root["openapi"]).startswith("3.0") else OAS31Validator
        )
        self.codec = importlib.import_module(f"{module}._runtime.codec")
        types = importlib.import_module(f"{module}.types")
        base = importlib.import_module(f"{module}._runtime.client")
        self.transport = Transport(types.Response)
        self.drifts: list[Any] = []
        self.client = base.SyncClient(
            base.Service("demo", "1", base_url="https://example.com"),
            {},
            transport=self.transport,
            on_drift=self.drifts.append,
        )
        self.streams: set[tuple[str, str]] = set()
        self.methods: dict[tuple[str, str], list[Method]] = {}
        package = importlib.import_module(module)
        resource = importlib.import_module(f"{module}._runtime.resource").Resource
        for info in pkgutil.iter_modules(package.__path__, f"{module}."):
            self._collect(vars(importlib.import_module(info.name)), resource)

    def _collect(self, members: dict[str, Any], resource: type) -> None:
        """The methods of a module, by what their operations send."""
        operations = [one for one in members.values() if type(one).__name__ == "Operation"]
        kinds = [
            one
            for one in members.values()
            if isinstance(one, type) and issubclass(one, resource) and one is not resource
        ]
        for operation in operations:
            operation.security = None  # No credentials are given; that is tested elsewhere.
            key = operation.method.lower(), operation.path
            if operation.stream:
                self.streams.add(key)
                continue
            for kind in kinds:
                if hasattr(kind, operation.name):
                    signature = inspect.signature(getattr(kind, operation.name))
                    names = frozenset(signature.parameters) - {"options"}
                    method = getattr(kind(self.client).with_raw_response, operation.name)
                    self.methods.setdefault(key, []).append(Method(operation, names, method))

    def unreadable(self, models: dict[str, Any]) -> list[str]:
        """Models that msgspec refuses: it leaves types behind then whose use ends the process."""
        kinds = [one for one in models.values() if isinstance(one, msgspec.StructMeta)]
        return [
            f"msgspec refuses the model {kind.__name__}"
            for kind in kinds
            if self.codec.build_decoder(kind) is None
        ]

    def find(self, entry: Entry) -> list[Method]:
        """The methods of an operation; several where paths differ by a fragment alone."""
        found = self.methods.get((entry.method, entry.path.partition("#")[0]), [])
        wanted = {(one["name"], one["in"]) for one in entry.parameters}
        return sorted(
            found, key=lambda one: len(wanted ^ {(p.name, p.place) for p in one.operation.params})
        )

    def fits(self, value: Any, schema: Any) -> bool:
        """Whether a value is one of a schema, as the validator sees it."""
        holder = {**self.source.root, "x-schema": schema, "$ref": "#/x-schema"}
        try:
            return bool(self.validator(holder).is_valid(value))
        except Unresolvable as error:
            raise NoValueError("the validator cannot follow a reference") from error

    def made(self, schema: Any, mode: str) -> Any:
        """A value that fits a schema."""
        value = self.source.value(schema, mode)
        if not self.fits(value, schema):
            raise NoValueError("the value made does not fit")
        return value

    def run(self, entry: Entry) -> str:
        """Call an operation; returns "ok" or what is missing."""
        known = self.find(entry)
        if not known:
            is_stream = (entry.method, entry.path) in self.streams
            return "not tried: a stream" if is_stream else "not emitted"
        for method in known[:-1]:
            with suppress(Exception):
                return self._run(entry, method)
        return self._run(entry, known[-1])

    def _run(self, entry: Entry, method: Method) -> str:
        operation = method.operation
        params = self._params(entry, operation)
        content = (self.source.follow(entry.node.get("requestBody")) or {}).get("content") or {}
        media_type, body = self._body(operation, content)
        sent = self._answer(entry, operation)
        self.drifts.clear()
        given = {arg: value for arg, _, value in params}
        given |= {p.argument: "undescribed" for p in operation.params if p.place == "path"} | given
        result = method.call(**given, **self._arguments(method, body)).parse()
        self._check(entry, params)
        self._check_body(media_type, body)
        if self.drifts:
            raise Mismatch(f"drift: {self.drifts[0]}")
        if sent is not None and self._plain(result) != sent:
            raise Mismatch("the answer came back differently")
        return "ok"

    def _plain(self, result: Any) -> Any:
        if isinstance(result, bytes):
            return result.decode()
        return json.loads(self.codec.encode(result))

    def _params(self, entry: Entry, operation: Any) -> list[tuple[str, dict[str, Any], Any]]:
        made = []
        for one in entry.parameters:
            known = [p for p in operation.params if (p.name, p.place) == (one["name"], one["in"])]
            if not known:
                continue  # Reserved headers and credentials.
            schema = one.get("schema", {})
            for content in (one.get("content") or {}).values():
                schema = content.get("schema", {})
            made.append((known[0].argument, one, self.made(schema, "request")))
        return made

    def _body(self, operation: Any, content: dict[str, Any]) -> tuple[str, Any]:
        """The media type that is sent, and a value for it."""
        if operation.body is None:
            return "", MISSING
        default = {"json": JSON, "form": FORM, "multipart": MULTIPART}.get(operation.encoding, "")
        media_type = operation.content_type or default
        described = [
            node
            for name, node in content.items()
            if name == media_type or (not default and operation.encoding in ("text", "bytes"))
        ]
        if operation.encoding in ("text", "bytes"):
            return operation.encoding, "text" if operation.encoding == "text" else b"bytes"
        if not described:
            raise NoValueError(f"a body of {media_type or operation.encoding}")
        schema = described[0].get("schema", {})
        body = self.made(schema, "request")
        if media_type == MULTIPART:
            properties = self.source.members(self.source.follow(schema))[0]
            for name in self.source.files(properties) & set(body):
                body[name] = b"a file"
        return media_type, body

    def _arguments(self, method: Method, body: Any) -> dict[str, Any]:
        """A body as keyword arguments, as the method wants them."""
        if body is MISSING:
            return {}
        type_ = method.operation.body
        if not isinstance(body, dict) or not isinstance(type_, msgspec.StructMeta):
            return {"body": body}
        fields = msgspec.structs.fields(type_)
        if "body" in method.names and not any(field.name == "body" for field in fields):
            return {"body": body}
        model = type_.from_dict(body)
        if set(body) - {field.encode_name for field in fields}:
            raise NoValueError("a body with more properties")
        values = {
            f.name: (
                given if isinstance(given := body[f.encode_name], bytes) else getattr(model, f.name)
            )
            for f in fields
            if f.encode_name in body
        }
        return {
            name if name in method.names else f"{name}_": value for name, value in values.items()
        }

    def _answer(self, entry: Entry, operation: Any) -> Any:
        """Prepare the answer; returns its JSON or bytes, None when there is nothing to compare."""
        for status, response in sorted(entry.node.get("responses", {}).items(), key=str):
            if not str(status).startswith("2") and status != "default":
                continue
            number = 200 if status == "default" else int(str(status).upper().replace("X", "0"))
            content = self.source.follow(response).get("content") or {}
            for name, node in content.items():
                if name.partition(";")[0].strip() == operation.accept.partition(";")[0].strip():
                    return self._answer_with(number, name, node, operation)
            if content and operation.result is not None:
                raise NoValueError(f"an answer of {next(iter(content))}")
            self.transport.answer = (number, {}, b"")
            return None
        self.transport.answer = (200, {}, b"")
        return None

    def _answer_with(self, number: int, name: str, node: Any, operation: Any) -> Any:
        headers = {"content-type": name}
        if operation.result is None or "json" not in name:
            self.transport.answer = (number, headers, b"text")
            return None if operation.result is None else "text"
        value = self.made(node.get("schema", {}), "response")
        self.transport.answer = (number, headers, json.dumps(value).encode())
        return value

    def _check(self, entry: Entry, params: list[tuple[str, dict[str, Any], Any]]) -> None:
        request = self.transport.request
        assert request is not None
        if request.method.lower() != entry.method:
            raise Mismatch(f"the method is {request.method}")
        url = urlsplit(request.url)
        pattern = re.sub(r"\\\{(.+?)\\\}", "([^/]+)", re.escape(re.split("[?#]", entry.path)[0]))
        found = re.fullmatch(f".*{pattern}", url.path)
        if found is None:
            raise Mismatch(f"the path is {url.path}")
        names = re.findall(r"\{(.+?)\}", entry.path)
        path = dict(zip(names, map(unquote, found.groups()), strict=False))
        query = parse_qsl(url.query, keep_blank_values=True)
        for _, one, value in params:
            wanted = _texts(one, value)
            if wanted is None:
                continue
            match one["in"]:
                case "path":
                    seen = [path.get(one["name"], "")]
                case "query":
                    seen = [text for name, text in query if name == one["name"]]
                case "header":
                    seen = [request.headers.get(one["name"], "")]
                case _:
                    seen = wanted if f"{one['name']}=" in request.headers.get("cookie", "") else []
            if seen != wanted:
                raise Mismatch(f"{one['in']} {one['name']}: {seen}, not {wanted}")

    def _check_body(self, media_type: str, body: Any) -> None:
        if body is MISSING:
            return
        content = self.transport.request.content
        data = bytes(content) if isinstance(content, bytes | bytearray) else b"".join(content)
        match media_type:
            case "text" | "bytes":
                right = data == (body.encode() if isinstance(body, str) else body)
            case "application/x-www-form-urlencoded":
                sent = parse_qsl(data.decode(), keep_blank_values=True)
                right = all(pair in sent for pair in _scalars(body))
            case "multipart/form-data":
                right = all(
                    f'name="{name}"'.encode() in data and text.encode() in data
                    for name, text in _scalars(body)
                )
            case _:
                right = json.loads(data) == body
        if not right:
            raise Mismatch(f"the body is {data[:200]!r}, not {body}"[:400])


def _scalars(body: Any) -> Iterator[tuple[str, str]]:
    """The properties of a form that are one text each."""
    for name, value in body.items() if isinstance(body, dict) else ():
        if isinstance(value, bool | int | float | str):
            yield name, value if isinstance(value, str) else json.dumps(value)


def _texts(parameter: dict[str, Any], value: Any) -> list[str] | None:
    """How the usual styles write a value; None for what is not looked at."""
    style = parameter.get("style", "form" if parameter["in"] in ("query", "cookie") else "simple")
    items = value if isinstance(value, list) else [value]
    if style not in ("form", "simple") or any(isinstance(i, dict | list) for i in items):
        return None
    texts = [json.dumps(i) if not isinstance(i, str) else i for i in items]
    return (
        texts
        if parameter.get("explode", style == "form") and style == "form"
        else [",".join(texts)]
    )


def main() -> None:
    """Call all."""
    spec, folder, module = sys.argv[1:]
    sys.path.insert(0, folder)
    warnings.simplefilter("ignore")
    root = json.loads(json.dumps(yaml.load(Path(spec).read_bytes(), yaml.CSafeLoader), default=str))
    trip = Trip(root, module)
    counts: Counter[str] = Counter()
    models = Path(folder, module, "models.py")
    failed = trip.unreadable(
        vars(importlib.import_module(f"{module}.models")) if models.exists() else {}
    )
    for entry in trip.source.entries():
        try:
            what = trip.run(entry)
        except NoValueError as error:
            what = f"not tried: {error}"
        except Exception as error:
            what = "failed"
            failed.append(f"{entry.method} {entry.path}: {type(error).__name__}: {error}"[:300])
        counts[what] += 1
    print(json.dumps({"counts": counts, "failed": failed}))


main()
