"""The rule of NAMING.md: what operations are called, by their paths, tags and operationIds."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pcgen.names import snake
from pcgen.translate.call_paths import call_paths
from pcgen.translate.endpoints import Endpoint

TEXT = Path(__file__).with_suffix("").with_name("call_paths.txt").read_text(encoding="utf-8")
CASES = dict(part.split("\n", 1) for part in TEXT.split("\n## ")[1:])


def _endpoints(text: str) -> list[tuple[Endpoint, str]]:
    found = []
    for line in text.strip().splitlines():
        method, path, operation_id, tag, *rest = line.split()
        endpoint = Endpoint(
            path=path,
            method=method.lower(),
            operation_id="" if operation_id == "-" else operation_id,
            tag="" if tag == "-" else tag.replace("_", " "),
            returns_list=rest[:-1] == ["list"],
        )
        found.append((endpoint, rest[-1]))
    return found


def _written(endpoints: list[Endpoint]) -> list[str]:
    return [".".join(map(snake, (*path.resource, path.method))) for path in call_paths(endpoints)]


@pytest.mark.parametrize("name", CASES)
def test_rule(name: str) -> None:
    pairs = _endpoints(CASES[name])
    endpoints = [endpoint for endpoint, _ in pairs]
    assert _written(endpoints) == [wanted for _, wanted in pairs]


@pytest.mark.parametrize("name", CASES)
def test_order_does_not_matter(name: str) -> None:
    pairs = _endpoints(CASES[name])
    random.Random(7).shuffle(pairs)
    assert _written([endpoint for endpoint, _ in pairs]) == [wanted for _, wanted in pairs]


def test_names_for_generators_come_first() -> None:
    endpoint = Endpoint("/x", "get", "getX", group=("beta", "things"), name=("peek",))
    assert _written([endpoint]) == ["beta.things.peek"]
