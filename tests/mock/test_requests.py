"""A table of requests to a document with every feature, and the responses of the mock."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
import yaml
from pcgen import mock
from pcgen.mock.exchange import Request

HERE = Path(__file__).parent
ROWS = yaml.safe_load((HERE / "requests.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def app() -> Any:
    return mock.app(HERE / "orchard.yaml")


def request_of(row: dict[str, Any]) -> Request:
    method, _, target = row["request"].partition(" ")
    headers = {"x-key": "k"} if row.get("key", True) else {}
    body = row.get("text", "").encode()
    if "json" in row:
        headers["content-type"], body = "application/json", msgspec.json.encode(row["json"])
    if "parts" in row:
        headers["content-type"] = "multipart/form-data; boundary=cut"
        parts = [
            f'--cut\r\nContent-Disposition: form-data; name="{name}"'
            f'{"; filename=f" * (name == "file")}\r\n\r\n{text}\r\n'
            for name, text in row["parts"].items()
        ]
        body = "".join([*parts, "--cut--\r\n"]).encode()
    headers |= {name.lower(): text for name, text in row.get("send", {}).items()}
    url = urlsplit(target)
    return Request(method, url.path, url.query, headers, body, "http://127.0.0.1:1")


@pytest.mark.parametrize("row", ROWS, ids=[f"{i}:{row['request']}" for i, row in enumerate(ROWS)])
def test_the_mock_answers(app: Any, row: dict[str, Any]) -> None:
    request = request_of(row)
    response = app.respond(request)
    body = (response.body + b"".join(response.chunks)).decode("latin-1")
    assert response.status == row["status"], body
    headers = dict(response.headers)
    for name, text in row.get("headers", {}).items():
        assert (name, text) in response.headers
    if "type" in row:
        assert headers["Content-Type"] == row["type"], body
    if "body" in row:
        assert msgspec.json.decode(body) == row["body"]
    for text in (row.get("has", ""), *row.get("also", [])):
        assert text in body.replace('\\"', '"').replace("\\u0027", "'")
    assert app.respond(request) == response  # The same request gets the same response.
