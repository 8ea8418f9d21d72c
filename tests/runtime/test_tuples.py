"""Arrays of fixed length with a type for each item."""

from __future__ import annotations

from typing import Any

import pytest
from _runtime.data.decoder import decode
from _runtime.data.mismatch import Drift
from _runtime.data.models import Model
from _runtime.errors import Mismatch


class Stop(Model):
    """A stop of a route."""

    name: str


class Route(Model):
    """A route."""

    start: tuple[float, float]
    leg: tuple[Stop, int | None] | None = None
    either: tuple[int, int] | str | None = None


def _read(text: str) -> tuple[Route, list[tuple[str, str]]]:
    drifts: list[Drift] = []
    route: Any = decode(text.encode(), Route, on_drift=drifts.append)
    return route, [(drift.path, drift.expected) for drift in drifts]


def test_there_and_back() -> None:
    text = '{"start":[1.5,2],"leg":[{"name":"Here"},null],"either":[1,2]}'
    route, drifts = _read(text)
    assert drifts == []
    assert route.start == (1.5, 2)
    assert route.leg == (Stop(name="Here"), None)
    assert route.either == (1, 2)
    assert Route.from_json(route.to_json(indent=None)) == route
    assert Route(start=(1.5, 2.0)).to_dict() == {"start": [1.5, 2.0]}


def test_items_are_read_one_by_one() -> None:
    route, drifts = _read('{"start":[1,2],"leg":[{"name":"Here","new":1},2],"either":"no"}')
    assert route.leg is not None
    assert route.leg[0].extra == {"new": 1}
    assert route.leg[1] == 2
    assert route.either == "no"
    assert drifts == [("$.leg[*].new", "no such property")]


@pytest.mark.parametrize("start", ["[1]", "[1,2,3]", "{}", '"x"'])
def test_what_is_of_another_length_is_kept(start: str) -> None:
    route, drifts = _read(f'{{"start":{start}}}')
    assert drifts == [("$.start", "an array of 2 items")]
    assert not isinstance(route.start, tuple)
    with pytest.raises(Mismatch):
        decode(f'{{"start":{start}}}'.encode(), Route, strict=True)
