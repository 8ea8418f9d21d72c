"""Resources and their operations."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import headers, ir, names
from pcgen.diagnostics import Code, Diagnostics
from pcgen.translate.annotations import doc
from pcgen.translate.bodies import Bodies
from pcgen.translate.call_paths import call_paths
from pcgen.translate.endpoints import CallPath, Endpoint, endpoint, only_repeat_paths
from pcgen.translate.media import DEFAULTS
from pcgen.translate.operation_ids import singulars, without_fillers
from pcgen.translate.operation_words import operation_words
from pcgen.translate.parameters import (
    Parameters,
    argument_names,
    constant_value,
    is_header,
    parameters_of,
    sort_key,
)
from pcgen.translate.paths import sent_path
from pcgen.translate.payloads import Payloads
from pcgen.translate.renames import RENAME_HINT, call_paths_within
from pcgen.translate.resources import keys, levels, order, parents_of, path_of, spellings
from pcgen.translate.responses import Responses
from pcgen.translate.security import requirements, scopes
from pcgen.translate.selection import METHODS, operation_id
from pcgen.translate.selectors import Selectors
from pcgen.translate.service import default_url
from pcgen.translate.urls import http_servers, warn_if_unencrypted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pcgen import config
    from pcgen.names import Name
    from pcgen.spec import Document, Node
    from pcgen.translate.contents import Content
    from pcgen.translate.examples import Examples, Scenario
    from pcgen.translate.paging import Pagination
    from pcgen.translate.renames import Renames
    from pcgen.translate.resources import Path
    from pcgen.translate.schemas import Schemas
    from pcgen.translate.selection import Entry, Selection

_Key = tuple[str, str]  # The path and the method of an operation.
_Forms = dict[str, "Content"]  # The contents of a body, by the names of its forms.


class Operations(Struct, frozen=True, dict=True):
    """Translates the operations of a document.

    Args:
        document: The document.
        spec: Its settings.
        selection: Its selected operations.
        renames: Names that override those of the document.
        schemas: Translates schemas.
        pagination: Detects pagination.
        examples: Makes examples.
        diagnostics: Collects findings.
    """

    document: Document
    spec: config.Spec
    selection: Selection
    renames: Renames
    schemas: Schemas
    pagination: Pagination
    examples: Examples
    diagnostics: Diagnostics

    @property
    def _bodies(self) -> Bodies:
        return Bodies(self.schemas, self.diagnostics)

    def constants(self) -> dict[str, str]:
        """Header parameters that every operation requires with the same single value."""
        found: dict[str, str] | None = None
        for entry in self.selection.entries:
            own = {
                node.text("name"): value
                for node in parameters_of(entry)
                if (value := constant_value(node)) is not None
                and headers.is_sendable(node.text("name"), value)
            }
            found = dict(own.items() & (own if found is None else found).items())
            if not found:
                break
        return dict(sorted((found or {}).items()))

    def resources(self, constants: Mapping[str, str]) -> tuple[ir.Resource, ...]:
        """One resource for each tag, or for the namespace, and their parents.

        Operations are in the order of their paths.

        Args:
            constants: Headers that the client sends, so that operations have no parameters for
                them.
        """
        sent = frozenset(name.lower() for name in (*self.spec.headers, *constants))
        by_path = self._by_path
        children: dict[Path, set[str]] = {}
        for path in by_path:
            for parent, name in zip(parents_of(path), path[1:], strict=True):
                children.setdefault(parent, set()).add(names.name_of(name, "resource").key)
        found: dict[Path, list[ir.Operation]] = {}
        for path, entries in by_path.items():
            forms = {(e.path, e.method): self._bodies.forms(e.node) for e in entries}
            chosen = self._method_names(path, entries, forms, children.get(path, set()))
            operations: list[ir.Operation] = []
            for entry in entries:
                sent_to = sent_path(entry, self.diagnostics)
                if sent_to is None:
                    continue
                key = entry.path, entry.method
                operations += self._operations(entry, sent_to, chosen[key], forms[key], sent)
            if operations:
                found |= {parent: [] for parent in parents_of(path) if parent not in found}
                found[path] = operations
        ordered = sorted(found.items(), key=lambda pair: order(pair[0]))
        return tuple(self._resource(path, operations) for path, operations in ordered)

    # --- Resources -----------------------------------------------------------------------------

    @cached_property
    def _by_path(self) -> Mapping[Path, list[Entry]]:
        """The operations of each resource, by its path."""
        paths = [call.resource for call in self._calls.values()]
        tags = self._descriptions.values() if self._is_named_by_ids else ()
        described = sorted((path for path, _ in tags), key=order)
        spelled = spellings((*described, *sorted(paths)))
        found: dict[Path, list[Entry]] = {}
        for entry, path in zip(self.selection.entries, paths, strict=True):
            found.setdefault(spelled[path], []).append(entry)
        return found

    @cached_property
    def _calls(self) -> Mapping[_Key, CallPath]:
        """The path of the resource of each operation, and the text of its method."""
        entries = self.selection.entries
        if self._is_named_by_ids:
            namespace = self.spec.namespace
            known = tuple(namespace.split(".")) if namespace else ()
            calls = [
                CallPath(known or self._path_of_tag(entry.tags[0]), operation_id(entry))
                for entry in entries
            ]
        else:
            given = [self._path_of_tag(entry.tags[0]) for entry in entries]
            calls = call_paths(
                one if path == path_of(entry.tags[0]) else replace(one, group=path)
                for one, entry, path in zip(self._endpoints, entries, given, strict=True)
            )
            calls = [replace(c, resource=self.renames.resource(c.resource)) for c in calls]
        return {(e.path, e.method): call for e, call in zip(entries, calls, strict=True)}

    @cached_property
    def _endpoints(self) -> tuple[Endpoint, ...]:
        return tuple(map(endpoint, self.selection.entries))

    @property
    def _is_named_by_ids(self) -> bool:
        return bool(self.spec.namespace) or self.spec.naming == "operation-ids"

    def _path_of_tag(self, tag: str) -> Path:
        """The path of a tag; each level has the name of the tag that ends there."""
        return tuple(
            self.renames.tag(self._tags.get(whole), whole, own, self._ids, self._resources)
            for whole, own in levels(tag)
        )

    @cached_property
    def _resources(self) -> frozenset[str]:
        """The call paths of the resources that the naming rule finds if no tag is renamed."""
        if self._is_named_by_ids or not self.spec.rename:
            return frozenset()
        calls = call_paths(self._endpoints)
        return frozenset(key for call in calls for key in call_paths_within(call.resource))

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(map(operation_id, self.selection.entries))

    @cached_property
    def _tags(self) -> Mapping[str, Node]:
        """The descriptions of tags, by name."""
        found: dict[str, Node] = {}
        for tag in self.document.node.entries("tags"):
            found.setdefault(tag.text("name"), tag)
        return found

    @cached_property
    def _descriptions(self) -> Mapping[Path, tuple[Path, Node]]:
        """The paths and descriptions of tags, by the keys of the path.

        They are the tags of operations, and the tags that contain these.
        """
        tags = {tag for entry in self.selection.entries for tag, _ in levels(entry.tags[0])}
        found: dict[Path, tuple[Path, Node]] = {}
        for tag in sorted(tags & self._tags.keys()):
            path = self._path_of_tag(tag)
            found.setdefault(keys(path), (path, self._tags[tag]))
        return found

    def _description_by_noun(self, path: Path) -> Node | None:
        """The description of the tag that all operations of a resource have, and that names it."""
        tags = {entry.tags[0] for entry in self._by_path.get(path, ())}
        tag = tags.pop() if len(tags) == 1 else ""
        nouns = (singulars(text) for text in (tag, without_fillers(tag)))
        return self._tags.get(tag) if tag and singulars(path[-1]) in nouns else None

    def _method_names(
        self,
        path: Path,
        entries: list[Entry],
        forms: Mapping[_Key, _Forms],
        children: Collection[str],
    ) -> dict[_Key, dict[str, Name]]:
        """Give the methods of a resource unique names, whatever the order of the operations.

        Names end with the form of the body. Where operations have the same operationId, the first
        by path keeps it; the others append their HTTP method, and if needed their path. Children
        keep their names: an operation `files` becomes `get_files` beside a child `files`.

        Args:
            path: The path of the resource.
            entries: Its operations.
            forms: The forms of their bodies.
            children: The keys of the names of its children.

        Returns:
            For each operation its names by the forms of its body.
        """
        texts: dict[tuple[_Key, str], str] = {}
        taken: dict[str, Entry] = {}
        for entry in sorted(entries, key=lambda entry: (entry.path, entry.method)):
            own = self._method(entry)
            chosen = self.renames.text(entry.node, own, operation_id(entry))
            for form in forms[entry.path, entry.method] or ("",):
                text = f"{chosen} as {form}" if form else chosen
                if names.name_of(text, "operation").key in children:
                    if chosen != own:
                        self._report_child(path, entry, chosen)
                    text = f"{entry.method} {text}"
                candidates = (text, f"{text} {entry.method}", f"{text} {entry.method} {entry.path}")
                free = [name for name in candidates if name not in taken]
                other = taken.get(text)
                if other and (not free or chosen != own or self._method(other) != own):
                    message = f"two operations of `{'.'.join(path)}` are named `{text}`:"
                    message += f" {other.node.address}"
                    location = entry.node.location
                    self.diagnostics.error(Code.NAME_COLLISION, location, message, RENAME_HINT)
                name = free[0] if free else text
                texts[(entry.path, entry.method), form] = name
                taken.setdefault(name, entry)
        found = names.unique(taken, "operation", children)
        by_form: dict[_Key, dict[str, Name]] = {}
        for (key, form), text in texts.items():
            by_form.setdefault(key, {})[form] = found[text]
        return by_form

    def _method(self, entry: Entry) -> str:
        return self._calls[entry.path, entry.method].method

    def _report_child(self, path: Path, entry: Entry, chosen: str) -> None:
        """Report a configured name of an operation that is also the name of a resource."""
        message = f"`{'.'.join((*path, chosen))}` is also the name of a resource"
        self.diagnostics.error(Code.NAME_COLLISION, entry.node.location, message, RENAME_HINT)

    def _resource(self, path: Path, operations: list[ir.Operation]) -> ir.Resource:
        *parents, name = (names.name_of(text, "resource") for text in path)
        text = ".".join(path)
        return ir.Resource(
            name=name,
            wire_name=".".join(map(names.snake, path)) if parents else text,
            class_name=names.name_of(text, "model"),
            module=names.name_of(text, "module"),
            doc=self._resource_doc(path),
            operations=tuple(operations),
            parents=tuple(parents),
        )

    def _resource_doc(self, path: Path) -> ir.Doc:
        if not self.spec.namespace:
            _, node = self._descriptions.get(keys(path), (path, None))
            node = node or self._description_by_noun(path)
            return ir.Doc() if node is None else doc(node)
        if ".".join(path) != self.spec.namespace:
            return ir.Doc()
        prose = doc(self.document.info)
        has_prose = prose.summary or prose.description
        return prose if has_prose else ir.Doc(self.document.info.text("title"))

    # --- Operations ----------------------------------------------------------------------------

    @cached_property
    def _type_names(self) -> dict[_Key, str]:
        """The beginnings of the names of inline schemas, by operation.

        Where several operations have the same `operation_words`, each adds its tag, or keeps its
        operationId. Ids that only repeat paths, and operations without one, use the call path.
        """
        is_by_call = not self._is_named_by_ids
        ids_repeat_paths = is_by_call and only_repeat_paths(self._endpoints)
        options: dict[_Key, tuple[str, ...]] = {}
        for entry in self.selection.entries:
            own = operation_id(entry)
            chosen = self.renames.text(entry.node, own, own)
            short = operation_words(own, entry.path) if chosen == own else chosen
            tagged: tuple[str, ...] = ()
            if short != chosen:
                tagged = short, f"{entry.tags[0]} {short}"
            has_no_name = ids_repeat_paths or (is_by_call and not entry.node.text("operationId"))
            if chosen == own and has_no_name:
                call = self._calls[entry.path, entry.method]
                tagged = (" ".join((*call.resource, call.method)),)
            options[entry.path, entry.method] = *tagged, chosen
        counts = Counter(names.snake(text) for texts in options.values() for text in texts)
        texts = {
            key: next((text for text in found if counts[names.snake(text)] == 1), found[-1])
            for key, found in options.items()
        }
        unique = names.unique(texts.values(), "operation")
        return {key: names.pascal(unique[text]) for key, text in texts.items()}

    def _operations(
        self,
        entry: Entry,
        path: str,
        chosen: Mapping[str, Name],
        forms: _Forms,
        sent: frozenset[str],
    ) -> Iterator[ir.Operation]:
        """Yield an operation for each form of the body.

        Args:
            entry: The operation.
            path: The path to send.
            chosen: The names, by the forms of the body.
            forms: The contents of the body.
            sent: Headers in lower case that the client sends.
        """
        type_name = self._type_names[entry.path, entry.method]
        bodies: dict[str, ir.Body | None] = {
            form: self._bodies.body(entry.node, content, f"{type_name} {form} request")
            for form, content in forms.items()
        }
        nodes = [node for node in parameters_of(entry) if not is_header(node, sent)]
        translator = Parameters(self.renames, self.schemas, self.diagnostics)
        parameters = translator.parameters(nodes, path, type_name)
        for form, body in (bodies or {"": None}).items():
            arguments = argument_names(parameters, body)
            self._check_arguments(entry.node, arguments, body)
            named = (replace(p, name=n) for p, n in zip(parameters, arguments, strict=True))
            ordered = tuple(sorted(named, key=lambda p: sort_key(p, path)))
            operation = self._operation(entry, path, chosen[form], ordered, body, type_name)
            media_type = forms[form].media_type if form in forms else ""
            reported = Diagnostics() if form else self.diagnostics
            scenarios = self.examples.scenarios(entry, media_type, reported)
            by_place = {(p.place.value, p.wire_name): p.name for p in ordered}
            shown = tuple(_scenario(scenario, by_place) for scenario in scenarios)
            operation = replace(operation, scenarios=shown)
            if form and body:
                operation = replace(operation, doc=_with_note(operation.doc, body))
            yield operation

    def _operation(
        self,
        entry: Entry,
        path: str,
        name: Name,
        parameters: tuple[ir.Parameter, ...],
        body: ir.Body | None,
        type_name: str,
    ) -> ir.Operation:
        node = entry.node
        responses = Responses(self.schemas, self.examples, self.diagnostics)
        result, switch = responses.results(node, parameters, body, type_name)
        if entry.method == "head":  # Responses to HEAD have no body, whatever is described.
            result = replace(result, type=None, json=None, streaming=ir.Streaming.NONE, examples=())
            switch = None
        is_single = switch is None or switch.carrier is ir.Carrier.NONE
        is_whole = result.streaming is ir.Streaming.NONE and is_single
        whole = result if is_whole else replace(result, type=None)
        paging = self.pagination.paging(entry, parameters, body, whole)
        security, prose = node.get("security"), doc(node)
        effective = self.document.node.get("security") if security is None else security
        server = next(chain(http_servers(node), http_servers(entry.item)), None)
        operation = ir.Operation(
            name=name,
            wire_name=operation_id(entry),
            method=entry.method.upper() if entry.method in METHODS else entry.method,
            path=path,
            doc=prose if prose.summary or prose.description else doc(entry.item),
            parameters=parameters,
            body=body,
            result=result,
            switch=switch if paging is None else None,
            paging=paging,
            errors=responses.errors(node, type_name),
            security=None if security is None else requirements(security),
            base_url="" if server is None else self._server_url(server),
            deprecated=node.is_true("deprecated"),
            origin=node.address,
            callbacks=Payloads(self.schemas, self.diagnostics).callbacks(entry),
            scopes=() if effective is None else scopes(effective),
        )
        selector = Selectors(self.schemas, self.diagnostics).selector(node, operation)
        return replace(operation, selector=selector)

    def _server_url(self, server: Node) -> str:
        """The URL of a server that overrides those of the document."""
        url = default_url(server, self.diagnostics)
        warn_if_unencrypted(url, server.get("url") or server, self.diagnostics)
        if "{" in server.text("url"):
            message = f"the variables of an operation's server always have their defaults: {url}"
            hint = "for other values, create a client with `base_url=`"
            self.diagnostics.note(Code.UNSUPPORTED, server.location, message, hint)
        return url

    def _check_arguments(self, node: Node, chosen: list[Name], body: ir.Body | None) -> None:
        fields = (body.fields if body else None) or ()
        arguments = [name.key for name in (*chosen, *(field.name for field in fields))]
        taken = {name for name in chosen if arguments.count(name.key) > 1}
        for name in sorted(names.snake(name) for name in taken):
            message = f"`{name}` names two arguments of this operation"
            self.diagnostics.error(Code.NAME_COLLISION, node.location, message, RENAME_HINT)


def _with_note(prose: ir.Doc, body: ir.Body) -> ir.Doc:
    """The prose of an operation, with the media type that this method sends."""
    note = f"The body is sent as `{body.media_type or DEFAULTS[body.encoding]}`."
    return replace(prose, description=f"{prose.description}\n\n{note}".strip())


def _scenario(found: Scenario, parameters: Mapping[_Key, Name]) -> ir.Scenario:
    """A scenario, with the names of the parameters instead of their places."""
    given = found.parameters.items()
    return ir.Scenario(
        name=found.name,
        summary=found.summary,
        parameters=tuple((parameters[key], value) for key, value in given if key in parameters),
        body=found.body,
        status=found.status,
        response=found.response,
        is_made=found.is_made,
        is_first=found.is_first,
    )
