"""The logic of a call, without input or output: see `effects`.

A call builds the request, tries to send it, waits between tries, and reads the response.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ..data.decoder import decode
from ..data.mismatch import Drift
from ..errors import (
    APIConnectionError,
    APIError,
    APIResponseError,
    AuthenticationError,
    InvalidJSON,
    Mismatch,
    ResponseValidationError,
)
from ..http.message import BodyError, RawHeaders, Request, Response, override
from ..reporting import log
from . import retry
from .auth import Applied, Credentials, Security, Texts, TokenSource, check_secret, redact
from .checks import check_names
from .effects import Flow, Invoke, Read, Sleep
from .error_response import status_error, with_request, without_secrets
from .operation import Operation
from .options import RetryEvent, Settings, retries, timeouts
from .request import NEXT, Options, Params, Prepared, kind_of_response, prepare, write
from .responses import MODE, STREAM, AsyncStreamingResponse, RawResponse, StreamingResponse

if TYPE_CHECKING:
    from ..reporting.drift import Reporter

_KNOWN = frozenset(
    ("timeout", "max_retries", "extra_headers", "extra_query", "extra_body", MODE, NEXT, STREAM)
)
_FETCH: Operation[Any] = Operation("oauth2_token", "POST", "")


class Engine:
    """The calls of one client, or of one of its copies."""

    __slots__ = (
        "_common",
        "_credentials",
        "_default_security",
        "_drive",
        "_id_header",
        "_is_async",
        "_prepared",
        "_reporter",
        "_secret_headers",
        "_settings",
        "_streaming",
    )

    def __init__(
        self,
        settings: Settings,
        credentials: Credentials,
        *,
        security: Security,
        headers: RawHeaders,
        id_header: str,
        reporter: Reporter,
        streaming: type[StreamingResponse[Any] | AsyncStreamingResponse[Any]],
        drive: Callable[[Flow[Any]], object],
    ) -> None:
        """Store the client's settings; `headers` are sent with every request.

        `id_header` is the header of responses that holds the request id, or "".
        `drive` runs another flow over the client's transport, without its middleware.
        """
        self._settings = settings
        self._credentials = credentials
        self._default_security = security
        self._common = headers
        self._id_header = id_header
        self._reporter = reporter
        self._streaming = streaming
        self._drive = drive
        self._is_async = issubclass(streaming, AsyncStreamingResponse)
        self._secret_headers = credentials.header_names()
        self._prepared: dict[Operation[Any], Prepared] = {}

    def call(
        self, operation: Operation[Any], options: Options, params: Params | None, body: object
    ) -> Flow[Any]:
        """Make a call; return the result, or the response if a mode asks for it."""
        prepared = self._prepared.get(operation) or self._prepare(operation)
        settings = self._settings
        limit, most = settings.timeout, settings.max_retries
        mode = open_stream = None
        if options:
            _check_options(operation, options)
            mode, open_stream = options.get(MODE), options.get(STREAM)
            limit = timeouts(options["timeout"]) if "timeout" in options else limit
            most = retries(options["max_retries"]) if "max_retries" in options else most
        if prepared.kind == "stream" and open_stream is None:
            raise TypeError(f"{operation.name}: use `open_stream` or `open_async_stream`")
        applied = prepared.applied or (yield from self._obtain_credentials(prepared.names))
        request = write(prepared, applied, options, params, body, limit)
        request.stream = mode == "stream" or (prepared.kind == "stream" and mode is None)
        response, applied = yield from self._sent(prepared, request, applied, most)
        if mode is None:
            return self._result(prepared, request, applied, response, open_stream)
        read = partial(self._result, prepared, request, applied, response, open_stream)
        return (self._streaming if mode == "stream" else RawResponse)(response, read)

    def _sent(
        self, prepared: Prepared, request: Request, applied: Applied, most: int
    ) -> Flow[tuple[Response, Applied]]:
        """Send with retries; if fetched tokens are rejected, once more with new tokens."""
        operation, settings = prepared.operation, self._settings
        try:
            response = yield from self._send_with_retries(
                operation, request, applied, most, settings
            )
        except AuthenticationError:
            fresh = yield from self._renew(prepared.names, request, applied)
            if fresh is None:
                raise
        else:
            return response, applied
        response = yield from self._send_with_retries(operation, request, fresh, most, settings)
        return response, fresh

    def _send_with_retries(
        self,
        operation: Operation[Any],
        first: Request,
        applied: Applied,
        most: int,
        settings: Settings,
    ) -> Flow[Response]:
        failures = 0
        while True:
            # Middleware may change the request, so each try has its own copy.
            request = _copy(first, failures + 1) if most or settings.middleware else first
            if settings.on_request is not None:
                yield Invoke(settings.on_request, (request,))
            log.sent(request, self._secret_headers, applied.secrets)
            start = time.perf_counter()
            try:
                response: Response = yield request
                response.id_header = self._id_header
                took = time.perf_counter() - start
                log.answered(request, response, took, self._secret_headers, applied.secrets)
                if settings.on_response is not None:
                    yield from _call_hook(settings.on_response, response)
                if 200 <= response.status_code < 300:
                    return response
                if response.source is not None:
                    yield Read(response)
            except APIConnectionError as error:
                log.failed(request, error, time.perf_counter() - start, applied.secrets)
                self._note(error, request, applied)
                failures += 1
                if failures > most or not error.retryable or _spent(request):
                    raise
                delay = retry.backoff(failures, retry.random_fraction())
                event = RetryEvent(first.operation, failures, delay, None, type(error).__name__)
            except APIError as error:
                self._note(error, request, applied)
                raise
            except BodyError as error:
                raise error.cause from None
            else:
                failures += 1
                again = failures <= most and not _spent(request)
                delay = self._delay(response, failures) if again else -1.0
                if delay < 0:
                    error_ = status_error(operation, response, applied.secrets)
                    raise with_request(error_, request, applied.secrets)
                event = RetryEvent(first.operation, failures, delay, response.status_code)
            log.waiting(event, most)
            if settings.on_retry is not None:
                yield Invoke(settings.on_retry, (event,))
            yield Sleep(delay)

    def _delay(self, response: Response, failures: int) -> float:
        """Return the seconds until the next try; negative if there must be none."""
        if not retry.should_retry(response.status_code, response.headers):
            return -1.0
        delay = retry.delay_after(response.headers, failures, retry.random_fraction(), time.time())
        return -1.0 if delay is None else delay

    def _note(self, error: APIError, request: Request, applied: Applied) -> None:
        """Complete an error of the transport, and redact credentials in its response."""
        with_request(error, request, applied.secrets)
        answered = getattr(error, "response", None)
        if isinstance(answered, Response):
            answered.source, answered.id_header = None, self._id_header
            vars(error)["response"] = without_secrets(answered, applied.secrets)

    # Credentials

    def _prepare(self, operation: Operation[Any]) -> Prepared:
        settings, security = self._settings, operation.security
        ready = self._credentials.ready(self._default_security if security is None else security)
        prepared = self._prepared[operation] = prepare(
            operation,
            ready,
            settings,
            self._common,
            is_async=self._is_async,
            report=None if settings.strict else partial(self._report, operation.name),
        )
        return prepared

    def _obtain_credentials(self, names: tuple[str, ...]) -> Flow[Applied]:
        """Obtain credentials from functions and token sources."""
        texts = Texts()
        for scheme, arg, source in self._credentials.sources(names):
            if isinstance(source, TokenSource):
                texts.append((yield from source.obtain(self._fetch)))
            else:
                value = source if isinstance(source, str) else (yield Invoke(source))
                texts.append(check_secret(arg, value, scheme))
        return self._credentials.apply(names, texts)

    def _fetch(self, request: Request, applied: Applied) -> Flow[Response]:
        """Send a token request over the client's connections.

        It is not a request to the API: it has no headers of the user, and neither hooks nor
        middleware see it.
        """
        ours = [pair for pair in self._common if pair[0] in {b"Accept-Encoding", b"User-Agent"}]
        request.raw_headers = override(ours, request.raw_headers)
        settings = replace(
            self._settings, middleware=(), on_request=None, on_response=None, on_retry=None
        )
        request.timeout = settings.timeout
        flow = self._send_with_retries(_FETCH, request, applied, settings.max_retries, settings)
        response: Response = yield Invoke(self._drive, (flow,))
        return response

    def _renew(self, names: tuple[str, ...], request: Request, applied: Applied) -> Flow[Any]:
        """Put new tokens into a rejected request; return None if that changes nothing."""
        if _spent(request) or not self._credentials.refuse(names, applied):
            return None
        fresh = yield from self._obtain_credentials(names)
        swap = dict(zip(applied.headers, fresh.headers, strict=True))
        if all(swap.get(pair, pair) == pair for pair in request.raw_headers):
            return None
        request.raw_headers = [swap.get(pair, pair) for pair in request.raw_headers]
        return fresh

    # Reading the response

    def _result(
        self,
        prepared: Prepared,
        request: Request,
        applied: Applied,
        response: Response,
        open_stream: Callable[..., Any] | None,
    ) -> Any:
        kind = prepared.kind
        if kind == "mixed":
            came = response.headers.get("content-type", "")
            kind = kind_of_response(prepared.operation.accept, came)
        if open_stream is not None:
            return self._stream(prepared, request, applied, response, open_stream)
        if kind == "json":
            type_ = prepared.operation.result_type(response.status_code)
            result = self._json(prepared, request, applied, response, type_)
        elif kind == "none":
            return None
        elif kind == "text":
            return response.content.decode(_charset(response), "replace")
        else:
            return response.content
        return self._noted(result, response)

    @staticmethod
    def _noted(result: object, response: Response) -> object:
        """Store the request id on a result, and return the result."""
        state: object = getattr(result, "__dict__", None)
        if state is not None:
            request_id = response.request_id
            if request_id is not None and isinstance(state, dict):
                state["_request_id"] = request_id
        return result

    def _stream(
        self,
        prepared: Prepared,
        request: Request,
        applied: Applied,
        response: Response,
        open_stream: Callable[..., Any],
    ) -> Any:
        def read(data: bytes, type_: Any) -> Any:
            part = response.part(data)
            return self._noted(self._json(prepared, request, applied, part, type_), part)

        def fail(data: bytes) -> APIError:
            part = response.part(data)
            return status_error(prepared.operation, part, applied.secrets)

        note = partial(self._note, request=request, applied=applied)
        return open_stream(response, prepared.operation, read, fail, note)

    def _json(
        self,
        prepared: Prepared,
        request: Request,
        applied: Applied,
        response: Response,
        type_: Any,
    ) -> Any:
        content = response.content
        strict = self._settings.strict
        failure: APIError
        if not content:
            # If some responses of the operation have no content, its result can be None.
            try:
                return decode(b"null", type_, strict=True)
            except Mismatch:
                failure = APIResponseError("the response is empty; JSON was expected", response)
        else:
            try:
                return decode(content, type_, strict=strict, on_drift=prepared.report)
            except InvalidJSON:
                failure = APIResponseError(
                    _not_json(response), without_secrets(response, applied.secrets)
                )
            except Mismatch as error:
                failure = ResponseValidationError(
                    redact(str(error), applied.secrets),
                    without_secrets(response, applied.secrets),
                    path=error.path,
                    body=decode(content, Any),
                )
        raise with_request(failure, request, applied.secrets)

    def _report(self, operation: str, drift: Drift) -> None:
        self._reporter.report(operation, drift, self._settings.on_drift)


def _check_options(operation: Operation[Any], options: Options) -> None:
    if not _KNOWN.issuperset(options):
        arguments = [param.argument for param in operation.params]
        arguments += getattr(operation.body, "__struct_fields__", ())
        check_names(operation.name, options, _KNOWN, arguments)


def _call_hook(hook: Callable[[Response], object], response: Response) -> Flow[None]:
    """Call a hook; if it fails or is cancelled, close the response."""
    try:
        yield Invoke(hook, (response,))
    except GeneratorExit:
        raise
    except BaseException:
        if response.source is not None:
            yield Invoke(response.source.close)
        raise


def _copy(request: Request, attempt: int) -> Request:
    return Request(
        request.method,
        request.url,
        list(request.raw_headers),
        request.content,
        request.timeout,
        stream=request.stream,
        operation=request.operation,
        attempt=attempt,
    )


def _spent(request: Request) -> bool:
    """Whether the body was consumed and cannot be sent again."""
    content = request.content
    return content is not None and not isinstance(content, bytes) and content.spent


def _charset(response: Response) -> str:
    import codecs

    _, _, name = response.headers.get("content-type", "").partition("charset=")
    try:
        return codecs.lookup(name.partition(";")[0].strip(" \"'")).name
    except LookupError:
        return "utf-8"


def _not_json(response: Response) -> str:
    kind = response.headers.get("content-type", "")
    if not kind or any(word in kind.lower() for word in ("json", "event-stream")):
        return "the response is not valid JSON"
    return f"the response is not JSON but {kind[:80]}"
