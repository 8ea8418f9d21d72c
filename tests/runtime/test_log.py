"""What is logged, and what never is."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import server as srv
from _runtime.call.auth import ApiKey
from _runtime.call.service import Service
from _runtime.reporting import log
from both import KEY, LIST, MAKE, Both
from server import Server

if TYPE_CHECKING:
    import pytest


def test_one_line_a_try_at_info(
    both: Both, server: Server, sleeps: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.script(srv.answer(503), srv.reset, srv.json({"name": "a"}))
    both.call(both.client(server.url), MAKE, body={"text": "hidden words"})
    lines = [record.getMessage() for record in caplog.records if record.name == log.logger.name]
    assert [line.partition(" in ")[0] for line in lines] == [
        "POST /items -> 503",
        "POST /items -> APIConnectionError",
        "POST /items -> 200",
    ]
    assert [line.rpartition(" (")[2] for line in lines] == ["try 1)", "try 2)", "try 3)"]


def test_headers_at_debug_without_credentials_and_never_bodies(
    both: Both, server: Server, sleeps: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger=log.logger.name)
    server.script(
        srv.answer(500),
        srv.json({"name": "hidden answer"}, headers={"Set-Cookie": "sid=hidden", "X-Echo": KEY}),
    )
    client = both.client(server.url, default_headers={"X-Auth-Token": "hidden", "X-Plain": "shown"})
    both.call(client, MAKE, body={"text": "hidden words"})
    text = "\n".join(r.getMessage() for r in caplog.records if r.name == log.logger.name)
    assert "'api-key': '***'" in text
    assert "'x-plain': 'shown'" in text
    assert "retry 1 of 2" in text
    assert KEY not in text
    assert "hidden" not in text


def test_queries_are_never_logged(
    both: Both, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger=log.logger.name)
    server.script(srv.json([]))
    scheme = ApiKey("key", place="query", key="k")
    client = both.client(
        server.url, KEY, Service("d", "1", schemes=(scheme,), security=(("key",),))
    )
    both.call(client, LIST, {"extra_query": {"q": "hidden"}})
    text = "\n".join(r.getMessage() for r in caplog.records if r.name == log.logger.name)
    assert "GET /items -> 200" in text
    assert KEY not in text
    assert "hidden" not in text
    assert server.requests[0].query == [("k", KEY), ("q", "hidden")]


def test_a_scheme_decides_what_is_secret(
    both: Both, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger=log.logger.name)
    server.script(srv.json([]))
    scheme = ApiKey("key", key="X-Odd")
    client = both.client(
        server.url, "abc", Service("d", "1", schemes=(scheme,), security=(("key",),))
    )
    both.call(client, LIST)
    text = "\n".join(r.getMessage() for r in caplog.records if r.name == log.logger.name)
    assert "'x-odd': '***'" in text
