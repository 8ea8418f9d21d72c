"""Call every operation of a generated package over a mock transport, in a process of its own.

    python tests/corpus/round_trip.py SPEC PACKAGE_FOLDER MODULE

Arguments and answers are made from the schemas of the document. What is sent must be what the
document says, and what comes back must be what was answered. Prints one JSON object.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec
import yaml
from openapi_schema_validator import OAS30Validator, OAS31Validator
from referencing.exceptions import Unresolvable
from values import Entry, NoValueError, Source

JSON = "application/json"


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


class Trip:
    """A package and the document that it was made of."""

    def __init__(self, root: dict[str, Any], module: str) -> None:
        self.source = Source(root)
        self.validator = (
            OAS30Validator if str(root["openapi"]).startswith("3.0") else OAS31Validator
        )
        self.codec = importlib.import_module(f"{module}._runtime.codec")
        package = importlib.import_module(module)
        self.operations = {}
        for info in pkgutil.iter_modules(package.__path__, f"{module}."):
            found = vars(importlib.import_module(info.name)).values()
            for one in (item for item in found if type(item).__name__ == "Operation"):
                self.operations.setdefault((one.method.lower(), one.path), one)
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
        operation = self.operations.get((entry.method, entry.path))
        if operation is None:
            return "not emitted"
        params = self._params(entry, operation)
        content = (self.source.follow(entry.node.get("requestBody")) or {}).get("content") or {}
        body = None
        if operation.body is not None:
            if operation.encoding != "json" or JSON not in content:
                return "no JSON"
            body = self.made(content[JSON].get("schema"), "request")
        operation.security = None  # No credentials are given; what they do is tested elsewhere.
        sent = self._answer(entry, operation)
        self.drifts.clear()
        given = {arg: value for arg, _, value in params}
        result = self.client.call(operation, {}, params=given, body=self._body(operation, body))
        self._check(entry, params, body)
        if self.drifts:
            raise Mismatch(f"drift: {self.drifts[0]}")
        if sent is not None and json.loads(self.codec.encode(result)) != sent:
            raise Mismatch("the answer came back differently")
        return "ok"

    def _params(self, entry: Entry, operation: Any) -> list[tuple[str, dict[str, Any], Any]]:
        made = []
        for one in entry.parameters:
            known = [p for p in operation.params if (p.name, p.place) == (one["name"], one["in"])]
            if not known:
                continue  # Reserved headers and credentials.
            if "schema" not in one:
                if one.get("required"):
                    raise NoValueError("a parameter with content")
                continue
            made.append((known[0].argument, one, self.made(one["schema"], "request")))
        return made

    def _body(self, operation: Any, body: Any) -> Any:
        type_ = operation.body
        if not (isinstance(type_, type) and issubclass(type_, msgspec.Struct)):
            return body
        if not isinstance(body, dict):
            raise NoValueError("a body that is no object for a model")
        model = type_.from_dict(body)
        fields = msgspec.structs.fields(type_)
        if set(body) - {field.encode_name for field in fields}:
            raise NoValueError("a body with more properties")
        return {f.name: getattr(model, f.name) for f in fields if f.encode_name in body}

    def _answer(self, entry: Entry, operation: Any) -> Any:
        """Prepare the answer; returns its JSON, None when it is something else."""
        for status, response in sorted(entry.node.get("responses", {}).items(), key=str):
            if not str(status).startswith("2"):
                continue
            number = int(str(status).replace("X", "0").replace("x", "0"))
            content = self.source.follow(response).get("content") or {}
            if JSON in content and operation.accept == JSON and not operation.stream:
                value = self.made(content[JSON].get("schema"), "response")
                data = json.dumps(value).encode()
                self.transport.answer = (number, {"content-type": JSON}, data)
                return value if operation.result is not None else None
            if content:
                raise NoValueError("an answer that is not JSON")
            self.transport.answer = (number, {}, b"")
            return None
        raise NoValueError("no answer of success")

    def _check(
        self, entry: Entry, params: list[tuple[str, dict[str, Any], Any]], body: Any
    ) -> None:
        request = self.transport.request
        assert request is not None
        if request.method.lower() != entry.method:
            raise Mismatch(f"the method is {request.method}")
        url = urlsplit(request.url)
        pattern = re.sub(r"\\\{(.+?)\\\}", "([^/]+)", re.escape(entry.path.partition("?")[0]))
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
        if body is not None and json.loads(bytes(request.content)) != body:
            raise Mismatch(f"the body is {bytes(request.content)[:200]!r}")


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
    failed = []
    for entry in trip.source.entries():
        try:
            what = trip.run(entry)
        except NoValueError:
            what = "no value"
        except Exception as error:
            what = "failed"
            failed.append(f"{entry.method} {entry.path}: {type(error).__name__}: {error}"[:300])
        counts[what] += 1
    print(json.dumps({"counts": counts, "failed": failed}))


main()
