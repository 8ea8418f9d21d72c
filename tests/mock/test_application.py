"""The ASGI application: what does not depend on the operation."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from msgspec import json
from pcgen import config, mock
from pcgen.mock import application

HERE = Path(__file__).parent


class Exchanged:
    """The messages of one exchange."""

    def __init__(self, messages: list[dict[str, Any]]) -> None:
        start, *bodies = messages
        self.status = start["status"]
        self.headers = {n.decode().lower(): v.decode() for n, v in start["headers"]}
        self.chunks = [part["body"] for part in bodies if part.get("body")]
        self.body = b"".join(self.chunks)


def exchange(app: Any, request: str, body: bytes = b"", **headers: str) -> Exchanged:
    """Drive the application as a server would."""
    method, _, target = request.partition(" ")
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()],
        "scheme": "http",
        "server": ("127.0.0.1", 1),
    }
    incoming = [
        {"type": "http.request", "body": body[i : i + 5_000_000], "more_body": True}
        for i in range(0, len(body), 5_000_000)
    ]
    incoming.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if incoming:
            return incoming.pop(0)
        await asyncio.sleep(60)
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return Exchanged(sent)


@pytest.fixture(scope="module")
def app() -> Any:
    return mock.app(HERE / "orchard.yaml")


def test_browsers_may_call_it(app: Any) -> None:
    asked = exchange(
        app,
        "OPTIONS /trees",
        origin="https://page.example",
        access_control_request_method="POST",
        access_control_request_headers="x-key",
    )
    assert asked.status == 200
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert asked.headers["access-control-allow-headers"] == "x-key"
    answered = exchange(app, "GET /open", origin="https://page.example")
    assert answered.headers["access-control-allow-origin"] == "*"


def test_head_has_the_headers_of_get(app: Any) -> None:
    got, headed = (exchange(app, f"{m} /trees/oldest", x_key="k") for m in ("GET", "HEAD"))
    assert headed.body == b""
    assert headed.headers.pop("x-request-id") != got.headers.pop("x-request-id")
    assert headed.headers == got.headers


def test_events_are_sent_one_by_one(app: Any) -> None:
    streamed = exchange(app, "GET /lines", x_key="k")
    assert [json.decode(chunk)["kind"] for chunk in streamed.chunks] == ["delta", "usage"]


def test_every_response_has_an_id(app: Any) -> None:
    first, again, other = (exchange(app, f"GET /{path}") for path in ("open", "open", "nothing"))
    assert first.headers["x-request-id"] == again.headers["x-request-id"]
    assert first.headers["x-request-id"] != other.headers["x-request-id"]
    assert exchange(app, "GET /open", x_request_id="mine").headers["x-request-id"] == "mine"
    assert "\n" not in exchange(app, "GET /open", x_request_id="a\nb").headers["x-request-id"]


def test_large_bodies_are_refused(app: Any) -> None:
    body = bytes(application.MAX_BODY + 1)
    assert exchange(app, "POST /trees", body, x_key="k").status == 413


def test_it_waits_and_fails_on_demand() -> None:
    seen: list[Any] = []
    app = mock.app(HERE / "orchard.yaml", latency=30, fail=["429:1"], on_exchange=seen.append)
    failed = exchange(app, "GET /trees/x", x_key="secret")
    assert failed.status == 429
    assert failed.headers["retry-after"] == "0"
    assert json.decode(failed.body)["error"]["code"] == "too_many_requests"
    assert exchange(app, "GET /trees/x", x_key="secret").status == 200
    assert [(one.request.path, one.status) for one in seen] == [
        ("/trees/x", 429),
        ("/trees/x", 200),
    ]
    assert all(one.milliseconds >= 30 for one in seen)


@pytest.mark.parametrize("rule", ["", "200", "429:0", "429:-1", "42", "429:2:3", "x"])
def test_faults_of_another_form_are_refused(rule: str) -> None:
    with pytest.raises(ValueError, match="is not a fault; write 503"):
        mock.app(HERE / "orchard.yaml", fail=[rule])


def test_servers_may_start_it(app: Any) -> None:
    sent: list[str] = []
    incoming = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive() -> dict[str, str]:
        return incoming.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message["type"])

    asyncio.run(app({"type": "lifespan"}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


# --- Documents ----------------------------------------------------------------------------------


def document(**operation: Any) -> dict[str, Any]:
    return {
        "openapi": "3.0.3",
        "info": {"title": "Demo", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"200": {"description": ""}}, **operation}}},
    }


HOSTILE = {
    "a header with a line break": {
        "responses": {
            "200": {
                "description": "",
                "headers": {"X-A": {"schema": {"type": "string"}, "example": "a\r\nX-B: c"}},
            }
        }
    },
    "a recursive schema": {
        "responses": {
            "200": {
                "description": "",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Loop"}}},
            }
        }
    },
    "a response without a valid value": {
        "responses": {
            "200": {
                "description": "",
                "content": {
                    "application/json": {
                        "schema": {"type": "string", "minLength": 3, "maxLength": 1}
                    }
                },
            }
        }
    },
    "a range of statuses": {"responses": {"5XX": {"description": ""}}},
    "no responses": {"responses": {}},
}


@pytest.mark.parametrize("operation", HOSTILE.values(), ids=HOSTILE)
def test_strange_documents_are_served(tmp_path: Path, operation: dict[str, Any]) -> None:
    made = document(**operation)
    made["components"] = {
        "schemas": {
            "Loop": {
                "type": "object",
                "required": ["a"],
                "properties": {"a": {"$ref": "#/components/schemas/Loop"}},
            }
        }
    }
    (tmp_path / "spec.json").write_bytes(json.encode(made))
    answered = exchange(mock.app(tmp_path / "spec.json"), "GET /a")
    assert answered.status in (200, 500)
    assert b"Traceback" not in answered.body
    assert "x-b" not in answered.headers


def test_all_documents_of_a_package_are_served(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(json.encode(document()))
    other = json.encode(document()).replace(b"/a", b"/b")
    (tmp_path / "b.json").write_bytes(other)
    specs = "".join(
        f'[[package.specs]]\nspec = "{name}.json"\nnamespace = "{name}"\n' for name in "ab"
    )
    text = f'[[package]]\nname = "both"\noutput = "out"\n{specs}'
    (tmp_path / "pcgen.toml").write_text(text, encoding="utf-8")
    app = mock.app(config.load(tmp_path / "pcgen.toml").packages[0])
    assert [exchange(app, f"GET /{path}").status for path in "abc"] == [200, 200, 404]


def test_references_stay_within_the_folder(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.json").write_text('{"type": "string", "example": "secret"}')
    content = {"application/json": {"schema": {"$ref": "../secret.json"}}}
    made = document(responses={"200": {"description": "", "content": content}})
    (tmp_path / "inside" / "spec.json").write_bytes(json.encode(made))
    answered = exchange(mock.app(tmp_path / "inside" / "spec.json"), "GET /a")
    assert b"secret" not in answered.body
