"""The words in the keys of components that tools generate."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pcgen import names
from pcgen.translate.operation_words import operation_words
from pcgen.translate.selection import operations_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcgen.spec import Document

_AFTER_OPERATION = re.compile("(?:Body|Response)_")
_MODULES = re.compile(r"[a-z_][a-z0-9_]*(?:__[a-z0-9_]+)*__[A-Z][\w-]*", re.ASCII)


def component_texts(document: Document) -> dict[str, str]:
    """Return what a person would have called each component, its key by default.

    FastAPI names components after operations (`Body_add_file_v1_files_post` is `add_file body`) and
    after modules (`shop__models__Item` is `Item`). A text is used only if no other component has
    it.
    """
    components = document.node.get("components")
    keys = [] if components is None else [key for key, _ in components.members("schemas")]
    words = _operations(document) if any(map(_AFTER_OPERATION.match, keys)) else {}
    texts = {key: _operation_text(key, words) for key in keys} | _module_texts(keys)
    counts = Counter(map(_key, (*texts.values(), *(k for k in keys if texts[k] != k))))
    return {key: text if counts[_key(text)] == 1 else key for key, text in texts.items()}


def _key(text: str) -> str:
    return names.name_of(text, "model").key


def _operations(document: Document) -> dict[str, str]:
    """The `operation_words` by the keys of the names of operationIds."""
    ids = ((entry.node.text("operationId"), entry.path) for entry in operations_of(document))
    return {_key(id_): operation_words(id_, path) for id_, path in ids if id_}


def _operation_text(key: str, operations: Mapping[str, str]) -> str:
    kind, _, rest = key.partition("_")
    short = operations.get(_key(rest)) if _AFTER_OPERATION.match(key) else ""
    return f"{short} {kind}" if short else key


def _module_texts(keys: Iterable[str]) -> dict[str, str]:
    """The names of classes, after the parts of their modules that other such classes lack."""
    groups: dict[str, dict[str, list[str]]] = {}
    for key in filter(_MODULES.fullmatch, keys):
        *modules, name = key.split("__")
        groups.setdefault(name, {})[key] = modules
    texts = {}
    for name, members in groups.items():
        shared = set.intersection(*map(set, members.values()))
        for key, modules in members.items():
            texts[key] = " ".join((*(part for part in modules if part not in shared), name))
    return texts
