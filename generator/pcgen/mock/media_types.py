"""Which media type a request has, and which one a response gets (RFC 9110)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen.translate.media import essence, preference

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def matching(offered: Iterable[str], media_type: str) -> str | None:
    """The offered media type that a body of a media type has; ranges such as `image/*` match."""
    name = essence(media_type)
    fitting = [known for known in offered if _matches(essence(known), name)]
    return min(fitting, key=lambda known: essence(known).count("*"), default=None)


def acceptable(accept: str, offered: Sequence[str]) -> list[str]:
    """The offered media types that a client accepts, the best one first.

    Args:
        accept: The `Accept` header; empty accepts everything.
        offered: The media types of the response.
    """
    ranges = [_quality(part) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]
    found = []
    for media_type in offered:
        name = essence(media_type)
        specific = [(r.count("*"), -q) for r, q in ranges if _matches(r, name) or _matches(name, r)]
        if specific and min(specific)[1] < 0:
            found.append((min(specific)[1], preference(media_type), media_type))
    return [media_type for _, _, media_type in sorted(found)]


def concrete(media_type: str, accept: str) -> str:
    """A media type without wildcards: one that the client accepts, or a common one."""
    if "*" not in media_type:
        return media_type
    ranges = sorted((_quality(part) for part in accept.split(",") if part.strip()), key=_worst)
    exact = [name for name, q in ranges if q and "*" not in name and _matches(media_type, name)]
    kind = media_type.partition("/")[0]
    usual = {"*": "application/json", "application": "application/json"}
    usual |= {"text": "text/plain", "image": "image/png"}
    return exact[0] if exact else usual.get(kind, f"{kind}/octet-stream")


def _worst(pair: tuple[str, float]) -> float:
    return -pair[1]


def _quality(part: str) -> tuple[str, float]:
    """A range of an `Accept` header, and its quality."""
    name, *parameters = (text.strip() for text in part.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            try:
                return name.lower(), float(value)
            except ValueError:
                return name.lower(), 0.0
    return name.lower(), 1.0


def _matches(pattern: str, name: str) -> bool:
    kind, _, rest = pattern.partition("/")
    own_kind, _, own_rest = name.partition("/")
    return kind in ("*", own_kind) and rest in ("*", own_rest)
