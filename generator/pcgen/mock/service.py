"""All operations of a package's documents, and the responses to requests of any path."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from pcgen import config, documents
from pcgen.diagnostics import Diagnostics
from pcgen.mock.exchange import Rejected, Response, Violation
from pcgen.mock.routes import Routes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pcgen.mock.exchange import Request
    from pcgen.mock.operation import Operation
    from pcgen.mock.routes import Match
    from pcgen.spec import Document, Node


class Service(Struct, frozen=True):
    """What is served.

    Args:
        routes: The operations, by path.
        bases: The paths of the servers, which requests may have before those of operations.
    """

    routes: Routes[Operation]
    bases: tuple[str, ...] = ()

    def find(self, path: str) -> Match[Operation] | None:
        """The operations of the path of a request."""
        found = self.routes.match(path)
        for base in self.bases if found is None else ():
            if path.startswith(f"{base}/"):
                found = found or self.routes.match(path[len(base) :])
        return found

    def operation(self, request: Request) -> tuple[Operation, dict[str, str]] | Response:
        """The operation of a request and the encoded parameters of its path, or a response.

        Raises:
            Rejected: No operation has this path.
        """
        match = self.find(request.path)
        if match is None:
            raise Rejected(404, f"the document describes no path {unquote(request.path)[:200]!a}")
        method = request.method
        if method == "HEAD" and method not in match.targets:
            method = "GET"
        if method in match.targets:
            return match.targets[method], match.values
        allowed = sorted(
            {*match.targets, "OPTIONS", *(("HEAD",) if "GET" in match.targets else ())}
        )
        headers = [("Allow", ", ".join(allowed))]
        if method == "OPTIONS":
            return Response(204, b"", headers)
        other = next(iter(match.targets.values()))
        shown = ", ".join(sorted(match.targets))
        message = f"{method[:20]} is not described for this path; it has {shown}"
        return other.fail(Rejected(405, [Violation((), message, "method")], headers))


def read(spec: str | os.PathLike[str] | config.Package) -> Service:
    """Read the documents of a package, or a document.

    Raises:
        Failure: A document cannot be read, or is invalid.
    """
    settings = (
        spec if isinstance(spec, config.Package) else config.single(os.fspath(spec), "mock", "")
    )
    diagnostics = Diagnostics(settings.waive, settings.source.file, lenient=True)
    parsed = documents.parse(documents.read(settings), settings, diagnostics)
    return serve(parsed, settings)


def serve(parsed: Sequence[Document], settings: config.Package) -> Service:
    """The service of parsed documents; of operations with the same path, the first one counts."""
    from pcgen.mock.operation import Api, Operation
    from pcgen.translate.examples import Examples
    from pcgen.translate.selection import select

    routes: Routes[Operation] = Routes()
    bases: dict[str, None] = {}
    for document, chosen in zip(parsed, settings.specs, strict=True):
        api = Api(settings, chosen, Examples.of(document))
        for entry in select(document, chosen, Diagnostics()).entries:
            routes.add(entry.path, entry.method, Operation(entry, api))
            bases |= dict.fromkeys(_bases((entry.node, entry.item)))
        bases |= dict.fromkeys(_bases((document.node,)))
    return Service(routes, tuple(sorted(bases, key=lambda base: (-len(base), base))))


def _bases(holders: Iterable[Node]) -> Iterable[str]:
    """The paths of the servers of nodes, without a slash at the end."""
    for holder in holders:
        for server in holder.entries("servers"):
            url = server.text("url")
            for name, variable in server.members("variables"):
                url = url.replace("{" + name + "}", variable.text("default"))
            try:
                path = urlsplit(url).path.rstrip("/")
            except ValueError:
                continue
            if path and "{" not in path:
                yield path if path.startswith("/") else f"/{path}"
