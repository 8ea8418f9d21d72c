"""The Python programs of the documentation, with only their import line changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import seeds
from facts import DOCUMENTS, MODELS, NAMES, RERANK
from server import json
from subprocesses import printed

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server

LIST = """\
from pinecone_inference import Pinecone

pc = Pinecone(api_key="YOUR_API_KEY")

models = pc.inference.list_models()

print(models)
"""
RANK = """\
from pinecone_inference import Pinecone

pc = Pinecone(api_key="YOUR_API_KEY")

result = pc.inference.rerank(
    model="bge-reranker-v2-m3",
    query="Which company makes the iPhone?",
    documents=[
        {"id": "vec1", "text": "Apples are fruit."},
        {"id": "vec2", "text": "Apple makes the iPhone."},
    ],
    top_n=4,
    return_documents=True,
    parameters={
        "truncate": "END"
    }
)

print(result)
"""


def _run(tmp_path: Path, server: Server, program: str) -> str:
    """Run a program in development mode, in which Python warns about open resources."""
    path = tmp_path / "program.py"
    path.write_text(program, encoding="utf-8")
    return printed("-X", "dev", path, PINECONE_CONTROLLER_HOST=server.url)


def _check_models(out: str) -> None:
    assert out.startswith("ModelInfoList(")
    positions = [out.index(f"model='{name}'") for name in NAMES]
    assert positions == sorted(positions)
    for part in ("ModelInfo(", "vector_type='dense'", "max_sequence_length=507"):
        assert part in out
    # It fits in a terminal: long descriptions are cut, and nothing that is absent is shown.
    assert len(out.splitlines()) <= 30
    assert all(len(line) <= 88 for line in out.splitlines())
    assert " more)," in out
    assert "...'" in out
    assert "=None" not in out
    assert "object at 0x" not in out
    assert len(out.splitlines()) > 6


def _check_ranking(out: str) -> None:
    assert out.startswith("RerankResult(")
    assert "model='bge-reranker-v2-m3'" in out
    for part in ("index=2", "score=0.48357219", "score=0.0006563728", "'id': 'vec3'"):
        assert part in out
    assert out.index("vec3") < out.index("vec1") < out.index("vec4") < out.index("vec2")
    assert "rerank_units=1" in out
    assert "object at 0x" not in out
    assert len(out.splitlines()) > 4
    assert len(out.splitlines()) <= 30
    assert all(len(line) <= 88 for line in out.splitlines())


def test_list_models(tmp_path: Path, server: Server) -> None:
    server.script(json(MODELS))
    out = _run(tmp_path, server, LIST)
    _check_models(out)
    long = MODELS["models"][0]["short_description"]
    assert long[:30] in out
    assert long not in out
    assert server.requests[0].target == "/models"
    assert server.requests[0].headers["api-key"] == "YOUR_API_KEY"


def test_rerank(tmp_path: Path, server: Server) -> None:
    server.script(json(RERANK))
    out = _run(tmp_path, server, RANK)
    _check_ranking(out)
    long = DOCUMENTS[2]["text"]
    assert long[:16] in out
    assert long not in out
    assert DOCUMENTS[3]["text"] in out
    assert server.requests[0].json() == {
        "model": "bge-reranker-v2-m3",
        "query": "Which company makes the iPhone?",
        "documents": [
            {"id": "vec1", "text": "Apples are fruit."},
            {"id": "vec2", "text": "Apple makes the iPhone."},
        ],
        "top_n": 4,
        "return_documents": True,
        "parameters": {"truncate": "END"},
    }


@seeds.present
def test_seed_list_models(tmp_path: Path, server: Server) -> None:
    (models,) = seeds.answers("list_models", "Python")
    server.script(json({"models": models}))
    _check_models(_run(tmp_path, server, seeds.program("list_models")))


@seeds.present
@pytest.mark.parametrize("language", ["Go"])
def test_seed_rerank(tmp_path: Path, server: Server, language: str) -> None:
    (answer,) = seeds.answers("rerank", language)
    server.script(json(answer))
    out = _run(tmp_path, server, seeds.program("rerank"))
    _check_ranking(out)
    assert "Apple Inc. has re" in out
    assert answer["data"][0]["document"]["text"] not in out
    sent = server.requests[0].json()
    assert sorted(sent["documents"][0]) == ["id", "text"]
    assert (sent["top_n"], sent["return_documents"]) == (4, True)
