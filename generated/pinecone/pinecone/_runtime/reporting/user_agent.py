"""The User-Agent header."""

from __future__ import annotations

import sys


def user_agent(name: str, version: str, library: str, suffix: str) -> str:
    """Return, for example, `pinecone-inference/1.0 python/3.11 httpcore2/2.16 my-app/1`."""
    python = ".".join(map(str, sys.version_info[:2]))
    http = ".".join(library.split(".")[:2])
    text = f"{name}/{version} python/{python} {http}"
    return f"{text} {suffix}" if suffix else text
