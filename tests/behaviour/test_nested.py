"""Resources inside resources, three levels deep."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from common import ROOT
from server import Server, answer, json

if TYPE_CHECKING:
    from pathlib import Path

    from pair import Pair

CASE = ROOT / "tests" / "cases" / "packages" / "nested"
LAZY = """import sys
from demo import Demo

def loaded():
    return sorted(name for name in sys.modules if name.startswith(("demo.beta", "demo.vector")))

print(loaded())
client = Demo(base_url="https://a.example")
print(loaded())
messages = client.beta.conversations.messages
print(loaded())
assert client.beta.conversations.messages is messages
"""


def test_calls_of_all_kinds(demo: Any, pair: Pair, server: Server) -> None:
    server.script(json({"id": "s1"}), answer(204), json([{"text": "hi"}]), json([{"text": "ho"}]))
    client = pair.of(demo, "Demo", base_url=server.url)
    assert pair.run(client.vector_stores.create()).id == "s1"
    assert pair.run(client.vector_stores.files.delete("s1", "f/1")) is None
    assert pair.run(client.beta.conversations.messages.list("t1"))[0].text == "hi"
    raw = pair.run(client.beta.conversations.messages.with_raw_response.list("t1"))
    assert (raw.status_code, raw.parse()[0].text) == (200, "ho")
    assert [f"{r.method} {r.target}" for r in server.requests] == [
        "POST /vector_stores",
        "DELETE /vector_stores/s1/files/f%2F1",
        "GET /threads/t1/messages",
        "GET /threads/t1/messages",
    ]


def test_settings_of_the_client_reach_all_levels(demo: Any, pair: Pair, server: Server) -> None:
    server.script(json([]))
    client = pair.of(demo, "Demo", base_url=server.url)
    assert client.beta.conversations.messages  # Copies of the client have resources of their own.
    copy = client.with_options(default_headers={"X-Who": "me"})
    pair.run(copy.beta.conversations.messages.list("t1"))
    assert server.requests[0].headers["x-who"] == "me"


def test_wrappers_have_the_methods_only(demo: Any, pair: Pair) -> None:
    client = pair.of(demo, "Demo", base_url="https://a.example")
    assert not hasattr(client.vector_stores.with_raw_response, "files")
    assert not hasattr(client.beta, "with_raw_response")


def test_hand_written_classes_and_old_names(demo: Any, server: Server) -> None:
    server.script(json([{"text": "hi"}]), answer(204), answer(204), answer(204))
    with demo.Demo(base_url=server.url) as client:
        assert client.beta.texts("t1") == ["hi"]
        client.vector_stores.files.delete_all("s1", "f1", "f2")
        with pytest.warns(DeprecationWarning, match="`remove` was renamed to `delete`"):
            client.vector_stores.files.remove("s1", "f3")


def test_modules_are_imported_at_first_use(home: Path) -> None:
    command = [sys.executable, "-c", LAZY]
    done = subprocess.run(command, cwd=home / "out", capture_output=True, text=True, check=False)
    deep = ["demo.beta", "demo.beta_by_hand", "demo.beta_conversations"]
    deep.append("demo.beta_conversations_messages")
    assert done.stdout.splitlines() == ["[]", "[]", str(deep)], done.stderr
