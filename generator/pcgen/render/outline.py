"""What the files of a resource are made from, besides itself."""

from __future__ import annotations

import io
import pickle
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from operator import attrgetter
from typing import Any

from pcgen import ir
from pcgen.cache import digest


def outline(package: ir.Package) -> ir.Package:
    """A package without resources and webhooks, whose models have no more than types show of them.

    What is made from this, and not from the package, stays as it is when a model changes.
    """
    declarations = tuple(map(_outline, package.declarations))
    return replace(package, resources=(), declarations=declarations, webhooks=(), old_names=())


def _outline(declaration: ir.Declaration) -> ir.Declaration:
    plain = replace(declaration, wire_name="", doc=ir.Doc(), facts=ir.Facts(), origin="")
    if isinstance(plain, ir.Alias):
        return plain
    one = plain.fields if len(plain.fields) == 1 else ()  # A text may stand for it.
    fields = tuple(replace(field, doc=ir.Doc(), facts=ir.Facts()) for field in one)
    return replace(plain, fields=fields, items=None, extra=None, deprecated=False, old_names=())


def digest_of(value: Any) -> str:
    """The sha256 of a value that is made of dataclasses, enums, strings and JSON, in hexadecimal.

    Two that differ have other digests. Two that are equal may have, too: it costs time only.
    """
    data = io.BytesIO()
    pickler = pickle.Pickler(data, protocol=5)
    pickler.dispatch_table = _REDUCERS
    pickler.dump(value)
    return digest(data.getvalue())


class _Reducers(dict[type, Any]):
    """How the values of each class are written; what pickle itself does is far slower."""

    def __missing__(self, kind: type) -> Any:
        called = kind.__qualname__
        names = [one.name for one in fields(kind)] if is_dataclass(kind) else []
        if len(names) > 1:
            parts = attrgetter(*names)
            self[kind] = lambda value: (tuple, (called, parts(value)))
        elif is_dataclass(kind):
            self[kind] = lambda value: (tuple, (called, [getattr(value, name) for name in names]))
        elif issubclass(kind, Enum):
            self[kind] = lambda value: (tuple, (called, value.name))
        elif issubclass(kind, str):
            self[kind] = lambda value: (tuple, (called, str(value)))
        else:
            raise TypeError(f"{called} is none of these")
        return self[kind]


_REDUCERS = _Reducers()
