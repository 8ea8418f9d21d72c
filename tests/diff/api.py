"""A server that keeps to a document: it refuses what the document does not allow, and answers."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

import httpx2
from jsonschema import Draft202012Validator, FormatChecker

_FORMATS = FormatChecker(())
_FORMATS.checks("int32")(lambda value: abs(value) < 2**31)
_SAMPLES = {"date": "2020-02-02", "date-time": "2020-02-02T02:02:02Z"}


class Api:
    """The server of one document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.client = httpx2.Client(transport=httpx2.MockTransport(self._answer))

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        for path, item in self.document["paths"].items():
            names = re.findall(r"{([^{}]*)}", path)
            pattern = re.sub(r"{[^{}]*}", "([^/]+)", path)
            match = re.fullmatch(pattern, request.url.path)
            operation = item.get(request.method.lower())
            if match and operation:
                given = dict(zip(names, map(unquote, match.groups()), strict=True))
                return self._call(operation, request, given)
        return httpx2.Response(404, json={})

    def _call(
        self, operation: dict[str, Any], request: httpx2.Request, given: dict[str, str]
    ) -> httpx2.Response:
        if not self._is_allowed(operation, request):
            return httpx2.Response(401, json={})
        faults = [*self._parameter_faults(operation, request, given)]
        faults += self._body_faults(operation.get("requestBody"), request)
        if faults:
            return httpx2.Response(400, json={"message": "; ".join(faults), "reason": ""})
        status, response = min(operation["responses"].items())
        content = self._target(response).get("content", {}).get("application/json")
        known = self._target(response).get("headers", {}).items()
        headers = {name: str(self.sample(header["schema"])) for name, header in known}
        code = int(status) if status.isdigit() else 200
        if content is None:
            return httpx2.Response(code, headers=headers)
        sample = self.sample(content.get("schema", {}))
        return httpx2.Response(code, json=sample, headers=headers)

    def _target(self, value: dict[str, Any]) -> dict[str, Any]:
        """What a reference into the components stands for, or the value itself."""
        if "$ref" not in value:
            return value
        kind, name = value["$ref"].split("/")[2:]
        target: dict[str, Any] = self.document["components"][kind][name]
        return target

    def _is_allowed(self, operation: dict[str, Any], request: httpx2.Request) -> bool:
        wanted = operation.get("security", self.document.get("security", [])) or [{}]
        schemes = self.document["components"].get("securitySchemes", {})

        def given(name: str, scopes: list[str]) -> bool:
            in_query = schemes[name].get("in") == "query"
            holder = request.url.params if in_query else request.headers
            value = holder.get(schemes[name].get("name", "Authorization"))
            # A token names the scopes that it is good for.
            return value is not None and set(scopes) <= set(value[7:].split("+"))

        return any(all(given(*needed) for needed in entry.items()) for entry in wanted)

    def _parameter_faults(
        self, operation: dict[str, Any], request: httpx2.Request, given: dict[str, str]
    ) -> list[str]:
        faults = []
        sources = {"path": given, "query": request.url.params, "header": request.headers}
        for parameter in map(self._target, operation.get("parameters", [])):
            value: Any = sources[parameter["in"]].get(parameter["name"])
            if value is None:
                faults += [f"no {parameter['name']}"] * parameter.get("required", False)
                continue
            schema = parameter["schema"]
            if schema["type"] in ("integer", "number"):
                value = json.loads(value) if re.fullmatch(r"-?\d+(\.\d+)?", value) else value
            elif schema["type"] == "array":
                value = value.split(",")
            faults += self._faults(schema, value)
        return faults

    def _body_faults(self, body: dict[str, Any] | None, request: httpx2.Request) -> list[str]:
        body = body and self._target(body)
        if body is None:
            return ["no body is wanted"] * bool(request.content)
        if not request.content:
            return ["no body"] * body.get("required", False)
        content = body["content"].get(request.headers["content-type"])
        if content is None:
            return ["another media type"]
        return self._faults(content.get("schema", {}), json.loads(request.content))

    def _faults(self, schema: dict[str, Any], value: Any) -> list[str]:
        schema = self._variant(schema, value)
        whole = {**schema, "components": self.document["components"]}
        validator = Draft202012Validator(whole, format_checker=_FORMATS)
        return [error.message for error in validator.iter_errors(value)]

    def _variant(self, schema: dict[str, Any], value: Any) -> dict[str, Any]:
        """The child that a value of a parent with a discriminator has to match."""
        target = self._target(schema)
        if "discriminator" not in target or "oneOf" in target or "anyOf" in target:
            return schema
        name = value[target["discriminator"]["propertyName"]]
        return {"allOf": [schema, {"$ref": f"#/components/schemas/{name}"}]}

    def sample(self, schema: dict[str, Any]) -> Any:
        """A value that the schema allows, with every property that may be answered."""
        if "$ref" in schema:
            return self.sample(self._target(schema))
        if "oneOf" in schema or "anyOf" in schema or "allOf" in schema:
            case = next(schema[k] for k in ("oneOf", "anyOf", "allOf") if k in schema)[0]
            value = self.sample(case)
            if "discriminator" in schema:
                tags = schema["discriminator"]["mapping"].items()
                tag = next(tag for tag, target in tags if target == case["$ref"])
                value[schema["discriminator"]["propertyName"]] = tag
            return value
        if "const" in schema:
            return schema["const"]
        kinds = schema.get("type", "string")
        match kinds if isinstance(kinds, str) else kinds[0]:
            case "object":
                more = schema.get("additionalProperties")
                free = {"a": more if isinstance(more, dict) else {"type": "string"}}
                properties = schema.get("properties", free)
                shown = {k: v for k, v in properties.items() if not v.get("writeOnly")}
                return {name: self.sample(each) for name, each in shown.items()}
            case "array":
                return [self.sample(each) for each in schema.get("prefixItems", ())] or [
                    self.sample(schema.get("items", {}))
                ]
            case "string":
                return schema.get("enum", [_SAMPLES.get(schema.get("format", ""), "abc")])[-1]
            case "integer":
                return 2
            case "number":
                return 2.5
            case "boolean":
                return True
        raise AssertionError(schema)
