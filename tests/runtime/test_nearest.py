"""The name that a user meant."""

from __future__ import annotations

import pytest
from _runtime.reporting.nearest import nearest

OPTIONS = ["timeout", "max_retries", "default_headers", "api_key", "http2", "http_client"]


@pytest.mark.parametrize(
    ("name", "choices", "said"),
    [
        ("time_out", OPTIONS, "; did you mean 'timeout'?"),
        ("Timeout", OPTIONS, "; did you mean 'timeout'?"),
        ("retries", OPTIONS, "; did you mean 'max_retries'?"),
        ("headers", OPTIONS, "; did you mean 'default_headers'?"),
        ("apiKey", OPTIONS, "; did you mean 'api_key'?"),
        ("COSINE", ["cosine", "dotproduct"], "; did you mean 'cosine'?"),
        ("cosin", ["Cosine", "Sine"], "; did you mean 'Cosine'?"),
        ("colour", OPTIONS, ""),
        ("", OPTIONS, ""),
        ("timeout", [], ""),
        ("ab", ["ac", "ad"], ""),
        ("size1", ["size3", "size2"], "; did you mean 'size3'?"),
        ("size1", ["size2", "size3"], "; did you mean 'size3'?"),
        ("a" * 1_000_000, ["a" * 1_000_000, "a" * 99], f"; did you mean '{'a' * 99}'?"),
    ],
)
def test_nearest(name: str, choices: list[str], said: str) -> None:
    assert nearest(name, choices) == said
