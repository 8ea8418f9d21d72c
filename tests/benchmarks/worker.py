"""Runs tasks of clients for `client.py`, and prints what each costs.

Arguments: the server's URL, then names of clients. Each line of standard input is a client, a task
and a number of repetitions. Each line of standard output is the CPU seconds of all threads, the
resident memory in KiB before, and its peak.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import server

CONCURRENT = 1000
TEXTS = [f"text number {number}" for number in range(96)]
KEY = "benchmark-key"


class Client:
    """The tasks, which a subclass implements with one client."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.runner = asyncio.Runner()
        self.data = server.embeddings()

    def decode(self) -> Any:
        raise NotImplementedError

    def list_models(self) -> Any:
        raise NotImplementedError

    def embed(self) -> Any:
        raise NotImplementedError

    async def list_models_async(self) -> Any:
        raise NotImplementedError

    def burst(self) -> Any:
        async def main() -> list[Any]:
            return await asyncio.gather(*(self.list_models_async() for _ in range(CONCURRENT)))

        return self.runner.run(main())


class Reference(Client):
    """msgspec and hand-written structs."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.decoder = import_module("structs").decoder()

    def decode(self) -> Any:
        return self.decoder.decode(self.data)


class Ours(Client):
    """The generated package."""

    options: ClassVar[dict[str, Any]] = {}

    def __init__(self, url: str) -> None:
        super().__init__(url)
        package = import_module("pinecone_inference")
        self.list = package.EmbeddingsList
        self.client = package.Pinecone(api_key=KEY, base_url=url, **self.options)
        self.async_client = package.AsyncPinecone(api_key=KEY, base_url=url, **self.options)

    def decode(self) -> Any:
        return self.list.from_json(self.data)

    def list_models(self) -> Any:
        return self.client.inference.list_models()

    def embed(self) -> Any:
        return self.client.inference.embed(model="m", inputs=TEXTS)

    async def list_models_async(self) -> Any:
        return await self.async_client.inference.list_models()


class Drifting(Ours):
    """The generated package, with responses that have an unknown property."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.data = self.data.rstrip()[:-1] + b', "new": 1}'
        self.list.from_json(self.data)  # The first drift of a kind warns.


class Fast(Ours):
    """The generated package with `transport="fast"`."""

    options: ClassVar[dict[str, Any]] = {"transport": "fast"}


class Pinecone(Client):
    """The hand-written SDK."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        package = import_module("pinecone")
        self.client = package.Pinecone(api_key=KEY, host=url)
        self.async_client = package.AsyncPinecone(api_key=KEY, host=url)
        module = import_module("pinecone._internal.adapters.inference_adapter")
        self.adapter = module.InferenceAdapter

    def decode(self) -> Any:
        return self.adapter.to_embeddings_list(self.data)

    def list_models(self) -> Any:
        return self.client.inference.list_models()

    def embed(self) -> Any:
        return self.client.inference.embed(model="m", inputs=TEXTS)

    async def list_models_async(self) -> Any:
        return await self.async_client.inference.list_models()


class OpenapiPythonClient(Client):
    """The client that openapi-python-client generates."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        name = "pinecone_inference_api_client"
        self.calls = [import_module(f"{name}.api.inference.{call}") for call in ("list_models",)]
        self.models = import_module(f"{name}.models")
        self.client = import_module(name).AuthenticatedClient(
            base_url=url, token=KEY, prefix="", auth_header_name="Api-Key"
        )

    def decode(self) -> Any:
        return self.models.EmbeddingsList.from_dict(import_module("json").loads(self.data))

    def list_models(self) -> Any:
        return self.calls[0].sync(client=self.client)

    async def list_models_async(self) -> Any:
        return await self.calls[0].asyncio(client=self.client)


class OpenapiGenerator(Client):
    """The client that openapi-generator generates."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        package = import_module("oag_client")
        self.list = package.EmbeddingsList
        settings = package.Configuration(host=url, api_key={"ApiKeyAuth": KEY})
        self.api = package.InferenceApi(package.ApiClient(settings))

    def decode(self) -> Any:
        return self.list.from_json(self.data)

    def list_models(self) -> Any:
        return self.api.list_models()


CLIENTS: dict[str, type[Client]] = {
    "msgspec": Reference,
    "ours": Ours,
    "drifting": Drifting,
    "fast": Fast,
    "pinecone": Pinecone,
    "openapi-python-client": OpenapiPythonClient,
    "openapi-generator": OpenapiGenerator,
}


def memory(name: str) -> int:
    """The resident memory in KiB: now (`VmRSS`) or at its peak (`VmHWM`)."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def main() -> None:
    clients = {name: CLIENTS[name](sys.argv[1]) for name in sys.argv[2:]}
    for line in sys.stdin:
        name, task, count = line.split()
        work = getattr(clients[name], task)
        gc.collect()
        # Resets the peak, so that it is the peak of this task.
        Path("/proc/self/clear_refs").write_text("5", "ascii")
        before = memory("VmRSS")
        start = time.process_time()
        for _ in range(int(count)):
            work()
        spent = time.process_time() - start
        print(spent, before, memory("VmHWM"), flush=True)


if __name__ == "__main__":
    main()
