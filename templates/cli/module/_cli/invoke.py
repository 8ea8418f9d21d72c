"""Calls the client's methods, and shows what they return."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from .auth.words import rejected
from .failures import Failure
from .guards import is_list, is_object
from .session import resource
from .terminal import write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .auth.access import Credential
    from .program import Command
    from .session import Session


class Binary:
    """A response that is neither JSON nor text."""

    def __init__(self, content: bytes, media_type: str) -> None:
        """Store its content."""
        self.content = content
        self.media_type = media_type


def call(
    session: Session,
    command: Command,
    arguments: Mapping[str, Any],
    credential: Credential | None = None,
) -> Any:
    """Call the method of a command, and return the response as JSON, text or `Binary`.

    Raises:
        Failure: There is no credential.
        Exception: As the client raises them, with a note for a rejected credential.
    """
    if credential is not None:
        client = session.client_with({command.security[0][0]: credential})
        return _read(client, session, command, arguments)
    schemes = session.schemes(command.security)
    credentials = {name: session.access.credential(name) for name in schemes}
    try:
        return _read(session.client_with(credentials), session, command, arguments)
    except Exception as error:
        if not is_rejection(error):
            raise
        others = {n: session.hooks.rejected(session, n, c) for n, c in credentials.items()}
        found = {name: other for name, other in others.items() if other is not None}
        if not found:
            error.add_note(rejected(session, credentials))
            raise
        return _read(session.client_with(credentials | found), session, command, arguments)


def is_rejection(error: Exception) -> bool:
    """Return whether the service rejected a credential."""
    return getattr(error, "status_code", None) == 401


def _read(client: Any, session: Session, command: Command, arguments: Mapping[str, Any]) -> Any:
    owner, name = resource(client, command), command.call.rpartition(".")[2]
    if command.result == "pages":
        items = iter(getattr(owner, name)(**arguments))
        limit = session.settings.limit
        return [plain(item) for item in islice(items, limit)]
    if command.result == "stream" or arguments.get(command.flag):
        return _stream(getattr(owner, name)(**arguments))
    with getattr(owner.with_streaming_response, name)(**arguments) as response:
        content = response.read()
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return _unwrapped(_decoded(content, media_type), command.items)


def _decoded(content: bytes, media_type: str) -> Any:
    if not content:
        return None
    if media_type.endswith(("/json", "+json")) or not media_type:
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise Failure(f"The response of the service is not JSON: {error}.") from None
    if media_type.startswith("text/"):
        return content.decode("utf-8", "replace")
    return Binary(content, media_type)


def _unwrapped(found: Any, name: str) -> Any:
    """Return the list that a response merely wraps; null is an empty one."""
    if not name:
        return found
    rows: Any = (found.get(name, found) or []) if is_object(found) else found
    if not is_list(rows) and not is_object(rows):
        raise Failure(f"The response of the service has no list `{name}`.")
    return rows


def _stream(stream: Any) -> Iterator[Any]:
    with stream as results:
        for item in results:
            yield plain(item)


def plain(value: Any) -> Any:
    """Return the JSON value of what a client returns."""
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, str | int | float | bool | None):
        return value
    from msgspec import to_builtins

    return to_builtins(value)


def show(session: Session, command: Command, result: Any) -> None:
    """Print the result of a command, or write it to the file that the user named."""
    if result is None:
        if not session.output.is_json:
            session.messages.success("Deleted." if command.method == "DELETE" else "Done.")
    elif session.settings.file not in {"", "-"}:
        _save(session, result)
    elif isinstance(result, Binary):
        if session.terminal.shows and not session.settings.file:
            kind = result.media_type or "of an unknown type"
            hint = "Write it to a file with `--output FILE`, or redirect the output."
            raise Failure(f"The response is binary ({kind}).", hint)
        write(result.content)
    elif hasattr(result, "__next__"):
        for item in result:
            session.output.stream([item])
    elif isinstance(result, str) and session.output.is_table:
        write(result)
    else:
        session.output.show(result, command.columns)


def _save(session: Session, result: Any) -> None:
    """Write a result to a file: what is binary or text as it is, the rest as JSON."""
    file, size = session.settings.file, 0
    try:
        with open(file, "wb") as stream:  # noqa: PTH123
            for piece in _pieces(result):
                size += stream.write(piece)
    except OSError as error:
        raise Failure(f"`{file}` cannot be written: {error.strerror}.") from None
    session.messages.success(f"{size} bytes written to {file}.")


def _pieces(result: Any) -> Iterator[bytes]:
    if isinstance(result, Binary):
        yield result.content
    elif isinstance(result, str):
        yield result.encode()
    elif hasattr(result, "__next__"):
        for item in result:
            yield json.dumps(item, ensure_ascii=False).encode() + b"\n"
    else:
        yield json.dumps(result, indent=4, ensure_ascii=False).encode() + b"\n"
