"""What callers write for operations: `vector_stores.files.delete`. NAMING.md has the rule."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen.translate.distinct_calls import distinct
from pcgen.translate.endpoints import ITEM, CallPath
from pcgen.translate.operation_ids import (
    all_singulars,
    behind_resource,
    is_version,
    lower_words,
    parts,
    singulars,
    without_fillers,
    without_resource,
)
from pcgen.translate.operation_words import operation_words
from pcgen.translate.path_names import METHODS, Paths
from pcgen.translate.resources import path_of
from pcgen.translate.vocabulary import AMBIGUOUS, CRUD, VERBS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcgen.translate.endpoints import Endpoint

_DEFAULT = ("default",)  # The resource of operations that no path and no tag names.


def call_paths(endpoints: Iterable[Endpoint]) -> list[CallPath]:
    """The call paths of a document's operations, in their order.

    They differ, ignoring case and separators.
    """
    rule = _Rule(tuple(endpoints))
    return distinct(rule.endpoints, [rule.call_path(*pair) for pair in rule.pairs])


class _Rule(Struct, frozen=True, dict=True):
    endpoints: tuple[Endpoint, ...]

    def call_path(self, endpoint: Endpoint, by_path: CallPath) -> CallPath:
        """The call path of an operation, by the first rule that applies."""
        method = self._word_for_get if by_path.method == "get" else by_path.method
        said = CallPath(by_path.resource, method)
        if endpoint.group or endpoint.name:
            resource = endpoint.group or said.resource or _DEFAULT
            own = endpoint.name or without_resource(_own(endpoint, said), resource)
            return CallPath(resource, " ".join(own))
        structure = _structure(endpoint)
        if structure and (self._is_structured or structure[:-1] == (endpoint.tag,)):
            return CallPath(structure[:-1], structure[-1])
        nested = self._structures.get(endpoint.tag) or path_of(endpoint.tag)
        if len(nested) > 1 or endpoint.tag in self._structures:
            first, *others = behind_resource(_own(endpoint, said), nested)
            first = "create" if first == endpoint.method == "post" else first
            return CallPath(nested, " ".join((first, *others)))
        if endpoint.tag in self._kept:
            return self._as_written(endpoint, said)
        if not self._is_rest and endpoint.own:
            resource = said.resource[:1] or _DEFAULT
            return CallPath(resource, " ".join(without_resource(endpoint.own, resource)))
        return CallPath(self._resource(endpoint, said), _own_verb(endpoint, said) or method)

    def _as_written(self, endpoint: Endpoint, said: CallPath) -> CallPath:
        """The tag and the operationId, without words of the tag that begin the id."""
        own, resource = endpoint.own or _own(endpoint, said), endpoint.tag
        if self._is_rest:
            own, resource = _own(endpoint, said), without_fillers(resource)
        if self._is_rest or own[0] not in VERBS:
            own = without_resource(own, (resource,))
        return CallPath((resource,), " ".join(own))

    def _resource(self, endpoint: Endpoint, said: CallPath) -> tuple[str, ...]:
        """The resource of a path, in the words of tags that say more; else the tag."""
        if not said.resource:
            text = self._nouns.get(endpoint.tag) or endpoint.tag
            return (text,) if text else _DEFAULT
        lengths = range(1, len(said.resource) + 1)
        return tuple(self._titles.get(said.resource[:n], said.resource[n - 1]) for n in lengths)

    # --- What a document is like -----------------------------------------------------------------

    @cached_property
    def pairs(self) -> list[tuple[Endpoint, CallPath]]:
        """The operations, with the names that their paths give them."""
        paths = Paths(self.endpoints)
        return [(endpoint, paths.call_path(endpoint)) for endpoint in self.endpoints]

    @cached_property
    def _is_structured(self) -> bool:
        """Whether nine of ten operationIds have parts, such as `users.list`."""
        found = [bool(_structure(e)) for e in self.endpoints if e.operation_id]
        return sum(found) >= 0.9 * len(found) > 0

    @cached_property
    def _structures(self) -> Mapping[str, tuple[str, ...]]:
        """The resources of tags whose structured operationIds are all of one resource."""
        found: dict[str, set[tuple[str, ...]]] = {}
        for endpoint in self.endpoints if self._is_structured else ():
            if endpoint.tag and (structure := _structure(endpoint)):
                found.setdefault(endpoint.tag, set()).add(structure[:-1])
        return {tag: one for tag, (one, *others) in found.items() if not others}

    @cached_property
    def _is_rest(self) -> bool:
        """Whether four of five operationIds that begin with a verb of REST agree with HTTP."""
        agreed = [
            _is_alike(CRUD[endpoint.verb], path.method)
            for endpoint, path in self.pairs
            if endpoint.verb in CRUD and not endpoint.says_nothing
        ]
        return sum(agreed) >= 0.8 * len(agreed)

    @cached_property
    def _kept(self) -> frozenset[str]:
        """The tags whose operations keep the tag and the operationId."""
        if not self._is_rest:
            return frozenset(endpoint.tag for endpoint in self.endpoints) - {""}
        actions = {endpoint.tag for endpoint, path in self.pairs if not path.resource}
        return frozenset(actions - {"", *self._nouns})

    @cached_property
    def _nouns(self) -> Mapping[str, str]:
        """The nouns of tags as the paths of their operations have them."""
        found: dict[str, str] = {}
        for endpoint in sorted(self.endpoints, key=lambda endpoint: endpoint.path):
            wanted = singulars(without_fillers(endpoint.tag)) if endpoint.tag else []
            for segment in endpoint.segments if wanted else ():
                if segment != ITEM and singulars(segment) == wanted:
                    found.setdefault(endpoint.tag, segment)
        return found

    @cached_property
    def _titles(self) -> Mapping[tuple[str, ...], str]:
        """The tags that say more than a noun of the paths: `Redirect URLs` for `/redirects`."""
        tags: dict[tuple[str, ...], set[str]] = {}
        for endpoint, path in self.pairs:
            tags.setdefault(path.resource, set()).add(endpoint.tag)
        found: dict[tuple[str, ...], str] = {}
        for resource, (tag, *others) in tags.items():
            if resource and tag and not others:
                title = without_fillers(tag)
                *first, last = lower_words(title)
                if first == singulars(resource[-1]) and singulars(last) != [last]:
                    found[resource] = title
        return found

    @cached_property
    def _word_for_get(self) -> str:
        """The word that most operationIds have for `get`, such as `retrieve`."""
        reads = (e.verb for e in self.endpoints if e.method == "get")
        found = Counter(verb for verb in reads if CRUD.get(verb) == "get")
        return max(found, key=lambda word: (found[word], word == "get", word), default="get")


def _is_alike(verb: str, method: str) -> bool:
    said = CRUD.get(lower_words(method)[0], method)
    return verb == said or {verb, said} in ({"get", "list"}, {"update", "replace"})


def _structure(endpoint: Endpoint) -> tuple[str, ...]:
    operation_id = endpoint.operation_id
    is_whole = operation_words(operation_id, endpoint.path) == operation_id
    found = parts(operation_id) if is_whole else ()
    return tuple(part for part in found[:-1] if not is_version(part)) + found[-1:]


def _own(endpoint: Endpoint, said: CallPath) -> list[str]:
    """The words of the operationId, or what people say instead: `list models`, `get model`."""
    if endpoint.own and not (endpoint.own[0] == endpoint.method and endpoint.says_nothing):
        is_http = endpoint.own[-1] == endpoint.method != endpoint.segments[-1]
        return endpoint.own[:-1] if is_http and endpoint.says_nothing else endpoint.own
    if not said.resource or said.method not in CRUD:
        return lower_words(said.method)
    noun = said.resource[-1]
    is_one = endpoint.segments[-1] == ITEM or said.method == "create"
    return [said.method, *(singulars(noun) if is_one else lower_words(noun))]


def _own_verb(endpoint: Endpoint, said: CallPath) -> str:
    """The verb of an operationId, where it says more than the path does.

    `configure` of `configure_index`, not `modify` of `modify_index`. Other words may be there only
    if the verb is no noun either: `save` of `save_albums_of_user`, for `PUT /albums`.
    """
    if _is_said_of_noun(endpoint, said):
        return endpoint.own[0]
    own = without_resource(endpoint.own, said.resource)
    if len(own) != 1 or own[0] not in VERBS or own[0] in all_singulars(said.resource):
        return ""
    verb = CRUD.get(own[0], own[0])
    return "" if verb in CRUD and _is_alike(verb, said.method) else verb


def _is_said_of_noun(endpoint: Endpoint, said: CallPath) -> bool:
    """Whether an operationId says a verb, other than those of REST, of the resource's noun."""
    own, is_read = endpoint.own, endpoint.method == "get"
    if is_read or not said.resource or not own or said.method not in METHODS.values():
        return False
    is_verb = own[0] in VERBS.difference(CRUD, AMBIGUOUS, all_singulars(said.resource))
    is_only_verb = {endpoint.method, "and", "or"}.isdisjoint(own)
    has_noun = set(all_singulars(own)).issuperset(singulars(said.resource[-1]))
    return is_verb and is_only_verb and has_noun
