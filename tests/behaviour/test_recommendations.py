"""What standards only recommend, and what pcgen ignores, does not stop a build."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from common import ROOT
from pcgen import cli
from server import Server, answer

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from pair import Pair

CASE = ROOT / "tests" / "cases" / "operations" / "recommendations"


def test_it_is_noted(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert cli.run(["build", "--no-cache", "--format", "json"]) == 0
    noted = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {item["severity"] for item in noted} == {"note"}
    parameters = '#/paths/~1rooms~1{"floor"}~1{`room`}~1{it\'s}/get/parameters'
    assert [(item["pointer"], item["message"]) for item in noted] == [
        ("#/servers/0/url", "the server 'wss://stream.example.com' of WebSockets is ignored"),
        (f"{parameters}/3/schema/enum", "`enum` is empty: it is ignored"),
        (f"{parameters}/4/schema/default", "`default` must be an integer, not 'many'"),
    ]


def test_values_replace_quoted_names_in_the_path(demo: Any, pair: Pair, server: Server) -> None:
    server.script(answer(204))
    client = pair.of(demo, "Demo", base_url=server.url)
    pair.run(client.rooms.get_room(3, "a/b", "\"{it's}"))
    assert server.requests[0].path == "/rooms/3/a%2Fb/%22%7Bit%27s%7D"
