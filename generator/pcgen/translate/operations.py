"""Paths to resources, operations, parameters, bodies and results."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from pcgen import ir, names
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.translate import media
from pcgen.translate.describe import doc, facts, presence
from pcgen.translate.naming import check_parts
from pcgen.translate.parameters import (
    constant_value,
    is_usable,
    parameter_name,
    parameters_of,
    undescribed,
)
from pcgen.translate.paths import sent_path
from pcgen.translate.renames import RENAME_HINT
from pcgen.translate.security import requirements
from pcgen.translate.service import base_url
from pcgen.translate.unions import union

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcgen import config
    from pcgen.names import Identifier
    from pcgen.spec import Document, Node
    from pcgen.translate.paging import Pagination
    from pcgen.translate.renames import Renames
    from pcgen.translate.schemas import Schemas
    from pcgen.translate.selection import Entry, Selection

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+*-]+/[a-z0-9!#$&^_.+*-]+( *;[ -~]*)?", re.IGNORECASE)
_STYLES = {
    ir.Place.PATH: ("simple", ("simple", "label", "matrix")),
    ir.Place.QUERY: ("form", ("form", "spaceDelimited", "pipeDelimited", "deepObject")),
    ir.Place.HEADER: ("simple", ("simple",)),
    ir.Place.COOKIE: ("form", ("form",)),
}


@dataclass(frozen=True, slots=True)
class Operations:
    """Translates the operations of a document.

    Args:
        document: The document.
        spec: What the configuration says of it.
        selection: Which of its operations are wanted.
        renames: What the configuration wants named otherwise.
        schemas: Where types come from; inline schemas of operations are declared there.
        pagination: How their pages hang together.
        diagnostics: Where findings go.
    """

    document: Document
    spec: config.Spec
    selection: Selection
    renames: Renames
    schemas: Schemas
    pagination: Pagination
    diagnostics: Diagnostics

    def constants(self) -> dict[str, str]:
        """Required header parameters with one possible value, the same in every operation."""
        found: dict[str, set[str]] = {}
        for entry in self.selection.entries:
            for node in parameters_of(entry):
                value = constant_value(node)
                if value is not None:
                    found.setdefault(node.text("name"), set()).add(value)
        return {name: values.pop() for name, values in sorted(found.items()) if len(values) == 1}

    def resources(self, constants: Mapping[str, str]) -> tuple[ir.Resource, ...]:
        """One resource for each tag, or for the namespace; operations in the order of the paths."""
        fixed = frozenset(name.lower() for name in (*self.spec.headers, *constants))
        by_tag: dict[str, list[Entry]] = {}
        for entry in self.selection.entries:
            by_tag.setdefault(self.spec.namespace or entry.tags[0], []).append(entry)
        resources = []
        for tag, entries in by_tag.items():
            chosen = self._method_names(tag, entries)
            operations = []
            for entry in entries:
                path = sent_path(entry, self.diagnostics)
                if path is None:
                    continue
                wanted = [p for p in parameters_of(entry) if not _is_fixed_header(p, fixed)]
                operations.append(self._operation(entry, path, chosen[entry.node.pointer], wanted))
            if operations:
                resources.append(self._resource(tag, operations))
        resources.sort(key=lambda resource: (resource.wire_name.casefold(), resource.wire_name))
        self._check_resources(resources)
        return tuple(resources)

    # --- Resources -----------------------------------------------------------------------------

    def _check_resources(self, resources: Iterable[ir.Resource]) -> None:
        seen: dict[str, ir.Resource] = {}
        for resource in resources:
            other = seen.setdefault(names.module(resource.wire_name), resource)
            if other is not resource:
                one, two = (shorten(r.wire_name) for r in (other, resource))
                message = f"the tags {one!a} and {two!a} get the same name"
                place = self.document.location(("tags",))
                self.diagnostics.error(Code.NAME_COLLISION, place, message, RENAME_HINT)

    def _method_names(self, tag: str, entries: list[Entry]) -> dict[tuple[str, ...], Identifier]:
        """Different names for the methods of a resource, whatever order the operations are in.

        Where operations have the same operationId, the first by its path keeps it, and the others
        get their HTTP method behind it, or else their path.
        """
        texts: dict[str, Entry] = {}
        for entry in sorted(entries, key=lambda entry: (entry.path, entry.method)):
            own = _operation_id(entry)
            text = self.renames.text(entry.node, own, own)
            other = texts.get(text)
            if other is not None and (text != own or _operation_id(other) != text):
                message = f"two operations of `{tag}` are named `{text}`: {other.node.address}"
                place = entry.node.location
                self.diagnostics.error(Code.NAME_COLLISION, place, message, RENAME_HINT)
            candidates = (text, f"{text} {entry.method}", f"{text} {entry.method} {entry.path}")
            texts[next(name for name in candidates if name not in texts)] = entry
        chosen = names.attributes(texts, names.RESOURCE_MEMBERS, "operation")
        return {entry.node.pointer: chosen[text] for text, entry in texts.items()}

    def _resource(self, tag: str, operations: list[ir.Operation]) -> ir.Resource:
        if self.spec.namespace:
            return self._namespace(tag, operations)
        described = (t for t in self.document.node.entries("tags") if t.text("name") == tag)
        node = next(described, None)
        text = self.renames.tag(node, tag)
        return ir.Resource(
            name=names.attribute(text, names.CLIENT_MEMBERS, "resource"),
            wire_name=text,
            class_name=names.class_name(text),
            doc=doc(node) if node is not None else ir.Doc(),
            operations=tuple(operations),
        )

    def _namespace(self, text: str, operations: list[ir.Operation]) -> ir.Resource:
        """The resource of a document among several; one dot leads to a member of a group."""
        info = self.document.info
        prose = doc(info)
        group, _, own = text.rpartition(".")
        return ir.Resource(
            name=names.attribute(own, names.CLIENT_MEMBERS, "resource"),
            wire_name=text,
            class_name=names.class_name(text),
            doc=prose if prose.summary or prose.description else ir.Doc(info.text("title")),
            operations=tuple(operations),
            group=names.attribute(group, names.CLIENT_MEMBERS, "resource") if group else None,
        )

    # --- Operations ----------------------------------------------------------------------------

    def _operation(
        self, entry: Entry, path: str, name: Identifier, parameter_nodes: list[Node]
    ) -> ir.Operation:
        node = entry.node
        wire_name = _operation_id(entry)
        text = self.renames.text(node, wire_name, wire_name)
        type_name = names.pascal(text)
        body = self._body(node, type_name)
        parameters = [
            self._parameter(p, type_name) for p in parameter_nodes if is_usable(p, self.diagnostics)
        ]
        parameters += undescribed(path, parameters)
        chosen = _parameter_names(parameters, body)
        self._check_arguments(node, chosen, body)
        parameters = [replace(p, name=chosen[index]) for index, p in enumerate(parameters)]
        ordered = tuple(sorted(parameters, key=lambda p: _parameter_order(p, path)))
        result = self._result(node, type_name)
        switch = self._switch(node, body, type_name)
        whole = result.type if result.streaming is ir.Streaming.NONE and switch is None else None
        security = node.get("security")
        server = next(chain(node.entries("servers"), entry.item.entries("servers")), None)
        return ir.Operation(
            name=name,
            wire_name=wire_name,
            method=entry.method.upper(),
            path=path,
            doc=doc(node),
            parameters=ordered,
            body=body,
            result=result,
            switch=switch,
            paging=self.pagination.of(wire_name, ordered, body, whole),
            errors=self._errors(node, type_name),
            security=None if security is None else requirements(security),
            base_url="" if server is None else base_url(server, self.diagnostics),
            deprecated=node.value.get("deprecated") is True,
            origin=node.address,
        )

    def _check_arguments(self, node: Node, chosen: list[Identifier], body: ir.Body | None) -> None:
        arguments = [*chosen, *(field.name for field in (body.fields if body else None) or ())]
        for name in sorted({name for name in arguments if arguments.count(name) > 1}):
            message = f"two arguments of this operation get the name `{name}`"
            self.diagnostics.error(Code.NAME_COLLISION, node.location, message, RENAME_HINT)

    # --- Parameters ----------------------------------------------------------------------------

    def _parameter(self, node: Node, operation: str) -> ir.Parameter:
        wire_name = node.text("name")
        place = ir.Place(node.text("in"))
        schema = node.get("schema")
        content_type = ""
        for media_type, content in node.members("content"):
            content_type, schema = media_type, content.get("schema")
        text = self.renames.text(node, wire_name)
        type_ = ir.ANY if schema is None else self.schemas.type(schema, f"{operation} {text}")
        required = place is ir.Place.PATH or node.value.get("required") is True
        return ir.Parameter(
            name=parameter_name(text),
            wire_name=wire_name,
            place=place,
            type=type_,
            presence=ir.Required() if schema is None and required else _presence(schema, required),
            style=self._style(node, place),
            explode=_explode(node),
            content_type=content_type,
            doc=doc(node) if node.text("description") or schema is None else doc(schema.follow()),
            facts=_facts(node, schema, self.diagnostics),
            deprecated=node.value.get("deprecated") is True,
        )

    def _style(self, node: Node, place: ir.Place) -> str:
        default, allowed = _STYLES[place]
        style = node.text("style") or default
        if style not in allowed:
            message = f"the style {style!a} does not go with `in: {place.value}`"
            self.diagnostics.error(Code.UNSUPPORTED, node.location, message)
        return "" if style == default else style

    # --- Bodies and results --------------------------------------------------------------------

    def _body(self, node: Node, operation: str) -> ir.Body | None:
        holder = node.get("requestBody")
        if holder is None:
            return None
        holder = holder.follow()
        chosen = self._content(holder)
        if chosen is None:
            return None
        media_type, content = chosen
        encoding = media.encoding(media_type)
        self._check_encoding(encoding, media_type, content)
        if encoding in (ir.Encoding.FORM, ir.Encoding.MULTIPART):
            check_parts(content.get("schema"), self.diagnostics)
        type_ = self._body_type(encoding, content.get("schema"), f"{operation} request")
        fields = None
        if encoding in (ir.Encoding.JSON, ir.Encoding.FORM, ir.Encoding.MULTIPART):
            fields = self._body_fields(type_)
        return ir.Body(
            type=type_,
            encoding=encoding,
            media_type="" if media_type == media.USUAL.get(encoding) else media_type,
            parts=() if encoding is ir.Encoding.JSON else _parts(content, fields or ()),
            fields=_as_arguments(fields),
            field_names=tuple(field.name for field in fields or ()),
            required=holder.value.get("required") is True,
            doc=doc(holder),
            examples=_examples(content),
        )

    def _check_encoding(self, encoding: ir.Encoding, media_type: str, content: Node) -> None:
        usual = media.USUAL[ir.Encoding.MULTIPART]
        if encoding is ir.Encoding.MULTIPART and media.essence(media_type) != usual:
            message = f"a request body of `{shorten(media_type)}` is not supported"
            hint = f"of the media types of parts, only `{usual}` is"
            self.diagnostics.error(Code.UNSUPPORTED, content.location, message, hint)
        for _, part in content.members("encoding"):
            for key in ("headers", "allowReserved"):
                member = part.get(key)
                if member is not None and member.value:
                    message = f"`{key}` of an encoding is not supported"
                    self.diagnostics.error(Code.UNSUPPORTED, member.location, message)

    def _body_type(self, encoding: ir.Encoding, schema: Node | None, name: str) -> ir.Type:
        if encoding is ir.Encoding.TEXT:
            return ir.Scalar(ir.Kind.STRING)
        if encoding is ir.Encoding.BYTES:
            return ir.Scalar(ir.Kind.BINARY)
        type_ = ir.ANY if schema is None else self.schemas.type(schema, name)
        if encoding is ir.Encoding.NDJSON:
            return ir.Lines(type_.items if isinstance(type_, ir.Array) else type_)
        return type_

    def _body_fields(self, type_: ir.Type) -> tuple[ir.Field, ...] | None:
        """The properties that a caller gives as arguments; None when the body is no model."""
        model = self.schemas.model(type_)
        if model is None:
            return None
        return tuple(f for f in model.fields if f.access is not ir.Access.READ_ONLY)

    def _result(self, node: Node, operation: str) -> ir.Result:
        responses = dict(node.members("responses"))
        good = sorted(status for status in responses if status.startswith("2"))
        if not good and "default" in responses:
            good = ["default"]
        note = next((d for s in good if (d := doc(responses[s].follow())).description), ir.Doc())
        contents = [self._content(responses[status].follow()) for status in good]
        found = [content for content in contents if content is not None]
        if not found:
            return ir.Result(None, "", ir.Streaming.NONE, note, ())
        type_ = union([self._content_type(*content, f"{operation} response") for content in found])
        if None in contents and type_ != ir.ANY and not isinstance(type_, ir.Nullable):
            type_ = ir.Nullable(type_)
        examples = next((e for _, content in found if (e := _examples(content))), ())
        return ir.Result(type_, found[0][0], media.streaming(found[0][0]), note, examples)

    def _switch(self, node: Node, body: ir.Body | None, operation: str) -> ir.Switch | None:
        """A stream that answers instead of JSON when the body's flag `stream` is set."""
        flags = [f for f in (body.fields if body else None) or () if f.wire_name == "stream"]
        if not flags or flags[0].type != ir.Scalar(ir.Kind.BOOLEAN):
            return None
        for status, response in node.members("responses"):
            contents = dict(response.follow().members("content"))
            streams = [m for m in sorted(contents) if media.streaming(m) is not ir.Streaming.NONE]
            if status.startswith("2") and streams and any(map(media.is_json, contents)):
                media_type = streams[0]
                type_ = self._content_type(media_type, contents[media_type], f"{operation} event")
                streaming = media.streaming(media_type)
                result = ir.Result(type_, media_type, streaming, doc(response.follow()), ())
                return ir.Switch(flags[0].name, result)
        return None

    def _content_type(self, media_type: str, content: Node, name: str) -> ir.Type:
        schema = content.get("schema")
        if media.is_json(media_type) or media.streaming(media_type) is not ir.Streaming.NONE:
            return ir.ANY if schema is None else self.schemas.type(schema, name)
        text = media_type.lower().startswith("text/")
        return ir.Scalar(ir.Kind.STRING if text else ir.Kind.BYTES)

    def _errors(self, node: Node, operation: str) -> tuple[ir.ErrorCase, ...]:
        cases = []
        responses = dict(node.members("responses"))
        succeeds = any(status.startswith("2") for status in responses)
        for status in sorted(responses):
            if status[:1] in "45" or (status == "default" and succeeds):
                response = responses[status].follow()
                chosen = self._content(response)
                type_ = None
                if chosen is not None and media.is_json(chosen[0]):
                    type_ = self._content_type(*chosen, f"{operation} error")
                cases.append(
                    ir.ErrorCase(status.upper().replace("DEFAULT", "default"), type_, doc(response))
                )
        return tuple(cases)

    def _content(self, holder: Node) -> tuple[str, Node] | None:
        """The media type to use, and what is said of it."""
        contents = dict(holder.members("content"))
        for media_type, content in contents.items():
            if not _MEDIA_TYPE.fullmatch(media_type):
                message = f"{shorten(media_type)!a} is not a media type"
                hint = "under a waiver, it is left out"
                self.diagnostics.error(Code.UNSUPPORTED, content.location, message, hint)
        contents = {key: node for key, node in contents.items() if _MEDIA_TYPE.fullmatch(key)}
        if not contents:
            return None
        chosen = min(contents, key=media.preference)
        return chosen, contents[chosen]


def _operation_id(entry: Entry) -> str:
    """What the document calls an operation; its method and path when it says nothing."""
    return entry.node.text("operationId") or f"{entry.method} {entry.path}"


def _is_fixed_header(node: Node, fixed: frozenset[str]) -> bool:
    return node.text("in") == "header" and node.text("name").lower() in fixed


def _presence(schema: Node | None, required: bool) -> ir.Presence:
    return ir.Optional() if schema is None else presence(schema, required=required)


def _facts(node: Node, schema: Node | None, diagnostics: Diagnostics) -> ir.Facts:
    known = ir.Facts() if schema is None else facts(schema, diagnostics)
    example = node.value.get("example")
    return replace(known, example=example) if example is not None else known


def _explode(node: Node) -> bool | None:
    explode = node.value.get("explode")
    default = (
        node.text("style") or ("form" if node.text("in") in ("query", "cookie") else "")
    ) == "form"
    return explode if isinstance(explode, bool) and explode is not default else None


def _parameter_order(parameter: ir.Parameter, path: str) -> tuple[int, int]:
    """Path parameters as they stand in the path, then the others as the author listed them."""
    if parameter.place is ir.Place.PATH:
        return 0, path.find("{" + parameter.wire_name + "}")
    return 1, 0


def _as_arguments(fields: tuple[ir.Field, ...] | None) -> tuple[ir.Field, ...] | None:
    """The fields under the names of their arguments."""
    if fields is None:
        return None
    return tuple(replace(field, name=_argument_name(field.name)) for field in fields)


def _parts(content: Node, fields: tuple[ir.Field, ...]) -> tuple[ir.Part, ...]:
    """How the properties of a form are written, where that is not the usual way."""
    encodings = content.members("encoding")
    described = {key: node for key, node in encodings if isinstance(node.value, dict)}
    parts = []
    for field in fields:
        node = described.get(field.wire_name)
        binary = _is_binary(field.type)
        if node is not None or binary:
            explode = None if node is None else node.value.get("explode")
            part = ir.Part(
                wire_name=field.wire_name,
                content_type="" if node is None else node.text("contentType"),
                style="" if node is None else node.text("style"),
                explode=explode if isinstance(explode, bool) else None,
                binary=binary,
            )
            parts.append(part)
    return tuple(parts)


def _is_binary(type_: ir.Type) -> bool:
    match type_:
        case ir.Scalar(kind):
            return kind is ir.Kind.FILE
        case ir.Array(inner) | ir.Nullable(inner):
            return _is_binary(inner)
    return False


def _argument_name(name: Identifier) -> Identifier:
    """The argument for a field; what every method takes anyway has the first claim."""
    return names.extend(name, "_") if name in names.METHOD_NAMES else name


def _parameter_names(parameters: list[ir.Parameter], body: ir.Body | None) -> list[Identifier]:
    """Names of the parameters: of those with one name, the later get their place in front of it.

    Where they are in the same place, symbols tell them apart (`StartTime` and `StartTime<`).
    """
    taken: dict[Identifier, ir.Place | None] = {}
    if body is not None:
        fields = body.fields
        used = [names.attribute("body")] if fields is None else [field.name for field in fields]
        taken = dict.fromkeys(used)
    own = {p.wire_name for p in parameters if p.name == parameter_name(p.wire_name)}
    different = names.attributes(own, names.METHOD_NAMES, "parameter")
    chosen = []
    for parameter in parameters:
        name, wire_name = parameter.name, parameter.wire_name
        if name in taken and wire_name in own:
            placed = names.attribute(f"{parameter.place.value} {wire_name}")
            same = taken[name] is parameter.place
            candidates = [different[wire_name], placed] if same else [placed, different[wire_name]]
            free = (n for n in (*candidates, names.extend(placed, "_")) if n not in taken)
            name = next(free, name)
        taken[name] = parameter.place
        chosen.append(name)
    return chosen


def _examples(content: Node) -> tuple[ir.Example, ...]:
    """The named examples of a media type, or its only one."""
    found: list[ir.Example] = []
    for name, node in content.members("examples"):
        node = node.follow()
        if isinstance(node.value, dict) and "value" in node.value:
            found.append(ir.Example(name, node.text("summary"), node.value["value"]))
    example = content.get("example")
    if not found and example is not None:
        found.append(ir.Example("", "", example.value))
    return tuple(found)
