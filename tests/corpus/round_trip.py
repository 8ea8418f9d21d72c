"""Call every method of a generated package over a mock transport.

    python tests/corpus/round_trip.py SPEC PACKAGE_FOLDER MODULE

Arguments and responses are made from the schemas of the document. Requests must be as the document
describes them, and methods must return the response unchanged. Prints one JSON object.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec
import wire
from calls import Call, calls, find, modules
from values import Entry, NoValueError, Source, load

TYPES = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data",
    "ndjson": "application/x-ndjson",
    "text": "text/plain",
    "bytes": "application/octet-stream",
}
IGNORED = {"accept", "content-type", "authorization"}  # As OpenAPI demands for headers.
TRANSPORTS = {
    *("connection", "content-length", "expect", "host", "keep-alive", "proxy-connection", "te"),
    *("trailer", "transfer-encoding", "upgrade"),
}


class Mismatch(Exception):
    """A request or a result differs from what the document describes."""


class Transport:
    """Records the last request and returns a prepared response."""

    def __init__(self, response: Any) -> None:
        self.response, self.request = response, None
        self.prepared: tuple[int, dict[str, str], bytes] = (200, {}, b"{}")

    def send(self, request: Any) -> Any:
        """Record the request, and return the prepared response."""
        self.request = request
        return self.response(*self.prepared)

    def close(self) -> None:
        """Do nothing: there are no connections."""


@dataclass(frozen=True)
class Prepared:
    """A response, and the value that the method must return if it is compared."""

    status: int
    media_type: str
    content: bytes
    wanted: Any
    compared: bool


class Trip:
    """A package and its document."""

    def __init__(self, source: Source, module: str) -> None:
        self.source = source
        package = importlib.import_module(module)
        self.modules = list(modules(package))
        self.encoder = importlib.import_module(f"{module}._runtime.data.encoder")
        self.decoder = importlib.import_module(f"{module}._runtime.data.decoder")
        self.transport = Transport(importlib.import_module(f"{module}.types").Response)
        self.drifts: list[Any] = []
        self.client = self._client(module)
        self.calls = list(calls(self.client))

    def _client(self, module: str) -> Any:
        """A client without security schemes: other tests are about credentials."""
        found: Any = importlib.import_module(f"{module}.client")
        base = importlib.import_module(f"{module}._runtime.call.client").SyncClient
        found.SERVICE = msgspec.structs.replace(found.SERVICE, schemes=(), security=())
        kind = next(c for c in vars(found).values() if _is_subclass(c, base))
        return kind(
            base_url="https://example.com", transport=self.transport, on_drift=self.drifts.append
        )

    def refused(self) -> list[str]:
        """Models for which msgspec cannot build a decoder."""
        return [
            f"msgspec refuses the model {kind.__name__}"
            for module in self.modules
            for kind in vars(module).values()
            if isinstance(kind, msgspec.StructMeta)
            and kind.__module__ == module.__name__
            and self.decoder.decoder_of(kind) is None
        ]

    def run(self, entry: Entry) -> str:
        """Call an operation; returns "ok", or "not emitted" if the package lacks it."""
        found = find(self.calls, entry.method, entry.path, entry.name)
        for call in found:  # Two methods if a flag turns on streaming.
            self._run(entry, call)
        return "ok" if found else "not emitted"

    def _run(self, entry: Entry, call: Call) -> None:
        call.operation.security = ()
        call.operation.base_url = ""
        params = [
            (argument, one, call.value if argument == call.flag else value)
            for argument, one, value in self._params(entry, call)
            if argument != call.flag or call.value is not None
        ]
        needed = [(a, one, v) for a, one, v in params if one["in"] == "path" or one.get("required")]
        body, content_type = self._body(entry, call)
        responses = list(self._responses(entry, call.operation))
        if not responses:
            raise NoValueError("no success response of a supported media type is described")
        flag, added = _wire_name(call), {}
        if flag:
            body = {key: value for key, value in body.items() if key != flag}
            body |= {} if call.value is None else {flag: call.value}
        elif call.flag and call.flag not in call.params.values():
            added = {call.flag: call.value}
        tries = [(params, response) for response in responses]
        tries += [(needed, responses[0])] if len(needed) < len(params) else []
        for arguments in self._bodies(call, body):
            for chosen, response in tries:
                given = {argument: value for argument, _, value in chosen}
                self._call(call, {**given, **arguments, **added}, response)
                self._check(entry, chosen)
                self._check_body(call.operation, body, content_type, entry)

    # --- Arguments ---------------------------------------------------------------------------

    def _params(self, entry: Entry, call: Call) -> Iterator[tuple[str, dict[str, Any], Any]]:
        known = {(p.name, p.place): p for p in call.operation.params}
        described = {(one["name"], one["in"]) for one in entry.parameters}
        fixed = (
            {name.lower() for name in self.client._caller._service.headers} | IGNORED | TRANSPORTS
        )
        for one in entry.parameters:
            param = known.get((one["name"], one["in"]))
            if param is not None:
                yield call.params[param.argument], one, self._value_of(one)
            elif " " in one["name"] and one["in"] in ("header", "cookie"):
                continue  # HTTP does not allow such a name; a waiver lets the build omit it.
            elif one["in"] != "header" or one["name"].lower() not in fixed:
                raise Mismatch(f"no argument for {one['in']} {one['name']}")
        for (name, place), param in known.items():
            if (
                name,
                place,
            ) not in described:  # A path variable without a parameter.
                yield call.params[param.argument], {"name": name, "in": place}, "text"

    def _value_of(self, parameter: dict[str, Any]) -> Any:
        schema = parameter.get("schema")
        for content in (parameter.get("content") or {}).values():
            schema = content.get("schema")
        value = self.source.made(schema, "request")
        if parameter.get("required") and value in ({}, [], ""):
            raise NoValueError("a required parameter of which only empty values are valid")
        return value

    def _body(self, entry: Entry, call: Call) -> tuple[Any, str]:
        """A request body, and its media type as written in the document."""
        operation = call.operation
        if operation.body is None:
            return None, ""
        content = (self.source.follow(entry.node.get("requestBody")) or {}).get("content") or {}
        sent = operation.content_type or TYPES[operation.encoding]
        chosen = _media_type(content, sent)
        if not chosen:
            raise Mismatch(f"the document has no body of the type {sent}")
        described = self.source.follow(content[chosen]) or {}
        match operation.encoding:
            case "text":
                return "a text", chosen
            case "bytes":
                return b"some bytes", chosen
            case "ndjson":
                schema = described.get("itemSchema", described.get("schema"))
                return [self.source.made(schema, "request")], chosen
            case "json":
                return self.source.made(described.get("schema"), "request"), chosen
        body = self.source.made(described.get("schema"), "form")
        if not isinstance(body, dict):
            raise NoValueError("a form whose schema is not an object")
        return body, chosen

    def _bodies(self, call: Call, body: Any) -> Iterator[dict[str, Any]]:
        """The arguments for a body: as plain data and, if JSON, as models."""
        if body is None:
            yield {}
        elif isinstance(call.body, str):
            yield {call.body: body}
        elif not isinstance(body, dict):
            raise NoValueError("a model whose body is not an object")
        else:
            type_ = call.operation.body
            fields = {field.encode_name: field.name for field in msgspec.structs.fields(type_)}
            tags = {name for name in body if getattr(type_, name, None) == body[name]}
            extra = {name: body[name] for name in body if name not in {*fields, *tags}}
            if any(name.isidentifier() for name in extra):
                raise Mismatch(f"no arguments for {', '.join(extra)} of the body")
            more: dict[str, Any] = {"extra_body": extra} if extra else {}
            plain = {name: body[name] for name in fields if name in body}
            more |= {call.body[name]: body[name] for name in tags if name in call.body}
            yield {call.body[fields[name]]: value for name, value in plain.items()} | more
            if call.operation.encoding == "json":
                model = type_.from_dict(plain)
                values = {name: getattr(model, fields[name]) for name in plain}
                yield {call.body[fields[name]]: value for name, value in values.items()} | more

    # --- Responses ---------------------------------------------------------------------------

    def _responses(self, entry: Entry, operation: Any) -> Iterator[Prepared]:
        """A response for each success status and accepted media type."""
        responses = entry.node.get("responses") or {}
        good = {status: one for status, one in responses.items() if str(status).startswith("2")}
        if not good:
            good = {"200": responses.get("default") or {}}
        for status, response in sorted(good.items(), key=str):
            number = int(re.sub("[Xx]", "0", str(status)))
            content = self.source.follow(response).get("content") or {}
            if operation.result is None or not content:
                if operation.result is None or number in (204, 205):
                    yield Prepared(number, "", b"", None, compared=False)
                elif operation.result is bytes:  # Of what is not described, all bytes arrive.
                    yield Prepared(number, "", b"\0some bytes", b"\0some bytes", compared=True)
                continue
            accepted = [kind.strip() for kind in operation.accept.split(",")]
            for kind in filter(None, (_media_type(content, kind) for kind in accepted)):
                described = self.source.follow(content[kind]) or {}
                yield self._response(number, kind, described, operation)

    def _response(
        self, status: int, kind: str, described: dict[str, Any], operation: Any
    ) -> Prepared:
        schema = described.get("schema")
        media_type = re.sub(r"(application|\*)/\*", "application/json", kind).replace("*", "plain")
        if operation.stream:
            value = self.source.made(described.get("itemSchema", schema), "response")
            data = json.dumps(value).encode()
            data = b"data: " + data + b"\n\n" if operation.stream == "sse" else data + b"\n"
            return Prepared(status, media_type, data, [value], compared=True)
        if "json" in media_type:
            value = self.source.made(schema, "response")
            return Prepared(status, media_type, json.dumps(value).encode(), value, compared=True)
        if media_type.startswith("text/"):
            return Prepared(status, media_type, b"a text", "a text", compared=True)
        return Prepared(status, media_type, b"\0some bytes", b"\0some bytes", compared=True)

    def _call(self, call: Call, arguments: dict[str, Any], response: Prepared) -> None:
        """Call the method as a user does, and compare its result."""
        headers = {"content-type": response.media_type} if response.media_type else {}
        self.transport.prepared = (response.status, headers, response.content)
        self.drifts.clear()
        result = call.method(**arguments)
        if call.paged:
            result = result.first_page()
        if call.operation.stream:
            result = list(result)
        if self.drifts:
            raise Mismatch(f"drift: {self.drifts[0]}")
        if not response.compared:
            return
        if not isinstance(response.wanted, bytes):
            result = json.loads(self.encoder.encode(result))
        if result != response.wanted:
            raise Mismatch(f"the response {response.wanted} was returned as {result}"[:250])

    # --- Requests -----------------------------------------------------------------------------

    def _check(self, entry: Entry, params: list[tuple[str, dict[str, Any], Any]]) -> None:
        request: Any = self.transport.request
        if request.method.lower() != entry.method.lower():
            raise Mismatch(f"the method is {request.method}")
        url = urlsplit(request.url)
        template = entry.path.partition("#")[0].partition("?")[0]
        pattern = re.sub(r"\\\{(.+?)\\\}", "([^/]*)", re.escape(template))
        found = re.fullmatch(pattern, _plain_path(url.path))
        if found is None:
            raise Mismatch(f"the path is {url.path}")
        cookies = request.headers.get("cookie", "").split("; ")
        places = {
            "path": dict(zip(re.findall(r"\{(.+?)\}", template), found.groups(), strict=True)),
            "query": parse_qsl(url.query, keep_blank_values=True),
            "header": request.headers,
            "cookie": [tuple(map(unquote, pair.split("=", 1))) for pair in cookies],
        }
        for _, one, value in params:
            seen, wanted = _parameter(one, value, places[one["in"]])
            if wanted is not None and not _same_pairs(seen, wanted):
                raise Mismatch(f"{one['in']} {one['name']}: {seen}, not {wanted}"[:250])

    def _check_body(self, operation: Any, body: Any, content_type: str, entry: Entry) -> None:
        request: Any = self.transport.request
        if body is None:
            return
        content = request.content
        if not isinstance(content, bytes):
            content = b"".join(content)
        sent = request.headers.get("content-type", "")
        if not _media_type({content_type: None}, sent):
            raise Mismatch(f"the type of the body is {sent}, not {content_type}")
        if operation.encoding in ("text", "bytes"):
            wanted: Any = body if isinstance(body, bytes) else body.encode()
            seen: Any = content
        elif operation.encoding in ("json", "ndjson"):
            lines = content.splitlines() if operation.encoding == "ndjson" else [content]
            seen = [json.loads(line) for line in lines]
            wanted = body if operation.encoding == "ndjson" else [body]
        else:
            seen, wanted = self._form(operation, body, content_type, entry, sent, content)
        if wanted is not None and seen != wanted:
            raise Mismatch(f"the body is {seen}, not {wanted}"[:300])

    def _form(
        self,
        operation: Any,
        body: Any,
        content_type: str,
        entry: Entry,
        sent: str,
        content: bytes,
    ) -> tuple[Any, Any]:
        described = self.source.follow(entry.node["requestBody"])["content"][content_type]
        encoding = (self.source.follow(described) or {}).get("encoding") or {}
        if operation.encoding == "form":
            pairs = wire.form(body, encoding)
            seen = parse_qsl(content.decode(), keep_blank_values=True)
            same = pairs is None or _same_pairs(sorted(seen), sorted(pairs))
            return (None, None) if same else (seen, pairs)
        parts = wire.multipart(body, encoding)
        found = wire.parts(sent, content)
        if parts is None:
            return None, None
        texts, wanted = (sorted((n, d.decode()) for n, d in pairs) for pairs in (found, parts))
        return (None, None) if _same_pairs(texts, wanted) else (texts, wanted)


def _wire_name(call: Call) -> str:
    """The property of the body that decides on streaming; empty if it is none."""
    if not call.flag or isinstance(call.body, str) or call.flag not in call.body.values():
        return ""
    fields = msgspec.structs.fields(call.operation.body)
    return next(f.encode_name for f in fields if call.body.get(f.name) == call.flag)


def _plain_path(path: str) -> str:
    """A path without escapes, except for slashes within segments."""
    return "/".join(unquote(part).replace("/", "%2F") for part in path.split("/"))


def _parameter(one: dict[str, Any], value: Any, place: Any) -> tuple[Any, Any]:
    """The sent and the expected name-value pairs; expected is None if anything is allowed."""
    name, is_pairs = one["name"], one["in"] in ("query", "cookie")
    style = one.get("style", "form" if is_pairs else "simple")
    explode = one.get("explode", style == "form")
    wanted: Any
    if "content" in one:
        wanted = [(name, json.dumps(value))]
    elif is_pairs:
        wanted = wire.pairs(name, value, style, explode)
    else:
        text = wire.segment(name, value, style, explode)
        wanted = None if text is None else [(name, text)]
    if one["in"] == "path" and name not in place:
        return [], None  # The path has no such variable.
    if not is_pairs:
        return [(name, unquote(place.get(name, "")))], wanted
    names = {key for key, _ in wanted or ()}
    seen = [pair for pair in place if pair[0] in names]
    if len(seen) > len(wanted or ()):  # Another parameter explodes to the same names.
        seen = [pair for pair in wanted or () if pair in seen]
    return seen, wanted


def _same_pairs(seen: list[Any], wanted: list[Any]) -> bool:
    return len(seen) == len(wanted) and all(
        name == other and wire.same(text, expected)
        for (name, text), (other, expected) in zip(seen, wanted, strict=True)
    )


def _media_type(content: dict[str, Any], sent: str) -> str:
    """The key of a content object that matches a media type, or an empty string."""
    plain = sent.partition(";")[0].strip().lower()
    keys = {key.partition(";")[0].strip().lower(): key for key in reversed(list(content))}
    for key in (plain, plain.partition("/")[0] + "/*", "*/*"):
        if key in keys:
            return keys[key]
    return ""


def _is_subclass(value: Any, base: type) -> bool:
    return isinstance(value, type) and issubclass(value, base) and value is not base


def main() -> None:
    """Call every operation, and print the counts and failures."""
    spec, folder, module = sys.argv[1:]
    sys.path.insert(0, folder)
    warnings.simplefilter("ignore")
    trip = Trip(Source(load(Path(spec))), module)
    counts: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    failed, missing = trip.refused(), []
    for entry in trip.source.entries():
        where = f"{entry.method} {entry.path}"
        try:
            what = trip.run(entry)
        except NoValueError as error:
            what = "skipped"
            skipped[str(error)] += 1
        except Exception as error:
            what = "failed"
            failed.append(f"{where}: {type(error).__name__}: {error}"[:300])
        if what == "not emitted":
            missing.append(where)
        counts[what] += 1
    report = {"counts": counts, "failed": failed, "skipped": skipped, "missing": missing}
    print(json.dumps(report))


if __name__ == "__main__":
    main()
