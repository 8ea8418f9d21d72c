"""Whether a request carries the credentials that an operation requires; any value will do."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from msgspec import Struct

from pcgen.mock.exchange import Rejected, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.mock.exchange import Request
    from pcgen.spec import Node

_BY_HEADER = {"basic": "Basic", "bearer": "Bearer", "digest": "Digest"}


class Scheme(Struct, frozen=True):
    """A security scheme.

    Args:
        kind: `apiKey`, `bearer`, or another scheme of HTTP; empty if requests do not show it.
        place: The value of `in` of an API key.
        key: The name of the header, parameter or cookie of an API key.
    """

    kind: str
    place: str = ""
    key: str = ""

    @classmethod
    def of(cls, node: Node) -> Scheme:
        """Read a security scheme."""
        match node.text("type"):
            case "apiKey":
                return cls("apiKey", node.text("in"), node.text("name"))
            case "http":
                return cls(node.text("scheme").lower())
            case "oauth2" | "openIdConnect":
                return cls("bearer")
        return cls("")  # TLS carries a client certificate.

    @property
    def violation(self) -> Violation:
        """The credential that is missing."""
        if self.kind == "apiKey":
            return Violation(
                (self.place, self.key), "is required; it carries the API key", "missing"
            )
        word = _BY_HEADER.get(self.kind, self.kind)
        return Violation(("header", "Authorization"), f"must be `{word} ...`", "missing")

    @property
    def challenge(self) -> str:
        """The value of `WWW-Authenticate`; empty for API keys, which HTTP does not know."""
        return "" if self.kind in ("apiKey", "") else _BY_HEADER.get(self.kind, self.kind)

    def is_in(self, request: Request) -> bool:
        """Whether a request carries a credential of this scheme."""
        if not self.kind:
            return True
        if self.kind == "apiKey":
            match self.place:
                case "header":
                    return bool(request.headers.get(self.key.lower()))
                case "cookie":
                    return bool(request.cookies.get(self.key))
            return bool(parse_qs(request.query).get(self.key))
        name, _, value = request.headers.get("authorization", "").partition(" ")
        if name.lower() != self.kind or not value.strip():
            return False
        return self.kind != "basic" or _is_basic(value)


def _is_basic(value: str) -> bool:
    try:
        return b":" in base64.b64decode(value.strip(), validate=True)
    except binascii.Error:
        return False


class Credentials(Struct, frozen=True):
    """The alternative sets of credentials of an operation; no alternatives require none."""

    alternatives: tuple[tuple[Scheme, ...], ...]

    @classmethod
    def of(cls, operation: Node) -> Credentials:
        """The credentials that an operation requires."""
        top = operation.document.node
        security = operation.get("security") or top.get("security")
        if security is None:
            return cls(())
        components = top.get("components")
        known = dict(components.members("securitySchemes")) if components is not None else {}
        return cls(tuple(_alternatives(security, known)))

    def check(self, request: Request) -> None:
        """Check that a request carries one of the alternatives.

        Raises:
            Rejected: It carries none.
        """
        if not self.alternatives:
            return
        missing = [
            [scheme for scheme in schemes if not scheme.is_in(request)]
            for schemes in self.alternatives
        ]
        if not all(missing):
            return
        least = min(missing, key=len)
        others = [schemes for schemes in missing if schemes is not least]
        violations = [scheme.violation for scheme in least]
        if others:
            texts = {" and ".join(str(s.violation) for s in schemes) for schemes in others}
            texts.discard(" and ".join(map(str, violations)))
            note = "".join(f"; or {text}" for text in sorted(texts)[:5])
            last = violations[-1]
            violations[-1] = Violation(last.place, last.message + note, last.kind)
        named = {scheme.challenge for schemes in missing for scheme in schemes} - {""}
        raise Rejected(401, violations, [("WWW-Authenticate", name) for name in sorted(named)])


def _alternatives(security: Node, known: dict[str, Node]) -> Iterator[tuple[Scheme, ...]]:
    for entry in security.entries():
        names = [key.removeprefix("#/components/securitySchemes/") for key, _ in entry.members()]
        yield tuple(Scheme.of(known[name].follow()) for name in names if name in known)
