"""The base classes of groups of operations that have their own service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from .caller import AsyncCaller, SyncCaller
from .resource import AsyncResource, Resource
from .service import Service


class Namespace(Resource):
    """The operations of one of the services that a client talks to."""

    _service: ClassVar[Service]

    def __init__(self, caller: SyncCaller, variables: Mapping[str, str] | None = None) -> None:
        """Use a copy of `caller` for this service; `variables` are those of its URL."""
        super().__init__(caller.with_service(self._service, variables or {}))


class AsyncNamespace(AsyncResource):
    """The operations of one of the services that an async client talks to."""

    _service: ClassVar[Service]

    def __init__(self, caller: AsyncCaller, variables: Mapping[str, str] | None = None) -> None:
        """Use a copy of `caller` for this service; `variables` are those of its URL."""
        super().__init__(caller.with_service(self._service, variables or {}))
