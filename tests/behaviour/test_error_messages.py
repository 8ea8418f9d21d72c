"""The message and the code of error responses, in the formats that services use."""

from __future__ import annotations

import json as jsonlib
from typing import TYPE_CHECKING, Any

import pytest
from pair import Pair
from pinecone_inference import APIStatusError
from server import Server, answer

if TYPE_CHECKING:
    from collections.abc import Iterator

LOC = ["body", "items", 0, "name"]
MISSING = {"type": "missing", "loc": LOC, "msg": "Field required", "input": None}
PROBLEM = {"type": "about:blank", "title": "Not here", "status": 404, "detail": "No such thing."}
GOOGLE = {"code": 404, "message": "No such thing.", "status": "NOT_FOUND", "details": [{"a": 1}]}
SENTENCE = "No such thing."
MORE = "No such thing. (and 1 more)"
DEEP = {"error": {"error": {"error": {"error": {"error": {"error": "deep"}}}}}}


@pytest.mark.parametrize(
    ("body", "message", "code"),
    [
        # One level.
        ({"message": SENTENCE}, SENTENCE, None),
        ({"error": SENTENCE}, SENTENCE, None),
        ({"detail": SENTENCE}, SENTENCE, None),
        ({"description": SENTENCE}, SENTENCE, None),
        ({"title": SENTENCE}, SENTENCE, None),
        ({"reason": SENTENCE, "error": True}, SENTENCE, None),
        ({"msg": SENTENCE, "code": 20404}, SENTENCE, "20404"),
        ({"Message": SENTENCE, "Code": "NoSuchKey"}, SENTENCE, "NoSuchKey"),
        ({"errorMessage": SENTENCE, "errorType": "Lost"}, SENTENCE, "Lost"),
        ({"error_message": SENTENCE, "error_code": "E7"}, SENTENCE, "E7"),
        ({"code": 404, "message": SENTENCE}, SENTENCE, None),
        ({"status": "error", "message": SENTENCE}, SENTENCE, None),
        ({"status": 404, "error": "Not Found", "message": "", "path": "/"}, "Not Found", None),
        ({"statusCode": 404, "message": [SENTENCE, "b"], "error": "Not Found"}, MORE, None),
        ({"error": "invalid_grant", "error_description": SENTENCE}, SENTENCE, "invalid_grant"),
        ({"error": "not_found", "message": SENTENCE}, SENTENCE, "not_found"),
        ({"error": "not_found"}, "not_found", None),
        # Nested.
        ({"error": {"message": SENTENCE, "code": "lost"}}, SENTENCE, "lost"),
        ({"error": {"message": SENTENCE, "code": None, "type": "bad"}}, SENTENCE, "bad"),
        ({"type": "error", "error": {"type": "lost", "message": SENTENCE}}, SENTENCE, "lost"),
        ({"message": "Bad", "error": {"message": SENTENCE}}, SENTENCE, None),
        ({"error": {"error": {"description": SENTENCE}}}, SENTENCE, None),
        ({"fault": {"faultstring": SENTENCE, "detail": {"errorcode": "E"}}}, SENTENCE, "E"),
        ({"detail": {"message": SENTENCE, "code": "lost"}}, SENTENCE, "lost"),
        ({"error": GOOGLE}, SENTENCE, "NOT_FOUND"),
        ([{"error": GOOGLE}], SENTENCE, "NOT_FOUND"),
        # Lists and fields.
        ({"errors": [SENTENCE]}, SENTENCE, None),
        ({"errors": [{"message": SENTENCE, "code": "lost"}]}, SENTENCE, "lost"),
        ({"errors": [{"message": SENTENCE}, {"message": "b"}]}, MORE, None),
        ({"errors": [{"status": "404", "title": "T", "detail": SENTENCE}]}, SENTENCE, None),
        ({"errors": {"name": ["is required"]}}, "name: is required", None),
        ({"errors": {"name": "is required"}}, "name: is required", None),
        (
            {"title": "Some errors.", "errors": {"Name": ["It is required."]}},
            "Name: It is required.",
            None,
        ),
        ({"message": SENTENCE, "errors": [{"field": "x", "code": "gone"}]}, SENTENCE, "gone"),
        ({"errors": [{"field": "name", "message": "is required"}]}, "name: is required", None),
        ({"detail": [MISSING]}, "body.items.0.name: Field required", "missing"),
        ({"detail": [MISSING] * 3}, "body.items.0.name: Field required (and 2 more)", "missing"),
        # Standards.
        (PROBLEM, SENTENCE, None),
        (PROBLEM | {"type": "https://e.example/p#lost"}, SENTENCE, "https://e.example/p#lost"),
        ({"__type": "com.amazon.coral#Gone", "message": SENTENCE}, SENTENCE, "Gone"),
        # Neither.
        (SENTENCE, SENTENCE, None),
        ("", "no message", None),
        ([SENTENCE], SENTENCE, None),
        ({}, "{}", None),
        ([], "[]", None),
        (5, "5", None),
        ({"error": None}, '{"error": null}', None),
        ({"message": {"en": SENTENCE}}, '{"message": {"en": "No such thing."}}', None),
        ({"message": "two\nlines  here"}, "two lines here", None),
        (DEEP, jsonlib.dumps(DEEP), None),
    ],
)
def test_json(calls: Calls, body: Any, message: str, code: str | None) -> None:
    error = calls.fail(jsonlib.dumps(body).encode())
    assert (error.message, error.code) == (message, code)


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        (b"Not here", "text/plain", "Not here"),
        (b"", "text/plain", "the response is empty"),
        (b" \r\n", "text/plain", "the response is empty"),
        (b"<html><h1>no</h1>", "text/html", "an HTML page: <html><h1>no</h1>"),
        (
            b'<!doctype html>\n<html><head><TITLE lang="en">502 Bad\nGateway &amp; so</TITLE>',
            "text/html; charset=utf-8",
            "an HTML page: 502 Bad Gateway & so",
        ),
        (
            b"<?xml version='1.0'?><Error><Code>Lost</Code><Message>No such key</Message></Error>",
            "application/xml",
            "No such key",
        ),
        (b"\xff\xfe", "application/octet-stream", "\ufffd\ufffd"),
        (b'{"message": "cut', "application/json", '{"message": "cut'),
    ],
)
def test_other_bodies(calls: Calls, content: bytes, kind: str, message: str) -> None:
    error = calls.fail(content, kind)
    assert (error.message, error.code) == (message, None)


class Calls:
    """Calls of one client that fail with a given body."""

    def __init__(self, pair: Pair, server: Server) -> None:
        self._pair = pair
        self._server = server
        self._client = pair.client(server.url, max_retries=0)

    def fail(self, content: bytes, kind: str = "application/json") -> APIStatusError:
        self._server.script(answer(404, content, kind=kind))
        with pytest.raises(APIStatusError) as caught:
            self._pair.run(self._client.inference.get_model("m"))
        return caught.value


@pytest.fixture(scope="module")
def calls() -> Iterator[Calls]:
    pair = Pair("sync")
    with Server() as server:
        yield Calls(pair, server)
    pair.close()
