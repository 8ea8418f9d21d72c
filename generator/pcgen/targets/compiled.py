"""Remembers compiled templates, which saves a sixth of the time of a small build.

An entry applies if the template, Jinja, Python and pcgen's own code are the same.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache

from pcgen.cache import Cache, digest, sources_digest, version

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

_KIND = "template"


class CompiledTemplates(BytecodeCache):
    """Jinja's interface to the cache."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._tools = (version("jinja2"), sys.version, sources_digest())

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give Jinja a compiled template if it is known."""
        known = self._cache.get(_KIND, self._key(bucket))
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Remember a template that Jinja has compiled."""
        self._cache.put(_KIND, self._key(bucket), bucket.bytecode_to_string())

    def _key(self, bucket: Bucket) -> str:
        return digest(*self._tools, bucket.key, bucket.checksum)
