"""The base classes of groups of operations that have their own service."""

from __future__ import annotations

from typing import ClassVar

from .resource import AsyncResource, Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from .client import AsyncClient, SyncClient
    from .service import Service


class Namespace(Resource):
    """The operations of one of the services that a client talks to."""

    _service: ClassVar[Service]

    def __init__(self, client: SyncClient, variables: Mapping[str, str] | None = None) -> None:
        """Use a copy of `client` for this service; `variables` are those of its URL."""
        super().__init__(client.with_service(self._service, variables or {}))


class AsyncNamespace(AsyncResource):
    """The operations of one of the services that an async client talks to."""

    _service: ClassVar[Service]

    def __init__(self, client: AsyncClient, variables: Mapping[str, str] | None = None) -> None:
        """Use a copy of `client` for this service; `variables` are those of its URL."""
        super().__init__(client.with_service(self._service, variables or {}))
