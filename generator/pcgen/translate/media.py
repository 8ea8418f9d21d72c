"""What media types mean for bodies and results."""

from __future__ import annotations

from pcgen.ir import Encoding, Streaming

# The media type that a body of an encoding has unless another is named.
USUAL = {
    Encoding.JSON: "application/json",
    Encoding.FORM: "application/x-www-form-urlencoded",
    Encoding.MULTIPART: "multipart/form-data",
    Encoding.NDJSON: "application/x-ndjson",
    Encoding.TEXT: "text/plain",
    Encoding.BYTES: "application/octet-stream",
}
_JSON = frozenset(("application/json", "application/*", "text/json", "*/*"))
_LINES = frozenset(
    ("application/jsonl", "application/jsonlines", "application/ndjson", "application/x-jsonlines",
     "application/x-ndjson")
)  # fmt: skip
_ORDER = (
    Encoding.JSON,
    Encoding.MULTIPART,
    Encoding.FORM,
    Encoding.NDJSON,
    Encoding.TEXT,
    Encoding.BYTES,
)


def essence(media_type: str) -> str:
    """The type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a media type means JSON; one that leaves it open does."""
    name = essence(media_type)
    return name in _JSON or name.endswith("+json")


def is_binary(media_type: str) -> bool:
    """Whether no text can hold what is of a media type, as that of files."""
    kind, _, name = essence(media_type).partition("/")
    pictures = kind in ("audio", "image", "video") and not name.endswith("+xml")
    return pictures or f"{kind}/{name}" == USUAL[Encoding.BYTES]


def encoding(media_type: str) -> Encoding:
    """How a request body of a media type is written."""
    name = essence(media_type)
    if is_json(media_type):
        return Encoding.JSON
    if name == "application/x-www-form-urlencoded":
        return Encoding.FORM
    if name.startswith("multipart/"):
        return Encoding.MULTIPART
    if name in _LINES:
        return Encoding.NDJSON
    return Encoding.TEXT if name.startswith("text/") else Encoding.BYTES


def is_anything(media_type: str) -> bool:
    """Whether a media type leaves all open."""
    return essence(media_type) == "*/*"


def is_plain(media_type: str) -> bool:
    """Whether a body of a media type is bytes or one text to callers."""
    plain = encoding(media_type) in (Encoding.TEXT, Encoding.BYTES)
    return plain and streaming(media_type) is Streaming.NONE


def form(media_type: str) -> str:
    """What to call a media type beside others of the same body; empty where it has no name."""
    kind = encoding(media_type)
    if kind is Encoding.JSON:
        return essence(media_type).partition("/")[2].removesuffix("+json").strip("*")
    return "lines" if kind is Encoding.NDJSON else kind.value


def streaming(media_type: str) -> Streaming:
    """Whether an answer of a media type is a stream of results."""
    name = essence(media_type)
    if name == "text/event-stream":
        return Streaming.SSE
    lines = name in _LINES or name.endswith(("/json-seq", "+json-seq"))
    return Streaming.NDJSON if lines else Streaming.NONE


def preference(media_type: str) -> tuple[int, bool, str]:
    """Sorts the media types of a body: JSON first, plain before special, then by name."""
    kind = encoding(media_type)
    return _ORDER.index(kind), essence(media_type) != USUAL[kind], media_type
