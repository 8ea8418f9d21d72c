"""What a resource, or a declaration, is printed from, besides itself."""

from __future__ import annotations

from msgspec import json
from msgspec.structs import replace

from pcgen import ir
from pcgen.cache import digest


def outline(package: ir.Package) -> ir.Package:
    """A package without resources and webhooks, whose models have no more than types show of them.

    What is made from this, and not from the package, stays as it is when a model changes.
    """
    declarations = tuple(map(_outline, package.declarations))
    return replace(package, resources=(), declarations=declarations, webhooks=())


def _outline(declaration: ir.Declaration) -> ir.Declaration:
    plain = replace(declaration, wire_name="", doc=ir.Doc(), facts=ir.Facts(), origin="")
    if isinstance(plain, ir.Alias):
        return plain
    one = plain.fields if len(plain.fields) == 1 else ()  # A text may stand for it.
    fields = tuple(replace(field, doc=ir.Doc(), facts=ir.Facts()) for field in one)
    return replace(plain, fields=fields, items=None, extra=None, deprecated=False, old_names=())


def digest_of(value: ir.Value) -> str:
    """The sha256 of a value, in hexadecimal; two that differ have other digests."""
    return digest(json.encode(value, enc_hook=str))
