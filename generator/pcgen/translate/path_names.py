"""The names that paths and HTTP methods give to operations. NAMING.md has the rule."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pcgen.translate.endpoints import ITEM, CallPath
from pcgen.translate.operation_ids import lower_words, singulars
from pcgen.translate.vocabulary import AMBIGUOUS, CRUD, VERBS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcgen.translate.endpoints import Endpoint

METHODS = {"get": "get", "put": "update", "patch": "update", "delete": "delete", "post": "create"}
_SELVES = frozenset(("me", "@me", "self"))
_PLURAL_THINGS = frozenset(("permissions", "preferences", "settings"))
_Segments = tuple[str, ...]


class Paths:
    """The paths of a document, to tell collections, items, single things and actions."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self._methods: dict[_Segments, set[str]] = defaultdict(set)
        self._children: dict[_Segments, set[str]] = defaultdict(set)
        self._reads: dict[_Segments, Endpoint] = {}
        self._says_list = any(e.verb == "list" and not e.says_nothing for e in endpoints)
        posts = sum(endpoint.method == "post" for endpoint in endpoints)
        has_items = any(ITEM in endpoint.segments for endpoint in endpoints)
        self._are_calls = not has_items and posts >= 0.9 * len(endpoints)
        for endpoint in endpoints:
            segments = endpoint.segments
            self._methods[segments].add(endpoint.method)
            if endpoint.method == "get":
                self._reads[segments] = endpoint
            for length, segment in enumerate(segments):
                self._children[segments[:length]].add(segment)

    def call_path(self, endpoint: Endpoint) -> CallPath:
        """The call path that the path and the HTTP method say."""
        segments, method = endpoint.segments, endpoint.method
        nouns = tuple(segment for segment in segments if segment != ITEM)
        if not nouns:
            return CallPath((), METHODS.get(method, method))
        if not VERBS.isdisjoint(lower_words(endpoint.fragment)[:1]):
            return CallPath(_shortened(nouns), endpoint.fragment)
        if self._is_action(endpoint):
            last = self._first_call(segments) if self._are_calls else len(nouns) - 1
            return CallPath(_shortened(nouns[:last]), " ".join(nouns[last:]))
        has_update = not self._methods[segments].isdisjoint(("put", "patch"))
        if method == "put" and "patch" in self._methods[segments]:
            verb = "replace"
        elif method == "post" and segments[-1] == ITEM:
            is_new = CRUD.get(endpoint.verb) == "create" and endpoint.verb != "post"
            verb = "update" if not has_update else "create" if is_new else "post"
        elif method == "post" and not has_update and self._is_single(segments):
            verb = "update"
        elif method == "get" and self._lists(endpoint):
            verb = "list"
        else:
            verb = METHODS.get(method, method)
        if method != "get" and method in self._methods[(*segments, ITEM)] and method != "post":
            verb += " all"
        return CallPath(_shortened(nouns), verb)

    def _lists(self, endpoint: Endpoint) -> bool:
        if endpoint.segments[-1] == ITEM:
            return endpoint.verb == "list" and endpoint.returns_list
        if endpoint.segments[-1] in _SELVES:
            return False
        if endpoint.verb == "list" or ITEM in self._children[endpoint.segments]:
            return True
        is_said = self._says_list and CRUD.get(endpoint.verb) == "get"
        return endpoint.returns_list and not is_said

    def _is_single(self, segments: tuple[str, ...]) -> bool:
        """Whether a path leads to one thing that can be read, such as the settings of a user."""
        read = self._reads.get(segments)
        return read is not None and not self._lists(read) and not _is_plural(segments[-1])

    def _first_call(self, segments: _Segments) -> int:
        """The index of the first segment with which a call ends: 1 of `/files/list/continue`."""
        calls = (n for n in range(1, len(segments)) if segments[: n + 1] in self._methods)
        return next(calls, len(segments) - 1)

    def _is_action(self, endpoint: Endpoint) -> bool:
        """Whether the last segment is what the operation does: `cancel` of `/jobs/{id}/cancel`."""
        segments, method = endpoint.segments, endpoint.method
        own = lower_words(segments[-1])
        is_said = endpoint.verb == own[0] and (own[0] not in CRUD or endpoint.said == own)
        if segments[-1] == ITEM:
            before = next((s for s in reversed(segments) if s != ITEM), "")
            return method == "post" and endpoint.verb == before.lower() and endpoint.verb in VERBS
        if (self._children[segments] and not self._are_calls) or len(self._methods[segments]) > 1:
            return False
        is_known = own[0] in VERBS and (len(own) == 1 or own[0] not in AMBIGUOUS)
        is_verb = is_known or (is_said and not _is_plural(segments[-1]))
        if len(segments) == 1 and method == "get":
            return _is_alone(endpoint, own)
        if len(segments) == 1:
            return is_verb
        if is_verb:
            return True
        if method == "get":
            is_noun = bool(endpoint.own) and endpoint.verb not in VERBS
            return is_noun or not self._lists(endpoint)
        is_behind_items = (
            self._are_calls or segments[-2] == ITEM or ITEM in self._children[segments[:-1]]
        )
        return method == "post" and is_behind_items and not _is_plural(segments[-1])


def _is_alone(endpoint: Endpoint, own: list[str]) -> bool:
    """Whether the only segment is what the operation does: `/search`, or `/version`."""
    tag = lower_words(endpoint.tag) if endpoint.tag else []
    if endpoint.own:
        is_noun = not tag and not _is_plural(endpoint.segments[0])
        return endpoint.own == own and (is_noun or (tag == own and own[0] in VERBS))
    return not tag and len(own) == 1 and own[0] in VERBS


def _shortened(nouns: tuple[str, ...]) -> tuple[str, ...]:
    """The nouns of a path, none of which repeats the one before: `invoices`, `line_items`."""
    found: list[str] = []
    for noun, before in zip(nouns, ("", *nouns), strict=False):
        own, known = lower_words(noun), singulars(before) if before else []
        repeats = 0 < len(known) < len(own) and singulars(noun)[: len(known)] == known
        found.append(" ".join(own[len(known) :]) if repeats else noun)
    return tuple(found)


def _is_plural(text: str) -> bool:
    *_, last = lower_words(text)
    return singulars(last)[-1] != last and last not in _PLURAL_THINGS
