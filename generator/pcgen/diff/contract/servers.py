"""Compares the servers of two documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen.translate.urls import http_servers

if TYPE_CHECKING:
    from pcgen.diff.contract.pairs import Pair
    from pcgen.spec import Node


def compare_servers(pair: Pair) -> None:
    """Compare the servers that two documents, path items or operations name."""
    before, after = _servers(pair.old), _servers(pair.new)
    for _, server in pair.common_members("server", before, after):
        _compare_variables(server)
    first, now = next(iter(before)), next(iter(after))
    default = replace(pair, old=before[first], new=after[now])
    default.report_text("default-server-changed", first, now)


def _servers(holder: Node) -> dict[str, Node]:
    """The servers by normalized URL, those of HTTP first; OpenAPI has a default without any."""
    ordered = [*http_servers(holder), *holder.entries("servers")]
    servers = {_normalized(server.text("url")): server for server in ordered}
    return servers or {"/": holder}


def _normalized(url: str) -> str:
    """A URL without a default port and a trailing slash, its host in lower case."""
    head = re.match(r"https?://[^/{]*", url, re.IGNORECASE)
    if head is None:
        return url.rstrip("/") or "/"
    host, rest = head[0].lower(), url[head.end() :].rstrip("/")
    port = ":443" if host.startswith("https") else ":80"
    return (host if rest.startswith("{") else host.removesuffix(port)) + rest


def _compare_variables(server: Pair) -> None:
    before, after = (dict(node.members("variables")) for node in (server.old, server.new))
    for name, variable in server.members(before, after):
        if name not in before or name not in after:
            continue  # The change of the URL has been reported.
        defaults = (node.text("default") for node in (variable.old, variable.new))
        variable.report_text("server-variable-changed", *defaults, name=name)
        old, new = (
            {str(value.value) for value in node.entries("enum")}
            for node in (variable.old, variable.new)
        )
        is_narrower = new and not (old and new >= old)
        change = f"server-variable-{'narrowed' if is_narrower else 'widened'}"
        variable.report_text(change, _joined(old), _joined(new), name=name)


def _joined(values: set[str]) -> str:
    return " or ".join(sorted(values)) or "any"
