"""The programs in `typed/programs/`, run against a local service; each has its expected output.

`test_static_types.py` checks their types.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
import yaml
from server import Server, json
from subprocesses import ROOT, printed

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from common import Expected
    from server import Recorded

PROGRAMS = sorted((Path(__file__).parent / "typed" / "programs").glob("*.py"))
SPEC = ROOT / "specs" / "inference_2025-04.oas.yaml"
IDS = {"X-Pinecone-Request-Id": "req-17"}


class Service:
    """Responds as the examples of the document do, for the models that they list."""

    def __init__(self) -> None:
        self._paths = yaml.safe_load(SPEC.read_text("utf-8"))["paths"]
        self._models = self._example("/models", "get", "200")["models"]

    def step(self, connection: socket.socket, request: Recorded) -> None:
        connection.sendall(self._respond(request))

    def _respond(self, request: Recorded) -> bytes:
        if request.headers["api-key"] != "k":
            return json(self._example(request.path, "get", "401"), 401, IDS)
        if request.path == "/models":
            return json({"models": self._listed(parse_qs(request.raw_query))})
        if request.path == "/embed":
            return self._embed(request.json())
        if request.path == "/rerank":
            return json(self._rerank(request.json()))
        name = request.path.removeprefix("/models/")
        found = next((model for model in self._models if model["model"] == name), None)
        unknown = self._example("/models/{model_name}", "get", "404")
        return json(unknown, 404, IDS) if found is None else json(found)

    def _listed(self, query: dict[str, list[str]]) -> list[Any]:
        filters = {key: query[key][0] for key in ("type", "vector_type") if key in query}
        return [m for m in self._models if all(m.get(k) == v for k, v in filters.items())]

    def _embed(self, body: dict[str, Any]) -> bytes:
        if body["inputs"][0]["text"] == "Too fast?":
            error = {"code": "RESOURCE_EXHAUSTED", "message": "Wait a second between requests."}
            return json({"status": 429, "error": error}, 429, {**IDS, "Retry-After": "1"})
        kind = "sparse" if "sparse" in body["model"] else "dense"
        example = self._example("/embed", "post", "200", kind)
        data = [example["data"][0]] * len(body["inputs"])
        return json({**example, "model": body["model"], "data": data})

    def _rerank(self, body: dict[str, Any]) -> Any:
        """Score the last document highest."""
        documents = list(enumerate(body["documents"]))[::-1]
        data: list[dict[str, Any]] = [
            {"index": i, "score": 0.4 * 0.1**n, "document": document}
            for n, (i, document) in enumerate(documents[: body.get("top_n")])
        ]
        for item in data:
            if not body.get("return_documents", True):
                del item["document"]
        return {"model": body["model"], "data": data, "usage": {"rerank_units": 1}}

    def _example(self, path: str, method: str, status: str, name: str = "") -> Any:
        content = self._paths[path][method]["responses"][status]["content"]["application/json"]
        examples = content["examples"]
        return examples[name or next(iter(examples))]["value"]


@pytest.fixture
def service() -> Iterator[Server]:
    with Server() as server:
        server.script(Service().step)
        yield server


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_program(program: Path, service: Server, expected: Expected) -> None:
    env = {"PINECONE_CONTROLLER_HOST": service.url, "PINECONE_API_KEY": "k", "COLUMNS": "100"}
    out = printed("-W", "error", program, **env, NO_PROXY="127.0.0.1")
    file = program.with_suffix(".txt")
    wanted = file.read_text("utf-8") if file.exists() else ""
    if out != wanted and not expected.rewrite(file, out.encode()):
        assert out == wanted
