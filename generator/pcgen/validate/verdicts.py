"""Remembers the findings of whole documents.

An entry applies while the files of the document, pcgen's sources and the version of the validator
stay the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import json

from pcgen.cache import digest, sources_digest, version
from pcgen.validate.messages import Finding

if TYPE_CHECKING:
    from pcgen.cache import Cache

_KIND = "validity"


def recall(cache: Cache, sha256: str) -> list[Finding] | None:
    """Return the findings of the document with this digest, None if they are not remembered."""
    known = cache.get(_KIND, _key(sha256))
    return None if known is None else json.decode(known, type=list[Finding])


def remember(cache: Cache, sha256: str, findings: list[Finding]) -> None:
    """Keep the findings of the document with this digest."""
    cache.put(_KIND, _key(sha256), json.encode(findings))


def _key(sha256: str) -> str:
    return digest(sources_digest(), version("openapi_spec_validator"), sha256)
