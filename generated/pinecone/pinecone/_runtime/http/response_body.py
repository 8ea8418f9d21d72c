"""The body of a response while it arrives: decompressed, limited in size, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .decompression import Inflate, TooLargeError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from ..errors import APIError
    from .message import Response


class _ResponseBody:
    """The common base of both bodies."""

    __slots__ = ("_caught", "_fail", "_inflate", "_is_begun", "_response")

    def __init__(
        self,
        response: Response,
        *,
        packed: bool,
        caught: tuple[type[Exception], ...],
        fail: Callable[[Exception, Response], APIError],
    ) -> None:
        self._response = response
        self._inflate = Inflate.of(response.headers) if packed else None
        self._caught = caught
        self._fail = fail
        self._is_begun = False

    def _begin(self) -> None:
        if self._is_begun:
            raise OSError("the body was read before")
        self._is_begun = True

    def _keep(self, pieces: list[bytes]) -> None:
        self._response.content = pieces[0] if len(pieces) == 1 else b"".join(pieces)


class ResponseBody(_ResponseBody):
    """A `Source` over any blocking HTTP library."""

    __slots__ = ("_close", "_read")

    def __init__(
        self,
        response: Response,
        read: Callable[[], Iterator[bytes]],
        close: Callable[[], None],
        *,
        packed: bool,
        caught: tuple[type[Exception], ...],
        fail: Callable[[Exception, Response], APIError],
    ) -> None:
        """Store the functions that read and close the response.

        `packed` = the library does not decompress. `fail` turns an exception that is one of
        `caught` into an `APIError`.
        """
        super().__init__(response, packed=packed, caught=caught, fail=fail)
        self._read = read
        self._close = close

    def fill(self, most: int | None) -> None:
        """Read the body into the response; after an error, what arrived is kept.

        Raises:
            TooLargeError: The body has more bytes than `most`.
        """
        pieces: list[bytes] = []
        size = 0
        try:
            for piece in self._pieces():
                pieces.append(piece)
                size += len(piece)
                if most is not None and size > most:
                    raise TooLargeError
        finally:
            self._keep(pieces)
            self._close()

    def read(self) -> bytes:
        """Return the whole body, then close."""
        return b"".join(self.iter_bytes())

    def iter_bytes(self) -> Iterator[bytes]:
        """Yield the body in pieces, then close."""
        try:
            yield from self._pieces()
        except self._caught as error:
            failure = self._fail(error, self._response)
        else:
            return
        finally:
            self._close()
        raise failure

    def close(self) -> None:
        """Close without reading the rest; idempotent."""
        self._is_begun = True
        self._close()

    def _pieces(self) -> Iterator[bytes]:
        self._begin()
        inflate = self._inflate
        if inflate is None:
            yield from self._read()
            return
        for packed in self._read():
            yield from inflate.pieces(packed)
        inflate.end()


class AsyncResponseBody(_ResponseBody):
    """The async counterpart of `ResponseBody`."""

    __slots__ = ("_close", "_read")

    def __init__(
        self,
        response: Response,
        read: Callable[[], AsyncIterator[bytes]],
        close: Callable[[], Awaitable[None]],
        *,
        packed: bool,
        caught: tuple[type[Exception], ...],
        fail: Callable[[Exception, Response], APIError],
    ) -> None:
        """See `ResponseBody`."""
        super().__init__(response, packed=packed, caught=caught, fail=fail)
        self._read = read
        self._close = close

    async def fill(self, most: int | None) -> None:
        """Read the body into the response; as `ResponseBody.fill`."""
        pieces: list[bytes] = []
        size = 0
        try:
            async for piece in self._pieces():
                pieces.append(piece)
                size += len(piece)
                if most is not None and size > most:
                    raise TooLargeError
        finally:
            self._keep(pieces)
            await self._close()

    async def read(self) -> bytes:
        """Return the whole body, then close."""
        return b"".join([piece async for piece in self.iter_bytes()])

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        """Yield the body in pieces, then close."""
        try:
            async for piece in self._pieces():
                yield piece
        except self._caught as error:
            failure = self._fail(error, self._response)
        else:
            return
        finally:
            await self._close()
        raise failure

    async def close(self) -> None:
        """Close without reading the rest; idempotent."""
        self._is_begun = True
        await self._close()

    async def _pieces(self) -> AsyncIterator[bytes]:
        self._begin()
        inflate = self._inflate
        async for piece in self._read():
            if inflate is None:
                yield piece
                continue
            for unpacked in inflate.pieces(piece):
                yield unpacked
        if inflate is not None:
            inflate.end()
