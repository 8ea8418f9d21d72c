"""The base classes of generated clients."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from ..lazy import LazyModule, publish
from .auth import Credential
from .caller import AsyncCaller, SyncCaller
from .options import DEFAULT_TIMEOUT, AsyncClientOptions, ClientOptions, CopyOptions, Timeout
from .service import Service

if TYPE_CHECKING:
    import httpx2
else:
    httpx2 = LazyModule("httpx2")


class _Client:
    """The common base of both clients. Their caller, which resources share, does the work."""

    if TYPE_CHECKING:  # Tools evaluate annotations in the public module.
        _caller: Any

    def with_options(self, **options: Unpack[CopyOptions]) -> Self:
        """Return a copy with other settings that shares the connections.

        Closing the copy leaves the original open; closing the original closes both.

        Args:
            options: `base_url`, `timeout`, `max_retries`, `default_headers`, `strict`, `on_drift`;
                see `types.CopyOptions`.

        Raises:
            ConfigurationError: An option has an impossible value.
            TypeError: An option is unknown, or of the wrong type.
        """
        copy = object.__new__(type(self))
        copy._caller = self._caller.with_options(options)
        return copy

    @property
    def base_url(self) -> str:
        """The base URL of the service."""
        url: str = self._caller.base_url
        return url

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called."""
        closed: bool = self._caller.is_closed
        return closed

    def __repr__(self) -> str:
        return repr(self._caller)

    def __copy__(self) -> Self:
        return self.with_options()

    def __deepcopy__(self, memo: object) -> Self:
        return self.with_options()

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError(
            f"a {type(self).__name__} cannot be pickled: it holds connections and credentials;"
            " make one in each process"
        )


class SyncClient(_Client):
    """The base of blocking clients. Safe to share between threads."""

    if TYPE_CHECKING:
        _caller: SyncCaller

    def __init__(
        self,
        service: Service,
        credentials: Mapping[str, Credential],
        *,
        base_url: str | None = None,
        timeout: float | Timeout | None = DEFAULT_TIMEOUT,
        max_retries: int = 2,
        default_headers: Mapping[str, str] | None = None,
        http_client: httpx2.Client | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        try:
            self._caller = SyncCaller(
                type(self),
                service,
                credentials,
                base_url=base_url,
                timeout=timeout,
                max_retries=max_retries,
                default_headers=default_headers,
                http_client=http_client,
                options=options,
            )
        except (TypeError, ValueError) as error:
            from ..reporting.frames import trim

            trim(error)
            raise

    def close(self) -> None:
        """Close the connections; idempotent. A given `http_client` stays open."""
        self._caller.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncClient(_Client):
    """The base of async clients, which run on asyncio.

    Usable from several event loops, one after the other.
    """

    if TYPE_CHECKING:
        _caller: AsyncCaller

    def __init__(
        self,
        service: Service,
        credentials: Mapping[str, Credential],
        *,
        base_url: str | None = None,
        timeout: float | Timeout | None = DEFAULT_TIMEOUT,
        max_retries: int = 2,
        default_headers: Mapping[str, str] | None = None,
        http_client: httpx2.AsyncClient | None = None,
        **options: Unpack[AsyncClientOptions],
    ) -> None:
        try:
            self._caller = AsyncCaller(
                type(self),
                service,
                credentials,
                base_url=base_url,
                timeout=timeout,
                max_retries=max_retries,
                default_headers=default_headers,
                http_client=http_client,
                options=options,
            )
        except (TypeError, ValueError) as error:
            from ..reporting.frames import trim

            trim(error)
            raise

    async def close(self) -> None:
        """Close the connections; idempotent. A given `http_client` stays open."""
        await self._caller.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


publish("client", _Client, AsyncClient, SyncClient)
