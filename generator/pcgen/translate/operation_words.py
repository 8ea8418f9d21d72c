"""The name in an operationId."""

from __future__ import annotations

from pcgen.translate.selection import METHODS


def operation_words(operation_id: str, path: str) -> str:
    """Return the operationId without the path and HTTP method that FastAPI appends.

    `list_voices_v1_audio_voices_get` is `list_voices`, for the path `/v1/audio/voices`; others stay
    as they are. A route with several methods ends with any one of them. Only letters and digits
    count, since tools rewrite such identifiers (`listVoicesV1AudioVoicesGet`).
    """
    is_root = not _letters(path)
    for method in METHODS:
        if is_root and not operation_id.endswith(f"__{method}"):
            continue
        suffix = _letters(f"{path} {method}")
        start = _start_of(operation_id, suffix)
        if start and _letters(operation_id[:start]):
            return operation_id[:start].rstrip("_-.")
    return operation_id


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def _start_of(text: str, suffix: str) -> int:
    """The index at which a word begins whose letters, up to the end, are `suffix`; 0 if none."""
    left = len(suffix)
    for index in range(len(text) - 1, 0, -1):
        left -= text[index].isalnum()
        if left == 0:
            begins = text[index].isupper() or not text[index - 1].isalnum()
            return index if begins and _letters(text[index:]) == suffix else 0
    return 0
