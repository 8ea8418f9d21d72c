"""Commands over many inputs; `bulk.yaml` lists files, responses, and what is printed."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from _cli import bulk
from _cli.failures import Failure
from _cli.messages import Messages
from _cli.output import Output
from _cli.program import Batch
from _cli.terminal import Terminal
from screens import Screen

TABLE: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("bulk.yaml").read_text("utf-8")
)
EMBED = Batch("inputs", "--text", "text", "data", "models.get", "name", "model", "max")
RERANK = Batch("documents", "--documents", "text", "data")


class APIError(Exception):
    """The service rejected a request."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status_code = status


@dataclass
class Service:
    """Embeds texts: a text is its own vector, unless it is the name of a problem."""

    size: Any = 2
    sent: list[Any] = field(default_factory=list)

    def call(self, _session: Any, _command: Any, arguments: dict[str, Any]) -> Any:
        name = "inputs" if "inputs" in arguments else "documents"
        texts = [str(item.get("text")) for item in arguments[name]]
        self.sent.append(texts)
        for text in texts:
            if text == "interrupt":
                raise KeyboardInterrupt
            if text.isdigit() and len(text) == 3:
                raise APIError(int(text), f"I reject {text}")
        data = [{"values": [len(text)]} for text in texts if text != "lost"]
        if texts == ["none"]:
            return {"data": None}
        return {"model": arguments["model"], "data": data, "usage": {"tokens": 3}}


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: str(case["title"]))
def test_runs(
    case: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("f").write_bytes(case.get("file", "").encode())
    words = ["embed", *(["--file", "f"] if "file" in case else []), *case.get("words", [])]
    monkeypatch.setattr(sys, "argv", ["/bin/pc", *words])
    service = Service(case.get("size", 2))
    monkeypatch.setattr(bulk, "call", service.call)
    terminal = Screen() if case.get("screen") else Terminal({})
    session = SimpleNamespace(
        output=Output(terminal, case.get("format", ""), case.get("query")),
        messages=Messages(terminal),
        settings=SimpleNamespace(query=case.get("query")),
        terminal=terminal,
        quiet=False,
        dry_run=False,
        program=SimpleNamespace(name="pc"),
        masked=lambda text: text,
        call=lambda path, **given: {"max": service.size, "asked": (path, given)},
    )
    batch = RERANK if case.get("rerank") else EMBED
    file = "f" if "file" in case else None
    values = {batch.argument: case.get("texts"), "--file": file, "--start-line": case.get("start")}
    monkeypatch.setattr(bulk, "failure_of", lambda error, _: Failure(f"{error}."))
    code = 0
    try:
        bulk.run(session, SimpleNamespace(columns=()), batch, {"model": "m"}, values)
    except Failure as failure:
        code = session.messages.end(failure)
    except KeyboardInterrupt:
        code = 130
    printed = capsys.readouterr()
    expected = (case.get("sent", []), case.get("out", ""), case.get("err", ""), case.get("code", 0))
    assert (service.sent, printed.out, printed.err, code) == expected
