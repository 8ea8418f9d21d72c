"""Readable example values for names and formats. The tables never change with time or place."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pcgen import names

if TYPE_CHECKING:
    from collections.abc import Mapping

_Pair = TypeVar("_Pair")

# Two values for each format, for the first and the second item of a list.
FORMATS: dict[str, tuple[str, str]] = {
    "base64": ("aGVsbG8=", "d29ybGQ="),
    "base64url": ("aGVsbG8", "d29ybGQ"),
    "binary": ("Hello", "World"),
    "byte": ("aGVsbG8=", "d29ybGQ="),
    "date": ("2024-02-29", "2024-03-01"),
    "date-time": ("2024-02-29T12:30:15Z", "2024-03-01T09:00:00Z"),
    "decimal": ("19.99", "5.00"),
    "duration": ("PT1H30M", "PT15M"),
    "email": ("ada@example.com", "grace@example.com"),
    "hostname": ("example.com", "api.example.com"),
    "idn-email": ("ada@example.com", "grace@example.com"),
    "idn-hostname": ("example.com", "api.example.com"),
    "ipv4": ("192.0.2.1", "192.0.2.2"),
    "ipv6": ("2001:db8::1", "2001:db8::2"),
    "iri": ("https://example.com/", "https://example.com/about"),
    "iri-reference": ("/about", "/contact"),
    "json-pointer": ("/items/0", "/items/1"),
    "regex": ("^[a-z]+$", "^[0-9]+$"),
    "relative-json-pointer": ("0", "1"),
    "time": ("12:30:15Z", "09:00:00Z"),
    "unixtime": ("1709209815", "1709283600"),
    "uri": ("https://example.com/", "https://example.com/about"),
    "uri-reference": ("/about", "/contact"),
    "uri-template": ("https://example.com/{id}", "https://example.com/{name}"),
    "url": ("https://example.com/", "https://example.com/about"),
    "uuid": ("5f0c7f4e-6a55-4d2b-9c6e-0d5f6a1b2c3d", "0b8e1d5a-3c47-4f6b-8a29-7e1c5d9f4b60"),
}  # fmt: skip

_HASH = "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", "de9f2c7fd25e1b3afad3e85a0bd17d9b100db4b3"
_TIME, _DATE, _URL = FORMATS["date-time"], FORMATS["date"], FORMATS["uri"]

# Two strings for each name, or for the last word of a name.
_TEXTS: dict[str, tuple[str, str]] = {
    "address": ("1 Example Street", "2 Example Street"),
    "answer": ("Paris", "Berlin"),
    "at": _TIME,
    "author": ("Ada Lovelace", "Grace Hopper"),
    "avatar": ("https://example.com/ada.png", "https://example.com/grace.png"),
    "body": ("Hello, world!", "Good morning!"),
    "branch": ("main", "develop"),
    "bucket": ("photos", "documents"),
    "category": ("books", "music"),
    "city": ("Paris", "Berlin"),
    "color": ("#336699", "#993366"),
    "comment": ("Looks good to me.", "Please have another look."),
    "company": ("Example Inc.", "Sample Ltd."),
    "content": ("Hello, world!", "Good morning!"),
    "content type": ("text/plain", "application/json"),
    "country": ("FR", "DE"),
    "created": _TIME,
    "currency": ("eur", "usd"),
    "cursor": ("bmV4dC1wYWdl", "bGFzdC1wYWdl"),
    "date": _DATE,
    "description": ("A short description.", "Another description."),
    "domain": ("example.com", "example.org"),
    "email": FORMATS["email"],
    "end": _TIME,
    "file": ("photo.png", "report.pdf"),
    "file name": ("photo.png", "report.pdf"),
    "filename": ("photo.png", "report.pdf"),
    "filter": ("books", "music"),
    "first name": ("Ada", "Grace"),
    "full name": ("Ada Lovelace", "Grace Hopper"),
    "gender": ("female", "male"),
    "given name": ("Ada", "Grace"),
    "group": ("editors", "readers"),
    "hash": _HASH,
    "host": ("example.com", "api.example.com"),
    "hostname": ("example.com", "api.example.com"),
    "href": _URL,
    "image": ("https://example.com/photo.png", "https://example.com/logo.png"),
    "input": ("Hello, world!", "Good morning!"),
    "instructions": ("Answer in one sentence.", "Answer in French."),
    "ip": FORMATS["ipv4"],
    "ip address": FORMATS["ipv4"],
    "key": ("color", "size"),
    "label": ("important", "later"),
    "lang": ("en", "fr"),
    "language": ("en", "fr"),
    "last name": ("Lovelace", "Hopper"),
    "family name": ("Lovelace", "Hopper"),
    "link": _URL,
    "locale": ("en-US", "fr-FR"),
    "location": ("Paris", "Berlin"),
    "message": ("Hello, world!", "Good morning!"),
    "mime type": ("text/plain", "application/json"),
    "name": ("Example", "Sample"),
    "namespace": ("production", "staging"),
    "note": ("Please ring the bell.", "Leave it at the door."),
    "notes": ("Please ring the bell.", "Leave it at the door."),
    "org": ("example", "sample"),
    "organization": ("Example Inc.", "Sample Ltd."),
    "owner": ("ada", "grace"),
    "path": ("/photos/2024", "/documents"),
    "phone": ("+33123456789", "+4930123456"),
    "phone number": ("+33123456789", "+4930123456"),
    "postal code": ("75001", "10115"),
    "product": ("Notebook", "Pencil"),
    "prompt": ("Write a haiku about the sea.", "Tell me a story."),
    "q": ("notebook", "pencil"),
    "query": ("notebook", "pencil"),
    "question": ("What is the capital of France?", "What is the capital of Germany?"),
    "reason": ("It is no longer needed.", "It was a mistake."),
    "ref": ("main", "develop"),
    "region": ("eu-west-1", "us-east-1"),
    "repo": ("hello-world", "notebook"),
    "repository": ("hello-world", "notebook"),
    "role": ("member", "admin"),
    "search": ("notebook", "pencil"),
    "sha": _HASH,
    "size": ("medium", "large"),
    "slug": ("hello-world", "good-morning"),
    "sort": ("name", "created_at"),
    "start": _TIME,
    "state": ("active", "inactive"),
    "status": ("active", "inactive"),
    "street": ("1 Example Street", "2 Example Street"),
    "subject": ("Hello", "Good morning"),
    "summary": ("A short summary.", "Another summary."),
    "surname": ("Lovelace", "Hopper"),
    "tag": ("blue", "green"),
    "tags": ("blue", "green"),
    "team": ("editors", "readers"),
    "text": ("Hello, world!", "Good morning!"),
    "time": _TIME,
    "timestamp": _TIME,
    "timezone": ("Europe/Paris", "Europe/Berlin"),
    "time zone": ("Europe/Paris", "Europe/Berlin"),
    "title": ("A title", "Another title"),
    "type": ("standard", "custom"),
    "unit": ("piece", "meter"),
    "updated": _TIME,
    "uri": _URL,
    "url": _URL,
    "urls": _URL,
    "user": ("ada", "grace"),
    "user agent": ("example/1.0", "sample/2.0"),
    "username": ("ada", "grace"),
    "user name": ("ada", "grace"),
    "uuid": FORMATS["uuid"],
    "value": ("blue", "large"),
    "version": ("1.0.0", "1.1.0"),
    "website": _URL,
    "zip": ("75001", "10115"),
    "zip code": ("75001", "10115"),
}  # fmt: skip

_FILES = {
    "audio": "speech.mp3",
    "avatar": "photo.png",
    "csv": "table.csv",
    "document": "report.pdf",
    "file": "report.pdf",
    "image": "photo.png",
    "mask": "mask.png",
    "pdf": "report.pdf",
    "photo": "photo.png",
    "picture": "photo.png",
    "video": "video.mp4",
    "zip": "archive.zip",
}

_NUMBERS: dict[str, tuple[float, float]] = {
    "age": (36, 45),
    "amount": (1000, 2500),
    "at": (1709209815, 1709283600),
    "bytes": (1024, 2048),
    "code": (200, 404),
    "count": (2, 3),
    "created": (1709209815, 1709283600),
    "day": (29, 1),
    "dimension": (3, 4),
    "height": (768, 1080),
    "hour": (12, 9),
    "id": (42, 43),
    "index": (0, 1),
    "lat": (48.8566, 52.52),
    "latitude": (48.8566, 52.52),
    "limit": (10, 20),
    "lng": (2.3522, 13.405),
    "lon": (2.3522, 13.405),
    "longitude": (2.3522, 13.405),
    "minute": (30, 15),
    "month": (2, 3),
    "offset": (0, 10),
    "page": (1, 2),
    "per page": (10, 20),
    "percent": (25, 50),
    "percentage": (25, 50),
    "port": (8080, 8443),
    "price": (1000, 2500),
    "probability": (0.25, 0.5),
    "quantity": (1, 2),
    "rate": (0.25, 0.5),
    "score": (0.75, 0.5),
    "seconds": (30, 60),
    "size": (10, 20),
    "temperature": (0.5, 0.75),
    "timeout": (30, 60),
    "timestamp": (1709209815, 1709283600),
    "total": (2, 3),
    "weight": (0.5, 0.25),
    "width": (1024, 1920),
    "year": (2024, 2025),
}  # fmt: skip

_FALSE = frozenset(
    ("archived", "deprecated", "disabled", "draft", "dry run", "error", "has more", "truncated")
)


def text_for(name: str, index: int) -> str:
    """A string for the value of a name, such as `first_name`; `index` is that of a list's item."""
    words = _words(name)
    found = _TEXTS.get(" ".join(words)) or _found(_TEXTS, words if words[-1:] != ("name",) else ())
    if found is not None:
        return found[index % 2]
    if words and words[-1] in ("id", "ids"):
        return "-".join((*words[:-1], ("abc123", "def456")[index % 2]))
    if words[1:] and words[-1] == "name":
        return "-".join((("example", "sample")[index % 2], *words[:-1]))
    singular = (*words[:-1], names.singular(words[-1])) if words else ()
    if (found := _found(_TEXTS, singular)) is not None:  # An item of a list.
        return found[index % 2]
    shown = singular if len(" ".join(singular)) > 2 else ()
    return " ".join((("Example", "Another")[index % 2], *shown))


def file_for(text: str) -> str:
    """The name of a file, for the name of a property or a media type."""
    words = set(_words(text))
    return next((file for word, file in _FILES.items() if word in words), "data.bin")


def number_for(name: str, index: int, *, is_whole: bool) -> float:
    """A number for the value of a name."""
    found = _found(_NUMBERS, _words(name))
    if found is None:
        return ((1, 2) if is_whole else (1.5, 2.5))[index % 2]
    return found[index % 2]


def boolean_for(name: str) -> bool:
    """A Boolean for the value of a name."""
    return " ".join(_words(name)) not in _FALSE


def _words(name: str) -> tuple[str, ...]:
    found = tuple(names.snake(name).split("_")) if name else ()
    return found[1:] if found[1:] and found[0] == "x" else found


def _found(table: Mapping[str, _Pair], words: tuple[str, ...]) -> _Pair | None:
    """The entry of the longest end of a name."""
    ends = (" ".join(words[start:]) for start in range(len(words)))
    return next((table[end] for end in ends if end in table), None)
