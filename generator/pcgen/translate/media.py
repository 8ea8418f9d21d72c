"""How media types map to encodings and streams."""

from __future__ import annotations

from pcgen.ir import Encoding, Streaming

# The default media type of each encoding.
DEFAULTS = {
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
_FILES = frozenset(("gzip", "octet-stream", "pdf", "x-gzip", "x-tar", "zip"))
_STREAMED_LINES = _LINES | {
    "application/json-lines", "application/stream+json", "application/x-json-lines",
    "application/x-json-stream", "application/x-jsonl",
}  # fmt: skip
_ORDER = (
    Encoding.JSON,
    Encoding.MULTIPART,
    Encoding.FORM,
    Encoding.NDJSON,
    Encoding.TEXT,
    Encoding.BYTES,
)


def essence(media_type: str) -> str:
    """The media type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON, or a range that includes JSON."""
    name = essence(media_type)
    return name in _JSON or name.endswith("+json")


def is_binary(media_type: str) -> bool:
    """Whether content of a media type is binary: audio, images, video, fonts, or known files."""
    kind, _, name = essence(media_type).partition("/")
    is_medium = kind in ("audio", "font", "image", "video") and not name.endswith("+xml")
    return is_medium or (kind == "application" and name in _FILES)


def encoding(media_type: str) -> Encoding:
    """How to write a request body of a media type."""
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
    """Whether a media type is `*/*`."""
    return essence(media_type) == "*/*"


def is_plain(media_type: str) -> bool:
    """Whether callers see a body of a media type as bytes or a single text."""
    is_unstructured = encoding(media_type) in (Encoding.TEXT, Encoding.BYTES)
    return is_unstructured and streaming(media_type) is Streaming.NONE


def form(media_type: str) -> str:
    """A word for a media type in the name of a method; empty if it has none."""
    kind = encoding(media_type)
    if kind is Encoding.JSON:
        return essence(media_type).partition("/")[2].removesuffix("+json").strip("*")
    return "lines" if kind is Encoding.NDJSON else kind.value


def streaming(media_type: str) -> Streaming:
    """The format of the stream of results that a media type means, or NONE."""
    name = essence(media_type)
    if name == "text/event-stream":
        return Streaming.SSE
    lines = name in _STREAMED_LINES or name.endswith(("/json-seq", "+json-seq"))
    return Streaming.NDJSON if lines else Streaming.NONE


def preference(media_type: str) -> tuple[int, bool, str]:
    """Sort key of media types: by encoding, JSON first, the default of each before the others."""
    kind = encoding(media_type)
    return _ORDER.index(kind), essence(media_type) != DEFAULTS[kind], media_type
