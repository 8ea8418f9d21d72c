"""Builds the request of a call from its operation and arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from msgspec import UNSET, Struct

from ..data.arguments import ExtraBody, accepts_null
from ..data.guards import is_mapping
from ..data.mismatch import Drift
from ..data.parameters import cookie_part, escape, extra_query, header_part, path_part, query_part
from ..http.message import Body, EncodedBody, RawHeaders, Request, header, override
from .auth import Applied
from .options import Settings, base_url, path_of_url

if TYPE_CHECKING:
    from .operation import Operation, Param, Plan

Options: TypeAlias = Mapping[str, Any]
Params: TypeAlias = Mapping[str, object]
Encoder: TypeAlias = Callable[[object, ExtraBody], EncodedBody]

NEXT = "_next"
"""The private option that holds the function that makes the URL of a next page."""
_EXTRAS = frozenset(("extra_headers", "extra_query", "extra_body"))
_NO_PARAMS: Params = {}
_DOTS = re.compile(r"/\.\.?(?:;[^/]*)?(?:[/?]|\Z)")
_PATH_SAFE = "/:@!$&'()*+,;=~%?"  # A path may end in a query that is always sent.


class Prepared(Struct):
    """The data that a client prepares once for an operation."""

    operation: Any
    plan: Any
    prefix: str
    pieces: tuple[Any, ...]
    headers: RawHeaders
    applied: Applied | None
    names: tuple[str, ...]
    encode: Encoder | None
    accepts_null: bool
    simple: bool
    report: Callable[[Drift], None] | None
    kind: str

    def __repr__(self) -> str:
        # The headers may hold credentials.
        return f"Prepared({self.operation!r})"


def prepare(
    operation: Operation[Any],
    ready: Applied | tuple[str, ...],
    settings: Settings,
    common: RawHeaders,
    *,
    is_async: bool,
    report: Callable[[Drift], None] | None,
) -> Prepared:
    """Prepare what is the same in every call of an operation.

    Args:
        operation: The operation.
        ready: Its credentials, or the schemes whose secrets each call obtains.
        settings: The settings of the client.
        common: The headers of every request.
        is_async: Whether the client is async.
        report: Called with each difference of a response; None = strict.
    """
    applied = ready if isinstance(ready, Applied) else None
    plan = operation.plan
    root = _root(operation.base_url, settings)
    headers = override([(b"Accept", operation.accept.encode())], common)
    return Prepared(
        operation=operation,
        plan=plan,
        prefix=root + quote(plan.constant, safe=_PATH_SAFE) if plan.constant else root,
        pieces=tuple(
            quote(piece, safe=_PATH_SAFE) if isinstance(piece, str) else piece
            for piece in plan.pieces
        ),
        headers=headers if applied is None else override(applied.headers, headers),
        applied=applied,
        names=() if isinstance(ready, Applied) else ready,
        encode=None if operation.body is None else body_encoder(operation, is_async=is_async),
        accepts_null=operation.encoding == "json"
        and accepts_null(operation.body, required=operation.requires_body),
        simple=not (plan.query or plan.headers or plan.cookies),
        report=report,
        kind=_kind(operation),
    )


def body_encoder(operation: Operation[Any], *, is_async: bool) -> Encoder:
    """Return the function that turns a body and `extra_body` into a media type and content.

    A package ships only the modules of `bodies` that its operations need.
    """
    module = import_module(f"..bodies.{operation.encoding}", __package__)
    return partial(module.encode, operation, is_async)


def _root(own: str, settings: Settings) -> str:
    """Return the base URL of an operation."""
    if own and settings.root:
        return settings.root + path_of_url(own)
    if own.startswith("/"):
        scheme, _, rest = settings.base_url.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}{own.rstrip('/')}"
    return base_url(own) if own and not settings.chosen else settings.base_url


def write(
    prepared: Prepared,
    applied: Applied,
    options: Options,
    params: Params | None,
    body: object,
    timeout: Mapping[str, float | None],
) -> Request:
    """Return the request of a call.

    Raises:
        TypeError: An argument is missing or of the wrong type.
        ValueError: An argument has an impossible value.
    """
    try:
        return _write(prepared, applied, options, params, body, timeout)
    except (TypeError, ValueError) as error:
        error.add_note(f"An argument of {prepared.operation.name}().")
        raise


def _write(
    prepared: Prepared,
    applied: Applied,
    options: Options,
    params: Params | None,
    body: object,
    timeout: Mapping[str, float | None],
) -> Request:
    for name in _EXTRAS & options.keys():
        if options[name] is not None and not is_mapping(options[name]):
            raise TypeError(f"{name} must be a mapping, not {type(options[name]).__name__}")
    plan: Plan = prepared.plan
    params = _NO_PARAMS if params is None else params
    kind, content = "", None
    if prepared.encode is not None:
        kind, content = _content(prepared, prepared.encode, options, body)
    url = prepared.prefix
    if not plan.constant:
        url += _path(prepared.pieces, params)
    # Credentials are added last, after all errors of arguments: some tools show the local
    # variables of tracebacks.
    more: RawHeaders = [] if content is None else [(b"Content-Type", kind.encode())]
    if not prepared.simple or applied.query or applied.cookies or options:
        query = _query(plan, applied, options, params)
        url = f"{url}{'&' if '?' in url else '?'}{query}" if query else url
        url = options[NEXT](url, applied.query) if options and NEXT in options else url
        more = override(more, _headers(plan, applied, options, params))
    return Request(
        prepared.operation.method,
        url,
        _joined(prepared, applied, more),
        content,
        timeout,
        operation=prepared.operation.name,
    )


def _path(pieces: tuple[str | Param, ...], params: Params) -> str:
    path = "".join(
        piece if isinstance(piece, str) else path_part(piece, params.get(piece.argument))
        for piece in pieces
    )
    # Servers resolve such segments, even if their dots are encoded.
    if "/." in path and _DOTS.search(path):
        names = " and ".join(piece.argument for piece in pieces if not isinstance(piece, str))
        raise ValueError(f"{names} must not be '.' or '..' as a segment of the path")
    return path


def _query(plan: Plan, applied: Applied, options: Options, params: Params) -> str:
    parts: list[str] = []
    for param in plan.query:
        value = params.get(param.argument)
        if value is not None or param.required:
            parts += query_part(param, value)
    parts += [f"{escape(name)}={escape(text)}" for name, text in applied.query]
    extra = options.get("extra_query")
    if extra:
        parts += extra_query(extra)
    return "&".join(parts)


def _headers(plan: Plan, applied: Applied, options: Options, params: Params) -> RawHeaders:
    """Return the headers that differ from call to call."""
    more: RawHeaders = []
    for param in plan.headers:
        text = header_part(param, params.get(param.argument))
        if text is not None:
            more.append(header(param.name, text))
    cookies: list[str] = []
    for param in plan.cookies:
        cookies += cookie_part(param, params.get(param.argument))
    extra: Mapping[str, str] | None = options.get("extra_headers")
    added = [header(name, value) for name, value in extra.items()] if extra else []
    cookies += [f"{name}={escape(text)}" for name, text in applied.cookies]
    if cookies:
        given = [text.decode() for name, text in more if name.lower() == b"cookie"]
        more = override(more, [(b"Cookie", "; ".join(given + cookies).encode())])
    return override(more, added) if added else more


def _joined(prepared: Prepared, applied: Applied, more: RawHeaders) -> RawHeaders:
    headers = prepared.headers
    if prepared.applied is None:
        headers = override(applied.headers, headers)
    return override(headers, more) if more else headers


def _content(
    prepared: Prepared,
    encode: Encoder,
    options: Options,
    body: object,
) -> tuple[str, bytes | Body | None]:
    """Return the media type and the content of the body; no content if there is no body.

    Raises:
        TypeError: The body is required and missing.
    """
    extra = options.get("extra_body")
    if body is UNSET or (body is None and not prepared.accepts_null):
        if extra is None:
            if prepared.operation.requires_body:
                raise TypeError("body is required, and must not be None")
            return "", None
        body = None
    return encode(body, extra)


def _kind(operation: Operation[Any]) -> str:
    if operation.stream:
        return "stream"
    if operation.result is None:
        return "none"
    return "mixed" if "," in operation.accept else _read_as(operation.accept)


def kind_of_response(accept: str, media_type: str) -> str:
    """Return how to read a response that may be of several media types.

    Args:
        accept: The accepted media types, the preferred one first.
        media_type: That of the response; another one is read as the preferred.
    """
    kinds = [_read_as(name) for name in accept.removesuffix(", */*").split(", ")]
    kind = _read_as(media_type)
    return kind if media_type and kind in kinds else kinds[0]


def _read_as(media_type: str) -> str:
    name = media_type.partition(";")[0].strip().lower()
    if name in {"application/json", "application/*", "text/json", "*/*"} or name.endswith("+json"):
        return "json"
    return "text" if name.startswith("text/") else "bytes"
